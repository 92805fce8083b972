"""Comparing systems for one data set: verdicts, shaded cells, costs, and who may see whose data sets."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.factories import People
from tests.planner.plans import browser, make_plan

pytestmark = pytest.mark.django_db
ORDERS = "order-service/orders"


def test_each_system_gets_its_verdict_and_the_cost_of_a_store_of_its_own(people: People) -> None:
    plan = make_plan(team=people.team)
    text = browser(people.viewer).get(f"/compare/?db=postgresql,redis,s3&for={plan.pk}/{ORDERS}").content.decode()
    verdicts = re.findall(r'<b class="(?:ok|warn|bad)">([^<]+)</b>', text)
    assert len(verdicts) == 3
    assert verdicts[0].startswith(("Fits", "With doubts"))
    assert verdicts[1] == "Ruled out"
    assert "per month" in text
    assert 'class="breaks"' in text


def test_the_link_keeps_the_data_set_and_the_differences(people: People) -> None:
    plan = make_plan(owner=people.owner)
    page = browser(people.owner).get(f"/compare/?db=mysql,redis,s3&only=differences&for={plan.pk}/{ORDERS}")
    assert f"?db=mysql,redis&amp;for={plan.pk}/{ORDERS}&amp;only=differences" in page.content.decode()


def test_data_sets_of_a_plan_are_offered_to_who_may_read_it(people: People) -> None:
    plan = make_plan(team=people.team)
    for person, sees in ((people.owner, True), (people.viewer, True), (people.stranger, False), (None, False)):
        text = browser(person).get("/compare/?db=mysql,redis").content.decode()
        assert (f"{plan.pk}/{ORDERS}" in text) is sees


@pytest.mark.parametrize("asked", ["x", "{plan}/order-service/nothing", "{plan}", "{other}/order-service/orders"])
def test_what_may_not_be_read_or_does_not_exist_is_not_found(people: People, asked: str) -> None:
    plan, other = make_plan(owner=people.owner), make_plan(owner=people.stranger)
    address = asked.format(plan=plan.pk, other=other.pk)
    assert browser(people.owner).get(f"/compare/?db=mysql,redis&for={address}").status_code == 404


def test_a_personal_comparison_is_never_shared_by_an_etag(people: People, client: Client) -> None:
    plan = make_plan(visitor="key")
    assert "ETag" in client.get("/compare/?db=mysql,redis")
    assert "ETag" not in browser(visitor="key").get("/compare/?db=mysql,redis")
    assert "ETag" not in browser(visitor="key").get(f"/compare/?db=mysql,redis&for={plan.pk}/{ORDERS}")
