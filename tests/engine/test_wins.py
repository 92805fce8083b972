"""What would make X win, stability over draws, weights and licences of a plan, and the way out where all are refused."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import pytest

from catalog.facts import Snapshot
from catalog.files import packaged_prices, packaged_snapshot
from planner.engine.acceptability import first_shares
from planner.engine.case import RELATIVE, weights_of
from planner.engine.context import RankContext
from planner.engine.document import Needs
from planner.engine.quantity import Quantity
from planner.engine.ranking import rank
from planner.engine.results import Ranking
from planner.engine.wins import Way, nearest, turning_points, ways_out, ways_to_win

SNAPSHOT = packaged_snapshot()
CONTEXT = RankContext(team_knows=("postgresql",))
SHOP = Needs.model_validate(
    {
        "consistency": "read-your-writes", "transactions": "single-record", "queries": ["point-lookup", "nested-document"],
        "reads_per_second": [300, 400, 900], "writes_per_second": [40, 80, 200], "item_bytes": 2048,
        "size_gib": [100, 200, 300], "latency_p99_ms": 20,
    }
)  # fmt: skip


def ranked(needs: Needs = SHOP, context: RankContext = CONTEXT) -> Ranking:
    return rank(needs, context, SNAPSHOT)


def after(way: Way, needs: Needs, context: RankContext, slug: str) -> Ranking:
    """The ranking with the change made by hand."""
    if way.kind == "weight":
        scaled = {
            name: weight * (1 - float(str(way.to))) / (1 - weights_of()[way.name])
            for name, weight in weights_of().items()
        }
        scaled[way.name] = float(str(way.to))
        return rank(needs, replace(context, weights=tuple(scaled.items())), SNAPSHOT)
    knows = (*context.team_knows, slug) if "team" in way.kind else context.team_knows
    there = (*context.in_plan, (slug, slug)) if "plan" in way.kind else context.in_plan
    if way.kind != "need":
        return rank(needs, replace(context, team_knows=knows, in_plan=there), SNAPSHOT)
    if way.name == "queries":
        word, query = str(way.to).split()
        queries = [*needs.queries, query] if word == "with" else [one for one in needs.queries if one != query]
        return rank(
            Needs.model_validate(needs.model_dump(by_alias=True, exclude_none=True) | {"queries": queries}),
            context,
            SNAPSHOT,
        )
    tree = {
        name: value for name, value in needs.model_dump(mode="json", by_alias=True).items() if value not in (None, [])
    }
    if isinstance(way.to, float):
        start = getattr(needs, way.name)
        tree[way.name] = [value * way.to / start.mid for value in (start.low, start.mid, start.high)]
    else:
        tree[way.name] = way.to
    return rank(Needs.model_validate(tree), context, SNAPSHOT)


@pytest.mark.parametrize("slug", [one.database for one in ranked().ranked[1:12]])
def test_every_way_to_win_does_what_it_says(slug: str) -> None:
    for way in ways_to_win(ranked(), slug):
        again = after(way, SHOP, CONTEXT, slug)
        candidate = again.candidate(slug)
        assert candidate and candidate.rank == way.rank, way
        assert again.ranked[0].database == way.leader


def test_the_first_needs_nothing_and_a_refused_one_is_told_which_need_is_in_its_way() -> None:
    assert ways_to_win(ranked(), ranked().ranked[0].database) == ()
    strict = SHOP.model_copy(update={"transactions": "distributed"})
    ranking = ranked(strict)
    assert ranking.refusal("postgresql")
    found = ways_to_win(ranking, "postgresql")
    assert {(one.name, one.to) for one in found if one.rank == 1} >= {("transactions", "multi-record")}


def test_contradictory_needs_name_the_nearest_system_and_the_need_to_relax() -> None:
    needs = Needs.model_validate({"hosting": "self-hosted", "queries": ["blob", "graph-traversal", "vector-search", "full-text"],
                                  "transactions": "distributed", "consistency": "strong", "regions": 3})  # fmt: skip
    few = Snapshot("few", {slug: SNAPSHOT.databases[slug] for slug in ("dynamodb", "postgresql")}, {})
    ranking = rank(needs, RankContext(), few)
    assert not ranking.ranked
    assert nearest(ranking) == "postgresql"
    assert ways_out(ranking) == ()  # no single need is in the way
    strict = Needs.model_validate({"hosting": "self-hosted", "transactions": "distributed", "consistency": "strong"})
    out = ways_out(rank(strict, RankContext(), few))
    assert {(one.name, one.to, one.leader) for one in out[:2]} == {
        ("transactions", "multi-record", "postgresql"), ("hosting", "either", "dynamodb"),
    }  # fmt: skip
    assert [one.to for one in out[2:]] == ["single-partition", "single-record", "none"]
    assert ways_out(ranked()) == ()


def test_shares_add_up_are_repeatable_and_follow_the_spread_of_the_needs() -> None:
    shares = first_shares(ranked())
    assert sum(shares.values()) == pytest.approx(1)
    assert list(shares.values()) == sorted(shares.values(), reverse=True)
    assert dict(first_shares(ranked())) == dict(shares)
    wide = SHOP.model_copy(update={"writes_per_second": Quantity(40, 9_000, 900_000)})
    certain = SHOP.model_copy(update={"writes_per_second": Quantity(9_000, 9_000, 9_000)})
    assert max(first_shares(ranked(wide)).values()) < max(first_shares(ranked(certain)).values())


def test_a_draw_beyond_a_documented_limit_refuses() -> None:
    """DynamoDB takes items of 400 KB at most, as its documentation says."""
    context = RankContext(("dynamodb",), (("main", "dynamodb"),), "aws", weights=(("team", 40.0), ("in-plan", 40.0)))
    certain, drawn = (
        first_shares(ranked(Needs.model_validate({"queries": ["point-lookup"], "item_bytes": item}), context))[
            "dynamodb"
        ]
        for item in (1_000, [1_000, 380_000, 900_000])
    )
    assert certain == 1
    assert 0.3 < drawn < 0.8  # about half of the draws are beyond the limit


def test_weights_of_a_plan_replace_ours_and_are_scaled() -> None:
    assert sum(weights_of((("cost", 50.0),)).values()) == pytest.approx(1)
    assert weights_of((("cost", 0.0),))["cost"] == 0
    assert set(weights_of(tuple((name, 0.0) for name in RELATIVE)).values()) == {0.1}
    plain = ranked()
    only = ranked(context=replace(CONTEXT, weights=tuple((name, float(name == "team")) for name in RELATIVE)))
    assert only.ranked[0].database == "postgresql"
    assert only.ranked[0].score == 100
    assert plain.ranked[0].score != 100


def test_a_licence_outside_the_policy_is_refused_with_its_fact() -> None:
    ranking = ranked(context=RankContext(licences=("open-source", "public-domain")))
    refused = ranking.refusal("mongodb")
    assert refused
    (reason,) = [one for one in refused.reasons if one.constraint == "licence"]
    assert reason.hard and reason.because.source
    assert reason.need == "team.licences: open-source, public-domain"
    assert ranking.candidate("postgresql")


def test_a_system_whose_last_release_line_ended_loses_maturity() -> None:
    def maturity(today: dt.date | None) -> float:
        candidate = ranked(context=replace(CONTEXT, today=today, prices=packaged_prices())).candidate("mysql")
        assert candidate
        return next(one.value for one in candidate.contributions if one.criterion == "maturity")

    assert maturity(None) == maturity(dt.date(2026, 11, 23)) > maturity(dt.date(2045, 1, 1)) == 0.2


def test_equal_systems_share_the_draws_and_the_name_decides_nothing() -> None:
    needs = Needs.model_validate({"queries": ["blob"], "size_gib": 1000})
    ranking = ranked(needs, RankContext())
    tied = [one.database for one in ranking.ranked if ranking.ranked[0].score - one.score < 1e-9]
    shares = first_shares(ranking)
    assert len(tied) > 1
    assert len({round(shares[slug], 6) for slug in tied}) == 1


def test_of_two_equal_systems_the_one_of_which_more_was_seen_in_sources_stands_first() -> None:
    for one, other in itertools.pairwise(ranked(Needs(), RankContext()).ranked):
        if abs(one.score - other.score) < 1e-9:
            assert one.confirmed >= other.confirmed


def test_every_turning_point_puts_that_system_first_and_the_step_before_it_does_not() -> None:
    ranking = ranked()
    leader = ranking.ranked[0].database
    found = turning_points(ranking)
    assert found
    assert len({(one.kind, one.name) for one in found}) == len(found)
    for way in found:
        assert way.leader != leader
        if way.kind == "need":
            assert after(way, SHOP, CONTEXT, leader).ranked[0].database == way.leader
    assert [one.distance for one in found] == sorted(one.distance for one in found)
