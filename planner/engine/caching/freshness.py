"""Cache-aside over time: how many reads hit, how many of those are out of date, and what reaches the store behind.

Reads and updates of an object are Poisson. TTL counts from loading (expire-after-write), expiry is lazy, eviction is LRU.
Derivation: docs/models-caching.md; it agrees with event simulations within 0.001 (hits and stale).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from planner.engine.caching.hit_ratio import HALVINGS, characteristic_times
from planner.engine.caching.popularity import Floats, Popularity

Updates = Literal["missed", "ends", "written"]
MOST_EXPONENT = 300.0
MOST_SECONDS = 1e30  # "never", for entries without a time to live
SMALL = 1e-4
NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)  # for what is no exponential


@dataclass(frozen=True, slots=True)
class Freshness:
    """Shares are of all reads; rates a second."""

    hit_ratio: float
    stale_read_ratio: float
    store_reads_per_second: float
    mean_stale_age_seconds: float | None  # None: nothing is ever stale


def freshness(
    popularity: Popularity,
    *,
    reads_per_second: float,
    updates_per_second: float,
    updates: Updates,
    ttl_seconds: float | None,
    cached: float | None,
    idle_seconds: float | None = None,
) -> Freshness:
    """What a cache with room for `cached` objects (None = all) does; updates are as popular as reads.

    `updates` says what an update of the source does to its entry: it is `missed` (TTL alone ends entries), it `ends` the
    entry (invalidation on write), or it is `written` into the entry too (write-through, write-behind).
    `idle_seconds` spares the search for T where the caller knows it (`idle_times`); updates that end entries have their own.
    """
    if reads_per_second <= 0 or updates_per_second < 0 or (ttl_seconds is not None and ttl_seconds < 0):
        raise ValueError("Reads must be more than 0 a second, updates and the time to live at least 0.")
    reads, changed = reads_per_second * popularity.share, updates_per_second * popularity.share
    if updates == "ends":
        idle = _idle_of_ended(popularity, reads, changed, cached)
        if ttl_seconds is None:
            ratio = float(popularity.mean(_present(reads, changed, idle)))
            return Freshness(ratio, 0.0, reads_per_second * (1 - ratio), None)
    else:
        idle = idle_times(popularity, reads_per_second, [cached])[0] if idle_seconds is None else idle_seconds
    ttl = min(ttl_seconds, MOST_SECONDS) if ttl_seconds is not None else MOST_SECONDS
    with np.errstate(over="ignore", invalid="ignore"):  # in branches that are not taken
        lives, fresh, aged = _lives(reads, changed, ttl, idle)
    if updates == "ends":  # an entry then lives as long as it is right
        lives = fresh
    if updates != "missed":
        fresh, aged = lives, np.zeros_like(lives)
    return _freshness(popularity, reads_per_second, reads, lives, fresh, aged)


def _present(reads: Floats, changed: Floats, idle: float) -> Floats:
    """Share of time that an entry is there when updates and `idle` seconds unasked end it: l/(l+mu) (1 - e^-(l+mu)T).

    A time to live changes nothing about it: an entry that has expired keeps its room until it is asked for.
    """
    present: Floats = reads / (reads + changed) * -np.expm1(-(reads + changed) * idle)
    return present


def _idle_of_ended(popularity: Popularity, reads: Floats, changed: Floats, cached: float | None) -> float:
    """How long an object outlives unasked where updates free room too: longer than in a cache that they do not touch."""
    most = float(popularity.count @ _present(reads, changed, np.inf))
    if cached is None or cached >= most:
        return float(np.inf)
    if cached <= 0:
        return 0.0
    return _solved(lambda at: float(popularity.count @ _present(reads, changed, at)), cached, 1 / float(reads.max()))


def single_key(*, reads_per_second: float, updates_per_second: float, ttl_seconds: float) -> Freshness:
    """One object with room for it: h = lD/(1+lD)."""
    one = Popularity(1.0, 0.0, np.ones(1), np.ones(1))
    return freshness(
        one,
        reads_per_second=reads_per_second,
        updates_per_second=updates_per_second,
        updates="missed",
        ttl_seconds=ttl_seconds,
        cached=None,
    )


def idle_times(popularity: Popularity, reads_per_second: float, cached: Sequence[float | None]) -> list[float]:
    """For each size how long an object outlives unasked: infinite where all have room. Many sizes cost little more than one."""
    rooms = np.array([np.inf if one is None else one for one in cached])
    some = (rooms > 0) & (rooms < popularity.objects)
    found = np.where(rooms > 0, np.inf, 0.0)
    if some.any():
        found[some] = characteristic_times(popularity, "lru", rooms[some]) / reads_per_second
    return [float(one) for one in found]


def _lives(reads: Floats, updates: Floats, ttl: float, idle: float) -> tuple[Floats, Floats, Floats]:
    """Seconds that an entry lives, that it is right, and the integral of the age of what it missed, for each point.

    Integrals of the chance S to live so long. Until T = `idle` every entry lives. The first gap of T in its reads ends it:
    S = 1 - e^-lT (1 + l(t - T)) until 2T, exactly; after that like an exponential with the mean that is left.
    """
    if ttl <= idle:
        lives = np.full_like(reads, ttl)
        fresh = _until(updates, ttl)
        return lives, fresh, _missed(ttl * ttl / 2, lives, fresh, updates)
    gap = np.minimum(reads * idle, MOST_EXPONENT)
    end = min(ttl, 2 * idle)
    at = idle + (end - idle) * (NODES + 1) / 2
    weight = WEIGHTS * (end - idle) / 2
    alive = 1 - np.exp(-gap)[:, None] * (1 + reads[:, None] * (at - idle))
    lives = idle + alive @ weight
    fresh = _until(updates, idle) + (alive * np.exp(-updates[:, None] * at)) @ weight
    ages = idle * idle / 2 + (alive * at) @ weight
    if ttl > end:
        more = _after(reads, updates, gap, idle, ttl, lives)
        lives, fresh, ages = lives + more[0], fresh + more[1], ages + more[2]
    return lives, fresh, _missed(ages, lives, fresh, updates)


def _after(
    reads: Floats, updates: Floats, gap: Floats, idle: float, ttl: float, lived: Floats
) -> tuple[Floats, Floats, Floats]:
    """The same three integrals from 2T to the time to live."""
    start, over = 2 * idle, ttl - 2 * idle
    alive = -np.expm1(-gap) - gap * np.exp(-gap)
    rest = np.maximum(np.expm1(gap) / reads - lived, 0.0)  # of the mean life, had it no TTL
    left = np.maximum(rest / np.maximum(alive, 1e-300), 1e-12)
    part = over / left
    lives = alive * left * -np.expm1(-part)
    rate = updates + 1 / left
    fresh = alive * np.exp(-updates * start) * -np.expm1(-rate * over) / rate
    gone = np.minimum(part, MOST_EXPONENT)
    since = np.where(part < SMALL, over * over / 2, left * left * (1 - np.exp(-gone) - gone * np.exp(-gone)))
    return lives, fresh, start * lives + alive * since


def _until(rate: Floats, seconds: float) -> Floats:
    """Mean time until the first event of this rate, at most `seconds`."""
    safe = np.maximum(rate, 1e-300)
    until: Floats = np.where(rate * seconds < 1e-12, seconds, -np.expm1(-rate * seconds) / safe)
    return until


def _missed(ages: Floats | float, lives: Floats, fresh: Floats, updates: Floats) -> Floats:
    """Integral over an entry's life of the time since the first update that it missed."""
    safe = np.maximum(updates, 1e-300)
    missed: Floats = np.where(updates * lives < 1e-9, 0.0, ages - (lives - fresh) / safe)
    return np.maximum(missed, 0.0)


def _freshness(
    popularity: Popularity, reads_per_second: float, reads: Floats, lives: Floats, fresh: Floats, aged: Floats
) -> Freshness:
    cycle = 1 + reads * lives
    hit = float(popularity.mean(reads * lives / cycle))
    stale = float(popularity.mean(reads * np.maximum(lives - fresh, 0.0) / cycle))
    age = float(popularity.mean(reads * aged / cycle))
    return Freshness(hit, stale, reads_per_second * (1 - hit), age / stale if stale > 0 else None)


def _solved(filled: Callable[[float], float], wanted: float, about: float) -> float:
    """The time at which an increasing function reaches `wanted`."""
    low, high = np.log(about) - 60, np.log(about) + 60
    for _ in range(HALVINGS):
        half = (low + high) / 2
        low, high = (half, high) if filled(float(np.exp(half))) < wanted else (low, half)
    return float(np.exp((low + high) / 2))
