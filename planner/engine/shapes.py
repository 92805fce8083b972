"""The cheapest machine that carries a load: vectorised over draws x shapes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from catalog.facts import Price, PriceBook
from planner.engine.assumptions import HOURS_PER_MONTH, LARGEST_DISK_GIB, LARGEST_IOPS
from planner.engine.bill import find
from planner.engine.quantity import Floats
from planner.engine.sizing import ONE_NODE, POOL, Load

Whole = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
EPSILON = 1e-9
# Each machine counts this share of the cheapest one more, so that fewer win at equal prices. Not more: else more data could cost less.
TIE = 1e-6
# More nodes than these, for cores or memory, only of large machines: each node is work. A set that only shrinks as the load grows.
MANY_NODES, LARGE_CORES = 10, 8.0
FREE_IOPS = 3_000.0  # of each gp3 volume
NOT_STEADY = ("t2", "t3", "t4", "ultrawarm", "B_")
LEAST_CORES = 2.0  # of a node among several: one core for the data, one for everything else


@dataclass(frozen=True)
class Shapes:
    """Machines that may be chosen, cheapest first, as arrays of shape (shapes,), with the rows they come from."""

    rows: tuple[Price, ...]
    cores: Floats
    memory_gib: Floats
    usd_hour: Floats
    network_mib_s: Floats | None = None
    iops_usd_hour: float = 0.0  # of each operation a second beyond FREE_IOPS of each machine's volume


@dataclass(frozen=True)
class Choice:
    """Per draw: which shape (index into `shapes.rows`, -1 = none is large enough) and how many nodes for all copies."""

    shapes: Shapes
    index: Whole
    nodes: Floats

    @property
    def row(self) -> Price | None:
        return self.shapes.rows[self.index[0]] if self.index[0] >= 0 else None


def _steady(row: Price) -> bool:
    """Burstable machines are left out: their lasting speed is a fraction of what their size suggests."""
    name = row.resource.removeprefix("db.").removeprefix("cache.").removeprefix("kafka.")
    return not name.startswith(NOT_STEADY) and "burstable" not in row.category


@lru_cache(maxsize=8)
def _hardware(prices: PriceBook) -> dict[str, tuple[float, float]]:
    """Cores and GiB by machine name. A name stands for the same hardware in every service of a provider."""
    known: dict[str, tuple[float, float]] = {}
    for row in prices.prices:
        if row.vcpu and row.memory_gib and row.unit == "hour":
            size = float(row.vcpu), float(row.memory_gib)
            known.setdefault(row.resource, size)
            if row.kind == "compute":
                known.setdefault(f"db.{row.resource}", size)
    return known


def shapes_of(rows: tuple[Price, ...], prices: PriceBook) -> Shapes | None:
    """Instance rows of known size. None where there are none."""
    hardware = _hardware(prices)
    sized = [
        (row, hardware.get(row.resource) if not row.vcpu else (float(row.vcpu), float(row.memory_gib or 0)))
        for row in rows
        if row.unit in ("hour", "compute-unit-hour") and row.usd > 0 and _steady(row)
    ]
    found = [(row, *size) for row, size in sized if size and size[1] > 0]
    if not found:
        return None
    found.sort(key=lambda one: (one[0].usd, -one[1], -one[2], one[0].resource))
    return Shapes(
        tuple(one[0] for one in found),
        np.array([one[1] for one in found]),
        np.array([one[2] for one in found]),
        np.array([float(one[0].usd) for one in found]),
    )


@lru_cache(maxsize=512)
def managed_shapes(
    prices: PriceBook, provider: str, service: str, region: str, engine: str, deployment: str
) -> Shapes | None:
    rows = prices.rows(provider, service, region)
    of_engine = (row for row in rows if engine in row.engine.split("|") and deployment in (row.deployment, "any"))
    return shapes_of(tuple(row for row in of_engine if row.billed in ("instance", "node", "broker", "compute")), prices)


@lru_cache(maxsize=64)
def machine_shapes(prices: PriceBook, provider: str, region: str) -> Shapes | None:
    """Virtual machines with network disks, whose operations are free up to a number for each volume."""
    rows = prices.rows(provider, "Compute", region)
    shapes = shapes_of(tuple(row for row in rows if row.billed == "instance"), prices)
    iops = find(prices.rows(provider, "Amazon EBS", region), "iops-above-3000", "gp3")
    return (
        shapes if shapes is None or iops is None else replace(shapes, iops_usd_hour=float(iops.usd) / HOURS_PER_MONTH)
    )


def only(shapes: Shapes, at: int) -> Shapes:
    """A list of that machine alone."""
    one = slice(at, at + 1)
    return replace(
        shapes,
        rows=shapes.rows[one],
        cores=shapes.cores[one],
        memory_gib=shapes.memory_gib[one],
        usd_hour=shapes.usd_hour[one],
        network_mib_s=None if shapes.network_mib_s is None else shapes.network_mib_s[one],
    )


def choose(load: Load, shapes: Shapes, copies: int) -> Choice:
    """The cheapest shape per draw, and the nodes that all copies take together."""
    cores, memory, disk, pieces = np.broadcast_arrays(load.cores, load.memory_gib, load.disk_gib, load.pieces)
    if load.layout == ONE_NODE:
        held = (disk <= LARGEST_DISK_GIB) & (load.iops <= LARGEST_IOPS)
        index = np.where(held, _single(load, cores, memory, shapes), -1)
        return Choice(shapes, index, np.full(index.shape, float(copies)))
    pooled = load.layout == POOL
    times = float(copies) if pooled else 1.0
    disks = np.ceil(np.maximum(disk * times / LARGEST_DISK_GIB, load.iops / LARGEST_IOPS))
    least = np.maximum(np.maximum(pieces, times), disks)
    index, nodes = _cheapest_many(cores * times, memory * times, least, load.iops, shapes)
    return Choice(shapes, index, nodes if pooled else nodes * copies)


def _single(load: Load, cores: Floats, memory: Floats, shapes: Shapes) -> Whole:
    if load.network_mib_s is None or shapes.network_mib_s is None:
        return _cheapest_single(cores, memory, shapes)
    network = np.broadcast_to(load.network_mib_s, cores.shape)
    fits = cores[..., None] <= shapes.cores + EPSILON
    fits &= memory[..., None] <= shapes.memory_gib + EPSILON
    fits &= network[..., None] <= shapes.network_mib_s + EPSILON
    first: Whole = np.where(fits.any(axis=-1), fits.argmax(axis=-1), -1)  # shapes are sorted by price
    return first


def only_shape(load: Load, name: str, copies: int, prices: PriceBook) -> int | None:
    """Nodes of one machine type that carry a load (draw 0); 0 if one is too small, None if its size is not known."""
    size = _hardware(prices).get(name)
    if size is None:
        return None
    one = Shapes((), np.array([size[0]]), np.array([size[1]]), np.ones(1))
    choice = choose(load, one, copies)
    return int(choice.nodes[0]) if choice.index[0] >= 0 else 0


def _cheapest_single(cores: Floats, memory: Floats, shapes: Shapes) -> Whole:
    """By a table over the distinct sizes: its cell is the cheapest shape with at least so many cores and GiB."""
    table, core_steps, memory_steps = _table(shapes)
    i = np.searchsorted(core_steps, cores - EPSILON)
    j = np.searchsorted(memory_steps, memory - EPSILON)
    found: Whole = table[i, j]
    return found


@lru_cache(maxsize=512)
def _table_of(cores: tuple[float, ...], memory: tuple[float, ...]) -> tuple[Whole, Floats, Floats]:
    core_steps, memory_steps = np.unique(cores), np.unique(memory)
    table = np.full((len(core_steps) + 1, len(memory_steps) + 1), -1, dtype=np.int64)
    for i, least_cores in enumerate(core_steps):
        for j, least_memory in enumerate(memory_steps):
            fits = (at for at in range(len(cores)) if cores[at] >= least_cores and memory[at] >= least_memory)
            table[i, j] = next(fits, -1)  # shapes are sorted by price
    return table, core_steps, memory_steps


def _table(shapes: Shapes) -> tuple[Whole, Floats, Floats]:
    return _table_of(tuple(shapes.cores.tolist()), tuple(shapes.memory_gib.tolist()))


def _cheapest_many(cores: Floats, memory: Floats, least: Floats, iops: Floats, shapes: Shapes) -> tuple[Whole, Floats]:
    """Nodes = max(cores, memory, least) per shape; the shape whose nodes, with the operations of their disks, cost least."""
    kept = _undominated(
        tuple(shapes.cores.tolist()), tuple(shapes.memory_gib.tolist()), tuple(shapes.usd_hour.tolist())
    )
    per_core, per_gib = 1 / shapes.cores[kept], 1 / shapes.memory_gib[kept]
    usd = shapes.usd_hour[kept]
    nodes = np.multiply.outer(cores, per_core)
    np.maximum(nodes, np.multiply.outer(memory, per_gib), out=nodes)
    nodes -= EPSILON
    np.ceil(nodes, out=nodes)
    too_many = (nodes > MANY_NODES) & (shapes.cores[kept] < large_cores(shapes))
    np.maximum(nodes, least[..., None], out=nodes)
    cost = nodes * (usd + usd.min() * TIE)
    if shapes.iops_usd_hour:
        cost += io_usd_hour(iops[..., None], nodes, shapes)
    cost[too_many] = np.inf
    best = np.argmin(cost, axis=-1)
    return kept[best], np.take_along_axis(nodes, best[..., None], axis=-1)[..., 0]


def large_cores(shapes: Shapes) -> float:
    """Cores from which machines of this list may stand in any number."""
    return min(LARGE_CORES, float(shapes.cores.max()))


def io_usd_hour(iops: Floats, nodes: Floats, shapes: Shapes) -> Floats:
    """USD an hour of the operations beyond what the volumes of all nodes have free."""
    usd: Floats = np.maximum(iops - FREE_IOPS * nodes, 0.0) * shapes.iops_usd_hour
    return usd


@lru_cache(maxsize=512)
def _undominated(cores: tuple[float, ...], memory: tuple[float, ...], usd: tuple[float, ...]) -> Whole:
    """Shapes that no other beats in cores, memory and price at once: the others are never the cheapest choice."""
    kept = [
        at
        for at in range(len(usd))
        if cores[at] >= min(LEAST_CORES, max(cores))
        and not any(
            cores[other] >= cores[at] and memory[other] >= memory[at] and usd[other] <= usd[at]
            and (other < at or (cores[other], memory[other], usd[other]) != (cores[at], memory[at], usd[at]))
            for other in range(len(usd)) if other != at
        )
    ]  # fmt: skip
    return np.array(kept, dtype=np.int64)


def forget_tables() -> None:
    """Free what is kept about lists of shapes."""
    _table_of.cache_clear()
    _undominated.cache_clear()
