"""Closed formulas of sizing that have one right answer: waiting in a queue, request units, bytes of a key in memory.

Sources: Erlang (B recursion, C from B); Halfin and Whitt 1981 for the square root; the DynamoDB developer guide for
units; the allocator's size classes of Redis 7.2 on 64 bits (jemalloc with a quantum of 8 bytes).
"""

from __future__ import annotations

import math

import numpy as np

from planner.engine.quantity import Floats

READ_UNIT_BYTES = 4096
WRITE_UNIT_BYTES = 1024
READ_UNIT_SHARE = {"eventual": 0.5, "strong": 1.0}
TRANSACTION_UNITS = 2.0
# Waiting probability 1, 5, 20 and 30 % (Halfin and Whitt); the most important first.
QUEUE_FACTORS = (2.375, 1.761, 1.16, 1.0)

_REDIS_ENTRY_BYTES = 24
_REDIS_OBJECT_BYTES = 16
_REDIS_EMBEDDED_BYTES = 44  # longer strings are a second allocation
_CLASSES = np.array(
    [*range(8, 65, 8), 80, 96, 112, 128]
    + [step * quarter // 4 for step in (2**power for power in range(7, 61)) for quarter in (5, 6, 7, 8)],
    dtype=np.float64,
)


def waiting_probability(servers: int, load: float) -> float:
    """Erlang C: the share of requests that wait for one of `servers`, at `load` erlangs. 1 if the load is too much."""
    if servers <= load:
        return 1.0
    blocked = 1.0
    for count in range(1, servers + 1):
        blocked = load * blocked / (count + load * blocked)
    return blocked / (1 - (load / servers) * (1 - blocked))


def cores_for_waiting(load: float, most_waiting: float) -> tuple[int, float]:
    """The fewest cores at which no more than `most_waiting` of the requests wait, and the share that does."""
    cores = max(1, math.floor(load) + 1)
    while (waits := waiting_probability(cores, load)) > most_waiting:
        cores += 1
    return cores, waits


def square_root_cores(load: Floats, factor: float) -> Floats:
    """Square-root staffing: erlangs + factor x sqrt(erlangs), before rounding up."""
    cores: Floats = load + factor * np.sqrt(load)
    return cores


def read_units(reads_per_second: Floats, item_bytes: Floats, share: float) -> Floats:
    """Read units a second: items round up to 4 KiB; eventual 1/2, strong 1, in a transaction 2."""
    units: Floats = reads_per_second * np.ceil(item_bytes / READ_UNIT_BYTES) * share
    return units


def write_units(writes_per_second: Floats, item_bytes: Floats, share: float) -> Floats:
    """Write units a second: items round up to 1 KiB; in a transaction 2."""
    units: Floats = writes_per_second * np.ceil(item_bytes / WRITE_UNIT_BYTES) * share
    return units


def allocated(size_bytes: Floats) -> Floats:
    """What the allocator sets aside for one piece of `size_bytes`."""
    found: Floats = _CLASSES[np.searchsorted(_CLASSES, size_bytes)]
    return found


def _string_bytes(length: Floats) -> Floats:
    """A simple dynamic string: header of 1, 3, 5 or 9 bytes by length, the text, a closing zero."""
    header = np.select([length < 32, length < 256, length < 65_536, length < 2**32], [1.0, 3.0, 5.0, 9.0], 17.0)
    total: Floats = header + length + 1
    return total


def redis_key_bytes(key_bytes: Floats, value_bytes: Floats) -> Floats:
    """Memory of one string key in Redis 7.2: table entry, key, and the value inside its object up to 44 bytes."""
    embedded = allocated(_REDIS_OBJECT_BYTES + 3 + value_bytes + 1)
    apart = _REDIS_OBJECT_BYTES + allocated(_string_bytes(value_bytes))
    value = np.where(value_bytes <= _REDIS_EMBEDDED_BYTES, embedded, apart)
    total: Floats = _REDIS_ENTRY_BYTES + allocated(_string_bytes(key_bytes)) + value
    return total
