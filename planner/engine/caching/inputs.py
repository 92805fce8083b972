"""What the caching model takes from a plan, and what it assumes where the plan says nothing. Formulas: docs/models-caching.md."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.engine.assumptions import ITEM_BYTES, KEY_BYTES, Assumption
from planner.engine.caching.freshness import Updates
from planner.engine.caching.hit_ratio import Policy
from planner.engine.caching.popularity import MOST_ALPHA, MOST_OBJECTS
from planner.engine.document import Cache, DataSet, Plan
from planner.engine.quantity import Quantity
from planner.engine.results import Because
from planner.engine.staffing import redis_key_bytes

GIB = 2.0**30
ZIPF = Assumption(
    "zipf-alpha", 0.7, 0.9, 1.2, "", "Skew of the reads: the i-th most popular item is asked for like i^-alpha",
    "https://arxiv.org/abs/1202.3974 and traces of https://www.usenix.org/conference/osdi20/presentation/yang",
)  # fmt: skip
USABLE = Assumption(
    "cache-usable", 0.6, 0.75, 0.85, "of the memory", "Room for entries: the rest is fragmentation and buffers"
)
LOAD_MS = Assumption("cache-load", 1, 5, 50, "ms", "One load of an item from the store behind")
FLUSH_SECONDS = Assumption("cache-flush", 0.1, 1, 10, "s", "Time until write-behind saves an item")
WRITTEN = ("write-through", "write-behind", "refresh-ahead")


@dataclass(frozen=True, slots=True)
class Inputs:
    """One cache. Sizes in bytes, rates a second; `alpha` with its range; `room` None = all has room."""

    items: float
    item_bytes: float
    entry_bytes: float  # with key and bookkeeping
    reads: float
    busiest_reads: float  # high end of the reads: what an empty cache must expect
    updates: float
    memory_gib: float | None
    ttl_seconds: float | None
    policy: Policy
    effect_of_updates: Updates
    strategy: str
    alpha: Quantity
    because: tuple[Because, ...]

    def room(self, memory_gib: float | None) -> float | None:
        """Items that this memory holds; None where the memory is not limited."""
        return None if memory_gib is None else memory_gib * GIB * USABLE.likely / self.entry_bytes

    @property
    def full_gib(self) -> float:
        """Memory that holds every item."""
        return self.items * self.entry_bytes / USABLE.likely / GIB


def inputs_of(plan: Plan, path: str) -> Inputs | tuple[str, ...]:
    """The model's inputs for the cache of a data set, or the sentences that say what is missing."""
    data_set = plan.data_set(path)
    cache, needs = data_set.cache, data_set.needs
    missing = [f"{field} is empty" for field in ("reads_per_second", "size_gib") if getattr(needs, field) is None]
    if cache is None or missing or needs.reads_per_second is None or needs.size_gib is None:
        return tuple(missing) or ("there is no cache",)
    item, hot = _mid(needs.item_bytes, ITEM_BYTES.likely), _mid(cache.hot_fraction, 1.0)
    if needs.reads_per_second.mid <= 0 or needs.size_gib.mid <= 0 or item <= 0:
        return ("reads_per_second, size_gib and item_bytes must be more than 0",)
    alpha = cache.zipf_alpha or ZIPF.quantity
    items = max(1.0, needs.size_gib.mid * GIB * hot / item)
    if items > MOST_OBJECTS or alpha.high > MOST_ALPHA:
        return (
            f"at most {MOST_OBJECTS:,.0f} items (size_gib / item_bytes) and a zipf_alpha of {MOST_ALPHA:g} can be computed",
        )
    return Inputs(
        items=items,
        item_bytes=item,
        entry_bytes=_entry_bytes(cache, item),
        reads=needs.reads_per_second.mid,
        busiest_reads=needs.reads_per_second.high,
        updates=_mid(needs.writes_per_second, 0.0),
        memory_gib=cache.memory_gib.mid if cache.memory_gib else None,
        ttl_seconds=cache.ttl_seconds,
        policy=_policy(plan, cache),
        effect_of_updates=_updates(cache),
        strategy=cache.strategy or "cache-aside",
        alpha=alpha,
        because=_because(data_set, cache, alpha),
    )


def _mid(quantity: Quantity | None, empty: float) -> float:
    return empty if quantity is None else quantity.mid


def _entry_bytes(cache: Cache, item_bytes: float) -> float:
    if cache.layer != "distributed":
        return item_bytes
    return float(redis_key_bytes(np.array([KEY_BYTES.likely]), np.array([item_bytes]))[0])


def _policy(plan: Plan, cache: Cache) -> Policy:
    """How room is made: what the store's eviction policy says, else LRU. With one time to live, volatile-ttl is FIFO."""
    eviction = (plan.stores[cache.store].eviction or "") if cache.store in plan.stores else ""
    words: tuple[tuple[str, Policy], ...] = (("lfu", "lfu"), ("random", "random"), ("ttl", "fifo"), ("fifo", "fifo"))
    return next((policy for word, policy in words if word in eviction), "lru")


def _updates(cache: Cache) -> Updates:
    if cache.strategy in WRITTEN:
        return "written"
    return "ends" if cache.invalidation in ("on-write", "event") else "missed"


def _because(data_set: DataSet, cache: Cache, alpha: Quantity) -> tuple[Because, ...]:
    skew = (
        Because("input", f"Skew of the reads (zipf_alpha): {alpha.low:g} to {alpha.high:g}, likely {alpha.mid:g}")
        if cache.zipf_alpha
        else ZIPF.because()
    )
    given = [skew, USABLE.because()]
    given += [KEY_BYTES.because()] if cache.layer == "distributed" else []
    given += [ITEM_BYTES.because()] if data_set.needs.item_bytes is None else []
    given += [FLUSH_SECONDS.because()] if cache.strategy == "write-behind" else []
    return (*given, LOAD_MS.because(), Because("formula", "Hit ratio: Che's approximation; reads are independent of one another",
                                               "che", "https://arxiv.org/abs/1202.3974"))  # fmt: skip
