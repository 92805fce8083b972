"""Costs, recovery and review: who sees them, what they say, and accepting a finding."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from planner.engine.document import Plan as Document
from planner.engine.recovery import FAILURES
from planner.models import Job, Plan
from tests.factories import make_people
from tests.planner.plans import browser, make_plan

pytestmark = pytest.mark.django_db
PAGES = ("costs", "recovery", "review", "report")


@pytest.mark.parametrize("page", PAGES)
def test_who_reads_the_pages(page: str) -> None:
    people = make_people()
    plan = make_plan(team=people.team)
    url = reverse(f"planner:{page}", args=[plan.pk])
    for person, status in (
        (people.owner, 200), (people.editor, 200), (people.viewer, 200), (people.stranger, 404), (None, 404),
    ):  # fmt: skip
        assert browser(person).get(url).status_code == status


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_plan_says_so_and_shows_no_zero(page: str) -> None:
    plan = make_plan(Document(name="Nothing yet"), visitor="v")
    answer = browser(visitor="v").get(reverse(f"planner:{page}", args=[plan.pk]))
    assert answer.status_code == 200
    assert "$0" not in answer.content.decode()


def test_each_cost_line_carries_arithmetic_source_and_date() -> None:
    plan = make_plan(visitor="v")
    answer = browser(visitor="v").get(reverse("planner:costs", args=[plan.pk]) + "?format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert len(rows) > 20
    assert all(row["source"] and row["arithmetic"] for row in rows if row["usd_per_month"])


def test_starting_an_estimate_makes_one_job_for_a_version() -> None:
    plan = make_plan(visitor="v")
    url = reverse("planner:start_estimate", args=[plan.pk])
    client = browser(visitor="v")
    assert client.post(url).status_code == 302
    client.post(url)
    assert Job.objects.count() == 1
    assert browser().post(url).status_code == 404


def findings_open(plan: Plan) -> list[str]:
    page = browser(visitor="v").get(reverse("planner:review", args=[plan.pk]))
    return [one.rule for one in page.context["opened"]]


def test_a_finding_is_accepted_with_reason_and_end_and_opened_again() -> None:
    plan = make_plan(visitor="v")
    assert plan.head is not None
    client = browser(visitor="v")
    place = {
        "rule": "consistency.dual-write",
        "at": "services/product-catalog/data/product-search",
        "base": plan.head.pk,
    }
    form = place | {"reason": "Outbox comes in March", "until": "2999-01-01"}
    assert client.post(reverse("planner:waive", args=[plan.pk]), form).status_code == 302
    assert "consistency.dual-write" not in findings_open(plan)
    client.post(reverse("planner:unwaive", args=[plan.pk]), {"rule": place["rule"], "at": place["at"]})
    assert "consistency.dual-write" in findings_open(plan)


@pytest.mark.parametrize("change", [{"reason": ""}, {"until": "2020-01-01"}, {"until": "soon"}])
def test_a_waiver_without_reason_or_end_is_refused_and_kept(change: dict[str, str]) -> None:
    plan = make_plan(visitor="v")
    assert plan.head is not None
    form = {"rule": "consistency.dual-write", "at": "services/product-catalog/data/product-search", "base": plan.head.pk,
            "reason": "Typed text", "until": "2999-01-01"} | change  # fmt: skip
    answer = browser(visitor="v").post(reverse("planner:waive", args=[plan.pk]), form)
    assert answer.status_code == 422
    assert str(form["reason"]) in answer.content.decode()
    assert "consistency.dual-write" in findings_open(plan)


def test_only_writers_accept_findings() -> None:
    people = make_people()
    plan = make_plan(team=people.team)
    assert plan.head is not None
    form = {"rule": "r", "at": "", "base": plan.head.pk, "reason": "x", "until": "2999-01-01"}
    for person in (people.viewer, people.stranger, None):
        assert browser(person).post(reverse("planner:waive", args=[plan.pk]), form).status_code == 404


def test_unknown_choices_in_the_address_do_not_break_recovery() -> None:
    plan = make_plan(visitor="v")
    url = reverse("planner:recovery", args=[plan.pk])
    for query in ("?failure=meteor", "?set=no/such", "?set=%00&failure="):
        assert browser(visitor="v").get(url + query).status_code == 200


def test_what_would_be_lost_tonight_is_one_click_from_every_page_of_a_plan(client: Client) -> None:
    plan = make_plan(is_example=True)
    for page in ("", "costs/", "backups/"):
        assert f'href="/plans/{plan.pk}/recovery/#tonight"' in client.get(f"/plans/{plan.pk}/{page}").content.decode()
    page = client.get(f"/plans/{plan.pk}/recovery/?set=order-service/orders&failure=operator").content.decode()
    tonight = page[page.index('id="tonight"') : page.index('id="data-set"')]
    for label in FAILURES.values():
        assert label in tonight
    assert tonight.count('<span class="bad">everything</span>') == 4  # the log archive has no backup
    assert "Replication does not help here: the copy repeats the damage." in page
    assert "less than 0.1 % of recoveries" in page  # five minutes are over before a new server is there
    assert f'href="/plans/{plan.pk}/backups/pg-main/proposals/"' in page
