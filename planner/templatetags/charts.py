"""Tags that draw a chart: the drawing for wide and for narrow places, and the same numbers in a table under it."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from catalog.facts import Snapshot
from planner import charts, line_chart
from planner.break_even import Drawn
from planner.engine.break_even import LOAD, MONTH, PEAK
from planner.engine.document import Plan
from planner.engine.replication.layout import Layout
from planner.engine.results import Driver, Estimate, Evaluation, FailureRecovery, Interval
from planner.figures import duration, money, money_change, money_short, percent
from planner.recovery_chart import recovery_timeline
from planner.replication_chart import topology as drawn_topology

register = template.Library()
register.simple_tag(charts.meter, name="meter")
BREAK_EVEN_WORDS = {LOAD: "times today's load", MONTH: "months from now", PEAK: "busiest hour / mean"}
BREAK_EVEN_X = {
    LOAD: lambda x: f"{x:.2g} ×" if x < 10 else f"{x:.0f} ×",
    MONTH: lambda x: f"{x:.0f}" if x else "now",
    PEAK: lambda x: f"{x:.2g} ×",
}
TIMELINE_WIDE = 900.0
Table = tuple[Sequence[str], Sequence[Sequence[str]]]


def figure(wide: SafeString, narrow: SafeString, head: Sequence[str], rows: Sequence[Sequence[str]]) -> SafeString:
    drawn = {"wide": wide, "narrow": narrow, "head": head, "rows": rows}
    return mark_safe(render_to_string("planner/charts/figure.html", drawn))  # noqa: S308  rendered with escaping


@register.simple_tag
def histogram(estimate: Estimate) -> SafeString:
    rows = [(f"{money(low)} to {money(high)}", f"{count:,}") for low, high, count in estimate.histogram]
    total = estimate.total
    rows += [(name, money(usd)) for name, usd in (("p10", total.p10), ("p50", total.p50), ("p90", total.p90))]
    return figure(
        charts.histogram(estimate),
        charts.histogram(estimate, width=charts.NARROW),
        ("USD per month", "Simulations"),
        rows,
    )


@register.simple_tag
def tornado(drivers: Sequence[Driver]) -> SafeString:
    rows = [
        (one.label, charts.driver_range(one), money_change(one.low_usd), money_change(one.high_usd)) for one in drivers
    ]
    head = ("Input", "Its range", "At its low value", "At its high value")
    return figure(charts.tornado(drivers), charts.tornado(drivers, width=charts.NARROW), head, rows)


@register.simple_tag
def interval_bars(bars: Sequence[charts.Bar], label_width: float = 190.0) -> SafeString:
    rows = [(bar.label, *_percentiles(bar.interval)) for bar in bars]
    head = ("Per month", "p10", "p50", "p90")
    wide = charts.interval_bars(bars, label_width=label_width)
    return figure(wide, charts.interval_bars(bars, width=charts.NARROW), head, rows)


@register.simple_tag
def plan_bars(evaluation: Evaluation, document: Plan, snapshot: Snapshot) -> SafeString:
    """Interval bars of the stores as the evaluation prices them, without a simulation."""
    intervals = {slug: one.monthly_usd_interval for slug, one in evaluation.stores.items()}
    return interval_bars(charts.store_bars(intervals, document, snapshot)[:6])


@register.simple_tag
def band(months: Sequence[Interval], mark: tuple[int, str] | None = None) -> SafeString:
    rows = [(f"Month {index}", *_percentiles(one)) for index, one in enumerate(months)]
    wide, narrow = (charts.band(months, mark=mark, width=one) for one in (charts.WIDE, charts.NARROW))
    return figure(wide, narrow, ("When", "p10", "p50", "p90"), rows)


@register.simple_tag
def budget_chart(chances: Sequence[float], budget_usd: float) -> SafeString:
    """The chance of a month above the budget, month by month."""
    axes = line_chart.Axes(lambda month: f"{month:.0f}" if month else "now", percent, "months", most=1.0)
    series = (line_chart.Series("Chance of exceeding the budget", tuple(enumerate(chances))),)
    said = f"Chance of a month above {money(budget_usd)}: {percent(chances[0])} now, {percent(chances[-1])} at the end."
    wide, narrow = (line_chart.lines(series, axes, said, width=one) for one in (charts.WIDE, charts.NARROW))
    return figure(wide, narrow, ("When", "Chance"), [(f"Month {at}", percent(one)) for at, one in enumerate(chances)])


@register.simple_tag
def break_even_chart(drawn: Drawn) -> SafeString:
    """Two costs along one axis, and the place at which they are the same."""
    found = drawn.found
    axes = line_chart.Axes(BREAK_EVEN_X[found.axis], money_short, BREAK_EVEN_WORDS[found.axis], log=found.axis == LOAD)
    series = [
        line_chart.Series(name, tuple((x, costs[at]) for x, *costs in found.both))
        for at, name in enumerate(drawn.names)
    ]
    mark = (found.crossings[0], "the same") if found.crossings else None
    wide, narrow = (
        line_chart.lines(series, axes, drawn.said, mark=mark, width=one) for one in (charts.WIDE, charts.NARROW)
    )
    rows = [(BREAK_EVEN_X[found.axis](x), money(one), money(other)) for x, one, other in found.both]
    return figure(wide, narrow, (BREAK_EVEN_WORDS[found.axis], *drawn.names), rows)


@register.simple_tag
def waterfall(first: tuple[str, float], changes: Sequence[charts.Step], last: tuple[str, float]) -> SafeString:
    rows = [
        (first[0], money(first[1])),
        *((one.label, money_change(one.change)) for one in changes),
        (last[0], money(last[1])),
    ]
    wide, narrow = (charts.waterfall(first, changes, last, width=one) for one in (charts.WIDE, charts.NARROW))
    return figure(wide, narrow, ("Change", "Per month"), rows)


@register.simple_tag
def score_waterfall(
    first: str, first_score: float, changes: Sequence[charts.Step], last: str, last_score: float
) -> SafeString:
    """From the score of the first database to that of another, criterion by criterion."""
    ends = (first, first_score), (last, last_score)
    rows = [
        (first, charts.points(first_score)),
        *((one.label, charts.points_change(one.change)) for one in changes),
        (last, charts.points(last_score)),
    ]
    wide, narrow = (
        charts.waterfall(ends[0], changes, ends[1], width=one, unit=charts.POINTS)
        for one in (charts.WIDE, charts.NARROW)
    )
    return figure(wide, narrow, ("Criterion", "Points"), rows)


@register.simple_tag
def timeline(failure: FailureRecovery, target_rpo_seconds: float, target_rto_seconds: float) -> SafeString:
    wide, narrow = (
        recovery_timeline(
            failure, target_rpo_seconds=target_rpo_seconds, target_rto_seconds=target_rto_seconds, width=one
        )
        for one in (TIMELINE_WIDE, charts.NARROW)
    )
    rows = [
        *((label, duration(seconds)) for label, seconds in failure.steps),
        ("Back after", duration(failure.rto_seconds)),
    ]
    return figure(wide, narrow, ("Step", "Takes"), [("Data lost", failure.lost), *rows])


@register.simple_tag
def topology(layout: Layout) -> SafeString:
    """Where the copies of a store are. The numbers stand in the table of copies beside it."""
    drawn = {"wide": drawn_topology(layout), "narrow": drawn_topology(layout, width=charts.NARROW)}
    return mark_safe(render_to_string("planner/charts/figure.html", drawn))  # noqa: S308  rendered with escaping


def _percentiles(interval: Interval | None) -> tuple[str, str, str]:
    if interval is None:
        return ("unknown", "unknown", "unknown")
    return money(interval.p10), money(interval.p50), money(interval.p90)
