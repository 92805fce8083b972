"""How sure a time back is: its range over draws of what it is made of, the chance to meet the target, and how it grows.

The steps are those of `recovery`. A duration is drawn from its range; a step that reads or writes bytes takes its seconds times
likely speed / drawn speed. Ranges are p5 and p95 as everywhere in a plan, steps are independent. A measured drill has no range.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import numpy as np

from planner.engine.backups import drill_speed
from planner.engine.demand import MEDIAN, Part, demand_by_month
from planner.engine.document import BackupPolicy, Store, duration_seconds
from planner.engine.quantity import Floats, Quantity, draw, stratified
from planner.engine.recovery import failover_of
from planner.engine.recovery_inputs import (
    DECIDE,
    DETECT,
    LAG_REGION,
    LAG_ZONE,
    PROMOTE_REGION,
    PROVISION,
    REATTACH,
    REBUILD,
    REPLAY,
    RESTORE_MIB_S,
    ROUTE_AROUND,
    VERIFY,
    Given,
)
from planner.engine.results import FailureRecovery

DRAWS = 1_000
LATER_MONTHS = (12, 36)
DURATIONS: Mapping[str, Given] = {
    "Detect": DETECT,
    "Decide": DECIDE,
    "New server": PROVISION,
    "Verify": VERIFY,
    "Promote": PROMOTE_REGION,
    "New node": REATTACH,
    "Clients retry": ROUTE_AROUND,
    "Clients move to the other region": ROUTE_AROUND,
}
Growth = tuple[tuple[int, float], ...]
BY_SIZE = ("Restore ", "Rebuild ")


@dataclass(frozen=True, slots=True)
class StepRange:
    """One step in seconds: p10, likely, p90. `counts` says what is drawn."""

    label: str
    low: float
    likely: float
    high: float
    counts: str


@dataclass(frozen=True)
class Outlook:
    """Seconds until back. `chance` of being back within the target. `later`: month and p50 with that month's size.

    `mean_loss_seconds` None: nothing is lost, or there is no bound. A failure comes at any moment alike.
    """

    p10: float
    p50: float
    p90: float
    chance: float
    steps: tuple[StepRange, ...]
    later: tuple[tuple[int, float], ...]
    mean_loss_seconds: float | None


def outlook(
    failure: FailureRecovery, store: Store, facts: tuple[str, ...], growth: Growth, target_seconds: float
) -> Outlook | None:
    """None where the failure ends with nothing back, or nobody knows when. `growth`: `growth_of` what lies in the store."""
    if failure.rto_seconds is None or not failure.steps:
        return None
    columns = [(_seconds(label, seconds, store, facts), label, seconds) for label, seconds in failure.steps]
    total = np.sum([column for (column, _), _, _ in columns], axis=0)
    p10, p50, p90 = (float(one) for one in np.quantile(total, (0.1, 0.5, 0.9)))
    steps = tuple(
        StepRange(label, float(np.quantile(column, 0.1)), seconds, float(np.quantile(column, 0.9)), counts)
        for (column, counts), label, seconds in columns
    )
    later = tuple((month, _later(columns, factor)) for month, factor in growth)
    return Outlook(p10, p50, p90, float(np.mean(total <= target_seconds)), steps, later, mean_loss(failure, store))


def _seconds(label: str, seconds: float, store: Store, facts: tuple[str, ...]) -> tuple[Floats, str]:
    """Draws of one step, shape (DRAWS,), and the words for what is drawn."""
    given = DURATIONS.get(label) or (
        failover_of(store, facts) if label in ("Fail over", "Promote the replica") else None
    )
    if given is not None:
        return _drawn(given, label), _words(given)
    speed = _speed(label, store)
    if speed is None:
        return np.full(DRAWS, seconds), "as worked out for its sources"
    return seconds * speed.likely / _drawn(speed, label), _words(speed)


@lru_cache(maxsize=200)
def _drawn(given: Given, label: str) -> Floats:
    if given.low == given.high:
        return np.full(DRAWS, float(given.likely))
    return draw(Quantity(given.low, given.likely, given.high), stratified(DRAWS, f"outlook:{label}"))


def _words(given: Given) -> str:
    if given.low == given.high:
        return given.text
    return f"{given.text}: {given.low:g} to {given.high:g}, likely {given.likely:g} {given.unit}"


def _speed(label: str, store: Store) -> Given | None:
    """The speed behind a step that reads or writes bytes."""
    if label.startswith("Rebuild "):
        return REBUILD
    if label == "Replay the log":
        return REPLAY
    if label.startswith("Restore "):
        fulls = [policy for policy in store.backups if policy.kind in ("full", "snapshot")]
        return drill_speed(store) or (RESTORE_MIB_S[fulls[0].method] if fulls else None)
    return None


def growth_of(parts: tuple[Part, ...]) -> Growth:
    """How many times today's size the store is in each later month, at likely growth; nothing where no size is known."""
    sizes = [float(one.size_gib[0]) for one in islice(demand_by_month(parts, MEDIAN), max(LATER_MONTHS) + 1)]
    return tuple((month, sizes[month] / sizes[0]) for month in LATER_MONTHS) if sizes and sizes[0] > 0 else ()


def _later(columns: list[tuple[tuple[Floats, str], str, float]], factor: float) -> float:
    total = np.sum(
        [column * (factor if label.startswith(BY_SIZE) else 1.0) for (column, _), label, _ in columns], axis=0
    )
    return float(np.median(total))


def mean_loss(failure: FailureRecovery, store: Store) -> float | None:
    """The loss of a failure at any moment alike: half an interval less than the worst."""
    worst = failure.rpo_seconds
    if not worst:
        return None
    if "replica" in failure.copy_used:
        return LAG_REGION.likely if " in " in failure.copy_used else LAG_ZONE.likely
    bases = [policy for policy in store.backups if _label(policy) in failure.copy_used]
    if not bases:
        return None
    logs = [duration_seconds(policy.every) for policy in store.backups if policy.kind == "log"]
    interval = min(logs) if failure.copy_used.endswith("and the log") and logs else duration_seconds(bases[0].every)
    return max(worst - interval / 2, 0.0)


def _label(policy: BackupPolicy) -> str:
    """As `way_back` names the backup that it reads."""
    return f"{policy.kind} backup every {policy.every}"
