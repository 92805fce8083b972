"""Plans over the API: documents in and out, ETag and If-Match, errors in the one shape."""

from __future__ import annotations

import json
import random
import uuid
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.services import create_token
from catalog.facts import Snapshot
from catalog.files import packaged_snapshot
from planner import services
from planner.engine.document import dump_json, dump_yaml
from planner.models import Plan
from tests.factories import People, make_user
from tests.planner.plans import example, make_plan

pytestmark = pytest.mark.django_db
PLANS = "/api/v1/plans"
JSON = "application/json"


class Program:
    """A program that speaks for a person with a personal token, or for nobody."""

    def __init__(self, user: User | None = None) -> None:
        self.client = Client()
        self.headers = {"Authorization": f"Bearer {create_token(user, 'test')[1]}"} if user else {}

    def call(self, method: str, url: str, body: str = "", content_type: str = JSON, **headers: str) -> Any:
        return self.client.generic(
            method,
            url,
            body,
            content_type=content_type,
            headers=self.headers | {k.replace("_", "-"): v for k, v in headers.items()},
        )


def assert_error(response: Any, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.content
    error: dict[str, Any] = response.json()["error"]
    assert set(error) == {"code", "message", "details"}
    assert all(set(one) == {"path", "line", "column", "message"} for one in error["details"])
    return error


@pytest.mark.parametrize(
    ("body", "content_type"), [(dump_json(example()), JSON), (dump_yaml(example()), "application/yaml")]
)
def test_a_plan_is_created_read_and_comes_out_as_it_went_in(body: str, content_type: str) -> None:
    program = Program(make_user())
    made = program.call("POST", PLANS, body, content_type)
    assert made.status_code == 201
    assert made["Location"] == f"{PLANS}/{made.json()['id']}"
    read = program.call("GET", made["Location"])
    assert read["ETag"] == made["ETag"]
    assert read.json()["document"] == json.loads(dump_json(example()))
    text = program.call("GET", made["Location"], Accept="application/yaml")
    assert text.content.decode() == dump_yaml(example())


def test_what_was_read_can_be_sent_back_with_its_etag() -> None:
    program = Program(make_user())
    made = program.call("POST", PLANS, dump_json(example()))
    url, body = made["Location"], made.json()
    body["document"]["name"] = "Other shop"
    saved = program.call("PUT", url, json.dumps(body), If_Match=made["ETag"])
    assert saved.status_code == 200
    assert (saved.json()["name"], saved.json()["version"]) == ("Other shop", 2)
    assert saved["ETag"] != made["ETag"]


def test_a_write_without_if_match_or_with_an_old_one_changes_nothing() -> None:
    user = make_user()
    program, plan = Program(user), make_plan(owner=user)
    url = f"{PLANS}/{plan.pk}"
    tag = program.call("GET", url)["ETag"]
    body = dump_json(example().model_copy(update={"name": "Other"}))
    assert_error(program.call("PUT", url, body), 428)
    assert_error(program.call("DELETE", url), 428)
    assert program.call("PUT", url, body, If_Match=tag).status_code == 200
    assert_error(program.call("PUT", url, dump_json(example()), If_Match=tag), 412)
    assert_error(program.call("DELETE", url, If_Match=tag), 412)
    assert Plan.objects.get(pk=plan.pk).name == "Other"
    assert program.call("PUT", url, body, If_Match="*").status_code == 200


def test_an_unchanged_plan_is_not_sent_again() -> None:
    plan = make_plan(is_example=True)
    first = Client().get(f"{PLANS}/{plan.pk}")
    again = Client().get(f"{PLANS}/{plan.pk}", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_delete() -> None:
    user = make_user()
    program, plan = Program(user), make_plan(owner=user)
    url = f"{PLANS}/{plan.pk}"
    assert program.call("DELETE", url, If_Match=program.call("GET", url)["ETag"]).status_code == 204
    assert_error(program.call("GET", url), 404)


def test_versions() -> None:
    user = make_user()
    plan = make_plan(owner=user)
    assert plan.head is not None
    services.rename_plan(plan, "Other", base=plan.head, author=user)
    program, url = Program(user), f"{PLANS}/{plan.pk}/revisions"
    listed = program.call("GET", url).json()
    assert [one["number"] for one in listed["revisions"]] == [2, 1]
    assert listed["revisions"][0]["author"] == user.email
    assert program.call("GET", f"{url}/1").json()["document"]["name"] == "Webshop reference"
    for number in (0, 3, 2**40):
        assert_error(program.call("GET", f"{url}/{number}"), 404)


@pytest.mark.parametrize(
    ("body", "content_type", "status", "path"),
    [
        ("polystore: 1\nname: x\nbogus: 1\n", "application/yaml", 422, "bogus"),
        ('{"polystore": 1, "name": "x", "name": "y"}', JSON, 422, None),
        ("{", JSON, 422, None),
        ("[]", JSON, 422, None),
        ("", JSON, 422, None),
        ("\x00", "application/yaml", 422, None),
        ('{"polystore": 2, "name": "x"}', JSON, 422, "polystore"),
        ("<plan/>", "application/xml", 415, None),
    ],
)
def test_a_bad_document_is_refused_with_its_places(body: str, content_type: str, status: int, path: str | None) -> None:
    user = make_user()
    plan = make_plan(owner=user)
    program = Program(user)
    for method, url in (("POST", PLANS), ("PUT", f"{PLANS}/{plan.pk}"), ("POST", "/api/v1/evaluations")):
        error = assert_error(program.call(method, url, body, content_type, If_Match="*"), status)
        if path:
            assert path in [one["path"] for one in error["details"]]
    assert plan.revisions.count() == 1
    assert Plan.objects.count() == 1


def test_a_document_over_one_mebibyte_is_refused() -> None:
    program = Program(make_user())
    body = "polystore: 1\nname: x\n#".ljust(1024 * 1024 + 1, "x")
    error = assert_error(program.call("POST", PLANS, body, "application/yaml"), 422)
    assert "1 MiB" in json.dumps(error)


def test_an_anonymous_program_reads_examples_and_evaluates_and_no_more(people: People) -> None:
    shown, hidden = make_plan(is_example=True), make_plan(team=people.team)
    program = Program()
    assert [one["id"] for one in program.call("GET", PLANS).json()["plans"]] == [str(shown.pk)]
    assert program.call("GET", f"{PLANS}/{shown.pk}").status_code == 200
    assert_error(program.call("GET", f"{PLANS}/{hidden.pk}"), 404)
    assert_error(program.call("POST", PLANS, dump_json(example())), 401)
    assert_error(program.call("PUT", f"{PLANS}/{shown.pk}", dump_json(example()), If_Match="*"), 404)
    assert program.call("POST", "/api/v1/evaluations", dump_json(example())).status_code == 200


def test_roles_over_the_api(people: People) -> None:
    plan = make_plan(team=people.team)
    url, body = f"{PLANS}/{plan.pk}", dump_json(example().model_copy(update={"name": "Other"}))
    assert_error(Program(people.stranger).call("GET", url), 404)
    assert_error(Program(people.stranger).call("PUT", url, body, If_Match="*"), 404)
    assert Program(people.viewer).call("GET", url).json()["can_write"] is False
    assert_error(Program(people.viewer).call("PUT", url, body, If_Match="*"), 404)
    assert_error(Program(people.viewer).call("DELETE", url, If_Match="*"), 404)
    assert Program(people.editor).call("PUT", url, body, If_Match="*").status_code == 200


def test_lists_are_paged() -> None:
    user = make_user()
    for _ in range(3):
        make_plan(owner=user)
    program = Program(user)
    page = program.call("GET", f"{PLANS}?limit=2&offset=2").json()
    assert (len(page["plans"]), page["count"]) == (1, 3)
    for query in ("limit=0", "limit=9999", "offset=-1", "limit=x"):
        assert_error(program.call("GET", f"{PLANS}?{query}"), 422)


def test_an_unknown_plan_or_identifier_is_an_error_in_the_one_shape() -> None:
    assert_error(Program().call("GET", f"{PLANS}/{uuid.uuid4()}"), 404)
    assert Program().call("GET", f"{PLANS}/not-an-id").status_code in (404, 422)
    assert "error" in Program().call("GET", f"{PLANS}/not-an-id").json()


def test_evaluation_has_the_shape_of_the_plan_format() -> None:
    body = Program().call("POST", "/api/v1/evaluations", dump_yaml(example()), "application/yaml").json()
    keys = {"document_sha256", "catalog_snapshot", "price_snapshot", "findings", "recovery", "backups", "replication"}
    assert keys | {"caches", "costs"} <= set(body)
    assert set(body["recovery"]) >= {"data_sets", "services"}
    assert reverse("api:openapi-json") == "/api/v1/openapi.json"


def test_a_ranking_needs_only_the_needs() -> None:
    needs = "transactions: multi-record\nconsistency: strong\nqueries: [join, point-lookup]\nwrites_per_second: 85\n"
    body = Program().call("POST", "/api/v1/rankings", needs, "application/yaml").json()
    assert body["ranking"][0]["rank"] == 1
    assert {"criterion", "weight", "value", "fact", "source"} <= set(body["ranking"][0]["contributions"][0])
    refused = {one["database"]: one["reasons"] for one in body["refused"]}
    assert {"constraint", "need", "fact", "source"} <= set(refused["redis"][0])
    assert_error(Program().call("POST", "/api/v1/rankings", "writes_per_second: -1", "application/yaml"), 422)
    error = assert_error(Program().call("POST", "/api/v1/rankings", '{"bogus": 1}'), 422)
    assert [one["path"] for one in error["details"]] == ["bogus"]


def test_a_ranking_may_say_what_surrounds_the_data_set() -> None:
    needs = json.dumps({"transactions": "multi-record", "queries": ["join"], "size_gib": 200})
    plain = Program().call("POST", "/api/v1/rankings", needs).json()
    url = "/api/v1/rankings?provider=aws&region=us-east-1&knows=mysql&in_plan=mysql&licences=open-source&licences=open-core"
    asked = Program().call("POST", url, needs).json()
    parts = {one["criterion"]: one for one in asked["ranking"][0]["contributions"]}
    assert asked["ranking"][0]["database"] == "mysql" != plain["ranking"][0]["database"]
    assert parts["team"]["value"] == parts["in-plan"]["value"] == 1
    assert "USD a month in a store of its own" in parts["cost"]["fact"]
    assert any(one["database"] == "sql-server" for one in asked["refused"])
    for wrong in ("knows=nope", "provider=moon", "licences=free"):
        assert_error(Program().call("POST", f"/api/v1/rankings?{wrong}", needs), 422)


NEEDS = [
    {"consistency": "strong", "transactions": "multi-record", "queries": ["join", "aggregation"], "size_gib": 200},
    {"queries": ["full-text", "point-lookup"], "writes_per_second": 900, "hosting": "managed"},
    {},
]


@pytest.mark.parametrize("needs", NEEDS)
def test_the_order_of_the_catalog_changes_nothing(needs: dict[str, Any]) -> None:
    """The same systems in another order, with another id, so that nothing is answered from memory."""
    own = packaged_snapshot()
    answers = [Program().call("POST", "/api/v1/rankings", json.dumps(needs)).json()]
    for seed in (1, 2):
        slugs = random.Random(seed).sample(sorted(own.databases), len(own.databases))
        shuffled = Snapshot(f"shuffled-{seed}", {slug: own.databases[slug] for slug in slugs}, own.offerings)
        with patch("planner.api_evaluation.current_snapshot", return_value=shuffled):
            answers.append(Program().call("POST", "/api/v1/rankings", json.dumps(needs)).json())
    assert answers[0]["ranking"]
    assert answers[0] == answers[1] == answers[2]
