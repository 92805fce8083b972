"""The impact in words: what a curator reads of a plan that they may open, and of one that they may not."""

from __future__ import annotations

import pytest

from planner.engine.impact import CostImpact, FindingImpact, Move, PlanImpact, RankingImpact
from planner.impact_words import Line, counts_of, lines_of, ordinal
from tests.planner.plans import example

NAMES = {"postgresql": "PostgreSQL", "aurora": "Aurora"}
ORDERS = "order-service/orders"


def of_move(move: Move, database: str = "postgresql", first: tuple[str, str] = ("postgresql", "postgresql")) -> Line:
    found = PlanImpact((RankingImpact(ORDERS, database, first[0], first[1], (move,)),), (), None)
    return lines_of(found, NAMES, example())[0]


@pytest.mark.parametrize(
    ("move", "what", "effect", "tone"),
    [
        (Move("postgresql", 1, 1, 84.2, 80.9), "PostgreSQL 84 to 81", "stays first", ""),
        (Move("postgresql", 1, 2, 71.0, 66.0), "PostgreSQL 71 to 66", "now second", "warn"),
        (Move("postgresql", 1, None, 71.0, None), "PostgreSQL 71, then ruled out", "now first: Aurora", "bad"),
        (Move("aurora", None, 3, None, 80.0), "Aurora comes in with 80", "now third", ""),
        (Move("aurora", 4, None, 50.0, None), "Aurora 50, then ruled out", "was fourth", ""),
        (Move("aurora", 12, 11, 50.2, 50.4), "Aurora 50 as before", "now 11th", ""),
        (Move("new", None, 1, None, 99.0), "new comes in with 99", "now first", "warn"),
    ],
)
def test_a_move(move: Move, what: str, effect: str, tone: str) -> None:
    first = ("postgresql", "aurora") if move.rank_after is None else ("postgresql", "postgresql")
    line = of_move(move, first=first)
    assert (line.what, line.effect, line.tone, line.where) == (what, effect, tone, "Orders, transactions")


def test_data_sets_in_which_the_same_happens_share_a_line() -> None:
    move = Move("aurora", 4, 5, 50.0, 48.0)
    paths = (ORDERS, "order-service/carts")
    found = PlanImpact(tuple(RankingImpact(path, "", "a", "a", (move,)) for path in paths), (), None)
    lines = lines_of(found, NAMES, example())
    assert len(lines) == 1
    assert lines[0].where.startswith("Orders, transactions, ")


def test_findings_and_cost_of_an_open_and_of_a_private_plan() -> None:
    finding = FindingImpact("placement.refused", "high", "Main database cannot hold Orders", "x", appears=True)
    gone = FindingImpact("caching.stampede", "low", "Carts", "y", appears=False)
    found = PlanImpact((), (finding, gone), CostImpact(100.0, 220.0, False, True))
    told = lines_of(found, NAMES, example())
    assert told[0] == Line(
        "placement.refused finding appears", "high finding", "Main database cannot hold Orders", "bad"
    )
    assert Line("Cost $100 to at least $220 a month", "+$120") in told
    private = lines_of(found, NAMES, None)
    assert Line("caching.stampede finding goes", "low finding") in private
    assert Line("Monthly cost", "rises") in private
    assert not any("Orders" in line.where + line.what or "$" in line.what + line.effect for line in private)


@pytest.mark.parametrize(
    ("cost", "effect"),
    [
        (CostImpact(5.0, None, False, True), "becomes unknown"),
        (CostImpact(None, 5.0, True, False), "becomes known"),
        (CostImpact(5.0, 4.0, False, False), "falls"),
        (CostImpact(5.0, 5.0, False, True), "is priced more or less fully"),
    ],
)
def test_the_cost_of_a_private_plan(cost: CostImpact, effect: str) -> None:
    assert lines_of(PlanImpact((), (), cost), NAMES, None)[0].effect == effect


def test_ordinals_and_counts() -> None:
    assert [ordinal(one) for one in (1, 10, 11, 12, 21, 22, 53, 111)] == [
        "first", "tenth", "11th", "12th", "21st", "22nd", "53rd", "111th",
    ]  # fmt: skip
    assert ordinal(None) == "not ranked"
    assert counts_of({"leader": 1, "cost": 3}) == "1 gets another first place, 3 get another cost"
