"""Finding systems: words with tolerance for typing errors, facets with counts, sorting. Pure, over the snapshot.

About sixty systems fit into memory, so both databases give the same answer without an index.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from catalog.facts import Database, Snapshot
from catalog.families import FAMILIES, family

TOLERANCE = 0.75
PROVIDERS = {"aws": "AWS", "google": "Google Cloud", "azure": "Azure", "vendor": "The vendor"}
LICENCES = {"open_source": "Open source", "open_core": "Open core", "source_available": "Source available",
            "proprietary": "Proprietary", "public_domain": "Public domain"}  # fmt: skip
WRITES = {"vertical": "One primary", "horizontal": "Several nodes"}
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
SORTS = {"match": "Best match", "name": "Name", "checked": "Checked last"}


@dataclass(frozen=True, slots=True)
class Query:
    """What a list URL asks for. Options that do not exist are left out and named in `unknown`."""

    words: str
    chosen: Mapping[str, tuple[str, ...]]
    sort: str
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    databases: tuple[Database, ...]
    total: int
    facets: tuple[Facet, ...]
    hidden_by: tuple[tuple[str, str, tuple[str, ...]], ...]  # (facet, option label, names hidden only by it)


def query_of(parameters: Mapping[str, list[str]]) -> Query:
    """A query from a URL's parameters: ?q=&model=a&model=b&must=joins&sort=name."""
    chosen: dict[str, tuple[str, ...]] = {}
    unknown: list[str] = []
    for name, (_, options, _, _) in FACETS.items():
        values = parameters.get(name, [])
        chosen[name] = tuple(dict.fromkeys(value for value in values if value in options))
        unknown += [f"{name}={value}" for value in values if value not in options]
    sort = (parameters.get("sort") or ["match"])[0]
    words = (parameters.get("q") or [""])[0].replace("\0", "")[:200].strip()
    return Query(words, chosen, sort if sort in SORTS else "match", tuple(unknown))


def search(snapshot: Snapshot, query: Query) -> Found:
    """Systems that match, best first, with what each further choice would leave."""
    scored = {slug: score(database, query.words) for slug, database in snapshot.databases.items()}
    matching = [database for slug, database in snapshot.databases.items() if scored[slug] > 0]
    shown = [database for database in matching if _passes(database, query)]
    by_match = (
        (lambda one: (-scored[one.slug], one.name.lower())) if query.words else (lambda one: (0.0, one.name.lower()))
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
    others = Query(query.words, {key: value for key, value in query.chosen.items() if key != name or every}, query.sort)
    base = [database for database in matching if _passes(database, others)]
    return Facet(
        name,
        label,
        tuple(
            Option(value, text, sum(test(database, value) for database in base), value in query.chosen.get(name, ()))
            for value, text in options.items()
        ),
    )


def _hidden(matching: list[Database], query: Query) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """For each chosen option, the systems that only it hides."""
    found = []
    for name, values in query.chosen.items():
        for value in values:
            names = tuple(
                one.name for one in matching if not _passes(one, query) and _passes(one, query, without=(name, value))
            )
            if names:
                found.append((f"{name}={value}", FACETS[name][1][value], names))
    return tuple(found)


def checked_on(database: Database) -> object:
    """The day on which the oldest of its facts was checked."""
    return min((fact.checked_on for fact in database.facts.values() if fact.checked_on), default=None)


def score(database: Database, words: str) -> float:
    """0 = no match. Every word must be found somewhere; the name counts most, typing errors count less."""
    parts = re.findall(r"[\w+#.-]+", words.lower())
    if not parts:
        return 1.0
    total = 0.0
    for part in parts:
        best = max(_in_field(part, text, weight) for text, weight in _texts(database))
        if best <= 0:
            return 0.0
        total += best
    return total / len(parts)


def _texts(database: Database) -> list[tuple[str, float]]:
    languages = value_of(database, "query.languages")
    more = " ".join(str(one) for one in languages) if isinstance(languages, tuple) else ""
    kinds = " ".join((*database.types, *database.workloads, database.category)).replace("_", " ")
    return [
        (f"{database.name} {database.slug}".lower(), 10.0),
        (kinds, 4.0),
        (f"{database.best_for} {database.vendor} {more}".lower(), 2.0),
    ]


def _in_field(word: str, text: str, weight: float) -> float:
    tokens = re.findall(r"[\w+#.-]+", text)
    if word in tokens:
        return weight
    if any(token.startswith(word) for token in tokens):
        return weight * 0.9
    if len(word) >= 3 and word in text:
        return weight * 0.7
    if len(word) < 4:
        return 0.0
    close = max((_similar(word, token) for token in tokens if abs(len(token) - len(word)) <= 3), default=0.0)
    return weight * 0.5 * close if close >= TOLERANCE else 0.0


def _similar(word: str, token: str) -> float:
    matcher = SequenceMatcher(None, word, token)
    return matcher.ratio() if matcher.real_quick_ratio() >= TOLERANCE and matcher.quick_ratio() >= TOLERANCE else 0.0
