"""Every machine that was weighed says why it was taken or not."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planner.engine.costs import Priced, search_of
from planner.engine.shapes import Shapes, choose
from planner.engine.shapes_tried import CHOSEN, DEARER, REFUSED, Tried, Weighed, tried
from tests.engine.cost_plans import plan_of, world

COPIES = {"mode": "asynchronous", "replicas": 2, "zones": 3}
KINDS = [
    ("postgresql", "aws-rds-postgresql"), ("mysql", "self-hosted"), ("aurora", "aws-aurora-postgresql"), ("redis", "aws-elasticache-redis"),
    ("valkey", "self-hosted"), ("memcached", "self-hosted"), ("cassandra", "self-hosted"), ("scylladb", "self-hosted"),
    ("mongodb", "self-hosted"), ("opensearch", "aws-opensearch"), ("elasticsearch", "self-hosted"),
    ("clickhouse", "self-hosted"), ("kafka", "aws-msk"), ("cockroachdb", "self-hosted"),
]  # fmt: skip


def search(**store: Any) -> Priced:
    found = search_of(plan_of(**store), "main", *world())
    assert isinstance(found, Priced)
    return found


def weighed(**store: Any) -> Weighed:
    found = search(**store).weighed
    assert found is not None
    return found


def alone(one: Weighed, at: int) -> Shapes:
    """A list of that machine only."""
    shapes = one.shapes
    return Shapes(
        shapes.rows[at : at + 1], shapes.cores[[at]], shapes.memory_gib[[at]], shapes.usd_hour[[at]]
    )  # fmt: skip


@pytest.mark.parametrize(("database", "offering"), KINDS)
@pytest.mark.parametrize("size_gib", [5, 1000])
def test_the_chosen_machine_is_the_bills_and_each_answer_is_true(database: str, offering: str, size_gib: int) -> None:
    found = search(
        database=database, offering=offering, needs={"size_gib": size_gib, "reads_per_second": 9_000}, replication=COPIES
    )  # fmt: skip
    one = found.weighed
    assert one is not None
    rows = tried(one)
    assert len(rows) == len(one.shapes.rows) > 5
    assert [row.usd_month for row in rows] == sorted(row.usd_month for row in rows)
    (chosen,) = (row for row in rows if row.answer == CHOSEN)
    assert chosen.row.resource == found.shape
    if one.load.layout != "one-node":
        assert chosen.nodes == found.nodes
    for row in rows:
        _check(one, row)


def _check(one: Weighed, row: Tried) -> None:
    at = one.shapes.rows.index(row.row)
    by_itself = choose(one.load, alone(one, at), one.copies)
    assert (row.answer == REFUSED) == bool(row.lacks)
    if one.load.layout == "one-node":
        assert (by_itself.index[0] < 0) == (row.answer == REFUSED), row
    if by_itself.index[0] >= 0:
        assert row.nodes == by_itself.nodes[0], row


@pytest.mark.parametrize(
    ("needs", "lack"),
    [
        ({"reads_per_second": 20_000, "item_bytes": 100}, "CPU"),
        ({"reads_per_second": 4_000, "item_bytes": 400_000}, "network"),
        ({"size_gib": 800}, "memory"),
        ({"size_gib": 60_000}, "disk"),
        ({"writes_per_second": 50_000}, "IOPS"),
    ],
)
def test_what_a_machine_lacks_is_named(needs: dict[str, Any], lack: str) -> None:
    rows = tried(weighed(needs=needs))
    lacking = {one.of for row in rows for one in row.lacks}
    assert lack in lacking
    if lack in ("disk", "IOPS"):  # no machine of the list has a larger disk
        assert all(row.answer == REFUSED for row in rows)


def test_iops_beyond_any_disk_are_unknown_with_the_reason() -> None:
    found = search(needs={"writes_per_second": 50_000})
    assert "256,000 of 300," in found.unknown[0]
    assert "IOPS" in found.unknown[0]


def test_a_shared_volume_has_no_disk_to_run_out_of_operations() -> None:
    rows = tried(weighed(database="aurora", offering="aws-aurora-postgresql", needs={"writes_per_second": 50_000}))
    assert {one.of for row in rows for one in row.lacks} == {"CPU"}


def test_more_nodes_where_one_disk_is_full() -> None:
    """Three copies of 300 TiB: what one disk holds decides, for all copies together."""
    one = weighed(database="kafka", offering="self-hosted", replication=COPIES)
    full = replace(one, load=replace(one.load, disk_gib=np.array([300_000.0])))
    assert choose(full.load, full.shapes, 3).nodes[0] == math.ceil(300_000 * 3 / 65_536)
    assert next(row for row in tried(full) if row.answer == CHOSEN).decided_by == "disk"


def test_a_spread_load_says_what_decides_the_number() -> None:
    many = tried(weighed(database="cassandra", offering="self-hosted", needs={"size_gib": 30_000}))
    assert {row.decided_by for row in many} >= {"copies and shards", "memory"}
    assert {row.lacks[0].text.split(" of ")[1] for row in many if row.answer == REFUSED} == {"8.0 cores"}
    assert any(row.answer == DEARER for row in many)
    assert np.isclose(many[0].usd_month, float(many[0].row.usd) * many[0].nodes * 730)


@pytest.mark.parametrize(
    ("database", "offering"),
    [("dynamodb", "aws-dynamodb-on-demand"), ("s3", "aws-s3-standard"), ("neo4j", "self-hosted")],
)
def test_nothing_is_chosen_where_no_machine_is_bought_or_no_formula_is_known(database: str, offering: str) -> None:
    found = search(database=database, offering=offering)
    assert found.weighed is None
    assert bool(found.unknown) == (database == "neo4j")


def test_small_machines_in_great_number_are_refused_and_few_of_them_are_not() -> None:
    one = weighed(database="opensearch", offering="aws-opensearch")
    few, many = (replace(one, load=replace(one.load, cores=np.array([cores]))) for cores in (12.0, 100.0))
    assert {row.cores for row in tried(few) if row.answer != REFUSED} >= {2.0, 4.0}
    assert all((row.answer == REFUSED) == (row.cores < 8) for row in tried(many))
    assert tried(many)[0].nodes > 10


@pytest.mark.parametrize(("size_gib", "known"), [(1_000, True), (200_000, False)])
def test_the_volume_of_aurora_has_a_limit_of_its_own(size_gib: int, known: bool) -> None:
    """More than one machine's disk is no reason: 128 TiB are."""
    one = weighed(database="aurora", offering="aws-aurora-postgresql", needs={"size_gib": size_gib})
    assert not {lack.of for row in tried(one) for lack in row.lacks} & {"disk", "IOPS"}
    found = search(database="aurora", offering="aws-aurora-postgresql", needs={"size_gib": size_gib})
    assert bool(found.unknown) != known
    assert known or any("at most 131,072 GiB" in text for text in found.unknown)
