"""All plans of a team in sum: parts that any worker may take, what is done stays, one bad plan hides no other."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from planner import access, portfolio, services, tasks
from planner.engine.document import Plan as Document
from planner.engine.document import parse
from planner.engine.portfolio import plan_draws
from planner.models import Job, Plan, PortfolioPart, PortfolioRun
from planner.starting_points import EXAMPLES
from tests.factories import People, make_people
from tests.planner.plans import browser, make_plan

pytestmark = pytest.mark.django_db
URL = reverse("planner:portfolio")
FEW = 256


def small(stem: str = "chat") -> Document:
    return parse((EXAMPLES / f"{stem}.yaml").read_bytes())


def run_of(people: People, *stems: str) -> PortfolioRun:
    plans = [make_plan(small(stem), team=people.team) for stem in stems]
    return portfolio.create_run(f"team:{people.team.pk}", plans, people.owner, draws=FEW)


def finish(run: PortfolioRun) -> PortfolioRun:
    while portfolio.work(run.pk):
        pass
    run.refresh_from_db()
    return run


def test_every_plan_is_priced_once_and_the_sum_is_of_draws() -> None:
    run = finish(run_of(make_people(), "chat", "ledger"))
    rows = portfolio.rows(run)
    total = portfolio.sum_of(run, rows)
    assert (run.state, total.plans) == ("done", 2)
    assert rows[0].months[0].p50 >= rows[1].months[0].p50
    now = total.months[0]
    assert now.p10 < now.p50 < now.p90
    assert now.p90 - now.p10 < sum(one.months[0].p90 - one.months[0].p10 for one in rows)
    assert set(run.parts.values_list("attempts", flat=True)) == {1}
    assert not portfolio.work(run.pk)


def test_what_a_killed_worker_left_is_taken_again_and_what_is_done_is_kept() -> None:
    run = run_of(make_people(), "chat", "chat", "ledger")
    assert portfolio.work(run.pk)
    done = run.parts.get(state="done")
    lost = run.parts.filter(state="queued").first()
    assert lost is not None
    long_ago = timezone.now() - dt.timedelta(minutes=5)
    PortfolioPart.objects.filter(pk=lost.pk).update(state="running", heartbeat_at=long_ago, attempts=1)
    PortfolioPart.objects.filter(pk=done.pk).update(heartbeat_at=long_ago)
    PortfolioRun.objects.update(created_at=long_ago)
    assert set(portfolio.sweep()) == {run.pk}
    assert finish(run).state == "done"
    assert {one.pk: one.attempts for one in run.parts.all()}[done.pk] == 1
    assert {one.pk: one.attempts for one in run.parts.all()}[lost.pk] == 2


def test_cancelling_leaves_what_is_done_with_its_sum() -> None:
    run = run_of(make_people(), "chat", "ledger")
    portfolio.work(run.pk)
    portfolio.cancel(run)
    assert not portfolio.work(run.pk)
    run.refresh_from_db()
    rows = portfolio.rows(run)
    total = portfolio.sum_of(run, rows)
    assert (run.state, total.plans, total.at_least) == ("cancelled", 1, True)
    assert total.months[0] == next(one.months[0] for one in rows if one.months)


def test_a_worker_that_lost_its_part_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_of(make_people(), "chat")

    def cancelled_meanwhile(*given: Any) -> Any:
        portfolio.cancel(run)
        return plan_draws(*given)

    monkeypatch.setattr(portfolio, "plan_draws", cancelled_meanwhile)
    assert not portfolio.work(run.pk)
    assert run.parts.get().monthly is None


def test_one_plan_that_fails_is_named_and_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_of(make_people(), "chat", "ledger")
    bad = run.parts.select_related("revision").first()
    assert bad is not None
    type(bad.revision).objects.filter(pk=bad.revision_id).update(document="{", document_sha256="0" * 64)
    run = finish(run)
    rows = portfolio.rows(run)
    assert run.state == "done"
    assert [bool(one.error) for one in rows] == [False, True]
    total = portfolio.sum_of(run, rows)
    assert (total.plans, total.at_least) == (1, True)


def test_a_plan_that_kills_its_workers_is_given_up() -> None:
    run = run_of(make_people(), "chat")
    run.parts.update(attempts=3)
    run = finish(run)
    assert run.state == "done"
    assert "3 times" in portfolio.rows(run)[0].error


def test_the_page_starts_shows_and_cancels_without_scripts(
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = make_people()
    plan = make_plan(small(), team=people.team)
    make_plan(small("ledger"), owner=people.owner)  # not the team's
    sent: list[str] = []
    monkeypatch.setattr(tasks.add_up, "delay", sent.append)
    client, url = browser(people.editor), f"{URL}?team={people.team.pk}"
    assert "Estimate together" in client.get(url).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url, {"do": "start"})["Location"] == url
    run = PortfolioRun.objects.get()
    assert sent == [str(run.pk)]
    assert list(run.parts.values_list("revision__plan_id", flat=True)) == [plan.pk]
    assert 'value="cancel"' in client.get(url).content.decode()
    PortfolioRun.objects.update(draws=FEW)
    finish(run)
    page = client.get(url).content.decode()
    assert "1 of 1 plan in sum" in page
    assert "8 of 10 runs" in page
    assert plan.name in page
    client.post(url, {"do": "cancel"})
    run.refresh_from_db()
    assert run.state == Job.State.DONE  # a finished one stays


def test_who_may_look_and_who_may_start() -> None:
    people = make_people()
    make_plan(small(), team=people.team)
    url = f"{URL}?team={people.team.pk}"
    expected = ((people.owner, 200, 302), (people.viewer, 200, 404), (people.stranger, 404, 404), (None, 404, 404))
    for person, read, write in expected:
        client = browser(person)
        assert client.get(url).status_code == read
        assert client.post(url, {"do": "start"}).status_code == write
    assert browser(people.owner).get(f"{URL}?team=abc").status_code == 404
    nobody = browser()
    assert nobody.get(URL).status_code == 200
    assert nobody.post(URL, {"do": "start"}).status_code == 404


def test_a_visitors_plans_are_those_of_the_browser() -> None:
    make_plan(small(), visitor="me")
    make_plan(small(), visitor="other")
    browser(visitor="me").post(URL, {"do": "start"})
    run = PortfolioRun.objects.get()
    assert run.scope == f"visitor:{access.sha256_hex('me')}"
    assert run.parts.count() == 1
    assert "Not estimated yet" in browser(visitor="other").get(URL).content.decode()


def test_a_plan_that_leaves_the_team_or_is_deleted_leaves_the_sum() -> None:
    people = make_people()
    run = finish(run_of(people, "chat", "ledger", "chat"))
    first, second = Plan.objects.filter(team=people.team).order_by("pk")[:2]
    services.hand_over(first, people.owner, None)
    services.delete_plan(second)
    rows = portfolio.rows(run)
    assert len(rows) == portfolio.sum_of(run, rows).plans == 1


def test_more_plans_than_a_run_takes_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portfolio, "MOST_PLANS", 1)
    run = finish(run_of(make_people(), "chat", "ledger"))
    assert run.left_out == 1
    assert portfolio.sum_of(run, portfolio.rows(run)).at_least


def test_the_api_starts_tells_and_cancels_for_those_who_may(monkeypatch: pytest.MonkeyPatch) -> None:
    people = make_people()
    make_plan(small(), team=people.team)
    monkeypatch.setattr(portfolio, "DRAWS", FEW)
    url = f"{reverse('api:portfolio')}?team={people.team.pk}"
    assert browser(people.owner).get(url).status_code == 404  # nothing yet
    for person, status in ((people.viewer, 404), (people.stranger, 404), (None, 401), (people.editor, 202)):
        assert browser(person).post(url).status_code == status
    run = PortfolioRun.objects.get()
    PortfolioRun.objects.update(draws=FEW)
    finish(run)
    told = browser(people.viewer).get(url).json()
    assert (told["state"], told["total"]["plans"], told["total"]["at_least"]) == ("done", 1, False)
    assert set(told["total"]["usd_month"]) == {"0", "12", "24", "36"}
    assert told["plans"][0]["usd_month"]["0"] == told["total"]["usd_month"]["0"]
    assert browser(people.stranger).get(url).status_code == 404
    cancelled = browser(people.owner).post(url.replace("?", "/cancel?"))
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "done")
    assert browser(people.viewer).post(url.replace("?", "/cancel?")).status_code == 404
