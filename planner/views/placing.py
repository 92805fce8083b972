"""The proposal of "Place all" as a page shows it: rows with reasons, the frontier with its chart, the consequences."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.safestring import SafeString

from catalog.facts import Snapshot
from planner.charts import NARROW, WIDE
from planner.engine import edits
from planner.engine.document import Plan
from planner.engine.place_all import Left, Placed, Point, Proposal, place_all, tax_of
from planner.engine.place_reasons import Reason, reasons_of
from planner.engine.placement import emptied, placed_all, without_stores
from planner.engine.results import Evaluation, Ranking, Refusal
from planner.frontier_chart import TradeOff, frontier
from planner.views import changed
from planner.views.changed import Changed
from planner.views.panel import name_of


@dataclass(frozen=True)
class Choice:
    """What the person asked for. `systems` 0 = the proposed number."""

    tax: float
    keep: bool = False
    drop: bool = False
    systems: int = 0

    def query(self, systems: int) -> str:
        given = {"tax": f"{self.tax:g}", "keep": "on" * self.keep, "drop": "on" * self.drop, "systems": systems or ""}
        return urlencode({key: value for key, value in given.items() if value != ""})


@dataclass(frozen=True)
class Row:
    """One data set: where it is, where it would go, why."""

    placed: Placed
    name: str
    service: str
    now: str  # name of the present system
    system: str  # name of the proposed one; "" = none can hold it
    reasons: tuple[Reason, ...]

    @property
    def change(self) -> float | None:
        both = self.placed.score is not None and self.placed.score_now is not None
        return (self.placed.score or 0) - (self.placed.score_now or 0) if both else None


@dataclass(frozen=True)
class FrontierRow:
    point: Point
    systems: str  # names
    after_tax: float
    left: tuple[tuple[str, tuple[tuple[str, Refusal], ...]], ...]  # name of the data set; system and refusal
    proposed: bool
    shown: bool
    query: str


@dataclass(frozen=True)
class Placing:
    proposal: Proposal
    choice: Choice
    rows: tuple[Row, ...]
    frontier: tuple[FrontierRow, ...]
    wide: SafeString
    narrow: SafeString
    impossible: tuple[str, ...]  # names of data sets that every system refuses
    new_systems: tuple[str, ...]
    after: Plan
    left_empty: tuple[str, ...]  # stores that would hold nothing
    seen: str

    @property
    def cannot(self) -> tuple[FrontierRow, ...]:
        return tuple(one for one in self.frontier if one.left)

    @property
    def changes(self) -> bool:
        return bool(self.proposal.moves)


def propose(plan: Plan, evaluation: Evaluation, snapshot: Snapshot, choice: Choice) -> Placing:
    found = place_all(
        plan, evaluation.rankings, snapshot, tax_points=choice.tax, keep=choice.keep, size=choice.systems or None
    )
    moved = placed_all(plan, found.placed, snapshot)
    left_empty = emptied(plan, moved)
    systems = found.point.systems if found.point else ()
    return Placing(
        proposal=found,
        choice=choice,
        rows=tuple(_row(plan, one, evaluation.rankings[one.data_set], found.point, snapshot) for one in found.placed),
        frontier=tuple(_frontier_row(plan, found, one, choice, snapshot) for one in found.points),
        wide=_drawn(found, WIDE),
        narrow=_drawn(found, NARROW),
        impossible=tuple(plan.data_set(one.data_set).name for one in found.impossible),
        new_systems=tuple(name_of(one, snapshot) for one in systems if one not in found.systems_now),
        after=_after(plan, moved, choice, left_empty),
        left_empty=left_empty,
        seen=_digest(found),
    )


def _after(plan: Plan, moved: Plan, choice: Choice, left_empty: tuple[str, ...]) -> Plan:
    """The plan that would be saved; a tax that was changed is saved with it, so the next proposal agrees with this one."""
    after = without_stores(moved, left_empty) if choice.drop else moved
    if choice.tax == tax_of(plan):
        return after
    return edits.with_plan_fields(after, ranking=plan.ranking.model_copy(update={"system_tax_points": choice.tax}))


def consequences(before: Evaluation, after: Evaluation) -> tuple[Changed, ...]:
    old, new = before.totals, after.totals
    ways = (changed.cost, changed.stores, changed.targets, changed.high_findings, changed.findings)
    return (*(way(old, new) for way in ways), _worst(before, after))


def _worst(before: Evaluation, after: Evaluation) -> Changed:
    one, two = before.totals, after.totals
    return Changed(
        "Worst-case data loss", *(f"{each.worst_loss_text} ({each.worst_loss_where})" for each in (one, two))
    )


def _drawn(found: Proposal, width: float) -> SafeString:
    points = [_trade_off(found, one) for one in found.points]
    return frontier(points, chosen=found.point.size if found.point else 0, now=_as_it_is(found), width=width)


def _trade_off(found: Proposal, point: Point) -> TradeOff:
    return TradeOff(point.size, point.mean_points, point.net_points / len(found.placed), len(point.left))


def _as_it_is(found: Proposal) -> TradeOff | None:
    if not found.systems_now or not found.placed:
        return None
    number = len(found.systems_now)
    return TradeOff(
        number, found.mean_now_points, found.mean_now_points - found.tax_points * number / len(found.placed)
    )


def _row(plan: Plan, placed: Placed, ranking: Ranking, point: Point | None, snapshot: Snapshot) -> Row:
    service = plan.services[placed.data_set.split("/", 1)[0]]
    names = {slug: one.name for slug, one in snapshot.databases.items()}
    return Row(
        placed=placed,
        name=plan.data_set(placed.data_set).name,
        service=service.name,
        now=name_of(placed.now_system, snapshot) if placed.now_system else "",
        system=name_of(placed.system, snapshot) if placed.system else "",
        reasons=reasons_of(placed, ranking, point, names) if point else (),
    )


def _frontier_row(plan: Plan, found: Proposal, point: Point, choice: Choice, snapshot: Snapshot) -> FrontierRow:
    return FrontierRow(
        point=point,
        systems=", ".join(name_of(one, snapshot) for one in point.systems),
        after_tax=point.net_points / len(found.placed),
        left=tuple((plan.data_set(one.data_set).name, _named(one, snapshot)) for one in point.left),
        proposed=point.size == found.proposed_size,
        shown=found.point is not None and point.size == found.point.size,
        query=choice.query(point.size),
    )


def _named(left: Left, snapshot: Snapshot) -> tuple[tuple[str, Refusal], ...]:
    return tuple((name_of(slug, snapshot), refusal) for slug, refusal in left.refusals)


def _digest(found: Proposal) -> str:
    text = "\n".join(f"{one.data_set} {one.system} {one.store} {one.number}" for one in found.placed)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
