"""What the replication of one store costs and saves: wait of a commit, old reads, availability, losses, and what cannot be."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.facts import Database, Snapshot
from planner.engine.document import Plan, Replication, Store
from planner.engine.quantity import Quantity
from planner.engine.recovery import facts_of, failover_of, replica_mode
from planner.engine.recovery_inputs import LAG_REGION, LAG_ZONE, Given
from planner.engine.replication.commit import JITTER_SIGMA, NO_WAIT, Waiting, quorum_wait
from planner.engine.replication.layout import MOST_AT_HOME, MOST_REGIONS, Copy, Layout, layout_of
from planner.engine.replication.losses import Loss, losses_of
from planner.engine.replication.staleness import MOST_COPIES, k_staleness, t_visibility
from planner.engine.replication.uptime import Uptime, uptime_of
from planner.engine.replication.verdicts import MODES, Verdict, mode_verdict, verdicts
from planner.engine.results import Because

INSIDE = ("service_internal", "shared_storage")
VISIBLE_AFTER_MS = (0.0, 10.0, 100.0, 1000.0)


@dataclass(frozen=True, slots=True)
class Wait:
    """Added to each commit, ms: with the low, likely and high round trips. The primary's own write is not in it."""

    low: Waiting
    likely: Waiting
    high: Waiting
    reasons: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """How old a read may be, s: low, likely, high; () = never old; None = unknown."""

    reader: str
    seconds: tuple[float, float, float] | tuple[()] | None
    text: str
    reasons: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    slug: str
    asked: str  # the mode that the plan says
    layout: Layout  # of the mode that the system gives
    inside: Because | None  # the service copies by itself: what it does inside is not ours to compute
    wait: Wait | None  # None = the place of a region is unknown
    reads: tuple[Read, ...]
    uptime: Uptime | None  # None where the service copies inside: its promise counts, not a model of nodes
    failover: Given
    losses: tuple[Loss, ...]
    verdicts: tuple[Verdict, ...]
    notes: tuple[Because, ...]  # why the mode is not the one that was asked for


@dataclass(frozen=True, slots=True)
class Option:
    """One mode with the same copies: what it would cost and save, or why the system cannot."""

    mode: str
    chosen: bool
    verdict: Verdict | None
    assessment: Assessment | None


def assess(plan: Plan, slug: str, snapshot: Snapshot) -> Assessment:
    store = plan.stores[slug]
    database = snapshot.databases.get(store.database)
    facts = facts_of(database)
    mode, notes = replica_mode(store, facts)
    layout = layout_of(store, mode, store.region or plan.region or "")
    failover, managed = failover_of(store, facts), (store.offering or "self-hosted") != "self-hosted"
    leaderless = facts[3] == "not_needed"
    falls_back = "semi_sync" in facts[2].split() and mode == "synchronous"
    replication = store.replication or Replication()
    inside = _inside(database, store)
    only_one = mode == "synchronous" and len(layout.voters) == 1 and not managed and not falls_back
    return Assessment(
        slug=slug,
        asked=replication.mode,
        layout=layout,
        inside=inside,
        wait=None if inside else wait_of(layout),
        reads=_reads(layout, replication, leaderless),
        uptime=None
        if inside
        else uptime_of(layout, failover, managed=managed, waits_for_only_one=only_one, leaderless=leaderless),
        failover=failover,
        losses=losses_of(layout, written_mib_s(plan, slug), failover, falls_back=falls_back, inside=inside),
        verdicts=verdicts(database, replication),
        notes=(*notes, *_beyond(replication)),
    )


def _beyond(replication: Replication) -> tuple[Because, ...]:
    if replication.replicas <= MOST_AT_HOME and len(replication.regions) <= MOST_REGIONS:
        return ()
    text = (
        f"Only the first {MOST_AT_HOME} copies in the region and the first {MOST_REGIONS} further regions are computed"
    )
    return (Because("assumption", text, "replicas"),)


def _inside(database: Database | None, store: Store) -> Because | None:
    fact = database.fact("replication.default_mode") if database else None
    if database is None or fact is None or fact.value not in INSIDE or store.offering == "self-hosted":
        return None
    text = f"{database.name} keeps copies inside the service: what it waits for there is not published as a number"
    source = fact.sources[0] if fact.sources else ""
    as_of = fact.checked_on.isoformat() if fact.checked_on else ""
    return Because("fact", text, f"{database.slug}:{fact.key}", source, as_of, fact.verified)


def written_mib_s(plan: Plan, slug: str) -> Quantity | None:
    """Bytes written per second into the store; None where no data set says writes and size of an item."""
    low = likely = high = 0.0
    known = False
    for ref in plan.data_sets():
        writes, item = ref.data_set.needs.writes_per_second, ref.data_set.needs.item_bytes
        if ref.data_set.store == slug and writes and item:
            known = True
            low += writes.low * item.low / 2**20
            likely += writes.mid * item.mid / 2**20
            high += writes.high * item.high / 2**20
    return Quantity(low, likely, high) if known else None


def wait_of(layout: Layout, sigma: float = JITTER_SIGMA) -> Wait | None:
    """The k-th fastest of the acknowledgements that count."""
    if layout.acks_needed == 0:
        text = "No commit waits for another copy" if layout.copies else "There is no other copy to wait for"
        return Wait(NO_WAIT, NO_WAIT, NO_WAIT, (Because("formula", text, "replication"),))
    lines = [copy.round_trip for copy in layout.voters]
    known = [line for line in lines if line is not None]
    if len(known) < len(lines):
        return None
    low, likely, high = (
        quorum_wait(means, layout.acks_needed, sigma)
        for means in (
            [line.low_ms for line in known],
            [line.likely_ms for line in known],
            [line.high_ms for line in known],
        )
    )
    which = f"{layout.acks_needed} of {len(known)} acknowledgements"
    formula = Because(
        "formula",
        f"The wait for {which}; round trips are lognormal, sigma {sigma:g} (assumption)",
        "replication",
    )
    reasons = dict.fromkeys(line.because for line in known)
    return Wait(low, likely, high, (formula, *reasons))


def _reads(layout: Layout, replication: Replication, leaderless: bool) -> tuple[Read, ...]:
    if layout.mode == "quorum" and leaderless:
        return (_quorum_read(layout, replication), *_far_reads(layout))
    found = [Read("Primary", (), "Never old")]
    if layout.at_home:
        lag = (LAG_ZONE.low, LAG_ZONE.likely, LAG_ZONE.high)
        text = "May miss one's own write just after it"
        if layout.mode == "synchronous":
            text = "Has the log, and applies it a moment later: may miss one's own write just after it"
        found.append(Read("A replica in the region", lag, text, (LAG_ZONE.because(),)))
    return (*found, *_far_reads(layout))


def _far_reads(layout: Layout) -> tuple[Read, ...]:
    lag = (LAG_REGION.low, LAG_REGION.likely, LAG_REGION.high)
    return tuple(
        Read(f"The copy in {copy.region}", lag, "May miss one's own write just after it", (LAG_REGION.because(),))
        for copy in layout.copies
        if copy.zone is None
    )


def _quorum_read(layout: Layout, replication: Replication) -> Read:
    """Copies at home answer; reads and writes that overlap never miss the newest."""
    copies, written = 1 + len(layout.at_home), layout.written
    read = replication.read_quorum or 1
    if read + written > copies:
        return Read(f"{read} of {copies} copies", (), f"Never old: {read} + {written} is more than {copies} copies")
    if copies > MOST_COPIES:
        return Read(
            f"{read} of {copies} copies", None, f"May be old; how often is computed for up to {MOST_COPIES} copies"
        )
    seen = t_visibility(copies, read, written, VISIBLE_AFTER_MS)
    shares = ", ".join(f"{share:.1%} after {after:g} ms" for after, share in seen.p_consistent)
    missed = k_staleness(copies, read, written, 1)
    because = Because(
        "assumption",
        f"Sees the newest write: {shares}, with the latencies of one published cluster; without spreading it further, "
        f"{missed:.0%} of reads would miss it",
        "pbs",
        "https://arxiv.org/abs/1204.6082",
        "2012",
    )
    return Read(
        f"{read} of {copies} copies",
        None,
        f"{1 - seen.p_consistent[0][1]:.1%} of reads just after a write miss it",
        (because,),
    )


def options(plan: Plan, slug: str, snapshot: Snapshot) -> tuple[Option, ...]:
    """Every mode with the copies that the store has; without any, with two in three zones."""
    store = plan.stores[slug]
    database = snapshot.databases.get(store.database)
    current = store.replication or Replication()
    found = []
    for mode in MODES:
        verdict = mode_verdict(database, mode)
        refused = verdict is not None and verdict.refused
        assessment = None if refused else assess(_with_mode(plan, slug, mode), slug, snapshot)
        found.append(Option(mode, mode == current.mode, verdict, assessment))
    return tuple(found)


def _with_mode(plan: Plan, slug: str, mode: str) -> Plan:
    store = plan.stores[slug]
    current = store.replication or Replication()
    if mode == current.mode:
        return plan
    replicas, zones = (current.replicas, current.zones) if current.replicas else (2, 3)
    if mode in ("quorum", "consensus") and replicas == 1:
        replicas = 2  # two voters survive nothing
    changed = current.model_copy(
        update={"mode": mode, "replicas": replicas, "zones": zones, "write_quorum": None, "read_quorum": None}
        if mode != "none"
        else {"mode": "none", "replicas": 0, "zones": 1, "write_quorum": None, "read_quorum": None, "regions": ()}
    )
    stores = {**plan.stores, slug: store.model_copy(update={"replication": changed})}
    return plan.model_copy(update={"stores": stores})


def would_wait(layout: Layout, copy: Copy) -> Waiting | None:
    """What a commit would wait if it waited for this copy alone; None where its place is unknown."""
    return quorum_wait([copy.round_trip.likely_ms], 1) if copy.round_trip else None
