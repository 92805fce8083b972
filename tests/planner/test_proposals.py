"""The page of proposed backups: who may read and apply, and what a click changes."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from planner import services
from tests.factories import People
from tests.planner.plans import browser, make_plan

pytestmark = pytest.mark.django_db


def test_who_may_read_and_who_may_apply(people: People) -> None:
    plan = make_plan(team=people.team)
    url = reverse("planner:store_proposals", args=[plan.pk, "redis-session"])
    for outsider in (browser(), browser(people.stranger), browser(visitor="someone")):
        assert outsider.get(url).status_code == 404
        assert outsider.post(url, {"key": "x"}).status_code == 404
    viewer = browser(people.viewer)
    assert viewer.get(url).status_code == 200
    assert ">Apply<span" not in viewer.get(url).content.decode()
    assert viewer.post(url, {"key": "x"}).status_code == 404
    assert plan.revisions.count() == 1


def test_one_click_applies_a_schedule_and_undo_takes_it_back(people: People) -> None:
    plan = make_plan(owner=people.editor)
    client = browser(people.editor)
    url = reverse("planner:store_proposals", args=[plan.pk, "redis-session"])
    page = client.get(url).content.decode()
    keys = re.findall(r'name="key" value="([^"]+)"', page)
    assert keys and "full-7d" not in keys  # what loses everything is shown and not offered
    assert client.post(url, {"key": keys[0], "base": str(plan.head_id)}).status_code == 302
    plan.refresh_from_db()
    assert plan.head is not None
    backups = services.document_of(plan.head).stores["redis-session"].backups
    assert "_".join(f"{one.kind}-{one.every}" for one in backups) == keys[0].removesuffix("_away")
    assert services.undo(plan, people.editor, base=plan.head)


def test_a_schedule_that_is_not_proposed_any_more_changes_nothing(people: People) -> None:
    plan = make_plan(owner=people.editor)
    url = reverse("planner:store_proposals", args=[plan.pk, "redis-session"])
    assert browser(people.editor).post(url, {"key": "full-1s"}).status_code == 302
    assert plan.revisions.count() == 1


@pytest.mark.parametrize(("slug", "status", "said"), [("nowhere", 404, ""), ("redis-cache", 200, "Nothing to protect")])
def test_stores_without_proposals(people: People, slug: str, status: int, said: str) -> None:
    plan = make_plan(owner=people.editor)
    got = browser(people.editor).get(reverse("planner:store_proposals", args=[plan.pk, slug]))
    assert got.status_code == status
    assert said in got.content.decode()
