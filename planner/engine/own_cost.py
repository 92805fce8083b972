"""What a data set would cost in a store of its own, for every system at once: a surface over its amounts, in USD a month.

The ranking asks for 64 systems in a millisecond, so the bill is worked out once per provider and region over a grid of
size, reads, writes and item size, by the formulas that price a plan, and read between its points on logarithmic axes.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from math import isfinite, log10
from typing import Any

import numpy as np

from catalog.facts import Database, PriceBook, Snapshot
from planner.engine import assumptions as a
from planner.engine.bill import Bill
from planner.engine.billing import buy
from planner.engine.costs import sum_of
from planner.engine.demand import GIB, KIB, MEDIAN, MIB, PAGE_BYTES, Demand, Part
from planner.engine.document import DataSet, Needs, Plan, Store
from planner.engine.purchase import Job
from planner.engine.quantity import Floats, Quantity
from planner.engine.sizing import copies_of, load_of
from planner.engine.staffing import READ_UNIT_SHARE, read_units, redis_key_bytes, write_units
from planner.engine.store_defaults import SELF_HOSTED, proposed_store

# Thirds of decades for size, which chooses the machine, and decades for rates; beyond them the cost is that of the edge.
SIZES_GIB = 10.0 ** (np.arange(-3, 16) / 3)
RATES = 10.0 ** np.arange(-1, 7)
ITEM_BYTES = np.array([128.0, 1024.0, 8192.0, 131072.0])
AXES = (SIZES_GIB, RATES, RATES, ITEM_BYTES)
LOG_AXES = [np.log10(points).tolist() for points in AXES]
USUAL = (LOG_AXES[0][0], LOG_AXES[1][0], LOG_AXES[2][0], 3.0102999566398121)  # nothing said: the least; items of 1 KiB
FIELDS = ("size_gib", "reads_per_second", "writes_per_second", "item_bytes")
DEFAULT_REGION = {"aws": "us-east-1", "gcp": "us-central1", "azure": "eastus"}
ONE = Part("a/b", DataSet(name="any"))


@dataclass(frozen=True, slots=True)
class Where:
    """Whose list prices count. An empty region means the provider's largest one (assumption)."""

    prices: PriceBook
    provider: str
    region: str = ""
    self_hosted: bool = False  # on machines of one's own, whatever is sold
    strong: bool = False  # reads that cost double where reads are billed

    @property
    def place(self) -> tuple[str, str]:
        return self.provider, self.region or DEFAULT_REGION.get(self.provider, "")


@dataclass(frozen=True)
class Surface:
    """log10 of USD a month, shape (systems, sizes, reads, writes, items); NaN where no price is known."""

    rows: dict[str, int]
    values: Floats = field(repr=False)
    bought: dict[str, str]  # in words, what was priced


def monthly_usd(needs: Needs, surface: Surface) -> dict[str, float]:
    """USD a month of each system that has a price for these amounts. {} where the size is not known."""
    if needs.size_gib is None:
        return {}
    found = _between(surface.values, [_mid(getattr(needs, name)) for name in FIELDS]).tolist()
    return {slug: found[row] for slug, row in surface.rows.items() if isfinite(found[row])}


def _between(values: Floats, amounts: list[float]) -> Floats:
    """As `at`, for one point: the block of corners is narrowed axis by axis."""
    for axis, amount in enumerate(amounts):
        start, share = _place(axis, amount)
        low, high = values[:, start], values[:, start + 1]
        values = low if share == 0 else high if share == 1 else low * (1 - share) + high * share
    found: Floats = 10.0**values
    return found


def _place(axis: int, amount: float) -> tuple[int, float]:
    """The point before an amount on an axis, and how far it is to the next one, 0..1."""
    steps = LOG_AXES[axis]
    wanted = log10(amount) if amount > 0 else USUAL[axis]
    wanted = min(max(wanted, steps[0]), steps[-1])
    start = min(max(bisect_right(steps, wanted) - 1, 0), len(steps) - 2)
    return start, (wanted - steps[start]) / (steps[start + 1] - steps[start])


def _mid(quantity: Quantity | None) -> float:
    return 0.0 if quantity is None else quantity.mid


def at(surface: Surface, amounts: Floats, systems: tuple[str, ...] = ()) -> Floats:
    """USD a month, shape (systems, draws), at amounts of shape (draws, 4): size, reads, writes, item bytes (0 = usual).

    All systems of the surface, or those that are named.
    """
    kept = surface.values[[surface.rows[one] for one in systems]] if systems else surface.values
    low, share = [], []
    for axis, points in enumerate(AXES):
        wanted = np.where(amounts[:, axis] > 0, amounts[:, axis], 1024.0 if axis == 3 else points[0])
        place = np.interp(np.log10(wanted), np.log10(points), np.arange(len(points)))
        start = np.minimum(place.astype(np.int64), len(points) - 2)
        low.append(start)
        share.append(place - start)
    total = np.zeros((len(kept), len(amounts)))
    for corner in product((0, 1), repeat=len(AXES)):
        weight = np.prod([part if up else 1 - part for part, up in zip(share, corner, strict=True)], axis=0)
        if not weight.any():
            continue
        index = tuple(start + up for start, up in zip(low, corner, strict=True))
        cells: Any = (slice(None), *index)
        values = kept[cells]
        total += np.where(weight > 0, values * weight, 0.0)
    found: Floats = 10.0**total
    return found


@lru_cache(maxsize=24)
def surface_of(where: Where, snapshot: Snapshot) -> Surface:
    """Every system of the catalog at this provider, with one copy in a second zone and without backups."""
    demand = _grid(where.strong)
    shape = tuple(len(points) for points in AXES)
    slugs = sorted(snapshot.databases)
    values = np.full((len(slugs), *shape), np.nan)
    bought = {}
    for row, slug in enumerate(slugs):
        store = _store(snapshot.databases[slug], where, snapshot)
        monthly = _monthly(store, demand, where.prices, snapshot) if store else None
        if store is not None and monthly is not None:
            values[row] = np.log10(np.maximum(monthly, 0.01)).reshape(shape)
            offering = snapshot.offerings.get(store.offering or "")
            what = offering.name if offering else "machines of one's own"
            bought[slug] = f"{what}, {' '.join(where.place)}"
    return Surface({slug: row for row, slug in enumerate(slugs)}, values, bought)


def _store(database: Database, where: Where, snapshot: Snapshot) -> Store | None:
    """What would be bought: a service of the provider, else machines of one's own; None where neither is to be had."""
    provider, region = where.place
    plan = Plan.model_validate({"name": "any", "provider": provider, "region": region or None})
    store = proposed_store(plan, database, snapshot, tier="medium")[1]
    offering = snapshot.offerings.get(store.offering or "")
    unpriced = offering is not None and offering.billing == "none"
    if where.self_hosted or (unpriced and "self_hosted" in database.deployment_models):
        store = store.model_copy(update={"offering": SELF_HOSTED})
    return None if store.offering == SELF_HOSTED and "self_hosted" not in database.deployment_models else store


def _monthly(store: Store, demand: Demand, prices: PriceBook, snapshot: Snapshot) -> Floats | None:
    """USD a month at each point, NaN where no machine is large enough; None without any price."""
    database = snapshot.databases[store.database]
    offering = snapshot.offerings.get(store.offering or "")
    provider = offering.provider if offering and offering.provider != "any" else store.provider or ""
    copies = copies_of(store)
    job = Job(
        store=store, database=database, offering=offering, parts=(ONE,), demand=demand, draws=MEDIAN,
        load=load_of(database, demand, MEDIAN, (ONE,), copies), bill=Bill(prices, provider, store.region or ""), copies=copies,
    )  # fmt: skip
    buy(job)
    monthly = sum_of(job.bill.lines)
    if monthly is None or any(line.monthly is None for line in job.bill.lines):
        return None
    points = np.broadcast_to(monthly, demand.size_gib.shape)
    return points if job.too_small is None else np.where(job.too_small, np.nan, points)


def _grid(strong: bool) -> Demand:
    size, reads, writes, item = (one.ravel() for one in np.meshgrid(*AXES, indexing="ij"))
    key_bytes = redis_key_bytes(MEDIAN.assumed(a.KEY_BYTES), item)
    return Demand(
        reads=reads,
        writes=writes,
        read_pages=reads * np.ceil(item / PAGE_BYTES),
        read_mib_s=reads * item / MIB,
        written_mib_s=writes * item / MIB,
        read_units=read_units(reads, item, READ_UNIT_SHARE["strong" if strong else "eventual"]),
        write_units=write_units(writes, item, 1.0),
        read_kib_items=reads * np.ceil(item / KIB),
        write_kib_items=writes * np.ceil(item / KIB),
        size_gib=size,
        items=size * GIB / item,
        resident_gib=size / item * key_bytes,
    )


# What the same bytes cost at least: one small machine, and object storage. Assumption: round numbers of list prices.
LEAST_USD = 25.0
LEAST_USD_A_GIB = 0.02
HUNDREDFOLD = 2.0  # decades between the value 1 and the value 0


def value_of_one(usd: float, size_gib: float) -> float:
    """As `value_of`, for one amount."""
    least = LEAST_USD + LEAST_USD_A_GIB * size_gib
    return min(max(1 - log10(max(usd, least) / least) / HUNDREDFOLD, 0.0), 1.0)


def value_of(usd: Floats | float, size_gib: Floats | float) -> Floats:
    """1 at the least that such data cost anywhere, 0 at a hundred times as much, on a logarithmic axis between."""
    least = LEAST_USD + LEAST_USD_A_GIB * np.asarray(size_gib)
    value: Floats = np.clip(1 - np.log10(np.maximum(usd, least) / least) / HUNDREDFOLD, 0.0, 1.0)
    return value
