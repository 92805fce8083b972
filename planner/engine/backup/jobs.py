"""Backup jobs as files on disk, day by day: forward chains, reverse increments, copies with weekly to yearly fulls kept apart.

One run a day, begun with a full. The rules are those of the Restore Point Simulator (https://github.com/tdewin/rps, read in
source), the last public description of such jobs; known answers were printed by it.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from planner.engine.backup.chains import Source

FullOn = Callable[[dt.date], bool]
SUNDAY = 6
DAYS_A_MONTH = 146_097 / 4_800  # of 400 years
GFS_MONTHS = {"M": 1, "Q": 3, "Y": 12}
GFS_KINDS = ("W", *GFS_MONTHS)


@dataclass(frozen=True, slots=True)
class Files:
    """Files of a job after one run: fulls, and increments of either direction."""

    fulls: int
    increments: int

    @property
    def points(self) -> int:
        return self.fulls + self.increments

    def gb(self, source: Source) -> float:
        return self.fulls * source.full_gb(0) + self.increments * source.incremental_gb(0)


def weekly(weekdays: Sequence[int]) -> FullOn:
    """Fulls on these weekdays, 0 = Monday."""
    return lambda day: day.weekday() in weekdays


def monthly(months: Sequence[int], weekday: int = 5) -> FullOn:
    """Fulls on the first such weekday (5 = Saturday) of these months, 1 = January."""
    return lambda day: day.month in months and day.weekday() == weekday and day.day <= 7


def forward_job(points: int, full_on: FullOn | None, start: dt.date, days: int) -> list[Files]:
    """Forward chains: the oldest is deleted once the younger ones hold the restore points.

    Without fulls the chain goes on for ever: its oldest increment is merged into the full.
    """
    if full_on is None:
        return [Files(1, min(day, points - 1)) for day in range(days)]
    chains: list[int] = []
    found = []
    for day in range(days):
        if day == 0 or full_on(start + dt.timedelta(days=day)):
            chains.append(1)
        else:
            chains[-1] += 1
        while len(chains) > 1 and sum(chains[1:]) >= points:
            chains.pop(0)
        found.append(Files(len(chains), sum(chains) - len(chains)))
    return found


def reverse_job(points: int, full_on: FullOn | None, start: dt.date, days: int) -> list[Files]:
    """Reverse increments: the newest point is the full. A new full leaves the one before as the end of its own chain."""
    is_full: list[bool] = []
    found = []
    for day in range(days):
        fresh = day > 0 and full_on is not None and full_on(start + dt.timedelta(days=day))
        if is_full and not fresh:
            is_full[-1] = False
        is_full.append(True)
        is_full = is_full[-points:]
        found.append(Files(sum(is_full), len(is_full) - sum(is_full)))
    return found


def copy_job(points: int, keep: Mapping[str, int], start: dt.date, days: int) -> list[Files]:
    """A copy job: a chain for ever, and a full kept apart for so many weeks, months, quarters and years (W, M, Q, Y).

    The Sunday of each week and the first Sunday of each longer period is copied when the chain's full reaches it.
    """
    newest = {kind: deque[int](maxlen=count) for kind, count in keep.items() if count > 0}  # days of fulls kept apart
    apart = 0
    found = []
    for day in range(days):
        merged = start + dt.timedelta(days=day - points + 1)
        if day >= points and merged.weekday() == SUNDAY:  # the chain is full: its oldest increment is merged
            for kind in gfs_kinds(merged) & newest.keys():
                newest[kind].append(day)
            apart = len(set().union(*newest.values()))
        found.append(Files(1 + apart, min(day, points - 1)))
    return found


def gfs_kinds(day: dt.date) -> set[str]:
    """Which of week, month, quarter and year this day's backup may stand for."""
    if day.weekday() != SUNDAY:
        return set()
    first = day.day <= 7
    return {"W"} | {kind for kind, months in GFS_MONTHS.items() if first and (day.month - 1) % months == 0}


def horizon_days(
    points: int, *, full: str | None = None, keep: Mapping[str, int] | None = None, gap_months: int = 0,
    reverse: bool = False,
) -> int:  # fmt: skip
    """How long such a job must run until each of its rules has deleted something.

    `full`: week | month for periodic fulls, `gap_months` = most months without one; `keep`: of a copy job. A reverse job is run
    for 3 months (the simulator's own choice), as its window moves by a point a day from the start.
    """
    days = points + 2 + 2
    if keep is not None:
        longest = [_months(1)]
        longest += [7 * (keep["W"] + 2)] if keep.get("W") else []
        longest += [_months(months * (keep[kind] + 2)) for kind, months in GFS_MONTHS.items() if keep.get(kind)]
        return days + max(longest)
    if full == "week":
        return days + 14
    months = 3 if reverse else gap_months + 14
    return days + (_months(months) if full == "month" else 0)


def _months(count: int) -> int:
    return round(count * DAYS_A_MONTH)


def most_gb(each_day: Sequence[Files], source: Source) -> Files:
    """The first day with the most GB."""
    return max(each_day, key=lambda one: one.gb(source))
