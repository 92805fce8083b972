"""How well a system answers each word of the `queries` vocabulary, read from its facts.

Levels: native 1.0, extension 0.8, limited 0.5, paid edition 0.4, unknown 0.3, none 0.0. Where the catalog has no fact for a
word, the level comes from the system's category and languages; that is our classification and is shown as such.
"""

from __future__ import annotations

from collections.abc import Callable
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
}
ROWS = {"relational", "distributed_sql", "document", "key_value", "wide_column"}
SCANS = {"olap", "data_warehouse"}
# word -> category -> level; a category that is not named is "none".
BY_CATEGORY: dict[str, dict[str, str]] = {
    "point-lookup": {
        **dict.fromkeys(ROWS | {"graph", "coordination", "object_storage", "vector"}, "native"),
        "search": "native", "olap": "limited", "data_warehouse": "limited", "time_series": "limited",
    },
    "batch-get": {
        **dict.fromkeys(ROWS | {"graph", "search", "vector"}, "native"),
        "olap": "limited", "data_warehouse": "limited", "coordination": "limited", "object_storage": "limited",
    },
    "range-scan": {
        **dict.fromkeys({"relational", "distributed_sql", "document", "wide_column", "coordination", "time_series"}, "native"),
        "olap": "native", "data_warehouse": "native", "key_value": "limited", "search": "limited", "graph": "limited",
        "object_storage": "limited", "log_stream": "limited",
    },
    "time-range": {
        **dict.fromkeys({"time_series", "olap", "data_warehouse"}, "native"),
        **dict.fromkeys({"relational", "distributed_sql", "document", "wide_column", "key_value"}, "limited"),
        "search": "native",
    },
    "aggregation": {
        **dict.fromkeys(SCANS | {"time_series"}, "native"),
        **dict.fromkeys({"relational", "distributed_sql", "document", "search"}, "extension"),
        "graph": "limited", "key_value": "none", "wide_column": "none",
    },
    "graph-traversal": {"graph": "native", "relational": "limited", "distributed_sql": "limited"},
    "nested-document": {
        "document": "native", "search": "native", "relational": "limited", "distributed_sql": "limited", "graph": "limited",
        "key_value": "limited", "object_storage": "limited",
    },
    "counter": {
        **dict.fromkeys(ROWS, "native"), "graph": "limited", "time_series": "limited", "coordination": "limited",
    },
    "sorted-set": {
        "relational": "limited", "distributed_sql": "limited", "document": "limited", "wide_column": "limited",
    },
    "append-log": {
        **dict.fromkeys({"log_stream", "time_series", "olap", "wide_column", "search"}, "native"),
        **dict.fromkeys({"relational", "distributed_sql", "document", "data_warehouse", "object_storage"}, "limited"),
        "message_queue": "limited", "key_value": "limited",
    },
    "pub-sub": {"log_stream": "native", "message_queue": "native", "relational": "limited", "coordination": "limited"},
    "blob": {"object_storage": "native", "relational": "limited", "document": "limited", "wide_column": "limited"},
    "bulk-scan": {
        **dict.fromkeys(SCANS | {"object_storage"}, "native"),
        **dict.fromkeys({"relational", "distributed_sql", "log_stream", "time_series", "wide_column"}, "limited"),
        "search": "limited", "document": "limited",
    },
}  # fmt: skip
REDIS_WORDS = {"sorted-set", "pub-sub", "counter"}


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
    if fact is not None:
        grade = str(fact.value)
        text = f"{word}: {in_words(fact.value)}"
        return Ability(word, LEVELS.get(grade, 0.3), grade, fact_because(database, fact, text), fact.verified)
    grade, why = _classified(database, word)
    text = f"{word}: {grade}, because it is {why}"
    return Ability(
        word, LEVELS[grade], grade, Because("assumption", text, f"{database.slug}:category", verified=False), False
    )


def _classified(database: Database, word: str) -> tuple[str, str]:
    """Level by category, raised by what its languages or features tell."""
    category = database.category.replace("_", " ")
    for raised in (_by_language, _by_feature):
        found = raised(database, word)
        if found:
            return found
    return BY_CATEGORY.get(word, {}).get(database.category, "none"), f"a {category} system"


def _languages(database: Database) -> set[str]:
    fact = database.fact("query.languages")
    return {str(one) for one in fact.value} if fact and isinstance(fact.value, tuple) else set()


def _by_language(database: Database, word: str) -> tuple[str, str] | None:
    languages = _languages(database)
    if "redis_commands" in languages and word in REDIS_WORDS:
        return "native", "spoken to in Redis commands"
    if word == "graph-traversal" and languages & {"cypher", "gql", "gremlin", "aql"}:
        return ("native" if database.category in ("graph", "document") else "limited"), "queried in a graph language"
    if word == "append-log" and "redis_commands" in languages:
        return "limited", "spoken to in Redis commands (streams live in memory)"
    return None


def _by_feature(database: Database, word: str) -> tuple[str, str] | None:
    fact = database.fact("features.time_series")
    if word == "time-range" and fact and fact.value == "native":
        return "native", "said to have native time series"
    if word == "nested-document" and database.category == "relational" and "multi_model" in database.types:
        return "extension", "relational and multi-model"
    return None


def abilities(database: Database) -> dict[str, Ability]:
    """All words at once, for the table that a snapshot is turned into."""
    build: Callable[[str], Ability] = lambda word: ability(database, word)  # noqa: E731
    return {word: build(word) for word in (*FACT_OF_WORD, *BY_CATEGORY)}
