"""What a rule of the design review is, and what it may look at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from catalog.facts import Database, Snapshot
from planner.engine.document import Plan, Store
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

    def holds(self, slug: str) -> list[str]:
        """Paths of the data sets placed in a store."""
        return [ref.path for ref in self.plan.data_sets() if ref.data_set.store == slug]

    def caches_in(self, slug: str) -> list[str]:
        return [ref.path for ref in self.plan.data_sets() if ref.data_set.cache and ref.data_set.cache.store == slug]

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
class Rule:
    """`why` explains the rule in general, `fix` says what to do, `source` where it comes from."""

    id: str
    severity: str
    why: str
    fix: str
    source: str
    check: Callable[[Look], Iterator[Hit]]


def at_data_set(path: str) -> str:
    service, data = path.split("/", 1)
    return f"services/{service}/data/{data}"


GUIDE = "Data architecture guide, "
