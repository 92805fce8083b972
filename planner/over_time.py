"""The next 36 months of an estimate in words: what breaks when, where nodes are added, the chance of exceeding a budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from planner.engine.document import Plan
from planner.engine.over_time import over_budget
from planner.engine.results import Break, Estimate

KIND_WORDS = {
    "machine": "outgrows its machine",
    "size": "passes a size limit",
    "writes": "passes a write limit",
    "target": "misses a target",
}


@dataclass(frozen=True, slots=True)
class Broken:
    """A break with the name of its store and its months in words."""

    found: Break
    name: str
    when: str
    span: str


@dataclass(frozen=True, slots=True)
class Budget:
    """`first_likely` = the first month that is above the budget in half of the draws or more; None = not within 36."""

    usd_month: float
    chances: tuple[float, ...]

    @property
    def first_likely(self) -> int | None:
        return next((month for month, chance in enumerate(self.chances) if chance >= 0.5), None)

    @property
    def at(self) -> list[tuple[str, float]]:
        return [("now" if month == 0 else f"in {month} months", self.chances[month]) for month in (0, 12, 24, 36)]


def over_time(estimate: Estimate | None, plan: Plan, budget_usd: float | None) -> dict[str, Any]:
    """The context of the part of the page; nothing where the estimate has none of it."""
    if estimate is None or not estimate.quantiles:
        return {"breaks": (), "steps": (), "budget": None, "mark": None, "whole_period": None}
    breaks = [_broken(one, plan) for one in estimate.breaks]
    first = next((one for one in breaks if one.found.likely), None)
    names = {slug: store.name for slug, store in plan.stores.items()}
    return {
        "breaks": breaks,
        "steps": [(one, names.get(one.store, one.store)) for one in estimate.steps],
        "mark": (first.found.likely, f"month {first.found.likely}: {first.name} {KIND_WORDS[first.found.kind]}")
        if first
        else None,
        "budget": Budget(budget_usd, over_budget(estimate.quantiles, budget_usd)) if budget_usd is not None else None,
        "whole_period": estimate.whole_period,
    }


def _broken(one: Break, plan: Plan) -> Broken:
    store = plan.stores.get(one.store)
    if one.kind == "target":
        return Broken(one, store.name if store else one.store, _month(one.likely), "at the likely inputs")
    span = f"{_month(one.early)} in 1 of 10 draws; {_month(one.late)} in 9 of 10"
    when = _month(one.likely) if one.likely is not None else f"perhaps {_month(one.early)}"
    return Broken(one, store.name if store else one.store, when, span)


def _month(month: int | None) -> str:
    return "not within 36 months" if month is None else "now" if month == 0 else f"month {month}"
