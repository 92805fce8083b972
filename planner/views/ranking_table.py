"""The table "Where it could live": ranked databases with their criteria, cost and the reasons of those ruled out."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.facts import Snapshot
from planner.engine.acceptability import first_shares
from planner.engine.document import Plan
from planner.engine.own_cost import monthly_usd, surface_of
from planner.engine.placement import NEW
from planner.engine.presets import says_nothing
from planner.engine.ranking import setting_of, tied_first
from planner.engine.results import Candidate, Contribution, Evaluation, Ranking, Refused, StoreResult
from planner.engine.upkeep import where_of
from planner.engine.wins import contradictory, nearest, turning_points, ways_out
from planner.ranking_words import condition
from planner.views.panel import name_of

SHOWN = 8
COLUMNS = 5


@dataclass(frozen=True)
class Row:
    candidate: Candidate
    name: str
    to: str
    store: str  # slug of the store in the plan; "" = would be new
    is_now: bool
    parts: tuple[Contribution, ...]
    cost: StoreResult | None
    estimate: float | None  # USD a month in a store of its own; None = no price is known


@dataclass(frozen=True)
class Share:
    name: str
    share: float  # 0..1


@dataclass(frozen=True)
class RankingTable:
    ranking: Ranking
    criteria: tuple[str, ...]  # labels of the columns
    rows: tuple[Row, ...]
    more: tuple[Row, ...]
    leader: str
    why: tuple[Contribution, ...]
    shares: tuple[Share, ...]
    refused: tuple[tuple[str, Refused], ...]  # name, reasons
    turning_points: (
        tuple[tuple[str, str], ...] | None
    )  # what would change, and who is first then; None = asked for later
    unasked: bool  # nothing was said of the data set: every order is a guess
    tied: tuple[str, ...]  # names of those within noise of the first; () if it is alone
    nearest: tuple[str, str]  # slug and name of the refused one with the fewest reasons against it
    contradictory: bool  # each is refused or in doubt
    ways_out: tuple[str, ...]  # then: single changes that let one in


def ranking_table(
    plan: Plan, evaluation: Evaluation, snapshot: Snapshot, path: str, *, turning: bool = True
) -> RankingTable | None:
    ranking = evaluation.rankings.get(path)
    if ranking is None:
        return None
    now = plan.data_set(path).store
    columns = telling_criteria(ranking.ranked[:SHOWN])
    estimates = _estimates(ranking)
    rows = tuple(
        _row(one, columns, plan, evaluation, snapshot, now, estimates.get(one.database)) for one in ranking.ranked
    )
    leader = ranking.ranked[0] if ranking.ranked else None
    shares = first_shares(ranking).items()
    return RankingTable(
        ranking=ranking,
        criteria=tuple(part.label for part in leader.contributions if part.criterion in columns) if leader else (),
        rows=rows[:SHOWN],
        more=rows[SHOWN:],
        leader=name_of(leader.database, snapshot) if leader else "",
        why=tuple(sorted(leader.contributions, key=lambda part: -part.points)) if leader else (),
        shares=tuple(Share(name_of(slug, snapshot), share) for slug, share in shares if share >= 0.005),
        refused=tuple((name_of(one.database, snapshot), one) for one in ranking.refused),
        turning_points=turning_words(ranking, snapshot) if turning else None,
        unasked=says_nothing(ranking.needs),
        tied=_tied(ranking, snapshot),
        nearest=(nearest(ranking), name_of(nearest(ranking), snapshot)),
        contradictory=contradictory(ranking),
        ways_out=tuple(f"{condition(one)}: {name_of(one.leader, snapshot)}" for one in ways_out(ranking)),
    )


def _tied(ranking: Ranking, snapshot: Snapshot) -> tuple[str, ...]:
    found = tied_first(ranking)
    return tuple(name_of(one, snapshot) for one in found) if len(found) > 1 else ()


def turning_words(ranking: Ranking, snapshot: Snapshot) -> tuple[tuple[str, str], ...]:
    """The nearest single changes after which another database is first, and its name."""
    return tuple((condition(one), name_of(one.leader, snapshot)) for one in turning_points(ranking))


def _estimates(ranking: Ranking) -> dict[str, float]:
    """USD a month of a store of its own, by database; {} where nothing is priced."""
    where = where_of(ranking.needs, setting_of(ranking.context))
    return monthly_usd(ranking.needs, surface_of(where, ranking.snapshot)) if where else {}


def telling_criteria(shown: tuple[Candidate, ...]) -> frozenset[str]:
    """The criteria that tell the shown databases apart most, counted in points. All parts stand in "Why" below."""
    points: dict[str, list[float]] = {}
    for one in shown:
        for part in one.contributions:
            points.setdefault(part.criterion, []).append(part.points)
    spread = sorted(
        points, key=lambda criterion: (min(points[criterion]) - max(points[criterion]), -max(points[criterion]))
    )
    return frozenset(spread[:COLUMNS])


def _row(
    one: Candidate,
    columns: frozenset[str],
    plan: Plan,
    evaluation: Evaluation,
    snapshot: Snapshot,
    now: str | None,
    estimate: float | None,
) -> Row:
    is_now = bool(now and now in plan.stores and plan.stores[now].database == one.database)
    store = now if is_now and now else (one.in_plan[0] if one.in_plan else "")
    return Row(
        candidate=one,
        name=name_of(one.database, snapshot),
        to=store or f"{NEW}{one.database}",
        store=store,
        is_now=is_now,
        parts=tuple(part for part in one.contributions if part.criterion in columns),
        cost=evaluation.stores.get(store) if store else None,
        estimate=estimate,
    )
