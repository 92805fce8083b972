"""What a rule of the design review is, and what it may look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from catalog.facts import Database, Snapshot
from planner.engine.document import DataSetRef, Plan, Store
from planner.engine.recovery import source_holds
from planner.engine.results import DataSetRecovery, Ranking, StoreResult

HIGH, MEDIUM, LOW = "high", "medium", "low"


@dataclass(frozen=True)
class Look:
    """Everything a rule may look at: the plan and what was computed of it."""

    plan: Plan
    snapshot: Snapshot
    stores: Mapping[str, StoreResult]
    recovery: Mapping[str, DataSetRecovery]
    rankings: Mapping[str, Ranking]
    today: dt.date

    def database(self, store: Store) -> Database | None:
        return self.snapshot.databases.get(store.database)

    def fact(self, store: Store, key: str) -> object:
        database = self.database(store)
        fact = database.fact(key) if database else None
        return fact.value if fact else None

    @cached_property
    def refs(self) -> tuple[DataSetRef, ...]:
        return tuple(self.plan.data_sets())

    @cached_property
    def _placed(self) -> Mapping[str, list[str]]:
        placed: dict[str, list[str]] = {}
        for ref in self.refs:
            placed.setdefault(ref.data_set.store or "", []).append(ref.path)
        return placed

    @cached_property
    def _cached(self) -> Mapping[str, list[str]]:
        cached: dict[str, list[str]] = {}
        for ref in self.refs:
            if ref.data_set.cache and ref.data_set.cache.store:
                cached.setdefault(ref.data_set.cache.store, []).append(ref.path)
        return cached

    def holds(self, slug: str) -> list[str]:
        """Paths of the data sets placed in a store."""
        return self._placed.get(slug, [])

    def caches_in(self, slug: str) -> list[str]:
        """Paths of the data sets whose cache is in a store."""
        return self._cached.get(slug, [])

    def name(self, path: str) -> str:
        return self.plan.data_set(path).name


@dataclass(frozen=True, slots=True)
class Hit:
    """One finding: where (document path with slashes), a title with this plan's names, the reason with its numbers."""

    at: str
    title: str
    message: str
    severity: str = ""  # empty = the rule's own


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number that a rule compares with, and its unit. Without a source it is an assumption, and is shown as one."""

    value: str
    meaning: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Fix:
    """What the application can change by itself. `apply` takes the place of a finding and gives the plan with it mended,

    or None where no single change is right. `label` is what will be true then, `after` what is left to do outside the plan.
    """

    label: str
    after: str
    apply: Callable[[Look, str], Plan | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """`why` explains the rule in general, `decided` how it is found out, `fix` says what to do, `source` where it comes from."""

    id: str
    severity: str
    why: str
    fix: str
    source: str
    check: Callable[[Look], Iterator[Hit]]
    decided: str = ""
    thresholds: tuple[Threshold, ...] = ()
    mend: Fix | None = None


STRICT_TIERS = ("critical", "high")


def strict_in(look: Look, slug: str) -> list[str]:
    """Data sets of a store whose tier is critical or high."""
    return [path for path in look.holds(slug) if look.plan.tier_of(path) in STRICT_TIERS]


def kept_in(look: Look, slug: str) -> list[str]:
    """Data sets of a store that no source could rebuild: sources, and copies that remember more than their source."""
    return [path for path in look.holds(slug) if not is_rebuilt(look.plan, path)]


def is_rebuilt(plan: Plan, path: str) -> bool:
    """Whether a copy can be built again from its sources, as recovery takes it."""
    copy = plan.data_set(path)
    return bool(copy.derived_from) and all(source_holds(plan.data_set(one), copy) for one in copy.derived_from)


def at_data_set(path: str) -> str:
    service, data = path.split("/", 1)
    return f"services/{service}/data/{data}"


GUIDE = "Data architecture guide, "
