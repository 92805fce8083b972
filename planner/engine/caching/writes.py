"""What a caching strategy does to writes, and what happens when an entry ends while many ask for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class WriteBehind:
    """Writes of one object that reach the store, a second, and the seconds of writes that a lost cache takes along."""

    store_writes_per_second: float
    loss_window_seconds: float


def write_behind(writes_per_second: float, flush_seconds: float) -> WriteBehind:
    """One object, flushed `flush_seconds` after its first unsaved write: mu / (1 + mu F) writes (renewal argument)."""
    if flush_seconds < 0 or writes_per_second < 0:
        raise ValueError("Rates and times cannot be negative.")
    return WriteBehind(writes_per_second / (1 + writes_per_second * flush_seconds), flush_seconds)


def stampede_loads(reads_per_second: float, load_seconds: float, *, coalesced: bool = False) -> float:
    """Loads of one object that run at once when its entry ends: 1 + reads while the first load runs; 1 when coalesced."""
    if load_seconds < 0 or reads_per_second < 0:
        raise ValueError("Rates and times cannot be negative.")
    return 1.0 if coalesced else 1.0 + reads_per_second * load_seconds


def refresh_early_seconds(load_seconds: float, beta: float, chance: float) -> float:
    """XFetch: how long before its end an entry is loaded again, for one draw `chance` in (0, 1].

    Each reader reloads when now + delta x beta x -ln(chance) passes the end, so one of them does before all do
    (Vattani, Chierichetti, Lowenstein, PVLDB 8(8) 2015).
    """
    if not 0 < chance <= 1:
        raise ValueError("A chance lies above 0 and at most at 1.")
    return float(-load_seconds * beta * np.log(chance))
