"""The page and the API of why a store has its size."""

from __future__ import annotations

import pytest
from django.urls import reverse

from planner.models import Plan
from tests.factories import make_people
from tests.planner.plans import browser, make_plan

pytestmark = pytest.mark.django_db


def page_of(plan: Plan, slug: str = "pg-main") -> str:
    return reverse("planner:size", args=[plan.pk, slug])


def api_of(plan: Plan, slug: str = "pg-main") -> str:
    return f"/api/v1/plans/{plan.pk}/stores/{slug}/size"


def test_who_may_look() -> None:
    people = make_people()
    plan = make_plan(team=people.team)
    for person, status in (
        (people.owner, 200), (people.editor, 200), (people.viewer, 200), (people.stranger, 404), (None, 404),
    ):  # fmt: skip
        assert browser(person).get(page_of(plan)).status_code == status
        assert browser(person).get(api_of(plan)).status_code == status


def test_a_store_that_is_not_there_is_not_found() -> None:
    plan, client = make_plan(visitor="v"), browser(visitor="v")
    assert client.get(page_of(plan, "nothing")).status_code == 404
    assert client.get(api_of(plan, "nothing")).status_code == 404


def test_machines_stand_cheapest_first_with_their_answers_and_the_costs_page_leads_there() -> None:
    plan, client = make_plan(visitor="v"), browser(visitor="v")
    assert page_of(plan) in client.get(reverse("planner:costs", args=[plan.pk])).content.decode()
    text = client.get(page_of(plan)).content.decode()
    assert "One copy needs" in text
    assert "Refused" in text
    assert "GiB" in text
    answer = client.get(api_of(plan)).json()
    machines = answer["machines"]
    assert [one["monthly_usd"] for one in machines] == sorted(one["monthly_usd"] for one in machines)
    assert sum(one["answer"] == "chosen" for one in machines) == 1
    assert all(bool(one["lacks"]) == (one["answer"] == "refused") for one in machines)
    assert answer["one_copy_needs"]["memory_gib"] > 0


def test_every_store_of_the_example_has_a_page_that_says_something() -> None:
    plan, client = make_plan(visitor="v"), browser(visitor="v")
    for slug in client.get(reverse("planner:costs", args=[plan.pk])).context["document"].stores:
        text = client.get(page_of(plan, slug)).content.decode()
        assert any(said in text for said in ("on offer", "without machines", "sold by the core", "note--warn")), slug
