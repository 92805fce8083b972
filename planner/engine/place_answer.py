"""A proposal for the whole plan as plain values and as text: what the API and the command give."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.facts import PriceBook, Snapshot
from planner.engine.document import Plan
from planner.engine.evaluate import context_of
from planner.engine.place_all import Left, Placed, Point, Proposal
from planner.engine.place_reasons import Reason, reasons_of
from planner.engine.ranking import rank
from planner.engine.results import Ranking, Refusal


def rankings_of(plan: Plan, snapshot: Snapshot, prices: PriceBook, today: dt.date) -> dict[str, Ranking]:
    """The ranking of every data set, without the rest of an evaluation."""
    context = context_of(plan, prices, today)
    return {ref.path: rank(ref.data_set.needs, context, snapshot, ref.path) for ref in plan.data_sets()}


def proposal_dict(found: Proposal, rankings: Mapping[str, Ranking], names: Mapping[str, str]) -> dict[str, Any]:
    """The shape "placement" of the plan format. Scores are 0..1 as in "ranking", the tax is in points of 100."""
    return {
        "tax_points": found.tax_points,
        "now": {"databases": list(found.systems_now), "score": _score(found.mean_now_points)},
        "proposed": _point(found, found.point) if found.point else None,
        "placements": [_placement(one, rankings[one.data_set], found, names) for one in found.placed],
        "frontier": [_point(found, one) | {"cannot_hold": [_left(left) for left in one.left]} for one in found.points],
        "impossible": [_left(one) for one in found.impossible],
    }


def _score(points: float | None) -> float | None:
    return None if points is None else round(points / 100, 4)


def _point(found: Proposal, point: Point) -> dict[str, Any]:
    return {
        "databases": list(point.systems),
        "score": _score(point.mean_points),
        "score_after_tax": _score(point.net_points / len(found.placed)),
        "proved": point.proved,
        "score_at_most": _score(point.mean_points + point.bound_points),
    }


def _placement(placed: Placed, ranking: Ranking, found: Proposal, names: Mapping[str, str]) -> dict[str, Any]:
    now = {"store": placed.now_store, "database": placed.now_system, "score": _score(placed.score_now)}
    reasons = reasons_of(placed, ranking, found.point, names) if found.point else ()
    return {
        "data_set": placed.data_set,
        "database": placed.system or None,
        "store": placed.store or None,
        "new_store": placed.number or None,
        "score": _score(placed.score),
        "now": now if placed.now_store else None,
        "moves": placed.moves,
        "kept": placed.kept,
        "reasons": [_reason(one) for one in reasons],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    because = reason.because
    if because is None:
        return {"text": reason.text, "fact": None, "key": None, "source": None, "verified": None}
    fact = {"fact": because.text, "key": because.key, "source": because.source, "verified": because.verified}
    return {"text": reason.text, **fact}


def _left(left: Left) -> dict[str, Any]:
    return {"data_set": left.data_set, "refused": [_refusal(slug, one) for slug, one in left.refusals]}


def _refusal(database: str, refusal: Refusal) -> dict[str, Any]:
    return {
        "database": database,
        "constraint": refusal.constraint,
        "need": refusal.need,
        "text": refusal.text,
        "fact": refusal.because.text,
        "key": refusal.because.key,
        "source": refusal.because.source,
        "verified": refusal.because.verified,
    }


def proposal_text(found: Proposal, rankings: Mapping[str, Ranking], names: Mapping[str, str]) -> str:
    """The frontier, then a line for each data set with its first reason."""
    return "\n".join(_lines(found, rankings, names)) + "\n"


def _lines(found: Proposal, rankings: Mapping[str, Ranking], names: Mapping[str, str]) -> Iterator[str]:
    yield f"Tax of one more system: {found.tax_points:g} points"
    if found.systems_now:
        yield f"Now: {len(found.systems_now)} systems, mean score {found.mean_now_points:.1f} of 100"
    yield ""
    yield "Systems  score  after tax"
    for point in found.points:
        yield _point_line(found, point, names)
    yield ""
    for placed in found.placed:
        reasons = reasons_of(placed, rankings[placed.data_set], found.point, names) if found.point else ()
        where = (
            f"{names.get(placed.system, placed.system)} ({placed.store or f'new store {placed.number}'})"
            if placed.system
            else "no place"
        )
        score = "" if placed.score is None else f", {placed.score:.1f}"
        yield f"{'*' if placed.moves else ' '} {placed.data_set}: {where}{score}{f'; {reasons[0].text}' if reasons else ''}"
    for left in found.impossible:
        yield f"! {left.data_set}: every database of the catalog is ruled out"


def _point_line(found: Proposal, point: Point, names: Mapping[str, str]) -> str:
    marks = [f"cannot hold {len(point.left)}"] if point.left else []
    marks += [] if point.proved else [f"another set at most {point.bound_points:.2f} more"]
    marks += ["shown"] if found.point and point.size == found.point.size else []
    note = f" ({'; '.join(marks)})" if marks else ""
    systems = ", ".join(names.get(slug, slug) for slug in point.systems)
    return f"{point.size:>7}  {point.mean_points:>5.1f}  {point.net_points / len(found.placed):>9.1f}  {systems}{note}"
