"""What a commitment changes: hours of machines, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from catalog.facts import TEAM_SOURCE, PriceBook, index_prices
from planner.engine.commitment import HOURLY, committed, is_term
from planner.engine.costs import plan_cost, size_and_price
from planner.engine.document import Costs, Plan
from planner.engine.simulate import estimate
from tests.engine.cost_plans import plan_of, world


def paid(**costs: Any) -> Plan:
    return plan_of().model_copy(update={"costs": Costs(**costs)})


def with_terms(usd: str = "0.01") -> PriceBook:
    """The book with a three-year price for every EC2 type in us-east-1."""
    prices = world()[1]
    rows = prices.rows("aws", "Compute", "us-east-1")
    terms = [replace(one, billed="instance-3-years", usd=Decimal(usd), source="a term") for one in rows]
    return index_prices("with terms", (*prices.prices, *terms))


def test_nothing_committed_is_the_same_book() -> None:
    prices = world()[1]
    assert committed(prices, Costs()) is prices


def test_a_discount_of_ones_own_is_off_the_hours_and_off_nothing_else() -> None:
    prices = world()[1]
    book = committed(prices, Costs(commitment="own", discount_percent=25.0))
    assert book.id != prices.id
    for before, after in zip(prices.prices, book.prices, strict=True):
        hours = before.unit in HOURLY
        assert after.usd == (before.usd * Decimal("0.75") if hours else before.usd)
        assert ("committed" in after.source) == (hours and bool(before.usd))


def test_only_the_covered_hours_cost_less() -> None:
    book = committed(world()[1], Costs(commitment="own", discount_percent=50.0, coverage_percent=40.0))
    row = next(one for one in book.rows("aws", "Compute", "us-east-1") if one.resource == "m6g.large")
    assert row.usd == Decimal("0.077") * Decimal("0.8")
    assert "40 % of the hours" in row.source


def test_a_price_of_the_teams_own_is_not_discounted_twice() -> None:
    own = replace(world()[1].rows("aws", "Compute", "us-east-1")[0], source=f"{TEAM_SOURCE}: contract")
    book = committed(index_prices("own", (own,)), Costs(commitment="own", discount_percent=50.0))
    assert book.prices[0].usd == own.usd


def test_a_term_uses_the_terms_price_where_there_is_one() -> None:
    plan = paid(commitment="3-years").model_copy(update={"stores": _self_hosted().stores})
    snapshot = world()[0]
    line = size_and_price(plan, snapshot, with_terms())["main"].lines[0]
    assert line.unit_price_usd == Decimal("0.01")
    assert "3-years" in line.because.source


def test_without_a_price_for_the_term_list_price_stays() -> None:
    snapshot, prices = world()
    assert plan_cost(paid(commitment="3-years"), snapshot, prices) == plan_cost(plan_of(), snapshot, prices)


def test_a_terms_price_is_never_bought_by_the_hour() -> None:
    snapshot, prices = world()
    plan = _self_hosted()
    assert any(is_term(one) for one in with_terms().prices)
    before, after = (size_and_price(plan, snapshot, book)["main"].monthly_usd for book in (prices, with_terms()))
    assert before == after


def _self_hosted() -> Plan:
    return plan_of(offering="self-hosted")


def test_the_plan_and_its_estimate_honour_the_commitment() -> None:
    snapshot, prices = world()
    plan = paid(commitment="own", discount_percent=50.0)
    list_price, less = (plan_cost(one, snapshot, prices).monthly_usd for one in (plan_of(), plan))
    assert list_price is not None
    assert less is not None
    assert less.p50 < list_price.p50
    assert (
        estimate(plan, snapshot, prices, draws=64).total.p50 < estimate(plan_of(), snapshot, prices, draws=64).total.p50
    )


@pytest.mark.parametrize(
    "costs", [{"commitment": "own"}, {"discount_percent": 101.0}, {"coverage_percent": -1.0}, {"commitment": "5-years"}]
)
def test_what_makes_no_sense_is_refused(costs: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Costs(**costs)
