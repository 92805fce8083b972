"""What the plan may cost: seeded Monte Carlo over its quantities, now and in each of the next 36 months.

Scrambled Sobol points, one dimension for each uncertain quantity, shared by all stores and months: percentiles are of
the sum over the same draws, never sums of percentiles.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from catalog.facts import PriceBook, Snapshot
from planner.engine import assumptions as a
from planner.engine.commitment import paid
from planner.engine.costs import Priced, interval_of, placed, price_demand, size_and_price, unpriceable
from planner.engine.demand import FIELDS, GROWTH, Draws, Fixed, Part, demand_by_month, parts_by_store
from planner.engine.document import Plan, Store, sha256
from planner.engine.over_time import (
    MACHINE,
    MONTHS,
    QUANTILES,
    break_of,
    limits_of,
    past,
    steps_of,
    targets_broken,
)
from planner.engine.points import sobol
from planner.engine.quantity import Floats, Quantity, draw
from planner.engine.results import Break, Driver, Estimate, Step, StoreResult

BINS = 30
DRIVERS = 5
DRIVERS_TRIED = 8
SOBOL_DIMENSIONS = 256  # the widest quantities; any further ones are stratified
BLOCK_VALUES = 2_000_000  # uncertain parts x draws worked on at once: bounds the memory
LEAST_STEPS = 12
TENTHS = np.array([0.1, 0.9])
MACHINE_SOURCE = "machines of the price book"
Progress = Callable[[float, str], None]


class Cancelled(Exception):
    """Raised by `on_progress` to stop an estimate."""


@dataclass(frozen=True)
class _Input:
    """An uncertain quantity of the plan or of the assumptions. `name` is how Draws knows it."""

    name: str
    label: str
    quantity: Quantity

    @property
    def width(self) -> float:
        return (self.quantity.high - self.quantity.low) / max(abs(self.quantity.mid), 1e-12)


@dataclass(frozen=True)
class _World:
    """What stays the same during one estimate."""

    snapshot: Snapshot
    prices: PriceBook
    stores: Mapping[str, Store]
    parts: Mapping[str, tuple[Part, ...]]
    inputs: tuple[_Input, ...]
    draws: Draws


@dataclass
class _Found:
    """Totals of one store: shape (months, draws), and what the bill of today says."""

    monthly: Floats
    known: bool
    unknown: tuple[str, ...]
    oldest: dt.date | None
    shares: Mapping[str, Floats]  # by limit: share of the draws past it in each month


def estimate(
    plan: Plan,
    snapshot: Snapshot,
    prices: PriceBook,
    draws: int = 10_000,
    seed: int = 42,
    on_progress: Progress = lambda share, step: None,
) -> Estimate:
    """USD per month of the plan and its stores; `on_progress(share, step)` is called at least ten times."""
    on_progress(0.0, "Reading the plan")
    world = _world(plan, snapshot, prices, draws, seed)
    on_progress(0.02, f"Drawing {draws:,} runs of {len(world.inputs)} uncertain quantities")
    found = {slug: _price(world, slug, world.draws, MONTHS, tick) for slug, tick in _ticks(world, on_progress)}
    total = _total(found, draws)
    on_progress(0.8, "Comparing what drives the spread")
    drivers = _drivers(world, found, total[0], on_progress)
    on_progress(0.97, "Looking for the months in which something breaks")
    unknown = left_out(plan, snapshot, {slug: one.unknown for slug, one in found.items()})
    oldest = min((one.oldest for one in found.values() if one.oldest is not None), default=None)
    result = Estimate(
        seed=seed,
        draws=draws,
        total=interval_of(total[0]),
        at_least=bool(unknown),
        histogram=_histogram(total[0]),
        stores={slug: interval_of(one.monthly[0]) for slug, one in found.items() if one.known},
        months=tuple(interval_of(month) for month in total),
        drivers=drivers,
        unknown=unknown,
        document_sha256=sha256(plan),
        catalog_snapshot=snapshot.id,
        price_snapshot=prices.id,
        prices_as_of=oldest.isoformat() if oldest else "",
        quantiles=tuple(tuple(map(float, month)) for month in np.quantile(total, QUANTILES, axis=1).T),
        whole_period=interval_of(total[1:].sum(axis=0)),
    )
    breaks, steps = _over_time(plan, world, found, size_and_price(plan, snapshot, prices))
    on_progress(1.0, "Done")
    return replace(result, breaks=breaks, steps=steps)


def _total(found: Mapping[str, _Found], draws: int) -> Floats:
    total = np.zeros((MONTHS, draws))
    for one in found.values():
        total += one.monthly
    return total


def _world(plan: Plan, snapshot: Snapshot, prices: PriceBook, draws: int, seed: int) -> _World:
    parts = parts_by_store(plan)
    stores = {
        slug: placed(store, plan)
        for slug, store in plan.stores.items()
        if not unpriceable(snapshot.databases.get(store.database), store, parts[slug])
    }
    inputs = sorted(_inputs(plan, parts), key=lambda one: -one.width)[:SOBOL_DIMENSIONS]
    names = [one.name for one in inputs]
    grid = sobol(draws, len(names) + 1, seed)
    points = {name: np.ascontiguousarray(grid[:, at]) for at, name in enumerate([GROWTH, *names])}
    return _World(snapshot, paid(plan, prices), stores, parts, tuple(inputs), Draws(draws, seed, points))


def _inputs(plan: Plan, parts: Mapping[str, tuple[Part, ...]]) -> Iterator[_Input]:
    """Every quantity with a range, of what is placed in a store, and the properties of data that are drawn."""
    seen: set[str] = set()
    for part in (part for placed_parts in parts.values() for part in placed_parts):
        for field in FIELDS:
            yield from _once(seen, part, f"{part.path}.{field}", getattr(part.data_set.needs, field), field)
        if part.cache is not None:
            name = f"{part.path}.cache.memory_gib"
            yield from _once(seen, part, name, part.cache.memory_gib, "memory of the cache, GiB")
    for given in a.ALL:
        if given.drawn:
            yield _Input(f"assumption:{given.key}", f"{given.text}, {given.unit}", given.quantity)


WORDS = {
    "size_gib": "size, GiB",
    "reads_per_second": "reads per second",
    "writes_per_second": "writes per second",
    "item_bytes": "size of an item, bytes",
    GROWTH: "growth per year",
    "retention_days": "retention, days",
}


def _once(seen: set[str], part: Part, name: str, quantity: Quantity | None, field: str) -> Iterator[_Input]:
    if quantity is not None and not quantity.certain and name not in seen:
        seen.add(name)
        yield _Input(name, f"{part.data_set.name}: {WORDS.get(field, field)}", quantity)


def _ticks(world: _World, on_progress: Progress) -> Iterator[tuple[str, Callable[[int, int], None]]]:
    """Each store with its share of the progress, from 0.05 to 0.8."""
    for at, slug in enumerate(world.stores):
        yield slug, _ticker(on_progress, at, len(world.stores), world.stores[slug].name)


def _ticker(on_progress: Progress, at: int, stores: int, name: str) -> Callable[[int, int], None]:
    def tick(month: int, months: int) -> None:
        on_progress(0.05 + 0.75 * (at + month / months) / stores, f"{name}, month {month} of {months - 1}")

    return tick


def _price(
    world: _World, slug: str, draws: Draws, months: int, tick: Callable[[int, int], None] = lambda month, months: None
) -> _Found:
    """One store for `months` months, in blocks of draws that fit into memory."""
    store, parts = world.stores[slug], world.parts[slug]
    monthly = np.zeros((months, draws.count))
    limits = limits_of(world.snapshot.databases.get(store.database))
    shares = {name: np.zeros(months) for name in (MACHINE, *(one.what for one in limits))}
    today: Priced | None = None
    block = max(64, min(draws.count, BLOCK_VALUES // max(len(parts), 1)))
    every = max(1, months // LEAST_STEPS)
    for start in range(0, draws.count, block):
        window = slice(start, min(start + block, draws.count))
        of_block = _windowed(draws, window)
        for month, demand in enumerate(islice(demand_by_month(parts, of_block), months)):
            if start == 0 and month % every == 0:
                tick(month, months)
            priced = price_demand(store, parts, demand, of_block, world.snapshot, world.prices)
            today = today or priced
            share = (window.stop - window.start) / draws.count
            shares[MACHINE][month] += share * priced.too_small
            for one in limits:
                shares[one.what][month] += share * past(one, demand, of_block)
            if (
                priced.too_small == 1 and month and not store.machine
            ):  # outgrown in every draw: it stands still, which is said
                monthly[month, window] = monthly[month - 1, window]
            elif priced.monthly is not None:
                monthly[month, window] = priced.monthly
    assert today is not None  # noqa: S101 -- there is at least one draw
    return _Found(monthly, today.monthly is not None, today.unknown, today.oldest_price, shares)


def _windowed(draws: Draws, window: slice) -> Draws:
    if window == slice(0, draws.count):
        return draws
    block = Draws(draws.count, draws.seed, draws.points, window)
    return Fixed(block, draws.name, draws.value) if isinstance(draws, Fixed) else block


def _drivers(world: _World, found: Mapping[str, _Found], total: Floats, on_progress: Progress) -> tuple[Driver, ...]:
    """The inputs that move the median most when they alone stand at their p10 or p90."""
    correlations = _rank_correlations(world, total)
    strongest = sorted(world.inputs, key=lambda one: -abs(correlations[one.name]))[:DRIVERS_TRIED]
    drivers = []
    median = float(np.median(total))
    for at, one in enumerate(strongest):
        on_progress(0.8 + 0.17 * at / len(strongest), f"What if: {one.label}")
        low, high = (_median_at(world, found, total, one, float(value)) for value in draw(one.quantity, TENTHS))
        if low != high:
            given = one.quantity.low, one.quantity.mid, one.quantity.high
            drivers.append(Driver(one.name, one.label, low - median, high - median, correlations[one.name], given))
    drivers.sort(key=lambda driver: -abs(driver.high_usd - driver.low_usd))
    return tuple(drivers[:DRIVERS])


def _rank_correlations(world: _World, total: Floats) -> dict[str, float]:
    """Spearman's rho of the total with each input. The input's probabilities are its ranks."""
    ranks = np.argsort(np.argsort(total, kind="stable"), kind="stable").astype(np.float64)
    ranks -= ranks.mean()
    flat = float(np.ptp(total)) == 0 or len(total) < 2
    found = {}
    for one in world.inputs:
        u = world.draws.points[one.name]
        u = u - u.mean()
        scale = float(np.sqrt((ranks @ ranks) * (u @ u)))
        found[one.name] = 0.0 if flat or scale == 0 else float(ranks @ u) / scale
    return found


def _median_at(world: _World, found: Mapping[str, _Found], total: Floats, one: _Input, value: float) -> float:
    """p50 of the total with one input held at a value; only the stores that it touches are priced again."""
    held = Fixed(world.draws, one.name, value)
    changed = total
    for slug in world.stores:
        if _touches(one.name, world.parts[slug]):
            changed = changed - found[slug].monthly[0] + _price(world, slug, held, 1).monthly[0]
    return float(np.median(changed))


def _touches(name: str, parts: tuple[Part, ...]) -> bool:
    return name.startswith("assumption:") or any(name.startswith(f"{part.path}.") for part in parts)


def _over_time(
    plan: Plan, world: _World, found: Mapping[str, _Found], stores: Mapping[str, StoreResult]
) -> tuple[tuple[Break, ...], tuple[Step, ...]]:
    """What breaks and where nodes are added, the soonest first."""
    breaks: list[Break | None] = []
    steps: list[Step] = []
    for slug, one in found.items():
        store, parts = world.stores[slug], world.parts[slug]
        limits = limits_of(world.snapshot.databases.get(store.database))
        named = {MACHINE: (_too_small(store), MACHINE_SOURCE)}
        named |= {limit.what: (f"Past {limit.text}", limit.source) for limit in limits}
        breaks += [break_of(slug, kind, *named[kind], shares) for kind, shares in one.shares.items()]
        steps += steps_of(slug, store, parts, world.snapshot, world.prices)
    broken = [one for one in breaks if one is not None]
    broken += targets_broken(plan, world.snapshot, stores)
    never = MONTHS + 1
    broken.sort(key=lambda one: (never if one.likely is None else one.likely, one.early or 0, one.store))
    return tuple(broken), tuple(sorted(steps, key=lambda one: (one.month, one.store)))


def _too_small(store: Store) -> str:
    if store.machine:
        return f"{store.machine}, the plan's machine, is too small by our formula; it is counted as it is"
    return "No machine is large enough for one copy; from then on the largest is counted"


def left_out(plan: Plan, snapshot: Snapshot, found: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What the total leaves out, as sentences. `found` = lines without a price of each store that has a bill."""
    sentences = [f"{plan.stores[slug].name}: {text}" for slug, texts in found.items() for text in texts]
    parts = parts_by_store(plan)
    for slug, store in plan.stores.items():
        if slug not in found and parts[slug]:
            reasons = unpriceable(snapshot.databases.get(store.database), store, parts[slug])
            sentences += [f"{store.name}: {text}" for text in reasons]
    for ref in plan.data_sets():
        if ref.data_set.store is None:
            sentences.append(f"{ref.data_set.name} has no store yet, so its cost is not in here")
    return tuple(dict.fromkeys(sentences))


def _histogram(values: Floats) -> tuple[tuple[float, float, int], ...]:
    """About 30 equal bins; the rarest half per cent on each side is counted in the outer ones."""
    low, high = (float(edge) for edge in np.percentile(values, [0.5, 99.5]))
    if high <= low:
        return ((float(values.min()), float(values.max()), len(values)),)
    counts, edges = np.histogram(np.clip(values, low, high), bins=BINS, range=(low, high))
    return tuple((float(edges[at]), float(edges[at + 1]), int(count)) for at, count in enumerate(counts))
