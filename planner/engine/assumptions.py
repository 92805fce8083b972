"""What sizing and costs take as given: value, range, unit, meaning, source. No source means it is our assumption.

low, likely and high are the 5th, 50th and 95th percentile. Those that are properties of the data, which
nobody knows before measuring, are `drawn` like the plan's own quantities; all others stand at their likely
value and show their range.
Shown on the page behind every number that uses it. Formulas: docs/models-costs.md.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.engine.quantity import Quantity
from planner.engine.results import Because

_SCM = "https://github.com/Netflix-Skunkworks/service-capacity-modeling (commit dc69307)"
_REDIS = "https://redis.io/docs/latest/commands/memory-usage/"
_AWS_SEARCH = "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/bp-storage.html"
_EC2 = "catalog/data/prices/compute.csv, baseline bandwidth of 207 EC2 types"


@dataclass(frozen=True, slots=True)
class Assumption:
    key: str
    low: float
    likely: float
    high: float
    unit: str
    text: str
    source: str = ""
    drawn: bool = False

    @property
    def quantity(self) -> Quantity:
        return Quantity(self.low, self.likely, self.high)

    def because(self) -> Because:
        spread = f"{self.low:g} to {self.high:g}, likely {self.likely:g}"
        return Because(
            "fact" if self.source else "assumption", f"{self.text}: {spread} {self.unit}", self.key, self.source
        )


HOURS_PER_MONTH = 730.0
SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600

# Load
PEAK = Assumption("peak-factor", 2, 3, 5, "x mean", "Busiest hour against the mean rate; machines are sized for it")
ROW_READ_MS = Assumption("row-read", 0.1, 0.3, 1, "ms CPU", "One indexed read of a row or document")
ROW_WRITE_MS = Assumption("row-write", 0.2, 0.6, 2, "ms CPU", "One write of a row or document, with its indexes")
WIDE_READ_MS = Assumption("wide-read", 0.1, 0.25, 0.8, "ms CPU", "One read of a partition on one copy")
WIDE_WRITE_MS = Assumption("wide-write", 0.1, 0.2, 0.5, "ms CPU", "One write on one copy")
COMPACTION = Assumption("compaction", 1.5, 2, 2.5, "x CPU", "Background work beside the requests", _SCM)
SEARCH_READ_MS = Assumption("search-read", 2, 5, 20, "ms CPU", "One search query over all shards")
SEARCH_WRITE_MS = Assumption("search-write", 0.05, 0.15, 0.5, "ms CPU", "Indexing of one document, in bulk")
SCAN_READ_MS = Assumption("scan-read", 50, 200, 1500, "ms CPU", "One analytical query")
SCAN_WRITE_MS = Assumption("scan-write", 0.002, 0.005, 0.02, "ms CPU", "One row, inserted in batches")
STREAM_MS = Assumption("stream-record", 0.005, 0.02, 0.05, "ms CPU", "One record in or out of a broker, in batches")
STREAM_NETWORK = Assumption("stream-network", 1.2, 1.4, 1.8, "x bytes", "Broker traffic beside the records", _SCM)
MEMORY_OPS = Assumption("memory-ops", 50_000, 100_000, 700_000, "commands/s", "One in-memory shard", _SCM)
NETWORK_GBPS = Assumption("network", 0.39, 0.39, 1.05, "Gbit/s a vCPU", "Baseline network of a machine", _EC2)
ITEM_BYTES = Assumption(
    "item-bytes", 200, 1024, 8192, "bytes", "Size of an item where the plan leaves it empty", drawn=True
)

# Memory and disk
WORKING_SET = Assumption("working-set", 0.05, 0.1, 0.3, "of the data", "Share that is read again and again", _SCM)
CONNECTIONS_GIB = Assumption("connections", 1, 2, 4, "GiB", "Connections, sorts and the operating system")
PAGE_HIT = Assumption("page-hit", 0.7, 0.9, 0.98, "of reads", "Reads answered from memory")
WRITE_IO = Assumption("write-io", 1.5, 2, 4, "x pages", "Disk writes for a page changed: the page and the log")
DISK_SLACK = Assumption(
    "disk-slack", 1.1, 1.2, 1.4, "x data", "Free space, bloat and logs; indexes are in size_gib", _SCM
)
KEY_BYTES = Assumption("key-bytes", 16, 32, 64, "bytes", "Length of a key in a cache or key-value store", drawn=True)
MEMORY_USABLE = Assumption(
    "memory-usable", 0.65, 0.75, 0.85, "of memory", "Left for data beside buffers and copies", _SCM
)
WIDE_COMPRESSION = Assumption(
    "wide-compression", 1, 1.5, 3, "x", "Compression of rows on disk; depends on the data", drawn=True
)
WIDE_DISK_USE = Assumption(
    "wide-disk-use", 0.5, 0.6, 0.75, "of disk", "Disk that may be used, the rest is for compaction"
)
WIDE_NODE_GIB = Assumption(
    "wide-node", 1000, 2000, 2000, "GiB", "Most data on one node that still repairs in time", _SCM
)
INDEX_FACTOR = Assumption(
    "index-factor", 0.9, 1.1, 1.6, "x source", "Index size for a byte of source", _AWS_SEARCH, drawn=True
)
INDEX_DISK_USE = Assumption("index-disk-use", 0.75, 0.85, 0.9, "of disk", "Disk in use below the low watermark")
INDEX_MEMORY = Assumption(
    "index-memory", 15, 30, 60, "GiB disk for 1 GiB RAM", "Searched index that a node's memory serves"
)
LOG_MEMORY = Assumption("log-memory", 30, 60, 100, "GiB disk for 1 GiB RAM", "Log index that a node's memory serves")
COMPRESSION = Assumption("column-compression", 3, 8, 20, "x", "Compression of columns; depends on the data", drawn=True)
SCAN_MEMORY = Assumption("scan-memory", 20, 50, 200, "GiB disk for 1 GiB RAM", "Columns that a node's memory serves")
STREAM_DISK = Assumption("stream-disk", 1.5, 2.5, 3, "x data", "Broker disk for the retained bytes", _SCM)
STREAM_READERS = Assumption("stream-readers", 1, 2, 5, "consumers", "Consumers that read every record")
LARGEST_DISK_GIB = 65_536.0  # RDS and EBS refuse more on one instance (gp3 of RDS, striped volumes of EBS)
SHARED_VOLUME_GIB = (
    131_072.0  # Aurora's and DocumentDB's cluster volume in every version: 128 TiB (CHAP_Limits, limits)
)
MOST_NODES = 1_000.0  # of one cluster that the formulas are trusted for; an assumption
LARGEST_IOPS = 256_000.0  # io2 Block Express, the most of one volume on RDS and EBS (CHAP_Storage, ModifyVolume)

# Bills
CHANGE_REWRITES = Assumption(
    "change-rewrites", 1, 2, 5, "x", "Written bytes for one changed byte that a backup keeps", drawn=True
)
BACKUP_COMPRESSION = Assumption(
    "backup-compression", 0.3, 0.5, 0.9, "of the data", "Size of a backup of it", drawn=True
)
LOG_BYTES = Assumption("log-bytes", 1, 2, 4, "x", "Bytes of log for a byte written")
COSMOS_WRITE_UNITS = Assumption("cosmos-write", 5, 6, 10, "RU a KiB", "Request units of a write; a 1 KiB read is 1 RU")
PEOPLE_MANAGED = Assumption("people-managed", 0.5, 1, 3, "h a month", "People's work on one store that a vendor runs")
PEOPLE_OWN = Assumption(
    "people-own", 2, 6, 15, "h a month", "People's work on one store that they run: patches, failovers, capacity, calls"
)
GROWTH_TOGETHER = 0.5  # share of the growth's spread that all data sets have in common: they serve one business

ALL: tuple[Assumption, ...] = tuple(value for value in dict(globals()).values() if isinstance(value, Assumption))
