"""Stores for one data set: refuse with a cited fact, score the rest by visible parts, say how stable the order is.

Pure and deterministic: the order of the catalog changes nothing, and equal inputs are answered from memory.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from catalog.facts import Snapshot
from planner.engine.constraints import kind_of, refusals_by_amount, refusals_by_kind
from planner.engine.criteria import CRITERIA, LABELS, WEIGHTS, Case, Setting, read_by
from planner.engine.document import Needs
from planner.engine.profile import Profile, profile_of
from planner.engine.results import Candidate, Contribution, Ranking, Refusal, Refused

STABILITY_DRAWS = 500
STABILITY_SEED = 20261123
# Dirichlet concentration: weights of about 0.1 then vary by a third, as people who weigh the same list differ.
CONCENTRATION = 60.0
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


@dataclass(frozen=True, slots=True)
class RankContext:
    """What surrounds the data set. `in_plan` = (store slug, database slug) of the plan's stores."""

    team_knows: tuple[str, ...] = ()
    in_plan: tuple[tuple[str, str], ...] = ()
    provider: str = ""  # the plan's default provider


Column = tuple[Contribution, ...]
COLUMNS_KEPT = 2_000


@dataclass
class _Table:
    """A snapshot's systems in order of slug. A column is one criterion (or all refusals by kind) for every system, kept
    by what it reads of the needs, so data sets that differ only in size and rate share nearly all of the work.
    """

    id: str
    profiles: tuple[Profile, ...]
    columns: dict[tuple[str, Hashable], Column] = field(default_factory=dict)
    refused_by_kind: dict[Hashable, tuple[tuple[Refusal, ...], ...]] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash(self.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Table) and other.id == self.id


_tables: dict[str, _Table] = {}


def table_of(snapshot: Snapshot) -> _Table:
    """The working table of a snapshot; only the newest few are kept."""
    found = _tables.get(snapshot.id)
    if found is None:
        found = _Table(snapshot.id, tuple(profile_of(snapshot.databases[slug]) for slug in sorted(snapshot.databases)))
        while len(_tables) > 3:
            _tables.pop(next(iter(_tables)))
        _tables[snapshot.id] = found
    return found


def rank(needs: Needs, context: RankContext, snapshot: Snapshot, data_set: str = "") -> Ranking:
    """All systems of the catalog for these needs: refused with reasons, or ranked by a score of 0..100."""
    return _ranked(needs, context, table_of(snapshot), data_set)


@lru_cache(maxsize=4_000)
def _ranked(needs: Needs, context: RankContext, table: _Table, data_set: str) -> Ranking:
    present = frozenset(database for _, database in context.in_plan)
    setting = Setting(frozenset(context.team_knows), present, context.provider)
    columns = {name: _column(table, name, key, needs, setting) for name, key in read_by(needs, setting).items()}
    by_kind = _refused_by_kind(table, needs)
    refused: list[Refused] = []
    scored: list[tuple[float, str, tuple[Contribution, ...], tuple[Refusal, ...]]] = []
    for place, profile in enumerate(table.profiles):
        against = (*by_kind[place], *refusals_by_amount(needs, profile))
        if any(one.hard for one in against):
            refused.append(Refused(profile.database.slug, tuple(sorted(against, key=lambda one: not one.hard))))
            continue
        case = Case(needs, profile, against, setting)
        parts = tuple(columns[name][place] if name in columns else _contribution(name, case) for name in WEIGHTS)
        scored.append((_score(parts), profile.database.slug, parts, against))
    scored.sort(key=lambda row: (-round(row[0], 9), row[1]))
    stores = _stores_by_database(context)
    candidates = tuple(
        Candidate(slug, number, score, parts, against, stores.get(slug, ()))
        for number, (score, slug, parts, against) in enumerate(scored, 1)
    )
    return Ranking(data_set, candidates, tuple(refused), _assumptions(needs), _first_shares(candidates))


def forget() -> None:
    """Free the memory of answers; the tables of snapshots stay."""
    _ranked.cache_clear()


def with_systems_of(other: Ranking, ranking: Ranking, systems: Collection[str]) -> Ranking:
    """The ranking with these systems as `other` judges them. A score depends on no other system, so the rest stays.

    The shares of first places are left out.
    """
    kept = [one for one in ranking.ranked if one.database not in systems]
    order = sorted((*kept, *other.ranked), key=lambda one: (-round(one.score, 9), one.database))
    ranked = tuple(one if one.rank == place else replace(one, rank=place) for place, one in enumerate(order, 1))
    refused = (*(one for one in ranking.refused if one.database not in systems), *other.refused)
    in_order = tuple(sorted(refused, key=lambda one: one.database))
    return Ranking(ranking.data_set, ranked, in_order, ranking.assumptions, {})


def _contribution(name: str, case: Case) -> Contribution:
    value, because = CRITERIA[name](case)
    return Contribution(name, LABELS[name], WEIGHTS[name], value, 100 * WEIGHTS[name] * value, because)


def _column(table: _Table, name: str, key: Hashable, needs: Needs, setting: Setting) -> Column:
    found = table.columns.get((name, key))
    if found is None:
        found = tuple(_contribution(name, Case(needs, profile, (), setting)) for profile in table.profiles)
        if len(table.columns) >= COLUMNS_KEPT:
            table.columns.clear()
        table.columns[name, key] = found
    return found


def _refused_by_kind(table: _Table, needs: Needs) -> tuple[tuple[Refusal, ...], ...]:
    key = kind_of(needs)
    found = table.refused_by_kind.get(key)
    if found is None:
        found = tuple(refusals_by_kind(needs, profile) for profile in table.profiles)
        if len(table.refused_by_kind) >= COLUMNS_KEPT:
            table.refused_by_kind.clear()
        table.refused_by_kind[key] = found
    return found


def _score(parts: tuple[Contribution, ...]) -> float:
    return sum(part.points for part in parts)


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


@lru_cache(maxsize=1)
def _weight_draws() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Weights around WEIGHTS, shape (draws, criteria); rows sum to 1. The seed is fixed: same needs, same answer."""
    generator = np.random.default_rng(STABILITY_SEED)
    draws: np.ndarray[tuple[int, int], np.dtype[np.float64]] = generator.dirichlet(
        CONCENTRATION * np.array(list(WEIGHTS.values())), STABILITY_DRAWS
    )
    return draws


def _first_shares(candidates: tuple[Candidate, ...]) -> dict[str, float]:
    """Share of weight draws in which each system comes first, only those above zero, largest first."""
    if not candidates:
        return {}
    values = np.array([[part.value for part in one.contributions] for one in candidates[:20]])
    winners = np.argmax(_weight_draws() @ values.T, axis=1)
    counts = np.bincount(winners, minlength=len(values)) / STABILITY_DRAWS
    order = sorted(range(len(values)), key=lambda place: (-counts[place], place))
    return {candidates[place].database: float(counts[place]) for place in order if counts[place] > 0}


def tied_first(ranking: Ranking) -> tuple[str, ...]:
    """Systems whose score is within noise of the first one's; a tie is said to be a tie."""
    if not ranking.ranked:
        return ()
    best = ranking.ranked[0].score
    return tuple(one.database for one in ranking.ranked if best - one.score <= TIE_POINTS)
