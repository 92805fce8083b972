"""Background work: the Job row is the truth. The broker may forget a job, a worker may be killed, a job may run twice."""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from catalog.services import current_snapshot
from planner import report
from planner.engine.over_time import restored
from planner.engine.results import Driver, Estimate, Interval
from planner.engine.simulate import Cancelled, estimate
from planner.evaluations import document_of, evaluation_of, prices_of
from planner.models import Estimate as EstimateRow
from planner.models import Job, Revision
from planner.models import Report as ReportRow
from planner.outsiders import without_unit_prices
from planner.report_parts import Content

logger = logging.getLogger(__name__)
State = Job.State
FINISHED = (State.DONE, State.FAILED, State.CANCELLED)
MOST_ATTEMPTS = 3
# A running job writes its heartbeat at least every few seconds; after this silence its worker is taken for dead.
SILENCE = dt.timedelta(seconds=20)
FORGOTTEN = dt.timedelta(seconds=10)
WRITE_EVERY_SECONDS = 0.2
DRAWS = 10_000
SEED = 42


def create_job(kind: str, revision: Revision, options: Mapping[str, Any], user: User | None) -> Job:
    """A queued job for a version of a plan. The caller queues it after the commit (planner.tasks)."""
    return Job.objects.create(
        kind=kind, revision=revision, options=dict(options), created_by=user, step="Waiting for a worker"
    )


def request_cancel(job: Job) -> None:
    """A queued job ends at once; a running one at its next step."""
    now = timezone.now()
    ended = Job.objects.filter(pk=job.pk, state=State.QUEUED).update(
        state=State.CANCELLED, finished_at=now, step="Cancelled"
    )
    if not ended:
        Job.objects.filter(pk=job.pk, state=State.RUNNING).update(cancel_requested=True)


def sweep() -> list[uuid.UUID]:
    """Ids of unfinished jobs that nobody works on; they are set back to queued, so that they can be sent again."""
    now = timezone.now()
    lost = (
        Q(state=State.RUNNING, heartbeat_at__lt=now - SILENCE)
        | Q(state=State.QUEUED, created_at__lt=now - FORGOTTEN, heartbeat_at=None)
        | Q(state=State.QUEUED, heartbeat_at__lt=now - SILENCE)
    )
    found = list(Job.objects.filter(lost).values_list("pk", flat=True)[:100])
    # The heartbeat is set too, so that the next sweep does not send the same job again at once.
    Job.objects.filter(lost, pk__in=found).update(state=State.QUEUED, heartbeat_at=now, step="Waiting for a worker")
    return found


def run_job(job_id: uuid.UUID) -> None:
    """Claim the job and do it. Only one of two workers gets it; a job that is finished or gone is left alone."""
    job = _claim(job_id)
    if job is None:
        return
    work: dict[str, Callable[[Job, Callable[[float, str], None]], None]] = {
        Job.Kind.ESTIMATE: _estimate,
        Job.Kind.REPORT: _report,
    }
    try:
        work[job.kind](job, _Progress(job))
    except Cancelled:
        _finish(job, State.CANCELLED, "Cancelled")
    except Exception as error:
        logger.exception("Job %s failed", job.pk)
        _finish(job, State.FAILED, "Failed", f"{type(error).__name__}: the work stopped. Your plan is safe; try again.")


def _claim(job_id: uuid.UUID) -> Job | None:
    now = timezone.now()
    claimed = Job.objects.filter(pk=job_id, state=State.QUEUED, attempts__lt=MOST_ATTEMPTS).update(
        state=State.RUNNING, heartbeat_at=now, progress=0.0, step="Starting"
    )
    job = Job.objects.select_related("revision__plan").filter(pk=job_id).first()
    if job is None:
        return None
    if not claimed:
        if job.state == State.QUEUED:
            _finish(job, State.FAILED, "Failed", f"The work was started {MOST_ATTEMPTS} times and never finished.")
        return None
    Job.objects.filter(pk=job_id).update(attempts=job.attempts + 1)
    return job


class _Progress:
    """Writes progress and heartbeat, a few times a second at most; raises Cancelled when somebody asked for it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.written = 0.0

    def __call__(self, share: float, step: str) -> None:
        now = time.monotonic()
        if now - self.written < WRITE_EVERY_SECONDS and share < 1:
            return
        self.written = now
        running = Job.objects.filter(pk=self.job.pk, state=State.RUNNING)
        running.update(progress=min(max(share, 0.0), 1.0), step=step[:200], heartbeat_at=timezone.now())
        if not running.filter(cancel_requested=False).exists():
            raise Cancelled


def _finish(job: Job, state: str, step: str, error: str = "") -> None:
    progress = {"progress": 1.0} if state == State.DONE else {}
    Job.objects.filter(pk=job.pk).exclude(state__in=FINISHED).update(
        state=state, step=step, error=error, finished_at=timezone.now(), **progress
    )


def _estimate(job: Job, on_progress: Callable[[float, str], None]) -> None:
    draws, seed = int(job.options.get("draws", DRAWS)), int(job.options.get("seed", SEED))
    document = document_of(job.revision)
    result = estimate(document, current_snapshot(), prices_of(job.revision.plan), draws, seed, on_progress)
    with transaction.atomic():
        EstimateRow.objects.update_or_create(job=job, defaults={"result": dataclasses.asdict(result)})
        _finish(job, State.DONE, "Done")


def _report(job: Job, on_progress: Callable[[float, str], None]) -> None:
    on_progress(0.1, "Evaluating the plan")
    content = report_of(job.revision, job.options)
    on_progress(0.4, "Setting the pages")
    pdf, pages = report.pdf(content)
    on_progress(0.9, f"Saving {pages} pages")
    with transaction.atomic():
        ReportRow.objects.update_or_create(job=job, defaults={"pdf": pdf, "pages": pages})
        _finish(job, State.DONE, "Done")


def report_of(revision: Revision, options: Mapping[str, Any]) -> Content:
    """What every format of the report of a version says. A report leaves the team: no unit prices of its own."""
    evaluation, document = without_unit_prices(evaluation_of(revision)), document_of(revision)
    return report.content(revision, document, evaluation, estimate_of(revision), current_snapshot(), options)


def latest(revision: Revision, kind: str, *states: str) -> Job | None:
    """The newest job of a kind on this plan, in any of the given states."""
    jobs = Job.objects.filter(revision__plan_id=revision.plan_id, kind=kind).select_related("revision", "estimate")
    return (
        jobs.filter(state__in=states).order_by("-created_at").first()
        if states
        else jobs.order_by("-created_at").first()
    )


def estimate_of(revision: Revision) -> Estimate | None:
    """The newest finished estimate of exactly this document, else None."""
    row = (
        EstimateRow.objects.filter(job__state=State.DONE, job__revision__document_sha256=revision.document_sha256,
                                   job__revision__plan_id=revision.plan_id)
        .order_by("-job__created_at")
        .first()
    )  # fmt: skip
    return estimate_value(row.result) if row else None


def estimate_value(stored: Mapping[str, Any]) -> Estimate:
    """The frozen value of a stored result."""
    values = dict(stored)
    values["total"] = Interval(**values["total"])
    values["histogram"] = tuple((low, high, count) for low, high, count in values["histogram"])
    values["stores"] = {slug: Interval(**one) for slug, one in values["stores"].items()}
    values["months"] = tuple(Interval(**one) for one in values["months"])
    values["drivers"] = tuple(
        Driver(**(one | {"range": tuple(one["range"]) if one.get("range") else None})) for one in values["drivers"]
    )
    values["unknown"] = tuple(values["unknown"])
    values |= restored(stored)
    known = {field.name for field in dataclasses.fields(Estimate)}
    return Estimate(**{name: value for name, value in values.items() if name in known})
