"""What people outside a team may see of costs that come from the team's own price book: totals, never unit prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from planner.engine.results import TOTAL_ONLY, Because, CostLine, Evaluation, StoreResult

TEXT = "Priced by the price book of the plan's team: only the total is shown"


def uses_team_prices(evaluation: Evaluation) -> bool:
    return any(line.of_team for one in evaluation.stores.values() for line in one.lines)


def without_unit_prices(evaluation: Evaluation) -> Evaluation:
    """The same evaluation, with each store's lines at the team's own prices added up to one."""
    if not uses_team_prices(evaluation):
        return evaluation
    stores: Mapping[str, StoreResult] = {slug: folded(one) for slug, one in evaluation.stores.items()}
    return replace(evaluation, stores=stores)


def folded(result: StoreResult) -> StoreResult:
    own = [line for line in result.lines if line.of_team]
    if not own:
        return result
    total = sum((line.monthly_usd or Decimal(0) for line in own), Decimal(0))
    words = "1 line" if len(own) == 1 else f"{len(own)} lines"
    because = Because("price", TEXT, TOTAL_ONLY)
    line = CostLine(result.store, f"{words} at the team's own prices", "", None, "", None, total, because)
    return replace(result, lines=(line, *(one for one in result.lines if not one.of_team)))
