"""Finding systems: words with tolerance for typing errors, facets with counts, sorting. Pure, over the snapshot.

About sixty systems fit into memory, so both databases give the same answer without an index.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from catalog import words
from catalog.facts import Database, Snapshot
from catalog.families import FAMILIES, family

TOLERANCE = 0.75
PROVIDERS = {name: words.PROVIDERS[name] for name in ("aws", "google", "azure", "vendor")}
LICENCES = words.OF_FIELD["licence.model"]
WRITES = {"vertical": "One primary", "horizontal": "Several nodes"}
ALIASES = {
    "azure-blob": "abs blobs", "clickhouse": "ch", "cockroachdb": "crdb cockroach", "cosmosdb": "cosmos documentdb",
    "dynamodb": "ddb dynamo", "elasticsearch": "elastic es elk", "gcs": "google cloud storage bucket", "kafka": "msk",
    "memcached": "memcache", "mongodb": "mongo atlas", "mysql": "innodb", "neo4j": "neo", "opensearch": "aws elasticsearch",
    "postgresql": "postgres pg psql pgsql", "rabbitmq": "rabbit amqp", "s3": "bucket simple storage service",
    "sql-server": "mssql tsql azure sql", "timescaledb": "timescale tsdb", "victoriametrics": "vm", "yugabytedb": "yugabyte",
}  # fmt: skip
NO = {"none", "not_supported", "unknown", "not_classified", "", None}


def value_of(database: Database, key: str) -> object:
    fact = database.fact(key)
    return fact.value if fact else None


def _multi_record(database: Database) -> bool:
    return value_of(database, "consistency.transaction_scope") in ("single_node", "distributed")


def _has(key: str) -> Callable[[Database], bool]:
    return lambda database: value_of(database, key) not in NO


MUST: dict[str, tuple[str, Callable[[Database], bool]]] = {
    "transactions": ("Multi-record transactions", _multi_record),
    "joins": ("Joins", _has("features.joins")),
    "full-text": ("Full-text search", _has("features.full_text")),
    "vector": ("Vector search", _has("features.vector")),
    "geo": ("Geographic queries", _has("features.geo")),
    "ttl": ("Expiry of single records", _has("features.ttl")),
    "change-stream": ("Change stream", _has("features.cdc")),
    "point-in-time": (
        "Point-in-time recovery",
        lambda database: (
            value_of(database, "backup.point_in_time_recovery") in ("supported", "managed_only", "external_tool")
        ),
    ),
    "multi-region": (
        "Writes in several regions",
        lambda database: value_of(database, "replication.multi_region_writes") in ("supported", "limited"),
    ),
}


def managed_on(database: Database) -> set[str]:
    """Providers with a managed service of this system."""
    items = value_of(database, "managed_offerings.items")
    found = items if isinstance(items, tuple) else ()
    return {str(one["provider"]) for one in found if isinstance(one, Mapping)}


@dataclass(frozen=True, slots=True)
class Option:
    """One box of a facet: how many systems it would leave."""

    value: str
    label: str
    count: int
    on: bool


@dataclass(frozen=True, slots=True)
class Facet:
    name: str
    label: str
    options: tuple[Option, ...]


Test = Callable[[Database, str], bool]
FACETS: dict[str, tuple[str, dict[str, str], Test, bool]] = {
    # name: label, options, test, whether several chosen options must all hold (else any)
    "model": ("Data model", {one.slug: one.label for one in FAMILIES.values()},
              lambda database, value: family(database.category).slug == value, False),
    "must": ("Must have", {key: label for key, (label, _) in MUST.items()},
             lambda database, value: value in MUST and MUST[value][1](database), True),
    "on": ("Managed on", PROVIDERS, lambda database, value: value in managed_on(database), True),
    "licence": ("Licence", LICENCES, lambda database, value: value_of(database, "licence.model") == value, False),
    "writes": ("Scaling writes", WRITES,
               lambda database, value: value_of(database, "scaling.write_scaling") == value, False),
}  # fmt: skip
SORTS = {"match": "Best match", "name": "Name", "checked": "Oldest check first"}


@dataclass(frozen=True, slots=True)
class Query:
    """What a list URL asks for. Options that do not exist are left out and named in `unknown`."""

    text: str
    chosen: Mapping[str, tuple[str, ...]]
    sort: str
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hidden:
    """Systems that meet everything except one chosen option."""

    facet: str
    value: str
    label: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    databases: tuple[Database, ...]
    total: int
    facets: tuple[Facet, ...]
    hidden_by: tuple[Hidden, ...]


def query_of(parameters: Mapping[str, list[str]]) -> Query:
    """A query from a URL's parameters: ?q=&model=a&model=b&must=joins&sort=name."""
    chosen: dict[str, tuple[str, ...]] = {}
    unknown: list[str] = []
    for name, (_, options, _, _) in FACETS.items():
        values = [value for value in parameters.get(name, []) if value]
        chosen[name] = tuple(dict.fromkeys(value for value in values if value in options))
        unknown += [f"{name}={value}" for value in values if value not in options]
    sort = (parameters.get("sort") or ["match"])[0]
    text = (parameters.get("q") or [""])[0].replace("\0", "")[:200].strip()
    return Query(text, chosen, sort if sort in SORTS else "match", tuple(unknown))


def search(snapshot: Snapshot, query: Query) -> Found:
    """Systems that match, best first, with what each further choice would leave."""
    scored = scores(snapshot, query.text)
    matching = [database for slug, database in snapshot.databases.items() if scored[slug] > 0]
    shown = [database for database in matching if _passes(database, query)]
    by_match = (
        (lambda one: (-scored[one.slug], one.name.lower())) if query.text else (lambda one: (0.0, one.name.lower()))
    )
    orders: dict[str, Callable[[Database], object]] = {
        "match": by_match,
        "name": lambda one: one.name.lower(),
        "checked": lambda one: (str(checked_on(one) or ""), one.name.lower()),
    }
    shown.sort(key=orders[query.sort])  # type: ignore[arg-type]
    facets = tuple(_facet(name, matching, query) for name in FACETS)
    return Found(tuple(shown), len(snapshot.databases), facets, _hidden(matching, query))


def _passes(database: Database, query: Query, without: tuple[str, str] | None = None) -> bool:
    for name, (_, _, test, every) in FACETS.items():
        values = [value for value in query.chosen.get(name, ()) if (name, value) != without]
        if values and not (all if every else any)(test(database, value) for value in values):
            return False
    return True


def _facet(name: str, matching: list[Database], query: Query) -> Facet:
    label, options, test, every = FACETS[name]
    others = Query(query.text, {key: value for key, value in query.chosen.items() if key != name or every}, query.sort)
    base = [database for database in matching if _passes(database, others)]
    return Facet(
        name,
        label,
        tuple(
            Option(value, text, sum(test(database, value) for database in base), value in query.chosen.get(name, ()))
            for value, text in options.items()
        ),
    )


def _hidden(matching: list[Database], query: Query) -> tuple[Hidden, ...]:
    """For each chosen option, the systems that only it hides; the option that hides most comes first."""
    found = []
    for name, values in query.chosen.items():
        for value in values:
            names = tuple(
                one.name for one in matching if not _passes(one, query) and _passes(one, query, without=(name, value))
            )
            if names:
                found.append(Hidden(name, value, FACETS[name][1][value], names))
    return tuple(sorted(found, key=lambda one: -len(one.names)))


def checked_on(database: Database) -> dt.date | None:
    """The day on which the oldest of its facts was checked."""
    return min((fact.checked_on for fact in database.facts.values() if fact.checked_on), default=None)


Field = tuple[str, tuple[str, ...], float]  # text, its words, weight


def scores(snapshot: Snapshot, text: str) -> dict[str, float]:
    """0 = no match. Every word must be found somewhere; the name counts most, typing errors count less."""
    parts = _tokens(text)
    fields = _fields(snapshot)
    if not parts:
        return dict.fromkeys(fields, 1.0)
    close = [_close_words(part, snapshot) for part in parts]
    found = {}
    for slug, texts in fields.items():
        best = [max(_in_field(part, field, alike) for field in texts) for part, alike in zip(parts, close, strict=True)]
        found[slug] = sum(best) / len(best) + _called(snapshot.databases[slug], text) if all(best) else 0.0
    return found


def _called(database: Database, text: str) -> float:
    """More for the system of exactly this name, and for names that begin so: "PostgreSQL" before "AlloyDB for …"."""
    name, text = database.name.lower(), text.strip().lower()
    if text in (name, database.slug):
        return 5.0
    return 2.0 if name.startswith(text) or database.slug.startswith(text) else 0.0


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[\w+#.-]*[\w+#]", text.lower()))


@lru_cache(maxsize=4)
def _fields(snapshot: Snapshot) -> dict[str, tuple[Field, ...]]:
    """What is searched of each system, cut into words once per published catalog."""
    return {slug: _texts(database) for slug, database in snapshot.databases.items()}


@lru_cache(maxsize=4)
def _vocabulary(snapshot: Snapshot) -> frozenset[str]:
    return frozenset(token for texts in _fields(snapshot).values() for _, tokens, _ in texts for token in tokens)


def _texts(database: Database) -> tuple[Field, ...]:
    languages = value_of(database, "query.languages")
    more = " ".join(str(one) for one in languages) if isinstance(languages, tuple) else ""
    kinds = " ".join((*database.types, *database.workloads, database.category)).replace("_", " ")
    texts = (
        (f"{database.name} {database.slug} {ALIASES.get(database.slug, '')}".lower(), 10.0),
        (f"{kinds} {family(database.category).label}".lower(), 4.0),
        (f"{database.best_for} {database.vendor} {more}".lower(), 2.0),
        (" ".join(label for label, test in MUST.values() if test(database)).lower(), 1.0),
    )
    return tuple((text, _tokens(text), weight) for text, weight in texts)


def _in_field(word: str, field: Field, alike: Mapping[str, float]) -> float:
    text, tokens, weight = field
    if word in tokens:
        return weight
    if any(token.startswith(word) for token in tokens):
        return weight * 0.9
    if len(word) >= 3 and word in text:
        return weight * 0.7
    return weight * 0.5 * max((alike.get(token, 0.0) for token in tokens), default=0.0)


def _close_words(word: str, snapshot: Snapshot) -> dict[str, float]:
    """Words of the catalog that differ from `word` by a typing error, with their likeness (0.75 to 1)."""
    if len(word) < 4:
        return {}
    matcher = SequenceMatcher(None, b=word)
    found = {}
    for token in _vocabulary(snapshot):
        if abs(len(token) - len(word)) > 3:
            continue
        matcher.set_seq1(token)
        if min(matcher.real_quick_ratio(), matcher.quick_ratio()) >= TOLERANCE:
            ratio = matcher.ratio()
            if ratio >= TOLERANCE:
                found[token] = ratio
    return found
