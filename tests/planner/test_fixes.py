"""Fixing a finding: offered, previewed, applied as a version that can be undone; who may, and what if others saved."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from planner import services, share
from planner.engine import edits
from planner.engine.document import Plan as Document
from planner.models import Plan
from tests.factories import People
from tests.planner.plans import HTMX, browser, make_plan

pytestmark = pytest.mark.django_db
DUAL = {"rule": "consistency.dual-write", "at": "services/product-catalog/data/product-search"}
QUERY = "?rule=consistency.dual-write&at=services/product-catalog/data/product-search"
BOTH = pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])


def url_of(plan: Plan) -> str:
    return reverse("planner:fix", args=[plan.pk])


def document(plan: Plan) -> Document:
    plan.refresh_from_db()
    assert plan.head is not None
    return services.document_of(plan.head)


def sync(plan: Plan) -> str | None:
    return document(plan).data_set("product-catalog/product-search").sync


def test_the_review_offers_a_fix_where_there_is_one() -> None:
    plan = make_plan(visitor="me")
    page = browser(visitor="me").get(reverse("planner:review", args=[plan.pk]) + QUERY).content.decode()
    assert "Preview fix" in page
    assert "Write once, and let the change carry it on" in page
    query = "?rule=operations.too-many-systems&at=stores"
    assert "Preview fix" not in browser(visitor="me").get(
        reverse("planner:review", args=[plan.pk]) + query
    ).content.decode()  # fmt: skip


@BOTH
def test_the_preview_shows_changes_cost_recovery_and_findings_and_saves_nothing(headers: dict[str, str]) -> None:
    plan = make_plan(visitor="me")
    page = browser(visitor="me").get(url_of(plan) + QUERY, headers=headers).content.decode()
    for text in ("1 change in the design", "dual-write", "outbox", "Monthly cost, likely", "Findings", "Left to do then",
                 "Gone: Product data is written to two stores in one step"):  # fmt: skip
        assert text in page
    assert plan.revisions.count() == 1


@BOTH
def test_applying_makes_a_version_and_offers_undo(headers: dict[str, str]) -> None:
    plan, client = make_plan(visitor="me"), browser(visitor="me")
    answer = client.post(url_of(plan), DUAL | {"base": plan.head_id}, headers=headers)
    review = reverse("planner:review", args=[plan.pk])
    assert answer["HX-Redirect" if headers else "Location"] == review
    assert sync(plan) == "outbox"
    page = client.get(review).content.decode()
    assert "Fixed: Write once" in page
    assert 'class="toast__undo"' in page
    undone = client.post(reverse("planner:undo", args=[plan.pk]), {"base": plan.head_id, "tab": "review"})
    assert undone["Location"] == review
    assert sync(plan) == "dual-write"


@pytest.mark.parametrize("query", [
    "", "?rule=consistency.dual-write", "?rule=no.such&at=stores/pg-main", "?rule=consistency.dual-write&at=stores/pg-main",
    "?rule=operations.too-many-systems&at=stores", "?rule=%00&at=%00",
])  # fmt: skip
def test_what_cannot_be_fixed_has_no_preview(query: str) -> None:
    plan = make_plan(visitor="me")
    assert browser(visitor="me").get(url_of(plan) + query).status_code == 404


def test_a_finding_that_is_gone_changes_nothing_and_says_so() -> None:
    plan, client = make_plan(visitor="me"), browser(visitor="me")
    client.post(url_of(plan), DUAL | {"base": plan.head_id})
    plan.refresh_from_db()
    answer = client.post(url_of(plan), DUAL | {"base": plan.head_id}, follow=True)
    assert "this finding is gone" in answer.content.decode()
    assert plan.revisions.count() == 2


def test_a_fix_on_an_old_page_is_merged_with_what_was_saved_since() -> None:
    plan, client = make_plan(visitor="me"), browser(visitor="me")
    seen = plan.head
    assert seen is not None
    services.save_revision(
        plan, edits.moved(document(plan), "order-service/carts", "pg-main"), base=seen, author=None, summary="Moved"
    )
    assert client.post(url_of(plan), DUAL | {"base": seen.pk}).status_code == 302
    assert sync(plan) == "outbox"
    assert document(plan).data_set("order-service/carts").store == "pg-main"


def test_a_fix_of_a_field_that_somebody_else_changed_shows_both_sides() -> None:
    plan, client = make_plan(visitor="me"), browser(visitor="me")
    seen = plan.head
    assert seen is not None
    search = document(plan).data_set("product-catalog/product-search").model_copy(update={"sync": "batch"})
    theirs = edits.with_data_set(document(plan), "product-catalog/product-search", search)
    services.save_revision(plan, theirs, base=seen, author=None, summary="Batch")
    answer = client.post(url_of(plan), DUAL | {"base": seen.pk})
    assert answer.status_code == 409
    assert sync(plan) == "batch"


def test_who_may_preview_and_apply(people: People) -> None:
    plan = make_plan(team=people.team)
    for person, status in (
        (people.owner, 200), (people.editor, 200), (people.viewer, 404), (people.stranger, 404), (None, 404),
    ):  # fmt: skip
        assert browser(person).get(url_of(plan) + QUERY).status_code == status
    for person in (people.viewer, people.stranger, None):
        assert browser(person).post(url_of(plan), DUAL | {"base": plan.head_id}).status_code == 404
        assert sync(plan) == "dual-write"
    page = browser(people.viewer).get(reverse("planner:review", args=[plan.pk]) + QUERY).content.decode()
    assert "Preview fix" not in page
    assert "Write once" in page
    assert browser(people.editor).post(url_of(plan), DUAL | {"base": plan.head_id}).status_code == 302
    assert sync(plan) == "outbox"


def test_a_shared_link_reads_the_fix_and_cannot_apply_it() -> None:
    plan = make_plan(visitor="me")
    link, token = share.create_link(plan, revision=None, user=None, expires_at=timezone.now() + dt.timedelta(days=1))
    page = browser().get(reverse("planner:shared_page", args=[token, "review"]) + QUERY).content.decode()
    assert "Write once" in page
    assert "Preview fix" not in page
    for address in (f"/s/{token}/review/fix/", f"/s/{token}/fix/"):
        assert browser().post(address, DUAL).status_code in (404, 405)
    assert sync(plan) == "dual-write"
    assert link.plan == plan


def test_the_example_cannot_be_fixed_by_anybody(people: People) -> None:
    plan = make_plan(is_example=True)
    assert browser(people.owner).get(url_of(plan) + QUERY).status_code == 404
    assert browser(people.owner).post(url_of(plan), DUAL).status_code == 404
