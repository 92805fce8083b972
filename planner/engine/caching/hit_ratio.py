"""Share of reads that a full cache answers, for each way of making room. Reads are independent of one another.

LRU: Che's approximation, shown exact enough by Fricker, Robert and Roberts 2012 (https://arxiv.org/abs/1202.3974): an object
stays while it is asked for again within the characteristic time. FIFO and RANDOM by the same argument. CLOCK by the same
argument too: the hand comes by every T and spares what was asked for since, so an object stays T e^(lT) on average. LFU keeps
the most popular. Objects of different sizes change nothing as long as size and popularity are independent: `cached` is then
memory / mean size. Against event simulations: LRU within 0.0008, FIFO and RANDOM within 0.0015 (known answers).
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from planner.engine.caching.popularity import Floats, Popularity, top_share

Policy = Literal["lru", "clock", "lfu", "fifo", "random"]
POLICIES: tuple[Policy, ...] = ("lru", "lfu", "fifo", "random")  # that stores offer under names of their own
MOST_EXPONENT = 300.0
HALVINGS = 80
FIRST, LAST = -60.0, 60.0  # logarithm of the characteristic time in mean times between two reads of one object


def hit_ratios(popularity: Popularity, policy: Policy, cached: Floats) -> Floats:
    """Hit ratio for each number of cached objects in `cached` (any shape, objects of mean size). All fit: 1."""
    if policy == "lfu":
        return top_share(popularity, cached)
    kept = np.asarray(cached, dtype=float)
    flat = np.clip(kept.ravel(), 0.0, None)
    all_fit = flat >= popularity.objects
    times = characteristic_times(popularity, policy, np.where(all_fit, popularity.objects / 2, flat))
    ratios = popularity.mean(_present(popularity, policy, times))
    return np.where(all_fit, 1.0, np.where(flat > 0, ratios, 0.0)).reshape(kept.shape)


def hit_ratio(popularity: Popularity, policy: Policy, cached: float) -> float:
    return float(hit_ratios(popularity, policy, np.array([cached]))[0])


def characteristic_times(popularity: Popularity, policy: Policy, cached: Floats) -> Floats:
    """How many reads (of anything) an object outlives unasked, for each number of cached objects below all; shape (n,)."""
    middle = np.log(popularity.objects)
    low, high = np.full(cached.shape, middle + FIRST), np.full(cached.shape, middle + LAST)
    for _ in range(HALVINGS):
        half = (low + high) / 2
        more = _present(popularity, policy, np.exp(half)) @ popularity.count < cached
        low, high = np.where(more, half, low), np.where(more, high, half)
    times: Floats = np.exp((low + high) / 2)
    return times


def _present(popularity: Popularity, policy: Policy, times: Floats) -> Floats:
    """Chance that an object of each point is in the cache; shape (times, points)."""
    asked = times[:, None] * popularity.share
    if policy == "lru":
        present: Floats = -np.expm1(-asked)
        return present
    stays = asked * np.exp(np.minimum(asked, MOST_EXPONENT)) if policy == "clock" else asked
    return stays / (1 + stays)
