"""Both ends of the queue, and no logic: `start_x` makes the job and queues it, a task calls one service and ends."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from celery import shared_task
from celery.signals import worker_ready

from accounts.models import User
from planner import impact, jobs, portfolio
from planner.models import ImpactRun, Job, Plan, PortfolioRun, Revision
from planner.proposal import Proposal


def start_estimate(revision: Revision, user: User | None, **options: Any) -> Job:
    return _start(Job.Kind.ESTIMATE, revision, user, options)


def start_report(revision: Revision, user: User | None, **options: Any) -> Job:
    return _start(Job.Kind.REPORT, revision, user, options)


def _start(kind: str, revision: Revision, user: User | None, options: dict[str, Any]) -> Job:
    job = jobs.create_job(kind, revision, options, user)
    run.delay_on_commit(str(job.pk))
    return job


@shared_task(name="planner.tasks.run")
def run(job_id: str) -> None:
    jobs.run_job(uuid.UUID(job_id))


def start_impact(key: str, wanted: Proposal, user: User | None) -> ImpactRun:
    run = impact.create_run(key, wanted, user)
    for _ in range(impact.lanes(run)):
        compare.delay_on_commit(str(run.pk))
    return run


@shared_task(name="planner.tasks.compare")
def compare(run_id: str) -> None:
    """One chunk, then a message for the next: estimates and reports that wait come between."""
    if impact.work(uuid.UUID(run_id)):
        compare.delay(run_id)


def start_portfolio(scope: str, plans: Iterable[Plan], user: User | None) -> PortfolioRun:
    run = portfolio.create_run(scope, plans, user)
    for _ in range(portfolio.lanes(run)):
        add_up.delay_on_commit(str(run.pk))
    return run


@shared_task(name="planner.tasks.add_up")
def add_up(run_id: str) -> None:
    """One plan, then a message for the next: estimates and reports that wait come between."""
    if portfolio.work(uuid.UUID(run_id)):
        add_up.delay(run_id)


@shared_task(name="planner.tasks.sweep")
def sweep() -> None:
    for portfolio_id in portfolio.sweep():
        add_up.delay(str(portfolio_id))
    for run_id in impact.sweep():
        compare.delay(str(run_id))
    for job_id in jobs.sweep():
        run.delay(str(job_id))


@worker_ready.connect
def sweep_at_start(**_: Any) -> None:
    """A worker that starts picks up what its predecessor left."""
    sweep.delay()
