"""Finding systems: words with tolerance for typing errors, facets with counts, sorting. Pure, over the snapshot.

All systems fit into memory, so both databases give the same answer. Which systems an option of a facet holds is one
integer with a bit for each system, made once per published catalog: counting is then "and" and counting bits.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import and_, or_

from rapidfuzz import fuzz, process

from catalog.facets import FACETS, MUST, value_of
from catalog.facts import Database, Snapshot
from catalog.families import family

TOLERANCE_PERCENT = 75
ALIASES = {
    "azure-blob": "abs blobs", "clickhouse": "ch", "cockroachdb": "crdb cockroach", "cosmosdb": "cosmos documentdb",
    "dynamodb": "ddb dynamo", "elasticsearch": "elastic es elk", "gcs": "google cloud storage bucket", "kafka": "msk",
    "memcached": "memcache", "mongodb": "mongo atlas", "mysql": "innodb", "neo4j": "neo", "opensearch": "aws elasticsearch",
    "postgresql": "postgres pg psql pgsql", "rabbitmq": "rabbit amqp", "s3": "bucket simple storage service",
    "sql-server": "mssql tsql azure sql", "timescaledb": "timescale tsdb", "victoriametrics": "vm", "yugabytedb": "yugabyte",
}  # fmt: skip
NO = {"none", "not_supported", "unknown", "not_classified", "", None}


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


SORTS = {"match": "Best match", "name": "Name", "checked": "Oldest check first"}


@dataclass(frozen=True, slots=True)
class Query:
    """What a list URL asks for."""

    text: str
    chosen: Mapping[str, tuple[str, ...]]
    sort: str


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
    """From ?q=&model=a&model=b&must=joins&sort=name. What does not exist is left out: see `catalog.parameters`."""
    chosen = {
        name: tuple(dict.fromkeys(value for value in parameters.get(name, []) if value in options))
        for name, (_, options, _, _) in FACETS.items()
    }
    sort = (parameters.get("sort") or ["match"])[0]
    text = (parameters.get("q") or [""])[0].replace("\0", "")[:200].strip()
    return Query(text, chosen, sort if sort in SORTS else "match")


Bits = int  # bit n = the n-th system of the snapshot


@dataclass(frozen=True)
class _Index:
    """Of one snapshot: its systems in order, and for each option of each facet who has it."""

    databases: tuple[Database, ...]
    of_option: Mapping[tuple[str, str], Bits]


@lru_cache(maxsize=4)
def _index(snapshot: Snapshot) -> _Index:
    databases = tuple(snapshot.databases.values())
    options = [(name, value, test) for name, (_, values, test, _) in FACETS.items() for value in values]
    return _Index(
        databases,
        {(name, value): _bits(test(one, value) for one in databases) for name, value, test in options},
    )


def _bits(truths: Iterable[bool]) -> Bits:
    return sum(1 << place for place, truth in enumerate(truths) if truth)


def search(snapshot: Snapshot, query: Query) -> Found:
    """Systems that match, best first, with what each further choice would leave."""
    index, scored = _index(snapshot), scores(snapshot, query.text)
    matching = _bits(scored[one.slug] > 0 for one in index.databases)
    passing = matching & _passing(index, query.chosen)
    shown = [one for place, one in enumerate(index.databases) if passing >> place & 1]
    by_match = (
        (lambda one: (-scored[one.slug], one.name.lower())) if query.text else (lambda one: (0.0, one.name.lower()))
    )
    orders: dict[str, Callable[[Database], object]] = {
        "match": by_match,
        "name": lambda one: one.name.lower(),
        "checked": lambda one: (str(checked_on(one) or ""), one.name.lower()),
    }
    shown.sort(key=orders[query.sort])  # type: ignore[arg-type]
    facets = tuple(_facet(name, index, matching, query) for name in FACETS)
    return Found(tuple(shown), len(index.databases), facets, _hidden(index, matching, passing, query))


def _passing(index: _Index, chosen: Mapping[str, tuple[str, ...]]) -> Bits:
    """Who meets every facet; -1 has all bits."""
    found = -1
    for name, values in chosen.items():
        if values:
            every = FACETS[name][3]
            found &= reduce(and_ if every else or_, (index.of_option[name, value] for value in values))
    return found


def _facet(name: str, index: _Index, matching: Bits, query: Query) -> Facet:
    label, options, _, every = FACETS[name]
    others = {key: values for key, values in query.chosen.items() if key != name or every}
    base = matching & _passing(index, others)
    on = query.chosen.get(name, ())
    return Facet(
        name,
        label,
        tuple(
            Option(value, text, (base & index.of_option[name, value]).bit_count(), value in on)
            for value, text in options.items()
        ),
    )


def _hidden(index: _Index, matching: Bits, passing: Bits, query: Query) -> tuple[Hidden, ...]:
    """For each chosen option, the systems that only it hides; the option that hides most comes first."""
    found = []
    for name, values in query.chosen.items():
        for value in values:
            rest = tuple(one for one in values if one != value)
            only = matching & ~passing & _passing(index, {**query.chosen, name: rest})
            names = tuple(one.name for place, one in enumerate(index.databases) if only >> place & 1)
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
def _vocabulary(snapshot: Snapshot) -> tuple[str, ...]:
    return tuple({token for texts in _fields(snapshot).values() for _, tokens, _ in texts for token in tokens})


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
    close = process.extract(word, _vocabulary(snapshot), scorer=fuzz.ratio, score_cutoff=TOLERANCE_PERCENT, limit=None)
    return {token: percent / 100 for token, percent, _ in close if abs(len(token) - len(word)) <= 3}
