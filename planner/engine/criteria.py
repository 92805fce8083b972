"""The visible criteria of the score. Each gives a value 0..1, in words why; weights are in `case`."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from planner.engine import upkeep
from planner.engine.abilities import Ability, fact_because, in_words
from planner.engine.capacity import ease
from planner.engine.case import Case, Setting, Value, assume
from planner.engine.constraints import READ_ORDER
from planner.engine.document import Needs
from planner.engine.profile import embedded
from planner.engine.results import Because

# How much of a requirement's denial counts: guarantees cannot be added by the application, capacity sometimes can.
MISFIT = {
    "consistency": 1.5,
    "transactions": 1.5,
    "durability": 1.5,
    "writes": 0.5,
    "size": 0.5,
    "latency": 0.5,
    "region limits": 0.5,
}


ONE_DENIED, EACH_DENIED = 0.75, 0.25  # 0.5 is left after one denial, nothing after three


def requirements(case: Case) -> Value:
    """Half is lost with the first requirement that is denied without a verified fact, all with three.

    A missing guarantee counts more than a missing query ability; a capacity that is only assumed counts half of it.
    """
    if not case.warnings:
        return 1.0, case.profile.fits
    misfits = sum(MISFIT.get(one.constraint, 1.0) for one in case.warnings)
    first = case.warnings[0]
    more = f" and {len(case.warnings) - 1} more" if len(case.warnings) > 1 else ""
    unconfirmed = first.because.kind == "fact" and not first.because.verified
    why = "that is not confirmed by a source" if unconfirmed else "that need not stop you"
    text = f"{first.text}{more}; not refused, because {why}"
    return max(0.0, ONE_DENIED - EACH_DENIED * misfits), Because(
        first.because.kind, text, first.because.key, first.because.source, first.because.as_of, first.because.verified
    )


def queries(case: Case) -> Value:
    if not case.needs.queries:
        return 0.5, assume(case.database, "no queries were stated", "needs")
    found = [case.profile.abilities[word] for word in case.needs.queries]
    if _documents(case.needs):
        found.append(case.profile.abilities["nested-document"])
    levels = [_trusted(one) for one in found]
    weakest = min(range(len(found)), key=levels.__getitem__)
    return 0.5 * levels[weakest] + 0.5 * sum(levels) / len(levels), found[weakest].because


RECORDS = {"point-lookup", "batch-get", "secondary-index", "nested-document"}


def _documents(needs: Needs) -> bool:
    """Records whose fields differ are asked for as documents; streams, scans and files are not looked into."""
    words = set(needs.queries)
    return needs.schema_ == "flexible" and bool(words & RECORDS) and not words & {"append-log", "blob", "bulk-scan"}


UNCONFIRMED = 0.95


def _trusted(ability: Ability) -> float:
    """The level, a little less where the fact behind it was not seen in a source."""
    unconfirmed = ability.because.kind == "fact" and not ability.verified
    return ability.level * UNCONFIRMED if unconfirmed else ability.level


def purposes(needs: Needs) -> dict[str, float]:
    """Which workloads of the catalog's vocabulary the needs describe, and how clearly."""
    words = set(needs.queries)
    lookups = words & {"point-lookup", "batch-get", "nested-document", "counter"}
    scans = words & {"aggregation", "bulk-scan"}
    strict = needs.consistency == "strong" or needs.transactions in ("multi-record", "distributed", "single-partition")
    found: dict[str, float] = {}
    if "full-text" in words:
        found["search"] = 1.0
        if words & {"append-log", "time-range"}:
            found["log_analytics"] = 1.0
    if "graph-traversal" in words:
        found["graph_traversal"] = 1.0
    if "vector-search" in words:
        found["vector_search"] = 1.0
    if "blob" in words:
        found["blob"] = 1.0
    if words & {"pub-sub", "change-stream"} and not lookups:
        found["queue"] = 1.0
        found["events"] = 1.0
    if scans and not strict and not lookups and "full-text" not in words:
        found |= _scan_purposes(needs)
    if "time-range" in words and not scans and not lookups:
        found["metrics"] = 1.0
        found["events"] = 0.9
    if needs.consistency == "strong" and "change-stream" in words and _tiny(needs):
        found["coordination"] = 1.0
        found["oltp"] = 0.7
    if found and needs.transactions in ("multi-record", "distributed"):
        found["oltp"] = 1.0  # whatever else is asked of it, it is the place where changes succeed or fail together
    return found or _lookup_purposes(needs, strict, bool(scans))


# A sample of a metric is a name, a time and a number; an event carries properties (assumption).
SAMPLE_BYTES = 200
TINY_GIB = 2


def _tiny(needs: Needs) -> bool:
    return needs.size_gib is not None and needs.size_gib.high <= TINY_GIB


def _scan_purposes(needs: Needs) -> dict[str, float]:
    """Analytics; over time also logs, and metrics where the records are as small as samples."""
    if not {"time-range", "append-log"} & set(needs.queries):
        return {"olap": 1.0}
    samples = needs.item_bytes is not None and needs.item_bytes.mid <= SAMPLE_BYTES
    return {"metrics": 1.0, "olap": 0.8} if samples else {"olap": 1.0, "log_analytics": 0.8, "metrics": 0.6}


def _lookup_purposes(needs: Needs, strict: bool, scans: bool) -> dict[str, float]:
    words = set(needs.queries)
    quick = bool(needs.latency_p99_ms and needs.latency_p99_ms.mid <= 5)
    small = needs.size_gib is None or needs.size_gib.mid <= 2_000
    if not strict and small and (quick or words & {"ttl-expiry", "sorted-set"}):
        return {"cache": 1.0, "session": 1.0, "oltp": 0.4}
    many = needs.writes_per_second is not None and needs.writes_per_second.mid >= 50_000
    if not strict and many:
        return {"events": 1.0, "oltp": 0.6}
    if strict and needs.transactions == "single-partition" and many:
        return {"oltp": 1.0, "events": 0.8}
    return {"oltp": 1.0, "htap": 1.0 if scans else 0.7}


# Query words that a kind of system was built around; a system of another kind that can do it too is second choice.
NATURAL_KINDS = {
    "join": {"relational", "distributed_sql", "data_warehouse", "olap"},
    "nested-document": {"document"},
    "graph-traversal": {"graph"},
    "full-text": {"search"},
    "vector-search": {"vector"},
    "blob": {"object_storage"},
    "pub-sub": {"log_stream", "message_queue"},
}
OTHER_KIND = 0.75
# Kinds that were built for records in general; for plain records the others are a detour.
GENERAL_KINDS = {"relational", "distributed_sql", "document", "key_value", "wide_column"}


def natural(case: Case, wanted: dict[str, float]) -> float:
    """1 if the system's kind was built around what is asked, OTHER_KIND if not."""
    kinds = [NATURAL_KINDS[word] for word in case.needs.queries if word in NATURAL_KINDS]
    if not kinds and _scattered_writes(case.needs):
        kinds = [{"wide_column", "key_value", "distributed_sql"}]
    if not kinds and max(wanted, key=wanted.__getitem__) == "oltp":
        kinds = [GENERAL_KINDS]
    return 1.0 if not kinds or any(case.database.category in one for one in kinds) else OTHER_KIND


def _scattered_writes(needs: Needs) -> bool:
    """Many writes that each touch one partition."""
    many = needs.writes_per_second is not None and needs.writes_per_second.mid >= 50_000
    return many and needs.transactions in ("single-partition", "single-record")


def purpose(case: Case) -> Value:
    wanted = purposes(case.needs)
    hits = {one: weight for one, weight in wanted.items() if one in case.database.workloads}
    value = max(hits.values(), default=0.0) * natural(case, wanted)
    if embedded(case.database):
        value *= 0.3
    made_for = in_words(case.database.workloads)
    text = f"made for {made_for}; asked for {in_words(tuple(wanted))}"
    return value, assume(case.database, text, "workloads")


READ_COPIES = 5  # read replicas that one primary feeds with ease: an assumption
PLANNED_YEARS = 2  # a store is chosen for the data that it will hold by then: an assumption


def read_copies(needs: Needs) -> int:
    """On how many copies reads may be spread: fresh reads go to the primary alone."""
    return 1 if needs.consistency in ("strong", "read-your-writes") else READ_COPIES


def planned_gib(needs: Needs) -> float:
    """The size in two years; data that expires stays at its size."""
    if needs.size_gib is None:
        return 0.0
    growth = needs.growth_per_year.mid if needs.growth_per_year and needs.retention_days is None else 0.0
    return needs.size_gib.mid * (1 + growth) ** PLANNED_YEARS


def headroom(case: Case) -> Value:
    """The tightest of writes, reads, size in two years, and latency."""
    needs, profile = case.needs, case.profile
    values: list[Value] = []
    if profile.writes and needs.writes_per_second:
        values.append((ease(needs.writes_per_second.mid, profile.writes.assumed), profile.writes.because))
    if profile.reads and needs.reads_per_second:
        asked = needs.reads_per_second.mid / read_copies(needs)
        values.append((ease(asked, profile.reads.assumed), profile.reads.because))
    if profile.size and needs.size_gib:
        values.append((ease(planned_gib(needs), profile.size.assumed), profile.size.because))
    if needs.latency_p99_ms and needs.latency_p99_ms.mid > 0:
        # A need of twice the typical time or more is easy; below it the value falls with the ratio.
        ratio = needs.latency_p99_ms.mid / profile.latency.assumed.likely
        values.append((min(1.0, ratio / 2), profile.latency.because))
    if not values:
        return 0.7, assume(case.database, "no rate, size or latency was stated", "needs")
    return min(values, key=lambda one: one[0])


def consistency(case: Case) -> Value:
    """Freshness of reads; where changes must succeed together, as much again how strictly they are kept apart."""
    value, because = _freshness(case)
    if case.needs.transactions not in ("multi-record", "distributed"):
        return value, because
    fact = case.database.fact("consistency.isolation_strongest")
    if fact is None or fact.value in ("unknown", "not_applicable"):
        return value / 2, assume(case.database, "isolation is unknown", "consistency.isolation_strongest")
    usual = case.database.fact("consistency.isolation_default")
    if usual is None:
        usual = fact
    # As with reads: what has to be asked for on every transaction is forgotten on some.
    isolation = (_isolation(fact.value) + _isolation(usual.value)) / 2
    if isolation >= value:
        return (value + isolation) / 2, because
    text = f"isolation: {in_words(fact.value)} at most, {in_words(usual.value)} by default"
    return (value + isolation) / 2, fact_because(case.database, usual, text)


# The weaker names mean different things at different systems, so they are not told apart.
ISOLATION = {
    "read_committed": 0.6, "repeatable_read": 0.6, "snapshot": 0.8, "serializable": 0.9, "strict_serializable": 1.0,
}  # fmt: skip


def _isolation(value: object) -> float:
    return ISOLATION.get(str(value), 0.0)


def _freshness(case: Case) -> Value:
    fact = case.database.fact("consistency.read_strongest")
    if fact is None or fact.value not in READ_ORDER:
        return 0.3, assume(case.database, "freshness of reads is unknown", "consistency.read_strongest")
    strongest = _strength(fact.value)
    because = fact_because(case.database, fact, f"strongest read: {in_words(fact.value)}")
    if case.needs.consistency not in ("strong", "read-your-writes"):
        return max(0.8, strongest), because
    default = case.database.fact("consistency.read_default")
    if default is None or default.value not in READ_ORDER or default.value == fact.value:
        return strongest, because
    # What has to be asked for on every read is forgotten on some.
    text = f"strongest read: {in_words(fact.value)}, but {in_words(default.value)} unless asked for"
    return (strongest + _strength(default.value)) / 2, fact_because(case.database, default, text)


def _strength(value: object) -> float:
    return READ_ORDER.index(str(value)) / (len(READ_ORDER) - 1)


CRITERIA: dict[str, Callable[[Case], Value]] = {
    "requirements": requirements,
    "queries": queries,
    "purpose": purpose,
    "headroom": headroom,
    "consistency": consistency,
    "operations": upkeep.operations,
    "team": upkeep.team,
    "in-plan": upkeep.already_in_plan,
    "cost": upkeep.cost,
    "maturity": upkeep.maturity,
}


def read_by(needs: Needs, setting: Setting) -> dict[str, Hashable]:
    """What each criterion reads besides the system: equal readings, equal values. Others are worked out each time."""
    return {
        "queries": (needs.queries, needs.schema_),
        "purpose": (needs.queries, tuple(purposes(needs).items()), _scattered_writes(needs)),
        "consistency": (needs.consistency, needs.transactions),
        "operations": (needs.hosting, setting.provider, upkeep.fits_one_node(needs)),
        "team": setting.team_knows,
        "in-plan": setting.in_plan,
        "cost": upkeep.cost_key(needs, setting),
        "maturity": setting.today,
    }
