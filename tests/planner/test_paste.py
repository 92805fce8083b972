"""Pasting rows: preview first, then one version; typed text is kept; access; undo."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from planner import services
from planner.engine.document import Plan as Document
from planner.models import Plan
from tests.factories import People
from tests.planner.plans import HTMX, browser, make_plan

pytestmark = pytest.mark.django_db
ROWS = "Name\tSize\nOrders, transactions\t999\nRefunds\t3"


def document(plan: Plan) -> Document:
    plan.refresh_from_db()
    assert plan.head is not None
    return services.document_of(plan.head)


def send(plan: Plan, headers: dict[str, str] | None = None, **fields: Any) -> Any:
    url = reverse("planner:paste", args=[plan.pk])
    fields = {"base": plan.head_id, "service": "Order service"} | fields
    return browser(visitor="me").post(url, fields, headers=headers or {})


def test_a_preview_shows_what_would_happen_and_saves_nothing() -> None:
    plan = make_plan(visitor="me")
    page = send(plan, text=ROWS).content.decode()
    assert "1 new data set and 1 changed cell" in page
    assert "Save 1 new data set" in page
    assert "order-service/refunds" in page
    assert plan.revisions.count() == 1


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_saving_is_one_version_that_one_undo_takes_back(headers: dict[str, str]) -> None:
    plan = make_plan(visitor="me")
    before = document(plan)
    answer = send(plan, headers, text=ROWS, save="yes")
    assert answer.status_code == (204 if headers else 302)
    assert document(plan).data_set("order-service/refunds").name == "Refunds"
    assert plan.revisions.count() == 2
    browser(visitor="me").post(reverse("planner:undo", args=[plan.pk]))
    assert document(plan) == before


def test_problems_stand_at_row_and_column_the_text_stays_and_nothing_is_saved() -> None:
    plan = make_plan(visitor="me")
    answer = send(plan, text="Name\tSize\nA\t1\nB\t<b>lots</b>", save="yes")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Row 3, Size, GiB" in page
    assert "&lt;b&gt;lots" in page
    assert "<b>lots" not in page
    assert "B\t&lt;b&gt;lots" in page
    assert 'name="save"' not in page
    assert plan.revisions.count() == 1


def test_rows_land_where_they_were_pasted_in_the_table() -> None:
    plan = make_plan(visitor="me")
    fields: dict[str, Any] = {
        "places": "order-service/orders order-service/carts",
        "column": "size_gib",
        "text": "5\n6",
        "save": "yes",
    }
    send(plan, **fields)
    size = document(plan).data_set("order-service/carts").needs.size_gib
    assert size is not None
    assert size.mid == 6
    assert send(plan, **(fields | {"places": "gone/away"})).status_code == 404


def test_an_empty_plan_is_filled_by_pasting() -> None:
    plan = make_plan(Document(name="Empty"), visitor="me")
    send(plan, text="name\tsize\nOrders\t1\nCarts\t2", service="", save="yes")
    assert [ref.path for ref in document(plan).data_sets()] == ["new-service/orders", "new-service/carts"]


def test_only_owner_and_editor_paste(people: People) -> None:
    plan = make_plan(team=people.team)
    url = reverse("planner:paste", args=[plan.pk])
    for client in (browser(people.viewer), browser(people.stranger), browser(), browser(visitor="x")):
        assert client.get(url).status_code == 404
        assert client.post(url, {"text": ROWS, "save": "yes"}).status_code == 404
    for count, person in enumerate((people.owner, people.editor)):
        text = f"Name\tSize\nRefunds\t{count + 1}"
        assert browser(person).post(url, {"text": text, "save": "yes", "service": "Order service"}).status_code == 302
    assert plan.revisions.count() == 3
