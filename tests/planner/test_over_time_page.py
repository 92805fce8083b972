"""The next 36 months on the costs page: what breaks, the steps, the budget."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from planner import jobs
from planner.engine.document import Costs
from planner.models import Job, Plan
from tests.planner.plans import browser, example, make_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan() -> Plan:
    made = make_plan(visitor="v")
    assert made.head is not None
    jobs.run_job(jobs.create_job(Job.Kind.ESTIMATE, made.head, {"draws": 128}, None).pk)
    return made


def seen(plan: Plan, **query: str) -> Any:
    return browser(visitor="v").get(reverse("planner:costs", args=[plan.pk]), query)


def test_what_breaks_and_where_nodes_are_added_stand_beside_the_months(plan: Plan) -> None:
    page = seen(plan)
    text = page.content.decode()
    assert "What breaks" in text
    assert page.context["steps"]
    assert page.context["mark"][1] in text.replace("&#x27;", "'")
    assert page.context["budget"] is None


def test_a_budget_that_is_typed_shows_its_chance_in_words_and_as_a_chart(plan: Plan) -> None:
    page = seen(plan, budget="8000")
    text = page.content.decode()
    assert "A month above <" not in text
    assert "A month above $8,000" in text
    assert "Chance of a month above $8,000" in text
    chances = page.context["budget"].chances
    assert chances[0] < 0.5 < chances[36]


def test_the_budget_of_the_plan_is_shown_without_typing() -> None:
    made = make_plan(example().model_copy(update={"costs": Costs(budget_usd_month=9_000.0)}), visitor="v")
    assert made.head is not None
    jobs.run_job(jobs.create_job(Job.Kind.ESTIMATE, made.head, {"draws": 128}, None).pk)
    assert seen(made).context["budget"].usd_month == 9_000


@pytest.mark.parametrize(("typed", "said"), [("x", "as a number"), ("0", "more than 0"), ("-5", "at least 0")])
def test_a_bad_budget_is_refused_at_the_field_and_kept(plan: Plan, typed: str, said: str) -> None:
    page = seen(plan, budget=typed)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert f'value="{typed}"' in page.content.decode()
    assert page.context["budget"] is None


def test_the_report_says_what_breaks_how_it_is_paid_what_people_work_and_the_chance_of_the_budget() -> None:
    costs = Costs(commitment="own", discount_percent=20.0, budget_usd_month=9_000.0)
    made = make_plan(example().model_copy(update={"costs": costs}), visitor="v")
    assert made.head is not None
    jobs.run_job(jobs.create_job(Job.Kind.ESTIMATE, made.head, {"draws": 128}, None).pk)
    text = browser(visitor="v").get(reverse("planner:report", args=[made.pk])).content.decode()
    for words in (
        "20 % of your own off machines", "19 h a month for 9 stores, $1,710 at $90 an hour",
        "Chance of a month above the budget of $9,000", "What breaks within 36 months",
    ):  # fmt: skip
        assert words in text.replace("&#x27;", "'")
