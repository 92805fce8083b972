"""What sizing and costs take as given: value, range, unit, meaning, source. No source means it is our assumption.

Shown on the page behind every number that uses it. Formulas: docs/models-costs.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.engine.results import Because

_SCM = "https://github.com/Netflix-Skunkworks/service-capacity-modeling (commit dc69307)"
_REDIS = "https://redis.io/docs/latest/commands/memory-usage/"


@dataclass(frozen=True, slots=True)
class Assumption:
    key: str
    low: float
    likely: float
    high: float
    unit: str
    text: str
    source: str = ""

    def because(self) -> Because:
        spread = f"{self.low:g} to {self.high:g}, likely {self.likely:g}"
        return Because(
            "fact" if self.source else "assumption", f"{self.text}: {spread} {self.unit}", self.key, self.source
        )


HOURS_PER_MONTH = 730.0
SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600
BURST_QUEUE = Assumption(
    "burst-queue",
    1,
    1.761,
    2.375,
    "x sqrt(erlangs)",
    "Cores beyond the mean load (waiting at most 5 % of requests)",
    _SCM,
)
ROW_READ_MS = Assumption("row-read", 0.1, 0.3, 1, "ms CPU", "One indexed read of a row or document")
ROW_WRITE_MS = Assumption("row-write", 0.2, 0.6, 2, "ms CPU", "One write of a row or document, with its indexes")
SEARCH_READ_MS = Assumption("search-read", 2, 6, 20, "ms CPU", "One search query over all shards")
SEARCH_WRITE_MS = Assumption("search-write", 0.1, 0.25, 0.6, "ms CPU", "Indexing of one document, in bulk")
SCAN_READ_MS = Assumption("scan-read", 50, 300, 2000, "ms CPU", "One analytical query")
SCAN_WRITE_MS = Assumption("scan-write", 0.002, 0.005, 0.02, "ms CPU", "One row, inserted in batches")
MEMORY_OPS = Assumption("memory-ops", 50_000, 100_000, 700_000, "commands/s", "One in-memory shard", _SCM)
WORKING_SET = Assumption("working-set", 0.05, 0.1, 0.3, "of the data", "Share that is read again and again", _SCM)
CONNECTIONS_GIB = Assumption("connections", 1, 2, 4, "GiB", "Connections, sorts and the operating system")
PAGE_HIT = Assumption("page-hit", 0.7, 0.9, 0.99, "of reads", "Reads answered from memory")
DISK_SLACK = Assumption("disk-slack", 1.1, 1.2, 1.4, "x data", "Indexes excepted: free space, bloat and logs", _SCM)
KEY_OVERHEAD_BYTES = Assumption("key-overhead", 31, 56, 90, "bytes a key", "Overhead of a key", _REDIS)
MEMORY_USABLE = Assumption(
    "memory-usable", 0.6, 0.75, 0.85, "of memory", "Memory for data beside copy-on-write and buffers", _SCM
)
INDEX_FACTOR = Assumption("index-factor", 0.9, 1.1, 1.6, "x source", "Index size for a byte of source")
INDEX_DISK_USE = Assumption("index-disk-use", 0.75, 0.85, 0.9, "of disk", "Disk in use before the low watermark")
INDEX_MEMORY = Assumption("index-memory", 16, 48, 100, "GiB disk for 1 GiB RAM", "Index that a node's memory serves")
COMPRESSION = Assumption("column-compression", 3, 8, 20, "x", "Compression of columns; depends on the data")
SCAN_MEMORY = Assumption("scan-memory", 20, 50, 200, "GiB disk for 1 GiB RAM", "Columns that a node's memory serves")
STREAM_DISK = Assumption("stream-disk", 1.5, 2.5, 3, "x data", "Broker disk for the retained bytes", _SCM)
BACKUP_COMPRESSION = Assumption("backup-compression", 0.3, 0.5, 0.9, "of the data", "Size of a backup of it")
LARGEST_DISK_GIB = Assumption("largest-disk", 16_384, 65_536, 65_536, "GiB", "Disk of one managed node")
