"""Laws of sizes, costs and ranges, over generated loads of every kind of store. No database."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from planner.engine.costs import plan_cost, spread_of
from planner.engine.demand import parts_by_store
from planner.engine.document import Plan
from planner.engine.quantity import Quantity, draw
from planner.engine.shapes import choose, io_usd_hour, machine_shapes
from planner.engine.simulate import estimate
from planner.engine.sizing import ONE_NODE, POOL, SHARDS, Load
from tests.engine.cost_plans import plan_of, priced, world

PLACES = [
    ("postgresql", "aws-rds-postgresql"), ("mysql", "aws-rds-mysql"), ("aurora", "aws-aurora-postgresql"), ("postgresql", "self-hosted"),
    ("mongodb", "self-hosted"), ("documentdb", "aws-documentdb"), ("cockroachdb", "self-hosted"),
    ("redis", "aws-elasticache-redis"), ("valkey", "self-hosted"), ("memcached", "self-hosted"),
    ("cassandra", "self-hosted"), ("scylladb", "self-hosted"), ("opensearch", "aws-opensearch"), ("elasticsearch", "self-hosted"),
    ("clickhouse", "self-hosted"), ("kafka", "aws-msk"), ("kafka", "self-hosted"), ("dynamodb", "aws-dynamodb-on-demand"),
    ("s3", "aws-s3-standard"),
]  # fmt: skip
PAIR = {"mode": "asynchronous", "zones": 2}
places = st.sampled_from(PLACES)
EXACT = 1e-6  # at equal prices fewer nodes win: a millionth, see TIE


def usd(result: Any) -> float | None:
    """None where the bill is not whole: what is not known cannot be compared."""
    return None if result.unknown or result.monthly_usd is None else float(result.monthly_usd)


@settings(max_examples=300, deadline=None)
@given(
    places, st.floats(1, 3000), st.floats(0, 20_000), st.floats(0, 5000), st.integers(0, 2),
    st.sampled_from(["size_gib", "reads_per_second", "writes_per_second"]), st.floats(1, 20),
)  # fmt: skip
@example(
    ("cassandra", "self-hosted"), 488.47049140560785, 9352.755005480789, 0, 0, "reads_per_second", 1.0347773186065665
)
@example(
    ("cassandra", "self-hosted"), 428.41414554461477, 17098.11645133711, 10, 2, "writes_per_second", 16.472013518625893
)
@example(
    ("postgresql", "aws-rds-postgresql"),
    307.22061274602055,
    8499.050496531483,
    951.2883122388077,
    1,
    "size_gib",
    1.1551,
)
def test_more_data_or_load_never_costs_less(
    place: tuple[str, str], size: float, reads: float, writes: float, replicas: int, more: str, factor: float
) -> None:
    database, offering = place
    needs: dict[str, Any] = {"size_gib": size, "reads_per_second": reads, "writes_per_second": writes}
    store = {"database": database, "offering": offering, "replication": PAIR | {"replicas": replicas}}
    small, large = usd(priced(needs=needs, **store)), usd(priced(needs=needs | {more: needs[more] * factor}, **store))
    if small is not None and large is not None:
        assert large >= small * (1 - EXACT)


@settings(max_examples=60, deadline=None)
@given(places, st.floats(1, 500), st.integers(0, 3))
def test_another_copy_never_costs_less(place: tuple[str, str], size: float, replicas: int) -> None:
    database, offering = place
    store: dict[str, Any] = {"database": database, "offering": offering, "needs": {"size_gib": size}}
    fewer, more = (usd(priced(replication=PAIR | {"replicas": one}, **store)) for one in (replicas, replicas + 1))
    if fewer is not None and more is not None:
        assert more >= fewer * (1 - EXACT)


def ranged(size: float, spread: float) -> dict[str, Any]:
    return {
        "size_gib": [size / spread, size, size * spread],
        "reads_per_second": [10, 100, 100 * spread],
        "writes_per_second": [1, 10, 10 * spread],
    }


@settings(max_examples=40, deadline=None)
@given(places, st.floats(1, 300), st.floats(1, 8))
def test_percentiles_are_ordered_and_the_draws_are_the_same_again(
    place: tuple[str, str], size: float, spread: float
) -> None:
    plan = plan_of(needs=ranged(size, spread), database=place[0], offering=place[1])
    found = estimate(plan, *world(), draws=64, seed=3)
    for one in (found.total, *found.stores.values(), *found.months):
        assert one.p10 <= one.p50 <= one.p90
    for month in found.quantiles:
        assert all(low <= high for low, high in pairwise(month))
    assert estimate(plan, *world(), draws=64, seed=3) == found


def two_stores(size: float, spread: float) -> Plan:
    tree = plan_of(needs=ranged(size, spread)).model_dump(mode="json", exclude_defaults=True)
    tree |= {"polystore": 1}
    tree["stores"]["other"] = {"name": "Other", "database": "dynamodb", "offering": "aws-dynamodb-on-demand"}
    tree["services"]["shop"]["data"]["events"] = {"name": "Events", "needs": ranged(size, spread), "store": "other"}
    return Plan.model_validate(tree)


@settings(max_examples=15, deadline=None)
@given(st.floats(20, 200), st.floats(2, 8))
def test_the_median_of_a_sum_comes_from_the_draws(size: float, spread: float) -> None:
    """The total's percentiles are those of the sums, draw by draw, of what the stores cost in the same draws."""
    plan, (snapshot, prices) = two_stores(size, spread), world()
    parts = parts_by_store(plan)
    each = [
        spread_of(store.model_copy(update={"provider": "aws", "region": "us-east-1"}), parts[slug], snapshot, prices)
        for slug, store in plan.stores.items()
    ]
    sums = sum((one.monthly for one in each if one.monthly is not None), np.zeros(1))
    found = plan_cost(plan, snapshot, prices).monthly_usd
    assert found is not None
    assert (found.p10, found.p50, found.p90) == pytest.approx(tuple(np.percentile(sums, [10, 50, 90])))


@given(st.floats(0.001, 1e6), st.floats(1, 50), st.floats(1, 50))
def test_a_quantity_that_is_larger_everywhere_is_larger_in_every_draw(low: float, up: float, factor: float) -> None:
    u = np.linspace(0.001, 0.999, 101)
    small = draw(Quantity(low, low * up, low * up * up), u)
    large = draw(Quantity(low * factor, low * up * factor, low * up * up * factor), u)
    assert (large >= small * (1 - EXACT)).all()


@pytest.mark.parametrize("layout", [POOL, SHARDS, ONE_NODE])
def test_of_many_loads_none_costs_less_when_it_grows(layout: str) -> None:
    """Machines and disk operations of 20,000 loads, each beside one that is up to half as large again in every part."""
    shapes, random = machine_shapes(world()[1], "aws", "us-east-1"), np.random.default_rng(7)
    assert shapes is not None
    least = np.exp(random.uniform(0, np.log([[120.0], [1500.0], [200_000.0]]), (3, 20_000)))
    usd = []
    for cores, memory, iops in (least, least * random.uniform(1, 1.5, least.shape)):
        load = Load(cores, memory, np.zeros(1), iops, layout, np.full(1, 3.0), ())
        choice = choose(load, shapes, 1)
        io = io_usd_hour(iops, choice.nodes, shapes)
        usd.append(np.where(choice.index >= 0, choice.nodes * shapes.usd_hour[choice.index] + io, np.inf))
    assert (usd[1] >= usd[0] * (1 - EXACT)).all()
    assert np.isfinite(usd[1]).sum() > 1000
