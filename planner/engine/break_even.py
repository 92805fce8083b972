"""Where two ways to run a store cost the same: the load, the month, or how uneven the traffic is.

At the likely inputs, by the formulas that price a plan, people's work included where an hour has a price. Machines come in
sizes, so two costs may cross more than once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from itertools import islice, pairwise

from catalog.facts import PriceBook, Snapshot
from planner.engine import assumptions as a
from planner.engine.costs import price_demand
from planner.engine.demand import MEDIAN, Demand, Draws, Fixed, Part, demand_by_month, demand_of
from planner.engine.document import Store
from planner.engine.elsewhere import Found
from planner.engine.people import People

LOAD, MONTH, PEAK = "load", "month", "peak"
LOADS = tuple(10.0 ** (step / 16) for step in range(-32, 33))  # a hundredth to a hundred times today's
PEAKS = tuple(1 + step / 4 for step in range(77))  # 1 = even traffic, up to 20 times the mean
MONTHS = tuple(float(month) for month in range(37))
REQUEST_UNITS = "request-units"
Cost = Callable[[float], float | None]


@dataclass(frozen=True)
class BreakEven:
    """USD a month of two options along an axis; None = no machine is large enough. `crossings` lie between the points."""

    axis: str
    at: tuple[float, ...]
    first: tuple[float | None, ...]
    second: tuple[float | None, ...]
    crossings: tuple[float, ...]

    @property
    def both(self) -> list[tuple[float, float, float]]:
        """The points at which both have a cost."""
        rows = zip(self.at, self.first, self.second, strict=True)
        return [(x, one, other) for x, one, other in rows if one is not None and other is not None]

    @property
    def cheaper_below(self) -> int | None:
        """0 if the first costs less at the low end, 1 if the second does; None where they cost the same or nothing."""
        differing = [one - other for _, one, other in self.both if not math.isclose(one, other)]
        return None if not differing else 0 if differing[0] < 0 else 1


@dataclass(frozen=True, slots=True)
class Ask:
    """What is bought for whom."""

    parts: tuple[Part, ...]
    snapshot: Snapshot
    prices: PriceBook
    people: People

    def cost(self, store: Store, demand: Demand, draws: Draws = MEDIAN) -> float | None:
        """USD a month with people's work; None where a line has no price or no machine is large enough."""
        found = price_demand(store, self.parts, demand, draws, self.snapshot, self.prices)
        if found.monthly is None or found.too_small or any(line.monthly is None for line in found.lines):
            return None
        return float(found.monthly[0]) + (self.people.usd(self.people.hours(store)) or 0.0)


def by_load(first: Store, second: Store, ask: Ask) -> BreakEven:
    """Along today's reads, writes and size times a factor."""
    today = demand_of(ask.parts, MEDIAN)

    def cost_of(store: Store) -> Cost:
        return lambda factor: ask.cost(store, times(today, factor))

    return _along(LOAD, LOADS, cost_of(first), cost_of(second))


def by_month(first: Store, second: Store, ask: Ask) -> BreakEven:
    """Along the months of growth."""
    demands = list(islice(demand_by_month(ask.parts, MEDIAN), len(MONTHS)))

    def cost_of(store: Store) -> Cost:
        return lambda month: ask.cost(store, demands[int(month)])

    return _along(MONTH, MONTHS, cost_of(first), cost_of(second))


def by_peak(first: Store, second: Store, ask: Ask) -> BreakEven:
    """Along the busiest hour against the mean: what decides between paying by the request and holding capacity."""
    today = demand_of(ask.parts, MEDIAN)

    def cost_of(store: Store) -> Cost:
        return lambda peak: ask.cost(store, today, Fixed(MEDIAN, f"assumption:{a.PEAK.key}", peak))

    return _along(PEAK, PEAKS, cost_of(first), cost_of(second))


def times(demand: Demand, factor: float) -> Demand:
    """Every rate and size of a demand, multiplied."""
    return replace(demand, **{one.name: getattr(demand, one.name) * factor for one in fields(demand)})


def _along(axis: str, at: tuple[float, ...], first: Cost, second: Cost) -> BreakEven:
    one, other = tuple(map(first, at)), tuple(map(second, at))
    return BreakEven(axis, at, one, other, _crossings(axis, at, one, other))


def _crossings(
    axis: str, at: Sequence[float], first: Sequence[float | None], second: Sequence[float | None]
) -> tuple[float, ...]:
    """Where the difference changes its sign, between two points on a straight line (on a logarithmic axis for loads)."""
    found = []
    known = [
        (x, one - other)
        for x, one, other in zip(at, first, second, strict=True)
        if one is not None and other is not None
    ]
    for (x, here), (y, there) in pairwise(known):
        if here * there < 0 or (here != 0 and there == 0):
            share = here / (here - there)
            log = axis == LOAD
            low, high = (math.log10(x), math.log10(y)) if log else (x, y)
            place = low + share * (high - low)
            found.append(10.0**place if log else place)
    return tuple(found)


def rival(rows: Sequence[Found]) -> Found | None:
    """What the store as it is should be held against: the other way of paying for it, else the other way of running it."""
    now = next((one for one in rows if one.option.is_now), None)
    others = [one for one in rows if not one.option.is_now and one.complete]
    if now is None or now.total is None or not others:
        return None
    mine = now.option.offering
    if mine is not None and mine.billing == REQUEST_UNITS:
        siblings = [one for one in others if one.option.offering and one.option.offering.database == mine.database]
        cold = [one for one in siblings if one.option.offering and one.option.offering.slug.endswith("-ia")]
        paid = [one for one in siblings if one not in cold]
        if paid:
            return paid[0]
    unlike = [one for one in others if (one.option.offering is None) != (mine is None)]
    return min(unlike or others, key=lambda one: one.total.p50 if one.total else math.inf)


def uneven(first: Found, second: Found) -> bool:
    """Do the two differ in how requests are paid for, and in nothing else?"""
    offerings = first.option.offering, second.option.offering
    return all(one is not None and one.billing == REQUEST_UNITS for one in offerings)
