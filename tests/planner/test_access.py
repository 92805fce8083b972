"""Who may do what with a plan, over every address."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from planner import access
from planner.models import Plan
from planner.urls import urlpatterns
from tests.factories import People, make_user
from tests.planner.plans import browser, make_plan, settings_form

pytestmark = pytest.mark.django_db
OPEN = {"home", "start", "plans"}  # no plan in the address
OTHERS_TEST = {"shared", "shared_page", "job"}  # links and jobs have tests of their own
VALUES = {
    "service": "order-service",
    "data": "carts",
    "slug": "order-service",
    "number": 1,
    "old": 1,
    "new": 1,
    "fmt": "yaml",
    "database": "mongodb",
}
# Every address that only changes things, and is therefore never readable with GET.
POST_ONLY = {"copy", "delete", "bring_back", "save_text", "resolve", "undo", "redo", "restore", "ranking",
             "remove_data_set", "remove_service", "remove_store", "cells", "bulk", "choose_cache",
             "choose_replication"}  # fmt: skip
# Pages that only somebody who may write can open.
WRITERS = {"paste", "plan_settings", "new_data_set", "move", "new_service", "service", "new_store", "store"}


def plan_addresses() -> Iterator[tuple[str, list[str]]]:
    for one in urlpatterns:
        assert isinstance(one, URLPattern)
        names = list(one.pattern.converters)
        if "pk" in names and str(one.pattern).startswith("plans/"):
            assert one.name
            yield one.name, names


def address(name: str, names: list[str], plan: Plan) -> str:
    values = VALUES | {"pk": plan.pk}
    if name in ("store", "remove_store", "choose_replication"):
        values["slug"] = "pg-main"
    return reverse(f"planner:{name}", kwargs={key: values[key] for key in names})


MINE = [case for case in plan_addresses() if case[0] in POST_ONLY | WRITERS | {"plan", "data_set", "why", "export", "versions",
                                                                                "version", "changes"}]  # fmt: skip


def test_the_lists_of_this_test_name_addresses_that_exist() -> None:
    assert {name for name, _ in plan_addresses()} >= POST_ONLY | WRITERS


@pytest.mark.parametrize(
    ("name", "names"), list(plan_addresses()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_a_plan_that_one_may_not_see_looks_like_none_at_every_address(
    name: str, names: list[str], people: People
) -> None:
    plan = make_plan(team=people.team)
    for client in (browser(), browser(people.stranger), browser(visitor="someone")):
        assert client.get(address(name, names, plan)).status_code in (404, 405)
        assert client.post(address(name, names, plan), {"name": "x", "to": "pg-main"}).status_code in (404, 405)
        assert client.get(address(name, names, plan), headers={"HX-Request": "true"}).status_code in (404, 405)
    assert plan.revisions.count() == 1


@pytest.mark.parametrize(("name", "names"), MINE, ids=lambda value: value if isinstance(value, str) else "")
def test_a_viewer_of_the_team_reads_and_cannot_write(name: str, names: list[str], people: People) -> None:
    plan = make_plan(team=people.team)
    client, url = browser(people.viewer), address(name, names, plan)
    expected = 405 if name in POST_ONLY else 404 if name in WRITERS else 200
    assert client.get(url).status_code == expected
    if name not in ("copy", "ranking"):
        for headers in ({}, {"HX-Request": "true"}):
            assert client.post(url, {"to": "pg-main", "text": "x", "name": "x"}, headers=headers).status_code in (
                404,
                405,
            )
    plan.refresh_from_db()
    assert plan.revisions.count() == 1
    assert plan.deleted_at is None


@pytest.mark.parametrize(("name", "names"), MINE, ids=lambda value: value if isinstance(value, str) else "")
def test_owner_editor_and_visitor_open_every_page(name: str, names: list[str], people: People) -> None:
    plan = make_plan(team=people.team)
    for client in (browser(people.owner), browser(people.editor)):
        assert client.get(address(name, names, plan)).status_code == (405 if name in POST_ONLY else 200)
    own = make_plan(visitor="mine")
    assert browser(visitor="mine").get(address(name, names, own)).status_code == (405 if name in POST_ONLY else 200)


def test_the_example_is_read_by_everyone_and_written_by_no_one(people: People) -> None:
    plan = make_plan(is_example=True)
    for client in (browser(), browser(people.owner), browser(visitor="x")):
        assert client.get(reverse("planner:plan", args=[plan.pk])).status_code == 200
        assert client.post(reverse("planner:undo", args=[plan.pk])).status_code == 404
        assert client.post(reverse("planner:delete", args=[plan.pk])).status_code == 404


def test_a_visitors_plan_is_kept_when_the_person_signs_in() -> None:
    client, user = Client(), make_user()
    example = make_plan(is_example=True)
    client.post(reverse("planner:copy", args=[example.pk]))
    plan = Plan.objects.get(is_example=False)
    assert plan.visitor
    assert plan.visitor != client.cookies[access.VISITOR_COOKIE].value
    client.force_login(user)
    assert client.get(reverse("planner:plans")).status_code == 200
    plan.refresh_from_db()
    assert (plan.owner, plan.visitor) == (user, "")
    assert browser(user).get(reverse("planner:plan", args=[plan.pk])).status_code == 200


def test_a_plan_page_adopts_as_well() -> None:
    user = make_user()
    plan = make_plan(visitor="mine")
    client = browser(user, visitor="mine")
    assert client.get(reverse("planner:plan", args=[plan.pk])).status_code == 200
    plan.refresh_from_db()
    assert plan.owner == user


def test_a_tampered_cookie_opens_nothing() -> None:
    plan = make_plan(visitor="mine")
    client = browser()
    client.cookies[access.VISITOR_COOKIE] = "mine:forged"
    assert client.get(reverse("planner:plan", args=[plan.pk])).status_code == 404


def test_the_visitor_cookie_is_out_of_reach_of_scripts_and_of_other_sites() -> None:
    client = Client()
    example = make_plan(is_example=True)
    response = client.post(reverse("planner:copy", args=[example.pk]))
    cookie = response.cookies[access.VISITOR_COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_deleted_plan_is_gone_until_it_is_brought_back(people: People) -> None:
    plan = make_plan(owner=people.owner)
    client = browser(people.owner)
    client.post(reverse("planner:delete", args=[plan.pk]))
    assert client.get(reverse("planner:plan", args=[plan.pk])).status_code == 404
    assert browser(people.stranger).post(reverse("planner:bring_back", args=[plan.pk])).status_code == 404
    client.post(reverse("planner:bring_back", args=[plan.pk]))
    assert client.get(reverse("planner:plan", args=[plan.pk])).status_code == 200


def test_an_unknown_plan_is_404() -> None:
    assert Client().get(reverse("planner:plan", args=[uuid.uuid4()])).status_code == 404


def test_a_team_plan_is_handed_over_by_its_owner_only(people: People) -> None:
    plan = make_plan(team=people.team)
    form = settings_form(plan) | {"belongs_to": "me"}
    browser(people.editor).post(reverse("planner:plan_settings", args=[plan.pk]), form)
    assert Plan.objects.get(pk=plan.pk).team == people.team
    browser(people.owner).post(reverse("planner:plan_settings", args=[plan.pk]), form)
    taken = Plan.objects.get(pk=plan.pk)
    assert (taken.owner, taken.team) == (people.owner, None)
