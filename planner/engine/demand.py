"""What a store is asked to carry: its data sets and caches, added up, over draws of their uncertain quantities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np
from scipy.special import ndtr, ndtri

from planner.engine import assumptions as a
from planner.engine.document import Cache, DataSet, Needs, Plan, Tier
from planner.engine.quantity import Floats, Quantity, draw, stratified
from planner.engine.staffing import READ_UNIT_SHARE, TRANSACTION_UNITS, read_units, redis_key_bytes, write_units

KIB, MIB, GIB = 2.0**10, 2.0**20, 2.0**30
SECONDS_PER_DAY = 86_400.0
PAGE_BYTES = 8192.0
GROWTH = "growth_per_year"
FIELDS = ("size_gib", "reads_per_second", "writes_per_second", "item_bytes", GROWTH, "retention_days")


@dataclass(frozen=True, slots=True)
class Part:
    """One data set, or one cache of a data set, that lives in a store. Equal parts have equal costs."""

    path: str
    data_set: DataSet
    tier: Tier = "medium"
    cache: Cache | None = None


@dataclass(frozen=True, slots=True)
class Demand:
    """Sums over the parts at one moment; arrays of shape (draws,), or (1,) where nothing is uncertain."""

    reads: Floats
    writes: Floats
    read_pages: Floats  # 8 KiB pages read per second
    read_mib_s: Floats
    written_mib_s: Floats
    read_units: Floats  # of 4 KiB, half for eventual reads
    write_units: Floats  # of 1 KiB
    read_kib_items: Floats  # items read per second, each rounded up to KiB
    write_kib_items: Floats
    size_gib: Floats
    items: Floats
    resident_gib: Floats  # in memory, with the overhead of each key


def parts_by_store(plan: Plan) -> dict[str, tuple[Part, ...]]:
    """What lives in each store, in the document's order."""
    found: dict[str, list[Part]] = {slug: [] for slug in plan.stores}
    for ref in plan.data_sets():
        tier = plan.tier_of(ref.path)
        if ref.data_set.store in found:
            found[ref.data_set.store].append(Part(ref.path, ref.data_set, tier))
        cache = ref.data_set.cache
        if cache is not None and cache.store in found:
            found[cache.store].append(Part(ref.path, ref.data_set, tier, cache))
    return {slug: tuple(parts) for slug, parts in found.items()}


class Draws:
    """Where the values of each quantity come from: `points` holds probabilities by name, all others are stratified.

    Growth of all data sets shares a part of its spread (`assumptions.GROWTH_TOGETHER`). A certain quantity has shape
    (1,).
    """

    def __init__(
        self, count: int, seed: int = 0, points: Mapping[str, Floats] | None = None, window: slice = slice(None)
    ) -> None:
        self.count = count
        self.seed = seed
        self.points = points or {}
        self.window = window  # which of the draws: large plans are worked through in blocks
        self._assumed: dict[str, Floats] = {}

    def of(self, name: str, quantity: Quantity) -> Floats:
        if self.count == 1 or quantity.certain:
            return np.array([quantity.mid])
        u = self._probabilities(name)
        if name.endswith(GROWTH):
            together = a.GROWTH_TOGETHER
            common = ndtri(self._probabilities(GROWTH))
            u = ndtr(np.sqrt(together) * common + np.sqrt(1 - together) * ndtri(u))
        return draw(quantity, u)

    def assumed(self, given: a.Assumption) -> Floats:
        if given.key not in self._assumed:
            quantity = given.quantity if given.drawn else Quantity(given.likely, given.likely, given.likely)
            self._assumed[given.key] = self.of(f"assumption:{given.key}", quantity)
        return self._assumed[given.key]

    def _probabilities(self, name: str) -> Floats:
        found = self.points.get(name)
        found = stratified(self.count, f"{self.seed}:{name}") if found is None else found
        return found[self.window]


class Fixed(Draws):
    """The draws of another, with one quantity held at a value."""

    def __init__(self, draws: Draws, name: str, value: float) -> None:
        super().__init__(draws.count, draws.seed, draws.points, draws.window)
        self.name = name
        self.value = value

    def of(self, name: str, quantity: Quantity) -> Floats:
        return np.array([self.value]) if name == self.name else super().of(name, quantity)


MEDIAN = Draws(1)


def missing(parts: tuple[Part, ...]) -> tuple[str, ...]:
    """Sentences for what was left empty and makes the size of the store unknown."""
    found = []
    for part in parts:
        if part.cache is not None and part.cache.memory_gib is None:
            found.append(f"{part.path}: the cache's memory_gib is empty, so its store has no size")
        elif part.cache is None and part.data_set.needs.size_gib is None:
            found.append(f"{part.path}: size_gib is empty, so its store has no size")
    return tuple(found)


def uncounted(parts: tuple[Part, ...]) -> tuple[str, ...]:
    """Sentences for empty rates: the store is sized without that load."""
    return tuple(
        f"{part.path}: {field} is empty, its load is not counted"
        for part in parts
        for field in ("reads_per_second", "writes_per_second")
        if getattr(part.data_set.needs, field) is None
    )


def demand_of(parts: tuple[Part, ...], draws: Draws, month: int = 0) -> Demand:
    """The demand of all parts together in a month; 0 is now."""
    return next(islice(demand_by_month(parts, draws), month, None))


def demand_by_month(parts: tuple[Part, ...], draws: Draws) -> Iterator[Demand]:
    """Demand now, in one month, in two...: rates and sizes times (1 + growth per year)^(month / 12).

    Data that expires cannot outgrow its window: size <= max(size today, bytes written in `retention_days` at that
    month's rate). A cache keeps the memory it was given.
    """
    drawn = [_draw_part(part, draws) for part in parts]
    factors = [np.ones(1) for _ in drawn]
    width = max((one.width for one in drawn), default=1)
    scaled = np.empty((9, width))
    while True:
        rates, sizes = np.zeros((9, width)), np.zeros((3, width))
        for one, factor in zip(drawn, factors, strict=True):
            rates += np.multiply(one.rates, factor, out=scaled)
            sizes += np.multiply(one.sizes, one.size_factor(factor), out=scaled[:3])
        yield Demand(*rates, *sizes)
        factors = [factor * one.monthly for one, factor in zip(drawn, factors, strict=True)]


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Today's figures of one part: `rates` has shape (9, draws), `sizes` (3, draws); `monthly` is the growth factor."""

    rates: Floats
    sizes: Floats
    monthly: Floats
    window: Floats | None  # GiB that expiry lets stay at today's rate
    grows: bool

    @property
    def width(self) -> int:
        """Draws that any of its figures, now or later, is made of; 1 if all is certain."""
        window = 1 if self.window is None else len(self.window)
        return max(self.rates.shape[1], self.sizes.shape[1], len(self.monthly), window)

    def size_factor(self, factor: Floats) -> Floats:
        if not self.grows:
            return np.ones(1)
        if self.window is None:
            return factor
        size = np.maximum(self.sizes[0], 1e-12)
        capped: Floats = np.minimum(factor, np.maximum(1.0, self.window * factor / size))
        return capped


def _draw_part(part: Part, draws: Draws) -> _Drawn:
    needs = part.data_set.needs
    reads = _value(part, "reads_per_second", draws, 0.0)
    writes = _value(part, "writes_per_second", draws, 0.0)
    item = draws.assumed(a.ITEM_BYTES) if needs.item_bytes is None else _value(part, "item_bytes", draws, 1.0)
    item = np.maximum(item, 1.0)
    growth = _value(part, GROWTH, draws, 0.0)
    read_share, write_share = _unit_shares(needs)
    rates = (
        reads,
        writes,
        reads * np.ceil(item / PAGE_BYTES),
        reads * item / MIB,
        writes * item / MIB,
        read_units(reads, item, read_share),
        write_units(writes, item, write_share),
        reads * np.ceil(item / KIB),
        writes * np.ceil(item / KIB),
    )
    window = None
    if needs.retention_days is not None:
        window = writes * item / GIB * _value(part, "retention_days", draws, 0.0) * SECONDS_PER_DAY
    return _Drawn(
        rates=np.stack(np.broadcast_arrays(*rates)),
        sizes=np.stack(np.broadcast_arrays(*_sizes(part, draws, item))),
        monthly=(1.0 + growth) ** (1 / 12),
        window=window,
        grows=part.cache is None,
    )


def _sizes(part: Part, draws: Draws, item: Floats) -> tuple[Floats, Floats, Floats]:
    """GiB of data, number of items, GiB in memory. A cache's memory is what it was given."""
    if part.cache is not None:
        memory = part.cache.memory_gib
        given = draws.of(f"{part.path}.cache.memory_gib", memory) if memory else np.zeros(1)
        return given, given * GIB / item, given
    size = _value(part, "size_gib", draws, 0.0)
    items = size * GIB / item
    return size, items, items * redis_key_bytes(draws.assumed(a.KEY_BYTES), item) / GIB


def _value(part: Part, field: str, draws: Draws, empty: float) -> Floats:
    quantity: Quantity | None = getattr(part.data_set.needs, field)
    return np.array([empty]) if quantity is None else draws.of(f"{part.path}.{field}", quantity)


def _unit_shares(needs: Needs) -> tuple[float, float]:
    """Read and write units for one unit of size: eventual 1/2, strong 1, several records at once 2."""
    if needs.transactions in ("multi-record", "distributed"):
        return TRANSACTION_UNITS, TRANSACTION_UNITS
    return READ_UNIT_SHARE["strong" if needs.consistency == "strong" else "eventual"], 1.0
