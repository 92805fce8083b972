"""The visible criteria of the score. Each gives a value 0..1, in words why; weights are in WEIGHTS and sum to 1."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from catalog.facts import Database, PriceBook
from planner.engine.abilities import fact_because, in_words
from planner.engine.capacity import ONE_WRITER_GIB, ONE_WRITER_PER_SECOND, ease
from planner.engine.constraints import READ_ORDER
from planner.engine.document import Needs
from planner.engine.own_cost import FIELDS, Where, value_of_one
from planner.engine.profile import Profile, embedded, in_memory
from planner.engine.results import Because, Refusal

# Relative weights, as a plan may set them; `weights_of` scales them to a sum of 1.
RELATIVE: dict[str, float] = {
    "requirements": 30,
    "queries": 16,
    "purpose": 16,
    "headroom": 16,
    "consistency": 6,
    "operations": 6,
    "team": 4,
    "in-plan": 3,
    "cost": 5,
    "maturity": 3,
}
LABELS = {
    "requirements": "Requirements",
    "queries": "Queries",
    "purpose": "Purpose",
    "headroom": "Headroom",
    "consistency": "Consistency",
    "operations": "Operations",
    "team": "Team",
    "in-plan": "In the plan",
    "cost": "Cost",
    "maturity": "Maturity",
}


@lru_cache(maxsize=200)
def weights_of(given: tuple[tuple[str, float], ...] = ()) -> dict[str, float]:
    """All weights, 0..1 with the sum 1: those of the plan, the others as they are by default. Where all are 0: equal."""
    relative = RELATIVE | dict(given)
    total = sum(relative.values())
    return {name: (relative[name] / total if total else 1 / len(relative)) for name in RELATIVE}


WEIGHTS = weights_of()


@dataclass(frozen=True, slots=True)
class Setting:
    """What surrounds the data set: what the team runs, and which databases the plan has already."""

    team_knows: frozenset[str] = frozenset()
    in_plan: frozenset[str] = frozenset()
    provider: str = ""  # the plan's: aws | gcp | azure | self-hosted; empty = not said
    region: str = ""
    prices: PriceBook | None = None  # None: cost is not judged
    today: dt.date | None = None  # None: ends of support are not judged


@dataclass(frozen=True, slots=True)
class Case:
    """One data set's needs against one system."""

    needs: Needs
    profile: Profile
    warnings: tuple[Refusal, ...]
    setting: Setting
    monthly_usd: Mapping[str, float] = field(default_factory=dict)  # of a store of its own, by system
    bought: Mapping[str, str] = field(default_factory=dict)  # what those prices are of

    @property
    def database(self) -> Database:
        return self.profile.database


Value = tuple[float, Because]


def _assume(database: Database, text: str, key: str = "category") -> Because:
    return Because("assumption", text, f"{database.slug}:{key}", verified=False)


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
        first.because.kind, text, first.because.key, first.because.source, first.because.as_of, False
    )


def queries(case: Case) -> Value:
    if not case.needs.queries:
        return 0.5, _assume(case.database, "no queries were stated", "needs")
    found = [case.profile.abilities[word] for word in case.needs.queries]
    weakest = min(found, key=lambda one: one.level)
    value = 0.5 * weakest.level + 0.5 * sum(one.level for one in found) / len(found)
    return value, weakest.because


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
    return value, _assume(case.database, text, "workloads")


def headroom(case: Case) -> Value:
    """The tightest of writes, size and latency."""
    needs, profile = case.needs, case.profile
    values: list[Value] = []
    if profile.writes and needs.writes_per_second:
        values.append((ease(needs.writes_per_second.mid, profile.writes.assumed), profile.writes.because))
    if profile.size and needs.size_gib:
        values.append((ease(needs.size_gib.mid, profile.size.assumed), profile.size.because))
    if needs.latency_p99_ms and needs.latency_p99_ms.mid > 0:
        # A need of twice the typical time or more is easy; below it the value falls with the ratio.
        ratio = needs.latency_p99_ms.mid / profile.latency.assumed.likely
        values.append((min(1.0, ratio / 2), profile.latency.because))
    if not values:
        return 0.7, _assume(case.database, "no rate, size or latency was stated", "needs")
    return min(values, key=lambda one: one[0])


def consistency(case: Case) -> Value:
    fact = case.database.fact("consistency.read_strongest")
    if fact is None or fact.value not in READ_ORDER:
        return 0.3, _assume(case.database, "freshness of reads is unknown", "consistency.read_strongest")
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


def operations(case: Case) -> Value:
    """A managed service is least work; one process is little; a cluster run by oneself, or a second cloud, is most."""
    base, because = _hosted(case)
    fact = case.database.fact("scaling.sharding")
    a_cluster = fact and fact.value == "automatic" and not in_memory(case.database)
    if fact and a_cluster and "service_internal" not in _modes(case.database) and _fits_one_node(case.needs):
        if case.needs.hosting == "managed":  # the provider runs it; it still has to be sized and paid
            return max(0.0, base - 0.2), fact_because(case.database, fact, "a cluster for a load that one node carries")
        return max(0.0, base - 0.4), fact_because(
            case.database, fact, "a cluster to run for a load that one node carries"
        )
    return base, because


CATALOG_PROVIDER = {"aws": "aws", "gcp": "google", "azure": "azure"}
ANYWHERE = {"vendor", "other"}


def _hosted(case: Case) -> Value:
    """1 as a managed service with the plan's provider, 0.7 run by oneself, 0.1 where it means a second cloud.

    Without a provider in the plan: 0.8 where only one company sells it, since the plan is then bound to that one.
    """
    models = set(case.database.deployment_models)
    said = f"can be had as: {in_words(case.database.deployment_models)}"
    because = Because("fact", said, f"{case.database.slug}:deployment_models", case.database.docs_url)
    if "managed" not in models or case.needs.hosting == "self-hosted":
        return 0.7, because
    fact = case.database.fact("managed_offerings.items")
    if fact is None or not isinstance(fact.value, tuple):
        return 1.0, because
    sold_by = {str(one["provider"]) for one in fact.value if isinstance(one, Mapping)}
    if not case.setting.provider:
        only = f"sold by one company only: {in_words(tuple(sold_by))}"
        return (0.8, fact_because(case.database, fact, only)) if len(sold_by) == 1 else (1.0, because)
    if CATALOG_PROVIDER.get(case.setting.provider) in sold_by or not sold_by:
        return 1.0, because
    if sold_by & ANYWHERE:
        return 0.9, fact_because(case.database, fact, "managed by its vendor, not by the plan's provider")
    if "self_hosted" in models:
        return 0.7, fact_because(case.database, fact, f"managed only by {in_words(tuple(sorted(sold_by)))}")
    return 0.1, fact_because(case.database, fact, f"only from {in_words(tuple(sorted(sold_by)))}: a second provider")


def _modes(database: Database) -> tuple[str, ...]:
    fact = database.fact("replication.modes")
    return tuple(str(one) for one in fact.value) if fact and isinstance(fact.value, tuple) else ()


def _fits_one_node(needs: Needs) -> bool:
    """Start simple: a fifth of what one relational writer is taken to carry needs no cluster."""
    writer = ONE_WRITER_PER_SECOND["relational"]
    writes, size = needs.writes_per_second, needs.size_gib
    return bool(writes and size and writes.mid <= writer.low and size.mid <= ONE_WRITER_GIB.low)


def team(case: Case) -> Value:
    slug = case.database.slug
    if slug in case.setting.team_knows:
        return 1.0, Because("input", "the team runs it already", "team.knows")
    wires = case.database.fact("query.wire_compatible_with")
    spoken = {str(one) for one in wires.value} if wires and isinstance(wires.value, tuple) else set()
    if spoken & case.setting.team_knows:
        return 0.6, Because("input", "speaks the protocol of a system that the team runs", "team.knows")
    return 0.0, Because("input", "the team has not said that it runs this", "team.knows")


def already_in_plan(case: Case) -> Value:
    if case.database.slug in case.setting.in_plan:
        return 1.0, Because("input", "the plan has this system already: no further system to run", "stores")
    return 0.0, Because("input", "one more system to run", "stores")


NO_PRICE = 0.5


def cost(case: Case) -> Value:
    """What a store of its own would cost, against the least that such data cost anywhere. Unknown counts half."""
    key = f"{case.database.slug}:cost"
    if case.setting.prices is None or not case.setting.provider:
        return NO_PRICE, Because("assumption", "no provider is named: cost decides nothing", key, verified=False)
    usd = case.monthly_usd.get(case.database.slug)
    if usd is None or case.needs.size_gib is None:
        why = "size_gib is empty" if case.needs.size_gib is None else "no price for it here"
        return NO_PRICE, Because("assumption", f"cost unknown, {why}: counted half", key, verified=False)
    shown = f"{float(f'{usd:.3g}'):,.10g}"  # three digits, as it is an estimate
    text = f"about {shown} USD a month in a store of its own ({case.bought[case.database.slug]}, 2 copies, no backups)"
    return value_of_one(usd, case.needs.size_gib.mid), Because("formula", text, key)


ENDING_DAYS = 183


def maturity(case: Case) -> Value:
    status = case.database.status
    because = Because("fact", f"status: {status}", f"{case.database.slug}:status", case.database.docs_url)
    if status != "active":
        return (0.2 if status == "maintenance" else 0.0), because
    if (ending := _ending(case)) is not None:
        return ending
    fact = case.database.fact("licence.model")
    if fact and fact.value in ("open_source", "public_domain"):
        return 1.0, fact_because(case.database, fact, "open source and maintained")
    return 0.7, because


def _ending(case: Case) -> Value | None:
    """Low where the newest release line that is known has ended or ends soon; None where nothing ends."""
    ends = [cycle.eol_on for cycle in case.database.cycles]
    if case.setting.today is None or not ends or None in ends:
        return None
    last = max(one for one in ends if one is not None)
    days = (last - case.setting.today).days
    if days > ENDING_DAYS:
        return None
    words = f"the last release line listed {'ended' if days < 0 else 'ends'} on {last.isoformat()}"
    because = Because("fact", words, f"{case.database.slug}:lifecycle.cycles", case.database.docs_url, last.isoformat())
    return (0.2 if days < 0 else 0.5), because


CRITERIA: dict[str, Callable[[Case], Value]] = {
    "requirements": requirements,
    "queries": queries,
    "purpose": purpose,
    "headroom": headroom,
    "consistency": consistency,
    "operations": operations,
    "team": team,
    "in-plan": already_in_plan,
    "cost": cost,
    "maturity": maturity,
}


def cost_key(needs: Needs, setting: Setting) -> Hashable:
    """All that costs read: prices, place and amounts."""
    if setting.prices is None or not setting.provider:
        return None
    return where_of(needs, setting), tuple(getattr(needs, name) for name in FIELDS)


def where_of(needs: Needs, setting: Setting) -> Where | None:
    """Whose prices count; None without prices or without a provider."""
    if setting.prices is None or not setting.provider:
        return None
    self_hosted = needs.hosting == "self-hosted"
    strong = needs.consistency == "strong"
    return Where(setting.prices, setting.provider, setting.region, self_hosted=self_hosted, strong=strong)


def read_by(needs: Needs, setting: Setting) -> dict[str, Hashable]:
    """What each criterion reads besides the system: equal readings, equal values. Others are worked out each time."""
    return {
        "queries": needs.queries,
        "purpose": (needs.queries, tuple(purposes(needs).items()), _scattered_writes(needs)),
        "consistency": needs.consistency,
        "operations": (needs.hosting, setting.provider, _fits_one_node(needs)),
        "team": setting.team_knows,
        "in-plan": setting.in_plan,
        "cost": cost_key(needs, setting),
        "maturity": setting.today,
    }
