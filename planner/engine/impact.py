"""What another catalog or other prices would change in a plan: order of ranking, findings, monthly cost.

Both sides are worked out by the same functions as an evaluation. A system is scored by its own facts and the plan alone, so
only the systems that differ are ranked twice, and only stores that they touch are priced and recovered twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from catalog.facts import Database, PriceBook, Snapshot
from planner.engine import costs, ranking
from planner.engine.advice import review
from planner.engine.costs import plan_cost, size_and_price
from planner.engine.document import Plan, Store
from planner.engine.evaluate import context_of
from planner.engine.ranking import rank, with_systems_of
from planner.engine.recovery import recover
from planner.engine.results import DataSetRecovery, Finding, Interval, Ranking, StoreResult
from planner.engine.rules.rule import Look

CENT = 0.005
MOST_MOVES = 6
WORST_FIRST = ("leader", "refusal", "order", "finding", "score", "cost")


@dataclass(frozen=True, slots=True)
class World:
    """What plans are judged by."""

    snapshot: Snapshot
    prices: PriceBook


@dataclass(frozen=True, slots=True)
class Move:
    """One system for one data set, before and after. Rank and score are None where it is refused or unknown."""

    database: str
    rank_before: int | None
    rank_after: int | None
    score_before: float | None
    score_after: float | None


@dataclass(frozen=True, slots=True)
class RankingImpact:
    """`database` is that of the store which holds the data set, "" if none; `more` counts moves left out."""

    data_set: str
    database: str
    first_before: str
    first_after: str
    moves: tuple[Move, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class FindingImpact:
    rule: str
    severity: str
    title: str
    at: str
    appears: bool


@dataclass(frozen=True, slots=True)
class CostImpact:
    """Likely (p50) cost in USD per month; None = unknown. `at_least`: a line has no price."""

    before: float | None
    after: float | None
    at_least_before: bool
    at_least_after: bool


@dataclass(frozen=True, slots=True)
class PlanImpact:
    rankings: tuple[RankingImpact, ...]
    findings: tuple[FindingImpact, ...]
    cost: CostImpact | None

    @property
    def kinds(self) -> tuple[str, ...]:
        """What changes, worst first: leader, refusal, order, finding, score, cost."""
        moves = [move for one in self.rankings for move in one.moves]
        found = {
            "leader": any(one.first_before != one.first_after for one in self.rankings),
            "refusal": any((one.rank_before is None) != (one.rank_after is None) for one in moves),
            "order": any(one.rank_before != one.rank_after for one in moves),
            "finding": bool(self.findings),
            "score": bool(moves),
            "cost": self.cost is not None,
        }
        return tuple(kind for kind in WORST_FIRST if found[kind])


@dataclass(frozen=True)
class _Change:
    """The systems and offerings that differ between two worlds; `before` and `after` hold only these systems."""

    systems: frozenset[str]
    offerings: frozenset[str]
    prices: bool
    before: Snapshot
    after: Snapshot

    def touches(self, store: Store) -> bool:
        return self.prices or store.database in self.systems or (store.offering or "") in self.offerings


@dataclass(frozen=True)
class _Side:
    stores: Mapping[str, StoreResult]
    recovery: Mapping[str, DataSetRecovery]
    findings: tuple[Finding, ...]
    monthly: Interval | None
    at_least: bool


def impact(plan: Plan, before: World, after: World, today: dt.date) -> PlanImpact | None:
    """What `after` changes for this plan; None if nothing that a page shows would change."""
    change = _change(before, after)
    touched = any(change.touches(store) for store in plan.stores.values())
    narrow = (
        _ranked(plan, change.before, before.prices, today),
        _ranked(plan, change.after, after.prices, today),
    )
    moved = {path for path, one in narrow[0].items() if _verdicts(one) != _verdicts(narrow[1][path])}
    if not moved and not touched:
        return None
    old = _ranked(plan, before.snapshot, before.prices, today)
    new = {
        path: with_systems_of(narrow[1][path], one, change.systems) if path in moved else one
        for path, one in old.items()
    }
    first = _side(plan, before, old, today)
    second = _side(plan, after, new, today, None if touched else first)
    rankings = tuple(
        one for path in old if path in moved and (one := _ranking(plan, old[path], new[path], change.systems))
    )
    found = PlanImpact(rankings, _findings(first.findings, second.findings), _cost(first, second))
    return found if found.kinds else None


def forget() -> None:
    """Free what was kept of plans that do not come again: a thousand take half a gigabyte."""
    ranking.forget()
    costs.forget()


@lru_cache(maxsize=4)
def _change(before: World, after: World) -> _Change:
    systems = _differing(before.snapshot.databases, after.snapshot.databases)
    if before.prices != after.prices or before.snapshot.offerings != after.snapshot.offerings:
        systems = frozenset({*before.snapshot.databases, *after.snapshot.databases})  # each may cost something else
    return _Change(
        systems,
        _differing(before.snapshot.offerings, after.snapshot.offerings),
        before.prices != after.prices,
        _only(before.snapshot, systems),
        _only(after.snapshot, systems),
    )


def _differing(old: Mapping[str, object], new: Mapping[str, object]) -> frozenset[str]:
    return frozenset(slug for slug in {*old, *new} if old.get(slug) != new.get(slug))


def _only(snapshot: Snapshot, systems: frozenset[str]) -> Snapshot:
    kept: dict[str, Database] = {slug: snapshot.databases[slug] for slug in systems if slug in snapshot.databases}
    sold = {slug: one for slug, one in snapshot.offerings.items() if one.database in kept}
    return Snapshot(f"{snapshot.id} only {' '.join(sorted(kept))}", kept, sold)


def _ranked(plan: Plan, snapshot: Snapshot, prices: PriceBook, today: dt.date) -> dict[str, Ranking]:
    context = context_of(plan, prices, today)
    return {ref.path: rank(ref.data_set.needs, context, snapshot, ref.path) for ref in plan.data_sets()}


def _verdicts(ranking: Ranking) -> tuple[object, ...]:
    """All that can change an order or a finding, without the words."""
    scored = tuple((one.database, one.score, tuple(w.constraint for w in one.warnings)) for one in ranking.ranked)
    return scored, tuple(one.database for one in ranking.refused)


def _side(
    plan: Plan, world: World, rankings: Mapping[str, Ranking], today: dt.date, other: _Side | None = None
) -> _Side:
    """One side of the comparison. With `other`, stores and recovery are taken from it: nothing touches them."""
    stores = other.stores if other else size_and_price(plan, world.snapshot, world.prices)
    recovery = other.recovery if other else recover(plan, world.snapshot, stores)[0]
    findings, _ = review(Look(plan, world.snapshot, stores, recovery, rankings, today))
    if other:
        return _Side(stores, recovery, findings, other.monthly, other.at_least)
    cost = plan_cost(plan, world.snapshot, world.prices)
    return _Side(stores, recovery, findings, cost.monthly_usd, cost.at_least)


def _ranking(plan: Plan, old: Ranking, new: Ranking, systems: frozenset[str]) -> RankingImpact | None:
    """Systems count whose rank, refusal or whole points change by themselves, not those that only make room."""
    first_before, first_after = (one.ranked[0].database if one.ranked else "" for one in (old, new))
    slug = plan.data_set(old.data_set).store or ""
    database = plan.stores[slug].database if slug in plan.stores else ""
    moves = [found for system in sorted(systems) if (found := _move(system, old, new))]
    if not moves and first_before == first_after:
        return None
    telling = (database, first_before, first_after)
    moves.sort(key=lambda one: (one.database not in telling, min(one.rank_before or 999, one.rank_after or 999)))
    kept = tuple(moves[:MOST_MOVES])
    return RankingImpact(old.data_set, database, first_before, first_after, kept, len(moves) - len(kept))


def _move(system: str, old: Ranking, new: Ranking) -> Move | None:
    was, now = old.candidate(system), new.candidate(system)
    move = Move(
        system,
        was.rank if was else None,
        now.rank if now else None,
        was.score if was else None,
        now.score if now else None,
    )
    same_points = was is None or now is None or round(was.score) == round(now.score)
    return None if move.rank_before == move.rank_after and same_points else move


def _findings(old: tuple[Finding, ...], new: tuple[Finding, ...]) -> tuple[FindingImpact, ...]:
    """Open findings that come or go; one whose words alone change stays."""
    was, now = ({(one.rule, one.at, one.severity): one for one in side if not one.waived_until} for side in (old, new))
    rows = [(one, True) for key, one in now.items() if key not in was]
    rows += [(one, False) for key, one in was.items() if key not in now]
    return tuple(FindingImpact(one.rule, one.severity, one.title, one.at, appears) for one, appears in rows)


def _cost(old: _Side, new: _Side) -> CostImpact | None:
    before, after = (side.monthly.p50 if side.monthly else None for side in (old, new))
    same = before is after if before is None or after is None else abs(after - before) < CENT
    if same and old.at_least == new.at_least:
        return None
    return CostImpact(before, after, old.at_least, new.at_least)
