"""The costs of a report: ranges of the plan and of each store, what drives them, the months to come, every line."""

from __future__ import annotations

from planner import charts, figures
from planner.engine.demand import parts_by_store
from planner.engine.people import people_of
from planner.engine.results import Estimate, Interval
from planner.over_time import over_time
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
    text = [f"List prices in USD, {_paid(subject)}, before tax, 730 hours a month, at the likely inputs."]
    text += ["Some costs come from the team's own price book: for them only totals are shown."] if own else []
    text += [f"Not included: {one}." for one in unknown]
    text += [_people(subject), *_budget(subject)]
    return Section(
        "costs",
        TITLE,
        tuple(text),
        charts=_cost_charts(subject),
        tables=(
            *_ranges(subject),
            *_estimated(subject.estimate),
            *_breaks(subject),
            Table(head, tuple(rows), (2, 3, 4), CAPTION, (0, 1, 0, 0, 0, 0)),
        ),
    )


def _paid(subject: Subject) -> str:
    costs = subject.document.costs
    if costs.commitment == "none":
        return "on demand, before discount"
    covered = "" if costs.coverage_percent is None else f" for {costs.coverage_percent:g} % of the hours"
    how = f"{costs.discount_percent:g} % of your own off machines" if costs.commitment == "own" else costs.commitment
    return f"machines committed ({how}{covered}) where such a price is known"


def _people(subject: Subject) -> str:
    """Hours on the stores that hold something, at the price of an hour if the plan has one."""
    people, parts = people_of(subject.document), parts_by_store(subject.document)
    held = [store for slug, store in subject.document.stores.items() if parts[slug]]
    hours = sum(people.hours(store) for store in held)
    usd = people.usd(hours)
    cost = "" if usd is None else f", {figures.money(usd)} at {figures.money(people.hourly_usd)} an hour"
    return f"People's time is kept apart: {hours:g} h a month for {len(held)} stores{cost}."


def _budget(subject: Subject) -> list[str]:
    budget = over_time(subject.estimate, subject.document, subject.document.costs.budget_usd_month)["budget"]
    if budget is None:
        return []
    chances = ", ".join(f"{figures.percent(chance)} {when}" for when, chance in budget.at)
    return [f"Chance of a month above the budget of {figures.money(budget.usd_month)}: {chances}."]


def _breaks(subject: Subject) -> tuple[Table, ...]:
    """The months in which a limit or a target of a store breaks."""
    found = over_time(subject.estimate, subject.document, None)["breaks"]
    rows = tuple((one.when, one.name, one.found.text, one.span) for one in found)
    head = ("When", "Store", "What breaks", "How sure")
    return (Table(head, rows, (), "What breaks within 36 months", (0, 0, 1.6, 1)),) if rows else ()


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
