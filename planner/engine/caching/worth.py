"""What a cache costs, and what the store behind would cost if it had to carry only what the cache leaves.

Both from the sizing and the bill of `costs.py`. The plan's own total keeps the store sized for all reads, so that a lost
cache does not take it down: `saved` is what could be saved by giving that up, and for stores paid by the request what is saved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from catalog.facts import PriceBook, Snapshot
from planner.engine.caching.effect import left_at, sizes_of
from planner.engine.caching.inputs import Inputs
from planner.engine.costs import likely, placed
from planner.engine.demand import Part, parts_by_store
from planner.engine.document import Plan
from planner.engine.quantity import Quantity

SIZES = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """One size of the cache. USD a month at the likely inputs; None = has no price, or no size."""

    memory_gib: float
    hit_ratio: float
    cache_usd: float | None
    store_usd: float | None  # behind, for the reads and writes that the cache leaves
    store_shape: str

    @property
    def together(self) -> float | None:
        return None if self.cache_usd is None or self.store_usd is None else self.cache_usd + self.store_usd


@dataclass(frozen=True, slots=True)
class Worth:
    """`chosen` has the plan's memory. `alone_usd` is the store behind for all reads, without any cache."""

    store: str
    alone_usd: float | None
    alone_shape: str
    chosen: Choice | None
    sizes: tuple[Choice, ...]

    @property
    def saved(self) -> float | None:
        """What the store behind costs less for what the cache leaves."""
        left = self.chosen.store_usd if self.chosen else None
        return None if left is None or self.alone_usd is None else self.alone_usd - left

    @property
    def cheapest(self) -> Choice | None:
        """Of those that cost least together the one that hits most, then with the least memory; None without prices."""
        priced = [one for one in self.sizes if one.together is not None]
        return min(
            priced, key=lambda one: (round(one.together or 0.0), -round(one.hit_ratio, 3), one.memory_gib), default=None
        )


def worth_of(plan: Plan, path: str, inputs: Inputs, snapshot: Snapshot, prices: PriceBook) -> Worth | None:
    """None where the data set is in no store, or its cache in the very same one."""
    data_set = plan.data_set(path)
    cache, slug = data_set.cache, data_set.store
    if cache is None or slug not in plan.stores or slug == cache.store:
        return None
    pricing = _Pricing(plan, path, slug, cache.store if cache.store in plan.stores else None, inputs, snapshot, prices)
    alone, shape = pricing.behind(1.0, 1.0)
    now = inputs.memory_gib
    sizes = sorted({*sizes_of(inputs, SIZES), *([now] if now is not None else [])})
    choices = {size: pricing.choice(size) for size in sizes}
    chosen = choices[now] if now is not None else None
    return Worth(slug, alone, shape, chosen, tuple(choices.values()))


@dataclass(frozen=True, slots=True)
class _Pricing:
    plan: Plan
    path: str
    store: str
    cache: str | None
    inputs: Inputs
    snapshot: Snapshot
    prices: PriceBook

    def choice(self, memory_gib: float) -> Choice:
        hit, reads, writes = left_at(self.inputs, memory_gib)
        usd, shape = self.behind(reads, writes)
        return Choice(memory_gib, hit, self.cache_usd(memory_gib), usd, shape)

    def behind(self, reads: float, writes: float) -> tuple[float | None, str]:
        """The store behind when these shares of the data set's reads and writes reach it."""
        parts = parts_by_store(self.plan)[self.store]
        return self._priced(self.store, tuple(self._left(part, reads, writes) for part in parts))

    def cache_usd(self, memory_gib: float) -> float | None:
        """What the store of the cache costs more for this cache than for what else it holds."""
        if self.cache is None:
            return None
        parts = parts_by_store(self.plan)[self.cache]
        others = tuple(part for part in parts if part.path != self.path or part.cache is None)
        size = Quantity(memory_gib, memory_gib, memory_gib)
        sized = tuple(
            replace(part, cache=part.cache.model_copy(update={"memory_gib": size}))
            if part.path == self.path and part.cache
            else part
            for part in parts
        )
        whole = self._priced(self.cache, sized)[0]
        rest = self._priced(self.cache, others)[0] if others else 0.0
        return None if whole is None or rest is None else whole - rest

    def _left(self, part: Part, reads: float, writes: float) -> Part:
        if part.path != self.path or part.cache is not None:
            return part
        needs = part.data_set.needs
        left = {"reads_per_second": _times(needs.reads_per_second, reads)}
        left["writes_per_second"] = _times(needs.writes_per_second, writes)
        return replace(part, data_set=part.data_set.model_copy(update={"needs": needs.model_copy(update=left)}))

    def _priced(self, slug: str, parts: tuple[Part, ...]) -> tuple[float | None, str]:
        return likely(placed(self.plan.stores[slug], self.plan), parts, self.snapshot, self.prices)


def _times(quantity: Quantity | None, factor: float) -> Quantity | None:
    if quantity is None:
        return None
    return Quantity(quantity.low * factor, quantity.mid * factor, quantity.high * factor)
