"""One system as the ranking sees it: what a snapshot says once, worked out before any need is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.facts import Database, Limit
from planner.engine.abilities import Ability, abilities
from planner.engine.capacity import (
    EMBEDDED_GIB,
    IN_MEMORY_GIB,
    KIND_WRITES_PER_SECOND,
    LATENCY_P99_MS,
    ONE_INDEX_GIB,
    ONE_NODE_READS_PER_SECOND,
    ONE_WRITER_GIB,
    ONE_WRITER_PER_SECOND,
    OTHER_WRITER,
    Assumed,
)
from planner.engine.results import Because


@dataclass(frozen=True, slots=True)
class Carried:
    """A capacity with the sentence that shows it: assumed, or measured by the source that `because` names."""

    assumed: Assumed
    because: Because


@dataclass(frozen=True, slots=True)
class Profile:
    """`writes`, `reads` and `size` are None where the system scales out; the limits are None where none is documented."""

    database: Database
    abilities: Mapping[str, Ability]
    writes: Carried | None
    reads: Carried | None
    size: Carried | None
    latency: Carried
    item_limit: Limit | None
    size_limit: Limit | None
    fits: Because
    confirmed: float  # share of what the ranking reads that was seen in a source


def profile_of(database: Database) -> Profile:
    writes, size = _writes(database), _size(database)
    typical = LATENCY_P99_MS["in-memory" if in_memory(database) else database.category]
    scaling = f"{database.slug}:scaling.write_scaling"
    return Profile(
        database=database,
        abilities=abilities(database),
        writes=_measured(database, writes) or (Carried(writes, _because(writes, scaling)) if writes else None),
        reads=_reads(database),
        size=Carried(size, _because(size, scaling)) if size else None,
        latency=Carried(typical, _because(typical, f"{database.slug}:category")),
        item_limit=database.limit("max_item_bytes") or database.limit("max_message_bytes"),
        size_limit=database.limit("max_database_bytes"),
        confirmed=_confirmed(database),
        fits=Because("assumption", "meets every requirement that was stated", f"{database.slug}:needs", verified=False),
    )


JUDGED = ("consistency", "replication", "scaling", "features", "durability")


def _confirmed(database: Database) -> float:
    facts = [fact for fact in database.facts.values() if fact.key.split(".")[0] in JUDGED]
    return sum(fact.verified for fact in facts) / len(facts) if facts else 0.0


def embedded(database: Database) -> bool:
    return database.deployment_models == ("embedded",)


def in_memory(database: Database) -> bool:
    return "cache" in database.types


def _one_writer(database: Database) -> Assumed | None:
    """What the single writer carries, or None where writes scale out."""
    fact = database.fact("scaling.write_scaling")
    if fact is None or fact.value != "vertical":
        return None
    if embedded(database):
        return ONE_WRITER_PER_SECOND["embedded"]
    return ONE_WRITER_PER_SECOND.get(database.category, OTHER_WRITER)


def _measured(database: Database, assumed: Assumed | None) -> Carried | None:
    """Where a source says what one writer took, that is the likely value. Its range is ours: half to twice, or wider."""
    limit = database.limit("one_writer_writes_per_s")
    if assumed is None or limit is None or not limit.verified or _one_writer(database) is None:
        return None
    return _seen(database, limit, assumed)


def _seen(database: Database, limit: Limit, assumed: Assumed) -> Carried:
    value = float(limit.value)
    low, high = min(assumed.low, value / 2), max(assumed.high, value * 2)
    known = Assumed(low, value, high, assumed.unit, limit.text or assumed.text)
    checked = limit.checked_on.isoformat() if limit.checked_on else ""
    key = f"{database.slug}:limits.{limit.name}"
    return Carried(known, Because("fact", _sentence(known), key, limit.sources[0], checked, True))


def _reads(database: Database) -> Carried | None:
    """What one node answers, where one primary has all the data; a source's figure as the likely value."""
    if _one_writer(database) is None:
        return None
    assumed = ONE_NODE_READS_PER_SECOND.get("embedded" if embedded(database) else database.category)
    limit = database.limit("one_writer_reads_per_s")
    if assumed is None or limit is None or not limit.verified:
        key = f"{database.slug}:scaling.write_scaling"
        return Carried(assumed, _because(assumed, key)) if assumed else None
    return _seen(database, limit, assumed)


def _writes(database: Database) -> Assumed | None:
    return _one_writer(database) or KIND_WRITES_PER_SECOND.get(database.category)


def _size(database: Database) -> Assumed | None:
    if embedded(database):
        return EMBEDDED_GIB
    if in_memory(database):
        return IN_MEMORY_GIB
    if _one_writer(database) is None:
        return None
    return ONE_INDEX_GIB if database.category in ("search", "vector") else ONE_WRITER_GIB


def _because(assumed: Assumed, key: str) -> Because:
    return Because("assumption", _sentence(assumed), key, verified=False)


def _sentence(assumed: Assumed) -> str:
    return f"{assumed.text}: {assumed.low:,g} to {assumed.high:,g}, likely {assumed.likely:,g} {assumed.unit}"
