"""What would change the winner: beyond the point another system is first, before it the same one."""

from __future__ import annotations

import pytest

from catalog.files import packaged_snapshot
from planner.engine.case import WEIGHTS
from planner.engine.context import RankContext
from planner.engine.document import Needs
from planner.engine.ranking import rank
from planner.engine.results import Candidate
from planner.engine.stability import flips, need_flips, weight_flips

SNAPSHOT = packaged_snapshot()
CONTEXT = RankContext(team_knows=("postgresql",))
ORDERS = {
    "consistency": "strong", "transactions": "multi-record", "queries": ["point-lookup", "join"], "size_gib": 210,
    "reads_per_second": 420, "writes_per_second": 85, "item_bytes": 2048, "latency_p99_ms": 20, "regions": 1,
}  # fmt: skip


def leader(**changes: float) -> str:
    return rank(Needs.model_validate(ORDERS | changes), CONTEXT, SNAPSHOT).ranked[0].database


@pytest.mark.parametrize("name", ["writes_per_second", "size_gib"])
def test_the_winner_changes_at_that_need(name: str) -> None:
    found = {flip.name: flip for flip in need_flips(Needs.model_validate(ORDERS), CONTEXT, SNAPSHOT)}
    flip = found[name]
    assert leader(**{name: flip.at * 1.02}) == flip.to
    assert leader(**{name: flip.at * 0.98}) == "postgresql"


def test_a_second_region_that_writes_changes_the_winner() -> None:
    found = {flip.name: flip for flip in need_flips(Needs.model_validate(ORDERS), CONTEXT, SNAPSHOT)}
    assert found["regions"].at == 2
    assert leader(regions=2) == found["regions"].to


def score(one: Candidate, weights: dict[str, float]) -> float:
    return sum(weights[part.criterion] * part.value for part in one.contributions)


def test_at_that_weight_both_score_the_same() -> None:
    ranking = rank(Needs.model_validate(ORDERS), CONTEXT, SNAPSHOT)
    found = weight_flips(ranking)
    assert found
    for flip in found:
        scale = (1 - flip.at) / (1 - WEIGHTS[flip.name])
        weights = {name: weight * scale for name, weight in WEIGHTS.items()} | {flip.name: flip.at}
        other = ranking.candidate(flip.to)
        assert other
        assert sum(weights.values()) == pytest.approx(1)
        assert score(ranking.ranked[0], weights) == pytest.approx(score(other, weights))


def test_no_rival_no_flip() -> None:
    nothing = Needs.model_validate(ORDERS | {"queries": []})
    assert flips(nothing, CONTEXT, type(SNAPSHOT)("none", {}, {})) == ()
