"""What a design gains by several systems and what it pays for them: the guide's benefits and challenges as numbers.

Every number carries the formula that gave it; none is a grade. Source of the lists: the guide, benefits and challenges.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.facts import Snapshot
from planner.engine.document import DataSetRef, Plan
from planner.engine.order import needed_first, sources_first
from planner.engine.ranking import tied_first
from planner.engine.results import Candidate, Evaluation, Ranking

WAYS = ("outbox", "cdc", "batch", "dual-write", "not said", "cache")
DISASTER = "region"


@dataclass(frozen=True, slots=True)
class System:
    """One database system of the plan. `known` None = the plan does not say what the team knows.

    `share` is of the likely costs that are known, and None where this system's are not.
    """

    database: str
    name: str
    stores: int
    data_sets: int
    caches: int
    known: bool | None
    self_hosted: bool
    monthly_usd: float | None
    share: float | None


@dataclass(frozen=True, slots=True)
class Seam:
    """A place where two stores hold the same data and share no transaction."""

    source: str  # names of the data sets
    copy: str
    from_store: str
    to_store: str
    way: str  # one of WAYS


@dataclass(frozen=True, slots=True)
class Disaster:
    """Bringing everything back after the loss of the region: `steps` of all stores, in `waves` that wait for each other."""

    stores: int
    steps: int
    waves: int
    without_way: int  # data sets that nothing brings back


@dataclass(frozen=True, slots=True)
class Alone:
    """The one system that would hold most of the placed data sets, and how well it would."""

    name: str
    holds: int
    mean_score: float


@dataclass(frozen=True, slots=True)
class Fit:
    """How the placed data sets stand in their own rankings. Scores are 0 to 100, headroom 0 to 1."""

    placed: int
    leading: int  # first, or within noise of the first
    mean_score: float | None
    mean_headroom: float | None
    alone: Alone | None


@dataclass(frozen=True, slots=True)
class Scaling:
    """`busiest_share` of all likely reads and writes a second; None where none are known."""

    stores: int
    busiest: str
    busiest_share: float | None


@dataclass(frozen=True, slots=True)
class Balance:
    systems: tuple[System, ...]
    seams: tuple[Seam, ...]
    ways: Mapping[str, int]
    missing: tuple[str, ...]  # names of systems that nobody is said to know
    people: int | None
    disaster: Disaster
    fit: Fit
    scaling: Scaling
    data_sets: int
    movable: int

    @property
    def self_hosted(self) -> int:
        return sum(one.self_hosted for one in self.systems)


def balance(plan: Plan, evaluation: Evaluation, snapshot: Snapshot) -> Balance:
    """Benefits and challenges of a plan. Costs in USD a month, likely values."""
    systems, seams = _systems(plan, evaluation, snapshot), _seams(plan)
    counted = Counter(one.way for one in seams)
    refs = list(plan.data_sets())
    return Balance(
        systems=systems,
        seams=seams,
        ways={way: counted[way] for way in WAYS if counted[way]},
        missing=tuple(one.name for one in systems if one.known is False),
        people=plan.team.people_on_call,
        disaster=_disaster(plan, evaluation),
        fit=_fit(plan, evaluation, snapshot),
        scaling=_scaling(plan, evaluation),
        data_sets=len(refs),
        movable=_movable(refs),
    )


def _systems(plan: Plan, evaluation: Evaluation, snapshot: Snapshot) -> tuple[System, ...]:
    """Dearest first, those without a known cost last."""
    costs = {slug: one.monthly_usd for slug, one in evaluation.stores.items()}
    total = sum(float(one) for one in costs.values() if one is not None)
    refs = list(plan.data_sets())
    found = []
    for database in dict.fromkeys(store.database for store in plan.stores.values()):
        stores = {slug: store for slug, store in plan.stores.items() if store.database == database}
        known = [float(one) for slug in stores if (one := costs.get(slug)) is not None]
        usd = sum(known) if known else None
        held = snapshot.databases.get(database)
        found.append(
            System(
                database=database,
                name=held.name if held else database,
                stores=len(stores),
                data_sets=sum(ref.data_set.store in stores for ref in refs),
                caches=sum(bool(ref.data_set.cache and ref.data_set.cache.store in stores) for ref in refs),
                known=(database in plan.team.knows) if plan.team.knows else None,
                self_hosted=any(store.offering in (None, "self-hosted") for store in stores.values()),
                monthly_usd=usd,
                share=usd / total if usd is not None and total else None,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.monthly_usd is None, -(one.monthly_usd or 0.0), one.name)))


def _seams(plan: Plan) -> tuple[Seam, ...]:
    """Derived links between different stores, and caches in a store of their own."""
    found = []
    for ref in plan.data_sets():
        one = ref.data_set
        for path in one.derived_from:
            source = plan.data_set(path)
            if source.store and one.store and source.store != one.store:
                way = one.sync if one.sync and one.sync != "none" else "not said"
                found.append(Seam(source.name, one.name, source.store, one.store, way))
        if one.cache and one.cache.store and one.store and one.cache.store != one.store:
            found.append(Seam(one.name, f"Cache of {one.name}", one.store, one.cache.store, "cache"))
    return tuple(sorted(found, key=lambda seam: (WAYS.index(seam.way), seam.source, seam.copy)))


def _disaster(plan: Plan, evaluation: Evaluation) -> Disaster:
    """A store's steps are those of the data set in it that takes the most of them."""
    steps: dict[str, int] = {}
    lost = 0
    for path, recovery in evaluation.recovery.items():
        slug = plan.data_set(path).store
        failure = next((one for one in recovery.failures if one.failure == DISASTER), None)
        if slug is None or failure is None:
            continue
        lost += not failure.steps
        steps[slug] = max(steps.get(slug, 0), len(failure.steps))
    return Disaster(len(steps), sum(steps.values()), _waves(plan), lost)


def _waves(plan: Plan) -> int:
    """The longest chain of what must be back before the next: sources, copies, the service, services that need it."""
    data: dict[str, int] = {}
    for path in sources_first(plan):
        data[path] = 1 + max((data[source] for source in plan.data_set(path).derived_from), default=0)
    services: dict[str, int] = {}
    for slug in needed_first(plan):
        service = plan.services[slug]
        own = [data[f"{slug}/{name}"] for name in service.data]
        services[slug] = 1 + max([*own, *(services[other] for other in service.depends_on)], default=0)
    return max(services.values(), default=0)


def _fit(plan: Plan, evaluation: Evaluation, snapshot: Snapshot) -> Fit:
    placed: list[tuple[Ranking, str]] = []
    for ref in plan.data_sets():
        store, ranking = plan.stores.get(ref.data_set.store or ""), evaluation.rankings.get(ref.path)
        if store and ranking:
            placed.append((ranking, store.database))
    chosen = [one for ranking, database in placed if (one := ranking.candidate(database)) is not None]
    headroom = [part.value for one in chosen for part in one.contributions if part.criterion == "headroom"]
    return Fit(
        placed=len(placed),
        leading=sum(database in tied_first(ranking) for ranking, database in placed),
        mean_score=_mean([one.score for one in chosen]),
        mean_headroom=_mean(headroom),
        alone=_alone([ranking for ranking, _ in placed], snapshot),
    )


def _alone(rankings: list[Ranking], snapshot: Snapshot) -> Alone | None:
    """The system that the most rankings do not refuse; of several the one with the higher mean score."""
    held: dict[str, list[Candidate]] = {}
    for ranking in rankings:
        for one in ranking.ranked:
            held.setdefault(one.database, []).append(one)
    if not held:
        return None
    scores = {database: [one.score for one in some] for database, some in held.items()}
    best = max(scores, key=lambda one: (len(scores[one]), sum(scores[one]) / len(scores[one]), one))
    database = snapshot.databases.get(best)
    return Alone(database.name if database else best, len(scores[best]), sum(scores[best]) / len(scores[best]))


def _scaling(plan: Plan, evaluation: Evaluation) -> Scaling:
    rates = {
        slug: (one.reads_per_second or 0.0) + (one.writes_per_second or 0.0) for slug, one in evaluation.stores.items()
    }
    total = sum(rates.values())
    busiest = max(rates, key=lambda slug: rates[slug], default="")
    name = plan.stores[busiest].name if busiest and total else ""
    return Scaling(len(plan.stores), name, rates[busiest] / total if busiest and total else None)


def _movable(refs: list[DataSetRef]) -> int:
    """Data sets that move alone: a copy is built again elsewhere, and one alone in its store takes nothing along."""
    held = Counter(ref.data_set.store for ref in refs)
    return sum(
        bool(one.store) and (bool(one.derived_from) or held[one.store] == 1) for one in (ref.data_set for ref in refs)
    )


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
