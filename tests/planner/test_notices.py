"""Owners are told what a published change does to their plan; saved versions stay as they are."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import User
from catalog import exports, services
from catalog.models import Revision
from planner import impact
from planner.models import Plan
from planner.notices import notices_of
from planner.proposal import Proposal
from tests.factories import make_people
from tests.planner.plans import browser, make_plan
from tests.planner.test_impact import on_one_store, without_transactions

pytestmark = pytest.mark.django_db


def published(slug: str, *, compared: bool = True, days: int = 0) -> Revision:
    """A revision that takes the transactions away, compared with all plans, then published."""
    tree = exports.tree(services.current_snapshot().databases[slug])
    base = Revision.objects.create(database_slug=slug, number=900, tree=tree, state="replaced", origin="package")
    new = without_transactions(slug).systems[slug]
    made = Revision.objects.create(
        database_slug=slug, number=901, tree=new, base=base, state="published", origin="curation",
        published_at=timezone.now() + dt.timedelta(days=days),
    )  # fmt: skip
    if compared:
        run = impact.create_run(impact.revision_key(made.pk), Proposal({slug: new}), None)
        while impact.work(run.pk):
            pass
    return made


def told(plan: Plan) -> list[tuple[str, bool, bool]]:
    assert plan.head
    return [(one.slug, one.compared, bool(one.lines)) for one in notices_of(plan.head)]


def test_a_plan_that_changes_is_told_how(user: User) -> None:
    plan = make_plan(owner=user)
    assert told(plan) == []
    published("postgresql")
    assert plan.head
    notice = notices_of(plan.head)[0]
    assert (notice.name, notice.compared) == ("PostgreSQL", True)
    assert any("ruled out" in line.what and "Orders" in line.where for line in notice.lines)
    text = browser(user).get(f"/plans/{plan.pk}/versions/").content.decode()
    assert "The catalog changed since this version was saved" in text
    assert "Saved versions are unchanged" in text
    assert plan.revisions.count() == 1


def test_a_plan_that_uses_the_system_is_told_without_a_comparison(user: User) -> None:
    plan = make_plan(on_one_store("mongodb", "Small"), owner=user)
    published("mongodb", compared=False)
    published("neo4j", compared=False)
    assert told(plan) == [("mongodb", False, False)]
    assert "was not compared" in browser(user).get(f"/plans/{plan.pk}/versions/").content.decode()


def test_a_version_saved_later_knows_it_already(user: User) -> None:
    plan = make_plan(owner=user)
    published("postgresql", days=-1)
    assert told(plan) == []


def test_what_is_pending_or_rejected_is_not_told(user: User) -> None:
    plan = make_plan(owner=user)
    made = published("postgresql")
    for state in ("draft", "review", "rejected"):
        Revision.objects.filter(pk=made.pk).update(state=state)
        assert told(plan) == []


def test_only_who_may_read_the_plan_reads_the_notice() -> None:
    people = make_people()
    plan = make_plan(team=people.team)
    published("postgresql")
    address = f"/plans/{plan.pk}/versions/"
    assert "The catalog changed" in browser(people.viewer).get(address).content.decode()
    assert browser(people.stranger).get(address).status_code == 404
