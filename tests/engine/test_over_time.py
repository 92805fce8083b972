"""The months in which something breaks, steps of growth, and the chance of exceeding a budget."""

from __future__ import annotations

import dataclasses
import json
import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from planner.engine.costs import size_and_price
from planner.engine.demand import MEDIAN, demand_of, parts_by_store
from planner.engine.document import Plan
from planner.engine.over_time import (
    MONTHS,
    QUANTILES,
    break_of,
    grown,
    limits_of,
    over_budget,
    restored,
    steps_of,
)
from planner.engine.recovery import recover
from planner.engine.results import Break, Estimate
from planner.engine.simulate import estimate
from tests.engine.cost_plans import plan_of, world
from tests.planner.plans import example

GROWING = {"growth_per_year": 1.0, "size_gib": 4000, "reads_per_second": 3000, "writes_per_second": 500}


def estimated(plan: Plan, draws: int = 64) -> Estimate:
    snapshot, prices = world()
    return estimate(plan, snapshot, prices, draws=draws)


def of_kind(found: Estimate, kind: str) -> list[Break]:
    return [one for one in found.breaks if one.kind == kind]


def test_months_of_a_break_are_those_in_which_so_many_draws_are_past() -> None:
    shares = np.array([0.0, 0.05, 0.1, 0.4, 0.5, 0.89])
    assert break_of("main", "size", "text", "", shares) == Break("main", "size", "text", "", 2, 4, None)
    assert break_of("main", "size", "text", "", shares / 10) is None


def test_a_size_limit_breaks_when_growth_says_so() -> None:
    plan = plan_of(needs=GROWING | {"size_gib": 9_000}, database="mysql", offering="self-hosted")
    (found,) = of_kind(estimated(plan), "size")
    limit = next(one for one in limits_of(world()[0].databases["mysql"]) if one.what == "size")
    assert found.likely == math.ceil(12 * math.log2(limit.value / 9_000))


def test_nothing_breaks_without_growth() -> None:
    plan = plan_of(needs={"growth_per_year": 0.0})
    found = estimated(plan)
    assert found.breaks == ()
    assert found.steps == ()


def test_a_store_that_outgrows_every_machine_keeps_its_cost_and_says_when() -> None:
    plan = plan_of(needs=GROWING | {"size_gib": 200, "growth_per_year": 4.0})
    found = estimated(plan)
    (machine,) = of_kind(found, "machine")
    assert machine.likely is not None
    assert 0 < machine.likely < MONTHS
    costs = [one.p50 for one in found.months]
    assert all(later >= earlier * 0.999 for earlier, later in pairwise(costs))


def test_recovery_that_takes_longer_with_more_data_misses_its_target_in_that_month() -> None:
    snapshot, prices = world()
    plan = example()
    (found,) = of_kind(estimated(plan), "target")
    assert found.likely is not None
    assert (found.early, found.late) == (None, None)
    met = []
    for month in (found.likely - 1, found.likely):
        later = grown(plan, month)
        data_sets, _ = recover(later, snapshot, size_and_price(later, snapshot, prices))
        met.append([one.met for path, one in data_sets.items() if plan.data_set(path).name in found.text])
    assert met == [[True], [False]]


def test_steps_keep_the_machine_and_add_nodes_only_where_they_are_needed() -> None:
    snapshot, prices = world()
    plan = plan_of(needs=GROWING, database="opensearch", offering="aws-opensearch")
    parts = parts_by_store(plan)["main"]
    store = plan.stores["main"].model_copy(update={"provider": "aws", "region": "us-east-1"})
    steps = steps_of("main", store, parts, snapshot, prices)
    nodes = [one.nodes for one in steps if one.nodes]
    assert len(steps) > 3
    assert nodes == sorted(set(nodes))
    assert len({one.shape for one in steps}) == 1


def test_a_single_machine_grows_to_a_larger_one() -> None:
    steps = estimated(plan_of(needs=GROWING | {"size_gib": 200})).steps
    assert steps
    assert len({one.shape for one in steps}) == len(steps)
    assert {one.nodes for one in steps} == {1}


@pytest.mark.parametrize("month", [0, 7, 36])
def test_the_grown_plan_asks_what_that_month_asks(month: int) -> None:
    plan = example()
    for slug, parts in parts_by_store(plan).items():
        later = parts_by_store(grown(plan, month))[slug]
        expected, found = demand_of(parts, MEDIAN, month), demand_of(later, MEDIAN)
        assert found.size_gib == pytest.approx(expected.size_gib)
        assert found.writes == pytest.approx(expected.writes)


def test_data_that_expire_grow_no_further_than_their_window() -> None:
    """1 write/s of 1 KiB for 60 days are 5 GiB: half of what is there, so that only the doubled writes fill it."""
    needs = {"growth_per_year": 1.0, "size_gib": 10, "writes_per_second": 1, "item_bytes": 1024, "retention_days": 60}
    plan = plan_of(needs=needs)
    for month in (6, 12, 24):
        found = demand_of(parts_by_store(grown(plan, month))["main"], MEDIAN).size_gib[0]
        assert found == pytest.approx(demand_of(parts_by_store(plan)["main"], MEDIAN, month).size_gib[0])
    assert found == pytest.approx(4 * 60 * 86_400 * 1024 / 2**30)


def test_the_chance_of_exceeding_a_budget_is_read_from_the_quantiles() -> None:
    months = (tuple(100.0 * share for share in QUANTILES),)
    assert over_budget(months, 30.0)[0] == pytest.approx(0.7)
    assert over_budget(months, 0.0)[0] == pytest.approx(0.995)
    assert over_budget(months, 1e9)[0] == pytest.approx(0.005)


def test_the_median_of_the_quantiles_is_the_months_p50_and_chances_fall_with_the_budget() -> None:
    found = estimated(example(), 128)
    assert found.quantiles[12][10] == pytest.approx(found.months[12].p50)
    chances = [over_budget(found.quantiles, usd)[12] for usd in (1_000, 8_000, 12_000, 10**6)]
    assert chances == sorted(chances, reverse=True)
    assert found.whole_period is not None
    assert found.whole_period.p50 > 36 * found.total.p50


def test_these_parts_survive_being_stored_and_old_estimates_have_none() -> None:
    found = estimated(example())
    stored: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(found)))
    again = restored(stored)
    assert again["breaks"] == found.breaks
    assert again["steps"] == found.steps
    assert again["quantiles"] == found.quantiles
    assert again["whole_period"] == found.whole_period
    assert restored({})["whole_period"] is None
