"""The impact page: curators only, start and cancel, progress that ends, names only of plans one may open."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership, User
from catalog import price_book, services
from catalog.models import PriceHold, Revision
from catalog.refresh.rows import Parsed
from planner import impact, tasks
from planner.models import ImpactRun
from planner.proposal import Proposal
from tests.factories import make_member, make_people, make_user
from tests.planner.plans import HTMX, browser, example, make_plan
from tests.planner.test_impact import without_transactions

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator() -> User:
    return make_user(is_staff=True)


@pytest.fixture
def revision(monkeypatch: pytest.MonkeyPatch) -> Revision:
    """A pending revision; a started run stays in the queue until `finish` works through it."""
    monkeypatch.setattr(tasks.compare, "delay_on_commit", lambda *_: None)
    tree = without_transactions().systems["postgresql"]
    return Revision.objects.create(database_slug="postgresql", number=900, tree=tree, state="review", origin="curation")


def url(revision: Revision) -> str:
    return f"/curation/revisions/{revision.pk}/impact/"


def finish() -> ImpactRun:
    run = ImpactRun.objects.get(state="running")
    while impact.work(run.pk):
        pass
    run.refresh_from_db()
    return run


def text(client: Client, address: str, status: int = 200, headers: dict[str, str] | None = None) -> str:
    answer = client.get(address, headers=headers or {})
    assert answer.status_code == status
    return str(answer.content.decode())


def test_it_does_not_exist_for_others(revision: Revision) -> None:
    people = make_people()
    gone = make_user(is_staff=True, is_active=False)
    for client in (Client(), browser(people.owner), browser(people.viewer), browser(gone)):
        assert client.get(url(revision)).status_code == 404
        assert client.post(url(revision), {"do": "start"}).status_code == 404
    assert not ImpactRun.objects.exists()


def test_unknown_revision_is_404(curator: User) -> None:
    assert browser(curator).get("/curation/revisions/123456/impact/").status_code == 404


def test_start_progress_and_list(curator: User, revision: Revision) -> None:
    make_plan(example().model_copy(update={"name": "Shop of mine"}), owner=curator)
    client = browser(curator)
    assert "Find affected plans" in text(client, url(revision))
    answer = client.post(url(revision), {"do": "start"})
    assert (answer.status_code, answer["Location"]) == (302, url(revision))
    during = text(client, url(revision), headers=HTMX)
    assert 'hx-trigger="every 800ms"' in during
    assert "0 of 1 plans compared" in during
    finish()
    done = text(client, url(revision), 286, HTMX)
    assert done.startswith('<section class="card stack stack--tight" id="impact"')
    assert "hx-trigger" not in done
    for words in ("Shop of mine", "1 of 1 plan changes", "now first: ", "then ruled out", "Orders, transactions"):
        assert words in done
    whole = text(client, url(revision))
    assert done.split("Compared ")[0].split("<table")[1] in whole


def test_start_with_htmx_answers_the_fragment(curator: User, revision: Revision) -> None:
    answer = browser(curator).post(url(revision), {"do": "start"}, headers=HTMX)
    assert answer.status_code == 200
    assert "plans compared" in answer.content.decode()


def test_of_a_plan_that_one_may_not_open_only_the_effect_is_told(curator: User, revision: Revision) -> None:
    team = make_people().team
    make_plan(example().model_copy(update={"name": "Secret shop"}), team=team)
    client = browser(curator)
    client.post(url(revision), {"do": "start"})
    finish()
    found = text(client, url(revision))
    assert "Plan kept private" in found
    assert "then ruled out" in found
    for secret in ("Secret shop", "Orders", "Main database", "order-service", "/plans/"):
        assert secret not in found.split('id="impact"')[1].split("</section>")[0]
    Membership.objects.create(team=team, user=curator, role=Membership.Role.VIEWER)
    assert "Secret shop" in text(client, url(revision))


def test_cancel(curator: User, revision: Revision) -> None:
    make_plan(visitor="a")
    client = browser(curator)
    client.post(url(revision), {"do": "start"})
    client.post(url(revision), {"do": "cancel"})
    assert ImpactRun.objects.get().state == "cancelled"
    assert "was cancelled after 0 of 1 plans" in text(client, url(revision))


def test_a_list_made_before_the_last_edit_says_so(curator: User, revision: Revision) -> None:
    client = browser(curator)
    client.post(url(revision), {"do": "start"})
    finish()
    assert "out of date" not in text(client, url(revision))
    revision.tree = revision.tree | {"best_for": "something else"}
    revision.save()
    assert "This list is out of date" in text(client, url(revision))


def test_all_pending_revisions_together(curator: User, revision: Revision) -> None:
    make_plan(example().model_copy(update={"name": "Shop of mine"}), owner=curator)
    tree = without_transactions("mongodb").systems["mongodb"]
    Revision.objects.create(database_slug="mongodb", number=900, tree=tree, state="draft", origin="curation")
    client = browser(curator)
    assert browser(make_user()).get("/curation/impact/").status_code == 404
    assert "2 pending revisions together" in text(client, "/curation/impact/")
    client.post("/curation/impact/", {"do": "start"})
    assert set(finish().proposal["systems"]) == {"mongodb", "postgresql"}
    assert "Shop of mine" in text(client, "/curation/impact/")
    Revision.objects.filter(database_slug="mongodb").update(state="rejected")
    assert "This list is out of date" in text(client, "/curation/impact/")


def test_a_price_file_and_a_held_price(curator: User, revision: Revision) -> None:
    make_plan(example().model_copy(update={"name": "Shop of mine"}), owner=curator)
    old = next(
        one
        for one in services.current_prices().prices
        if (one.engine, one.region, one.resource, one.deployment)
        == ("postgresql", "us-east-1", "db.r6g.xlarge", "Multi-AZ")
    )
    dearer = [replace(old, usd=old.usd * times, as_of=dt.date(2027, 1, 1)) for times in (Decimal("1.1"), Decimal(2))]
    made = [price_book.propose(Parsed("aws", "offers", "f.json", prices=[one], seen=1), curator) for one in dearer]
    hold = PriceHold.objects.create(
        refresh=made[1], row_sha256="x", row=price_book.as_json(dearer[1]), old_usd=old.usd, new_usd=dearer[1].usd
    )
    addresses = [f"/curation/prices/files/{made[0].pk}/impact/", f"/curation/prices/holds/{hold.pk}/impact/"]
    client = browser(curator)
    for address in addresses:
        assert browser(make_user()).get(address).status_code == 404
        assert client.post(address, {"do": "start"}).status_code == 302
        finish()
        found = text(client, address)
        assert "Shop of mine" in found
        assert "a month" in found
    price_book.drop(made[0])
    assert "As compared before the decision" in text(client, addresses[0])


def test_what_is_decided_is_not_compared_again(curator: User, revision: Revision) -> None:
    Revision.objects.filter(pk=revision.pk).update(state="rejected")
    client = browser(curator)
    client.post(url(revision), {"do": "start"})
    assert not ImpactRun.objects.exists()
    assert "No plans were compared" in text(client, url(revision))


def test_a_failed_run_says_why(curator: User, revision: Revision) -> None:
    client = browser(curator)
    client.post(url(revision), {"do": "start"})
    ImpactRun.objects.update(state="failed", error="The worker was lost.", finished_at=timezone.now())
    assert "The worker was lost." in text(client, url(revision))


def test_many_plans_take_as_many_queries_as_few(curator: User, revision: Revision) -> None:
    client = browser(curator)

    def queries() -> int:
        ImpactRun.objects.update(finished_at=timezone.now() - dt.timedelta(minutes=5))
        client.post(url(revision), {"do": "start"})
        finish()
        text(client, url(revision))
        with CaptureQueriesContext(connection) as caught:
            text(client, url(revision))
        return len(caught)

    make_plan(owner=curator)
    few = queries()
    for number in range(8):
        make_plan(visitor=f"v{number}")
    assert queries() == few <= 15


def test_nothing_changes(curator: User, revision: Revision) -> None:
    make_plan(visitor="a")
    run = impact.create_run(impact.revision_key(revision.pk), Proposal(), curator)
    while impact.work(run.pk):
        pass
    assert "None of 1 saved plan changes" in text(browser(curator), url(revision))


def test_a_member_of_the_team_who_curates_sees_its_plan(revision: Revision) -> None:
    people = make_people()
    both = make_member(people.team, Membership.Role.VIEWER)
    User.objects.filter(pk=both.pk).update(is_staff=True)
    both.refresh_from_db()
    make_plan(team=people.team)
    client = browser(both)
    client.post(url(revision), {"do": "start"})
    finish()
    assert example().name in text(client, url(revision))
