"""Several stores for one data set's purposes: a search copy, an analytics copy, an archive, a cache.

A data set whose needs mix purposes forces one system to be good at all of them. Each split takes one purpose out: which
queries go, into what, kept in step how, how stale that is, and what the source's ranking gains.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.facts import Snapshot
from planner.engine import edits
from planner.engine.context import RankContext
from planner.engine.document import Cache, DataSet, Needs, Plan, Tier
from planner.engine.place_all import tax_of
from planner.engine.profile import in_memory, profile_of
from planner.engine.quantity import Quantity
from planner.engine.ranking import rank
from planner.engine.results import Candidate, Ranking
from planner.engine.store_defaults import CAREFUL_TIERS, proposed_store

PURPOSES = ("search", "analytics", "archive", "cache")
LABELS = {"search": "Search copy", "analytics": "Analytics copy", "archive": "Archive", "cache": "Cache"}
WORDS = {"search": ("full-text", "geo", "vector-search"), "analytics": ("aggregation", "bulk-scan")}
# What belongs together: a system made for the one answers the others too, so nothing is mixed.
BESIDE = {
    "search": (
        "time-range",
        "append-log",
        "range-scan",
        "aggregation",
        "bulk-scan",
        "full-text",
        "geo",
        "vector-search",
    ),
    "analytics": ("time-range", "append-log", "range-scan", "aggregation", "bulk-scan", "full-text", "blob"),
}
CLASH = {
    "search": "few systems are good at both",
    "analytics": "long reads over everything hold up short ones on the same machine",
}
# Assumptions, each shown where it is used.
HOT_DAYS = 90  # what a source keeps when an archive takes the rest
ARCHIVE_GIB = 50  # less than this is not worth another store
READS_PER_WRITE = 10  # from here on most entries of a cache are read again before they change
CACHED_READS = 500  # reads per second from which a cache is worth its staleness, or:
QUICK_MS = 10
HIT_RATIO = 0.8
HOT_SHARE = 0.2
TTL_SECONDS = 300
ANSWERS_STREAMS = 0.8  # level of "change-stream" that carries change data capture
IN_STEP = {
    "outbox": "Seconds behind (assumption). Each change is queued in the transaction that makes it, so none is lost. "
    "Who must find what they just wrote reads the source.",
    "cdc": "Seconds behind (assumption), read from the source's own log, which has to be kept while the copy is down. "
    "Who must find what they just wrote reads the source.",
    "batch": "As old as the last run: up to a day with a nightly one (assumption).",
    "archive": f"Moved by a nightly run when older than {HOT_DAYS} days (assumption). After that the archive is the only "
    "place that holds them, and needs a backup of its own.",
    "cache": f"A read may be up to {TTL_SECONDS} s old (time to live, assumption) where an invalidation is lost. After a "
    "restart of the cache every read goes to the source.",
}


@dataclass(frozen=True, slots=True)
class Split:
    """One purpose taken out of a data set. `copy` is None for a cache, `cache` for the others."""

    purpose: str
    why: str
    moves: tuple[str, ...]  # query words that the copy answers instead
    source: DataSet  # as it would be
    copy: DataSet | None
    cache: Cache | None
    in_step: str  # how stale the copy is, in words
    assumptions: tuple[str, ...]
    before: Ranking  # of the source
    after: Ranking
    system: str  # where the copy would go; "" = no system can hold it
    store: str  # store of the plan; "" = a new one
    copy_score: float | None

    @property
    def label(self) -> str:
        return LABELS[self.purpose]

    @property
    def gain_points(self) -> float | None:
        """How much the source's best score rises; None where nothing could hold it before or after."""
        if not self.before.ranked or not self.after.ranked:
            return None
        return self.after.ranked[0].score - self.before.ranked[0].score

    @property
    def new_system(self) -> bool:
        return not self.store

    def score_in(self, system: str) -> tuple[float | None, float | None]:
        """The source's score in a system, before and after; None = refused there."""
        first, then = self.before.candidate(system), self.after.candidate(system)
        return first.score if first else None, then.score if then else None

    def worth(self, tax_points: float) -> bool:
        """Whether the ranking alone speaks for it: the gain pays for the system that it adds."""
        gain = self.gain_points
        return self.frees or (gain is not None and gain > (tax_points if self.new_system else 0.0))

    @property
    def frees(self) -> bool:
        """Every system refused the source, and one takes it now."""
        return bool(self.after.ranked) and not self.before.ranked


@dataclass(frozen=True, slots=True)
class _Case:
    plan: Plan
    path: str
    context: RankContext
    snapshot: Snapshot
    before: Ranking

    @property
    def data_set(self) -> DataSet:
        return self.plan.data_set(self.path)

    @property
    def needs(self) -> Needs:
        return self.data_set.needs

    @property
    def system(self) -> str:
        """Where the source is, or would be."""
        store = self.plan.stores.get(self.data_set.store or "")
        return store.database if store else self.before.ranked[0].database if self.before.ranked else ""


def splits(plan: Plan, path: str, context: RankContext, snapshot: Snapshot) -> tuple[Split, ...]:
    """What could be taken out of this data set, the largest gain first. Copies are not split again."""
    if plan.data_set(path).derived_from:
        return ()
    before = rank(plan.data_set(path).needs, context, snapshot, path)
    case = _Case(plan, path, context, snapshot, before)
    found = [*_by_queries(case), *_archive(case), *_cache(case)]
    return tuple(sorted(found, key=lambda one: (not one.frees, -(one.gain_points or 0.0), PURPOSES.index(one.purpose))))


def _by_queries(case: _Case) -> Iterator[Split]:
    for purpose, words in WORDS.items():
        moves = tuple(word for word in case.needs.queries if word in words)
        left = tuple(word for word in case.needs.queries if word not in words)
        if not moves or set(left) <= set(BESIDE[purpose]):
            continue
        sync = _search_sync(case) if purpose == "search" else "cdc" if _streams(case) else "batch"
        copied = case.needs.model_copy(
            update={
                "queries": moves,
                "consistency": "eventual",
                "transactions": "none",
                "reads_per_second": None,
                "regions": None,
            }
            | ({"latency_p99_ms": None} if purpose == "analytics" else {})
        )
        yield _split(
            case,
            purpose,
            why=f"{_words(moves)} beside {_words(left)}: {CLASH[purpose]}",
            moves=moves,
            source=case.needs.model_copy(update={"queries": left}),
            copied=copied,
            sync=sync,
            in_step=IN_STEP[sync],
            assumptions=(
                "the copy is taken to be as large as the source and to take all its writes",
                "how many reads go to the copy is not known: left empty",
            ),
        )


def _words(queries: tuple[str, ...]) -> str:
    return ", ".join(word.replace("-", " ") for word in queries)


def _search_sync(case: _Case) -> str:
    if case.needs.transactions in ("single-partition", "multi-record", "distributed"):
        return "outbox"
    return "cdc" if _streams(case) else "batch"


def _streams(case: _Case) -> bool:
    database = case.snapshot.databases.get(case.system)
    return database is not None and profile_of(database).abilities["change-stream"].level >= ANSWERS_STREAMS


def _archive(case: _Case) -> Iterator[Split]:
    needs = case.needs
    if not (needs.retention_days and needs.size_gib) or needs.retention_days.mid <= HOT_DAYS:
        return
    hot = HOT_DAYS / needs.retention_days.mid
    if needs.size_gib.mid * (1 - hot) < ARCHIVE_GIB:
        return
    days = f"{needs.retention_days.mid:,.0f} days"
    yield _split(
        case,
        "archive",
        why=f"kept {days}: {1 - hot:.0%} of that is older than {HOT_DAYS} days",
        moves=(),
        source=needs.model_copy(
            update={"size_gib": _times(needs.size_gib, hot), "retention_days": Quantity(HOT_DAYS, HOT_DAYS, HOT_DAYS)}
        ),
        copied=Needs(
            queries=("blob", "bulk-scan"),
            consistency="eventual",
            size_gib=_times(needs.size_gib, 1 - hot),
            growth_per_year=needs.growth_per_year,
            retention_days=needs.retention_days,
            hosting=needs.hosting,
        ),
        sync="batch",
        in_step=IN_STEP["archive"],
        assumptions=(f"data of every age take the same space, so the source keeps {hot:.0%} of its size",),
    )


def _times(quantity: Quantity, factor: float) -> Quantity:
    return Quantity(quantity.low * factor, quantity.mid * factor, quantity.high * factor)


def _split(
    case: _Case,
    purpose: str,
    *,
    why: str,
    moves: tuple[str, ...],
    source: Needs,
    copied: Needs,
    sync: str,
    in_step: str,
    assumptions: tuple[str, ...],
) -> Split:
    ranking = rank(copied, case.context, case.snapshot)
    home = _home(case, ranking.ranked)
    return Split(
        purpose=purpose,
        why=why,
        moves=moves,
        source=case.data_set.model_copy(update={"needs": source}),
        copy=_copied(case, purpose, copied, sync),
        cache=None,
        in_step=in_step,
        assumptions=assumptions,
        before=case.before,
        after=rank(source, case.context, case.snapshot, case.path),
        system=home.database if home else "",
        store=_store(case.plan, home),
        copy_score=home.score if home else None,
    )


def _copied(case: _Case, purpose: str, needs: Needs, sync: str) -> DataSet:
    data_set = case.data_set
    return DataSet.model_validate(
        {
            "name": f"{data_set.name[:170]}, {LABELS[purpose].lower()}",
            "derived_from": (case.path,),
            "personal_data": data_set.personal_data,
            "deletion": "with-source" if data_set.personal_data else None,
            "tier": _tier(case, purpose),
            "needs": needs,
            "sync": sync,
        }
    )


def _tier(case: _Case, purpose: str) -> Tier | None:
    """Analysis may wait for a rebuild where the source may not; the others are as urgent as their source."""
    return "medium" if purpose == "analytics" and case.plan.tier_of(case.path) in CAREFUL_TIERS else case.data_set.tier


def _home(case: _Case, candidates: tuple[Candidate, ...]) -> Candidate | None:
    """The best place for a copy, where a system that the plan does not have pays the tax."""
    tax = tax_of(case.plan)
    return max(candidates, key=lambda one: (one.score - (0 if one.in_plan else tax), -one.rank), default=None)


def _store(plan: Plan, home: Candidate | None) -> str:
    return home.in_plan[0] if home and home.in_plan else ""


def _cache(case: _Case) -> Iterator[Split]:
    needs, reads, writes = case.needs, case.needs.reads_per_second, case.needs.writes_per_second
    database = case.snapshot.databases.get(case.system)
    if case.data_set.cache or not (reads and writes) or needs.consistency == "strong":
        return
    if database is None or in_memory(database) or reads.mid < READS_PER_WRITE * max(writes.mid, 1e-9):
        return
    quick = needs.latency_p99_ms is not None and needs.latency_p99_ms.mid <= QUICK_MS
    if reads.mid < CACHED_READS and not quick:
        return
    ranking = rank(_cached_needs(needs), case.context, case.snapshot)
    able = tuple(one for one in ranking.ranked if in_memory(case.snapshot.databases[one.database]))
    home = _home(case, able)
    missed = _times(reads, 1 - HIT_RATIO)
    yield Split(
        purpose="cache",
        why=f"{reads.mid / max(writes.mid, 1e-9):,.0f} reads for each write: of {reads.mid:,.0f} reads/s about "
        f"{missed.mid:,.0f} would reach the source",
        moves=(),
        source=case.data_set,
        copy=None,
        cache=_cache_of(needs),
        in_step=IN_STEP["cache"],
        assumptions=(
            f"hit ratio {HIT_RATIO:g}; the slowest of 100 reads still waits for the source",
            f"memory for {HOT_SHARE:.0%} of the data",
        ),
        before=case.before,
        after=rank(needs.model_copy(update={"reads_per_second": missed}), case.context, case.snapshot, case.path),
        system=home.database if home else "",
        store=_store(case.plan, home),
        copy_score=home.score if home else None,
    )


def _cached_needs(needs: Needs) -> Needs:
    size = _times(needs.size_gib, HOT_SHARE) if needs.size_gib else None
    return Needs(
        queries=("point-lookup", "ttl-expiry"),
        consistency="eventual",
        reads_per_second=needs.reads_per_second,
        latency_p99_ms=needs.latency_p99_ms,
        item_bytes=needs.item_bytes,
        size_gib=size,
        hosting=needs.hosting,
    )


def _cache_of(needs: Needs) -> Cache:
    """Without a store yet: `with_split` puts it where the proposal says."""
    return Cache(
        layer="distributed",
        strategy="cache-aside",
        invalidation="on-write",
        ttl_seconds=TTL_SECONDS,
        memory_gib=_times(needs.size_gib, HOT_SHARE) if needs.size_gib else None,
    )


def with_split(plan: Plan, path: str, split: Split, snapshot: Snapshot) -> Plan:
    """The plan with the purpose taken out: the copy or cache in its store, which is added where the plan has none."""
    store = split.store
    if not store:
        if not split.system:
            raise ValueError("No system can hold the copy.")
        tier = (split.copy.tier if split.copy else None) or plan.tier_of(path)
        store, made = proposed_store(plan, snapshot.databases[split.system], snapshot, tier=tier)
        plan = edits.with_store(plan, store, made)
    if split.cache is not None:
        return edits.with_cache(plan, path, split.cache.model_copy(update={"store": store}))
    if split.copy is None:
        return plan
    service, _, slug = path.partition("/")
    taken = plan.services[service].data
    copy = edits.unique_slug(f"{slug}-{split.purpose}", taken)
    plan = edits.with_data_set(plan, path, split.source)
    return edits.with_data_set(plan, f"{service}/{copy}", split.copy.model_copy(update={"store": store}))
