"""Stores for all data sets together: the fewest systems that hold everything, and what each further system would gain.

For every number of systems k the best set is looked for: first the one that leaves the fewest data sets without a place,
then the one with the highest mean score, where each data set goes to the system of the set that scores best for it. A
system that is refused for a data set never takes it. Proposed is the set that places all that can be placed with the
highest sum of scores - tax * systems; equal ones: fewer systems, then systems that the plan or the team has, then by name.

Guaranteed: `Point.proved` says that no other set of so many systems is better, over the whole catalog and not only over
favourites. Where the search was cut off (see planner.engine.fewest), `bound_points` says how much better another could be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from catalog.facts import Snapshot
from planner.engine.document import DataSetRef, Plan
from planner.engine.fewest import Best, Whole, best_sets
from planner.engine.place_load import Home, homes
from planner.engine.results import Ranking, Refusal

DEFAULT_TAX_POINTS = (
    3.0  # what one more system costs, in points of one data set's score: an assumption, set in the plan
)
MOST_SYSTEMS = 12  # more kinds of stores are never proposed; those that are kept or forced may be more
NOWHERE = Home("")
UNITS = 10_000  # scores are compared as whole ten-thousandths of a point


@dataclass(frozen=True, slots=True)
class Left:
    """A data set that this set of systems cannot hold, and why: the first refusal of each system."""

    data_set: str
    refusals: tuple[tuple[str, Refusal], ...]


@dataclass(frozen=True, slots=True)
class Point:
    """The best set of its size. `mean_points` 0..100 counts a data set without a place as 0."""

    systems: tuple[str, ...]
    places: Mapping[str, str]  # system by data set
    left: tuple[Left, ...]
    mean_points: float
    net_points: float  # sum of scores - tax * systems
    proved: bool
    bound_points: float  # no other set of this size has a higher mean than mean_points + this; 0 where proved

    @property
    def size(self) -> int:
        return len(self.systems)


@dataclass(frozen=True, slots=True)
class Placed:
    """One data set of the proposal. `store` is a store of the plan; empty = the new store `number` of its system. Scores
    are None where refused. `apart` = why it is not in the store of this system that comes first.
    """

    data_set: str
    system: str
    store: str
    number: int
    apart: Refusal | None
    score: float | None
    now_store: str
    now_system: str
    score_now: float | None
    first: str  # the system that comes first in its own ranking
    first_score: float | None
    kept: bool

    @property
    def moves(self) -> bool:
        return bool(self.system) and (not self.now_store or self.store != self.now_store)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The frontier, smallest set first. `point` = what `placed` follows: the set of the size that was asked for, else the
    proposed one; None for a plan without data sets.
    """

    points: tuple[Point, ...]
    point: Point | None
    proposed_size: int
    placed: tuple[Placed, ...]
    tax_points: float
    impossible: tuple[Left, ...]  # refused by every system of the catalog
    systems_now: tuple[str, ...]
    mean_now_points: float

    @property
    def fewest(self) -> int:
        """The smallest number of systems that holds as many data sets as any."""
        least = min((len(one.left) for one in self.points), default=0)
        return next((one.size for one in self.points if len(one.left) == least), 0)

    @property
    def moves(self) -> tuple[Placed, ...]:
        return tuple(one for one in self.placed if one.moves)


@dataclass(frozen=True)
class _Case:
    """What the search works on. `free` data sets are to be placed; `fixed` ones stay; `order` = systems, preferred first."""

    plan: Plan
    rankings: Mapping[str, Ranking]
    refs: tuple[DataSetRef, ...]
    free: tuple[DataSetRef, ...]
    fixed: Mapping[str, str]
    order: tuple[str, ...]
    scores: Mapping[str, Mapping[str, float]]  # by data set and system


def tax_of(plan: Plan) -> float:
    given = plan.ranking.system_tax_points
    return DEFAULT_TAX_POINTS if given is None else given


def place_all(
    plan: Plan,
    rankings: Mapping[str, Ranking],
    snapshot: Snapshot,
    *,
    tax_points: float | None = None,
    keep: bool = False,
    size: int | None = None,
) -> Proposal:
    """A proposal for the whole plan. `keep` leaves every data set that is placed where it is, even where refused; `size`
    asks for the best set of so many systems instead of the proposed one.
    """
    tax = tax_of(plan) if tax_points is None else tax_points
    case = _case(plan, rankings, keep=keep)
    found = best_sets(_values(case), _forced(case), MOST_SYSTEMS)
    points = tuple(_point(case, one, tax) for one in found)
    proposed = _proposed(points)
    point = next((one for one in points if one.size == size), proposed)
    return Proposal(
        points=points,
        point=point,
        proposed_size=proposed.size if proposed else 0,
        placed=_all_placed(case, point, snapshot),
        tax_points=tax,
        impossible=tuple(_impossible(case, ref.path) for ref in case.free if not case.scores[ref.path]),
        systems_now=_systems_now(plan),
        mean_now_points=_mean_now(case),
    )


def _proposed(points: tuple[Point, ...]) -> Point | None:
    least = min((len(one.left) for one in points), default=0)
    fit = [one for one in points if len(one.left) == least]
    return max(fit, key=lambda one: (round(one.net_points * UNITS), -one.size), default=None)


def _case(plan: Plan, rankings: Mapping[str, Ranking], *, keep: bool) -> _Case:
    refs = tuple(plan.data_sets())
    fixed = {ref.path: _system_of(plan, ref) for ref in refs if keep and ref.data_set.store}
    scores = {ref.path: {one.database: one.score for one in rankings[ref.path].ranked} for ref in refs}
    systems = {slug for one in scores.values() for slug in one} | _sunk(plan) | set(fixed.values())
    present = {store.database for store in plan.stores.values()}
    order = sorted(systems, key=lambda slug: (slug not in present, slug not in plan.team.knows, slug))
    free = tuple(ref for ref in refs if ref.path not in fixed)
    return _Case(plan, rankings, refs, free, fixed, tuple(order), scores)


def _system_of(plan: Plan, ref: DataSetRef) -> str:
    store = plan.stores.get(ref.data_set.store or "")
    return store.database if store else ""


def _sunk(plan: Plan) -> set[str]:
    """Systems that caches need: they are run whatever is proposed."""
    caches = (ref.data_set.cache for ref in plan.data_sets())
    return {plan.stores[one.store].database for one in caches if one and one.store in plan.stores}


def _forced(case: _Case) -> tuple[int, ...]:
    needed = _sunk(case.plan) | set(case.fixed.values())
    return tuple(at for at, slug in enumerate(case.order) if slug in needed)


def _values(case: _Case) -> Whole:
    """Score by data set and system in whole units, above a bonus for being placed at all; refused = 0.

    One more data set placed outweighs any difference of scores, so the fewest are left over first.
    """
    bonus = _bonus(case)
    column = {slug: at for at, slug in enumerate(case.order)}
    values = np.zeros((len(case.free), len(case.order)), dtype=np.int64)
    for row, ref in enumerate(case.free):
        for slug, score in case.scores[ref.path].items():
            values[row, column[slug]] = bonus + round(score * UNITS)
    return values


def _bonus(case: _Case) -> int:
    return (len(case.free) + 1) * 100 * UNITS


def _point(case: _Case, best: Best, tax: float) -> Point:
    systems = tuple(case.order[at] for at in best.columns)
    places = {ref.path: _best_system(case, ref, systems) for ref in case.free} | dict(case.fixed)
    left = tuple(_left(case, path, systems) for path, system in places.items() if not system)
    total = sum(round(case.scores[path].get(system, 0.0) * UNITS) for path, system in places.items()) / UNITS
    number = len(case.refs)
    return Point(
        systems=systems,
        places=places,
        left=left,
        mean_points=total / number,
        net_points=total - tax * len(systems),
        proved=best.proved,
        bound_points=min(best.bound - best.value, _bonus(case)) / UNITS / number,
    )


def _best_system(case: _Case, ref: DataSetRef, systems: Iterable[str]) -> str:
    """The best of these systems for a data set; of equals the one where it is, then the first; "" = none."""
    scores, now = case.scores[ref.path], _system_of(case.plan, ref)
    can = [slug for slug in systems if slug in scores]
    return max(can, key=lambda slug: (round(scores[slug] * UNITS), slug == now), default="")


def _left(case: _Case, path: str, systems: Iterable[str]) -> Left:
    refused = ((slug, case.rankings[path].refusal(slug)) for slug in systems)
    return Left(path, tuple((slug, one.reasons[0]) for slug, one in refused if one and one.reasons))


def _impossible(case: _Case, path: str) -> Left:
    return Left(path, tuple((one.database, one.reasons[0]) for one in case.rankings[path].refused if one.reasons))


def _all_placed(case: _Case, point: Point | None, snapshot: Snapshot) -> tuple[Placed, ...]:
    places = point.places if point else {}
    found = homes(case.plan, places, _fullest(case.plan), snapshot)
    return tuple(_placed(case, ref, places.get(ref.path, ""), found.get(ref.path, NOWHERE)) for ref in case.refs)


def _placed(case: _Case, ref: DataSetRef, system: str, home: Home) -> Placed:
    scores, now = case.scores[ref.path], _system_of(case.plan, ref)
    ranked = case.rankings[ref.path].ranked
    now_store = ref.data_set.store or ""
    return Placed(
        data_set=ref.path,
        system=system,
        store=home.store,
        number=home.number,
        apart=home.apart,
        score=scores.get(system),
        now_store=now_store,
        now_system=now,
        score_now=scores.get(now),
        first=ranked[0].database if ranked else "",
        first_score=ranked[0].score if ranked else None,
        kept=ref.path in case.fixed,
    )


def _fullest(plan: Plan) -> list[str]:
    """The plan's stores, those that hold most data sets first; of equals the first by slug."""
    counts = Counter(ref.data_set.store for ref in plan.data_sets())
    return sorted(plan.stores, key=lambda slug: (-counts[slug], slug))


def _systems_now(plan: Plan) -> tuple[str, ...]:
    used = {_system_of(plan, ref) for ref in plan.data_sets()} | _sunk(plan)
    return tuple(sorted(used - {""}))


def _mean_now(case: _Case) -> float:
    """The mean score of the plan as it is: a data set without a place, or refused where it is, counts 0."""
    found = [case.scores[ref.path].get(_system_of(case.plan, ref), 0.0) for ref in case.refs]
    return sum(found) / len(found) if found else 0.0
