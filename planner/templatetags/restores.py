"""The chart of a restore order, with its numbers in a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from planner import backup_charts, line_chart
from planner import restore_chart as charts
from planner.charts import NARROW
from planner.engine.backup.restore_order import RestoreOrder
from planner.engine.backup.storage import BackupStorage
from planner.engine.backup.week import Week, moment
from planner.engine.document import Plan
from planner.figures import duration, money
from planner.figures import size_gib as size
from planner.templatetags.charts import figure

register = template.Library()


@register.filter
def minutes(value: float | None) -> str:
    return duration(None if value is None else value * 60)


@register.filter
def seconds(value: float | None) -> str:
    return duration(value)


@register.filter
def gib(value: float | None) -> str:
    return size(value)


@register.filter
def store_of(document: Plan, path: str) -> str:
    return document.data_set(path).store or ""


@register.filter
def service_name(document: Plan, slug: str) -> str:
    return document.services[slug].name


@register.simple_tag
def restore_chart(order: RestoreOrder) -> SafeString:
    rows = [
        (one.label, one.text, duration(one.start_minutes * 60), duration(one.minutes * 60),
         duration((one.start_minutes + one.minutes) * 60), "yes" if one.critical else "no")
        for one in order.steps
    ]  # fmt: skip
    head = ("What", "How", "Begins after", "Takes", "Back after", "Longest chain")
    return figure(charts.restore_bars(order), charts.restore_bars(order, width=NARROW), head, rows)


MOST_RUNS = 200
WEEK_WIDE = 900.0


@register.simple_tag
def week_chart(week: Week, notes: dict[str, str]) -> SafeString:
    runs = [(one.name, run) for one in week.stores for run in one.runs]
    rows = [
        (name, run.kind, moment(run.start), "unknown" if run.seconds is None else duration(run.seconds))
        for name, run in runs[:MOST_RUNS]
    ]
    if len(runs) > MOST_RUNS:
        rows.append((f"{len(runs) - MOST_RUNS} more", "", "", ""))
    head = ("Store", "Kind", "Begins (UTC)", "Takes about")
    wide, narrow = (backup_charts.week_chart(week, notes, width=one) for one in (WEEK_WIDE, NARROW))
    return figure(wide, narrow, head, rows)


@register.simple_tag
def storage_chart(found: BackupStorage) -> SafeString:
    months = range(0, len(next(iter(found.months.values()))), 3)
    head = ("Month", *(backup_charts.LABELS[kind] for kind in found.months), "together")
    rows = [
        (
            str(month) if month else "now",
            *(size(series[month]) for series in found.months.values()),
            size(found.total(month)),
        )
        for month in months
    ]
    drawn = backup_charts.storage_chart(found, width=NARROW)
    return figure(drawn, drawn, head, rows)


@register.simple_tag
def trade_off_chart(rows: Sequence[Any], now: Any) -> SafeString:
    """Cost a month against what is lost and how long it takes, one line each; the schedules without a bound are left out."""
    known = [one.proposal for one in rows if one.proposal.usd is not None]
    series = tuple(
        line_chart.Series(label, tuple(points))
        for label, points in (
            ("Lost at worst", _curve((one.loss_seconds, one.usd) for one in known)),
            ("Back after", _curve((one.back_seconds, one.usd) for one in known)),
        )
        if len({x for x, _ in points}) > 1
    )
    if not series:
        return mark_safe("")
    axes = line_chart.Axes(duration, money, "seconds, each step ten times", log=True)
    said = "The cheapest schedule for each loss and for each time until everything is back."
    head = ("Schedule", "A month", "Lost at worst", "Back after")
    table = [
        (one.words, money(one.proposal.usd), duration(one.proposal.loss_seconds), duration(one.proposal.back_seconds))
        for one in rows
    ]
    wide, narrow = (line_chart.lines(series, axes, said, width=one) for one in (WEEK_WIDE, NARROW))
    return figure(wide, narrow, head, table)


def _curve(points: Iterable[tuple[float | None, float | None]]) -> list[tuple[float, float]]:
    """For each x the least cost of a schedule with at most this x: where it falls, the trade-off has a corner."""
    curve: list[tuple[float, float]] = []
    for x, usd in sorted((max(x, 1.0), usd) for x, usd in points if x is not None and usd is not None):
        if not curve or usd < curve[-1][1]:
            curve.append((x, usd))
    return curve
