"""Chains of backups day by day: how many there are, how many GB they take, and how many a restore reads.

One backup a day; a full every N days, between them incrementals (what changed since the last backup) or differentials
(since the last full). GB in = GB out: the source's unit is kept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Mode = Literal["inc", "diff"]
DAYS_PER_YEAR = 365.0


@dataclass(frozen=True, slots=True)
class Source:
    """What is backed up: GB today, share that changes in a day, size of a backup for a GB of data, growth a year."""

    gb: float
    daily_change: float
    compression: float
    annual_growth: float = 0.0

    def full_gb(self, day: int) -> float:
        return float(self.gb * (1 + self.annual_growth) ** (day / DAYS_PER_YEAR) * self.compression)

    def incremental_gb(self, day: int) -> float:
        return self.daily_change * self.full_gb(day)

    def differential_gb(self, day: int, since_full: int) -> float:
        """What changed in so many days, each day's share chosen anew: 1 - (1 - c)^k."""
        return (1 - (1 - self.daily_change) ** since_full) * self.full_gb(day)


@dataclass(frozen=True, slots=True)
class Held:
    peak_gb: float
    peak_points: int
    final_gb: float
    final_points: int


def chain_storage(
    source: Source, *, full_every_days: int, mode: Mode, days: int,
    keep_points: int | None = None, keep_chains: int | None = None,
) -> Held:  # fmt: skip
    """Storage of forward chains over `days`; measured each day after old chains were deleted.

    `keep_points`: the oldest chain goes once the others alone hold so many. `keep_chains`: at most so many chains.
    """
    if full_every_days < 1 or days < 1:
        raise ValueError("A cycle and a run have at least one day.")
    chains: deque[list[float]] = deque()  # GB of each chain and its points; sums are carried on, as chains may be many
    gb, points = 0.0, 0
    peak_gb, peak_points = 0.0, 0
    for day in range(days):
        since = day % full_every_days
        if since == 0:
            chains.append([0.0, 0])
            size = source.full_gb(day)
        else:
            size = source.incremental_gb(day) if mode == "inc" else source.differential_gb(day, since)
        chains[-1][0] += size
        chains[-1][1] += 1
        gb, points = gb + size, points + 1
        while len(chains) > 1 and _too_many(len(chains), points - int(chains[0][1]), keep_points, keep_chains):
            gone = chains.popleft()
            gb, points = gb - gone[0], points - int(gone[1])
        peak_gb, peak_points = max(peak_gb, gb), max(peak_points, points)
    return Held(peak_gb, peak_points, gb, points)


def _too_many(chains: int, points_without_oldest: int, keep_points: int | None, keep_chains: int | None) -> bool:
    if keep_chains is not None and chains > keep_chains:
        return True
    return keep_points is not None and points_without_oldest >= keep_points


@dataclass(frozen=True, slots=True)
class ChainLength:
    """Backup sets that a restore reads, over a failure on any day of the cycle alike."""

    mean: float
    most: int


def chain_length(full_every_days: int, mode: Mode | Literal["forever"]) -> ChainLength:
    """inc: the full and all after it; diff: the full and the newest; forever (block by block, as restic): one."""
    lengths: dict[str, Callable[[int], int]] = {
        "inc": lambda day: day + 1, "diff": lambda day: 1 if day == 0 else 2, "forever": lambda day: 1,
    }  # fmt: skip
    each = [lengths[mode](day) for day in range(full_every_days)]
    return ChainLength(sum(each) / len(each), max(each))
