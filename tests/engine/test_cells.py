"""Cells: text in, the document's value out, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.engine.cells import COLUMNS, Unreadable, edited, read_cell, written
from planner.engine.document import Plan
from tests.planner.plans import example

ORDERS, CARTS = "order-service/orders", "order-service/carts"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return example()


def test_what_is_written_is_read_back(plan: Plan) -> None:
    for ref in plan.data_sets():
        cells = {key: written(ref.data_set, column) for key, column in COLUMNS.items()}
        assert edited(plan, {ref.path: cells}) == (plan, ())


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        ("size_gib", "210", 210),
        ("size_gib", " 1,234.5 ", 1234.5),
        ("size_gib", "10 000", 10000),
        ("size_gib", "1.5 TiB", 1536),
        ("size_gib", "512 MiB", 0.5),
        ("size_gib", "1 GB", 0.9313225746),
        ("size_gib", "180; 210; 260", [180, 210, 260]),
        ("size_gib", "", None),
        ("size_gib", "\u2013", None),
        ("reads_per_second", "12k", 12000),
        ("reads_per_second", "420/s", 420),
        ("growth_per_year", "60 %", 0.6),
        ("consistency", "Read your writes", "read-your-writes"),
        ("transactions", "MULTI_RECORD", "multi-record"),
        ("personal_data", "Yes", True),
        ("personal_data", "", False),
        ("queries", "join, full-text", ["join", "full-text"]),
        ("queries", "", []),
        ("derived_from", "a/b; c/d", ["a/b", "c/d"]),
        ("store", "pg-main", "pg-main"),
        ("name", " Orders ", "Orders"),
    ],
)
def test_a_cell_is_read_as_people_write(column: str, text: str, value: object) -> None:
    assert read_cell(COLUMNS[column], text) == value


@pytest.mark.parametrize(
    ("column", "text", "words"),
    [
        ("size_gib", "lots", "must be a number"),
        ("size_gib", "12k", "must be a number"),
        ("size_gib", "-5", "must be a number"),
        ("size_gib", "1,5", "with a point: 1.5"),
        ("size_gib", "3; 2; 1", "must ascend"),
        ("size_gib", "1; 2", "low; likely; high"),
        ("consistency", "perhaps", "allowed are strong"),
        ("personal_data", "maybe", "yes or no"),
        ("name", "  ", "must not be empty"),
        ("queries", "join, dance", "allowed are point-lookup"),
    ],
)
def test_what_cannot_be_read_is_said_in_words(column: str, text: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read_cell(COLUMNS[column], text)


@given(st.sampled_from(sorted(COLUMNS)), st.text(max_size=60))
def test_any_text_is_read_or_refused_at_its_cell(column: str, text: str) -> None:
    plan = example()
    after, problems = edited(plan, {ORDERS: {column: text}})
    assert (after is None) == bool(problems)
    assert all(one.path in (ORDERS, "") or one.text for one in problems)
    if after is not None:
        again = written(after.data_set(ORDERS), COLUMNS[column])
        assert edited(after, {ORDERS: {column: again}})[0] == after


def test_all_cells_are_changed_or_none_and_every_problem_is_told(plan: Plan) -> None:
    typed = {ORDERS: {"size_gib": "300", "store": "nowhere"}, CARTS: {"size_gib": "lots", "tier": "top"}}
    after, problems = edited(plan, typed)
    assert after is None
    assert {(one.path, one.column) for one in problems} == {(CARTS, "size_gib"), (CARTS, "tier")}
    after, problems = edited(plan, {ORDERS: typed[ORDERS]})
    assert after is None
    assert [(one.path, one.column) for one in problems] == [(ORDERS, "store")]


def test_a_new_path_becomes_a_data_set(plan: Plan) -> None:
    after, problems = edited(
        plan, {"order-service/refunds": {"name": "Refunds", "size_gib": "2"}}, ["order-service/refunds"]
    )
    assert problems == ()
    assert after is not None
    assert after.data_set("order-service/refunds").name == "Refunds"


def test_a_copy_that_is_no_copy_any_more_needs_no_sync(plan: Plan) -> None:
    path = next(ref.path for ref in plan.data_sets() if ref.data_set.derived_from and ref.data_set.sync)
    after, _ = edited(plan, {path: {"derived_from": ""}})
    assert after is not None
    assert after.data_set(path).sync is None
