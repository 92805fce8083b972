"""Why a data set goes where a proposal puts it: the one fact or comparison that decides, with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.engine.place_all import Placed, Point
from planner.engine.ranking import TIE_POINTS
from planner.engine.results import Because, Candidate, Contribution, Ranking


@dataclass(frozen=True, slots=True)
class Reason:
    """`because` is None where the comparison of scores is the reason."""

    text: str
    because: Because | None = None


def reasons_of(placed: Placed, ranking: Ranking, point: Point, names: Mapping[str, str]) -> tuple[Reason, ...]:
    """The most telling first. `names` = the names of systems by slug."""
    if not placed.system:
        return _left(placed, point, names)
    if placed.kept:
        return _kept(placed, ranking)
    found: list[Reason] = []
    refused = ranking.refusal(placed.now_system) if placed.now_system else None
    if refused and refused.reasons:
        one = refused.reasons[0]
        found.append(Reason(f"ruled out where it is now: {one.text} ({one.need})", one.because))
    elif placed.system == placed.now_system:
        found.append(Reason("stays where it is: the best of these systems for it"))
    else:
        found.extend(_gain(placed, ranking, point, names))
    return (*found, *_price(placed, names), *_apart(placed), *_limits(placed, ranking))


def _left(placed: Placed, point: Point, names: Mapping[str, str]) -> tuple[Reason, ...]:
    refusals = next((one.refusals for one in point.left if one.data_set == placed.data_set), ())
    return tuple(Reason(f"{names.get(slug, slug)}: {one.text} ({one.need})", one.because) for slug, one in refusals)


def _kept(placed: Placed, ranking: Ranking) -> tuple[Reason, ...]:
    refused = ranking.refusal(placed.system)
    if refused and refused.reasons:
        one = refused.reasons[0]
        return (Reason(f"kept, although ruled out: {one.text} ({one.need})", one.because),)
    return (Reason("kept where it is"), *_limits(placed, ranking))


def _gain(placed: Placed, ranking: Ranking, point: Point, names: Mapping[str, str]) -> tuple[Reason, ...]:
    """What the new system does better than the present one, or than the next in the ranking."""
    mine = ranking.candidate(placed.system)
    rival = ranking.candidate(placed.now_system) or _next(ranking, placed.system)
    if mine is None or rival is None:
        return ()
    if placed.now_system and abs(mine.score - rival.score) <= TIE_POINTS:
        name = names.get(rival.database, rival.database)
        saved = "" if rival.database in point.systems else f", and {name} can go"
        return (Reason(f"a tie with {name}, {abs(mine.score - rival.score):.1f} points apart{saved}"),)
    if mine.score < rival.score:  # given up for fewer systems: the price says it
        return ()
    part = _telling(mine, rival)
    over = names.get(rival.database, rival.database)
    return (Reason(f"{part.label.lower()}, against {over}: {part.because.text}", part.because),)


def _next(ranking: Ranking, system: str) -> Candidate | None:
    return next((one for one in ranking.ranked if one.database != system), None)


def _telling(mine: Candidate, rival: Candidate) -> Contribution:
    theirs = {part.criterion: part.points for part in rival.contributions}
    return max(mine.contributions, key=lambda part: (part.points - theirs.get(part.criterion, 0.0), part.criterion))


def _price(placed: Placed, names: Mapping[str, str]) -> tuple[Reason, ...]:
    """What is given up for having fewer systems."""
    if placed.score is None or placed.first_score is None or placed.system == placed.first:
        return ()
    behind = placed.first_score - placed.score
    first = names.get(placed.first, placed.first)
    if behind <= TIE_POINTS:
        return (Reason(f"tied with {first}, which comes first in its ranking"),)
    return (Reason(f"{behind:.1f} points below {first}, which would be one more system"),)


def _apart(placed: Placed) -> tuple[Reason, ...]:
    if placed.apart is None:
        return ()
    one = placed.apart
    return (Reason(f"not beside the others: together {one.text} for one store ({one.need})", one.because),)


def _limits(placed: Placed, ranking: Ranking) -> tuple[Reason, ...]:
    candidate = ranking.candidate(placed.system)
    if candidate is None or not candidate.warnings:
        return ()
    one = candidate.warnings[0]
    return (Reason(f"with limits: {one.text} ({one.need})", one.because),)
