"""The closed words of the plan document, as people read them in forms."""

from __future__ import annotations

from collections.abc import Mapping

LICENCES: Mapping[str, str] = {
    "open-source": "Open source",
    "open-core": "Open core",
    "source-available": "Source available",
    "proprietary": "Proprietary",
    "public-domain": "Public domain",
}
TIERS: Mapping[str, str] = {"critical": "Critical", "high": "High", "medium": "Medium", "low": "Low"}
ROLES: Mapping[str, str] = {"source": "Source of truth", "derived": "Derived copy"}
SYNCS: Mapping[str, str] = {
    "cdc": "Change data capture (CDC)",
    "outbox": "Outbox: written with the source, sent on later",
    "dual-write": "Dual write: the service writes both",
    "batch": "Batch job",
    "none": "Nothing keeps it up to date",
}
CONSISTENCIES: Mapping[str, str] = {
    "strong": "Everyone reads the newest value (strong)",
    "read-your-writes": "Users see their own writes",
    "eventual": "A short delay is fine (eventual)",
}
TRANSACTIONS: Mapping[str, str] = {
    "none": "None",
    "single-record": "One record at a time",
    "single-partition": "Several records of one partition",
    "multi-record": "Several records change together",
    "distributed": "Across several systems",
}
SCHEMAS: Mapping[str, str] = {"fixed": "Fixed: same fields in every record", "flexible": "Flexible: fields differ"}
HOSTINGS: Mapping[str, str] = {"managed": "Managed service", "self-hosted": "Run it ourselves", "either": "Either"}
QUERIES: Mapping[str, str] = {
    "point-lookup": "One record by its key",
    "batch-get": "Many records by their keys",
    "range-scan": "A range of keys",
    "time-range": "A span of time",
    "secondary-index": "By other fields",
    "join": "Joins",
    "aggregation": "Sums and counts",
    "full-text": "Words in text",
    "geo": "Places and distances",
    "graph-traversal": "Paths in a graph",
    "vector-search": "Nearest vectors",
    "nested-document": "Inside nested documents",
    "counter": "Counters",
    "sorted-set": "Ranked lists",
    "ttl-expiry": "Records that expire",
    "append-log": "Append to a log",
    "change-stream": "Stream of changes",
    "pub-sub": "Publish and subscribe",
    "blob": "Large files",
    "bulk-scan": "Read everything",
}
CACHE_LAYERS: Mapping[str, str] = {
    "cdn": "CDN, at the edge",
    "in-process": "In the service's memory",
    "distributed": "Distributed, in a cache store",
    "materialized-view": "Materialized view",
}
# By which products each layer is usually built.
CACHE_TOOLS: Mapping[str, str] = {
    "cdn": "Cloudflare, CloudFront, Fastly, Akamai",
    "in-process": "Caffeine, Guava, a dictionary in memory",
    "distributed": "Redis, Valkey, Memcached",
    "materialized-view": "materialized views of the database",
}
CACHE_STRATEGIES: Mapping[str, str] = {
    "cache-aside": "Cache-aside",
    "read-through": "Read-through",
    "write-through": "Write-through",
    "write-behind": "Write-behind",
    "refresh-ahead": "Refresh-ahead",
}
INVALIDATIONS: Mapping[str, str] = {"ttl": "After a time (TTL)", "on-write": "On each write", "event": "By an event"}
PROVIDERS: Mapping[str, str] = {"aws": "AWS", "gcp": "Google Cloud", "azure": "Azure", "self-hosted": "Self-hosted"}
REPLICATION_MODES: Mapping[str, str] = {
    "none": "None",
    "synchronous": "Synchronous",
    "asynchronous": "Asynchronous",
    "quorum": "Quorum",
    "consensus": "Consensus (Raft, Paxos)",
}
REPLICATION_PATTERNS: Mapping[str, str] = {
    "single-region": "One region",
    "active-passive": "Active-passive",
    "active-active": "Active-active",
    "read-replicas": "Read replicas",
}
CONFLICT_RESOLUTIONS: Mapping[str, str] = {
    "last-write-wins": "Last write wins",
    "vector-clock": "Vector clocks",
    "crdt": "CRDT",
    "application": "The application decides",
}
BACKUP_KINDS: Mapping[str, str] = {
    "full": "Full",
    "incremental": "Incremental",
    "differential": "Differential",
    "snapshot": "Snapshot",
    "log": "Log",
}
KEY_PLACES: Mapping[str, str] = {
    "same-account": "In the account of the backups",
    "other-account": "In another account",
    "offline": "Offline",
}
BACKUP_METHODS: Mapping[str, str] = {
    "physical": "Physical",
    "logical": "Logical",
    "storage-snapshot": "Storage snapshot",
    "continuous-archive": "Continuous archive",
}

COMMITMENTS = {
    "none": "On demand",
    "1-year": "Committed for 1 year",
    "3-years": "Committed for 3 years",
    "own": "Own discount",
}
