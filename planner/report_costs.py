"""The costs of a report: ranges of the plan and of each store, what drives them, the months to come, every line."""

from __future__ import annotations

from planner import charts, figures
from planner.engine.results import Estimate, Interval
from planner.report_parts import Chart, Section, Table
from planner.report_subject import Subject

TITLE = "Costs"
CAPTION = "Lines of the bill"
MONTHS = (0, 12, 24, 36)
RANGE = ("p10", "Likely, p50", "p90")


def costs_section(subject: Subject) -> Section:
    rows = []
    for result in subject.evaluation.stores.values():
        for line in result.lines:
            amount = figures.money_line(line.monthly_usd) if line.monthly_usd is not None else "unknown"
            blank = "not shown" if line.total_only else "unknown"
            unit = figures.unit_price(line.unit_price_usd) if line.unit_price_usd is not None else blank
            quantity = f"{line.quantity:,.1f} {line.unit}" if line.quantity is not None else blank
            rows.append((result.store, line.item, quantity, unit, amount, figures.day(line.because.as_of or None)))
    head = ("Store", "Line", "Quantity per month", "Unit price", "Per month", "Price of")
    unknown = [f"{one.store}: {text}" for one in subject.evaluation.stores.values() for text in one.unknown]
    own = any(line.total_only for one in subject.evaluation.stores.values() for line in one.lines)
    text = ["List prices in USD, on demand, before tax and discount, 730 hours a month, at the likely inputs."]
    text += ["Some costs come from the team's own price book: for them only totals are shown."] if own else []
    text += [f"Not included: {one}." for one in unknown]
    text += ["People's time is not included."]
    return Section(
        "costs",
        TITLE,
        tuple(text),
        charts=_cost_charts(subject),
        tables=(
            *_ranges(subject),
            *_estimated(subject.estimate),
            Table(head, tuple(rows), (2, 3, 4), CAPTION, (0, 1, 0, 0, 0, 0)),
        ),
    )


def _cost_charts(subject: Subject) -> tuple[Chart, ...]:
    estimate = subject.estimate
    intervals = (
        estimate.stores
        if estimate
        else {slug: one.monthly_usd_interval for slug, one in subject.evaluation.stores.items()}
    )
    bars = charts.store_bars(intervals, subject.document, subject.snapshot)
    found = [
        Chart(
            str(charts.interval_bars(bars, theme="print")),
            "Monthly cost of each store, likely value and range from p10 to p90",
        )
    ]
    if estimate:
        spread = figures.money_range(estimate.total)
        found = [
            Chart(
                str(charts.histogram(estimate, theme="print")),
                f"Monthly cost over {estimate.draws:,} simulations: {spread}",
            ),
            *found,
            Chart(str(charts.tornado(estimate.drivers, theme="print")), "Inputs that move the monthly cost most"),
            Chart(str(charts.band(estimate.months, theme="print")), "Monthly cost over the next 36 months"),
        ]
    return tuple(found)


def _ranges(subject: Subject) -> tuple[Table, ...]:
    """The plan and each store; the ranges of stores do not add up to that of the plan."""
    estimate = subject.estimate
    whole = estimate.total if estimate else subject.evaluation.totals.monthly_usd
    stores = {slug: one.monthly_usd_interval for slug, one in subject.evaluation.stores.items()}
    stores |= dict(estimate.stores) if estimate else {}
    rows = [("The plan", *_range(whole)), *((subject.store_name(slug), *_range(one)) for slug, one in stores.items())]
    return (Table(("Cost a month", *RANGE), tuple(rows), (1, 2, 3), "Range by store", (1, 0, 0, 0)),)


def _estimated(estimate: Estimate | None) -> tuple[Table, ...]:
    """What stands behind the drawings of an estimate."""
    if estimate is None:
        return ()
    months = tuple((f"In {at} months" if at else "Now", *_range(estimate.months[at])) for at in MONTHS)
    drivers = tuple(
        (one.label, figures.money_change(one.low_usd), figures.money_change(one.high_usd)) for one in estimate.drivers
    )
    found = (Table(("Cost a month", *RANGE), months, (1, 2, 3), "With the growth of the data", (1, 0, 0, 0)),)
    if not drivers:
        return found
    head = ("Input", "p50 at its p10", "p50 at its p90")
    return (*found, Table(head, drivers, (1, 2), "What moves the cost most", (1, 0, 0)))


def _range(one: Interval | None) -> tuple[str, str, str]:
    if one is None:
        return (figures.UNKNOWN, figures.UNKNOWN, figures.UNKNOWN)
    return figures.money(one.p10), figures.money(one.p50), figures.money(one.p90)
