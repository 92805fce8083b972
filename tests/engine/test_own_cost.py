"""Costs of a store of its own: the surface says what the bill says, unknown stays unknown, cost moves the ranking."""

from __future__ import annotations

import pytest

from catalog.facts import index_prices
from catalog.files import packaged_prices, packaged_snapshot
from planner.engine.context import RankContext
from planner.engine.costs import size_and_price
from planner.engine.document import Needs, parse
from planner.engine.own_cost import Where, monthly_usd, surface_of, value_of
from planner.engine.ranking import rank

SNAPSHOT, PRICES = packaged_snapshot(), packaged_prices()
AWS = Where(PRICES, "aws", "us-east-1")
PLAN = """polystore: 1
name: One store
provider: aws
region: us-east-1
services:
  a: {{name: A, tier: medium, data: {{b: {{name: B, store: one, needs: {needs}}}}}}}
stores:
  one:
    name: One
    database: {database}
    offering: {offering}
    provider: aws
    region: us-east-1
    replication: {{mode: asynchronous, replicas: 1, zones: 2}}
"""


def needs(size: float, reads: float, writes: float, item: float = 1024) -> dict[str, float]:
    return {"size_gib": size, "reads_per_second": reads, "writes_per_second": writes, "item_bytes": item}


def billed(database: str, offering: str, asked: dict[str, float]) -> float:
    plan = parse(PLAN.format(needs=str(asked).replace("'", ""), database=database, offering=offering))
    monthly = size_and_price(plan, SNAPSHOT, PRICES)["one"].monthly_usd
    assert monthly is not None
    return float(monthly)


@pytest.mark.parametrize(
    ("database", "offering"),
    [("postgresql", "aws-rds-postgresql"), ("s3", "aws-s3-standard"), ("cockroachdb", "self-hosted")],
)
@pytest.mark.parametrize("asked", [needs(100, 1000, 100), needs(10, 100, 1000)])
def test_at_a_point_of_the_grid_it_is_the_bill(database: str, offering: str, asked: dict[str, float]) -> None:
    found = monthly_usd(Needs.model_validate(asked), surface_of(AWS, SNAPSHOT))
    assert found[database] == pytest.approx(billed(database, offering, asked), rel=1e-6)


@pytest.mark.parametrize("asked", [needs(210, 420, 85, 2048), needs(37, 5000, 600, 300), needs(900, 30, 4, 60_000)])
@pytest.mark.parametrize(("database", "offering"), [("postgresql", "aws-rds-postgresql"), ("s3", "aws-s3-standard")])
def test_between_points_it_is_within_a_third(database: str, offering: str, asked: dict[str, float]) -> None:
    found = monthly_usd(Needs.model_validate(asked), surface_of(AWS, SNAPSHOT))[database]
    assert found == pytest.approx(billed(database, offering, asked), rel=0.34)


def test_unknown_stays_unknown() -> None:
    surface = surface_of(AWS, SNAPSHOT)
    assert monthly_usd(Needs(), surface) == {}
    known = monthly_usd(Needs.model_validate(needs(10, 10, 10)), surface)
    assert "spanner" not in known  # sold by another provider only, and nothing to run oneself
    assert "postgresql" not in monthly_usd(Needs.model_validate(needs(100_000, 1e6, 1e6)), surface)
    assert (
        monthly_usd(Needs.model_validate(needs(10, 10, 10)), surface_of(Where(index_prices("no", ()), "aws"), SNAPSHOT))
        == {}
    )


def test_the_value_falls_from_one_to_nothing() -> None:
    assert value_of(1, 100) == 1
    assert value_of(27, 100) == 1  # 25 USD and 0.02 USD a GiB
    assert value_of(270, 100) == pytest.approx(0.5)
    assert value_of(2700, 100) == 0


def cost_part(context: RankContext, asked: Needs, database: str = "postgresql") -> tuple[float, str]:
    candidate = rank(asked, context, SNAPSHOT).candidate(database)
    assert candidate
    part = next(one for one in candidate.contributions if one.criterion == "cost")
    return part.value, part.because.text


def test_the_score_says_what_was_priced_and_why_nothing_was() -> None:
    asked = Needs.model_validate(needs(100, 100, 100))
    value, text = cost_part(RankContext(provider="aws", region="us-east-1", prices=PRICES), asked)
    assert 0 < value < 1
    assert "USD a month" in text and "Amazon RDS for PostgreSQL, aws us-east-1" in text
    assert cost_part(RankContext(prices=PRICES), asked) == (0.25, "no provider is named: cost decides nothing")
    assert "size_gib is empty" in cost_part(RankContext(provider="aws", prices=PRICES), Needs())[1]
    assert "no price for it here" in cost_part(RankContext(provider="aws", prices=PRICES), asked, "spanner")[1]


def test_the_cheaper_of_two_gains_when_cost_weighs_more() -> None:
    asked = Needs.model_validate(needs(100, 100, 100) | {"consistency": "strong"})
    context = RankContext(provider="aws", prices=PRICES)
    heavy = RankContext(provider="aws", prices=PRICES, weights=(("cost", 60.0),))

    def lead(one: RankContext) -> float:
        ranking = rank(asked, one, SNAPSHOT)
        cheap, dear = ranking.candidate("postgresql"), ranking.candidate("aurora")
        assert cheap and dear
        return cheap.score - dear.score

    assert lead(heavy) > lead(context)
