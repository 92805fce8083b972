"""Speed of the caching model beside an event simulation, for ten million objects."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np

from benchmarks.measure import Measured, seconds
from planner.engine.caching.hit_ratio import characteristic_times, hit_ratios
from planner.engine.caching.popularity import zipf

OBJECTS, ALPHA, POINTS = 10_000_000, 0.9, 50
ACCURACY = 2e-4  # of the model, against simulations of the known answers
PACE_READS = 1_000_000


def measure() -> list[Measured]:
    """The whole curve, and its time as a share of the time in which a simulation knows one of its points as well."""
    sizes = np.linspace(0.001, 0.5, POINTS) * OBJECTS
    curve = min(seconds(lambda: hit_ratios(zipf(OBJECTS, ALPHA), "lru", sizes), 10))
    middle = sizes[POINTS // 2]
    hit = float(hit_ratios(zipf(OBJECTS, ALPHA), "lru", np.array([middle]))[0])
    warm = float(characteristic_times(zipf(OBJECTS, ALPHA), "lru", np.array([middle]))[0])
    reads = (
        warm + hit * (1 - hit) / ACCURACY**2
    )  # until the cache is full, then until the error is one standard deviation
    simulated = reads * simulated_read_seconds(int(middle))
    return [
        Measured(f"Hit ratio curve, {POINTS} points, {OBJECTS:,} objects", 1000 * curve, 50, "ms"),
        Measured("Time of this curve, of a simulation of one point as exact", 1000 * curve / simulated, 1, "‰"),
    ]


def simulated_read_seconds(size: int) -> float:
    """Time of one read of the quickest LRU that Python has, without drawing the reads. Measured while it runs full."""
    chance = np.arange(1.0, OBJECTS + 1) ** -ALPHA
    cumulated = np.cumsum(chance)
    drawn = np.searchsorted(cumulated, np.random.default_rng(1).random(PACE_READS) * cumulated[-1]).tolist()
    cache: OrderedDict[int, None] = OrderedDict.fromkeys(range(OBJECTS, OBJECTS + size))

    def run() -> None:
        for item in drawn:
            if item in cache:
                cache.move_to_end(item)
            else:
                cache[item] = None
                cache.popitem(last=False)

    return seconds(run)[0] / PACE_READS
