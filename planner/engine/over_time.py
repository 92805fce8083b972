"""What the next 36 months bring: the month in which a limit or a target breaks, steps where nodes are added, the budget.

Months of limits are of the draws of an estimate: the first in which 10, 50 and 90 % of them are past the limit. Steps and
targets are at the likely inputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np

from catalog.facts import Database, PriceBook, Snapshot
from planner.engine import assumptions as a
from planner.engine.capacity import ONE_WRITER_GIB, ONE_WRITER_PER_SECOND, OTHER_WRITER
from planner.engine.costs import Priced, price_demand
from planner.engine.demand import GIB, MEDIAN, SECONDS_PER_DAY, Demand, Draws, Part, demand_by_month
from planner.engine.document import Needs, Plan, Store
from planner.engine.quantity import Floats, Quantity
from planner.engine.recovery import recover
from planner.engine.results import Break, Interval, Step, StoreResult
from planner.engine.shapes import only_shape
from planner.engine.sizing import ONE_NODE, copies_of, load_of

MONTHS = 37  # now and the next 36
SHARES = (0.1, 0.5, 0.9)  # of the draws: early, likely, late
QUANTILES = (0.01, *(step / 20 for step in range(1, 20)), 0.99)
MACHINE, SIZE, WRITES, TARGET = "machine", "size", "writes", "target"


@dataclass(frozen=True, slots=True)
class Limit:
    """Up to where a store can go. `what` is compared: the size, or the writes of the busiest hour."""

    what: str
    value: float
    text: str
    source: str  # empty = assumption


def limits_of(database: Database | None) -> tuple[Limit, ...]:
    """Documented limits of a system, and what one writer is taken to carry where all writes go through one."""
    if database is None:
        return ()
    scaling = database.fact("scaling.write_scaling")
    one_writer = scaling is not None and scaling.value == "vertical"
    found = []
    size, writes = database.limit("max_database_bytes"), database.limit("one_writer_writes_per_s")
    if size is not None:
        source = size.sources[0] if size.sources else ""
        found.append(Limit(SIZE, size.value / GIB, f"{size.value / GIB:,.0f} GiB, {size.text}", source))
    elif one_writer:
        found.append(Limit(SIZE, ONE_WRITER_GIB.likely, f"{ONE_WRITER_GIB.likely:,.0f} GiB, {ONE_WRITER_GIB.text}", ""))
    if one_writer:
        usual = ONE_WRITER_PER_SECOND.get(database.category, OTHER_WRITER)
        value = float(writes.value) if writes else usual.likely
        source = writes.sources[0] if writes and writes.sources else ""
        text = f"{value:,.0f} writes/s in the busiest hour, {writes.text if writes else usual.text}"
        found.append(Limit(WRITES, value, text, source))
    return tuple(found)


def past(limit: Limit, demand: Demand, draws: Draws) -> float:
    """The share of draws in which the demand is past a limit."""
    asked = demand.size_gib if limit.what == SIZE else demand.writes * draws.assumed(a.PEAK)
    return float(np.mean(asked > limit.value))


def break_of(store: str, kind: str, text: str, source: str, shares: Floats) -> Break | None:
    """The months in which 10, 50 and 90 % of the draws are past; None where fewer than 10 % ever are."""
    months = [next((month for month, share in enumerate(shares) if share >= least), None) for least in SHARES]
    if months[0] is None:
        return None
    return Break(store, kind, text, source, months[0], months[1], months[2])


def steps_of(
    slug: str, store: Store, parts: tuple[Part, ...], snapshot: Snapshot, prices: PriceBook
) -> tuple[Step, ...]:
    """Nodes that must be added while today's machine is kept, or the next larger machine where one holds a whole copy."""
    months = enumerate(islice(demand_by_month(parts, MEDIAN), MONTHS))
    _, first = next(months)
    now = price_demand(store, parts, first, MEDIAN, snapshot, prices)
    found: list[Step] = []
    for month, demand in months:
        kept = _kept(now, store, parts, demand, snapshot, prices)
        if kept is None:
            return tuple(found)
        if kept == now.nodes:
            continue
        if kept:
            found.append(Step(slug, month, kept, now.shape, f"{kept} × {now.shape}, before {now.nodes}"))
            now = replace(now, nodes=kept)
            continue
        larger = price_demand(store, parts, demand, MEDIAN, snapshot, prices)
        if larger.shape == now.shape or not larger.shape:
            return tuple(found)  # nothing is large enough any more: that is a break
        found.append(Step(slug, month, larger.nodes, larger.shape, f"{larger.shape}, before {now.shape}"))
        now = larger
    return tuple(found)


def _kept(
    now: Priced, store: Store, parts: tuple[Part, ...], demand: Demand, snapshot: Snapshot, prices: PriceBook
) -> int | None:
    """Nodes of today's machine for a later demand; 0 if one is too small for a copy; None if that is no question."""
    copies = copies_of(store)
    load = load_of(snapshot.databases[store.database], demand, MEDIAN, parts, copies)
    if isinstance(load, str) or store.machine or not now.shape or now.nodes is None:
        return None
    nodes = only_shape(load, now.shape, copies, prices)
    if nodes is None:
        return None
    return now.nodes if nodes and load.layout == ONE_NODE else max(nodes, now.nodes) if nodes else 0


def grown(plan: Plan, month: int) -> Plan:
    """The plan with the likely sizes and rates of a later month, by the growth of each data set."""
    services = {
        slug: service.model_copy(
            update={
                "data": {
                    key: one.model_copy(update={"needs": _grown(one.needs, month)}) for key, one in service.data.items()
                }
            }
        )
        for slug, service in plan.services.items()
    }
    return plan.model_copy(update={"services": services})


def _grown(needs: Needs, month: int) -> Needs:
    factor = (1 + (needs.growth_per_year.mid if needs.growth_per_year else 0.0)) ** (month / 12)
    rates = {name: _times(getattr(needs, name), factor) for name in ("reads_per_second", "writes_per_second")}
    size, writes = needs.size_gib, rates["writes_per_second"]
    wanted = factor
    if size is not None and needs.retention_days is not None and writes is not None and size.mid > 0:
        item = needs.item_bytes.mid if needs.item_bytes else a.ITEM_BYTES.likely
        window = writes.mid * item / GIB * needs.retention_days.mid * SECONDS_PER_DAY
        wanted = min(factor, max(1.0, window / size.mid))
    return needs.model_copy(update={**rates, "size_gib": _times(size, wanted)})


def _times(quantity: Quantity | None, factor: float) -> Quantity | None:
    return (
        None if quantity is None else Quantity(*(one * factor for one in (quantity.low, quantity.mid, quantity.high)))
    )


Met = Mapping[str, bool | None]


def targets_broken(plan: Plan, snapshot: Snapshot, stores: Mapping[str, StoreResult]) -> tuple[Break, ...]:
    """The month in which the recovery of a data set, met today, misses its target because there is more to restore."""
    known: dict[int, Met] = {}

    def met(month: int) -> Met:
        if month not in known:
            known[month] = _met(plan, month, snapshot, stores)
        return known[month]

    found = []
    for path, month in _lost(met, 0, MONTHS - 1):
        slug = plan.data_set(path).store or ""
        tier = plan.tier_of(path)
        target = plan.target(tier)
        text = f"{plan.data_set(path).name} is no longer back within {target.rto_minutes:g} min after every failure"
        found.append(Break(slug, TARGET, text, f"targets.{tier}", None, month, None))
    return tuple(found)


def _lost(met: Any, first: int, last: int) -> Iterator[tuple[str, int]]:
    """Data sets that meet their targets in the first month and miss them in the last, each with its month."""
    gone = {path for path, fine in met(first).items() if fine and met(last).get(path) is False}
    if not gone:
        return
    if last - first == 1:
        yield from ((path, last) for path in sorted(gone))
        return
    middle = (first + last) // 2
    yield from _lost(met, first, middle)
    yield from _lost(met, middle, last)


def _met(plan: Plan, month: int, snapshot: Snapshot, stores: Mapping[str, StoreResult]) -> Met:
    later = grown(plan, month)
    sizes = dict.fromkeys(plan.stores, 0.0)
    for ref in later.data_sets():
        if ref.data_set.store in sizes and ref.data_set.needs.size_gib is not None:
            sizes[ref.data_set.store] += ref.data_set.needs.size_gib.mid
    results = {
        slug: replace(one, size_gib=max(sizes[slug], one.size_gib)) if one.size_gib is not None else one
        for slug, one in stores.items()
    }
    return {path: one.met for path, one in recover(later, snapshot, results)[0].items()}


def over_budget(quantiles: Sequence[Sequence[float]], budget_usd: float) -> tuple[float, ...]:
    """The share of draws above a budget in each month, read from the month's quantiles; beyond them half of what is left."""
    low, high = QUANTILES[0] / 2, 1 - (1 - QUANTILES[-1]) / 2
    return tuple(1.0 - float(np.interp(budget_usd, one, QUANTILES, left=low, right=high)) for one in quantiles)


def restored(stored: Mapping[str, Any]) -> dict[str, Any]:
    """These parts of a stored estimate as values; estimates of older versions have none."""
    whole = stored.get("whole_period")
    return {
        "quantiles": tuple(tuple(one) for one in stored.get("quantiles", ())),
        "whole_period": Interval(**whole) if whole else None,
        "breaks": tuple(Break(**one) for one in stored.get("breaks", ())),
        "steps": tuple(Step(**one) for one in stored.get("steps", ())),
    }
