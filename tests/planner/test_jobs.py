"""Background work: the row is the truth, and running twice does no harm."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from planner import jobs, tasks
from planner.engine.simulate import Cancelled
from planner.models import Estimate, Job, Revision
from tests.factories import make_people
from tests.planner.plans import HTMX, browser, make_plan

pytestmark = pytest.mark.django_db
FEW = {"draws": 256, "seed": 7}


@pytest.fixture
def revision() -> Revision:
    head = make_plan(visitor="v").head
    assert head is not None
    return head


def test_an_estimate_runs_to_its_end_and_is_kept(revision: Revision) -> None:
    job = jobs.create_job(Job.Kind.ESTIMATE, revision, FEW, None)
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.progress, job.error) == (Job.State.DONE, 1.0, "")
    found = jobs.estimate_of(revision)
    assert found is not None
    assert found.draws == 256
    assert found.total.p10 < found.total.p50 < found.total.p90


def test_the_same_seed_gives_the_same_answer(revision: Revision) -> None:
    results = []
    for _ in range(2):
        job = jobs.create_job(Job.Kind.ESTIMATE, revision, FEW, None)
        jobs.run_job(job.pk)
        results.append(Estimate.objects.get(job=job).result)
    assert results[0] == results[1]


def test_a_second_worker_leaves_a_running_or_finished_job_alone(revision: Revision) -> None:
    job = jobs.create_job(Job.Kind.ESTIMATE, revision, FEW, None)
    jobs.run_job(job.pk)
    finished = Job.objects.get(pk=job.pk).finished_at
    jobs.run_job(job.pk)
    assert Job.objects.get(pk=job.pk).finished_at == finished
    assert Job.objects.get(pk=job.pk).attempts == 1


def test_a_job_that_is_gone_ends_quietly() -> None:
    jobs.run_job(uuid.uuid4())


def test_a_queued_job_is_cancelled_at_once(revision: Revision) -> None:
    job = jobs.create_job(Job.Kind.ESTIMATE, revision, FEW, None)
    jobs.request_cancel(job)
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert not Estimate.objects.exists()


def test_a_running_job_stops_at_its_next_step(revision: Revision, monkeypatch: pytest.MonkeyPatch) -> None:
    job = jobs.create_job(Job.Kind.ESTIMATE, revision, FEW, None)

    def work(*arguments: Any) -> None:
        on_progress: Callable[[float, str], None] = arguments[-1]
        jobs.request_cancel(job)
        on_progress(1.0, "almost")
        raise AssertionError("went on after the cancel")

    monkeypatch.setattr(jobs, "estimate", work)
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert issubclass(Cancelled, Exception)


def test_a_failure_is_told_in_words_and_a_new_try_is_possible(
    revision: Revision, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(jobs, "estimate", broken)
    job = jobs.create_job(Job.Kind.ESTIMATE, revision, FEW, None)
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "Your plan is safe" in job.error
    assert "secret detail" not in job.error


def test_the_sweep_finds_what_a_killed_worker_left(revision: Revision) -> None:
    long_ago = timezone.now() - dt.timedelta(minutes=5)
    lost = jobs.create_job(Job.Kind.ESTIMATE, revision, FEW, None)
    Job.objects.filter(pk=lost.pk).update(state=Job.State.RUNNING, heartbeat_at=long_ago, attempts=1)
    forgotten = jobs.create_job(Job.Kind.ESTIMATE, revision, FEW, None)
    Job.objects.filter(pk=forgotten.pk).update(created_at=long_ago)
    alive = jobs.create_job(Job.Kind.ESTIMATE, revision, FEW, None)
    Job.objects.filter(pk=alive.pk).update(state=Job.State.RUNNING, heartbeat_at=timezone.now())
    assert set(jobs.sweep()) == {lost.pk, forgotten.pk}
    assert jobs.sweep() == []  # the next one does not send them again at once
    jobs.run_job(lost.pk)
    assert Job.objects.get(pk=lost.pk).state == Job.State.DONE


def test_a_job_that_kills_its_workers_is_given_up(revision: Revision) -> None:
    job = jobs.create_job(Job.Kind.ESTIMATE, revision, FEW, None)
    Job.objects.filter(pk=job.pk).update(attempts=jobs.MOST_ATTEMPTS)
    jobs.run_job(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "3 times" in job.error


def test_an_estimate_is_queued_only_after_the_commit(
    revision: Revision, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(tasks.run, "delay", sent.append)
    with django_capture_on_commit_callbacks(execute=True):
        job = tasks.start_estimate(revision, None, **FEW)
        assert sent == []
    assert sent == [str(job.pk)]


def test_progress_polls_until_the_end_and_only_for_readers(revision: Revision) -> None:
    people = make_people()
    plan = make_plan(team=people.team)
    assert plan.head is not None
    job = jobs.create_job(Job.Kind.ESTIMATE, plan.head, FEW, None)
    url = reverse("planner:job", args=[job.pk])
    answers = {
        name: browser(person).get(url, headers=HTMX).status_code
        for name, person in (
            ("owner", people.owner),
            ("editor", people.editor),
            ("viewer", people.viewer),
            ("stranger", people.stranger),
            ("anonymous", None),
        )
    }
    assert answers == {"owner": 200, "editor": 200, "viewer": 200, "stranger": 404, "anonymous": 404}
    jobs.run_job(job.pk)
    assert browser(people.owner).get(url, headers=HTMX).status_code == 286


def test_only_writers_cancel(revision: Revision) -> None:
    people = make_people()
    plan = make_plan(team=people.team)
    assert plan.head is not None
    job = jobs.create_job(Job.Kind.ESTIMATE, plan.head, FEW, None)
    url = reverse("planner:cancel_job", args=[job.pk])
    for person in (people.viewer, people.stranger, None):
        assert browser(person).post(url).status_code == 404
    assert browser(people.editor).post(url).status_code == 302
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
