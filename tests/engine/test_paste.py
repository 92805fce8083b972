"""Rows from a spreadsheet: which data set a row means, every problem at its place, all or nothing."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.engine.document import Plan
from planner.engine.paste import Pasted, pasted
from tests.planner.plans import example

ORDERS, CARTS = "order-service/orders", "order-service/carts"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return example()


def problems(found: Pasted) -> list[tuple[int, str]]:
    return [(row, column) for row, column, _ in found.problems]


def test_rows_with_heads_find_their_data_set_by_name_and_others_are_new(plan: Plan) -> None:
    text = "Name\tSize\tService\nOrders, transactions\t999\t\nRefunds\t3 GiB\tBilling\nReturns\t4\tOrder service\n"
    found = pasted(plan, text)
    assert found.problems == ()
    assert (found.new_count, found.changed_count) == (2, 1)
    assert found.plan is not None
    assert found.plan.services["billing"].name == "Billing"
    assert found.plan.data_set("billing/refunds").needs.size_gib.mid == 3  # type: ignore[union-attr]
    assert found.plan.data_set("order-service/returns").name == "Returns"
    assert found.plan.data_set(ORDERS).needs.size_gib.mid == 999  # type: ignore[union-attr]


def test_every_problem_is_told_at_row_and_column_and_nothing_is_changed(plan: Plan) -> None:
    text = "Data set\tSize, GiB\tTarget\tStore\nA\tlots\ttop\t\nB\t1,5\tlow\t\n\t7\t\t\nC\t1\t\t\n"
    found = pasted(plan, text, service="Order service")
    assert found.plan is None
    assert problems(found) == [(2, "Size, GiB"), (2, "Target"), (3, "Size, GiB"), (4, "")]
    only_whole = pasted(plan, "name\tstore\nA\tgone\n", service="Order service")
    assert problems(only_whole) == [(2, "Store")]


def test_without_heads_cells_go_where_they_were_pasted(plan: Plan) -> None:
    found = pasted(plan, "300\t5\n400\t6", places=[ORDERS, CARTS], column="size_gib")
    assert found.plan is not None
    for path, size, reads in ((ORDERS, 300, 5), (CARTS, 400, 6)):
        needs = found.plan.data_set(path).needs
        assert needs.size_gib is not None
        assert needs.reads_per_second is not None
        assert (needs.size_gib.mid, needs.reads_per_second.mid) == (size, reads)


def test_rows_below_the_last_become_data_sets_if_they_have_a_name(plan: Plan) -> None:
    found = pasted(plan, "Baskets\tlow\nReturns\thigh", places=[CARTS], column="name", service="order-service")
    assert found.plan is not None
    assert found.plan.data_set(CARTS).name == "Baskets"
    assert found.plan.data_set("order-service/returns").tier == "high"
    assert problems(pasted(plan, "1\n2", places=[CARTS], column="size_gib")) == [(2, "")]


def test_an_empty_cell_changes_nothing_a_dash_empties_and_another_spelling_is_the_same(plan: Plan) -> None:
    found = pasted(plan, "name\tsize\ttier\nOrders, transactions\t\t\nCarts, temporary state\t1.2; 1.80 ;3\t-\n")
    assert found.plan is not None
    assert found.plan.data_set(ORDERS) == plan.data_set(ORDERS)
    assert found.plan.data_set(CARTS) == plan.data_set(CARTS).model_copy(update={"tier": None})
    assert found.changed_count == 1


def test_one_data_set_twice_and_a_name_that_two_have_are_problems(plan: Plan) -> None:
    twice = pasted(plan, "name\tsize\nOrders, transactions\t1\norder-service/orders\t2\n")
    assert twice.problems == ((3, "", "is the same data set as row 2"),)
    grown = pasted(plan, "name\tservice\nSame\tUser service\nSame\tAnalytics").plan
    assert grown is not None
    assert "2 data sets have this name" in pasted(grown, "name\tsize\nSame\t1").problems[0][2]
    assert pasted(grown, "name\tsize\tservice\nSame\t1\tanalytics").problems == ()


def test_files_with_semicolons_quotes_and_unknown_heads_are_read(plan: Plan) -> None:
    found = pasted(plan, '\ufeffName;Size;Owner\r\n"Orders, transactions";7;Ann\r\n')
    assert found.plan is not None
    assert found.ignored == ("Owner",)
    quoted = pasted(plan, 'name\tsize\n"Two\nlines"\t1', service="Order service")
    assert "one line" in quoted.problems[0][2]


@pytest.mark.parametrize("text", ["", " \n\t\n", "\n".join(["a"] * 1001)])
def test_nothing_and_too_much_are_said(plan: Plan, text: str) -> None:
    found = pasted(plan, text, service="Order service")
    assert found.plan is None
    assert found.problems


def test_a_service_that_cannot_be_called_so_is_a_problem_of_its_row(plan: Plan) -> None:
    assert problems(pasted(plan, "name\tsize\nA\t1", service="x\x00y")) == [(2, "")]


@given(st.text(max_size=300), st.sampled_from(["name", "store", "size_gib"]))
def test_any_text_is_a_plan_or_problems(text: str, column: str) -> None:
    found = pasted(example(), text, service="Order service", places=[ORDERS], column=column)
    assert (found.plan is None) == bool(found.problems)


def test_a_thousand_rows_take_less_than_two_seconds(plan: Plan) -> None:
    text = "name\tsize\treads\tservice\n" + "\n".join(f"Row {one}\t{one}\t9\tService {one % 40}" for one in range(999))
    started = time.perf_counter()
    found = pasted(plan, text)
    assert found.new_count == 999
    assert time.perf_counter() - started < 2
