"""Restore drills: which stores need one, what reading them back should take, what it took, and when the next is due.

Units: minutes, GiB (2^30 bytes), MiB/s. How often a tier asks for a drill: `rules/backup.py` (quarterly for critical
and high, as the guide asks; half-yearly and yearly below).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from planner.engine.backups import MIB_PER_GIB, restore_seconds
from planner.engine.document import DEFAULT_TARGETS, Drill, Plan, Store, Tier
from planner.engine.recovery_inputs import RESTORE_MIB_S, Given
from planner.engine.results import Because, Evaluation
from planner.engine.rules.backup import DRILL_DAYS, has_base
from planner.engine.rules.rule import is_rebuilt

STRICTEST_FIRST = tuple(DEFAULT_TARGETS)


@dataclass(frozen=True, slots=True)
class Minutes:
    """A time that was modelled: slow, likely and quick, in minutes."""

    quick: float
    likely: float
    slow: float


@dataclass(frozen=True, slots=True)
class Practice:
    """What one store's drills are held against. `due_on` None: it was never restored, so a drill is due at once."""

    store: str
    name: str
    tier: Tier
    target_minutes: float  # recovery time objective of the tier
    every_days: int
    size_gib: float | None
    modelled: Minutes | None  # reading all of it back, without any drill
    speed: Because | None  # where the modelled time comes from
    newest: Drill | None  # newest verified drill in the plan
    due_on: dt.date | None

    @property
    def whole_minutes(self) -> float | None:
        """All of today's data at the speed of the newest drill."""
        if self.newest is None or self.size_gib is None:
            return None
        return self.newest.minutes * self.size_gib / self.newest.restored_gib

    @property
    def too_slow(self) -> bool | None:
        """Whether reading back alone takes longer than the target; None while nothing was measured."""
        return None if self.whole_minutes is None else self.whole_minutes > self.target_minutes

    def late_days(self, today: dt.date) -> int:
        return (today - self.due_on).days if self.due_on and self.due_on < today else 0


def practices(plan: Plan, evaluation: Evaluation) -> tuple[Practice, ...]:
    """One for each store that holds data which only a backup brings back, in the order of the plan."""
    found = ((slug, store, kept_tier(plan, slug)) for slug, store in plan.stores.items())
    return tuple(
        _practice(plan, slug, store, tier, size_of(evaluation, slug))
        for slug, store, tier in found
        if tier is not None and has_base(store)
    )


def size_of(evaluation: Evaluation, slug: str) -> float | None:
    found = evaluation.stores.get(slug)
    return found.size_gib if found else None


def kept_tier(plan: Plan, slug: str) -> Tier | None:
    """The strictest tier of the data sets in a store that no source could rebuild; None where it holds none."""
    tiers = {
        plan.tier_of(ref.path)
        for ref in plan.data_sets()
        if ref.data_set.store == slug and not is_rebuilt(plan, ref.path)
    }
    return next((tier for tier in STRICTEST_FIRST if tier in tiers), None)


def _practice(plan: Plan, slug: str, store: Store, tier: Tier, size_gib: float | None) -> Practice:
    newest = max((one for one in store.drills if counts(one)), key=lambda one: one.on, default=None)
    every = DRILL_DAYS[tier]
    speed = modelled_speed(store)
    return Practice(
        store=slug,
        name=store.name,
        tier=tier,
        target_minutes=plan.target(tier).rto_minutes,
        every_days=every,
        size_gib=size_gib,
        modelled=modelled_minutes(speed, size_gib) if speed and size_gib is not None else None,
        speed=speed.because() if speed else None,
        newest=newest,
        due_on=newest.on + dt.timedelta(days=every) if newest else None,
    )


def counts(drill: Drill) -> bool:
    """Only a verified drill with a size and a time says how quick a restore is."""
    return drill.verified and drill.minutes > 0 and drill.restored_gib > 0


def modelled_speed(store: Store) -> Given | None:
    """The assumed speed of the method that its full backups are made with."""
    methods = [policy.method for policy in store.backups if policy.kind in ("full", "snapshot")]
    return RESTORE_MIB_S[methods[0]] if methods else None


def modelled_minutes(speed: Given, gib: float) -> Minutes:
    quick, likely, slow = (restore_seconds(gib, 1, one) / 60 for one in (speed.high, speed.likely, speed.low))
    return Minutes(quick, likely, slow)


def mib_per_second(drill: Drill) -> float:
    """Speed that a drill measured; needs a positive time."""
    return drill.restored_gib * MIB_PER_GIB / (drill.minutes * 60)
