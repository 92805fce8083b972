"""The choosers over the costs page: where, how it is paid, at whose traffic."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from catalog.services import current_prices, current_snapshot
from planner.engine.document import Costs
from planner.models import Job, Plan
from planner.quick_estimate import MOST_STORES, quick_estimate
from tests.planner.plans import browser, example, make_plan, settings_form

pytestmark = pytest.mark.django_db


def seen(plan: Plan, **query: str) -> Any:
    return browser(visitor="v").get(reverse("planner:costs", args=[plan.pk]), query)


def test_another_place_shows_its_stores_lines_and_the_difference() -> None:
    plan = make_plan(visitor="v")
    usual, there = seen(plan).context, seen(plan, place="gcp-managed")
    assert there.status_code == 200
    assert {one.store for one in there.context["results"]} == {one.store for one in usual["results"]}
    row = next(one for one in usual["places"] if one.found.target.key == "gcp-managed")
    assert there.context["chosen"].cost.monthly_usd == row.found.total
    text = there.content.decode()
    assert "against the plan as it is" in text
    assert "Tried, not saved" in text
    assert there.context["change_usd"] == there.context["estimate"].total.p50 - there.context["usual"].total.p50


def test_the_filter_and_the_budget_keep_what_is_tried() -> None:
    page = seen(make_plan(visitor="v"), place="gcp-managed", line="storage", budget="9000")
    text = page.content.decode()
    assert text.count('<input type="hidden" name="place" value="gcp-managed">') == 2
    assert page.context["trying"]
    assert page.context["lines_shown"] < page.context["lines"]


def test_a_first_look_has_the_whole_picture_and_says_how_many_runs_it_is() -> None:
    page = seen(make_plan(visitor="v"))
    text = page.content.decode()
    assert page.context["is_quick"]
    assert "512 runs" in text
    assert "Next 36 months" in text
    assert "What drives the spread" in text
    assert not Job.objects.exists()


def test_a_plan_too_large_for_a_page_has_no_quick_estimate() -> None:
    document = example()
    many = {f"s{at}": document.stores["pg-main"] for at in range(MOST_STORES + 1)}
    large = document.model_copy(update={"stores": {**document.stores, **many}})
    assert quick_estimate(large, current_snapshot(), current_prices()) is None
    assert (
        quick_estimate(document.model_copy(update={"stores": {}, "services": {}}), current_snapshot(), current_prices())
        is None
    )
    assert "small sample" in seen(make_plan(large, visitor="v")).content.decode()


def test_later_traffic_costs_more_and_the_file_says_the_same() -> None:
    plan = make_plan(visitor="v")
    amounts = [seen(plan, traffic=month).context["chosen"].cost.monthly_usd.p50 for month in ("12", "36")]
    assert amounts == sorted(amounts)
    now, later = (seen(plan, traffic=month, format="csv").content for month in ("0", "36"))
    assert now != later


def test_a_commitment_without_prices_says_so() -> None:
    text = seen(make_plan(visitor="v"), commitment="3-years").content.decode()
    assert "no committed price is known" in text


def test_an_own_discount_is_offered_only_where_the_plan_says_how_much() -> None:
    assert seen(make_plan(visitor="v"), commitment="own").status_code == 422
    costs = Costs(commitment="own", discount_percent=50.0)
    plan = make_plan(example().model_copy(update={"costs": costs}), visitor="v")
    page = seen(plan)
    assert page.context["trying"] is False
    assert page.context["chosen"].list_price.monthly_usd.p50 > page.context["chosen"].cost.monthly_usd.p50
    assert page.context["totals"].monthly_usd == page.context["chosen"].cost.monthly_usd
    assert "at list price" in page.content.decode()


@pytest.mark.parametrize("query", [{"place": "moon"}, {"commitment": "5"}, {"traffic": "13"}, {"traffic": "x"}])
def test_what_cannot_be_chosen_is_refused_and_the_plan_is_shown_as_it_is(query: dict[str, str]) -> None:
    page = seen(make_plan(visitor="v"), **query)
    assert page.status_code == 422
    assert "There is a problem" in page.content.decode()
    assert page.context["chosen"] is None


def test_the_settings_save_how_it_is_paid_and_what_people_work() -> None:
    plan, client = make_plan(visitor="v"), browser(visitor="v")
    url = reverse("planner:plan_settings", args=[plan.pk])
    form = settings_form(plan) | {"commitment": "own", "discount_percent": ""}
    refused = client.post(url, form)
    assert refused.status_code == 422
    assert "Enter your discount" in refused.content.decode()
    assert (
        client.post(
            url, form | {"discount_percent": "20", "budget_usd_month": "8000", "own_hours_month": "3"}
        ).status_code
        == 302
    )
    plan.refresh_from_db()
    context = seen(plan).context
    assert context["document"].costs == Costs(
        commitment="own", discount_percent=20.0, budget_usd_month=8000.0, own_hours_month=3.0
    )
    assert context["people"].own_hours == 3


@pytest.mark.parametrize(
    "place",
    [
        {"provider": "self-hosted", "region": None},
        {"region": "cellar"},
        {"provider": None, "region": None},
        {"provider": "gcp", "region": "asia-southeast1"},
    ],
)
def test_plans_anywhere_are_answered_and_unknown_is_never_nothing(place: dict[str, Any]) -> None:
    """Also where no price is known for the place itself."""
    document = example()
    stores = {slug: one.model_copy(update={"provider": None, "region": None}) for slug, one in document.stores.items()}
    plan = make_plan(document.model_copy(update={**place, "stores": stores}), visitor="v")
    client = browser(visitor="v")
    addresses = [reverse(f"planner:{name}", args=[plan.pk]) for name in ("costs", "places")]
    addresses += [reverse("planner:elsewhere", args=[plan.pk, slug]) for slug in ("pg-main", "s3-archive")]
    for address in addresses:
        page = client.get(address)
        assert page.status_code == 200, address
        assert '<p class="headline" id="range">$0' not in page.content.decode()
