"""Sizes of stores: worked by hand first, then laws."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.engine import assumptions as a
from planner.engine.demand import MEDIAN, demand_of, parts_by_store
from planner.engine.quantity import Floats
from planner.engine.shapes import choose, machine_shapes, managed_shapes, shapes_of
from planner.engine.sizing import ONE_NODE, POOL, SHARDS, Load, load_of
from planner.engine.staffing import allocated
from tests.engine.cost_plans import plan_of, priced, world


def load(database: str, copies: int = 1, needs: Mapping[str, object] | None = None) -> Load:
    plan = plan_of(needs=dict(needs or {}), database=database, offering="self-hosted")
    parts = parts_by_store(plan)["main"]
    found = load_of(world()[0].databases[database], demand_of(parts, MEDIAN), MEDIAN, parts, copies)
    assert isinstance(found, Load)
    return found


def made(cores: float, memory: float, layout: str, pieces: float = 1.0) -> Load:
    none = np.zeros(1)
    return Load(np.array([cores]), np.array([memory]), none, none, layout, np.array([pieces]), ())


def test_rows_by_hand() -> None:
    """100 reads x 0.3 ms + 10 writes x 0.6 ms = 0.036 erlang, x 3 at the peak; tier high: Q = 1.761."""
    found = load("postgresql")
    busy = 3 * 0.036
    assert found.cores[0] == pytest.approx(busy + 1.761 * math.sqrt(busy))
    assert found.memory_gib[0] == pytest.approx(50 * 0.1 + 2)
    assert found.disk_gib[0] == pytest.approx(60)
    assert found.iops[0] == pytest.approx(3 * (0.1 * 100 + 10 * 2))
    assert found.layout == ONE_NODE


def test_memory_store_by_hand() -> None:
    """1 KiB values under 32-byte keys: 24 + 40 + 16 + 1280 bytes each; three quarters of the memory is usable."""
    found = load("redis", needs={"size_gib": 3, "reads_per_second": 50_000, "writes_per_second": 10_000})
    assert found.memory_gib[0] == pytest.approx(3 / 1024 * (24 + 40 + 16 + 1280) / 0.75)
    assert found.pieces[0] == 2  # 3 x 60,000 commands, 100,000 a shard
    assert found.layout == SHARDS


def test_search_and_columns_by_hand() -> None:
    assert load("opensearch").disk_gib[0] == pytest.approx(50 * 1.1 / 0.85)
    assert load("clickhouse").disk_gib[0] == pytest.approx(50 / 8 * 1.2)
    assert load("kafka").disk_gib[0] == pytest.approx(50 * 2.5)
    assert load("cassandra", needs={"size_gib": 9000}).pieces[0] == 3  # 9000 / 1.5 = 6000 GiB, 2000 a node


def test_copies_share_the_queries_of_search() -> None:
    reads = {"reads_per_second": 1000, "writes_per_second": 0}
    assert load("opensearch", copies=2, needs=reads).cores[0] < load("opensearch", copies=1, needs=reads).cores[0]


@pytest.mark.parametrize("database", ["qdrant", "neo4j", "influxdb", "rabbitmq", "snowflake"])
def test_no_formula_is_said_and_left_unknown(database: str) -> None:
    result = priced(database=database, offering="self-hosted")
    assert result.monthly_usd is None
    assert "no trustworthy formula" in result.unknown[0]


def test_the_cheapest_shape_that_fits_is_taken_and_the_cheaper_ones_say_what_they_lack() -> None:
    result = priced(needs={"size_gib": 250})
    assert result.shape == "db.r6g.xlarge"  # 27 GiB: 16 are too few, db.m6g.2xlarge with 32 costs more
    text = " ".join(one.text for one in result.reasons)
    assert "has only 16 of 27.0 GiB" in text


def test_one_writer_larger_than_any_machine_is_unknown_with_the_reason() -> None:
    result = priced(needs={"writes_per_second": 200_000})
    assert result.monthly_usd is None
    assert "no machine is large enough" in result.unknown[0]
    assert "cores" in result.unknown[0]


def brute(load: Load, rows: list[tuple[float, float, float]]) -> float:
    """The least price an hour, tried one by one."""
    fitting = [usd for cores, memory, usd in rows if cores >= load.cores[0] and memory >= load.memory_gib[0]]
    return min(fitting, default=math.inf)


@settings(max_examples=200, deadline=None)
@given(st.floats(0.01, 80), st.floats(0.1, 500))
def test_table_choice_equals_trying_each_shape(cores: float, memory: float) -> None:
    shapes = machine_shapes(world()[1], "aws", "us-east-1")
    assert shapes is not None
    rows = list(zip(shapes.cores.tolist(), shapes.memory_gib.tolist(), shapes.usd_hour.tolist(), strict=True))
    wanted = made(cores, memory, ONE_NODE)
    choice = choose(wanted, shapes, 1)
    best = brute(wanted, rows)
    assert (choice.row is None) == math.isinf(best)
    if choice.row is not None:
        assert float(choice.row.usd) == best


@settings(max_examples=100, deadline=None)
@given(st.floats(0.1, 300), st.floats(0.1, 3000), st.integers(1, 5))
def test_pooled_nodes_carry_the_load_of_all_copies(cores: float, memory: float, copies: int) -> None:
    shapes = managed_shapes(world()[1], "aws", "Amazon OpenSearch Service", "us-east-1", "opensearch", "node")
    assert shapes is not None
    choice = choose(made(cores, memory, POOL), shapes, copies)
    at, nodes = int(choice.index[0]), choice.nodes[0]
    assert nodes >= copies
    assert nodes * shapes.cores[at] >= cores * copies - 1e-6
    assert nodes * shapes.memory_gib[at] >= memory * copies - 1e-6


def test_burstable_machines_are_not_chosen() -> None:
    rows = tuple(row for row in world()[1].prices if row.resource == "db.t4g.large")
    assert rows
    assert shapes_of(rows, world()[1]) is None


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["postgresql", "redis", "opensearch", "clickhouse", "cassandra", "kafka"]), st.floats(1, 50))
def test_more_data_needs_no_smaller_machine(database: str, factor: float) -> None:
    small = load(database)
    large = load(database, needs={"size_gib": 50 * factor, "reads_per_second": 100 * factor})
    for name in ("cores", "memory_gib", "disk_gib", "pieces"):
        before: Floats = getattr(small, name)
        after: Floats = getattr(large, name)
        assert after[0] >= before[0] - 1e-9, name


def test_every_assumption_has_range_unit_and_unique_key() -> None:
    assert len({one.key for one in a.ALL}) == len(a.ALL) >= 30
    for one in a.ALL:
        assert one.low <= one.likely <= one.high, one.key
        assert one.unit and one.text, one.key


def test_an_item_as_large_as_the_plan_format_allows_has_a_size_in_memory() -> None:
    assert allocated(np.array([1e18]))[0] >= 1e18
    assert allocated(np.array([9.0, 129.0])).tolist() == [16, 160]
