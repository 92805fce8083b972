"""Split by purpose on the page of a data set: shown, previewed, added with one click, undone, and by whom."""

from __future__ import annotations

import pytest
from django.urls import reverse

from planner import services
from planner.engine.document import Plan as Document
from planner.models import Plan
from tests.factories import People
from tests.planner.plans import browser, make_plan

pytestmark = pytest.mark.django_db
PATH = ("shop", "products")


def mixed() -> Document:
    needs = {
        "transactions": "multi-record",
        "queries": ["point-lookup", "join", "full-text", "aggregation"],
        "reads_per_second": 900,
        "writes_per_second": 20,
        "size_gib": 300,
    }
    data = {"products": {"name": "<b>Products</b>", "needs": needs, "store": "pg"}}
    return Document.model_validate(
        {
            "name": "Mixed",
            "provider": "aws",
            "region": "us-east-1",
            "services": {"shop": {"name": "Shop", "tier": "high", "data": data}},
            "stores": {"pg": {"name": "PG", "database": "postgresql"}},
        }
    )


def page_of(plan: Plan) -> str:
    return reverse("planner:data_set", args=[plan.pk, *PATH])


def address(plan: Plan) -> str:
    return reverse("planner:split", args=[plan.pk, *PATH])


def document(plan: Plan) -> Document:
    plan.refresh_from_db()
    assert plan.head is not None
    return services.document_of(plan.head)


def test_the_page_shows_what_goes_where_and_how_it_is_kept_in_step() -> None:
    plan = make_plan(mixed(), visitor="me")
    page = browser(visitor="me").get(page_of(plan)).content.decode()
    for words in (
        "Split by purpose",
        "Search copy",
        "Analytics copy",
        "Outbox: written with the source, sent on later",
        "Seconds behind",
        "<b>Words in text</b>",  # as the form beside it names what the plan file calls full-text
    ):
        assert words in page
    assert "<b>Products</b>" not in page


def test_a_preview_shows_cost_recovery_and_findings_and_saves_nothing() -> None:
    plan = make_plan(mixed(), visitor="me")
    client = browser(visitor="me")
    assert "Monthly cost, likely" not in client.get(page_of(plan)).content.decode().split('id="splits"')[1]
    shown = client.get(page_of(plan) + "?split=search").content.decode().split('id="splits"')[1]
    assert "Monthly cost, likely" in shown
    assert "Findings" in shown
    assert plan.revisions.count() == 1


def test_one_click_adds_the_copy_as_one_revision_and_undo_takes_it_back() -> None:
    plan = make_plan(mixed(), visitor="me")
    client = browser(visitor="me")
    response = client.post(address(plan), {"purpose": "search", "base": plan.head_id}, follow=True)
    after = document(plan)
    copy = after.data_set("shop/products-search")
    assert (copy.sync, copy.derived_from) == ("outbox", ("shop/products",))
    assert copy.store in after.stores
    assert "full-text" not in after.data_set("shop/products").needs.queries
    assert plan.revisions.count() == 2
    assert "Undo" in response.content.decode()
    client.post(reverse("planner:undo", args=[plan.pk]), {"base": plan.head_id})
    assert document(plan) == mixed()


@pytest.mark.parametrize("purpose", ["", "archive", "nothing", "SEARCH"])
def test_a_purpose_that_is_not_proposed_is_404_and_changes_nothing(purpose: str) -> None:
    plan = make_plan(mixed(), visitor="me")
    assert browser(visitor="me").post(address(plan), {"purpose": purpose, "base": plan.head_id}).status_code == 404
    assert plan.revisions.count() == 1


def test_two_splits_from_one_page_are_merged() -> None:
    plan = make_plan(mixed(), visitor="me")
    client, seen = browser(visitor="me"), plan.head_id
    client.post(address(plan), {"purpose": "search", "base": seen})
    client.post(address(plan), {"purpose": "analytics", "base": seen})
    after = document(plan)
    assert after.data_set("shop/products").needs.queries == ("point-lookup", "join")
    assert {"products-search", "products-analytics"} <= set(after.services["shop"].data)


def test_who_may_split(people: People) -> None:
    plan = make_plan(mixed(), team=people.team)
    sent = {"purpose": "search", "base": plan.head_id}
    viewer = browser(people.viewer).get(page_of(plan))
    assert viewer.status_code == 200
    assert 'id="add-search"' not in viewer.content.decode()
    for client in (browser(people.viewer), browser(people.stranger), browser(), browser(visitor="x")):
        assert client.post(address(plan), sent).status_code == 404
    assert browser(people.editor).get(address(plan)).status_code == 405
    assert plan.revisions.count() == 1
    assert browser(people.editor).post(address(plan), sent).status_code == 302
