"""What would change the winner: one weight, or one need. Closed form for weights, bisection for needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from catalog.facts import Snapshot
from planner.engine.context import RankContext
from planner.engine.document import Needs
from planner.engine.quantity import Quantity
from planner.engine.ranking import rank
from planner.engine.results import Candidate, Ranking

RIVALS = 20
FARTHEST_FACTOR = 1024.0
BISECTIONS = 8
ALONE = 0.99  # a criterion that would have to stand alone changes nothing that anyone would weigh
# A need grows harder upwards, but latency downwards.
HARDER = {"writes_per_second": True, "size_gib": True, "latency_p99_ms": False}


@dataclass(frozen=True, slots=True)
class Flip:
    """`kind` is criterion or need; `at` = the weight, or the value in the need's unit; `to` then comes first."""

    kind: str
    name: str
    at: float
    to: str


def weight_flips(ranking: Ranking) -> tuple[Flip, ...]:
    """Per criterion the smallest change of its weight, the others scaled to sum to 1, that changes the winner.

    With d = value of the first - value of a rival, and R = the weighted mean of the other d, the two are equal at
    weight R / (R - d). Nearest first.
    """
    if len(ranking.ranked) < 2:
        return ()
    first, rivals = ranking.ranked[0], ranking.ranked[1:RIVALS]
    found = []
    weights = {part.criterion: part.weight for part in first.contributions}
    for criterion, weight in weights.items():
        equal = ((_equal_at(criterion, weights, first, rival), rival.database) for rival in rivals)
        ats = [(at, database) for at, database in equal if at is not None]
        if ats:
            at, to = min(ats, key=lambda one: (abs(one[0] - weight), one[1]))
            found.append(Flip("criterion", criterion, at, to))
    return tuple(sorted(found, key=lambda flip: abs(flip.at - weights[flip.name])))


def _equal_at(criterion: str, weights: Mapping[str, float], first: Candidate, rival: Candidate) -> float | None:
    """The weight of `criterion` at which both score the same, or None if there is none in 0..1."""
    mine = {part.criterion: part.value for part in first.contributions}
    theirs = {part.criterion: part.value for part in rival.contributions}
    gap = mine[criterion] - theirs[criterion]
    others = [weight * (mine[name] - theirs[name]) for name, weight in weights.items() if name != criterion]
    if weights[criterion] == 1:  # nothing else counts
        return None
    rest = sum(others) / (1 - weights[criterion])
    if abs(rest - gap) < 1e-12 or (abs(rest) < 1e-12 and abs(gap) < 1e-12):
        return None
    at = rest / (rest - gap)
    return at if 0 <= at < ALONE else None


def need_flips(needs: Needs, context: RankContext, snapshot: Snapshot) -> tuple[Flip, ...]:
    """Per number the smallest harder value, to half a percent, and a second region, if another system is then first."""
    leader = _leader(needs, context, snapshot)
    if not leader:
        return ()
    found = [_number_flip(needs, name, leader, context, snapshot) for name in HARDER if getattr(needs, name)]
    if (needs.regions or 1) == 1:
        two = _leader(needs.model_copy(update={"regions": 2}), context, snapshot)
        found.append(Flip("need", "regions", 2, two) if two not in ("", leader) else None)
    return tuple(flip for flip in found if flip)


def _number_flip(needs: Needs, name: str, leader: str, context: RankContext, snapshot: Snapshot) -> Flip | None:
    start: Quantity = getattr(needs, name)
    if start.mid <= 0:
        return None

    def first_at(factor: float) -> str:
        factor = factor if HARDER[name] else 1 / factor
        harder = Quantity(start.low * factor, start.mid * factor, start.high * factor)
        return _leader(needs.model_copy(update={name: harder}), context, snapshot)

    factor = smallest_factor(lambda one: first_at(one) not in ("", leader))
    if factor is None:
        return None
    return Flip("need", name, start.mid * factor if HARDER[name] else start.mid / factor, first_at(factor))


def smallest_factor(changes: Callable[[float], bool]) -> float | None:
    """The smallest factor at which it changes: doubling until it does, then halving the step between on a log axis."""
    low, high = 1.0, 2.0
    while not changes(high):
        low, high = high, high * 2
        if high > FARTHEST_FACTOR:
            return None
    for _ in range(BISECTIONS):
        middle = (low * high) ** 0.5
        low, high = (low, middle) if changes(middle) else (middle, high)
    return high


def _leader(needs: Needs, context: RankContext, snapshot: Snapshot) -> str:
    ranked = rank(needs, context, snapshot).ranked
    return ranked[0].database if ranked else ""


def flips(needs: Needs, context: RankContext, snapshot: Snapshot) -> tuple[Flip, ...]:
    """What would change the winner: first needs, as people know those, then weights, nearest first."""
    return (*need_flips(needs, context, snapshot), *weight_flips(rank(needs, context, snapshot)))
