"""What the list can be narrowed by: each facet with its options and the test of a system."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from catalog import words
from catalog.facts import Database
from catalog.families import FAMILIES, family

NO = {"none", "not_supported", "unknown", "not_classified", "", None}
PROVIDERS = {name: words.PROVIDERS[name] for name in ("aws", "google", "azure", "vendor")}
LICENCES = words.OF_FIELD["licence.model"]
READS = {key: label for key, label in words.READS.items() if key != "not_applicable"}
SPANS = words.OF_FIELD["consistency.transaction_scope"]
WRITES = {"vertical": "One primary", "horizontal": "Several nodes"}
Test = Callable[[Database, str], bool]


def value_of(database: Database, key: str) -> object:
    fact = database.fact(key)
    return fact.value if fact else None


def managed_on(database: Database) -> set[str]:
    """Providers with a managed service of this system."""
    items = value_of(database, "managed_offerings.items")
    found = items if isinstance(items, tuple) else ()
    return {str(one["provider"]) for one in found if isinstance(one, Mapping)}


def _multi_record(database: Database) -> bool:
    return value_of(database, "consistency.transaction_scope") in ("single_node", "distributed")


def _point_in_time(database: Database) -> bool:
    return value_of(database, "backup.point_in_time_recovery") in ("supported", "managed_only", "external_tool")


def _several_regions(database: Database) -> bool:
    return value_of(database, "replication.multi_region_writes") in ("supported", "limited")


def _has(field: str) -> Callable[[Database], bool]:
    return lambda database: value_of(database, f"features.{field}") not in NO


MUST: dict[str, tuple[str, Callable[[Database], bool]]] = {
    "transactions": ("Multi-record transactions", _multi_record),
    "joins": ("Joins", _has("joins")),
    "secondary-indexes": ("Secondary indexes", _has("secondary_indexes")),
    "aggregation": ("Aggregation", _has("aggregation")),
    "full-text": ("Full-text search", _has("full_text")),
    "nested-documents": ("Nested documents", _has("nested_documents")),
    "vector": ("Vector search", _has("vector")),
    "geo": ("Geographic queries", _has("geo")),
    "graph": ("Graph traversal", _has("graph_traversal")),
    "sorted-sets": ("Sorted sets", _has("sorted_sets")),
    "ttl": ("Expiry of single records", _has("ttl")),
    "append-log": ("Append-only log", _has("append_log")),
    "pub-sub": ("Publish and subscribe", _has("pub_sub")),
    "blobs": ("Large objects", _has("blobs")),
    "change-stream": ("Change stream", _has("cdc")),
    "point-in-time": ("Point-in-time recovery", _point_in_time),
    "multi-region": ("Writes in several regions", _several_regions),
}


def _is(key: str) -> Test:
    return lambda database, value: value_of(database, key) == value


# name: label, options, test, whether several chosen options must all hold (else any)
FACETS: dict[str, tuple[str, dict[str, str], Test, bool]] = {
    "model": ("Data model", {one.slug: one.label for one in FAMILIES.values()},
              lambda database, value: family(database.category).slug == value, False),
    "must": ("Must have", {key: label for key, (label, _) in MUST.items()},
             lambda database, value: MUST[value][1](database), True),
    "on": ("Managed on", PROVIDERS, lambda database, value: value in managed_on(database), True),
    "licence": ("Licence", LICENCES, _is("licence.model"), False),
    "reads": ("Freshest reads", READS, _is("consistency.read_strongest"), False),
    "spans": ("A transaction spans", SPANS, _is("consistency.transaction_scope"), False),
    "writes": ("Scaling writes", WRITES, _is("scaling.write_scaling"), False),
}  # fmt: skip
OPTIONS = {name: tuple(options) for name, (_, options, _, _) in FACETS.items()}
