"""Every machine that was weighed for a store, cheapest first, and why it was taken, refused or costs more."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from catalog.facts import Price
from planner.engine.assumptions import HOURS_PER_MONTH, LARGEST_DISK_GIB, LARGEST_IOPS
from planner.engine.shapes import EPSILON, LEAST_CORES, MANY_NODES, Shapes, choose, io_usd_hour, large_cores
from planner.engine.sizing import ONE_NODE, POOL, Load

REFUSED_SHOWN = 3
CPU, NETWORK, MEMORY, DISK, IOPS, COPIES = "CPU", "network", "memory", "disk", "IOPS", "copies and shards"
CHOSEN, STATED, REFUSED, DEARER = "chosen", "in the plan", "refused", "costs more"


@dataclass(frozen=True, slots=True)
class Weighed:
    """One search: the load of one copy, the machines on offer and the copies they were to carry."""

    load: Load
    shapes: Shapes
    copies: int
    stated: str = ""  # the machine that the plan names


@dataclass(frozen=True, slots=True)
class Lack:
    """What one machine has too little of. For `network` both figures are cores: the network grows with them."""

    of: str  # CPU | network | memory | disk | IOPS
    has: float
    needs: float

    @property
    def text(self) -> str:
        if self.of == MEMORY:
            return f"{self.has:g} of {self.needs:.1f} GiB"
        if self.of in (DISK, IOPS):
            return f"{self.has:,.0f} of {self.needs:,.0f} {'GiB of disk' if self.of == DISK else 'IOPS'}"
        return f"{self.has:g} of {self.needs:.1f} cores{' for its network' if self.of == NETWORK else ''}"


@dataclass(frozen=True, slots=True)
class Tried:
    """One machine at the likely inputs: `nodes` of it for all copies, and what asks for so many."""

    row: Price
    cores: float
    memory_gib: float
    nodes: int
    usd_month: float
    answer: str  # in the plan | chosen | refused | costs more
    lacks: tuple[Lack, ...]
    decided_by: str  # what the number of nodes comes from


def lacks_of(load: Load, shapes: Shapes, at: int) -> tuple[Lack, ...]:
    """Why a machine cannot hold one copy by itself; () if it can. Network is named where it asks for most cores."""
    cores, wire = float(load.cores[0]), _wire(load)
    had = (
        (NETWORK if wire >= cores - EPSILON else CPU, float(shapes.cores[at]), cores),
        (MEMORY, float(shapes.memory_gib[at]), float(load.memory_gib[0])),
        (DISK, LARGEST_DISK_GIB, float(load.disk_gib[0])),
        (IOPS, LARGEST_IOPS, float(load.iops[0])),
    )
    return tuple(Lack(*one) for one in had if one[1] < one[2] - EPSILON)


def refused(load: Load, shapes: Shapes, chosen: Price | None) -> tuple[str, ...]:
    """Why the next cheaper machines (or, where none was chosen, the largest) were not taken. For a load on one node."""
    if load.layout != ONE_NODE:
        return ()
    until = shapes.rows.index(chosen) if chosen else len(shapes.rows)
    words = []
    for at in range(until - 1, -1, -1):
        lacks = lacks_of(load, shapes, at)
        if lacks:
            words.append(f"{shapes.rows[at].resource} has only {' and '.join(one.text for one in lacks)}")
    return tuple(words[:REFUSED_SHOWN])


def tried(weighed: Weighed) -> tuple[Tried, ...]:
    """All machines on offer by what they cost together, at the likely inputs (draw 0)."""
    load, shapes, copies = weighed.load, weighed.shapes, weighed.copies
    chosen = int(choose(load, shapes, copies).index[0])
    one_node = load.layout == ONE_NODE
    found = [
        (_held(weighed, at, chosen) if one_node else _spread(weighed, at, chosen)) for at in range(len(shapes.rows))
    ]
    found.sort(key=lambda one: (one.usd_month, one.answer != CHOSEN, one.row.resource))
    return tuple(found)


def _held(weighed: Weighed, at: int, chosen: int) -> Tried:
    """A machine that holds a whole copy, or not."""
    lacks = lacks_of(weighed.load, weighed.shapes, at)
    return _tried(weighed, at, weighed.copies, _answer(weighed, at, chosen, lacks), lacks, COPIES)


def _answer(weighed: Weighed, at: int, chosen: int, lacks: tuple[Lack, ...]) -> str:
    """The formula's choice stays marked beside the machine that the plan names."""
    if weighed.shapes.rows[at].resource == weighed.stated:
        return STATED
    return CHOSEN if at == chosen else REFUSED if lacks else DEARER


def _spread(weighed: Weighed, at: int, chosen: int) -> Tried:
    """As many machines of one kind as carry the load together; too small ones have no core left beside the data's."""
    load, shapes, copies = weighed.load, weighed.shapes, weighed.copies
    pooled = load.layout == POOL
    times = copies if pooled else 1
    cores = float(load.cores[0])
    asked = {
        COPIES: max(float(load.pieces[0]), float(times)),
        MEMORY: float(load.memory_gib[0]) * times / float(shapes.memory_gib[at]),
        NETWORK if _wire(load) >= cores - EPSILON else CPU: cores * times / float(shapes.cores[at]),
        DISK: float(load.disk_gib[0]) * times / LARGEST_DISK_GIB,
        IOPS: float(load.iops[0]) / LARGEST_IOPS,
    }
    decided_by, most = max(asked.items(), key=lambda one: np.ceil(one[1] - EPSILON))
    nodes = int(np.ceil(most - EPSILON)) * (1 if pooled else copies)
    least_cores = min(LEAST_CORES, float(shapes.cores.max()))
    carrying = max(one for what, one in asked.items() if what in (CPU, NETWORK, MEMORY))
    if np.ceil(carrying - EPSILON) > MANY_NODES:
        least_cores = large_cores(shapes)
    lacks = (Lack(CPU, float(shapes.cores[at]), least_cores),) if shapes.cores[at] < least_cores else ()
    one = _tried(weighed, at, nodes, _answer(weighed, at, chosen, lacks), lacks, decided_by)
    io_usd = float(io_usd_hour(load.iops[:1], np.array([float(nodes)]), shapes)[0]) * HOURS_PER_MONTH
    return replace(one, usd_month=one.usd_month + io_usd)


def _tried(weighed: Weighed, at: int, nodes: int, answer: str, lacks: tuple[Lack, ...], decided_by: str) -> Tried:
    shapes = weighed.shapes
    usd = float(shapes.usd_hour[at]) * nodes * HOURS_PER_MONTH
    return Tried(
        shapes.rows[at], float(shapes.cores[at]), float(shapes.memory_gib[at]), nodes, usd, answer, lacks, decided_by
    )


def _wire(load: Load) -> float:
    return 0.0 if load.wire_cores is None else float(load.wire_cores[0])
