"""Services: add, edit, remove."""

from __future__ import annotations

import pytest
from django.urls import reverse

from planner import services
from planner.engine.document import Plan as Document
from planner.models import Plan
from tests.planner.plans import HTMX, browser, form_of, make_plan

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])


def address(plan: Plan, slug: str = "order-service", name: str = "service") -> str:
    return reverse(f"planner:{name}", args=[plan.pk, slug])


def document(plan: Plan) -> Document:
    plan.refresh_from_db()
    assert plan.head is not None
    return services.document_of(plan.head)


def test_every_service_sent_back_as_it_came_changes_nothing() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    for slug in document(plan).services:
        assert client.post(address(plan, slug), form_of(client, address(plan, slug))).status_code == 302
    assert plan.revisions.count() == 1


@BOTH
def test_a_service_is_added_and_changed_with_its_data_sets_kept(headers: dict[str, str]) -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    client.post(reverse("planner:new_service", args=[plan.pk]), {"name": "Mail", "tier": "low"}, headers=headers)
    assert document(plan).services["mail"].tier == "low"
    form = form_of(client, address(plan)) | {"name": "Ordering", "startup_minutes": "7"}
    client.post(address(plan), form, headers=headers)
    found = document(plan).services["order-service"]
    assert (found.name, found.startup_minutes, set(found.data)) == ("Ordering", 7, {"orders", "carts"})


@BOTH
@pytest.mark.parametrize(("field", "value"), [("name", ""), ("startup_minutes", "soon"), ("tier", "urgent")])
def test_bad_input_is_kept_and_not_saved(headers: dict[str, str], field: str, value: str) -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    response = client.post(address(plan), form_of(client, address(plan)) | {field: value}, headers=headers)
    assert response.status_code == 422
    assert "error-summary" in response.content.decode()
    if field == "startup_minutes":
        assert 'value="soon"' in response.content.decode()
    assert plan.revisions.count() == 1


def test_a_circle_of_services_is_refused() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    client.post(address(plan), form_of(client, address(plan)) | {"depends_on": ["user-service"]})
    before = plan.revisions.count()
    url = address(plan, "user-service")
    response = client.post(url, form_of(client, url) | {"depends_on": ["order-service"]})
    assert response.status_code == 422
    assert plan.revisions.count() == before


@BOTH
def test_removing_a_service_takes_its_data_sets_and_undo_brings_them_back(headers: dict[str, str]) -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    client.post(address(plan, "logging", "remove_service"), {"base": plan.head_id}, headers=headers)
    assert "logging" not in document(plan).services
    client.post(reverse("planner:undo", args=[plan.pk]), {"base": plan.head_id}, headers=headers)
    assert set(document(plan).services["logging"].data) == {"app-logs", "log-archive"}


def test_a_service_that_is_gone_is_404() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    assert client.get(address(plan, "nothing")).status_code == 404
    assert client.post(address(plan, "nothing", "remove_service")).status_code == 404
