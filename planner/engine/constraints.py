"""Hard constraints: what a system must have to hold a data set at all. Each refusal names the need and the fact.

A refusal is hard only if its fact was seen in a source, or is a matter of definition (a managed service cannot be
hosted by oneself). Everything else warns and costs points (decision 4). Stricter needs only add refusals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from catalog.facts import Database, Limit
from planner.engine.abilities import Ability, fact_because, in_words
from planner.engine.document import Needs
from planner.engine.profile import Profile
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
GIB = 1024**3
VOLATILE = ("memory_only", "periodic_snapshot")


def refusals(needs: Needs, profile: Profile) -> tuple[Refusal, ...]:
    """Everything that speaks against this system for these needs; empty = it fits."""
    return (*refusals_by_kind(needs, profile), *refusals_by_amount(needs, profile))


def kind_of(needs: Needs) -> tuple[object, ...]:
    """All that `refusals_by_kind` reads of the needs: equal kinds, equal refusals."""
    return needs.consistency, needs.transactions, needs.queries, needs.hosting, needs.regions


def refusals_by_kind(needs: Needs, profile: Profile) -> tuple[Refusal, ...]:
    """What the kind of the data denies, whatever its size and rates."""
    database = profile.database
    checks = (
        _reads(needs, database),
        _transactions(needs, database),
        _durability(needs, database),
        _queries(needs, profile.abilities),
        _hosting(needs, database),
        _regions(needs, database),
    )
    return tuple(refusal for check in checks for refusal in check)


def refusals_by_amount(needs: Needs, profile: Profile) -> list[Refusal]:
    """What sizes, rates and latency deny: documented limits, then capacities that are only assumed."""
    found: list[Refusal] = []
    items, writes, size, latency = needs.item_bytes, needs.writes_per_second, needs.size_gib, needs.latency_p99_ms
    if items and profile.item_limit and items.mid > profile.item_limit.value:
        found.append(_items_too_large(items.mid, profile.database, profile.item_limit))
    if size and profile.size_limit and size.mid * GIB > profile.size_limit.value:
        found.append(_above_limit(size.mid, profile.database, profile.size_limit))
    if writes and profile.writes and writes.mid >= profile.writes.assumed.high:
        need = f"writes_per_second: {writes.mid:,g}"
        found.append(Refusal("writes", need, "too many writes", profile.writes.because, hard=False))
    if size and profile.size and size.mid >= profile.size.assumed.high:
        found.append(Refusal("size", f"size_gib: {size.mid:,g}", "too large", profile.size.because, hard=False))
    if latency and latency.mid < profile.latency.assumed.low:
        need = f"latency_p99_ms: {latency.mid:g}"
        found.append(Refusal("latency", need, "too slow", profile.latency.because, hard=False))
    return found


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


def _queries(needs: Needs, abilities: Mapping[str, Ability]) -> Iterator[Refusal]:
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


def refusals_by_licence(allowed: tuple[str, ...], database: Database) -> Iterator[Refusal]:
    """The team's policy: licence models in the words of the plan (`open-source`). An empty policy allows all."""
    fact = database.fact("licence.model")
    if not allowed or fact is None or str(fact.value).replace("_", "-") in allowed:
        return
    because = fact_because(database, fact, f"licence: {in_words(fact.value)}")
    yield Refusal(
        "licence", f"team.licences: {', '.join(allowed)}", "licence against the policy", because, fact.verified
    )


def _regions(needs: Needs, database: Database) -> Iterator[Refusal]:
    fact = database.fact("replication.multi_region_writes")
    if not (needs.regions and needs.regions > 1 and fact):
        return
    if fact.value == "not_supported":
        because = fact_because(database, fact, "writes in several regions: not supported")
        yield Refusal("regions", f"regions: {needs.regions}", "one region takes writes", because, fact.verified)
    elif fact.value == "limited":
        because = fact_because(database, fact, "writes in several regions: limited")
        yield Refusal("region limits", f"regions: {needs.regions}", "several regions with limits", because, hard=False)


def _limit_because(database: Database, limit: Limit, text: str) -> Because:
    source = limit.sources[0] if limit.sources and limit.verified else ""
    checked = limit.checked_on.isoformat() if limit.checked_on else ""
    return Because("fact", text, f"{database.slug}:limits.{limit.name}", source, checked, limit.verified)


def _items_too_large(item_bytes: float, database: Database, limit: Limit) -> Refusal:
    because = _limit_because(database, limit, f"largest item: {limit.value:,} bytes ({limit.text})")
    hard = item_limit_is_hard(limit)
    return Refusal("item size", f"item_bytes: {item_bytes:,.0f}", "items are too large", because, hard)


def item_limit_is_hard(limit: Limit) -> bool:
    """Whether it refuses: seen in a source, and nothing that is set."""
    return limit.verified and not limit.configurable


def size_limit_is_hard(limit: Limit) -> bool:
    """A limit that another edition, licence or version lifts does not refuse either."""
    lifted = any(word in limit.text.lower() for word in ("licence", "edition", "newer"))
    return limit.verified and not limit.configurable and not lifted


def _above_limit(size_gib: float, database: Database, limit: Limit) -> Refusal:
    """A limit of the whole database."""
    because = _limit_because(database, limit, f"largest database: {limit.value / GIB:,.0f} GiB ({limit.text})")
    hard = size_limit_is_hard(limit)
    return Refusal("size limit", f"size_gib: {size_gib:,g}", "larger than its limit", because, hard)
