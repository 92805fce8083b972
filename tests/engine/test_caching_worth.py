"""What a cache costs and saves: the load left shrinks the store behind, and the cheapest size is one of those compared."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from catalog.files import packaged_prices, packaged_snapshot
from planner.engine import edits
from planner.engine.caching.inputs import Inputs, inputs_of
from planner.engine.caching.worth import Worth, worth_of
from planner.engine.costs import size_and_price
from planner.engine.document import Plan, parse

PATH = "product-catalog/products"
EXAMPLE = Path(__file__).parents[2] / "planner" / "examples" / "webshop.yaml"
SNAPSHOT, PRICES = packaged_snapshot(), packaged_prices()


def example(**changed: object) -> Plan:
    """The example; what is given replaces fields of the data set."""
    plan = parse(EXAMPLE.read_bytes(), "yaml")
    return edits.with_data_set(plan, PATH, plan.data_set(PATH).model_copy(update=changed))


def worth(plan: Plan, **changed: object) -> Worth:
    inputs = inputs_of(plan, PATH)
    assert isinstance(inputs, Inputs)
    found = worth_of(plan, PATH, replace(inputs, **changed), SNAPSHOT, PRICES)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_without_a_cache_the_store_behind_costs_what_the_plan_says() -> None:
    plan = example()
    said = size_and_price(plan, SNAPSHOT, PRICES)["mongo-catalog"]
    found = worth(plan)
    assert said.monthly_usd is not None
    assert found.alone_usd == pytest.approx(float(said.monthly_usd))
    assert found.alone_shape == said.shape


def test_what_the_cache_leaves_needs_a_smaller_store_and_the_rest_is_arithmetic() -> None:
    found = worth(example())
    assert found.chosen is not None
    assert found.chosen.memory_gib == pytest.approx(9.6, rel=0.5)
    assert found.chosen.store_shape != found.alone_shape
    assert found.saved == pytest.approx((found.alone_usd or 0) - (found.chosen.store_usd or 0))
    assert (found.saved or 0) > 0
    assert found.chosen.together == pytest.approx((found.chosen.cache_usd or 0) + (found.chosen.store_usd or 0))


def test_the_cheapest_is_none_dearer_than_any_other_and_hits_most_of_equals() -> None:
    found = worth(example())
    priced = [one for one in found.sizes if one.together is not None]
    best = found.cheapest
    assert best is not None
    assert best.together == pytest.approx(min(one.together for one in priced if one.together is not None), abs=1)
    same = [one for one in priced if one.together == pytest.approx(best.together, abs=0.5)]
    assert best.hit_ratio == pytest.approx(max(one.hit_ratio for one in same), abs=1e-3)
    assert found.chosen in found.sizes


def test_more_memory_never_hits_less_nor_leaves_a_dearer_store() -> None:
    sizes = worth(example()).sizes
    assert [one.memory_gib for one in sizes] == sorted(one.memory_gib for one in sizes)
    for small, large in pairwise(sizes):
        assert large.hit_ratio >= small.hit_ratio - 1e-9
        assert (large.store_usd or 0) <= (small.store_usd or 0) + 1e-6
        assert (large.cache_usd or 0) >= (small.cache_usd or 0) - 1e-6


def test_a_store_paid_by_the_request_saves_in_step_with_the_hits() -> None:
    plan = example()
    store = plan.stores["mongo-catalog"].model_copy(
        update={"database": "dynamodb", "offering": "aws-dynamodb-on-demand", "version": None, "replication": None}
    )
    found = worth(edits.with_store(plan, "mongo-catalog", store))
    costs = [one.store_usd for one in found.sizes]
    assert all(one is not None for one in costs)
    assert costs[0] > costs[len(costs) // 2] >= costs[-1]  # type: ignore[operator]
    assert found.saved is not None and found.saved > 0


def test_what_has_no_price_or_no_memory_stays_unknown() -> None:
    assert worth(example(), memory_gib=None).chosen is None
    assert worth(example(), memory_gib=None).saved is None
    cache = example().data_set(PATH).cache
    assert cache is not None
    in_process = worth(example(cache=cache.model_copy(update={"layer": "in-process", "store": None})))
    assert in_process.cheapest is None
    assert in_process.chosen is not None
    assert in_process.chosen.cache_usd is None
    assert in_process.saved is not None


def test_without_a_store_behind_there_is_nothing_to_compare() -> None:
    plan = example(store=None)
    inputs = inputs_of(plan, PATH)
    assert isinstance(inputs, Inputs)
    assert worth_of(plan, PATH, inputs, SNAPSHOT, PRICES) is None
