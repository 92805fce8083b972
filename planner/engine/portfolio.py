"""What several plans cost together: each over the same draws, summed draw by draw. Never sums of percentiles.

What holds for all plans alike (the common part of growth, and our assumptions about data) has the same value in the same draw of
every plan; a plan's own quantities are drawn apart from those of the others, as nothing says that they move together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from catalog.facts import PriceBook, Snapshot
from planner.engine.commitment import paid
from planner.engine.costs import interval_of, placed, price_demand, unpriceable
from planner.engine.demand import GROWTH, Draws, Part, demand_of, parts_by_store
from planner.engine.document import Plan, Store
from planner.engine.quantity import Floats, stratified
from planner.engine.results import Interval
from planner.engine.simulate import left_out

MONTHS = (0, 12, 24, 36)  # from now
ASSUMPTION = "assumption:"


@dataclass(frozen=True)
class PlanDraws:
    """One plan over the draws, USD a month: shape (MONTHS, draws). `known` False = not one line has a price."""

    monthly: Floats
    known: bool
    unknown: tuple[str, ...]
    prices_as_of: str

    @property
    def months(self) -> tuple[Interval, ...]:
        return tuple(interval_of(one) for one in self.monthly)


class Stream(Draws):
    """Draws of one plan among several: `name` tells its own quantities apart."""

    def __init__(self, count: int, seed: int, name: str) -> None:
        super().__init__(count, seed)
        self.name = name

    def _probabilities(self, name: str) -> Floats:
        shared = name == GROWTH or name.startswith(ASSUMPTION)
        return stratified(self.count, f"{self.seed}:{name}" if shared else f"{self.seed}:{self.name}:{name}")


def plan_draws(
    plan: Plan,
    snapshot: Snapshot,
    prices: PriceBook,
    draws: Stream,
    on_store: Callable[[], None] = lambda: None,
) -> PlanDraws:
    """`on_store` is called before each store; it may raise to stop."""
    parts, prices = parts_by_store(plan), paid(plan, prices)
    total = np.zeros((len(MONTHS), draws.count))
    unknown: dict[str, tuple[str, ...]] = {}
    days, known = [], False
    for slug, store in plan.stores.items():
        if unpriceable(snapshot.databases.get(store.database), store, parts[slug]):
            continue
        on_store()
        one = _store(placed(store, plan), parts[slug], snapshot, prices, draws)
        total += one.monthly
        known, unknown[slug] = known or one.known, one.unknown
        if one.prices_as_of:
            days.append(one.prices_as_of)
    return PlanDraws(total, known, left_out(plan, snapshot, unknown), min(days, default=""))


def _store(store: Store, parts: tuple[Part, ...], snapshot: Snapshot, prices: PriceBook, draws: Stream) -> PlanDraws:
    monthly = np.zeros((len(MONTHS), draws.count))
    known, oldest = False, ""
    unknown: tuple[str, ...] = ()
    for at, month in enumerate(MONTHS):
        priced = price_demand(store, parts, demand_of(parts, draws, month), draws, snapshot, prices)
        if month == 0:
            known, unknown = priced.monthly is not None, priced.unknown
            oldest = priced.oldest_price.isoformat() if priced.oldest_price else ""
        if (
            priced.too_small == 1 and month and not store.machine
        ):  # outgrown in every draw: it stands still, which its own page says
            monthly[at] = monthly[at - 1]
        elif priced.monthly is not None:
            monthly[at] = priced.monthly
    return PlanDraws(monthly, known, unknown, oldest)


def together(plans: Sequence[Floats]) -> tuple[Interval, ...]:
    """p10, p50 and p90 of the sum in each of the MONTHS; () for no plan."""
    if not plans:
        return ()
    return tuple(interval_of(month) for month in np.sum(np.stack(plans), axis=0))
