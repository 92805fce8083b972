"""Size and monthly cost of every store, and of the plan. Pure; equal stores are answered from memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import numpy as np

from catalog.facts import PriceBook, Snapshot
from planner.engine.bill import Job, Line, cents
from planner.engine.billing import bill
from planner.engine.demand import MEDIAN, Draws, Part, demand_of, parts_by_store
from planner.engine.document import Plan, Store
from planner.engine.quantity import Floats
from planner.engine.results import Because, CostLine, Interval, StoreResult
from planner.engine.sizing import load_of

STRIP_DRAWS = 256


@dataclass(frozen=True)
class Priced:
    """One store priced over draws. `monthly` has shape (draws,), None if no line has a price."""

    slug: str
    lines: tuple[Line, ...]
    unknown: tuple[str, ...]
    monthly: Floats | None
    size_gib: Floats | None
    job: Job | None
    reasons: tuple[Because, ...]


@dataclass(frozen=True)
class PlanCost:
    """Percentiles of the sum over shared draws, USD per month."""

    monthly_usd: Interval | None
    at_least: bool
    prices_as_of: str


def price_store(
    slug: str,
    store: Store,
    parts: tuple[Part, ...],
    snapshot: Snapshot,
    prices: PriceBook,
    draws: Draws,
    years: float = 0.0,
) -> Priced:
    """Demand, load and bill of one store for all draws."""
    database = snapshot.databases.get(store.database)
    if database is None:
        return Priced(slug, (), (f"The catalog has no database {store.database!r}",), None, None, None, ())
    demand = demand_of(parts, draws, years=years)
    if not parts:
        return Priced(slug, (), ("Nothing is stored here yet, so it has no size and no cost",), None, None, None, ())
    if not demand.known:
        return Priced(slug, (), demand.missing, None, None, None, ())
    load = load_of(database, demand)
    if isinstance(load, str):
        return Priced(slug, (), (load,), None, demand.size_gib, None, ())
    job = Job(slug, store, database, snapshot.offerings.get(store.offering or ""), prices, demand, load)
    bill(job)
    known = [line.monthly for line in job.lines if line.monthly is not None]
    monthly: Floats | None = np.sum(known, axis=0) if known else None
    return Priced(slug, tuple(job.lines), tuple(job.unknown), monthly, demand.size_gib, job, load.reasons)


def size_and_price(plan: Plan, snapshot: Snapshot, prices: PriceBook) -> dict[str, StoreResult]:
    """Every store at its median inputs, with the interval that the ranges of the inputs give."""
    parts = parts_by_store(plan)
    return {slug: _result(slug, store, parts[slug], snapshot, prices) for slug, store in plan.stores.items()}


@lru_cache(maxsize=4_000)
def _result(slug: str, store: Store, parts: tuple[Part, ...], snapshot: Snapshot, prices: PriceBook) -> StoreResult:
    median = price_store(slug, store, parts, snapshot, prices, MEDIAN)
    spread = _spread(slug, store, parts, snapshot, prices)
    lines = tuple(_cost_line(slug, line) for line in median.lines)
    amounts = [line.monthly_usd for line in lines if line.monthly_usd is not None]
    demand = median.job.demand if median.job else None
    return StoreResult(
        store=slug,
        size_gib=float(median.size_gib[0]) if median.size_gib is not None else None,
        reads_per_second=float(demand.reads[0]) if demand else None,
        writes_per_second=float(demand.writes[0]) if demand else None,
        shape=median.job.shape if median.job else "",
        nodes=median.job.nodes if median.job else None,
        lines=lines,
        monthly_usd=sum(amounts, Decimal(0)) if amounts else None,
        monthly_usd_interval=interval_of(spread.monthly) if spread.monthly is not None else None,
        unknown=median.unknown,
        reasons=median.reasons,
    )


@lru_cache(maxsize=4_000)
def _spread(slug: str, store: Store, parts: tuple[Part, ...], snapshot: Snapshot, prices: PriceBook) -> Priced:
    return price_store(slug, store, parts, snapshot, prices, Draws(STRIP_DRAWS))


def _cost_line(slug: str, line: Line) -> CostLine:
    quantity = float(line.quantity[0])
    known = line.price is not None and line.monthly is not None
    return CostLine(
        store=slug,
        item=line.item,
        basis=line.basis,
        quantity=None if np.isnan(quantity) else quantity,
        unit=line.unit,
        unit_price_usd=line.price.usd if line.price else None,
        monthly_usd=cents(float(line.monthly[0])) if known and line.monthly is not None else None,
        because=line.because,
    )


def interval_of(values: Floats) -> Interval:
    """p10, p50 and p90 over draws."""
    low, mid, high = np.percentile(values, [10, 50, 90])
    return Interval(float(low), float(mid), float(high))


def plan_cost(plan: Plan, snapshot: Snapshot, prices: PriceBook) -> PlanCost:
    """p10, p50 and p90 of the SUM of all stores, never the sum of their percentiles."""
    parts = parts_by_store(plan)
    spreads = [_spread(slug, store, parts[slug], snapshot, prices) for slug, store in plan.stores.items()]
    known = [one.monthly for one in spreads if one.monthly is not None]
    at_least = any(one.unknown for one in spreads) or any(ref.data_set.store is None for ref in plan.data_sets())
    days = [
        line.price.as_of
        for one in spreads
        for line in one.lines
        if line.price is not None and line.price.as_of is not None
    ]
    oldest: dt.date | None = min(days, default=None)
    total = interval_of(np.sum(known, axis=0)) if known else None
    return PlanCost(total, at_least, oldest.isoformat() if oldest else "")


def stores_by_cost(results: Mapping[str, StoreResult]) -> list[StoreResult]:
    """Dearest first; unknown last."""
    return sorted(results.values(), key=lambda one: -(one.monthly_usd or Decimal(-1)))
