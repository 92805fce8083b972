"""Stores for one data set: refuse with a cited fact, score the rest by visible parts, say how stable the order is.

Pure and deterministic: the order of the catalog changes nothing, and equal inputs are answered from memory.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from catalog.facts import Snapshot
from planner.engine.case import LABELS, Case, Setting, weights_of
from planner.engine.constraints import kind_of, refusals_by_amount, refusals_by_kind, refusals_by_licence
from planner.engine.context import RankContext
from planner.engine.criteria import CRITERIA, read_by
from planner.engine.document import Needs
from planner.engine.own_cost import monthly_usd, surface_of
from planner.engine.profile import Profile, profile_of
from planner.engine.results import Candidate, Contribution, Ranking, Refusal, Refused
from planner.engine.upkeep import where_of

TIE_POINTS = 1.5
ASSUMED_WHEN_EMPTY = {
    "consistency": "no freshness of reads is demanded",
    "transactions": "no transactions are demanded",
    "queries": "no query ability is demanded",
    "reads_per_second": "the read rate limits nothing",
    "writes_per_second": "the write rate limits nothing",
    "size_gib": "the size limits nothing",
    "latency_p99_ms": "no latency is demanded",
    "hosting": "managed or self-hosted are both welcome",
}


Column = tuple[Contribution, ...]
COLUMNS_KEPT = 2_000


@dataclass
class Table:
    """A snapshot's systems in order of slug. A column is one criterion (or all refusals by kind) for every system, kept
    by what it reads of the needs, so data sets that differ only in size and rate share nearly all of the work.
    """

    id: str
    snapshot: Snapshot
    profiles: tuple[Profile, ...]
    columns: dict[tuple[str, float, Hashable], Column] = field(default_factory=dict)
    refused_by_kind: dict[Hashable, tuple[tuple[Refusal, ...], ...]] = field(default_factory=dict)

    @cached_property
    def confirmed(self) -> Mapping[str, float]:
        """Share of each system's facts that were seen in a source."""
        return {one.database.slug: one.confirmed for one in self.profiles}

    def profile(self, slug: str) -> Profile:
        return next(one for one in self.profiles if one.database.slug == slug)

    def __hash__(self) -> int:
        return hash(self.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and other.id == self.id


_tables: dict[str, Table] = {}


def table_of(snapshot: Snapshot) -> Table:
    """The working table of a snapshot; only the newest few are kept."""
    found = _tables.get(snapshot.id)
    if found is None:
        profiles = tuple(profile_of(snapshot.databases[slug]) for slug in sorted(snapshot.databases))
        found = Table(snapshot.id, snapshot, profiles)
        while len(_tables) > 3:
            _tables.pop(next(iter(_tables)))
        _tables[snapshot.id] = found
    return found


def rank(needs: Needs, context: RankContext, snapshot: Snapshot, data_set: str = "") -> Ranking:
    """All systems of the catalog for these needs: refused with reasons, or ranked by a score of 0..100."""
    return _ranked(needs, context, table_of(snapshot), data_set)


@lru_cache(maxsize=4_000)
def _ranked(needs: Needs, context: RankContext, table: Table, data_set: str) -> Ranking:
    setting = setting_of(context)
    weights = weights_of(context.weights)
    readings = read_by(needs, setting).items()
    columns = {name: _column(table, name, key, needs, setting, weights[name]) for name, key in readings}
    in_order = [(name, weight, columns.get(name)) for name, weight in weights.items()]
    by_kind = _refused_by_kind(table, needs, context.licences)
    refused: list[Refused] = []
    scored: list[tuple[float, str, tuple[Contribution, ...], tuple[Refusal, ...]]] = []
    for place, profile in enumerate(table.profiles):
        against = (*by_kind[place], *refusals_by_amount(needs, profile))
        if any(one.hard for one in against):
            refused.append(Refused(profile.database.slug, tuple(sorted(against, key=lambda one: not one.hard))))
            continue
        case = Case(needs, profile, against, setting)
        parts = tuple(
            [
                column[place] if column is not None else _contribution(name, case, weight)
                for name, weight, column in in_order
            ]
        )
        scored.append((_score(parts), profile.database.slug, parts, against))
    scored.sort(key=lambda row: _place(row[0], table.confirmed[row[1]], row[1]))
    stores = _stores_by_database(context)
    candidates = tuple(
        Candidate(slug, number, score, parts, against, stores.get(slug, ()), table.confirmed[slug])
        for number, (score, slug, parts, against) in enumerate(scored, 1)
    )
    return Ranking(data_set, candidates, tuple(refused), _assumptions(needs), needs, context, table.snapshot)


def _place(score: float, confirmed: float, slug: str) -> tuple[float, float, str]:
    """Where a system stands: by score; of two equal ones the one of which more was seen in a source; then by name."""
    return -round(score, 9), -round(confirmed, 9), slug


def setting_of(context: RankContext) -> Setting:
    """What the criteria read of the context."""
    return Setting(
        team_knows=frozenset(context.team_knows),
        in_plan=frozenset(database for _, database in context.in_plan),
        provider=context.provider,
        region=context.region,
        prices=context.prices,
        today=context.today,
    )


def forget() -> None:
    """Free the memory of answers; the tables of snapshots stay."""
    _ranked.cache_clear()


def with_systems_of(other: Ranking, ranking: Ranking, systems: Collection[str]) -> Ranking:
    """The ranking with these systems as `other` judges them. A score depends on no other system, so the rest stays."""
    kept = [one for one in ranking.ranked if one.database not in systems]
    order = sorted((*kept, *other.ranked), key=lambda one: _place(one.score, one.confirmed, one.database))
    ranked = tuple(one if one.rank == place else replace(one, rank=place) for place, one in enumerate(order, 1))
    refused = (*(one for one in ranking.refused if one.database not in systems), *other.refused)
    in_order = tuple(sorted(refused, key=lambda one: one.database))
    return replace(ranking, ranked=ranked, refused=in_order)


def _contribution(name: str, case: Case, weight: float) -> Contribution:
    value, because = CRITERIA[name](case)
    return Contribution(name, LABELS[name], weight, value, 100 * weight * value, because)


def _column(table: Table, name: str, key: Hashable, needs: Needs, setting: Setting, weight: float) -> Column:
    found = table.columns.get((name, weight, key))
    if found is None:
        usd, bought = _costs(table, needs, setting) if name == "cost" else ({}, {})
        cases = (Case(needs, profile, (), setting, usd, bought) for profile in table.profiles)
        found = tuple(_contribution(name, case, weight) for case in cases)
        if len(table.columns) >= COLUMNS_KEPT:
            table.columns.clear()
        table.columns[name, weight, key] = found
    return found


def _costs(table: Table, needs: Needs, setting: Setting) -> tuple[dict[str, float], dict[str, str]]:
    """USD a month by system, and what was priced."""
    where = where_of(needs, setting)
    if where is None:
        return {}, {}
    surface = surface_of(where, table.snapshot)
    return monthly_usd(needs, surface), surface.bought


def _refused_by_kind(table: Table, needs: Needs, licences: tuple[str, ...]) -> tuple[tuple[Refusal, ...], ...]:
    key = (kind_of(needs), licences)
    found = table.refused_by_kind.get(key)
    if found is None:
        found = tuple(
            (*refusals_by_kind(needs, profile), *refusals_by_licence(licences, profile.database))
            for profile in table.profiles
        )
        if len(table.refused_by_kind) >= COLUMNS_KEPT:
            table.refused_by_kind.clear()
        table.refused_by_kind[key] = found
    return found


def _score(parts: tuple[Contribution, ...]) -> float:
    return sum([part.points for part in parts])


@lru_cache(maxsize=200)
def _stores_by_database(context: RankContext) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for store, database in context.in_plan:
        found[database] = (*found.get(database, ()), store)
    return found


def _assumptions(needs: Needs) -> tuple[str, ...]:
    return tuple(
        f"{field} was left empty: {meaning}"
        for field, meaning in ASSUMED_WHEN_EMPTY.items()
        if getattr(needs, field) in (None, ())
    )


def tied_first(ranking: Ranking) -> tuple[str, ...]:
    """Systems whose score is within noise of the first one's; a tie is said to be a tie."""
    if not ranking.ranked:
        return ()
    best = ranking.ranked[0].score
    return tuple(one.database for one in ranking.ranked if best - one.score <= TIE_POINTS)
