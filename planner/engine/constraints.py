"""Hard constraints: what a system must have to hold a data set at all. Each refusal names the need and the fact.

A refusal is hard only if its fact was seen in a source, or is a matter of definition (a managed service cannot be hosted by
oneself). Everything else warns and costs points (decision 4). Stricter needs only add refusals.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog.facts import Database
from planner.engine.abilities import Ability, fact_because, in_words
from planner.engine.capacity import (
    EMBEDDED_GIB,
    IN_MEMORY_GIB,
    KIND_WRITES_PER_SECOND,
    LATENCY_P99_MS,
    ONE_INDEX_GIB,
    ONE_WRITER_GIB,
    ONE_WRITER_PER_SECOND,
    OTHER_WRITER,
    Assumed,
)
from planner.engine.document import Needs
from planner.engine.results import Because, Refusal

READ_ORDER = (
    "eventual", "read_your_writes", "bounded_staleness", "causal", "primary_read", "single_node", "linearizable",
)  # fmt: skip
SCOPE_ORDER = ("none", "single_record", "single_partition", "single_node", "distributed")
READ_NEEDED = {"strong": "primary_read", "read-your-writes": "read_your_writes"}
SCOPE_NEEDED = {
    "single-record": "single_record",
    "single-partition": "single_partition",
    "multi-record": "single_node",
    "distributed": "distributed",
}
VOLATILE = ("memory_only", "periodic_snapshot")


def embedded(database: Database) -> bool:
    return database.deployment_models == ("embedded",)


def in_memory(database: Database) -> bool:
    return "cache" in database.types


def refusals(needs: Needs, database: Database, abilities: dict[str, Ability]) -> tuple[Refusal, ...]:
    """Everything that speaks against this system for these needs; empty = it fits."""
    checks = (
        _reads(needs, database),
        _transactions(needs, database),
        _durability(needs, database),
        _queries(needs, abilities),
        _hosting(needs, database),
        _regions(needs, database),
        _item_size(needs, database),
        _writes(needs, database),
        _size(needs, database),
        _latency(needs, database),
    )
    return tuple(refusal for check in checks for refusal in check)


def _below(order: tuple[str, ...], value: object, needed: str) -> bool:
    return value in order and order.index(str(value)) < order.index(needed)


def _reads(needs: Needs, database: Database) -> Iterator[Refusal]:
    needed = READ_NEEDED.get(needs.consistency or "")
    fact = database.fact("consistency.read_strongest")
    if needed and fact and _below(READ_ORDER, fact.value, needed):
        because = fact_because(database, fact, f"strongest read: {in_words(fact.value)}")
        yield Refusal("consistency", f"consistency: {needs.consistency}", "reads may be stale", because, fact.verified)


def _transactions(needs: Needs, database: Database) -> Iterator[Refusal]:
    needed = SCOPE_NEEDED.get(needs.transactions or "")
    fact = database.fact("consistency.transaction_scope")
    if needed and fact and _below(SCOPE_ORDER, fact.value, needed):
        because = fact_because(database, fact, f"transactions: {in_words(fact.value)}")
        text = "no multi-record transactions" if needed in ("single_node", "distributed") else "no such transactions"
        yield Refusal("transactions", f"transactions: {needs.transactions}", text, because, fact.verified)


def _durability(needs: Needs, database: Database) -> Iterator[Refusal]:
    """Strong or multi-record data must survive the crash of a node after it was acknowledged."""
    fact = database.fact("durability.default")
    wanted = needs.consistency == "strong" or needs.transactions in ("multi-record", "distributed")
    if wanted and fact and fact.value in VOLATILE:
        because = fact_because(database, fact, f"durability by default: {in_words(fact.value)}")
        yield Refusal(
            "durability", "acknowledged writes are kept", "acknowledged writes can be lost", because, fact.verified
        )


def _queries(needs: Needs, abilities: dict[str, Ability]) -> Iterator[Refusal]:
    for word in needs.queries:
        found = abilities[word]
        if found.level == 0:
            yield Refusal("queries", f"queries: {word}", f"no {word.replace('-', ' ')}", found.because, found.verified)


def _hosting(needs: Needs, database: Database) -> Iterator[Refusal]:
    models = set(database.deployment_models)
    key = f"{database.slug}:deployment_models"
    said = Because("fact", f"can be had as: {in_words(database.deployment_models)}", key, database.docs_url)
    if needs.hosting == "self-hosted" and models == {"managed"}:
        yield Refusal("hosting", "hosting: self-hosted", "managed service only", said)
    if needs.hosting == "managed" and "managed" not in models:
        yield Refusal("hosting", "hosting: managed", "no managed service known", said, hard=False)


def _regions(needs: Needs, database: Database) -> Iterator[Refusal]:
    fact = database.fact("replication.multi_region_writes")
    if needs.regions and needs.regions > 1 and fact and fact.value == "not_supported":
        because = fact_because(database, fact, "writes in several regions: not supported")
        yield Refusal("regions", f"regions: {needs.regions}", "one region takes writes", because, fact.verified)


def _item_size(needs: Needs, database: Database) -> Iterator[Refusal]:
    limit = database.limit("max_item_bytes") or database.limit("max_message_bytes")
    if limit and needs.item_bytes and needs.item_bytes.mid > limit.value:
        source = limit.sources[0] if limit.sources and limit.verified else ""
        checked = limit.checked_on.isoformat() if limit.checked_on else ""
        text = f"largest item: {limit.value:,} bytes ({limit.text})"
        because = Because("fact", text, f"{database.slug}:limits.{limit.name}", source, checked, limit.verified)
        hard = limit.verified and not limit.configurable
        yield Refusal("item size", f"item_bytes: {needs.item_bytes.mid:,.0f}", "items are too large", because, hard)


def one_writer(database: Database) -> Assumed | None:
    """What the single writer carries, or None where writes scale out."""
    fact = database.fact("scaling.write_scaling")
    if fact is None or fact.value != "vertical":
        return None
    if embedded(database):
        return ONE_WRITER_PER_SECOND["embedded"]
    return ONE_WRITER_PER_SECOND.get(database.category, OTHER_WRITER)


def writes_carried(database: Database) -> Assumed | None:
    return one_writer(database) or KIND_WRITES_PER_SECOND.get(database.category)


def size_carried(database: Database) -> Assumed | None:
    if embedded(database):
        return EMBEDDED_GIB
    if in_memory(database):
        return IN_MEMORY_GIB
    if one_writer(database) is None:
        return None
    return ONE_INDEX_GIB if database.category in ("search", "vector") else ONE_WRITER_GIB


def latency(database: Database) -> Assumed:
    return LATENCY_P99_MS["in-memory" if in_memory(database) else database.category]


def assumed_because(database: Database, assumed: Assumed, key: str) -> Because:
    text = f"{assumed.text}: {assumed.low:,g} to {assumed.high:,g}, likely {assumed.likely:,g} {assumed.unit}"
    return Because("assumption", text, f"{database.slug}:{key}", verified=False)


def _writes(needs: Needs, database: Database) -> Iterator[Refusal]:
    carried = writes_carried(database)
    if carried and needs.writes_per_second and needs.writes_per_second.mid >= carried.high:
        because = assumed_because(database, carried, "scaling.write_scaling")
        need = f"writes_per_second: {needs.writes_per_second.mid:,g}"
        yield Refusal("writes", need, "too many writes", because, hard=False)


def _size(needs: Needs, database: Database) -> Iterator[Refusal]:
    carried = size_carried(database)
    if carried and needs.size_gib and needs.size_gib.mid >= carried.high:
        because = assumed_because(database, carried, "scaling.write_scaling")
        yield Refusal("size", f"size_gib: {needs.size_gib.mid:,g}", "too large", because, hard=False)


def _latency(needs: Needs, database: Database) -> Iterator[Refusal]:
    typical = latency(database)
    if needs.latency_p99_ms and needs.latency_p99_ms.mid < typical.low:
        because = assumed_because(database, typical, "category")
        need = f"latency_p99_ms: {needs.latency_p99_ms.mid:g}"
        yield Refusal("latency", need, "too slow", because, hard=False)
