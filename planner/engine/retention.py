"""How many GiB of backups a schedule keeps, and how many GiB it makes a month. All averages over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.engine import assumptions as a
from planner.engine.demand import Demand, Draws
from planner.engine.document import BackupPolicy, KeepCounts, duration_seconds
from planner.engine.quantity import Floats

CHAINED = ("incremental", "differential")
BUCKET_SECONDS = tuple(duration_seconds(text) for text in ("1h", "1d", "1w", "1M", "1y"))


@dataclass(frozen=True, slots=True)
class Kept:
    """One policy: GiB held on average, GiB newly made in a month, and the arithmetic in words."""

    policy: BackupPolicy
    held_gib: Floats
    made_gib: Floats
    text: str


def kept_seconds(policy: BackupPolicy) -> float:
    """For how long a backup of this policy is kept; a count keeps so many intervals."""
    every = duration_seconds(policy.every)
    if isinstance(policy.keep, KeepCounts):
        counts = _counts(policy.keep)
        return max((count * seconds for count, seconds in zip(counts, BUCKET_SECONDS, strict=True)), default=every)
    if policy.keep.endswith(("copies", "copy")):
        return every * float(policy.keep.split()[0])
    return max(duration_seconds(policy.keep), every)


def kept_count(policy: BackupPolicy) -> float:
    """How many backups of this policy exist at once, on average."""
    if isinstance(policy.keep, KeepCounts):
        return float(sum(_counts(policy.keep)))
    return kept_seconds(policy) / duration_seconds(policy.every)


def _counts(keep: KeepCounts) -> tuple[int, ...]:
    counts = (keep.hourly, keep.daily, keep.weekly, keep.monthly, keep.yearly)
    return tuple(count or 0 for count in counts)


def kept_backups(policies: tuple[BackupPolicy, ...], demand: Demand, draws: Draws, packed: Floats) -> tuple[Kept, ...]:
    """Each policy of a store. A full stays as long as the increments that need it: their time plus its own interval.

    `packed` = size of a backup for a byte of data.
    """
    chained = [kept_seconds(one) for one in policies if one.kind in CHAINED]
    return tuple(_kept(one, max(chained, default=0.0), policies, demand, draws, packed) for one in policies)


def _kept(
    policy: BackupPolicy,
    chained_seconds: float,
    policies: tuple[BackupPolicy, ...],
    demand: Demand,
    draws: Draws,
    packed: Floats,
) -> Kept:
    every = duration_seconds(policy.every)
    written_gib_s = demand.written_mib_s / 1024
    changed = np.minimum(demand.size_gib, written_gib_s * every / draws.assumed(a.CHANGE_REWRITES)) * packed
    per_month = a.SECONDS_PER_MONTH / every
    count = kept_count(policy)
    if policy.kind == "log":
        made = written_gib_s * a.SECONDS_PER_MONTH * draws.assumed(a.LOG_BYTES) * packed
        held = made * kept_seconds(policy) / a.SECONDS_PER_MONTH
        return Kept(policy, held, made, f"log of {kept_seconds(policy) / 86400:g} days")
    if policy.kind == "full":
        count = max(count, (chained_seconds + every) / every) if chained_seconds else count
        whole = demand.size_gib * packed
        return Kept(policy, whole * count, whole * per_month, f"{count:.3g} whole copies of {whole[0]:,.0f} GiB")
    if policy.kind == "snapshot":
        held = demand.size_gib * packed + changed * max(count - 1, 0.0)
        text = f"one whole copy and the changes of {max(count - 1, 0):.3g} further ones, {changed[0]:,.2f} GiB each"
        return Kept(policy, held, changed * per_month, text)
    if policy.kind == "differential":
        changed = changed * _mean_chain(every, policies)
    return Kept(policy, changed * count, changed * per_month, f"{count:.3g} of {changed[0]:,.2f} GiB changed")


def _mean_chain(every: float, policies: tuple[BackupPolicy, ...]) -> float:
    """A differential grows from full to full: with n between them, (n + 1) / 2 intervals on average."""
    full = min((duration_seconds(one.every) for one in policies if one.kind == "full"), default=every)
    return (max(1.0, full / every) + 1) / 2
