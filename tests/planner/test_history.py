"""Versions: the list, one version, what changed between two, restore, undo and redo over HTTP."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from planner import figures, services
from planner.engine import edits
from planner.models import Plan, Revision
from tests.planner.plans import HTMX, browser, make_plan

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])


def two_versions() -> tuple[Plan, Revision, Revision]:
    """Version 2 moves the carts to pg-main."""
    plan = make_plan(visitor="me")
    first = plan.head
    assert first is not None
    document = edits.moved(services.document_of(first), "order-service/carts", "pg-main")
    return plan, first, services.save_revision(plan, document, base=first, author=None, summary="Moved Carts")


def head(plan: Plan) -> Revision:
    plan.refresh_from_db()
    assert plan.head is not None
    return plan.head


def test_the_list_names_what_changed_and_marks_the_newest() -> None:
    plan, _, _ = two_versions()
    page = browser(visitor="me").get(reverse("planner:versions", args=[plan.pk])).content.decode()
    assert "Moved Carts" in page
    assert page.count(">Restore<") == 1


def test_a_version_shows_its_own_totals_and_table() -> None:
    plan, _, _ = two_versions()
    page = browser(visitor="me").get(reverse("planner:version", args=[plan.pk, 1])).content.decode()
    assert "Version 1" in page
    assert "redis-session" in page
    assert "Restore this version" in page


def test_the_comparison_form_leads_to_the_address_of_the_comparison() -> None:
    plan, _, _ = two_versions()
    client = browser(visitor="me")
    response = client.get(reverse("planner:versions", args=[plan.pk]) + "?old=2&new=1")
    assert response["Location"].endswith("/versions/1..2/")
    assert client.get(reverse("planner:versions", args=[plan.pk]) + "?old=x&new=1").status_code == 404


def test_the_changes_say_what_moved_and_what_it_does_to_cost_recovery_and_findings() -> None:
    plan, _, _ = two_versions()
    page = browser(visitor="me").get(reverse("planner:changes", args=[plan.pk, 1, 2])).content.decode()
    assert "1 change in the design" in page
    assert "redis-session" in page
    assert "pg-main" in page
    for label in ("Monthly cost, likely", "Recovery targets met", "High findings", "Stores"):
        assert label in page


def test_the_change_of_cost_is_told_in_parts_that_sum_to_it() -> None:
    plan, first, second = two_versions()
    client = browser(visitor="me")
    response = client.get(reverse("planner:changes", args=[plan.pk, 1, 2]))
    change, page = response.context["cost_change"], response.content.decode()
    assert change.parts
    assert sum(part.change_usd for part in change.parts) == change.change_usd == change.new_usd - change.old_usd
    assert f"{figures.cents(change.old_usd)}" in page
    assert f"<strong>{figures.cents_change(change.change_usd)}</strong>" in page
    back = client.get(reverse("planner:changes", args=[plan.pk, 2, 1])).context["cost_change"]
    assert (back.old_usd, back.new_usd) == (change.new_usd, change.old_usd)
    assert browser(visitor="other").get(reverse("planner:changes", args=[plan.pk, 1, 2])).status_code == 404
    assert first.plan == second.plan


def test_the_api_tells_the_change_of_cost_in_exact_parts() -> None:
    plan, _, _ = two_versions()
    client = browser(visitor="me")
    told = client.get(reverse("api:cost_change", args=[plan.pk, 1, 2])).json()
    change = Decimal(told["change_usd"])
    assert change == Decimal(told["new_usd"]) - Decimal(told["old_usd"])
    for sums in ("by_change", "by_reason", "by_store"):
        assert sum(map(Decimal, told[sums].values())) == change
    assert sum(Decimal(part["change_usd"]) for part in told["parts"]) == change
    assert set(told["by_change"]) == {"stores, and what lives where"}
    assert client.get(reverse("api:cost_change", args=[plan.pk, 1, 9])).status_code == 404
    assert browser(visitor="other").get(reverse("api:cost_change", args=[plan.pk, 1, 2])).status_code == 404


def test_a_version_that_does_not_exist_is_404() -> None:
    plan, _, _ = two_versions()
    client = browser(visitor="me")
    for name, numbers in (("version", [9]), ("changes", [1, 9]), ("version", [0])):
        assert client.get(reverse(f"planner:{name}", args=[plan.pk, *numbers])).status_code == 404
    assert client.post(reverse("planner:restore", args=[plan.pk, 9])).status_code == 404


@BOTH
def test_restoring_makes_the_old_version_the_newest(headers: dict[str, str]) -> None:
    plan, first, second = two_versions()
    url = reverse("planner:restore", args=[plan.pk, 1])
    response = browser(visitor="me").post(url, {"base": second.pk}, headers=headers)
    assert response.status_code == (204 if headers else 302)
    assert (head(plan).number, head(plan).document) == (3, first.document)


@BOTH
def test_undo_and_redo(headers: dict[str, str]) -> None:
    plan, first, second = two_versions()
    client = browser(visitor="me")
    response = client.post(reverse("planner:undo", args=[plan.pk]), {"base": second.pk}, headers=headers, follow=True)
    assert "Undone: Moved Carts" in response.content.decode()
    assert head(plan) == first
    client.post(reverse("planner:redo", args=[plan.pk]), {"base": first.pk}, headers=headers)
    assert head(plan) == second
    response = client.post(reverse("planner:redo", args=[plan.pk]), headers=headers, follow=True)
    assert "nothing to do again" in response.content.decode()


def test_undo_goes_back_to_the_page_it_was_pressed_on() -> None:
    plan, _, second = two_versions()
    client = browser(visitor="me")
    response = client.post(reverse("planner:undo", args=[plan.pk]), {"base": second.pk, "tab": "versions"})
    assert response["Location"].endswith("/versions/")


def test_a_base_of_another_plan_is_not_taken() -> None:
    plan, first, second = two_versions()
    other = make_plan(visitor="me")
    browser(visitor="me").post(reverse("planner:undo", args=[plan.pk]), {"base": other.head_id})
    assert head(plan) == first
    assert second.plan == plan
