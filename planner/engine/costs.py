"""Size and monthly cost of every store, and of the plan. Pure; equal stores are answered from memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

import numpy as np

from catalog.facts import Database, PriceBook, Snapshot
from planner.engine.bill import Bill, Line
from planner.engine.bill_backups import backups
from planner.engine.billing import buy, further_regions
from planner.engine.commitment import paid
from planner.engine.demand import MEDIAN, Demand, Draws, Part, demand_of, missing, parts_by_store, uncounted
from planner.engine.document import Plan, Store
from planner.engine.purchase import Job
from planner.engine.quantity import Floats
from planner.engine.results import Because, CostLine, Interval, StoreResult
from planner.engine.shapes_tried import Weighed
from planner.engine.sizing import copies_of, load_for

STRIP_DRAWS = 512


@dataclass(frozen=True)
class Priced:
    """One store priced over draws. `monthly` has shape (draws,) or (1,), None if no line has a price."""

    lines: tuple[Line, ...]
    unknown: tuple[str, ...]
    monthly: Floats | None
    shape: str
    nodes: int | None
    reasons: tuple[Because, ...]
    too_small: float = 0.0  # share of the draws in which no machine is large enough
    weighed: Weighed | None = None

    @property
    def oldest_price(self) -> dt.date | None:
        days = [line.price.as_of for line in self.lines if line.price is not None and line.price.as_of is not None]
        return min(days, default=None)


@dataclass(frozen=True)
class PlanCost:
    """Percentiles of the sum over shared draws, USD per month."""

    monthly_usd: Interval | None
    at_least: bool
    prices_as_of: str


def placed(store: Store, plan: Plan) -> Store:
    """The store with the plan's provider and region where it names none of its own."""
    if store.provider is not None and store.region is not None:
        return store
    return store.model_copy(update={"provider": store.provider or plan.provider, "region": store.region or plan.region})


def unpriceable(database: Database | None, store: Store, parts: tuple[Part, ...]) -> tuple[str, ...]:
    """Why a store has no cost at all; () if it can be priced."""
    if database is None:
        return (f"The catalog has no database {store.database!r}",)
    if not parts:
        return ("Nothing is stored here yet, so it has no size and no cost",)
    return missing(parts)


def price_demand(
    store: Store, parts: tuple[Part, ...], demand: Demand, draws: Draws, snapshot: Snapshot, prices: PriceBook
) -> Priced:
    """The load and the bill of one store for all draws of one moment. The store must be priceable."""
    database = snapshot.databases[store.database]
    offering = snapshot.offerings.get(store.offering or "")
    provider = offering.provider if offering and offering.provider != "any" else store.provider or ""
    copies = copies_of(store)
    load = load_for(store, database, demand, draws, parts, copies)
    job = Job(
        store=store, database=database, offering=offering, parts=parts, demand=demand, draws=draws, load=load,
        bill=Bill(prices, provider, store.region or ""), copies=copies,
    )  # fmt: skip
    buy(job)
    backups(job)
    further_regions(job)
    reasons = (() if isinstance(load, str) or job.shape == "" else load.reasons) + tuple(job.reasons)
    unknown = (*job.bill.unknown, *uncounted(parts))
    too_small = 0.0 if job.too_small is None else float(np.mean(job.too_small))
    return Priced(
        tuple(job.bill.lines), unknown, sum_of(job.bill.lines), job.shape, job.nodes, reasons, too_small, job.weighed
    )


def sum_of(lines: Iterable[Line]) -> Floats | None:
    """The known amounts added up draw by draw; None if no line is known."""
    total: Floats | None = None
    for line in lines:
        if line.monthly is not None:
            total = line.monthly if total is None else total + line.monthly
    return total


@dataclass(frozen=True, slots=True)
class _Sold:
    """What a snapshot says of a store's system and offering: a key that another snapshot with the same two shares."""

    database: int
    offering: int
    snapshot: Snapshot = field(compare=False, repr=False)  # kept alive by the key, so that no number is given twice


def _sold(store: Store, snapshot: Snapshot) -> _Sold:
    return _Sold(id(snapshot.databases.get(store.database)), id(snapshot.offerings.get(store.offering or "")), snapshot)


def size_and_price(plan: Plan, snapshot: Snapshot, prices: PriceBook, month: int = 0) -> dict[str, StoreResult]:
    """Every store at its median inputs, with the interval that the ranges of the inputs give; `month` 0 is now."""
    parts, prices = parts_by_store(plan), paid(plan, prices)
    return {
        slug: _result(slug, placed(store, plan), parts[slug], _sold(store, snapshot), prices, month)
        for slug, store in plan.stores.items()
    }


def likely(store: Store, parts: tuple[Part, ...], snapshot: Snapshot, prices: PriceBook) -> tuple[float | None, str]:
    """USD a month and machine of one placed store with these parts, at their likely inputs. None = a line has no price."""
    if unpriceable(snapshot.databases.get(store.database), store, parts):
        return None, ""
    found = price_demand(store, parts, demand_of(parts, MEDIAN), MEDIAN, snapshot, prices)
    return (None if found.unknown or found.monthly is None else float(found.monthly[0])), found.shape


@lru_cache(maxsize=4_000)
def _result(
    slug: str, store: Store, parts: tuple[Part, ...], sold: _Sold, prices: PriceBook, month: int
) -> StoreResult:
    snapshot = sold.snapshot
    refusal = unpriceable(snapshot.databases.get(store.database), store, parts)
    if refusal:
        return StoreResult(slug, None, None, None, "", None, (), None, None, refusal, ())
    demand = demand_of(parts, MEDIAN, month)
    median = price_demand(store, parts, demand, MEDIAN, snapshot, prices)
    spread = _spread(store, parts, sold, prices, month)
    lines = tuple(_cost_line(slug, line, _range_of(line, spread.lines)) for line in median.lines)
    amounts = [line.monthly_usd for line in lines if line.monthly_usd is not None]
    return StoreResult(
        store=slug,
        size_gib=float(demand.size_gib[0]),
        reads_per_second=float(demand.reads[0]),
        writes_per_second=float(demand.writes[0]),
        shape=median.shape,
        nodes=median.nodes,
        lines=lines,
        monthly_usd=sum(amounts, Decimal(0)) if amounts else None,
        monthly_usd_interval=interval_of(spread.monthly) if spread.monthly is not None else None,
        unknown=median.unknown or spread.unknown,
        reasons=median.reasons,
    )


def spread_of(store: Store, parts: tuple[Part, ...], snapshot: Snapshot, prices: PriceBook) -> Priced:
    """The load and the bill of one placed, priceable store over the draws of an edit."""
    return _spread(store, parts, _sold(store, snapshot), prices, 0)


@lru_cache(maxsize=4_000)
def _spread(store: Store, parts: tuple[Part, ...], sold: _Sold, prices: PriceBook, month: int) -> Priced:
    draws = Draws(STRIP_DRAWS)
    found = price_demand(store, parts, demand_of(parts, draws, month), draws, sold.snapshot, prices)
    return replace(found, weighed=None)  # kept in memory: without the arrays of its load


def search_of(plan: Plan, slug: str, snapshot: Snapshot, prices: PriceBook) -> Priced | tuple[str, ...]:
    """One store at its likely inputs with the search for its machines, or sentences why it has no size."""
    parts, store = parts_by_store(plan)[slug], placed(plan.stores[slug], plan)
    refusal = unpriceable(snapshot.databases.get(store.database), store, parts)
    if refusal:
        return refusal
    return price_demand(store, parts, demand_of(parts, MEDIAN), MEDIAN, snapshot, paid(plan, prices))


def forget() -> None:
    """Free the memory of answers."""
    _result.cache_clear()
    _spread.cache_clear()


def _range_of(line: Line, drawn: tuple[Line, ...]) -> Interval | None:
    """The same line over draws. Another draw may choose another machine: then it is what stands before the comma."""
    head = line.item.split(", ")[0]
    same = [one for one in drawn if one.item == line.item and one.basis == line.basis]
    same = same or [one for one in drawn if one.item.split(", ")[0] == head and one.basis == line.basis]
    values = sum_of(same)
    return interval_of(values) if values is not None and values.all() else None


def _cost_line(slug: str, line: Line, spread: Interval | None) -> CostLine:
    return CostLine(
        store=slug,
        item=line.item,
        basis=line.basis,
        quantity=float(line.quantity[0]),
        unit=line.unit,
        unit_price_usd=line.price.usd if line.price else None,
        monthly_usd=line.monthly_usd,
        because=line.because,
        monthly_usd_interval=spread,
    )


def interval_of(values: Floats) -> Interval:
    """p10, p50 and p90 over draws."""
    low, mid, high = np.percentile(values, [10, 50, 90])
    return Interval(float(low), float(mid), float(high))


def plan_cost(plan: Plan, snapshot: Snapshot, prices: PriceBook, month: int = 0) -> PlanCost:
    """p10, p50 and p90 of the SUM of all stores, never the sum of their percentiles; `month` 0 is now."""
    parts, prices = parts_by_store(plan), paid(plan, prices)
    total: Floats | None = None
    at_least = any(ref.data_set.store is None for ref in plan.data_sets())
    days: list[dt.date] = []
    for slug, store in plan.stores.items():
        store = placed(store, plan)
        if unpriceable(snapshot.databases.get(store.database), store, parts[slug]):
            at_least = at_least or bool(parts[slug])
            continue
        one = _spread(store, parts[slug], _sold(store, snapshot), prices, month)
        at_least = at_least or bool(one.unknown)
        if one.monthly is not None:
            total = one.monthly if total is None else total + one.monthly
        if one.oldest_price is not None:
            days.append(one.oldest_price)
    oldest = min(days, default=None)
    return PlanCost(interval_of(total) if total is not None else None, at_least, oldest.isoformat() if oldest else "")
