"""What one system is taken to carry, where no source gives a number. Every value is an assumption with its range."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Assumed:
    """low = comfortable, likely = with care, high = nobody should plan for more."""

    low: float
    likely: float
    high: float
    unit: str
    text: str


# One writer: all writes of a system whose facts say `write_scaling: vertical` go through one node.
ONE_WRITER_PER_SECOND = {
    "relational": Assumed(5_000, 20_000, 50_000, "writes/s", "one relational primary on a large machine"),
    "document": Assumed(5_000, 20_000, 50_000, "writes/s", "one document primary on a large machine"),
    "key_value": Assumed(50_000, 150_000, 500_000, "writes/s", "one in-memory primary"),
    "graph": Assumed(1_000, 5_000, 20_000, "writes/s", "one graph primary"),
    "time_series": Assumed(50_000, 300_000, 1_000_000, "writes/s", "one time-series node"),
    "search": Assumed(500, 3_000, 20_000, "writes/s", "one search node"),
    "vector": Assumed(500, 3_000, 20_000, "writes/s", "one vector node"),
    "olap": Assumed(50_000, 500_000, 2_000_000, "rows/s", "one analytical node, in batches"),
    "embedded": Assumed(200, 1_000, 5_000, "writes/s", "one process that writes to one file"),
}
# Reads by key or index that one node answers while it also writes, in the same kinds.
ONE_NODE_READS_PER_SECOND = {
    "relational": Assumed(20_000, 100_000, 400_000, "reads/s", "one relational node on a large machine"),
    "document": Assumed(20_000, 100_000, 400_000, "reads/s", "one document node on a large machine"),
    "key_value": Assumed(100_000, 400_000, 1_500_000, "reads/s", "one in-memory node"),
    "graph": Assumed(2_000, 10_000, 50_000, "reads/s", "one graph node"),
    "embedded": Assumed(20_000, 100_000, 500_000, "reads/s", "one process that reads one file"),
}
OTHER_WRITER = Assumed(2_000, 10_000, 40_000, "writes/s", "one node")
ONE_WRITER_GIB = Assumed(4_000, 20_000, 64_000, "GiB", "data behind one writer, with backups that still finish")
ONE_INDEX_GIB = Assumed(50, 500, 5_000, "GiB", "an index that one node holds")
EMBEDDED_GIB = Assumed(10, 100, 1_000, "GiB", "one file on one machine")
IN_MEMORY_GIB = Assumed(100, 1_000, 20_000, "GiB", "data kept in memory over a cluster")
# Writes that a horizontally scaled system of a kind is made for; beyond them the kind itself is the wrong one.
KIND_WRITES_PER_SECOND = {
    "search": Assumed(50_000, 500_000, 5_000_000, "writes/s", "a search cluster that indexes every write"),
    "document": Assumed(50_000, 500_000, 5_000_000, "writes/s", "a sharded document cluster"),
    "object_storage": Assumed(
        1_000, 3_500, 35_000, "writes/s", "object storage: each write is a request that is billed"
    ),
    "coordination": Assumed(1_000, 5_000, 20_000, "writes/s", "a consensus group for coordination data"),
    "data_warehouse": Assumed(
        500, 20_000, 2_000_000, "rows/s", "a warehouse loaded in batches or through its streaming interface"
    ),
}
# Time of a simple read at p99 inside a zone; a need below it cannot be planned on.
LATENCY_P99_MS = {
    "in-memory": Assumed(0.3, 1, 3, "ms", "in-memory read"),
    "key_value": Assumed(1, 4, 10, "ms", "read by key"),
    "wide_column": Assumed(2, 8, 20, "ms", "read of one partition"),
    "document": Assumed(2, 8, 20, "ms", "indexed read"),
    "relational": Assumed(2, 8, 20, "ms", "indexed read"),
    "distributed_sql": Assumed(4, 12, 30, "ms", "indexed read through consensus"),
    "coordination": Assumed(2, 10, 30, "ms", "linearizable read"),
    "graph": Assumed(5, 20, 100, "ms", "short traversal"),
    "vector": Assumed(10, 50, 200, "ms", "nearest-neighbour query"),
    "search": Assumed(10, 50, 200, "ms", "search query"),
    "time_series": Assumed(10, 50, 500, "ms", "range query"),
    "olap": Assumed(30, 200, 2_000, "ms", "scan"),
    "data_warehouse": Assumed(500, 2_000, 20_000, "ms", "query"),
    "object_storage": Assumed(20, 100, 300, "ms", "first byte of an object"),
    "log_stream": Assumed(2, 10, 50, "ms", "fetch of the newest records"),
    "message_queue": Assumed(1, 5, 30, "ms", "delivery"),
}


def ease(value: float, assumed: Assumed) -> float:
    """1 up to `low`, 0.5 at `likely`, 0 from `high` on; straight lines on a logarithmic axis between."""
    if value <= assumed.low:
        return 1.0
    if value >= assumed.high:
        return 0.0
    low, likely, high = assumed.low, assumed.likely, assumed.high
    if value <= likely:
        return 1.0 - 0.5 * _share(value, low, likely)
    return 0.5 - 0.5 * _share(value, likely, high)


def _share(value: float, low: float, high: float) -> float:
    """Position of `value` between `low` and `high` on a logarithmic axis, 0..1."""
    return math.log(value / low) / math.log(high / low)
