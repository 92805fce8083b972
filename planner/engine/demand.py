"""What a store is asked to carry: its data sets and caches, added up, over draws of their uncertain quantities."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from planner.engine.document import Cache, DataSet, Plan
from planner.engine.quantity import Floats, Quantity, quantile, stratified

MIB = 2.0**20
GIB = 2.0**30
FIELDS = ("size_gib", "reads_per_second", "writes_per_second", "item_bytes", "growth_per_year", "retention_days")


@dataclass(frozen=True, slots=True)
class Part:
    """One data set, or one cache of a data set, that lives in a store. Equal parts have equal costs."""

    path: str
    data_set: DataSet
    cache: Cache | None = None


@dataclass(frozen=True, slots=True)
class Demand:
    """Arrays of shape (draws,). `known` is false where a size was left empty: then nothing can be sized."""

    size_gib: Floats
    reads: Floats
    writes: Floats
    read_pages: Floats  # 8 KiB pages read per second
    written_mib_s: Floats
    items: Floats
    known: bool
    missing: tuple[str, ...]


def parts_by_store(plan: Plan) -> dict[str, tuple[Part, ...]]:
    """What lives in each store, in the document's order."""
    found: dict[str, list[Part]] = {slug: [] for slug in plan.stores}
    for ref in plan.data_sets():
        if ref.data_set.store in found:
            found[ref.data_set.store].append(Part(ref.path, ref.data_set))
        cache = ref.data_set.cache
        if cache is not None and cache.store in found:
            found[cache.store].append(Part(ref.path, ref.data_set, cache))
    return {slug: tuple(parts) for slug, parts in found.items()}


class Draws:
    """Where the probabilities of each quantity come from. The median case has one draw at 0.5."""

    def __init__(self, count: int, points: dict[str, Floats] | None = None) -> None:
        self.count = count
        self.points = points

    def of(self, name: str, quantity: Quantity | None) -> Floats | None:
        if quantity is None:
            return None
        if self.count == 1 or quantity.certain:
            return np.full(self.count, quantity.mid)
        if self.points is not None:
            return quantile(quantity, self.points[name])
        return _stratified_values(name, quantity, self.count)


@lru_cache(maxsize=20_000)
def _stratified_values(name: str, quantity: Quantity, count: int) -> Floats:
    return quantile(quantity, stratified(count, name))


MEDIAN = Draws(1)


def demand_of(parts: tuple[Part, ...], draws: Draws, growth: float = 1.0, years: float = 0.0) -> Demand:
    """Sum of the parts. `years` ahead, sizes and rates are multiplied by (1 + growth per year) to that power."""
    zero = np.zeros(draws.count)
    size, reads, writes, pages, written, items = (zero.copy() for _ in range(6))
    missing: list[str] = []
    for part in parts:
        one = _one(part, draws, years)
        if isinstance(one, str):
            missing.append(one)
            continue
        for total, value in zip((size, reads, writes, pages, written, items), one, strict=True):
            total += value * growth
    return Demand(size, reads, writes, pages, written, items, not missing, tuple(missing))


def _one(part: Part, draws: Draws, years: float) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats] | str:
    needs = part.data_set.needs
    values = {field: draws.of(f"{part.path}.{field}", getattr(needs, field)) for field in FIELDS}
    zero = np.zeros(draws.count)
    grown = zero + 1.0
    if years and values["growth_per_year"] is not None:
        grown = (1.0 + values["growth_per_year"]) ** years
    reads = (values["reads_per_second"] if values["reads_per_second"] is not None else zero) * grown
    writes = (values["writes_per_second"] if values["writes_per_second"] is not None else zero) * grown
    item = values["item_bytes"]
    size = values["size_gib"]
    if part.cache is not None:
        size = draws.of(f"{part.path}.memory_gib", part.cache.memory_gib)
        if size is None:
            return f"{part.path}: the cache's memory_gib was left empty"
    if size is None:
        return f"{part.path}: size_gib was left empty"
    if part.cache is None:
        size = size * grown
    item = item if item is not None else zero + 1024.0
    pages = reads * np.ceil(item / 8192)
    return size, reads, writes, pages, writes * item / MIB, size * GIB / np.maximum(item, 1.0)
