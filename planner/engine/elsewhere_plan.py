"""The whole plan at another provider, or on machines of one's own: for each store the place that takes the least change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from catalog.facts import Offering, PriceBook, Snapshot
from planner.engine.commitment import paid
from planner.engine.costs import STRIP_DRAWS, interval_of, spread_of, unpriceable
from planner.engine.demand import Part, parts_by_store, uncounted
from planner.engine.document import Plan, Store, sha256
from planner.engine.elsewhere import BESIDE, Option, options, part_of
from planner.engine.nearby import CLOUDS
from planner.engine.people import People
from planner.engine.quantity import Floats
from planner.engine.results import Interval
from planner.engine.store_defaults import SELF_HOSTED

AS_IT_IS = "as-it-is"
MANAGED, OWN = "managed", SELF_HOSTED
MOST_STORES = 60  # more take longer than a page may
# Words of storage classes, from read often to read hardly ever. A class elsewhere should be as cold as the plan's own.
COLD = (frozenset(("deep", "archive", "glacier")), frozenset(("coldline",)), frozenset(("ia", "nearline", "cool")))


@dataclass(frozen=True, slots=True)
class Target:
    """Everything at one cloud: sold as a service where it is sold, or on one's own machines. No cloud: as it is."""

    cloud: str
    way: str

    @property
    def key(self) -> str:
        return f"{self.cloud}-{self.way}" if self.cloud else AS_IT_IS


TARGETS = (Target("", AS_IT_IS), *(Target(cloud, way) for way in (MANAGED, OWN) for cloud in CLOUDS))


@dataclass(frozen=True)
class Priced:
    """One option of a store and its bill over draws. `monthly` None = nothing that matters has a price."""

    option: Option
    monthly: Floats | None = field(repr=False)
    missing: tuple[str, ...]

    @property
    def mean(self) -> float:
        return float("inf") if self.monthly is None else float(self.monthly.mean())

    @property
    def interval(self) -> Interval | None:
        return None if self.monthly is None else interval_of(self.monthly)


@dataclass(frozen=True)
class Elsewhere:
    """The plan at one target. `total` None = not one store has a price there."""

    target: Target
    stores: Mapping[str, Priced]  # what each becomes
    absent: tuple[str, ...]  # stores that cannot be had there at all
    total: Interval | None

    @property
    def unpriced(self) -> tuple[str, ...]:
        """Stores that are not in the total."""
        return (*(slug for slug, one in self.stores.items() if one.monthly is None), *self.absent)

    @property
    def partly(self) -> tuple[str, ...]:
        """Stores in the total of which a line has no price."""
        return tuple(slug for slug, one in self.stores.items() if one.monthly is not None and one.missing)

    @property
    def at_least(self) -> bool:
        return bool(self.unpriced or self.partly)

    def hours(self, people: People) -> float:
        """People's hours a month on the stores that could be had."""
        return sum(people.hours(one.option.store) for one in self.stores.values())


@dataclass(frozen=True, slots=True)
class _Question:
    sha256: str
    catalog_id: str
    prices_id: str
    plan: Plan = field(compare=False, repr=False)
    snapshot: Snapshot = field(compare=False, repr=False)
    prices: PriceBook = field(compare=False, repr=False)


def everywhere(plan: Plan, snapshot: Snapshot, prices: PriceBook) -> tuple[Elsewhere, ...]:
    """The plan as it is, and at every target that changes anything; () where it is empty or too large for a page."""
    if not plan.stores or len(plan.stores) > MOST_STORES:
        return ()
    prices = paid(plan, prices)
    return _everywhere(_Question(sha256(plan), snapshot.id, prices.id, plan, snapshot, prices))


@lru_cache(maxsize=32)
def _everywhere(asked: _Question) -> tuple[Elsewhere, ...]:
    plan, parts = asked.plan, parts_by_store(asked.plan)
    priced = {
        slug: tuple(
            _price(one, parts[slug], asked.snapshot, asked.prices)
            for one in options(store, plan, asked.snapshot, asked.prices)
        )
        for slug, store in plan.stores.items()
        if parts[slug]
    }
    found = [at(target, priced) for target in TARGETS]
    return (found[0], *(one for one in found[1:] if any(not it.option.is_now for it in one.stores.values())))


def _price(option: Option, parts: tuple[Part, ...], snapshot: Snapshot, prices: PriceBook) -> Priced:
    refusal = unpriceable(snapshot.databases.get(option.store.database), option.store, parts)
    if refusal:
        return Priced(option, None, refusal)
    bill = spread_of(option.store, parts, snapshot, prices)
    bought = any(part_of(line) not in BESIDE for line in bill.lines if line.monthly is not None)
    empty = uncounted(parts)
    missing = tuple(one for one in bill.unknown if one not in empty)
    return Priced(option, bill.monthly if bought else None, missing)


def at(target: Target, priced: Mapping[str, tuple[Priced, ...]]) -> Elsewhere:
    """Each store at the target, and the sum over draws of those that have a price."""
    chosen = {slug: chosen_at(target, every) for slug, every in priced.items()}
    stores = {slug: one for slug, one in chosen.items() if one is not None}
    total: Floats | None = None
    for one in stores.values():
        if one.monthly is not None:
            total = one.monthly if total is None else total + one.monthly
    absent = tuple(slug for slug, one in chosen.items() if one is None)
    whole = None if total is None else interval_of(np.broadcast_to(total, (STRIP_DRAWS,)))
    return Elsewhere(target, stores, absent, whole)


def chosen_at(target: Target, every: tuple[Priced, ...]) -> Priced | None:
    """What takes the least change: as it is if it is there already, then the same system, then priced in full, then cheap."""
    now = next(one for one in every if one.option.is_now)
    cloud, way = now.option.store.provider or "", OWN if _own(now.option.store) else MANAGED
    bucket = now.option.offering is not None and now.option.offering.billing == "object-storage"
    if not target.cloud or (cloud == target.cloud and (bucket or way == target.way)):
        return now
    there = [one for one in every if one.option.store.provider == target.cloud]
    sold = [one for one in there if one.option.offering is not None and one.monthly is not None]
    own = [one for one in there if one.option.offering is None]
    # Nobody runs buckets on machines of one's own to keep a plan the same: they stay a service everywhere.
    wanted = (sold or own) if bucket or target.way == MANAGED else own
    return min(wanted, key=lambda one: _change(one, now), default=None)


def _own(store: Store) -> bool:
    return store.offering in (None, SELF_HOSTED)


def _change(one: Priced, now: Priced) -> tuple[bool, int, bool, bool, float, str]:
    other_system = one.option.store.database != now.option.store.database
    colder = abs(coldness(one.option.offering) - coldness(now.option.offering))
    gaps = any("storage" in text.lower() for text in one.missing)
    return one.monthly is None, colder, other_system, gaps, one.mean, one.option.key


def coldness(offering: Offering | None) -> int:
    """0 = for daily use, up to 3 = hardly ever read."""
    words = frozenset(re.findall(r"[a-z]+", f"{offering.slug} {offering.name}".lower())) if offering else frozenset()
    return next((len(COLD) - at for at, named in enumerate(COLD) if words & named), 0)


def moved_plan(plan: Plan, found: Elsewhere) -> Plan:
    """The plan's document with each store as it would be there; stores that cannot be had there stay as they are."""
    if not found.target.cloud:
        return plan
    stores = {
        slug: found.stores[slug].option.store if slug in found.stores else one for slug, one in plan.stores.items()
    }
    return plan.model_copy(update={"stores": stores})
