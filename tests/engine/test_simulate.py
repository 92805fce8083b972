"""The estimate: seeded, ordered, of sums, stoppable."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from planner.engine.costs import size_and_price
from planner.engine.document import Plan, parse
from planner.engine.results import Estimate
from planner.engine.simulate import Cancelled, estimate
from tests.engine.cost_plans import plan_of, world

EXAMPLE = Path(__file__).parents[2] / "planner" / "examples" / "webshop.yaml"


@pytest.fixture(scope="module")
def example() -> Plan:
    return parse(EXAMPLE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def result(example: Plan) -> Estimate:
    return estimate(example, *world(), draws=1024)


def test_same_seed_same_answer_and_another_seed_another(example: Plan, result: Estimate) -> None:
    assert estimate(example, *world(), draws=1024) == result
    other = estimate(example, *world(), draws=1024, seed=7)
    assert other.total != result.total
    assert other.total.p50 == pytest.approx(result.total.p50, rel=0.03)


def test_percentiles_are_ordered_everywhere(result: Estimate) -> None:
    for one in (result.total, *result.stores.values(), *result.months):
        assert 0 <= one.p10 <= one.p50 <= one.p90


def test_months_begin_today_and_grow(result: Estimate) -> None:
    assert len(result.months) == 37
    assert result.months[0] == result.total
    assert result.months[36].p50 > result.months[12].p50 > result.months[0].p50
    assert result.months[36].p90 - result.months[36].p10 > result.total.p90 - result.total.p10


def test_percentiles_are_of_sums_not_sums_of_percentiles(result: Estimate) -> None:
    assert result.total.p90 < sum(one.p90 for one in result.stores.values())
    assert result.total.p10 > sum(one.p10 for one in result.stores.values())


def test_every_draw_is_in_the_histogram(result: Estimate) -> None:
    assert len(result.histogram) == 30
    assert sum(count for _, _, count in result.histogram) == 1024
    edges = [(low, high) for low, high, _ in result.histogram]
    assert all(before[1] == pytest.approx(after[0]) for before, after in pairwise(edges))


def test_five_drivers_in_order_of_their_swing(result: Estimate) -> None:
    swings = [abs(one.high_usd - one.low_usd) for one in result.drivers]
    assert len(swings) == 5
    assert swings == sorted(swings, reverse=True)
    for one in result.drivers:
        assert one.high_usd >= one.low_usd
        assert 0 < one.rank_correlation <= 1


def test_a_driver_moves_the_median_as_a_plan_with_that_value_would() -> None:
    """Only the size is uncertain, so the swing ends where plans of p10 and p90 size are."""
    plan = plan_of(needs={"size_gib": [1000, 2000, 4000]}, database="dynamodb", offering="aws-dynamodb-on-demand")
    found = estimate(plan, *world(), draws=4096)
    (driver,) = found.drivers
    assert driver.path == "shop/orders.size_gib"
    assert driver.rank_correlation == pytest.approx(1.0, abs=1e-3)
    assert found.total.p10 - found.total.p50 == pytest.approx(driver.low_usd, rel=0.02)
    assert found.total.p90 - found.total.p50 == pytest.approx(driver.high_usd, rel=0.02)


def test_a_plan_without_ranges_has_one_number() -> None:
    plan = plan_of(database="dynamodb", offering="aws-dynamodb-on-demand")
    found = estimate(plan, *world(), draws=256)
    median = size_and_price(plan, *world())["main"].monthly_usd
    assert found.total.p10 == found.total.p50 == found.total.p90 == pytest.approx(float(median or 0))
    assert found.drivers == ()
    assert [count for _, _, count in found.histogram] == [256]


def test_unknown_prices_make_the_total_at_least() -> None:
    found = estimate(plan_of(region="sa-east-1"), *world(), draws=64)
    assert found.at_least
    assert "no price in aws sa-east-1" in found.unknown[0]


def test_an_unplaced_data_set_is_named() -> None:
    plan = plan_of()
    service = plan.services["shop"]
    loose = service.data["orders"].model_copy(update={"store": None})
    plan = plan.model_copy(update={"services": {"shop": service.model_copy(update={"data": {"orders": loose}})}})
    found = estimate(plan, *world(), draws=64)
    assert found.at_least
    assert found.unknown == ("Orders has no store yet, so its cost is not in here",)


def test_progress_rises_in_at_least_ten_steps_with_words() -> None:
    steps: list[tuple[float, str]] = []
    estimate(plan_of(), *world(), draws=64, on_progress=lambda share, step: steps.append((share, step)))
    shares = [share for share, _ in steps]
    assert len(steps) >= 10
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert all(step for _, step in steps)


def test_progress_may_cancel() -> None:
    def stop(share: float, step: str) -> None:
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        estimate(plan_of(), *world(), draws=64, on_progress=stop)


def test_blocks_of_draws_do_not_change_the_answer(
    example: Plan, result: Estimate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("planner.engine.simulate.BLOCK_VALUES", 300)
    found = estimate(example, *world(), draws=1024)
    assert np.isclose(found.total.p50, result.total.p50)
    assert found.months[36].p90 == pytest.approx(result.months[36].p90)
