"""Which backups meet a store's target for the least money, and what more money would buy.

A few dozen schedules are put into the plan one by one, and recovery and cost are worked out as for any plan: nothing is estimated
in another way here. Kept are those that no other beats in cost, loss and time back at once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.facts import PriceBook, Snapshot
from planner.engine import edits
from planner.engine.backups import BASE_KINDS
from planner.engine.costs import size_and_price
from planner.engine.document import BackupCopy, BackupPolicy, Plan, Store, duration_seconds
from planner.engine.fixes_copies import region_beside
from planner.engine.recovery import recover
from planner.engine.results import DataSetRecovery
from planner.engine.retention import kept_seconds
from planner.engine.words import duration_words

# Failures after which backups decide: replicas repeat the error, or stand in the region that is gone.
FAILURES = ("operator", "corruption", "region")
SELF_HOSTED = "self-hosted"
DAY_SECONDS = 86_400
BASE_KEEP, LOG_KEEP = "5w", "14d"
LOGS = ("", "15m", "5m", "1m")
BASES: tuple[tuple[tuple[str, str], ...], ...] = (
    (("full", "7d"),),
    (("full", "1d"),),
    (("full", "7d"), ("incremental", "1d")),
    (("full", "7d"), ("incremental", "6h")),
    (("full", "7d"), ("incremental", "1h")),
    (("snapshot", "1d"),),
    (("snapshot", "6h"),),
    (("snapshot", "1h"),),
)


@dataclass(frozen=True)
class Proposal:
    """A schedule with what comes of it. Seconds None: no bound, or unknown. `usd` a month: the store with its backups."""

    policies: tuple[BackupPolicy, ...]
    usd: float | None
    loss_seconds: float | None
    back_seconds: float | None
    by_failure: tuple[tuple[str, float | None, float | None], ...]
    meets: bool
    is_now: bool = False

    @property
    def key(self) -> str:
        """Names the schedule in an address: `full-7d_incremental-1d_log-5m_away`."""
        words = [f"{one.kind}-{one.every}" for one in self.policies]
        away = any(copy.immutable for one in self.policies for copy in one.copies)
        return "_".join([*words, "away"] if away else words)


@dataclass(frozen=True)
class Proposals:
    """`frontier`: schedules that no other beats, cheapest first. `chosen`: the cheapest that meets both targets."""

    target_loss_seconds: float
    target_back_seconds: float
    now: Proposal
    frontier: tuple[Proposal, ...]
    chosen: Proposal | None
    tried: int

    @property
    def now_is_best(self) -> bool:
        """Today's schedule meets both targets, and none that does is cheaper."""
        priced = self.now.usd is not None
        return self.now.meets and priced and (self.chosen is None or (self.now.usd or 0) <= (self.chosen.usd or 0))

    def margin_seconds(self, one: Proposal) -> tuple[float, float] | None:
        """What is left of both targets; None where one is missed or unknown."""
        if not one.meets or one.loss_seconds is None or one.back_seconds is None:
            return None
        return self.target_loss_seconds - one.loss_seconds, self.target_back_seconds - one.back_seconds

    @property
    def nearest(self) -> Proposal:
        """Where nothing meets the target: what misses it by the smallest factor."""
        return min((*self.frontier, self.now), key=self._miss)

    def _miss(self, one: Proposal) -> float:
        pairs = ((one.loss_seconds, self.target_loss_seconds), (one.back_seconds, self.target_back_seconds))
        return max(math.inf if value is None else value / max(target, 1.0) for value, target in pairs)


def proposals(plan: Plan, slug: str, snapshot: Snapshot, prices: PriceBook) -> Proposals | None:
    """None where the store holds no data set: nothing has a target then."""
    if not any(ref.data_set.store == slug for ref in plan.data_sets()):
        return None
    now = _judged(plan, slug, plan.stores[slug].backups, snapshot, prices, is_now=True)
    found = [
        _judged(plan, slug, policies, snapshot, prices) for policies in schedules(plan, plan.stores[slug], snapshot)
    ]
    loss, back = _targets(plan, slug)
    meeting = [one for one in found if one.meets and one.usd is not None]
    chosen = min(meeting, key=lambda one: (one.usd or 0.0, one.back_seconds or 0.0), default=None)
    frontier = [one for one in found if not any(_beats(other, one) for other in found)]
    if chosen is not None and chosen not in frontier:
        frontier.append(chosen)
    return Proposals(loss, back, now, tuple(sorted(_distinct(frontier), key=_cost)), chosen, len(found))


def schedules(plan: Plan, store: Store, snapshot: Snapshot) -> Iterator[tuple[BackupPolicy, ...]]:
    """Bases with and without a log, each in the store's region, with and without a locked copy in another."""
    home = store.region or plan.region
    away = region_beside(plan, store)
    here = BackupCopy(medium="object-storage", region=home, encrypted=True)
    there = BackupCopy(medium="object-storage", region=away, offsite=True, immutable=True, encrypted=True)
    managed = (store.offering or SELF_HOSTED) != SELF_HOSTED
    base_keep, log_keep = _kept_days(store, BASE_KINDS, BASE_KEEP), _kept_days(store, ("log",), LOG_KEEP)
    logs = LOGS if archives_log(store, snapshot) else ("",)
    for copies in ((here,), (here, there)) if away else ((here,),):
        for base in BASES:
            policies = tuple(
                BackupPolicy(kind=kind, every=every, keep=base_keep, method=_method(kind, managed), copies=copies)
                for kind, every in base
            )
            for every in logs:
                log = BackupPolicy(
                    kind="log", every=every or "5m", keep=log_keep, method="continuous-archive", copies=copies
                )
                yield (*policies, log) if every else policies


def _kept_days(store: Store, kinds: tuple[str, ...], usual: str) -> str:
    """As long as the store's own backups of these kinds are kept today, in whole days; else the usual time."""
    found = [kept_seconds(one) for one in store.backups if one.kind in kinds]
    return f"{min(math.ceil(max(found) / DAY_SECONDS), 999_999)}d" if found else usual


def _method(kind: str, managed: bool) -> str:
    return "storage-snapshot" if kind == "snapshot" or managed else "physical"


def archives_log(store: Store, snapshot: Snapshot) -> bool:
    """Whether its system can be recovered to a moment: a log is proposed only then."""
    database = snapshot.databases.get(store.database)
    fact = database.fact("backup.point_in_time_recovery") if database else None
    return fact is not None and fact.value == "supported"


def _targets(plan: Plan, slug: str) -> tuple[float, float]:
    """The strictest of the data sets in the store, in seconds."""
    targets = [plan.target(plan.tier_of(ref.path)) for ref in plan.data_sets() if ref.data_set.store == slug]
    return min(one.rpo_minutes for one in targets) * 60, min(one.rto_minutes for one in targets) * 60


def _judged(
    plan: Plan,
    slug: str,
    policies: tuple[BackupPolicy, ...],
    snapshot: Snapshot,
    prices: PriceBook,
    *,
    is_now: bool = False,
) -> Proposal:
    """The plan with these backups: what they cost, lose and take."""
    store = plan.stores[slug].model_copy(update={"backups": policies})
    after = plan.model_copy(update={"stores": {**plan.stores, slug: store}})
    stores = size_and_price(after, snapshot, prices)
    recovery, _ = recover(after, snapshot, stores)
    rows = [recovery[ref.path] for ref in after.data_sets() if ref.data_set.store == slug and ref.path in recovery]
    by_failure = tuple(_worst(rows, failure) for failure in FAILURES)
    meets = all(
        one.meets_rpo is True and one.meets_rto is True
        for row in rows for one in row.failures if one.failure in FAILURES
    )  # fmt: skip
    monthly = stores[slug].monthly_usd if slug in stores else None
    return Proposal(
        policies,
        None if monthly is None else float(monthly),
        _most([loss for _, loss, _ in by_failure]),
        _most([back for _, _, back in by_failure]),
        by_failure,
        meets,
        is_now,
    )


def _worst(rows: list[DataSetRecovery], failure: str) -> tuple[str, float | None, float | None]:
    found = [one for row in rows for one in row.failures if one.failure == failure]
    return failure, _most([one.rpo_seconds for one in found]), _most([one.rto_seconds for one in found])


def _most(values: list[float | None]) -> float | None:
    """The largest; None (no bound) is larger than any."""
    known = [value for value in values if value is not None]
    return max(known, default=0.0) if len(known) == len(values) else None


def _cost(one: Proposal) -> float:
    return math.inf if one.usd is None else one.usd


def _figures(one: Proposal) -> tuple[float, float, float]:
    usd, loss, back = (
        math.inf if value is None else round(value, 2) for value in (one.usd, one.loss_seconds, one.back_seconds)
    )
    return usd, loss, back


def _beats(other: Proposal, one: Proposal) -> bool:
    pairs = list(zip(_figures(other), _figures(one), strict=True))
    return all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)


def _distinct(found: list[Proposal]) -> list[Proposal]:
    """One of several that come out the same: the one with the fewest policies."""
    best: dict[tuple[float, float, float], Proposal] = {}
    for one in sorted(found, key=lambda one: (not one.meets, len(one.policies))):
        best.setdefault(_figures(one), one)
    return list(best.values())


def words_of(policies: tuple[BackupPolicy, ...]) -> str:
    """`full every 7 days, incremental every day, log every 5 min; copy locked in eu-west-1`."""
    if not policies:
        return "no backups"
    kinds = ", ".join(f"{one.kind} every {duration_words(duration_seconds(one.every))}" for one in policies)
    locked = sorted({copy.region or copy.medium for one in policies for copy in one.copies if copy.immutable})
    return f"{kinds}; {f'locked copy in {locked[0]}' if locked else 'no copy elsewhere'}"


def applied(plan: Plan, slug: str, proposal: Proposal) -> Plan:
    """The plan with this schedule instead of what the store has."""
    return edits.with_store(plan, slug, plan.stores[slug].model_copy(update={"backups": proposal.policies}))
