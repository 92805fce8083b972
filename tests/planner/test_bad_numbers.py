"""Numbers that cannot be, through the form and through the API: told where they stand; and those that can, but are absurd."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.urls import reverse

from planner.engine.document import dump_json
from tests.api.test_plans import PLANS, Program, assert_error
from tests.factories import make_user
from tests.planner.plans import browser, example, form_of, make_plan

pytestmark = pytest.mark.django_db
DATA = ("services", "order-service", "data", "orders")
NEEDS = (*DATA, "needs")
STORE = ("stores", "pg-main")


def document(where: tuple[str, ...], value: Any) -> str:
    tree = json.loads(dump_json(example()))
    part = tree
    for key in where[:-1]:
        part = part.setdefault(key, {})
    part[where[-1]] = value
    return json.dumps(tree)


@pytest.mark.parametrize(
    ("where", "value", "path", "said"),
    [
        ((*NEEDS, "reads_per_second"), [9, 5, 7], ".".join((*NEEDS, "reads_per_second")), "must ascend: low 9, likely 5"),
        ((*NEEDS, "writes_per_second"), -1, ".".join((*NEEDS, "writes_per_second")), "must not be negative (found -1)"),
        ((*NEEDS, "writes_per_second"), "many", ".".join((*NEEDS, "writes_per_second")), "must be a number"),
        ((*NEEDS, "size_gib"), 1e19, ".".join((*NEEDS, "size_gib")), "at most 1e18"),
        ((*STORE, "replication", "read_quorum"), 9, "stores.pg-main.replication.read_quorum", "is 9, but there"),
        ((*STORE, "machines"), 3, "stores.pg-main.machine", "of which kind?"),
        (("costs",), {"budget_usd_month": -5}, "costs.budget_usd_month", "0"),
    ],
)  # fmt: skip
def test_the_api_names_the_field_and_saves_nothing(where: tuple[str, ...], value: Any, path: str, said: str) -> None:
    user = make_user()
    plan = make_plan(owner=user)
    body = document(where, value)
    for method, url in (("POST", PLANS), ("PUT", f"{PLANS}/{plan.pk}"), ("POST", "/api/v1/evaluations")):
        error = assert_error(Program(user).call(method, url, body, If_Match="*"), 422)
        assert [one["path"] for one in error["details"]] == [path]
        assert said in error["details"][0]["message"]
    assert plan.revisions.count() == 1


@pytest.mark.parametrize(
    ("page", "typed", "said"),
    [
        (
            "data",
            {"reads_per_second_low": "9", "reads_per_second_likely": "5"},
            "Low must be at most the likely value, 5",
        ),
        ("data", {"writes_per_second_likely": "-1"}, "at least 0"),
        ("data", {"size_gib_low": "", "size_gib_likely": "1e19", "size_gib_high": ""}, "at most"),
        ("data", {"item_bytes_low": "", "item_bytes_likely": "0", "item_bytes_high": ""}, "more than 0"),
        ("store", {"read_quorum": "9"}, "but there"),
        ("store", {"machines": "3", "machine": ""}, "of which kind?"),
    ],
)
def test_the_form_says_it_at_the_field_and_keeps_what_was_typed(page: str, typed: dict[str, str], said: str) -> None:
    plan, client = make_plan(visitor="me"), browser(visitor="me")
    where = {"data": ["data_set", plan.pk, "order-service", "orders"], "store": ["store", plan.pk, "pg-main"]}[page]
    url = reverse(f"planner:{where[0]}", args=where[1:])
    answer = client.post(url, form_of(client, url) | typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    for value in typed.values():
        assert not value or f'value="{value}"' in text
    assert plan.revisions.count() == 1


@pytest.mark.parametrize(
    ("where", "value", "left_out"),
    [
        ((*NEEDS, "size_gib"), 1e15, "no machine is large enough"),
        ((*STORE, "region"), "mars-north-1", "no price"),
        ((*NEEDS, "reads_per_second"), None, "reads_per_second is empty, its load is not counted"),
        ((*NEEDS, "size_gib"), None, "size_gib is empty"),
    ],
)
def test_what_can_be_but_is_absurd_or_unknown_says_what_is_left_out(
    where: tuple[str, ...], value: Any, left_out: str
) -> None:
    """The total is "at least", and the costs page and the API name what is not in it."""
    user = make_user()
    program = Program(user)
    made = program.call("POST", PLANS, document(where, value))
    assert made.status_code == 201, made.content
    answer = program.call("POST", "/api/v1/evaluations", document(where, value)).json()["costs"]
    assert left_out in json.dumps(answer["unknown"])
    page = browser(user).get(reverse("planner:costs", args=[made.json()["id"]]))
    assert page.status_code == 200
    assert left_out in page.content.decode()


def test_no_reads_and_no_writes_are_a_load_of_zero_not_an_unknown_one() -> None:
    body = document((*NEEDS, "reads_per_second"), 0)
    costs = Program().call("POST", "/api/v1/evaluations", body).json()["costs"]
    assert "orders: reads_per_second" not in json.dumps(costs["unknown"])


def test_ten_to_the_fifteenth_items_in_a_cluster_say_where_the_formula_ends() -> None:
    stored = 1e15 * 100 / 2**30
    tree = json.loads(document((*NEEDS, "size_gib"), stored))
    tree["stores"]["pg-main"] |= {"database": "cassandra", "offering": "self-hosted"}
    costs = Program().call("POST", "/api/v1/evaluations", json.dumps(tree)).json()["costs"]
    assert "not trusted beyond 1,000 in one cluster" in json.dumps(costs["unknown"])
