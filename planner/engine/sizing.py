"""How much machine one copy of a store's data needs: cores, memory, disk and I/O, one function per kind of store.

Vectorised: every array has shape (draws,) or (1,). Formulas with their sources: docs/models-costs.md. Values:
assumptions.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from catalog.facts import Database
from planner.engine import assumptions as a
from planner.engine.demand import MIB, Demand, Draws, Part
from planner.engine.document import Store
from planner.engine.quantity import Floats
from planner.engine.results import Because
from planner.engine.staffing import QUEUE_FACTORS, square_root_cores

EMBEDDED = ("embedded",)
ONE_NODE, SHARDS, POOL = "one-node", "shards", "pool"
TIERS = ("critical", "high", "medium", "low")
WAITS = ("1 %", "5 %", "20 %", "30 %")
GIGABIT_MIB = 1e9 / 8 / MIB


@dataclass(frozen=True, slots=True)
class Load:
    """What one copy of the data needs. `layout` says how copies become nodes:

    one-node: each copy on one machine; shards: a copy may be split, each shard has its own copies; pool: all copies
    together are spread over the nodes. `pieces` is the least number of shards (or nodes of a pool). `network_mib_s` is asked
    of machines whose network is known; our own formulas turn it into cores, since no price list of ours says it.
    """

    cores: Floats
    memory_gib: Floats
    disk_gib: Floats
    iops: Floats
    layout: str
    pieces: Floats
    reasons: tuple[Because, ...]
    network_mib_s: Floats | None = None
    wire_cores: Floats | None = None  # cores that come with the network it needs; part of `cores`
    stated: bool = False  # no formula: cores and memory are what the plan's machine has


def copies_of(store: Store) -> int:
    """Copies of the data in the store's own region, the primary included."""
    replication = store.replication
    if replication is None or replication.mode == "none":
        return 1
    return 1 + replication.replicas


def zones_of(store: Store) -> int:
    return store.replication.zones if store.replication and store.replication.mode != "none" else 1


@dataclass(frozen=True, slots=True)
class _Ask:
    """What a formula reads: the demand, the assumptions' values, the most important tier, the copies."""

    demand: Demand
    draws: Draws
    parts: tuple[Part, ...]
    copies: int

    def given(self, assumption: a.Assumption) -> Floats:
        return self.draws.assumed(assumption)

    @property
    def rank(self) -> int:
        return min((TIERS.index(part.tier) for part in self.parts), default=2)

    def cores(self, mean_ms: Floats, network_mib_s: Floats) -> Floats:
        """Square-root staffing of the busiest hour; network grows with the cores, so it may ask for more."""
        peak = self.given(a.PEAK)
        busy = square_root_cores(peak * mean_ms / 1000, QUEUE_FACTORS[self.rank])
        needed: Floats = np.maximum(busy, self.wire(network_mib_s))
        return needed

    def wire(self, network_mib_s: Floats) -> Floats:
        """Cores of a machine whose network carries so much in the busiest hour."""
        cores: Floats = self.given(a.PEAK) * network_mib_s / GIGABIT_MIB / self.given(a.NETWORK_GBPS)
        return cores

    def because(self, text: str, *used: a.Assumption) -> tuple[Because, ...]:
        tier = TIERS[self.rank]
        queue = (
            f"{QUEUE_FACTORS[self.rank]:g} x sqrt(erlangs) beyond them: at most {WAITS[self.rank]} wait (tier {tier})"
        )
        staffing = Because("formula", f"cores = peak x erlangs + {queue}", "square-root-staffing", a.PEAK.source)
        return (Because("formula", text), staffing, *(one.because() for one in (a.PEAK, *used)))


def _rows(ask: _Ask) -> Load:
    """Relational and document stores: one machine holds a whole copy."""
    demand, given = ask.demand, ask.given
    busy_ms = demand.reads * given(a.ROW_READ_MS) + demand.writes * given(a.ROW_WRITE_MS)
    memory = demand.size_gib * given(a.WORKING_SET) + given(a.CONNECTIONS_GIB)
    network = demand.read_mib_s + 2 * demand.written_mib_s
    reads = (1 - given(a.PAGE_HIT)) * demand.read_pages
    written = np.maximum(demand.writes, demand.written_mib_s * MIB / 8192) * given(a.WRITE_IO)
    return Load(
        cores=ask.cores(busy_ms, network),
        wire_cores=ask.wire(network),
        memory_gib=memory,
        disk_gib=demand.size_gib * given(a.DISK_SLACK),
        iops=given(a.PEAK) * (reads + written),
        layout=ONE_NODE,
        pieces=np.ones(1),
        reasons=ask.because(
            "memory = working set + connections; disk = data x slack; IOPS = peak x (reads missed in memory + writes)",
            a.ROW_READ_MS, a.ROW_WRITE_MS, a.WORKING_SET, a.CONNECTIONS_GIB, a.DISK_SLACK, a.PAGE_HIT, a.WRITE_IO,
        ),
    )  # fmt: skip


def _consensus_rows(ask: _Ask) -> Load:
    """Distributed SQL: rows in ranges over a pool of nodes, with background work as in a log-structured store."""
    load, compaction = _rows(ask), ask.given(a.COMPACTION)
    network = ask.demand.read_mib_s + 2 * ask.demand.written_mib_s
    return replace(
        load, cores=load.cores * compaction, wire_cores=ask.wire(network) * compaction, layout=POOL, pieces=np.array([3.0]),
        reasons=(*load.reasons, a.COMPACTION.because()),
    )  # fmt: skip


def _memory(ask: _Ask) -> Load:
    """Redis, Valkey, Memcached: all in memory, with the overhead of each key; one core for a shard's commands."""
    demand, given = ask.demand, ask.given
    commands = given(a.PEAK) * (demand.reads + demand.writes)
    wire = ask.wire(demand.read_mib_s + demand.written_mib_s)
    return Load(
        cores=np.maximum(wire, 1.0),
        wire_cores=wire,
        memory_gib=demand.resident_gib / given(a.MEMORY_USABLE),
        disk_gib=np.zeros(1),
        iops=np.zeros(1),
        layout=SHARDS,
        pieces=np.maximum(1.0, np.ceil(commands / given(a.MEMORY_OPS))),
        reasons=(
            Because(
                "formula", "memory = keys x bytes a key / usable share; a cache has the memory that the plan gives it"
            ),
            Because("formula", "shards >= peak x commands / commands of one shard"),
            *(one.because() for one in (a.PEAK, a.KEY_BYTES, a.MEMORY_USABLE, a.MEMORY_OPS, a.NETWORK_GBPS)),
        ),
    )


def _wide(ask: _Ask) -> Load:
    """Cassandra, ScyllaDB: disk that leaves room for compaction, a limit of data on a node, background CPU."""
    demand, given = ask.demand, ask.given
    strong = any(part.data_set.needs.consistency == "strong" for part in ask.parts)
    asked = (ask.copies // 2 + 1 if strong else 1) / ask.copies
    busy_ms = demand.reads * asked * given(a.WIDE_READ_MS) + demand.writes * given(a.WIDE_WRITE_MS)
    packed, network = demand.size_gib / given(a.WIDE_COMPRESSION), demand.read_mib_s + demand.written_mib_s
    return Load(
        cores=ask.cores(busy_ms, network) * given(a.COMPACTION),
        wire_cores=ask.wire(network) * given(a.COMPACTION),
        memory_gib=packed * given(a.WORKING_SET) + given(a.CONNECTIONS_GIB),
        disk_gib=packed / given(a.WIDE_DISK_USE),
        iops=given(a.PEAK) * demand.reads,
        layout=POOL,
        pieces=np.maximum(3.0, np.ceil(packed / given(a.WIDE_NODE_GIB))),
        reasons=ask.because(
            "reads ask a majority of the copies if strong, else one; CPU x compaction; "
            "disk = data / compression / usable share; nodes >= 3 and data / most data of a node",
            a.WIDE_READ_MS, a.WIDE_WRITE_MS, a.COMPACTION, a.WIDE_COMPRESSION, a.WIDE_DISK_USE, a.WIDE_NODE_GIB,
        ),
    )  # fmt: skip


def _index(ask: _Ask) -> Load:
    """Search: index size, free disk below the watermark, memory in proportion to the index; log indexes need less."""
    demand, given = ask.demand, ask.given
    logs = all({"append-log", "time-range"} & set(part.data_set.needs.queries) for part in ask.parts)
    ratio = a.LOG_MEMORY if logs else a.INDEX_MEMORY
    busy_ms = demand.reads / ask.copies * given(a.SEARCH_READ_MS) + demand.writes * given(a.SEARCH_WRITE_MS)
    disk = demand.size_gib * given(a.INDEX_FACTOR) / given(a.INDEX_DISK_USE)
    return Load(
        cores=ask.cores(busy_ms, demand.read_mib_s + demand.written_mib_s),
        wire_cores=ask.wire(demand.read_mib_s + demand.written_mib_s),
        memory_gib=disk / given(ratio) + given(a.CONNECTIONS_GIB),
        disk_gib=disk,
        iops=np.zeros(1),
        layout=POOL,
        pieces=np.ones(1),
        reasons=ask.because(
            "copies share the queries, each indexes all; disk = source x index factor / disk use; "
            "memory = disk / ratio + operating system",
            a.SEARCH_READ_MS, a.SEARCH_WRITE_MS, a.INDEX_FACTOR, a.INDEX_DISK_USE, ratio, a.CONNECTIONS_GIB,
        ),
    )  # fmt: skip


def _columns(ask: _Ask) -> Load:
    """Analytical stores: compressed columns, cores for scans; one copy may be split into shards."""
    demand, given = ask.demand, ask.given
    busy_ms = demand.reads / ask.copies * given(a.SCAN_READ_MS) + demand.writes * given(a.SCAN_WRITE_MS)
    packed = demand.size_gib / given(a.COMPRESSION)
    return Load(
        cores=ask.cores(busy_ms, demand.written_mib_s),
        wire_cores=ask.wire(demand.written_mib_s),
        memory_gib=packed / given(a.SCAN_MEMORY) + given(a.CONNECTIONS_GIB),
        disk_gib=packed * given(a.DISK_SLACK),
        iops=np.zeros(1),
        layout=SHARDS,
        pieces=np.ones(1),
        reasons=ask.because(
            "copies share the queries; disk = data / compression x slack; "
            "memory = compressed data / ratio + operating system",
            a.SCAN_READ_MS, a.SCAN_WRITE_MS, a.COMPRESSION, a.DISK_SLACK, a.SCAN_MEMORY, a.CONNECTIONS_GIB,
        ),
    )  # fmt: skip


def _stream(ask: _Ask) -> Load:
    """Kafka: retained bytes on disk with room to rebalance; bytes in and out over the network of the brokers."""
    demand, given = ask.demand, ask.given
    busy_ms = (demand.reads + demand.writes) * given(a.STREAM_MS)
    wire = demand.written_mib_s * (1 + given(a.STREAM_READERS)) * given(a.STREAM_NETWORK)
    return Load(
        cores=ask.cores(busy_ms, wire),
        wire_cores=ask.wire(wire),
        memory_gib=demand.size_gib * given(a.WORKING_SET) * 0.1 + 8.0,
        disk_gib=demand.size_gib * given(a.STREAM_DISK),
        iops=np.zeros(1),
        layout=POOL,
        pieces=np.array([3.0]),
        reasons=ask.because(
            "disk = retained bytes x factor; network = bytes in x (copies + consumers) x factor; at least 3 brokers",
            a.STREAM_MS, a.STREAM_DISK, a.STREAM_READERS, a.STREAM_NETWORK, a.NETWORK_GBPS,
        ),
    )  # fmt: skip


FORMULAS: dict[str, Callable[[_Ask], Load]] = {
    "relational": _rows,
    "document": _rows,
    "distributed_sql": _consensus_rows,
    "wide_column": _wide,
    "search": _index,
    "olap": _columns,
    "log_stream": _stream,
}


def _stated_load(demand: Demand, draws: Draws) -> Load:
    """What is known where no formula is and the plan names the machine: the disk. Cores and memory are the user's choice."""
    return Load(
        cores=np.zeros(1),
        memory_gib=np.zeros(1),
        disk_gib=demand.size_gib * draws.assumed(a.DISK_SLACK),
        iops=np.zeros(1),
        layout=ONE_NODE,
        pieces=np.ones(1),
        reasons=(Because("formula", "disk of each copy = data x slack"), a.DISK_SLACK.because()),
        stated=True,
    )


def load_of(database: Database, demand: Demand, draws: Draws, parts: tuple[Part, ...], copies: int) -> Load | str:
    """The load of one copy, or a sentence why there is no formula."""
    ask = _Ask(demand, draws, parts, copies)
    if "cache" in database.types:
        return _memory(ask)
    if database.deployment_models == EMBEDDED:
        return f"{database.name} runs inside the application: it has no machine of its own to size"
    if "relational" in database.types:  # PostgreSQL with an extension is sized like PostgreSQL
        return _rows(ask)
    formula = FORMULAS.get(database.category)
    if formula is None:
        kind = database.category.replace("_", " ")
        return (
            f"There is no trustworthy formula for the machines of {database.name} ({kind}): size and cost are unknown "
            "until its store names a machine"
        )
    return formula(ask)


def load_for(
    store: Store, database: Database, demand: Demand, draws: Draws, parts: tuple[Part, ...], copies: int
) -> Load | str:
    """The load of one copy in this store, which may name its machine where there is no formula."""
    load = load_of(database, demand, draws, parts, copies)
    if isinstance(load, str) and store.machine and database.deployment_models != EMBEDDED:
        return _stated_load(demand, draws)
    return load
