"""Moving a data set: verdicts, consequences before the click, the move, and "Move anyway"."""

from __future__ import annotations

import pytest
from django.urls import reverse

from planner import services
from planner.engine.document import Plan as Document
from planner.models import Plan
from tests.planner.plans import HTMX, browser, make_plan

pytestmark = pytest.mark.django_db
PATH = ("order-service", "carts")


def address(plan: Plan, path: tuple[str, str] = PATH) -> str:
    return reverse("planner:move", args=[plan.pk, *path])


def document(plan: Plan) -> Document:
    plan.refresh_from_db()
    assert plan.head is not None
    return services.document_of(plan.head)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_the_list_shows_each_store_with_its_verdict(headers: dict[str, str]) -> None:
    plan = make_plan(visitor="me")
    url = address(plan, ("order-service", "orders"))
    page = browser(visitor="me").get(url, headers=headers).content.decode()
    for slug in document(plan).stores:
        assert f"?to={slug}" in page
    assert "Now, " in page
    assert "cannot hold it" in page
    assert "Would be new" in page


def test_the_consequences_stand_on_the_page_before_the_click() -> None:
    plan = make_plan(visitor="me")
    page = browser(visitor="me").get(address(plan) + "?to=pg-main").content.decode()
    assert "If you move it to" in page
    assert "Monthly cost, likely" in page
    assert "Findings" in page
    assert plan.revisions.count() == 1


def test_a_plain_move_saves_and_offers_undo() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    response = client.post(address(plan), {"to": "pg-main", "base": plan.head_id}, follow=True)
    assert document(plan).data_set("order-service/carts").store == "pg-main"
    page = response.content.decode()
    assert "now in pg-main" in page
    assert "Undo" in page
    client.post(reverse("planner:undo", args=[plan.pk]), {"base": plan.head_id})
    assert document(plan).data_set("order-service/carts").store == "redis-session"


def test_an_htmx_move_answers_with_map_strip_and_toast() -> None:
    plan = make_plan(visitor="me")
    response = browser(visitor="me").post(address(plan), {"to": "pg-main", "base": plan.head_id}, headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 200
    assert page.lstrip().startswith('<div class="designer')
    assert 'id="strip"' in page
    assert "now in pg-main" in page
    assert document(plan).data_set("order-service/carts").store == "pg-main"


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_ruled_out_store_needs_move_anyway(headers: dict[str, str]) -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    orders = address(plan, ("order-service", "orders"))
    response = client.post(orders, {"to": "redis-cache", "base": plan.head_id}, headers=headers)
    assert response.status_code == 422
    assert "Move anyway" in response.content.decode()
    assert document(plan).data_set("order-service/orders").store == "pg-main"
    client.post(orders, {"to": "redis-cache", "base": plan.head_id, "anyway": "yes"}, headers=headers)
    assert document(plan).data_set("order-service/orders").store == "redis-cache"


def test_moving_to_a_database_that_is_not_in_the_plan_adds_a_store() -> None:
    plan = make_plan(visitor="me")
    before = set(document(plan).stores)
    client = browser(visitor="me")
    page = client.get(address(plan) + "?to=new:dynamodb").content.decode()
    assert "If you move it to" in page
    client.post(address(plan), {"to": "new:dynamodb", "base": plan.head_id})
    (added,) = set(document(plan).stores) - before
    assert document(plan).stores[added].database == "dynamodb"
    assert document(plan).data_set("order-service/carts").store == added


@pytest.mark.parametrize("to", ["", "nothing", "new:nothing", "new:"])
def test_a_store_that_does_not_exist_is_404_and_changes_nothing(to: str) -> None:
    plan = make_plan(visitor="me")
    assert browser(visitor="me").post(address(plan), {"to": to, "base": plan.head_id}).status_code == 404
    assert plan.revisions.count() == 1


def test_a_move_on_an_old_page_is_merged_with_what_was_saved_since() -> None:
    plan = make_plan(visitor="me")
    client, seen = browser(visitor="me"), plan.head_id
    client.post(address(plan), {"to": "pg-main", "base": seen})
    client.post(address(plan, ("user-service", "sessions")), {"to": "pg-main", "base": seen, "anyway": "yes"})
    found = document(plan)
    assert found.data_set("order-service/carts").store == "pg-main"
    assert found.data_set("user-service/sessions").store == "pg-main"
