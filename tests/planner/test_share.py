"""Share links: what they show, what they hide, how they end."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from planner import services, share
from planner.engine import edits
from planner.models import Plan, ShareLink
from tests.factories import make_people, make_user
from tests.planner.plans import browser, example, make_plan

pytestmark = pytest.mark.django_db
PAGES = ("", "?view=table", "?view=yaml", "?select=order-service/orders", "?select=store:pg-main", "caching/", "replication/", "recovery/",
         "backups/",
         "review/", "report/", "report/?format=markdown&section=costs&section=summary&section=map")  # fmt: skip
AMOUNT = re.compile(r"\$\s?\d|hourly_cost")


@pytest.fixture
def plan() -> Plan:
    return make_plan(visitor="v")


def link_of(plan: Plan, **options: object) -> tuple[ShareLink, str]:
    revision = plan.head if options.pop("fixed", True) else None
    link, token = share.create_link(plan, revision=revision, user=None, **options)  # type: ignore[arg-type]
    return link, f"/s/{token}/"


def test_the_token_has_256_bits_and_is_kept_only_as_a_hash(plan: Plan) -> None:
    link, url = link_of(plan)
    token = url.split("/")[2]
    assert len(token) == 43
    assert token not in (link.token_sha256, link.name)
    assert not ShareLink.objects.filter(token_sha256=token).exists()


@pytest.mark.parametrize("page", PAGES)
def test_a_viewer_needs_no_account_and_leaves_no_trace(plan: Plan, page: str) -> None:
    _, url = link_of(plan)
    answer = Client().get(url + page)
    assert answer.status_code == 200
    assert answer["X-Robots-Tag"].startswith("noindex")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("page", PAGES)
def test_hidden_costs_are_nowhere(plan: Plan, page: str) -> None:
    _, url = link_of(plan, hide_costs=True)
    assert AMOUNT.findall(Client().get(url + page).content.decode()) == []


def test_costs_are_shown_when_they_are_not_hidden(plan: Plan) -> None:
    _, url = link_of(plan, hide_costs=False)
    assert AMOUNT.search(Client().get(url).content.decode())
    assert Client().get(f"{url}costs/").status_code == 200


def test_hidden_costs_have_no_page_of_their_own(plan: Plan) -> None:
    _, url = link_of(plan, hide_costs=True)
    assert Client().get(f"{url}costs/").status_code == 404


def test_unknown_ended_and_revoked_answer_alike(plan: Plan) -> None:
    ended, ended_url = link_of(plan, expires_at=timezone.now() - dt.timedelta(seconds=1))
    revoked, revoked_url = link_of(plan)
    share.revoke(revoked)
    answers = {Client().get(url).content for url in (ended_url, revoked_url, "/s/never-existed/")}
    assert len({re.sub(rb'(value|content|name="next")="[^"]*"', b"", one) for one in answers}) == 1
    assert {Client().get(url).status_code for url in (ended_url, revoked_url, "/s/never-existed/")} == {404}
    assert ended.pk != revoked.pk


def test_a_fixed_link_stays_and_a_live_one_follows(plan: Plan) -> None:
    _, fixed = link_of(plan)
    _, live = link_of(plan, fixed=False)
    assert plan.head is not None
    document = edits.with_plan_fields(services.document_of(plan.head), name="Renamed since")
    services.save_revision(plan, document, base=plan.head, author=None, summary="Renamed")
    assert "Renamed since" not in Client().get(fixed).content.decode()
    assert "Renamed since" in Client().get(live).content.decode()


def test_a_turned_link_has_a_new_address_only(plan: Plan) -> None:
    link, old = link_of(plan)
    new = f"/s/{share.rotate(link)}/"
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200


def test_a_viewer_changes_nothing(plan: Plan) -> None:
    _, url = link_of(plan)
    page = Client().get(url).content.decode()
    assert f"/plans/{plan.pk}" not in page
    assert Client().post(url).status_code == 405
    assert Client().get(f"/plans/{plan.pk}/").status_code == 404


def test_a_viewer_makes_a_copy_of_what_the_link_shows(plan: Plan) -> None:
    _, url = link_of(plan)
    client = Client()
    answer = client.post(f"{url}copy/")
    assert answer.status_code == 302
    assert client.get(answer["Location"]).status_code == 200
    assert Plan.objects.exclude(pk=plan.pk).get().visitor != plan.visitor


def test_the_copy_works_from_a_page_that_tells_no_referrer(plan: Plan) -> None:
    """Browsers then send `Origin: null` with the form."""
    _, url = link_of(plan)
    answer = Client(enforce_csrf_checks=True).post(f"{url}copy/", headers={"Origin": "null"})
    assert answer.status_code == 302


@pytest.mark.parametrize("hide_costs", [True, False])
def test_a_copy_by_a_link_that_hides_costs_takes_no_budget_discount_or_rate_along(hide_costs: bool) -> None:
    document = example()
    costs = document.costs.model_copy(
        update={"budget_usd_month": 54_321.0, "commitment": "own", "discount_percent": 37.0}
    )
    source = make_plan(document.model_copy(update={"costs": costs}), owner=make_user())
    _, token = share.create_link(source, revision=None, user=None, hide_costs=hide_costs)
    assert browser(visitor="copier").post(f"/s/{token}/copy/").status_code == 302
    made = Plan.objects.exclude(pk=source.pk).get()
    assert made.head is not None
    copied = services.document_of(made.head)
    assert (copied.costs.budget_usd_month is None) == hide_costs
    assert (copied.costs.discount_percent is None) == hide_costs
    assert (copied.team.hourly_cost_usd is None) == hide_costs


def test_a_link_can_forbid_copies(plan: Plan) -> None:
    _, url = link_of(plan, allow_copy=False)
    assert Client().post(f"{url}copy/").status_code == 404
    assert Plan.objects.count() == 1


def test_who_may_share() -> None:
    people = make_people()
    plan = make_plan(team=people.team)
    link, _ = link_of(plan)
    urls = [
        reverse("planner:share", args=[plan.pk]),
        reverse("planner:revoke_all", args=[plan.pk]),
        reverse("planner:revoke", args=[plan.pk, link.pk]),
        reverse("planner:rotate", args=[plan.pk, link.pk]),
    ]
    for person in (people.viewer, people.stranger, None):
        assert {browser(person).post(url).status_code for url in urls} == {404}
    link.refresh_from_db()
    assert link.revoked_at is None
    assert browser(people.editor).post(urls[2]).status_code == 302
    link.refresh_from_db()
    assert link.revoked_at is not None


def test_the_address_is_shown_once(plan: Plan) -> None:
    client = browser(visitor="v")
    url = reverse("planner:share", args=[plan.pk])
    page = client.post(url, {"sees": "fixed", "ends": "days", "hide_costs": "on"}).content.decode()
    found = re.search(r'value="(http://testserver/s/[\w-]{43}/)"', page)
    assert found
    assert Client().get(found[1]).status_code == 200
    assert found[1] not in client.get(url).content.decode()
    assert ShareLink.objects.get().expires_at is not None


def test_an_end_in_the_past_is_refused_and_the_form_is_kept(plan: Plan) -> None:
    form = {"sees": "live", "ends": "date", "until": "2020-01-01", "name": "Board"}
    answer = browser(visitor="v").post(reverse("planner:share", args=[plan.pk]), form)
    assert answer.status_code == 422
    assert "The link must end after today" in answer.content.decode()
    assert 'value="Board"' in answer.content.decode()
    assert not ShareLink.objects.exists()
