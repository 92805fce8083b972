"""What one cache of a plan does: reads that it answers, what reaches the store behind, what is stale, and cold starts.

Every share and rate comes as a band: at the lowest, likely and highest skew of the reads, the main thing that nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from planner.engine.caching.freshness import Freshness, freshness, idle_times
from planner.engine.caching.hit_ratio import Policy, hit_ratio, hit_ratios
from planner.engine.caching.inputs import FLUSH_SECONDS, LOAD_MS, Inputs
from planner.engine.caching.popularity import Floats, Popularity, zipf
from planner.engine.caching.writes import stampede_loads, write_behind

CURVE_POINTS = 40
SIZES_TRIED = 160
COLD_STEPS = 60
SMALLEST = 1 / 1000  # of what holds everything: the least size that is compared


@dataclass(frozen=True, slots=True)
class Band:
    """A figure at the skew that helps the cache least, the likely one, and the one that helps it most."""

    least: float
    likely: float
    most: float

    @property
    def ordered(self) -> tuple[float, float, float]:
        low, middle, high = sorted((self.least, self.likely, self.most))
        return low, middle, high


@dataclass(frozen=True, slots=True)
class Effect:
    """Ratios are shares of all reads, rates a second, times seconds. None = does not apply."""

    hit_ratio: Band
    stale_ratio: Band
    stale_age_seconds: float | None
    store_reads: Band
    store_writes: Band
    loss_window_seconds: float | None
    ceiling: float  # hits with room for everything, under the same time to live
    all_fit: bool
    stampede: float  # loads at once when the entry of the most popular item ends
    cold_reads: float  # reads that meet the store just after a restart of the cache
    warm_seconds: float | None  # until the store gets no more than a tenth above its usual reads


@dataclass(frozen=True, slots=True)
class Point:
    memory_gib: float
    chosen: Band
    lfu: float  # the best that any policy reaches, at the likely skew


@lru_cache(maxsize=512)
def effect_of(inputs: Inputs) -> Effect:
    popular = _popularities(inputs)
    found = [_fresh(inputs, one, inputs.room(inputs.memory_gib)) for one in popular]
    likely = popular[1]
    room = inputs.room(inputs.memory_gib)
    writes = [_store_writes(inputs, one) for one in popular]
    return Effect(
        hit_ratio=Band(*(one.hit_ratio for one in found)),
        stale_ratio=Band(*(one.stale_read_ratio for one in found)),
        stale_age_seconds=found[1].mean_stale_age_seconds,
        store_reads=Band(*(one.store_reads_per_second for one in found)),
        store_writes=Band(*writes),
        loss_window_seconds=FLUSH_SECONDS.likely if inputs.strategy == "write-behind" else None,
        ceiling=_fresh(inputs, likely, None).hit_ratio,
        all_fit=room is None or room >= inputs.items,
        stampede=stampede_loads(inputs.reads * float(likely.share[0]), LOAD_MS.likely / 1000),
        cold_reads=inputs.busiest_reads,
        warm_seconds=warm_seconds(inputs, found[1].hit_ratio),
    )


def _popularities(inputs: Inputs) -> tuple[Popularity, Popularity, Popularity]:
    low, likely, high = (zipf(inputs.items, one) for one in (inputs.alpha.low, inputs.alpha.mid, inputs.alpha.high))
    return low, likely, high


def _fresh(inputs: Inputs, popularity: Popularity, room: float | None, idle: float | None = None) -> Freshness:
    return freshness(
        popularity,
        reads_per_second=inputs.reads,
        updates_per_second=inputs.updates,
        updates=inputs.effect_of_updates,
        ttl_seconds=inputs.ttl_seconds,
        cached=as_lru(popularity, inputs.policy, room),
        idle_seconds=idle,
    )


def as_lru(popularity: Popularity, policy: Policy, room: float | None) -> float | None:
    """The size of an LRU cache that hits as often as this policy does with `room`: expiry is worked out for LRU."""
    if room is None or policy == "lru" or room >= popularity.objects or room <= 0:
        return room
    sizes, hits = _lru_table(popularity.objects, popularity.alpha)
    return float(np.exp(np.interp(hit_ratio(popularity, policy, room), hits, sizes)))


@lru_cache(maxsize=64)
def _lru_table(objects: float, alpha: float) -> tuple[Floats, Floats]:
    """Logarithms of sizes, and how often an LRU cache of each hits."""
    sizes = np.geomspace(min(0.01, objects / 2), objects, SIZES_TRIED)
    return np.log(sizes), hit_ratios(zipf(objects, alpha), "lru", sizes)


def _store_writes(inputs: Inputs, popularity: Popularity) -> float:
    """Writes that reach the store: all of them, but with write-behind those of one item in a flush are one."""
    if inputs.strategy != "write-behind":
        return inputs.updates
    each = inputs.updates * popularity.share
    saved = np.array([write_behind(float(one), FLUSH_SECONDS.likely).store_writes_per_second for one in each])
    return float(popularity.count @ saved)


def curve(inputs: Inputs) -> tuple[Point, ...]:
    """Hits over memory, from nothing to what holds everything or three times what is there, whichever is less."""
    most = min(inputs.full_gib, 3 * inputs.memory_gib) if inputs.memory_gib else inputs.full_gib
    sizes = most * np.linspace(0, 1, CURVE_POINTS) ** 2  # closer together where the curve is steep
    popular = _popularities(inputs)
    best = hit_ratios(popular[1], "lfu", np.array([inputs.room(float(one)) or 0.0 for one in sizes]))
    ceiling = _fresh(inputs, popular[1], None).hit_ratio
    capped = [min(float(one), ceiling) for one in best]
    hits = [_hits(inputs, one, [inputs.room(float(gib)) for gib in sizes]) for one in popular]
    return tuple(
        Point(float(gib), Band(*band), top)
        for gib, band, top in zip(sizes, zip(*hits, strict=True), capped, strict=True)
    )


def _hits(inputs: Inputs, popularity: Popularity, rooms: list[float | None]) -> list[float]:
    """Hit ratio with room for each number of items; the search for T is done for all of them at once."""
    idle = idle_times(popularity, inputs.reads, [as_lru(popularity, inputs.policy, room) for room in rooms])
    return [_fresh(inputs, popularity, room, known).hit_ratio for room, known in zip(rooms, idle, strict=True)]


def sizes_of(inputs: Inputs, count: int) -> tuple[float, ...]:
    """So many sizes to compare, in GiB to three figures, whatever the plan has: each larger by the same factor, up to all."""
    return tuple(float(f"{one:.3g}") for one in np.geomspace(inputs.full_gib * SMALLEST, inputs.full_gib, count))


def left_at(inputs: Inputs, memory_gib: float) -> tuple[float, float, float]:
    """At the likely skew: hit ratio with this memory, and the shares of reads and of writes that reach the store."""
    likely = _popularities(inputs)[1]
    hit = _fresh(inputs, likely, inputs.room(memory_gib)).hit_ratio
    writes = _store_writes(inputs, likely) / inputs.updates if inputs.updates else 1.0
    return hit, 1 - hit, writes


def knee(points: tuple[Point, ...]) -> Point:
    """Where the curve lies farthest above the straight line between its ends: beyond it memory buys ever less."""
    first, last = points[0], points[-1]
    span = (last.memory_gib - first.memory_gib) or 1.0
    rise = last.chosen.likely - first.chosen.likely

    def above(one: Point) -> float:
        return one.chosen.likely - first.chosen.likely - rise * (one.memory_gib - first.memory_gib) / span

    return max(points, key=above)


def cold_curve(inputs: Inputs, seconds: Floats) -> Floats:
    """Reads a second that reach the store, so long after the cache started empty: sum l e^(-l t), until it is full.

    At the likely skew and the high end of the reads. An item hits once it was read before; while the cache fills, nothing is evicted.
    """
    popularity, usual = _popularities(inputs)[1], 1 - effect_hit(inputs)
    rates = inputs.busiest_reads * popularity.share
    first = np.exp(-np.outer(seconds, rates)) @ (popularity.count * popularity.share)
    missed: Floats = inputs.busiest_reads * np.maximum(first, usual)
    return missed


@lru_cache(maxsize=512)
def effect_hit(inputs: Inputs) -> float:
    return _fresh(inputs, _popularities(inputs)[1], inputs.room(inputs.memory_gib)).hit_ratio


def warm_seconds(inputs: Inputs, hit: float) -> float | None:
    """How long after an empty start the store gets more than 1.1 times its usual reads; None where it never calms down."""
    usual = inputs.busiest_reads * (1 - hit)
    return seconds_above(lambda at: float(cold_curve(inputs, np.array([at]))[0]), usual * 1.1 + 1e-9)


def overloaded_seconds(inputs: Inputs, carried: float) -> float | None:
    """How long after an empty start the store gets more reads than it carries; 0 = never, None = for good."""
    return seconds_above(lambda at: float(cold_curve(inputs, np.array([at]))[0]), carried)


def seconds_above(falling: Callable[[float], float], level: float) -> float | None:
    """The time until a falling function is at most `level`, up to a year."""
    if falling(0.0) <= level:
        return 0.0
    low, high = -6.0, float(np.log10(365 * 86_400))
    if falling(10**high) > level:
        return None
    for _ in range(COLD_STEPS):
        half = (low + high) / 2
        low, high = (half, high) if falling(10**half) > level else (low, half)
    return float(10**high)
