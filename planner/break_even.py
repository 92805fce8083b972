"""Break-even points in words: two options of a store side by side, where they cost the same, with the formula."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catalog.facts import PriceBook, Snapshot
from planner.elsewhere import Row
from planner.engine.break_even import LOAD, MONTH, PEAK, Ask, BreakEven, by_load, by_month, by_peak, rival, uneven
from planner.engine.commitment import paid
from planner.engine.demand import MEDIAN, demand_of, parts_by_store
from planner.engine.document import Plan
from planner.engine.people import People
from planner.figures import rate, size_gib

FORMULA = "Cost = the bill at that demand + people's hours × the price of an hour; the costs are the same where the lines cross."
PEAK_FORMULA = (
    "On demand costs mean rate × 3,600 s × price of a unit; provisioned costs mean rate × peak factor × price of a unit for an "
    "hour. The same at peak factor = 3,600 × price on demand / price provisioned for an hour."
)
TITLES = {LOAD: "By load", MONTH: "By month", PEAK: "By how uneven the traffic is"}


@dataclass(frozen=True)
class Drawn:
    """One axis: the curve's values, and what they say in a sentence."""

    found: BreakEven
    title: str
    said: str
    names: tuple[str, str]


@dataclass(frozen=True)
class Compared:
    """The store as it is against one other option."""

    against: Row
    drawn: tuple[Drawn, ...]
    formula: str


def compared(
    plan: Plan, slug: str, rows: Sequence[Row], against: str, people: People, snapshot: Snapshot, prices: PriceBook
) -> Compared | None:
    """`against` is the key of an option, empty for the usual one. None where nothing else is priced in full."""
    usual = rival([row.found for row in rows])
    wanted = against or (usual.option.key if usual else "")
    other = next((row for row in choices(rows) if row.found.option.key == wanted), None)
    now = next((row for row in rows if row.found.option.is_now), None)
    if other is None or now is None or not now.found.complete:
        return None
    parts = parts_by_store(plan)[slug]
    ask = Ask(parts, snapshot, paid(plan, prices), people)
    stores = now.found.option.store, other.found.option.store
    names = (f"{now.what} (now)", f"{other.what}, {other.where}")
    if uneven(now.found, other.found):
        curves, formula = [by_peak(*stores, ask)], PEAK_FORMULA
    else:
        curves, formula = [by_load(*stores, ask), by_month(*stores, ask)], FORMULA
    today = demand_of(parts, MEDIAN)
    amounts = (float(today.reads[0]), float(today.writes[0]), float(today.size_gib[0]))
    drawn = tuple(Drawn(one, TITLES[one.axis], sentence(one, names, amounts), names) for one in curves)
    return Compared(other, drawn, formula)


def choices(rows: Sequence[Row]) -> list[Row]:
    """What the store may be held against: the options that are priced in full."""
    return [row for row in rows if not row.found.option.is_now and row.found.complete]


def sentence(found: BreakEven, names: tuple[str, str], amounts: tuple[float, float, float]) -> str:
    """Where the costs are the same, and who is cheaper on which side."""
    cheaper = found.cheaper_below
    if cheaper is None:
        return "Both cost the same, or one of them has no price along the way."
    first, last = found.both[0][0], found.both[-1][0]
    if not found.crossings:
        span = {
            LOAD: f"from {_load(first)} to {_load(last)} today's load",
            MONTH: "in all 36 months",
            PEAK: "however uneven",
        }
        return f"{names[cheaper]} costs less {span[found.axis]}."
    at = _place(found.axis, found.crossings[0], amounts)
    said = f"{names[cheaper]} costs less up to {at}, {names[1 - cheaper]} beyond."
    if len(found.crossings) > 1:
        last_at = _place(found.axis, found.crossings[-1], amounts)
        said += f" Machines come in sizes: the lines cross {len(found.crossings)} times, the last time at {last_at}."
    return said


def _load(factor: float) -> str:
    return f"{factor:.2g} ×" if factor < 10 else f"{factor:.0f} ×"


def _place(axis: str, at: float, amounts: tuple[float, float, float]) -> str:
    if axis == MONTH:
        return f"month {at:.0f}"
    if axis == PEAK:
        return f"a busiest hour of {at:.2f} × the mean"
    reads, writes, size = (one * at for one in amounts)
    return f"{_load(at)} today's load ({rate(reads, 'reads')}, {rate(writes, 'writes')}, {size_gib(size)})"


def compared_dict(found: Compared | None) -> dict[str, Any] | None:
    """As the API gives it."""
    if found is None:
        return None
    return {
        "against": found.against.found.option.key,
        "formula": found.formula,
        "axes": [
            {
                "axis": one.found.axis,
                "said": one.said,
                "crossings": list(one.found.crossings),
                "points": [{"at": x, "now_usd": mine, "other_usd": other} for x, mine, other in one.found.both],
            }
            for one in found.drawn
        ],
    }
