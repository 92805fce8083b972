"""How much machine a store needs: cores, memory, disk and I/O from its demand, one function per kind of store.

Vectorised: every array has shape (draws,). Formulas with their sources: docs/models-costs.md. Values: assumptions.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from catalog.facts import Database
from planner.engine import assumptions as a
from planner.engine.demand import GIB, Demand
from planner.engine.document import Store
from planner.engine.quantity import Floats
from planner.engine.results import Because


@dataclass(frozen=True, slots=True)
class Load:
    """What one copy of the data needs. `spreads` = it may be split over several nodes; else one node carries it all."""

    cores: Floats
    memory_gib: Floats
    disk_gib: Floats
    iops: Floats
    spreads: bool
    reasons: tuple[Because, ...]


def copies_of(store: Store) -> int:
    """Copies of the data in the store's own region, the primary included."""
    replication = store.replication
    if replication is None or replication.mode == "none":
        return 1
    return 1 + replication.replicas


def cores_for(busy: Floats) -> Floats:
    """Square-root staffing (Halfin and Whitt): erlangs + Q * sqrt(erlangs)."""
    return busy + a.BURST_QUEUE.likely * np.sqrt(busy)


def _rows(demand: Demand) -> Load:
    """Relational, document, graph, wide-column and other stores of rows on disk."""
    busy = (demand.reads * a.ROW_READ_MS.likely + demand.writes * a.ROW_WRITE_MS.likely) / 1000
    memory = demand.size_gib * a.WORKING_SET.likely + a.CONNECTIONS_GIB.likely
    iops = (1 - a.PAGE_HIT.likely) * demand.read_pages + demand.written_mib_s * 256
    text = "cores = erlangs + Q x sqrt(erlangs); memory = working set + connections; disk = data x slack"
    given = (a.ROW_READ_MS, a.ROW_WRITE_MS, a.BURST_QUEUE, a.WORKING_SET, a.CONNECTIONS_GIB, a.DISK_SLACK, a.PAGE_HIT)
    return Load(cores_for(busy), memory, demand.size_gib * a.DISK_SLACK.likely, iops, False, _reasons(text, given))


def _spread_rows(demand: Demand) -> Load:
    load = _rows(demand)
    return Load(load.cores, load.memory_gib, load.disk_gib, load.iops, True, load.reasons)


def _memory(demand: Demand) -> Load:
    """Redis, Valkey, Memcached: everything in memory, with the overhead of each key."""
    overhead = demand.items * a.KEY_OVERHEAD_BYTES.likely / GIB
    memory = (demand.size_gib + overhead) / a.MEMORY_USABLE.likely
    cores = (demand.reads + demand.writes) / a.MEMORY_OPS.likely
    text = "memory = (data + keys x overhead) / usable share; one shard = one busy core"
    given = (a.KEY_OVERHEAD_BYTES, a.MEMORY_USABLE, a.MEMORY_OPS)
    nothing = np.zeros_like(memory)
    return Load(cores, memory, nothing, nothing, True, _reasons(text, given))


def _index(demand: Demand) -> Load:
    """Search: index size, free disk below the watermark, memory in proportion to the index."""
    busy = (demand.reads * a.SEARCH_READ_MS.likely + demand.writes * a.SEARCH_WRITE_MS.likely) / 1000
    disk = demand.size_gib * a.INDEX_FACTOR.likely / a.INDEX_DISK_USE.likely
    text = "disk = source x index factor / disk use; memory = disk / ratio"
    given = (a.SEARCH_READ_MS, a.SEARCH_WRITE_MS, a.INDEX_FACTOR, a.INDEX_DISK_USE, a.INDEX_MEMORY, a.BURST_QUEUE)
    memory = disk / a.INDEX_MEMORY.likely + a.CONNECTIONS_GIB.likely
    return Load(cores_for(busy), memory, disk, np.zeros_like(disk), True, _reasons(text, given))


def _columns(demand: Demand) -> Load:
    """Analytical stores: compressed columns, cores for scans."""
    busy = (demand.reads * a.SCAN_READ_MS.likely + demand.writes * a.SCAN_WRITE_MS.likely) / 1000
    disk = demand.size_gib / a.COMPRESSION.likely * a.DISK_SLACK.likely
    text = "disk = data / compression x slack; memory = disk / ratio"
    given = (a.COMPRESSION, a.SCAN_READ_MS, a.SCAN_WRITE_MS, a.SCAN_MEMORY, a.DISK_SLACK, a.BURST_QUEUE)
    memory = disk / a.SCAN_MEMORY.likely + a.CONNECTIONS_GIB.likely
    return Load(cores_for(busy), memory, disk, np.zeros_like(disk), True, _reasons(text, given))


def _stream(demand: Demand) -> Load:
    """Logs of records: retained bytes on disk with room to rebalance; network and CPU are small at these rates."""
    disk = demand.size_gib * a.STREAM_DISK.likely
    busy = (demand.reads + demand.writes) / 50_000
    memory = np.full_like(disk, 8.0)
    reasons = _reasons("disk = retained bytes x factor", (a.STREAM_DISK,))
    return Load(cores_for(busy), memory, disk, np.zeros_like(disk), True, reasons)


def _objects(demand: Demand) -> Load:
    nothing = np.zeros_like(demand.size_gib)
    return Load(nothing, nothing, demand.size_gib, nothing, True, _reasons("size = data", ()))


def _reasons(text: str, given: tuple[a.Assumption, ...]) -> tuple[Because, ...]:
    return (Because("formula", text), *(one.because() for one in given))


FORMULAS: dict[str, Callable[[Demand], Load]] = {
    "relational": _rows,
    "document": _rows,
    "graph": _rows,
    "coordination": _rows,
    "distributed_sql": _spread_rows,
    "wide_column": _spread_rows,
    "search": _index,
    "olap": _columns,
    "time_series": _columns,
    "log_stream": _stream,
    "object_storage": _objects,
}


def load_of(database: Database, demand: Demand) -> Load | str:
    """The load of one copy, or a sentence why there is no formula."""
    if "cache" in database.types:
        return _memory(demand)
    if "embedded" in database.workloads and database.deployment_models == ("embedded",):
        return f"{database.name} runs inside the application: it has no machine of its own to size"
    formula = FORMULAS.get(database.category)
    if formula is None:
        kind = database.category.replace("_", " ")
        return f"No trustworthy sizing formula for {database.name} ({kind}): its size and cost are unknown"
    return formula(demand)
