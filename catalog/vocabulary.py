"""The closed vocabulary of the catalog: which values a field may have. "ordered" = from weak to strong."""

from __future__ import annotations

STATUS = ("active", "maintenance", "unmaintained")
DEPLOYMENT_MODEL = ("self_hosted", "managed", "embedded")
CATEGORY = (
    "relational", "distributed_sql", "document", "key_value", "wide_column", "search", "olap", "data_warehouse",
    "time_series", "graph", "vector", "log_stream", "message_queue", "object_storage", "coordination",
)  # fmt: skip
TYPE = (*CATEGORY, "cache", "embedded", "multi_model")
WORKLOAD = (
    "oltp", "olap", "htap", "cache", "session", "search", "log_analytics", "metrics", "events", "vector_search",
    "graph_traversal", "blob", "coordination", "queue", "embedded",
)  # fmt: skip
ISOLATION = (  # ordered
    "not_applicable", "none", "single_op", "read_uncommitted", "read_committed", "repeatable_read", "snapshot",
    "serializable", "strict_serializable",
)  # fmt: skip
READ_CONSISTENCY = (  # ordered
    "eventual", "read_your_writes", "bounded_staleness", "causal", "primary_read", "single_node", "linearizable",
)  # fmt: skip
TRANSACTION_SCOPE = ("none", "single_record", "single_partition", "single_node", "distributed")  # ordered
CAP = ("cp", "ap", "tunable", "single_node", "not_classified")
PACELC = ("pa_el", "pa_ec", "pc_el", "pc_ec", "not_classified")
TOPOLOGY = ("none", "single_leader", "multi_leader", "leaderless")
REPLICATION_MODE = (
    "none", "async", "semi_sync", "sync", "quorum", "consensus", "shared_storage", "service_internal",
)  # fmt: skip
FAILOVER = ("none", "builtin", "external_tool", "managed_only", "not_needed")
CAPABILITY = ("supported", "limited", "not_supported")
SHARDING = ("none", "manual", "automatic")
WRITE_SCALING = ("vertical", "horizontal")
FEATURES = (
    "secondary_indexes", "full_text", "geo", "vector", "time_series", "joins", "ttl", "cdc", "aggregation",
    "graph_traversal", "nested_documents", "counters", "sorted_sets", "append_log", "pub_sub", "blobs", "range_scan",
    "batch_get",
)  # fmt: skip
SUPPORT = ("native", "limited", "extension", "paid_edition", "none", "unknown")
DURABILITY = (  # ordered by what a crash loses, least first; service_managed is the provider's promise
    "fsync_each_commit_on_quorum", "fsync_each_commit", "replicated_before_ack", "fsync_periodic", "os_page_cache",
    "periodic_snapshot", "memory_only", "service_managed",
)  # fmt: skip
BACKUP_KIND = (
    "logical", "physical", "snapshot", "incremental", "continuous", "replication", "export", "service_automatic",
)  # fmt: skip
POINT_IN_TIME = ("supported", "not_supported", "managed_only", "paid_edition", "external_tool", "unknown")
LIMIT_NAME = (
    "max_item_bytes", "max_key_bytes", "max_partition_bytes", "max_database_bytes", "max_table_bytes", "max_columns",
    "max_transaction_bytes", "max_transaction_items", "max_transaction_seconds", "max_message_bytes",
    "max_vector_dimensions", "max_indexed_dimensions", "max_string_bytes", "max_nodes", "max_replicas",
    "max_request_bytes", "max_collection_items", "max_partition_reads_per_s", "max_partition_writes_per_s",
    "max_shards", "one_writer_writes_per_s", "one_writer_reads_per_s",
)  # fmt: skip
UNIT = ("bytes", "count", "seconds", "per_second")
LICENCE = (
    "PostgreSQL", "Apache-2.0", "MIT", "BSD-3-Clause", "GPL-2.0", "GPL-3.0", "AGPL-3.0", "LGPL-2.1", "MPL-2.0",
    "public-domain", "SSPL-1.0", "RSALv2", "Elastic-2.0", "BUSL-1.1", "TSL", "CockroachDB-Software-License",
    "ScyllaDB-Source-Available", "ArangoDB-Community", "Couchbase-Community", "commercial", "proprietary-service",
)  # fmt: skip
LICENCE_MODEL = ("open_source", "open_core", "source_available", "proprietary", "public_domain")
PROVIDER = ("aws", "google", "azure", "vendor", "other")
LANGUAGE = (
    "sql", "partiql", "sqlpp", "cql", "mql", "mango", "redis_commands", "memcached_protocol", "json_query_dsl",
    "rest_api", "grpc_api", "graphql", "cypher", "gql", "gremlin", "aql", "influxql", "flux", "promql", "metricsql",
    "esql", "ppl", "hbase_api", "kv_api", "s3_api", "object_api", "kafka_protocol", "amqp", "mqtt",
)  # fmt: skip
WIRE = (
    "postgresql", "mysql", "mongodb", "redis", "cassandra", "s3", "kafka", "elasticsearch", "prometheus", "hbase",
    "influxdb", "dynamodb", "memcached", "bolt", "amqp", "tds",
)  # fmt: skip

# Where each list applies. "a.b[].c" = field c of every item of a.b; "types[]" = every item of types.
ALLOWED: dict[str, tuple[str, ...]] = {
    "status": STATUS,
    "category": CATEGORY,
    "types[]": TYPE,
    "workloads[]": WORKLOAD,
    "deployment_models[]": DEPLOYMENT_MODEL,
    "consistency.isolation_default": ISOLATION,
    "consistency.isolation_strongest": ISOLATION,
    "consistency.read_default": READ_CONSISTENCY,
    "consistency.read_strongest": READ_CONSISTENCY,
    "consistency.transaction_scope": TRANSACTION_SCOPE,
    "consistency.cap": CAP,
    "consistency.pacelc": PACELC,
    "replication.topologies[]": TOPOLOGY,
    "replication.modes[]": REPLICATION_MODE,
    "replication.default_mode": REPLICATION_MODE,
    "replication.automatic_failover": FAILOVER,
    "replication.multi_region_writes": CAPABILITY,
    "scaling.sharding": SHARDING,
    "scaling.write_scaling": WRITE_SCALING,
    "query.languages[]": LANGUAGE,
    "query.wire_compatible_with[]": WIRE,
    **{f"features.{name}": SUPPORT for name in FEATURES},
    "durability.default": DURABILITY,
    "backup.native[].kind": BACKUP_KIND,
    "backup.point_in_time_recovery": POINT_IN_TIME,
    "limits.items[].name": LIMIT_NAME,
    "limits.items[].unit": UNIT,
    "licence.current[]": LICENCE,
    "licence.model": LICENCE_MODEL,
    "managed_offerings.items[].provider": PROVIDER,
}
TEXTS = ("slug", "name", "vendor", "best_for", "avoid_when", "docs_url")
LISTS = ("types", "workloads", "deployment_models")
