"""Stores for one data set: refuse with a cited fact, score the rest by visible parts, say how stable the order is.

Pure and deterministic: the order of the catalog changes nothing, and equal inputs are answered from memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from catalog.facts import Database, Snapshot
from planner.engine.abilities import Ability, abilities
from planner.engine.constraints import refusals
from planner.engine.criteria import CRITERIA, LABELS, WEIGHTS, Case, Setting
from planner.engine.document import Needs
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


@dataclass(frozen=True)
class _Table:
    """A snapshot with its abilities worked out once; equal by the snapshot's id."""

    id: str
    rows: tuple[tuple[Database, dict[str, Ability]], ...]

    def __hash__(self) -> int:
        return hash(self.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Table) and other.id == self.id


_tables: dict[str, _Table] = {}


def table_of(snapshot: Snapshot) -> _Table:
    """The working table of a snapshot; only the newest few are kept."""
    found = _tables.get(snapshot.id)
    if found is None:
        rows = tuple(
            (snapshot.databases[slug], abilities(snapshot.databases[slug])) for slug in sorted(snapshot.databases)
        )
        found = _Table(snapshot.id, rows)
        while len(_tables) > 3:
            _tables.pop(next(iter(_tables)))
        _tables[snapshot.id] = found
    return found


def rank(needs: Needs, context: RankContext, snapshot: Snapshot, data_set: str = "") -> Ranking:
    """All systems of the catalog for these needs: refused with reasons, or ranked with the parts of their score (0..100)."""
    return _ranked(needs, context, table_of(snapshot), data_set)


@lru_cache(maxsize=4_000)
def _ranked(needs: Needs, context: RankContext, table: _Table, data_set: str) -> Ranking:
    setting = Setting(frozenset(context.team_knows), frozenset(database for _, database in context.in_plan))
    refused: list[Refused] = []
    scored: list[tuple[Database, tuple[Contribution, ...], tuple[Refusal, ...]]] = []
    for database, known in table.rows:
        against = refusals(needs, database, known)
        if any(one.hard for one in against):
            refused.append(Refused(database.slug, tuple(sorted(against, key=lambda one: not one.hard))))
        else:
            scored.append((database, _contributions(Case(needs, database, known, against, setting)), against))
    scored.sort(key=lambda row: (-round(_score(row[1]), 9), row[0].slug))
    candidates = tuple(
        Candidate(database.slug, place, _score(parts), parts, against, _stores(context, database.slug))
        for place, (database, parts, against) in enumerate(scored, 1)
    )
    return Ranking(data_set, candidates, tuple(refused), _assumptions(needs), _first_shares(candidates))


def _contributions(case: Case) -> tuple[Contribution, ...]:
    parts = []
    for criterion, weight in WEIGHTS.items():
        value, because = CRITERIA[criterion](case)
        parts.append(Contribution(criterion, LABELS[criterion], weight, value, 100 * weight * value, because))
    return tuple(parts)


def _score(parts: tuple[Contribution, ...]) -> float:
    return sum(part.points for part in parts)


def _stores(context: RankContext, database: str) -> tuple[str, ...]:
    return tuple(store for store, kind in context.in_plan if kind == database)


def _assumptions(needs: Needs) -> tuple[str, ...]:
    return tuple(
        f"{field} was left empty: {meaning}"
        for field, meaning in ASSUMED_WHEN_EMPTY.items()
        if getattr(needs, field) in (None, ())
    )


@lru_cache(maxsize=1)
def _weight_draws() -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Weights around WEIGHTS, shape (draws, criteria), each row sums to 1. The seed is fixed: same needs, same answer."""
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
