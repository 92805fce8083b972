"""Which backups a retention policy keeps, exactly as restic, borg and pgBackRest do. Times are aware datetimes.

restic: https://restic.readthedocs.io/en/stable/060_forget.html; borg: https://borgbackup.readthedocs.io/en/stable/usage/prune.html;
pgBackRest: https://pgbackrest.org/user-guide.html#retention. Checked against restic's own golden files (known answers).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

UNLIMITED = -1
Bucket = Callable[[dt.datetime], object]
SPAN = re.compile(r"(\d+)([ymdh])")
BUCKETS: Mapping[str, Bucket] = {
    "secondly": lambda at: at.replace(microsecond=0),
    "minutely": lambda at: at.replace(second=0, microsecond=0),
    "hourly": lambda at: (at.date(), at.hour),
    "daily": lambda at: at.date(),
    "weekly": lambda at: at.isocalendar()[:2],
    "monthly": lambda at: (at.year, at.month),
    "quarterly_13weekly": lambda at: (at.isocalendar()[0], min((at.isocalendar()[1] - 1) // 13, 3)),
    "quarterly_3monthly": lambda at: (at.year, (at.month - 1) // 3),
    "yearly": lambda at: at.year,
}
RESTIC_RULES = ("hourly", "daily", "weekly", "monthly", "yearly")
BORG_RULES = tuple(BUCKETS)


@dataclass(frozen=True, slots=True)
class Span:
    """A time back from the newest backup, in calendar units."""

    years: int = 0
    months: int = 0
    days: int = 0
    hours: int = 0

    def before(self, at: dt.datetime) -> dt.datetime:
        """Years, months and days back as a calendar counts them (31 March less a month is 3 March), then hours.

        A span that begins before the calendar does (`9999y`) begins with it.
        """
        months = at.year * 12 + at.month - 1 - self.years * 12 - self.months
        earliest = dt.datetime.min.replace(tzinfo=at.tzinfo)
        if months < 12:
            return earliest
        first = at.replace(year=months // 12, month=months % 12 + 1, day=1)
        try:
            return first + dt.timedelta(days=at.day - 1 - self.days, hours=-self.hours)
        except OverflowError:
            return earliest


def span(text: str) -> Span:
    """`1y2m3d3h`; raises ValueError for anything else."""
    found = SPAN.findall(text)
    if not found or "".join(number + unit for number, unit in found) != text:
        raise ValueError(f"{text!r} is no span like 1y2m3d3h")
    names = {"y": "years", "m": "months", "d": "days", "h": "hours"}
    return Span(**{names[unit]: int(number) for number, unit in found})


def kept_by_restic(times: Sequence[dt.datetime], policy: Mapping[str, int | str]) -> list[dt.datetime]:
    """Kept times, newest first. `policy`: last, hourly ... yearly as counts (-1 = all), within and within_hourly ... as spans.

    Each rule keeps the newest backup of each of its buckets; the oldest of all fills a rule that has room left.
    """
    newest_first = sorted(times, reverse=True)
    if not newest_first:
        return []
    counts = [_Count(int(policy.get("last", 0)), lambda at: object())]
    counts += [_Count(int(policy.get(rule, 0)), BUCKETS[rule]) for rule in RESTIC_RULES]
    within = [
        _Within(_limit(newest_first, policy, f"within_{rule}"), BUCKETS[rule])
        for rule in RESTIC_RULES
        if f"within_{rule}" in policy
    ]
    whole = _limit(newest_first, policy, "within") if "within" in policy else None
    kept = []
    for place, at in enumerate(newest_first):
        oldest = place == len(newest_first) - 1
        counts = [one for one in counts if one.left != 0]  # most are full after a year, and buckets take the time
        rules = [one.keeps(at, oldest) for one in counts] + [one.keeps(at, oldest) for one in within]  # all see each
        if any(rules) or (whole is not None and at > whole):
            kept.append(at)
    return kept


class _Count:
    """One rule with so many places."""

    def __init__(self, left: int, bucket: Bucket) -> None:
        self.left, self.bucket, self.last = left, bucket, object()

    def keeps(self, at: dt.datetime, oldest: bool) -> bool:
        if self.left == 0:
            return False
        found = self.bucket(at)
        if found == self.last and not oldest:
            return False
        self.last = found
        self.left -= self.left > 0
        return True


class _Within:
    """One of each bucket, as long as it lies within a span of the newest."""

    def __init__(self, limit: dt.datetime, bucket: Bucket) -> None:
        self.limit, self.bucket, self.last = limit, bucket, object()

    def keeps(self, at: dt.datetime, oldest: bool) -> bool:
        if at <= self.limit:
            return False
        found = self.bucket(at)
        if found == self.last and not oldest:
            return False
        self.last = found
        return True


def _limit(newest_first: Sequence[dt.datetime], policy: Mapping[str, int | str], name: str) -> dt.datetime:
    return span(str(policy[name])).before(newest_first[0])


def kept_by_borg(
    times: Sequence[dt.datetime], policy: Mapping[str, int | str], now: dt.datetime | None = None
) -> list[dt.datetime]:
    """Kept times, newest first. Rules apply one after another, and what one kept is no candidate for the next.

    `policy`: within (a span, counted from `now`, by default the newest archive), last or secondly ... yearly as counts.
    A rule that has places left at the end also keeps the oldest archive.
    """
    newest_first = sorted(times, reverse=True)
    kept: dict[int, None] = {}
    if "within" in policy and newest_first:
        limit = span(str(policy["within"])).before(now or newest_first[0])
        kept |= {place: None for place, at in enumerate(newest_first) if at > limit}
    asked = {("secondly" if name == "last" else name): int(count) for name, count in policy.items() if name != "within"}
    for rule in BORG_RULES:
        if asked.get(rule):
            kept |= dict.fromkeys(_split(newest_first, BUCKETS[rule], asked[rule], kept))
    return [newest_first[place] for place in sorted(kept)]


def _split(newest_first: Sequence[dt.datetime], bucket: Bucket, count: int, kept: Mapping[int, None]) -> list[int]:
    found: list[int] = []
    last: object = None
    for place, at in enumerate(newest_first):
        if (period := bucket(at)) == last:
            continue
        last = period
        if place not in kept:
            found.append(place)
            if len(found) == count:
                return found
    oldest = len(newest_first) - 1
    if newest_first and len(found) < count and oldest not in kept and oldest not in found:
        found.append(oldest)
    return found


@dataclass(frozen=True, slots=True)
class FullsKept:
    """Full backups of a pgBackRest repository over a run: the most at once before one is expired, and how many stay."""

    most_before_expire: int
    after_expire: int


def fulls_kept_by_pgbackrest(fulls: int, retention: int, kind: str = "count", every_days: float = 7.0) -> FullsKept:
    """`fulls` full backups, one every so many days. count: so many stay; time: all newer than so many days and one older.

    A full is expired only after the next one is complete, so there is one more for a moment.
    """
    if retention < 1 or kind not in ("count", "time"):
        raise ValueError("A retention is a count or a time of at least 1.")
    there: list[float] = []
    most = 0
    for number in range(fulls):
        at = number * every_days
        there.append(at)
        most = max(most, len(there))
        there = there[-retention:] if kind == "count" else _not_older(there, at - retention)
    return FullsKept(most, len(there))


def _not_older(there: list[float], limit: float) -> list[float]:
    """Those after the limit, and the newest of those that are at or before it."""
    older = [at for at in there if at <= limit]
    return older[-1:] + [at for at in there if at > limit]
