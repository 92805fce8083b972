"""How well a system answers each word of the `queries` vocabulary, read from its facts.

Levels: native 1.0, extension 0.8, limited 0.5, paid edition 0.4, unknown 0.3, none 0.0. For three words the catalog has
no fact: there the level comes from the system's category; that is our classification and is shown as such.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalog.facts import Database, Fact
from planner.engine.results import Because

LEVELS = {"native": 1.0, "extension": 0.8, "limited": 0.5, "paid_edition": 0.4, "unknown": 0.3, "none": 0.0}
FACT_OF_WORD = {
    "secondary-index": "features.secondary_indexes",
    "join": "features.joins",
    "full-text": "features.full_text",
    "geo": "features.geo",
    "vector-search": "features.vector",
    "ttl-expiry": "features.ttl",
    "change-stream": "features.cdc",
    "aggregation": "features.aggregation",
    "graph-traversal": "features.graph_traversal",
    "nested-document": "features.nested_documents",
    "counter": "features.counters",
    "sorted-set": "features.sorted_sets",
    "append-log": "features.append_log",
    "pub-sub": "features.pub_sub",
    "blob": "features.blobs",
    "range-scan": "features.range_scan",
    "batch-get": "features.batch_get",
}
ROWS = {"relational", "distributed_sql", "document", "key_value", "wide_column"}
SCANS = {"olap", "data_warehouse"}
# word -> category -> level; a category that is not named is "none".
BY_CATEGORY: dict[str, dict[str, str]] = {
    "point-lookup": {
        **dict.fromkeys(ROWS | {"graph", "coordination", "object_storage", "vector"}, "native"),
        "search": "native", "olap": "limited", "data_warehouse": "limited", "time_series": "limited",
    },
    "time-range": {
        **dict.fromkeys({"time_series", "olap", "data_warehouse"}, "native"),
        **dict.fromkeys({"relational", "distributed_sql", "document", "wide_column", "key_value"}, "limited"),
        "search": "native",
    },
    "bulk-scan": {
        **dict.fromkeys(SCANS | {"object_storage"}, "native"),
        **dict.fromkeys({"relational", "distributed_sql", "log_stream", "time_series", "wide_column"}, "limited"),
        "search": "limited", "document": "limited",
    },
}  # fmt: skip
# Where a fact says that an ordered table stands in for a log, these kinds are still made for records that are only appended:
# events, measurements, log lines, read back by time. That is what plans mean by `append-log` more often than an offset.
MADE_FOR_APPENDS = {"log_stream", "time_series", "olap", "data_warehouse", "wide_column", "search"}


@dataclass(frozen=True, slots=True)
class Ability:
    """One word's level, and what it rests on. `verified` is false for our own classification too."""

    word: str
    level: float
    grade: str
    because: Because
    verified: bool


def fact_because(database: Database, fact: Fact, text: str) -> Because:
    source = fact.sources[0] if fact.sources and fact.verified else ""
    checked = fact.checked_on.isoformat() if fact.checked_on else ""
    return Because("fact", text, f"{database.slug}:{fact.key}", source, checked, fact.verified)


def in_words(value: object) -> str:
    """A fact's value as a person reads it."""
    if isinstance(value, tuple):
        return ", ".join(in_words(one) for one in value)
    return str(value).replace("_", " ")


def ability(database: Database, word: str) -> Ability:
    """The level of one word of `queries`."""
    key = FACT_OF_WORD.get(word)
    fact = database.fact(key) if key else None
    if word == "append-log" and fact is not None and fact.value == "limited" and database.category in MADE_FOR_APPENDS:
        return _made_for_appends(database, fact)
    if fact is not None:
        grade = str(fact.value)
        text = f"{word}: {in_words(fact.value)}"
        return Ability(word, LEVELS.get(grade, 0.3), grade, fact_because(database, fact, text), fact.verified)
    grade, why = _classified(database, word)
    text = f"{word}: {grade}, because it is {why}"
    return Ability(
        word, LEVELS[grade], grade, Because("assumption", text, f"{database.slug}:category", verified=False), False
    )


def _made_for_appends(database: Database, fact: Fact) -> Ability:
    kind = database.category.replace("_", " ")
    text = f"append-log: records are appended and read back in order of time, as a {kind} system is made for"
    because = Because("assumption", text, f"{database.slug}:{fact.key}", verified=False)
    return Ability("append-log", LEVELS["native"], "native", because, False)


def _classified(database: Database, word: str) -> tuple[str, str]:
    """Level by category where no fact tells, raised by native time series; "unknown" where a fact is missing."""
    if word not in BY_CATEGORY:
        return "unknown", "not in the catalog"
    series = database.fact("features.time_series")
    if word == "time-range" and series and series.value == "native":
        return "native", "said to have native time series"
    return BY_CATEGORY[word].get(database.category, "none"), f"a {database.category.replace('_', ' ')} system"


def abilities(database: Database) -> dict[str, Ability]:
    """All words at once, for the table that a snapshot is turned into."""
    return {word: ability(database, word) for word in (*FACT_OF_WORD, *BY_CATEGORY)}
