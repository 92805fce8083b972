"""The machine that the plan names: for systems without a formula, and in place of the formula's choice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from planner.engine.costs import Priced, search_of
from planner.engine.demand import parts_by_store
from planner.engine.document import DocumentError, checked, dump_yaml, parse
from planner.engine.elsewhere import found_for
from planner.engine.shapes_tried import CHOSEN, STATED, tried
from planner.engine.simulate import estimate
from tests.engine.cost_plans import line, plan_of, priced, world

COPIES = {"mode": "asynchronous", "replicas": 2, "zones": 3}


def test_a_system_without_a_formula_asks_for_a_size_and_has_a_cost_with_one() -> None:
    """Neo4j: three machines at their list price, three disks of data x 1.2."""
    asked = priced(database="neo4j", offering="self-hosted", replication=COPIES)
    assert asked.monthly_usd is None
    assert "names a machine" in asked.unknown[0]
    result = priced(database="neo4j", offering="self-hosted", replication=COPIES, machine="m6g.xlarge")
    machines = line(result, "Virtual machines")
    assert (result.shape, result.nodes, result.unknown) == ("m6g.xlarge", 3, ())
    assert machines.quantity == 3 * 730
    assert machines.monthly_usd == machines.unit_price_usd * 3 * 730
    assert line(result, "Disks gp3").quantity == pytest.approx(3 * 50 * 1.2)


@pytest.mark.parametrize(
    ("store", "nodes", "billed"),
    [
        ({"database": "kafka", "offering": "self-hosted", "machine": "m6g.xlarge", "machines": 4, "replication": COPIES}, 4, 4),
        ({"database": "opensearch", "offering": "aws-opensearch", "machine": "m6g.large.search", "machines": 5}, 5, 5),
        ({"machine": "db.r6g.4xlarge"}, 1, 1),
        (
            # the Multi-AZ price holds both machines
            {"machine": "db.r6g.xlarge", "replication": {"mode": "synchronous", "replicas": 1, "zones": 2}}, 2, 1,
        ),
    ],
)  # fmt: skip
def test_the_plans_machine_is_billed_as_often_as_it_says(store: dict[str, Any], nodes: int, billed: int) -> None:
    result = priced(**store)
    assert (result.shape, result.nodes) == (store["machine"], nodes)
    hours = [one for one in result.lines if store["machine"] in one.item]
    assert sum(one.quantity or 0 for one in hours) == billed * 730
    assert "as the plan says" in hours[0].because.text


def test_too_small_by_the_formula_is_said_and_breaks_now_but_its_cost_stands() -> None:
    plan = plan_of(needs={"size_gib": 250}, machine="db.m6g.large")
    result = priced(needs={"size_gib": 250}, machine="db.m6g.large")
    assert any("too small: it has only 8 of 27.0 GiB" in one.text for one in result.reasons)
    assert result.unknown == ()
    found = estimate(plan, *world(), draws=64)
    assert not found.at_least
    assert found.breaks[0].likely == 0
    assert "db.m6g.large, the plan's machine" in found.breaks[0].text
    assert found.steps == ()


def test_storage_of_a_machine_that_is_too_small_goes_on_growing() -> None:
    plan = plan_of(needs={"size_gib": 250, "growth_per_year": 1.0}, machine="db.m6g.large")
    found = estimate(plan, *world(), draws=64)
    assert found.months[36].p50 > found.months[0].p50 + 100


def test_a_machine_without_a_price_is_unknown_and_near_names_are_said() -> None:
    result = priced(machine="db.r6g.xlrage")
    assert result.monthly_usd is None
    assert "db.r6g.xlarge" in result.unknown[0]


def test_what_is_not_sold_by_the_machine_says_that_it_is_not_counted() -> None:
    result = priced(database="dynamodb", offering="aws-dynamodb-on-demand", machine="m6g.large")
    assert "not sold by the machine" in result.unknown[0]


def test_further_regions_get_one_copy_each() -> None:
    copies = COPIES | {"regions": ["eu-west-1"]}
    result = priced(database="neo4j", offering="self-hosted", replication=copies, machine="m6i.xlarge", machines=6)
    there = [one for one in result.lines if one.item.startswith("eu-west-1: Virtual machines")]
    assert [one.quantity for one in there] == [2 * 730]


def test_elsewhere_the_formula_chooses() -> None:
    plan = plan_of(machine="db.r6g.4xlarge")
    found = found_for(plan, "main", parts_by_store(plan)["main"], *world())
    assert found[0].shape == "db.r6g.4xlarge"
    assert all(one.shape != "db.r6g.4xlarge" for one in found[1:])


def test_the_table_marks_the_plans_and_the_formulas() -> None:
    found = search_of(plan_of(machine="db.r6g.4xlarge"), "main", *world())
    assert isinstance(found, Priced)
    assert found.weighed is not None
    marked = {one.row.resource: one.answer for one in tried(found.weighed) if one.answer in (CHOSEN, STATED)}
    assert marked["db.r6g.4xlarge"] == STATED
    assert len(marked) == 2


@pytest.mark.parametrize(
    ("store", "path", "said"),
    [
        ({"machines": 2}, "stores.main.machine", "is missing"),
        ({"machine": "m6g.large", "machines": 2, "replication": COPIES}, "stores.main.machines", "there are 3 copies"),
        ({"machine": "m6g.large", "machines": 0}, "stores.main.machines", "1"),
        ({"machine": "m6g.large", "machines": "two"}, "stores.main.machines", ""),
    ],
)
def test_what_does_not_hold_is_refused_at_its_place(store: dict[str, Any], path: str, said: str) -> None:
    text = dump_yaml(plan_of()) + "".join(
        f"    {key}: {value}\n" for key, value in store.items() if key != "replication"
    )
    if "replication" in store:
        text += "    replication: {mode: asynchronous, replicas: 2}\n"
    with pytest.raises(DocumentError) as caught:
        parse(text)
    (problem,) = caught.value.problems
    assert problem.path == path
    assert said in problem.message
    assert problem.line


def test_a_plan_with_an_own_size_is_written_and_read_back() -> None:
    plan = checked(plan_of(machine="db.r6g.4xlarge", machines=2))
    assert parse(dump_yaml(plan)) == plan
    assert Decimal(str(priced(machine="db.r6g.4xlarge", machines=2).monthly_usd)) > 0
