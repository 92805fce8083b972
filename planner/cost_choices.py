"""The costs of a plan as the choosers ask for them: at another place, paid otherwise, at a later month's traffic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.facts import PriceBook, Snapshot
from planner.elsewhere import PlanRow
from planner.engine.bill import UNITS
from planner.engine.commitment import HOURLY, MARK
from planner.engine.costs import PlanCost, plan_cost, size_and_price
from planner.engine.document import Plan
from planner.engine.elsewhere_plan import moved_plan
from planner.engine.results import StoreResult
from planner.outsiders import folded

HOURS = frozenset(UNITS[unit][0] for unit in HOURLY)


@dataclass(frozen=True)
class Chosen:
    """`usual` is the plan as it is, today; `list_price` without any commitment, None where there is none."""

    plan: Plan
    stores: dict[str, StoreResult]
    cost: PlanCost
    usual: PlanCost
    list_price: PlanCost | None

    @property
    def change_usd(self) -> float | None:
        here, there = self.usual.monthly_usd, self.cost.monthly_usd
        return there.p50 - here.p50 if here and there else None

    @property
    def uncommitted(self) -> int:
        """Lines of machines for which no committed price is known: they stand at list price."""
        if self.list_price is None:
            return 0
        lines = (line for one in self.stores.values() for line in one.lines if line.unit in HOURS)
        return sum(line.unit_price_usd is not None and MARK not in line.because.source for line in lines)


def chosen_costs(
    plan: Plan, asked: dict[str, str], places: Sequence[PlanRow], snapshot: Snapshot, prices: PriceBook, *, shared: bool
) -> Chosen:
    """`asked` holds `place`, `commitment` and `traffic` (months from now), each one of the choosers' values."""
    row = next((one for one in places if one.found.target.key == asked["place"]), None)
    there = moved_plan(plan, row.found) if row else plan
    there = _paid(there, asked["commitment"])
    month = int(asked["traffic"] or 0)
    stores = size_and_price(there, snapshot, prices, month)
    committed = there.costs.commitment != "none"
    return Chosen(
        plan=there,
        stores={slug: folded(one) for slug, one in stores.items()} if shared else stores,
        cost=plan_cost(there, snapshot, prices, month),
        usual=plan_cost(plan, snapshot, prices),
        list_price=plan_cost(_paid(there, "none"), snapshot, prices, month) if committed else None,
    )


def _paid(plan: Plan, commitment: str) -> Plan:
    return plan.model_copy(update={"costs": plan.costs.model_copy(update={"commitment": commitment})})
