"""The table "Where it could live": ranked databases with their criteria, cost and the reasons of those ruled out."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.facts import Snapshot
from planner.engine.document import Plan
from planner.engine.placement import NEW
from planner.engine.results import Candidate, Contribution, Evaluation, Ranking, Refused, StoreResult
from planner.views.panel import name_of

SHOWN = 8


@dataclass(frozen=True)
class Row:
    candidate: Candidate
    name: str
    to: str
    store: str  # slug of the store in the plan; "" = would be new
    is_now: bool
    parts: tuple[Contribution, ...]
    cost: StoreResult | None


@dataclass(frozen=True)
class Share:
    name: str
    share: float  # 0..1


@dataclass(frozen=True)
class RankingTable:
    ranking: Ranking
    criteria: tuple[tuple[str, str], ...]  # criterion, label
    rows: tuple[Row, ...]
    more: tuple[Row, ...]
    leader: str
    why: tuple[Contribution, ...]
    shares: tuple[Share, ...]
    refused: tuple[tuple[str, Refused], ...]  # name, reasons


def ranking_table(plan: Plan, evaluation: Evaluation, snapshot: Snapshot, path: str) -> RankingTable | None:
    ranking = evaluation.rankings.get(path)
    if ranking is None:
        return None
    now = plan.data_set(path).store
    rows = tuple(_row(one, plan, evaluation, snapshot, now) for one in ranking.ranked)
    leader = ranking.ranked[0] if ranking.ranked else None
    shares = sorted(ranking.first_share.items(), key=lambda item: -item[1])
    return RankingTable(
        ranking=ranking,
        criteria=tuple((part.criterion, part.label) for part in leader.contributions) if leader else (),
        rows=rows[:SHOWN],
        more=rows[SHOWN:],
        leader=name_of(leader.database, snapshot) if leader else "",
        why=tuple(sorted(leader.contributions, key=lambda part: -part.points)) if leader else (),
        shares=tuple(Share(name_of(slug, snapshot), share) for slug, share in shares if share >= 0.005),
        refused=tuple((name_of(one.database, snapshot), one) for one in ranking.refused),
    )


def _row(one: Candidate, plan: Plan, evaluation: Evaluation, snapshot: Snapshot, now: str | None) -> Row:
    is_now = bool(now and now in plan.stores and plan.stores[now].database == one.database)
    store = now if is_now and now else (one.in_plan[0] if one.in_plan else "")
    return Row(
        candidate=one,
        name=name_of(one.database, snapshot),
        to=store or f"{NEW}{one.database}",
        store=store,
        is_now=is_now,
        parts=one.contributions,
        cost=evaluation.stores.get(store) if store else None,
    )
