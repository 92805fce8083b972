"""The calculators of request units and of a store's cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from catalog.services import current_prices
from planner import services
from planner.models import Plan
from tests.api.test_plans import assert_error

pytestmark = pytest.mark.django_db
API = "/api/v1/calculators"


def answer(slug: str, **inputs: str) -> Any:
    found = Client().get(f"{API}/{slug}", inputs)
    assert found.status_code == 200, found.content
    return found.json()


def figures(slug: str, **inputs: str) -> dict[str, dict[str, Any]]:
    return {one["key"]: one for one in answer(slug, **inputs)["figures"]}


@pytest.mark.parametrize(
    ("inputs", "rcu", "wcu"),
    [
        (("1000", "200", "3500", "900", "eventual"), 500, 200),
        (("500", "100", "8192", "2500", "strong"), 1000, 300),
        (("300", "50", "4097", "1025", "transactional"), 1200, 200),
        (("3", "0", "1", "1", "eventual"), 2, 0),
    ],
)
def test_units_are_exact(inputs: tuple[str, str, str, str, str], rcu: float, wcu: float) -> None:
    names = ("reads_per_second", "writes_per_second", "read_bytes", "write_bytes", "consistency")
    found = figures("request-units", **dict(zip(names, inputs, strict=True)))
    assert (found["rcu"]["likely"], found["wcu"]["likely"]) == (rcu, wcu)


def test_both_ways_of_paying_come_out_to_the_cent() -> None:
    """By hand: 100 strong reads and 10 writes of 1 KiB a second, no data, a busiest hour of twice the average."""
    inputs = {"reads_per_second": "100", "writes_per_second": "10", "read_bytes": "1024", "write_bytes": "1024"}
    found = figures("request-units", **inputs, consistency="strong", size_gib="0", peak="2")
    book = {one.billed: float(one.usd) for one in current_prices().rows("aws", "Amazon DynamoDB", "us-east-1")}
    on_demand = 2.628 * (100 * book["read-on-demand"] + 10 * book["write-on-demand"])
    provisioned = 730 * (200 * book["read-provisioned"] + 20 * book["write-provisioned"])
    assert found["on_demand_usd_month"]["likely"] == pytest.approx(on_demand, abs=0.005)
    assert found["provisioned_usd_month"]["likely"] == pytest.approx(provisioned, abs=0.005)
    assert found["break_even_peak"]["likely"] == pytest.approx(2 * on_demand / provisioned, rel=1e-9)


def test_at_the_break_even_both_ways_cost_the_same() -> None:
    peak = figures("request-units", size_gib="0")["break_even_peak"]["likely"]
    found = figures("request-units", size_gib="0", peak=f"{peak:.6f}")
    assert found["provisioned_usd_month"]["likely"] == pytest.approx(found["on_demand_usd_month"]["likely"], rel=1e-3)


@pytest.mark.parametrize(
    ("slug", "field", "typed", "said"),
    [
        ("request-units", "region", "mars-1", "There is no price of Amazon DynamoDB in mars-1."),
        ("request-units", "peak", "0.5", "as at least 1"),
        ("request-units", "read_bytes", "1.5", "as a whole number"),
        ("request-units", "reads_per_second", "-1", "as at least 0"),
        ("store", "region", "eu-west-9", "There are no prices of AWS in eu-west-9."),
        ("store", "database", "nosuch", "The catalog has no database &#x27;nosuch&#x27;"),
        ("store", "size_gib_low", "900", "Low must be at most the likely value"),
        ("store", "own_hours", "x", "as a number"),
    ],
)
def test_a_wrong_input_is_named_at_its_field_and_kept(slug: str, field: str, typed: str, said: str) -> None:
    page = Client().get(f"/calculators/{slug}/", {field: typed} | ({"size_gib_likely": "5"} if "size" in field else {}))
    assert page.status_code == 422
    assert said in page.content.decode()
    assert_error(
        Client().get(f"{API}/{slug}", {field: typed} | ({"size_gib_likely": "5"} if "size" in field else {})), 422
    )


def test_a_store_costs_in_the_calculator_what_it_costs_in_a_plan() -> None:
    client = Client()
    form = {"database": "mysql", "provider": "gcp", "region": "us-central1", "name": "Orders"}
    page = client.get("/calculators/store/", form)
    total = page.context["answer"].figures[0]
    assert client.post("/calculators/store/use/", form).status_code == 302
    plan = Plan.objects.get()
    assert plan.head is not None
    found = services.evaluation_of(plan.head).stores["mysql"].monthly_usd_interval
    assert found is not None
    # Draws are named after the data set's path, so another name is another sample of the same ranges.
    assert (found.p10, found.p50, found.p90) == pytest.approx((total.low, total.likely, total.high), rel=0.05)


def test_own_machines_copies_and_more_data_cost_what_they_should() -> None:
    usual = figures("store")
    assert figures("store", hosting="self-hosted")["people_hours"]["likely"] > usual["people_hours"]["likely"]
    assert figures("store", copies="0")["monthly_usd"]["likely"] < usual["monthly_usd"]["likely"]
    more = figures("store", size_gib_low="", size_gib_likely="900", size_gib_high="")
    assert more["monthly_usd"]["likely"] > usual["monthly_usd"]["likely"]


@pytest.mark.parametrize("database", ["sqlite", "neo4j", "snowflake"])
def test_what_has_no_price_is_unknown_and_says_why(database: str) -> None:
    found = figures("store", database=database)["monthly_usd"]
    assert found["likely"] is None
    assert found["note"]
    assert "$0" not in Client().get("/calculators/store/", {"database": database}).content.decode()


def test_units_go_into_a_plan_as_a_store_paid_by_the_request() -> None:
    client = Client()
    given = {"name": "Carts", "consistency": "transactional", "region": "eu-west-1"}
    assert client.post("/calculators/request-units/use/", given).status_code == 302
    plan = Plan.objects.get()
    assert plan.head is not None
    document = services.document_of(plan.head)
    assert document.stores["dynamodb"].offering == "aws-dynamodb-on-demand"
    assert document.data_set("carts-service/carts").needs.transactions == "multi-record"
