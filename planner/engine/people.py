"""People's work on stores: hours a month and what they cost. Kept apart from what vendors bill."""

from __future__ import annotations

from dataclasses import dataclass

from planner.engine import assumptions as a
from planner.engine.document import Plan, Store
from planner.engine.store_defaults import SELF_HOSTED


@dataclass(frozen=True, slots=True)
class People:
    """Hours a month for one store that a vendor runs, and for one of one's own. `hourly_usd` None = not known."""

    managed_hours: float = a.PEOPLE_MANAGED.likely
    own_hours: float = a.PEOPLE_OWN.likely
    hourly_usd: float | None = None

    def hours(self, store: Store) -> float:
        return self.own_hours if store.offering in (None, SELF_HOSTED) else self.managed_hours

    def usd(self, hours: float) -> float | None:
        return None if self.hourly_usd is None else hours * self.hourly_usd


def people_of(plan: Plan) -> People:
    """What the plan says, else our assumptions; an hour without a price stays without."""
    managed, own = plan.costs.managed_hours_month, plan.costs.own_hours_month
    return People(
        a.PEOPLE_MANAGED.likely if managed is None else managed,
        a.PEOPLE_OWN.likely if own is None else own,
        plan.team.hourly_cost_usd,
    )
