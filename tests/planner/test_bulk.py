"""Several data sets at once: one version, one undo; a store that is ruled out asks first."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from planner import services
from planner.engine.document import Plan as Document
from planner.models import Plan
from tests.planner.plans import HTMX, browser, make_plan

pytestmark = pytest.mark.django_db
ORDERS, CARTS, SESSIONS = "order-service/orders", "order-service/carts", "user-service/sessions"


def send(plan: Plan, headers: dict[str, str] | None = None, **fields: Any) -> Any:
    url = reverse("planner:bulk", args=[plan.pk])
    return browser(visitor="me").post(url, {"base": plan.head_id} | fields, headers=headers or {})


def document(plan: Plan) -> Document:
    plan.refresh_from_db()
    assert plan.head is not None
    return services.document_of(plan.head)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
@pytest.mark.parametrize(
    ("fields", "holds"),
    [
        (
            {"do": "move", "to": "pg-main"},
            lambda found: {found.data_set(one).store for one in (CARTS, SESSIONS)} == {"pg-main"},
        ),
        ({"do": "move", "to": "none"}, lambda found: found.data_set(CARTS).store is None),
        ({"do": "tier", "tier": "low"}, lambda found: {found.tier_of(one) for one in (CARTS, SESSIONS)} == {"low"}),
        ({"do": "tier", "tier": ""}, lambda found: found.data_set(CARTS).tier is None),
        ({"do": "remove"}, lambda found: CARTS not in {ref.path for ref in found.data_sets()}),
    ],
)
def test_each_act_is_one_version_that_one_undo_takes_back(
    headers: dict[str, str], fields: dict[str, str], holds: Any
) -> None:
    plan = make_plan(visitor="me")
    before = document(plan)
    answer = send(plan, headers, at=[CARTS, SESSIONS], anyway="yes", **fields)
    assert answer.status_code == (200 if headers else 302)
    assert holds(document(plan))
    assert plan.revisions.count() == 2
    browser(visitor="me").post(reverse("planner:undo", args=[plan.pk]))
    assert document(plan) == before


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_store_that_cannot_hold_some_asks_which_to_move(headers: dict[str, str]) -> None:
    plan = make_plan(visitor="me")
    answer = send(plan, headers, at=[ORDERS, CARTS], do="move", to="redis-cache")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "1 of 2 cannot live in" in page
    assert "Move the 1 that fits" in page
    assert plan.revisions.count() == 1
    send(plan, headers, at=[ORDERS, CARTS], do="move", to="redis-cache", anyway="fitting")
    assert document(plan).data_set(CARTS).store == "redis-cache"
    assert document(plan).data_set(ORDERS).store == "pg-main"
    send(plan, headers, at=[ORDERS, CARTS], do="move", to="redis-cache", anyway="yes")
    assert document(plan).data_set(ORDERS).store == "redis-cache"


def test_removing_a_source_leaves_its_copies_as_sources_of_their_own() -> None:
    plan = make_plan(visitor="me")
    copies = [ref for ref in document(plan).data_sets() if ref.data_set.derived_from]
    send(plan, at=[source for ref in copies for source in ref.data_set.derived_from], do="remove")
    left = {ref.path: ref.data_set for ref in document(plan).data_sets()}
    assert all(not left[ref.path].derived_from and left[ref.path].sync is None for ref in copies if ref.path in left)


@pytest.mark.parametrize(
    "fields",
    [
        {"do": "move", "to": "gone"},
        {"do": "tier", "tier": "top"},
        {"do": "burn"},
        {},
        {"do": "remove", "at": ["no/such"]},
    ],
)
def test_what_does_not_exist_is_404_and_changes_nothing(fields: dict[str, Any]) -> None:
    plan = make_plan(visitor="me")
    assert send(plan, **({"at": [CARTS]} | fields)).status_code == 404
    assert plan.revisions.count() == 1


def test_nothing_chosen_is_said() -> None:
    plan = make_plan(visitor="me")
    assert "Nothing is chosen" in send(plan, HTMX, do="remove").content.decode()
    assert plan.revisions.count() == 1
