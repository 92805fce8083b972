"""What would make a system win, and which single need to relax where every system is refused.

Each change is tried by ranking again; weights are solved. Deterministic, and of the smallest change first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import log2
from typing import get_args

from planner.engine.context import RankContext
from planner.engine.document import Needs
from planner.engine.quantity import Quantity
from planner.engine.ranking import rank
from planner.engine.results import Candidate, Ranking
from planner.engine.sections import Query
from planner.engine.stability import smallest_factor, weight_flips

WORDS: dict[str, tuple[str | None, ...]] = {  # from the weakest need to the strictest
    "consistency": (None, "eventual", "read-your-writes", "strong"),
    "transactions": (None, "none", "single-record", "single-partition", "multi-record", "distributed"),
}
HOSTING = ("either", "managed", "self-hosted")
NUMBERS = ("writes_per_second", "reads_per_second", "size_gib", "latency_p99_ms", "item_bytes")
WEIGHT_DISTANCE = 4  # a quarter more of the whole weight counts as one step of a need
WEIGHT_STEP = 0.002  # beyond the turning point, so that it is passed
MOST_WEIGHT = 0.95
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Way:
    """One change and what it does. `kind` is need, weight, team or plan; `distance` orders ways of one kind."""

    kind: str
    name: str  # field of the needs, criterion, or database
    now: object
    to: object
    rank: int  # of the system after the change; 1 = it wins
    leader: str  # who is first then
    distance: float


def ways_to_win(ranking: Ranking, slug: str) -> tuple[Way, ...]:
    """Single changes after which `slug` is first, the smallest first; where none is, those that bring it furthest up."""
    if ranking.ranked and ranking.ranked[0].database == slug:
        return ()
    found = [*_by_setting(ranking, slug), *_by_words(ranking, slug), *_by_weights(ranking, slug)]
    if ranking.candidate(slug) is not None:  # numbers alone take no refusal of kind away
        found += _by_numbers(ranking, slug)
    before = ranking.candidate(slug)
    better = [one for one in found if before is None or one.rank < before.rank]
    winning = [one for one in better if one.rank == 1]
    return tuple(
        sorted(winning or better, key=lambda one: (one.rank, one.distance, one.kind, one.name, str(one.to)))[:SHOWN]
    )


def turning_points(ranking: Ranking) -> tuple[Way, ...]:
    """Single changes of needs and weights after which another system is first, the smallest first; one for each need."""
    if not ranking.ranked:
        return ()
    leader = ranking.ranked[0].database
    found = [*_turns_by_words(ranking, leader), *_turns_by_numbers(ranking, leader)]
    for flip in weight_flips(ranking):
        now = next(part.weight for part in ranking.ranked[0].contributions if part.criterion == flip.name)
        found.append(Way("weight", flip.name, now, flip.at, 1, flip.to, WEIGHT_DISTANCE * abs(flip.at - now)))
    found.sort(key=lambda one: (one.distance, one.kind, one.name, str(one.to)))
    nearest_of: dict[tuple[str, str], Way] = {}
    for one in found:
        nearest_of.setdefault((one.kind, one.name), one)
    return tuple(nearest_of.values())[:SHOWN]


def _turns_by_words(ranking: Ranking, leader: str) -> Iterator[Way]:
    for name, to, needs in (*_relaxed(ranking.needs), *_stricter(ranking.needs)):
        if name in NUMBERS:
            continue
        after = _again(ranking, needs)
        if after.ranked and after.ranked[0].database != leader:
            now = _now(ranking.needs, name)
            yield Way("need", name, now, to, 1, after.ranked[0].database, _steps(name, now, to))


def _turns_by_numbers(ranking: Ranking, leader: str) -> Iterator[Way]:
    for name in NUMBERS:
        start: Quantity | None = getattr(ranking.needs, name)
        if start is None or start.mid <= 0:
            continue
        up = name != "latency_p99_ms"  # the direction in which the need grows harder

        def first_at(factor: float, name: str = name, start: Quantity = start, up: bool = up) -> str:
            ranked = _scaled(ranking, name, start, factor, up=up).ranked
            return ranked[0].database if ranked else ""

        factor = smallest_factor(lambda one, at=first_at: at(one) not in ("", leader))  # type: ignore[misc]
        if factor is not None:
            to = start.mid * factor if up else start.mid / factor
            yield Way("need", name, start.mid, to, 1, first_at(factor), abs(log2(factor)))


def _scaled(ranking: Ranking, name: str, start: Quantity, factor: float, *, up: bool) -> Ranking:
    times = factor if up else 1 / factor
    there = Quantity(start.low * times, start.mid * times, start.high * times)
    return _again(ranking, ranking.needs.model_copy(update={name: there}))


def contradictory(ranking: Ranking) -> bool:
    """Whether no system does all of this without a doubt: each is refused, or has an unconfirmed fact against it."""
    return bool(ranking.refused or ranking.ranked) and all(one.warnings for one in ranking.ranked)


def ways_out(ranking: Ranking) -> tuple[Way, ...]:
    """For contradictory needs: single needs that can be relaxed, and who fits then; the smallest step first."""
    if not contradictory(ranking):
        return ()
    found: list[tuple[float, Way]] = []
    for name, to, needs in _relaxed(ranking.needs):
        after = _again(ranking, needs)
        first = next((one for one in after.ranked if not one.warnings), None)
        if first is not None:
            now = _now(ranking.needs, name)
            found.append((first.score, Way("need", name, now, to, 1, first.database, _steps(name, now, to))))
    found.sort(key=lambda one: (one[1].distance, -one[0], one[1].name, str(one[1].to)))
    return tuple(way for _, way in found[:SHOWN])


def nearest(ranking: Ranking) -> str:
    """The first in doubt, else of the refused the one with the fewest confirmed reasons against it; "" without any."""
    if ranking.ranked and contradictory(ranking):
        return ranking.ranked[0].database
    if not ranking.refused:
        return ""
    return min(ranking.refused, key=lambda one: (sum(reason.hard for reason in one.reasons), one.database)).database


def _steps(name: str, now: object, to: object) -> float:
    """How far a need in words is moved; everything else is one step, and a number that is left out two."""
    if name in WORDS:
        order: tuple[object, ...] = WORDS[name]
        return abs(order.index(now) - order.index(to))
    return 2.0 if name in NUMBERS else 1.0


def _now(needs: Needs, name: str) -> object:
    return getattr(needs, name)


def _again(ranking: Ranking, needs: Needs | None = None, context: RankContext | None = None) -> Ranking:
    return rank(needs or ranking.needs, context or ranking.context, ranking.snapshot)


def _way(kind: str, name: str, now: object, to: object, after: Ranking, slug: str, distance: float) -> Iterator[Way]:
    candidate = after.candidate(slug)
    if candidate is not None:
        yield Way(kind, name, now, to, candidate.rank, after.ranked[0].database, distance)


def _by_setting(ranking: Ranking, slug: str) -> Iterator[Way]:
    context = ranking.context
    if slug not in context.team_knows:
        known = replace(context, team_knows=(*context.team_knows, slug))
        yield from _way("team", slug, False, True, _again(ranking, context=known), slug, 0.5)
    if slug not in {database for _, database in context.in_plan}:
        there = replace(context, in_plan=(*context.in_plan, (slug, slug)))
        yield from _way("plan", slug, False, True, _again(ranking, context=there), slug, 0.6)
        if slug not in context.team_knows:
            both = replace(there, team_knows=(*context.team_knows, slug))
            yield from _way("team and plan", slug, False, True, _again(ranking, context=both), slug, 0.7)


def _by_words(ranking: Ranking, slug: str) -> Iterator[Way]:
    for name, to, needs in (*_relaxed(ranking.needs), *_stricter(ranking.needs)):
        now = _now(ranking.needs, name)
        yield from _way("need", name, now, to, _again(ranking, needs), slug, _steps(name, now, to))


def _relaxed(needs: Needs) -> Iterator[tuple[str, object, Needs]]:
    """Each single need weakened or left out: field, new value, the needs with it."""
    for name, order in WORDS.items():
        place = order.index(getattr(needs, name))
        for weaker in order[1:place] or order[:place]:
            yield name, weaker, needs.model_copy(update={name: weaker})
    for query in needs.queries:
        yield "queries", f"without {query}", needs.model_copy(update={"queries": _without(needs, query)})
    if needs.hosting not in (None, "either"):
        yield "hosting", "either", needs.model_copy(update={"hosting": "either"})
    if (needs.regions or 1) > 1:
        yield "regions", 1, needs.model_copy(update={"regions": 1})
    for name in NUMBERS:
        if getattr(needs, name) is not None:
            yield name, None, needs.model_copy(update={name: None})


def _without(needs: Needs, query: str) -> tuple[str, ...]:
    return tuple(one for one in needs.queries if one != query)


def _stricter(needs: Needs) -> Iterator[tuple[str, object, Needs]]:
    for name, order in WORDS.items():
        for stricter in order[order.index(getattr(needs, name)) + 1 :]:
            yield name, stricter, needs.model_copy(update={name: stricter})
    for query in get_args(Query):
        if query not in needs.queries:
            yield "queries", f"with {query}", needs.model_copy(update={"queries": (*needs.queries, query)})
    for hosting in HOSTING[1:]:
        if needs.hosting != hosting:
            yield "hosting", hosting, needs.model_copy(update={"hosting": hosting})
    if (needs.regions or 1) == 1:
        yield "regions", 2, needs.model_copy(update={"regions": 2})


def _by_numbers(ranking: Ranking, slug: str) -> Iterator[Way]:
    for name in NUMBERS:
        start: Quantity | None = getattr(ranking.needs, name)
        if start is None or start.mid <= 0:
            continue
        for up in (True, False):
            yield from _by_number(ranking, slug, name, start, up=up)


def _by_number(ranking: Ranking, slug: str, name: str, start: Quantity, *, up: bool) -> Iterator[Way]:
    def after(factor: float) -> Ranking:
        return _scaled(ranking, name, start, factor, up=up)

    def wins(factor: float) -> bool:
        ranked = after(factor).ranked
        return bool(ranked) and ranked[0].database == slug

    factor = smallest_factor(wins)
    if factor is not None:
        to = start.mid * factor if up else start.mid / factor
        yield from _way("need", name, start.mid, to, after(factor), slug, abs(log2(factor)))


def _by_weights(ranking: Ranking, slug: str) -> Iterator[Way]:
    """For each criterion the nearest weight at which no rival is ahead: every rival allows a half-line of weights."""
    mine = ranking.candidate(slug)
    if mine is None:
        return
    for part in mine.contributions:
        low, high = _interval(mine, ranking.ranked, part.criterion, part.weight)
        if low > high:
            continue
        at = min(max(part.weight, low), high)
        yield Way("weight", part.criterion, part.weight, at, 1, slug, WEIGHT_DISTANCE * abs(at - part.weight))


def _interval(mine: Candidate, ranked: tuple[Candidate, ...], criterion: str, weight: float) -> tuple[float, float]:
    """Weights of the criterion, the others scaled to fill up to 1, at which `mine` is ahead of all; empty if low > high."""
    low, high = 0.0, MOST_WEIGHT
    if weight >= 1:
        return 1.0, 0.0
    for rival in ranked:
        if rival is mine:
            continue
        gaps = {
            one.criterion: one.value - other.value
            for one, other in zip(mine.contributions, rival.contributions, strict=True)
        }
        rest = sum(one.weight * gaps[one.criterion] for one in mine.contributions if one.criterion != criterion) / (
            1 - weight
        )
        slope = gaps[criterion] - rest  # ahead where rest + at * slope > 0
        if abs(slope) < 1e-12:
            low, high = (low, high) if rest > 0 else (1.0, 0.0)
        elif slope > 0:
            low = max(low, -rest / slope + WEIGHT_STEP)
        else:
            high = min(high, -rest / slope - WEIGHT_STEP)
    return low, high
