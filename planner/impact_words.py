"""The impact in words, as a curator reads it. Of a plan that the reader may not open nothing is told but the effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from planner import figures
from planner.engine.document import Plan
from planner.engine.impact import CostImpact, FindingImpact, Move, PlanImpact, RankingImpact

PRIVATE = "Plan kept private"
MOST_LINES = 3
ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
TH = {1: "st", 2: "nd", 3: "rd"}
KINDS = {
    "leader": "another first place",
    "refusal": "a system ruled out or let in",
    "order": "another order",
    "finding": "other findings",
    "score": "other points",
    "cost": "another cost",
}


@dataclass(frozen=True, slots=True)
class Line:
    """`where` names parts of the plan and stays empty for a private one. `tone`: "", "warn" or "bad"."""

    what: str
    effect: str
    where: str = ""
    tone: str = ""


def lines_of(found: PlanImpact, names: Mapping[str, str], plan: Plan | None) -> list[Line]:
    """All changes of one plan, the telling ones first. Without `plan` the reader may not open it."""
    rankings = _together(
        (_move(move, one, names), plan.data_set(one.data_set).name if plan else "")
        for one in found.rankings
        for move in one.moves
    )
    findings = [_finding(one, told=plan is not None) for one in found.findings]
    cost = [_cost(found.cost, told=plan is not None)] if found.cost else []
    order = {"bad": 0, "warn": 1, "": 2}
    return list(dict.fromkeys(sorted((*rankings, *findings, *cost), key=lambda line: order[line.tone])))


def _together(rows: Iterable[tuple[Line, str]]) -> list[Line]:
    """One line for the data sets in which the same happens."""
    where: dict[Line, list[str]] = {}
    for line, name in rows:
        where.setdefault(line, []).append(name)
    return [replace(line, where=", ".join(filter(None, found))) for line, found in where.items()]


def _move(move: Move, ranking: RankingImpact, names: Mapping[str, str]) -> Line:
    name = names.get(move.database, move.database)
    used = move.database == ranking.database
    if move.score_after is None:
        leads = names.get(ranking.first_after, ranking.first_after) or "nothing"
        effect = f"now first: {leads}" if move.rank_before == 1 else f"was {ordinal(move.rank_before)}"
        return Line(f"{name} {_points(move.score_before)}, then ruled out", effect, tone=_tone(used, move))
    if move.score_before is None:
        return Line(
            f"{name} comes in with {_points(move.score_after)}",
            f"now {ordinal(move.rank_after)}",
            tone=_tone(used, move),
        )
    before, after = _points(move.score_before), _points(move.score_after)
    what = f"{name} {before} to {after}" if before != after else f"{name} {before} as before"
    effect = f"{'stays' if move.rank_before == move.rank_after else 'now'} {ordinal(move.rank_after)}"
    return Line(what, effect, tone=_tone(used, move))


def _tone(used: bool, move: Move) -> str:
    """Loud only where a store in use is ruled out, or a first place or the store's own place changes."""
    if used and move.rank_after is None:
        return "bad"
    moved = move.rank_before != move.rank_after
    return "warn" if moved and (used or 1 in (move.rank_before, move.rank_after)) else ""


def _finding(one: FindingImpact, *, told: bool) -> Line:
    what = f"{one.rule} finding {'appears' if one.appears else 'goes'}"
    tone = "" if not one.appears else "bad" if one.severity == "high" else "warn"
    return Line(what, f"{one.severity} finding", one.title if told else "", tone)


def _cost(cost: CostImpact, *, told: bool) -> Line:
    if cost.before is None or cost.after is None:
        effect = "becomes unknown" if cost.after is None else "becomes known"
        return Line("Monthly cost", effect, tone="warn")
    change = cost.after - cost.before
    if not told:
        return Line(
            "Monthly cost", "rises" if change > 0 else "falls" if change < 0 else "is priced more or less fully"
        )
    least = ("at least " if cost.at_least_before else "", "at least " if cost.at_least_after else "")
    what = f"Cost {least[0]}{figures.money(cost.before)} to {least[1]}{figures.money(cost.after)} a month"
    return Line(what, figures.money_change(change))


def _points(score: float | None) -> str:
    return "" if score is None else f"{score:.0f}"


def ordinal(rank: int | None) -> str:
    if rank is None:
        return "not ranked"
    if rank < len(ORDINALS):
        return ORDINALS[rank]
    return f"{rank}{'th' if rank % 100 in (11, 12, 13) else TH.get(rank % 10, 'th')}"


def counts_of(worst: Mapping[str, int]) -> str:
    """`1 gets another first place, 3 get other findings`, from the number of plans by their worst change."""
    parts = [
        f"{worst[kind]} get{'s' if worst[kind] == 1 else ''} {text}" for kind, text in KINDS.items() if worst.get(kind)
    ]
    return ", ".join(parts)
