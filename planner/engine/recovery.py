"""What each failure costs: data lost and time until back, per data set and service.

For every data set and failure the ways back that survive it are listed (replica, disk, backup, rebuild) and the best is
taken: the one that misses fewest targets, then loses least, then is quickest. Replicas never help against an operator
error: they repeat it. Formulas and sources: docs/models.md, recovery.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from catalog.facts import Database, Snapshot
from planner.engine.backups import BASE_KINDS, WayBack, drill_speed, restore_seconds, usable, way_back
from planner.engine.document import BackupCopy, BackupPolicy, DataSet, Plan, Store
from planner.engine.order import needed_first, sources_first
from planner.engine.recovery_inputs import (
    DECIDE,
    DETECT,
    DOCUMENTED_FAILOVER,
    DOCUMENTED_FAILOVER_OF_SYSTEM,
    FAILOVER_BY_FACT,
    FAILOVER_BY_HAND,
    LAG_REGION,
    LAG_ZONE,
    LOSS_BY_DURABILITY_SECONDS,
    PROMOTE_REGION,
    PROVISION,
    REATTACH,
    REBUILD,
    ROUTE_AROUND,
    VERIFY,
    Given,
)
from planner.engine.replication.layout import layout_of
from planner.engine.results import Because, DataSetRecovery, FailureRecovery, ServiceRecovery, StoreResult
from planner.engine.words import duration_words, size_words

FAILURES = {
    "node": "Node lost",
    "zone": "Zone lost",
    "region": "Region lost",
    "operator": "Operator error",
    "corruption": "Corruption or ransomware",
    "account": "Cloud account lost",
}
# A tier's target is held against these four; the last two are shown beside it, because a tier table never meant them.
COUNTED = ("node", "zone", "region", "operator")
MODE_FACTS = {"synchronous": {"sync", "semi_sync"}, "quorum": {"quorum", "consensus"}, "consensus": {"consensus"}}
IN_MEMORY = ("memory_only", "periodic_snapshot")


@dataclass(frozen=True, slots=True)
class Situation:
    """One store with what the model needs to know of it."""

    slug: str
    store: Store
    size_gib: float | None
    ways: Mapping[str, tuple[Way, ...]]  # by failure: worked out once a store, however many data sets it holds


@dataclass(frozen=True, slots=True)
class Way:
    """One way back. `rpo_seconds` None = unbounded or unknown."""

    copy_used: str
    lost: str
    rpo_seconds: float | None
    steps: tuple[tuple[str, float], ...]
    reasons: tuple[Because, ...]
    rto_seconds: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rto_seconds", sum(seconds for _, seconds in self.steps))


def recover(
    plan: Plan, snapshot: Snapshot, stores: Mapping[str, StoreResult]
) -> tuple[dict[str, DataSetRecovery], dict[str, ServiceRecovery]]:
    """Recovery of every placed data set by "service/data", and of every service by slug."""
    written = written_mib_s_by_store(plan)
    situations = {slug: _situation(plan, slug, snapshot, stores, written.get(slug, 0.0)) for slug in plan.stores}
    data_sets: dict[str, DataSetRecovery] = {}
    for path in sources_first(plan):
        placed = plan.data_set(path).store
        if placed is not None:
            data_sets[path] = _data_set_recovery(plan, path, situations[placed], data_sets)
    services: dict[str, ServiceRecovery] = {}
    for slug in needed_first(plan):
        services[slug] = _service_recovery(plan, slug, data_sets, services)
    return data_sets, services


def written_mib_s_by_store(plan: Plan) -> dict[str, float]:
    """Likely bytes written per second into each store, MiB/s."""
    found: dict[str, float] = {}
    for ref in plan.data_sets():
        needs, slug = ref.data_set.needs, ref.data_set.store
        if slug and needs.writes_per_second and needs.item_bytes:
            found[slug] = found.get(slug, 0.0) + needs.writes_per_second.mid * needs.item_bytes.mid / 2**20
    return found


def _situation(
    plan: Plan, slug: str, snapshot: Snapshot, results: Mapping[str, StoreResult], written_mib_s: float
) -> Situation:
    store = plan.stores[slug]
    if store.region is None and plan.region:  # a copy there stands in the store's own region, and is lost with it
        store = store.model_copy(update={"region": plan.region})
    result = results.get(slug)
    size = result.size_gib if result else None
    database = snapshot.databases.get(store.database)
    return Situation(slug, store, size, _store_ways(store, facts_of(database), size, written_mib_s))


def _data_set_recovery(
    plan: Plan, path: str, situation: Situation, known: Mapping[str, DataSetRecovery]
) -> DataSetRecovery:
    tier = plan.tier_of(path)
    target = plan.target(tier)
    rpo_target, rto_target = target.rpo_minutes * 60, target.rto_minutes * 60
    failures = []
    for failure in FAILURES:
        ways = [*situation.ways[failure], *_rebuilds(plan, path, situation, failure, known)]
        failures.append(_verdict(failure, ways, situation, rpo_target, rto_target))
    counted = [one for one in failures if one.failure in COUNTED]
    verdicts = [met for one in counted for met in (one.meets_rpo, one.meets_rto)]
    met = False if False in verdicts else None if None in verdicts else True
    return DataSetRecovery(path, tier, rpo_target, rto_target, tuple(failures), met)


def _verdict(failure: str, ways: list[Way], situation: Situation, rpo: float, rto: float) -> FailureRecovery:
    """The best way, judged against the targets. No way at all is a loss without bound; no size is unknown."""
    label = FAILURES[failure]
    if not ways:
        if situation.size_gib is None and situation.store.backups:
            text = "The size of this store is unknown, so the time to restore it is unknown"
            because = (Because("assumption", text, f"stores/{situation.slug}"),)
            return FailureRecovery(failure, label, "unknown", None, None, None, None, "", (), because)
        text = "No replica, backup or source survives this failure"
        because = (Because("input", text, f"stores/{situation.slug}"),)
        return FailureRecovery(failure, label, "everything", None, None, False, False, "", (), because)

    def cost(way: Way) -> tuple[int, float, float]:
        loss = float("inf") if way.rpo_seconds is None else way.rpo_seconds
        return (loss > rpo) + (way.rto_seconds > rto), loss, way.rto_seconds

    best = min(ways, key=cost)
    meets_rpo = best.rpo_seconds is not None and best.rpo_seconds <= rpo
    meets_rto = best.rto_seconds <= rto
    return FailureRecovery(
        failure, label, best.lost, best.rpo_seconds, best.rto_seconds, meets_rpo, meets_rto, best.copy_used,
        best.steps, best.reasons,
    )  # fmt: skip


@lru_cache(maxsize=4_000)
def _store_ways(
    store: Store, facts: tuple[str, ...], size_gib: float | None, written_mib_s: float
) -> dict[str, tuple[Way, ...]]:
    """Every way back of a store, by failure. Kept, so that an edit works out the changed store only."""
    return {
        failure: (
            *_through_service(store, facts, failure),
            *_through_replica(store, facts, failure),
            *_through_disk(store, facts, failure),
            *_through_backup(store, size_gib, written_mib_s, failure),
        )
        for failure in FAILURES
    }


def facts_of(database: Database | None) -> tuple[str, ...]:
    """The catalog's answers the model needs: slug, default mode, modes (joined), automatic failover, durability."""
    if database is None:
        return ("", "", "", "none", "")

    def value(key: str) -> object:
        fact = database.fact(key)
        return fact.value if fact else ""

    modes = value("replication.modes")
    joined = " ".join(str(mode) for mode in modes) if isinstance(modes, tuple) else ""
    return (
        database.slug,
        str(value("replication.default_mode")),
        joined,
        str(value("replication.automatic_failover")),
        str(value("durability.default")),
    )


def _through_service(store: Store, facts: tuple[str, ...], failure: str) -> list[Way]:
    """Services that keep copies over zones themselves (object storage, DynamoDB): the provider's promise."""
    slug, default_mode, _, _, _ = facts
    if default_mode not in ("service_internal", "shared_storage") or failure not in ("node", "zone"):
        return []
    if store.offering == "self-hosted":
        return []
    fact = Because("fact", "The service keeps copies in several zones itself", f"{slug}:replication.default_mode")
    step = (("Clients retry", ROUTE_AROUND.likely),)
    return [Way("copies inside the service", "none committed", 0.0, step, (fact, ROUTE_AROUND.because()))]


def replica_mode(store: Store, facts: tuple[str, ...]) -> tuple[str, tuple[Because, ...]]:
    """The mode that the chosen database really gives: asked for synchronous, but the catalog knows only async."""
    slug, _, modes, _, _ = facts
    mode = store.replication.mode if store.replication else "none"
    asked = MODE_FACTS.get(mode)
    if asked and modes and not asked & set(modes.split()):
        text = f"The catalog lists {modes.replace(' ', ', ')} for {slug}: {mode} is treated as asynchronous"
        return "asynchronous", (Because("fact", text, f"{slug}:replication.modes"),)
    if mode == "quorum" and store.replication and store.replication.write_quorum == 1:
        return "asynchronous", (Because("input", "A write quorum of 1 waits for no other copy", "write_quorum"),)
    return mode, ()


def _through_replica(store: Store, facts: tuple[str, ...], failure: str) -> list[Way]:
    replication = store.replication
    if replication is None or replication.mode == "none":
        return []
    mode, why = replica_mode(store, facts)
    waits = mode in ("synchronous", "quorum", "consensus")
    if failure == "region":
        return _through_region(store, mode, why)
    here = replication.replicas >= 1 and (failure == "node" or (failure == "zone" and replication.zones >= 2))
    if not here or failure not in ("node", "zone"):
        return []
    failover = failover_of(store, facts)
    copy_used = f"{mode} replica"
    reasons = (*why, failover.because())
    steps = _failover_steps(failover)
    layout = layout_of(store, mode, store.region or "")
    if waits and layout.written > (1 if failure == "node" else layout.taken_with_a_zone()):
        return [Way(copy_used, "none committed", 0.0, steps, reasons)]
    lost = f"up to {duration_words(LAG_ZONE.high)}"
    return [Way(copy_used, lost, LAG_ZONE.high, steps, (*reasons, LAG_ZONE.because()))]


def failover_of(store: Store, facts: tuple[str, ...]) -> Given:
    """As the vendor documents it for the offering or the system, else by the catalog's fact about automatic failover."""
    matches = [prefix for prefix in DOCUMENTED_FAILOVER if (store.offering or "").startswith(prefix)]
    if matches:
        return DOCUMENTED_FAILOVER[max(matches, key=len)]
    return DOCUMENTED_FAILOVER_OF_SYSTEM.get(facts[0]) or FAILOVER_BY_FACT.get(facts[3], FAILOVER_BY_HAND)


def _failover_steps(failover: Given) -> tuple[tuple[str, float], ...]:
    if failover is FAILOVER_BY_HAND:
        return (("Detect", DETECT.likely), ("Decide", DECIDE.likely), ("Promote the replica", failover.likely))
    return (("Fail over", failover.likely),)


def _through_region(store: Store, mode: str, why: tuple[Because, ...]) -> list[Way]:
    replication = store.replication
    if replication is None or not replication.regions:
        return []
    where = replication.regions[0]
    layout = layout_of(store, mode, store.region or "")
    safe = mode == "consensus" and layout.written > layout.voters_at_home()
    goes_on = mode == "consensus" and 1 + len(layout.voters) - layout.voters_at_home() >= layout.written
    if goes_on or replication.pattern == "active-active":
        steps: tuple[tuple[str, float], ...] = (("Clients move to the other region", ROUTE_AROUND.likely),)
    else:
        steps = (("Detect", DETECT.likely), ("Decide", DECIDE.likely), ("Promote", PROMOTE_REGION.likely))
    if safe:
        return [Way(f"replica in {where}", "none committed", 0.0, steps, (*why, ROUTE_AROUND.because()))]
    lost = f"up to {duration_words(LAG_REGION.high)}"
    reasons = (*why, LAG_REGION.because(), PROMOTE_REGION.because(), DETECT.because(), DECIDE.because())
    return [Way(f"replica in {where}", lost, LAG_REGION.high, steps, reasons)]


def _through_disk(store: Store, facts: tuple[str, ...], failure: str) -> list[Way]:
    """A managed service's disk outlives its node. What sat in memory, or was not flushed, does not."""
    slug, _, _, _, durability = facts
    if failure != "node" or (store.offering or "self-hosted") == "self-hosted" or durability in IN_MEMORY:
        return []
    loss = LOSS_BY_DURABILITY_SECONDS.get(durability)
    if loss is None:
        return []
    lost = "none committed" if loss == 0 else f"up to {duration_words(loss)}"
    fact = Because("fact", f"Durability of a write: {durability.replace('_', ' ')}", f"{slug}:durability.default")
    return [Way("the store's own disk", lost, loss, (("New node", REATTACH.likely),), (fact, REATTACH.because()))]


def _survives(store: Store, failure: str) -> Callable[[BackupCopy], bool]:
    def check(copy: BackupCopy) -> bool:
        if failure == "region":
            return copy.region is not None and copy.region != store.region
        if failure == "corruption":
            return copy.immutable
        if failure == "account":
            # A copy that nobody can delete, away from the store, is taken to lie in an account of its own.
            return copy.immutable and copy.offsite
        return True

    return check


def _through_backup(store: Store, size_gib: float | None, written_mib_s: float, failure: str) -> list[Way]:
    if size_gib is None:
        return []
    survives = _survives(store, failure)
    policies: tuple[BackupPolicy, ...] = tuple(
        policy for policy in store.backups if usable(policy, survives, local_survives=failure == "operator")
    )
    back = way_back(store, size_gib, written_mib_s, policies, drill_speed(store))
    if back is None:
        return []
    provision = () if failure == "operator" and _in_place(policies) else (("New server", PROVISION.likely),)
    steps = (("Detect", DETECT.likely), ("Decide", DECIDE.likely), *provision, *back.steps, ("Verify", VERIFY.likely))
    given = (DETECT, DECIDE, PROVISION, VERIFY) if provision else (DETECT, DECIDE, VERIFY)
    reasons = (*back.reasons, *(one.because() for one in given))
    return [Way(back.text, f"up to {duration_words(back.loss_seconds)}", back.loss_seconds, steps, reasons)]


def _in_place(policies: tuple[BackupPolicy, ...]) -> bool:
    """A logical dump loads into the server that is still there; every other kind needs a new one."""
    return all(policy.method == "logical" for policy in policies if policy.kind in BASE_KINDS)


def _rebuilds(
    plan: Plan, path: str, situation: Situation, failure: str, known: Mapping[str, DataSetRecovery]
) -> list[Way]:
    """A derived copy is built again from its sources, if they still hold all of it."""
    data_set = plan.data_set(path)
    if not data_set.derived_from or situation.size_gib is None:
        return []
    if not all(source_holds(plan.data_set(source), data_set) for source in data_set.derived_from):
        return []
    size = data_set.needs.size_gib.mid if data_set.needs.size_gib else situation.size_gib
    step = (f"Rebuild {size_words(size)}", restore_seconds(size, 1, REBUILD.likely))
    names = ", ".join(data_set.derived_from)
    base: tuple[tuple[str, float], ...] = (("Detect", DETECT.likely), ("New server", PROVISION.likely))
    reasons = (Because("formula", f"Derived from {names}: rebuilt, not restored"), REBUILD.because())
    beside = any(plan.data_set(source).store == data_set.store for source in data_set.derived_from)
    if failure in ("node", "zone", "operator") and not beside:
        return [Way(f"rebuilt from {names}", "rebuilt", 0.0, (*base, step), reasons)]
    sources = [_failure_of(known, source, failure) for source in data_set.derived_from]
    if any(one is None or one.rto_seconds is None for one in sources):
        return []
    slowest = max(one.rto_seconds for one in sources if one and one.rto_seconds is not None)
    losses = [one.rpo_seconds for one in sources if one]
    loss = None if None in losses else max(value for value in losses if value is not None)
    lost = "everything" if loss is None else "rebuilt" if loss == 0 else f"up to {duration_words(loss)}"
    steps = (("Sources are back", slowest), step)
    return [Way(f"rebuilt from {names}", lost, loss, steps, reasons)]


def source_holds(source: DataSet, derived: DataSet) -> bool:
    """A source that forgets sooner than its copy cannot rebuild it (an archive of logs kept for 30 days)."""
    if source.store is None:
        return False
    kept, wanted = source.needs.retention_days, derived.needs.retention_days
    return kept is None or (wanted is not None and wanted.mid <= kept.mid)


def _failure_of(known: Mapping[str, DataSetRecovery], path: str, failure: str) -> FailureRecovery | None:
    recovery = known.get(path)
    return next((one for one in recovery.failures if one.failure == failure), None) if recovery else None


def _service_recovery(
    plan: Plan, slug: str, data_sets: Mapping[str, DataSetRecovery], services: Mapping[str, ServiceRecovery]
) -> ServiceRecovery:
    """Worst over the counted failures: back = its slowest data set or the services it needs, then its own start-up."""
    service = plan.services[slug]
    target = plan.target(service.tier)
    own = [data_sets[path] for path in (f"{slug}/{name}" for name in service.data) if path in data_sets]
    complete = len(own) == len(service.data)
    counted = [one for recovery in own for one in recovery.failures if one.failure in COUNTED]
    needed = [services[other] for other in service.depends_on]
    losses = [one.rpo_seconds for one in counted]
    times = [one.rto_seconds for one in counted] + [one.worst_rto_seconds for one in needed]
    startup = (service.startup_minutes or 0) * 60
    rpo = max((loss for loss in losses if loss is not None), default=0.0)
    rto = max((time for time in times if time is not None), default=0.0) + startup
    rpo_target, rto_target = target.rpo_minutes * 60, target.rto_minutes * 60
    known = complete and None not in losses and None not in times
    missed = rpo > rpo_target or rto > rto_target or any(one.lost == "everything" for one in counted)
    met = False if missed else True if known and own else None
    worst_rpo = rpo if own and None not in losses else None
    worst_rto = rto if own and None not in times else None
    return ServiceRecovery(slug, service.tier, rpo_target, rto_target, worst_rpo, worst_rto, met)


__all__ = ["COUNTED", "FAILURES", "WayBack", "recover"]
