"""Estimates, reports, jobs and share links over the API."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client

from planner import jobs
from planner.models import Job, Plan
from tests.api.test_plans import Program, assert_error
from tests.factories import People, make_user
from tests.planner.plans import make_plan

pytestmark = pytest.mark.django_db(transaction=True)
KEYS = {"id", "kind", "state", "progress", "step", "result", "error"}


@pytest.fixture(autouse=True)
def no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are run by the tests themselves; what the queue does is tested with the jobs."""
    monkeypatch.setattr("planner.tasks.run.delay_on_commit", lambda job_id: None)


def post(program: Program, plan: Plan, what: str, body: str = "{}") -> Any:
    return program.call("POST", f"/api/v1/plans/{plan.pk}/{what}", body)


def test_an_estimate_is_started_followed_and_read() -> None:
    user = make_user()
    program, plan = Program(user), make_plan(owner=user)
    started = post(program, plan, "estimates", '{"draws": 500, "seed": 7}')
    assert started.status_code == 202
    assert set(started.json()) >= KEYS
    assert started.json()["state"] == "queued"
    jobs.run_job(uuid.UUID(started.json()["id"]))
    done = program.call("GET", started["Location"]).json()
    assert (done["state"], done["progress"], done["error"]) == ("done", 1, None)
    assert (done["result"]["draws"], done["result"]["seed"]) == (500, 7)
    listed = program.call("GET", f"/api/v1/plans/{plan.pk}/estimates").json()["estimates"]
    assert [one["id"] for one in listed] == [done["id"]]


def test_a_report_names_the_address_of_its_pdf() -> None:
    user = make_user()
    program, plan = Program(user), make_plan(owner=user)
    started = post(program, plan, "reports")
    jobs.run_job(uuid.UUID(started.json()["id"]))
    done = program.call("GET", started["Location"]).json()
    pdf = program.call("GET", done["result"]["pdf"])
    assert pdf.content.startswith(b"%PDF")
    assert done["result"]["pages"] >= 1
    assert_error(post(program, plan, "reports", '{"sections": ["nothing"]}'), 422)


def test_a_queued_job_is_cancelled() -> None:
    user = make_user()
    program, plan = Program(user), make_plan(owner=user)
    job = post(program, plan, "estimates").json()
    assert program.call("POST", f"/api/v1/jobs/{job['id']}/cancel").json()["state"] == "cancelled"


@pytest.mark.parametrize("body", ['{"draws": 1}', '{"draws": "many"}', '{"draws": true}', '{"speed": 1}', "[]", "{"])
def test_bad_options_are_refused(body: str) -> None:
    user = make_user()
    plan = make_plan(owner=user)
    response = post(Program(user), plan, "estimates", body)
    assert response.status_code in (400, 422)
    assert "error" in response.json()
    assert not Job.objects.exists()


def test_a_link_is_made_opened_turned_and_revoked() -> None:
    user = make_user()
    program, plan = Program(user), make_plan(owner=user)
    made = post(program, plan, "shares", '{"name": "Board", "expires_in_days": 7}')
    assert made.status_code == 201
    url, number = made.json()["url"], made.json()["number"]
    assert Client().get(url).status_code == 200
    turned = program.call("POST", f"/api/v1/plans/{plan.pk}/shares/{number}/rotate").json()["url"]
    assert turned != url
    assert Client().get(url).status_code == 404
    assert Client().get(turned).status_code == 200
    shares = program.call("GET", f"/api/v1/plans/{plan.pk}/shares").json()["shares"]
    assert [one["name"] for one in shares] == ["Board"]
    assert "url" not in shares[0]
    assert program.call("DELETE", f"/api/v1/plans/{plan.pk}/shares/{number}").status_code == 204
    assert Client().get(turned).status_code == 404
    assert_error(program.call("DELETE", f"/api/v1/plans/{plan.pk}/shares/{number}"), 404)


def test_strangers_see_nothing_and_readers_make_no_links(people: People) -> None:
    plan = make_plan(team=people.team)
    job = post(Program(people.viewer), plan, "estimates").json()
    for program in (Program(people.stranger), Program()):
        assert_error(program.call("GET", f"/api/v1/jobs/{job['id']}"), 404)
        assert_error(program.call("GET", f"/api/v1/plans/{plan.pk}/estimates"), 404)
    assert_error(post(Program(people.stranger), plan, "estimates"), 404)
    assert_error(post(Program(), plan, "estimates"), 401)
    assert_error(post(Program(people.viewer), plan, "shares"), 404)
    assert_error(Program(people.viewer).call("GET", f"/api/v1/plans/{plan.pk}/shares"), 404)
    assert_error(Program(people.viewer).call("POST", f"/api/v1/jobs/{job['id']}/cancel"), 404)
    assert_error(Program(people.viewer).call("GET", f"/api/v1/jobs/{uuid.uuid4()}"), 404)
