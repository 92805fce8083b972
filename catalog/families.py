"""The nine families that people see, and which category of the catalog belongs to which."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    slug: str
    label: str


FAMILIES = {
    one.slug: one
    for one in (
        Family("relational", "Relational"),
        Family("document", "Document"),
        Family("key-value", "Key-value"),
        Family("wide-column", "Wide-column"),
        Family("columnar", "Columnar"),
        Family("search", "Search"),
        Family("object", "Object storage"),
        Family("graph", "Graph"),
        Family("time-series", "Time series"),
    )
}
OF_CATEGORY = {
    "relational": "relational",
    "distributed_sql": "relational",
    "document": "document",
    "key_value": "key-value",
    "coordination": "key-value",
    "wide_column": "wide-column",
    "olap": "columnar",
    "data_warehouse": "columnar",
    "search": "search",
    "vector": "search",
    "object_storage": "object",
    "graph": "graph",
    "time_series": "time-series",
    "log_stream": "time-series",
    "message_queue": "time-series",
}


def family(category: str) -> Family:
    """The family of a category; a family's own slug is taken too, and what is unknown counts as object storage."""
    return FAMILIES[OF_CATEGORY.get(category, category if category in FAMILIES else "object")]
