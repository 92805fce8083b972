"""What a cache does to the reads and writes behind it. The inputs become a plan of one data set, computed as plans are."""

from __future__ import annotations

import json

from planner.caches import Shown, row_of, shown_of
from planner.calculated import Answer, Figure
from planner.calculators.calculator import Calculator, Inputs
from planner.engine import edits
from planner.engine.caching.effect import Band, Effect
from planner.engine.caching.inputs import GIB
from planner.engine.document import Cache, Needs, Plan, Store, parse
from planner.engine.quantity import Quantity
from planner.forms.cache_calculator import CacheCalculatorForm

EVICTION = {"lru": "allkeys-lru", "lfu": "allkeys-lfu", "random": "allkeys-random", "fifo": "volatile-ttl"}
EMPTY = {
    "polystore": 1,
    "name": "Cache",
    "services": {"reads": {"name": "Reads", "tier": "medium", "data": {"items": {"name": "Items"}}}},
}
PATH = "reads/items"


def compute(inputs: Inputs) -> Answer:
    plan = with_cache(inputs, parse(json.dumps(EMPTY), "json"), PATH)
    shown = shown_of(plan, row_of(plan, PATH))
    if shown.effect is None or shown.inputs is None:
        raise ValueError("A calculator's form asks for everything that the model needs.")
    return Answer(_figures(shown, shown.effect), shown.inputs.because, {"shown": shown})


def with_cache(inputs: Inputs, plan: Plan, path: str) -> Plan:
    """The plan with these reads and this cache in the data set at `path`; the cache store is one of its own."""
    data_set = plan.data_set(path)
    store = edits.unique_slug("cache", plan.stores)
    plan = edits.with_store(
        plan,
        store,
        Store(name=f"Cache of {data_set.name}"[:200], database="redis", eviction=EVICTION[inputs["policy"]]),
    )
    needs = Needs(
        reads_per_second=_one(inputs["reads_per_second"]),
        writes_per_second=_one(inputs["writes_per_second"]),
        item_bytes=_one(inputs["item_bytes"]),
        size_gib=_one(inputs["items"] * inputs["item_bytes"] / GIB),
    )
    memory = inputs["memory_gib"]
    cache = Cache(
        layer="distributed",
        store=store,
        strategy=inputs["strategy"],
        invalidation=inputs["invalidation"],
        ttl_seconds=inputs["ttl_seconds"],
        memory_gib=None if memory is None else _one(memory),
        zipf_alpha=inputs["zipf_alpha"],
    )
    return edits.with_data_set(plan, path, data_set.model_copy(update={"needs": needs, "cache": cache}))


def _one(value: float) -> Quantity:
    return Quantity(float(value), float(value), float(value))


def _figures(shown: Shown, effect: Effect) -> tuple[Figure, ...]:
    full = shown.inputs.full_gib if shown.inputs else None
    gib = shown.knee.memory_gib if shown.knee else None
    least = "of the most popular item, when its entry ends"
    warm = "the store then gets within a tenth of its usual reads"
    lost = "" if effect.loss_window_seconds else "every write reaches the store before it is confirmed"
    return (
        _band("hit_ratio", "Hits", "ratio", effect.hit_ratio, "everything fits" if effect.all_fit else "of all reads"),
        _band("store_reads_per_second", "Reads that reach the store", "reads/s", effect.store_reads, ""),
        _band("stale_ratio", "Reads that are out of date", "ratio", effect.stale_ratio, "of all reads"),
        Figure("stale_age_seconds", "How far these are behind", "seconds", effect.stale_age_seconds, note="on average"),
        _band("store_writes_per_second", "Writes that reach the store", "writes/s", effect.store_writes, ""),
        Figure("loss_window_seconds", "Writes lost with the cache", "seconds", effect.loss_window_seconds, note=lost),
        Figure("stampede_loads", "Loads at once", "loads", effect.stampede, note=least),
        Figure("stampede_loads_coalesced", "Loads at once, identical reads merged", "loads", 1.0, note=least),
        Figure("warm_seconds", "Warm after an empty start", "seconds", effect.warm_seconds, note=warm),
        Figure("knee_gib", "Memory buys ever less beyond", "GiB", gib, note="the knee of the curve"),
        Figure("full_gib", "Memory that holds every item", "GiB", full, note="with keys and bookkeeping"),
    )  # fmt: skip


def _band(key: str, label: str, unit: str, band: Band, note: str) -> Figure:
    low, _, high = band.ordered
    return Figure(key, label, unit, band.likely, low, high, note)


CACHE = Calculator(
    slug="cache",
    title="Cache",
    about="Hit ratio over memory, the load left on the store, stale reads, cold starts and stampedes of a cache.",
    icon="cache",
    form=CacheCalculatorForm,
    compute=compute,
    fragment="planner/calculators/_cache.html",
    use=with_cache,
)
