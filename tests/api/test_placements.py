"""Proposals for a whole plan over the API: a document in, placements with reasons and the placed document out."""

from __future__ import annotations

import json
from typing import Any

import pytest

from planner.engine import edits
from planner.engine.document import Plan, dump_json, dump_yaml, parse
from planner.models import Plan as Saved
from tests.api.test_plans import Program, assert_error
from tests.planner.plans import example

pytestmark = pytest.mark.django_db
URL = "/api/v1/placements"


def unplaced() -> Plan:
    plan = example()
    for slug in list(plan.stores):
        plan = edits.without_store(plan, slug)
    return plan


def propose(plan: Plan, query: str = "") -> dict[str, Any]:
    response = Program().call("POST", URL + query, dump_yaml(plan), "application/yaml")
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def test_every_data_set_is_placed_with_reasons_and_nothing_is_saved() -> None:
    body = propose(unplaced())
    assert {one["data_set"] for one in body["placements"]} == {ref.path for ref in unplaced().data_sets()}
    assert all(one["database"] in body["proposed"]["databases"] and one["reasons"] for one in body["placements"])
    assert body["proposed"]["proved"] and body["impossible"] == []
    assert body["tax_points"] == 3
    assert not Saved.objects.exists()


def test_the_document_that_comes_back_is_placed_and_proposes_no_more_moves() -> None:
    body = propose(unplaced())
    after = parse(json.dumps(body["document"]), "json")
    homes = {ref.path: after.stores[ref.data_set.store or ""].database for ref in after.data_sets()}
    assert homes == {one["data_set"]: one["database"] for one in body["placements"]}
    assert not any(one["moves"] for one in propose(after)["placements"])


def test_tax_keep_and_number_of_systems_are_followed() -> None:
    few = propose(unplaced(), "?tax=900")["proposed"]["databases"]
    assert len(few) < len(propose(unplaced(), "?tax=0")["proposed"]["databases"])
    assert len(propose(unplaced(), "?systems=3")["proposed"]["databases"]) == 3
    assert all(one["kept"] and not one["moves"] for one in propose(example(), "?keep=true")["placements"])


def test_what_a_small_set_cannot_hold_names_need_fact_and_source() -> None:
    left = propose(example())["frontier"][0]["cannot_hold"]  # its cache needs a system that holds little
    assert left
    for one in left:
        assert {"database", "constraint", "need", "text", "fact", "key", "source", "verified"} == set(one["refused"][0])
        assert one["refused"][0]["source"].startswith("https://")


def test_an_empty_plan_has_nothing_to_place() -> None:
    body = propose(Plan(name="Empty"))
    assert (body["proposed"], body["placements"], body["frontier"]) == (None, [], [])


@pytest.mark.parametrize("query", ["?tax=-1", "?tax=x", "?systems=0", "?keep=perhaps", "?tax=nan", "?tax=inf"])
def test_wrong_options_are_named(query: str) -> None:
    assert_error(Program().call("POST", URL + query, dump_json(example())), 422)


def test_a_wrong_document_is_answered_like_everywhere() -> None:
    error = assert_error(Program().call("POST", URL, '{"polystore": 1, "name": "x", "bogus": 1}'), 422)
    assert [one["path"] for one in error["details"]] == ["bogus"]


def test_the_description_names_it() -> None:
    described = Program().call("GET", "/api/v1/openapi.json").json()["paths"][URL]["post"]
    assert {one["name"] for one in described["parameters"]} == {"tax", "keep", "systems"}
    assert "requestBody" in described
