"""A plan stays with the prices it was costed with; newer ones are taken by an act, after a look at what they change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from django.urls import reverse

from catalog import facts, price_book, services, team_prices
from catalog.models import PriceBookVersion
from catalog.price_rows import kept_book
from catalog.refresh.rows import Parsed
from planner import jobs
from planner.evaluations import evaluation_of, has_newer_prices, prices_of
from planner.models import Job, Plan
from tests.factories import make_people
from tests.planner.plans import browser, make_plan

pytestmark = pytest.mark.django_db
LATER = dt.date(2027, 1, 5)
DEARER = Decimal("1.15")  # below the fifth from which a price is held


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    services.forget_published()
    team_prices.forget_all()
    services.load()
    yield
    services.forget_published()
    team_prices.forget_all()


def publish_dearer() -> facts.PriceBook:
    """Every price of RDS in the example's region is 15 % higher from now on."""
    rows = services.current_prices().rows("aws", "Amazon RDS", "us-east-1")
    new = [replace(row, usd=row.usd * DEARER, as_of=LATER, source="offer file") for row in rows]
    price_book.publish(price_book.propose(Parsed("aws", "offer file", "rds.json", prices=new, seen=len(new)), None))
    return services.current_prices()


def cost(plan: Plan) -> Decimal:
    assert plan.head is not None
    return sum((one.monthly_usd or Decimal(0) for one in evaluation_of(plan.head, plan).stores.values()), Decimal(0))


def test_a_book_that_was_published_once_comes_back_as_it_was() -> None:
    old = services.current_prices()
    new = publish_dearer()
    assert old.id != new.id
    found = kept_book(old.id)
    assert found is not None
    assert (found.id, found.prices) == (old.id, old.prices)
    assert services.prices_of_book(old.id) == old
    assert services.prices_of_book("f" * 64) is None
    assert set(PriceBookVersion.objects.values_list("book_id", flat=True)) == {old.id, new.id}


def test_a_plan_keeps_its_cost_when_prices_are_published_and_examples_follow_them() -> None:
    plan, example = make_plan(visitor="me"), make_plan(is_example=True)
    before = cost(plan)
    assert not has_newer_prices(plan)
    publish_dearer()
    assert cost(Plan.objects.get(pk=plan.pk)) == before
    assert has_newer_prices(plan)
    assert cost(example) > before
    assert not has_newer_prices(example)
    assert cost(make_plan(visitor="me")) == cost(example)


def test_the_page_shows_old_and_new_with_parts_that_sum_and_taking_them_is_an_act() -> None:
    plan = make_plan(visitor="me")
    client, url = browser(visitor="me"), reverse("planner:reprice", args=[plan.pk])
    assert "re-price" not in client.get(reverse("planner:costs", args=[plan.pk])).content.decode()
    newest = publish_dearer()
    assert "Newer prices: re-price" in client.get(reverse("planner:costs", args=[plan.pk])).content.decode()
    before = cost(plan)
    response = client.get(url)
    change = response.context["cost_change"]
    assert change.change_usd > 0
    assert sum(part.change_usd for part in change.parts) == change.change_usd == change.new_usd - change.old_usd
    assert {part.cause for part in change.parts} == {"price"}
    assert cost(Plan.objects.get(pk=plan.pk)) == before  # a look changes nothing
    assert client.post(url, {"price_book": newest.id})["Location"].endswith("/costs/")
    taken = Plan.objects.get(pk=plan.pk)
    assert taken.price_book_id == newest.id
    assert cost(taken) - before == pytest.approx(change.change_usd)
    assert "newest published prices" in client.get(url).content.decode()


def test_prices_that_were_not_seen_are_not_taken() -> None:
    plan = make_plan(visitor="me")
    seen = services.current_prices().id
    publish_dearer()
    response = browser(visitor="me").post(reverse("planner:reprice", args=[plan.pk]), {"price_book": seen})
    assert response.status_code == 409
    assert "Other prices were published" in response.content.decode()
    assert Plan.objects.get(pk=plan.pk).price_book_id == seen


def test_who_may_look_and_who_may_take() -> None:
    people = make_people()
    plan = make_plan(team=people.team)
    newest = publish_dearer().id
    page, api = reverse("planner:reprice", args=[plan.pk]), reverse("api:reprice", args=[plan.pk])
    expected = ((people.viewer, 200, 404), (people.stranger, 404, 404), (None, 404, 404), (people.editor, 200, 302))
    for person, read, write in expected:
        client = browser(person)
        assert client.get(page).status_code == read
        assert client.get(api).status_code == read
        assert client.post(page, {"price_book": newest}).status_code == write
    assert Plan.objects.get(pk=plan.pk).price_book_id == newest
    reader = browser(people.viewer).get(page).content.decode()
    assert 'id="reprice"' not in reader


def test_over_the_api_the_parts_are_exact_and_the_act_names_what_was_seen() -> None:
    people = make_people()
    plan = make_plan(owner=people.owner)
    publish_dearer()
    client, url = browser(people.owner), reverse("api:reprice", args=[plan.pk])
    answer = client.get(url).json()
    likely = answer["likely"]
    parts = sum(Decimal(part["change_usd"]) for part in likely["parts"])
    assert parts == Decimal(likely["new_usd"]) - Decimal(likely["old_usd"]) == Decimal(likely["change_usd"])
    assert sum(map(Decimal, likely["by_reason"].values())) == parts
    stale = client.post(url, {"price_book": answer["price_book"]}, content_type="application/json")
    assert stale.status_code == 409
    taken = client.post(url, {"price_book": answer["newest_price_book"]}, content_type="application/json")
    assert taken.status_code == 200
    assert taken.json()["likely"] == likely
    again = client.get(url).json()
    assert again["price_book"] == again["newest_price_book"]
    assert again["likely"]["parts"] == []


def test_an_estimate_uses_the_prices_of_the_plan() -> None:
    plan = make_plan(visitor="me")
    old = services.current_prices().id
    publish_dearer()
    assert plan.head is not None
    job = jobs.create_job(Job.Kind.ESTIMATE, plan.head, {"draws": 128}, None)
    jobs.run_job(job.pk)
    found = jobs.estimate_of(plan.head)
    assert found is not None
    assert found.price_snapshot == old == prices_of(plan).id
    assert found.prices_as_of
