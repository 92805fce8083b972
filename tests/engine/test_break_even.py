"""Where two ways to run a store cost the same."""

from __future__ import annotations

from typing import Any

import pytest

from planner.engine.break_even import LOAD, Ask, BreakEven, _crossings, by_load, by_month, by_peak, rival, uneven
from planner.engine.demand import MEDIAN, demand_of, parts_by_store
from planner.engine.document import Plan
from planner.engine.elsewhere import Found, found_for
from planner.engine.people import People
from tests.engine.cost_plans import plan_of, world

DYNAMO = {"database": "dynamodb", "offering": "aws-dynamodb-on-demand"}


def every(plan: Plan) -> tuple[Found, ...]:
    snapshot, prices = world()
    return found_for(plan, "main", parts_by_store(plan)["main"], snapshot, prices)


def ask_of(plan: Plan, **people: Any) -> Ask:
    snapshot, prices = world()
    return Ask(parts_by_store(plan)["main"], snapshot, prices, People(**people))


def test_lines_that_cross_by_hand() -> None:
    assert _crossings("month", (0, 1, 2), (0.0, 1.0, 2.0), (1.0, 1.0, 1.0)) == (1.0,)
    assert _crossings("month", (0, 1), (0.0, 4.0), (1.0, 1.0)) == (0.25,)
    assert _crossings(LOAD, (1.0, 100.0), (0.0, 2.0), (1.0, 1.0)) == pytest.approx((10.0,))
    assert _crossings("month", (0, 1, 2), (0.0, None, 4.0), (2.0, 2.0, 2.0)) == (1.0,)
    assert _crossings("month", (0, 1), (1.0, 1.0), (1.0, 1.0)) == ()


def test_on_demand_against_provisioned_crosses_where_the_two_prices_say() -> None:
    """3,600 x price of a unit on demand / price of a provisioned unit for an hour; reads and writes have the same ratio."""
    plan = plan_of(needs={"reads_per_second": 40_000, "writes_per_second": 10_000}, **DYNAMO)
    rows = every(plan)
    other = rival(rows)
    assert other is not None
    assert other.option.key == "aws-dynamodb-provisioned"
    assert uneven(rows[0], other)
    found = by_peak(rows[0].option.store, other.option.store, ask_of(plan))
    book = {one.billed: float(one.usd) for one in world()[1].rows("aws", "Amazon DynamoDB", "us-east-1")}
    factor = 3600 * book["read-on-demand"] / 1e6 / book["read-provisioned"]
    assert found.crossings == pytest.approx((factor,), rel=1e-3)
    assert found.cheaper_below == 1


def test_managed_against_own_machines_crosses_where_the_hours_are_worth_it() -> None:
    plan = plan_of()
    rows = every(plan)
    other = rival(rows)
    assert other is not None
    assert other.option.offering is None
    ask = ask_of(plan, managed_hours=1, own_hours=6, hourly_usd=90)
    found = by_load(rows[0].option.store, other.option.store, ask)
    assert found.cheaper_below == 0
    assert found.crossings
    before, after = found.crossings[0] * 0.8, found.crossings[-1] * 1.6
    low, high = (_costs(found, at) for at in (before, after))
    assert low[0] < low[1]
    assert high[0] > high[1]


def _costs(found: BreakEven, at: float) -> tuple[float, float]:
    _, one, other = min(found.both, key=lambda point: abs(point[0] - at))
    return one, other


def test_without_peoples_time_own_machines_are_cheaper_from_the_start() -> None:
    plan = plan_of()
    rows = every(plan)
    other = rival(rows)
    assert other is not None
    assert by_load(rows[0].option.store, other.option.store, ask_of(plan)).cheaper_below == 1


def test_today_is_on_every_axis_and_costs_what_the_plan_says() -> None:
    plan = plan_of(needs={"growth_per_year": 0.5})
    store, ask = every(plan)[0].option.store, ask_of(plan, managed_hours=0)
    today = ask.cost(store, demand_of(ask.parts, MEDIAN))
    for found in (by_load(store, store, ask), by_month(store, store, ask)):
        at = 1.0 if found.axis == LOAD else 0.0
        assert next(cost for x, cost, _ in found.both if x == pytest.approx(at)) == pytest.approx(today)
        assert found.crossings == ()
        assert found.cheaper_below is None


def test_loads_that_no_machine_carries_have_no_cost() -> None:
    backup = {"kind": "full", "every": "1d", "keep": "2w", "method": "physical"}
    plan = plan_of(needs={"reads_per_second": 5_000, "size_gib": 500}, backups=[backup])
    store = every(plan)[0].option.store
    found = by_load(store, store, ask_of(plan))
    assert found.first[-1] is None
    assert found.first[32] is not None


def test_a_store_without_a_price_has_no_rival() -> None:
    assert rival(every(plan_of(database="neo4j", offering=None))) is None
