"""Estimates, reports, jobs and share links over the API."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from accounts.models import User
from planner import access, jobs, share, tasks
from planner.models import Job, Plan, Revision, ShareLink
from planner.report_content import DEFAULT_SECTIONS, SECTIONS

router = Router(tags=["results"])


class JobRow(Schema):
    """A piece of background work. `progress` is 0..1; `result` is there when `state` is done."""

    id: uuid.UUID
    kind: str
    state: str
    progress: float
    step: str
    result: dict[str, Any] | None
    error: str


class NewEstimate(Schema):
    """`draws` simulations with this `seed`: equal inputs give equal results."""

    draws: int = Field(jobs.DRAWS, ge=100, le=100_000)
    seed: int = Field(jobs.SEED, ge=0, le=2**31 - 1)


class NewReport(Schema):
    sections: list[str] = Field(default_factory=lambda: list(DEFAULT_SECTIONS))


class NewShare(Schema):
    """`version` "fixed" pins the newest version, "live" follows the plan; `days` null = no end."""

    name: str = Field("", max_length=120)
    version: str = Field("fixed", pattern="^(fixed|live)$")
    hide_costs: bool = True
    allow_copy: bool = True
    days: int | None = Field(share.DAYS, ge=1, le=3650)


class ShareRow(Schema):
    """A link. `url` is there only in the answer that makes it."""

    id: int
    name: str
    version: int | None
    hide_costs: bool
    allow_copy: bool
    expires_at: dt.datetime | None
    opens: int
    url: str | None = None


def _author(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _head(plan: Plan) -> Revision:
    if plan.head is None:
        raise HttpError(404, "this plan has no version")
    return plan.head


def _job(job: Job) -> dict[str, Any]:
    result: dict[str, Any] | None = None
    if job.state == Job.State.DONE:
        if job.kind == Job.Kind.ESTIMATE:
            result = job.estimate.result
        else:
            result = {"pages": job.report.pages, "pdf": f"/api/v1/jobs/{job.pk}/report.pdf"}
    return {
        "id": job.pk, "kind": job.kind, "state": job.state, "progress": job.progress, "step": job.step, "result": result,
        "error": job.error,
    }  # fmt: skip


@router.post("/plans/{pk}/estimates", response={202: JobRow}, summary="Start a cost estimate")
def start_estimate(request: HttpRequest, pk: uuid.UUID, body: NewEstimate) -> Any:
    plan = access.plan_read(request, pk)
    return 202, _job(tasks.start_estimate(_head(plan), _author(request), draws=body.draws, seed=body.seed))


@router.post("/plans/{pk}/reports", response={202: JobRow}, summary="Start a PDF report")
def start_report(request: HttpRequest, pk: uuid.UUID, body: NewReport) -> Any:
    unknown = [name for name in body.sections if name not in SECTIONS]
    if unknown:
        raise HttpError(422, f"sections: no {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    plan = access.plan_read(request, pk)
    return 202, _job(tasks.start_report(_head(plan), _author(request), sections=body.sections))


@router.get("/jobs/{pk}", response=JobRow, summary="Progress and result of background work")
def job(request: HttpRequest, pk: uuid.UUID) -> Any:
    return _job(access.job_read(request, pk))


@router.delete("/jobs/{pk}", response=JobRow, summary="Cancel background work")
def cancel(request: HttpRequest, pk: uuid.UUID) -> Any:
    found = access.job_write(request, pk)
    jobs.request_cancel(found)
    return _job(access.job_read(request, pk))


@router.get("/jobs/{pk}/report.pdf", response={200: Any}, summary="The finished PDF")
def report_pdf(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    found = access.job_read(request, pk)
    if found.state != Job.State.DONE or found.kind != Job.Kind.REPORT:
        raise HttpError(404, "this report is not finished")
    response = HttpResponse(bytes(found.report.pdf), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="plan-version-{found.revision.number}.pdf"'
    return response


def _share(link: ShareLink, url: str | None = None) -> dict[str, Any]:
    return {
        "id": link.pk, "name": link.name, "version": link.revision.number if link.revision else None,
        "hide_costs": link.hide_costs, "allow_copy": link.allow_copy, "expires_at": link.expires_at, "opens": link.opens,
        "url": url,
    }  # fmt: skip


@router.get("/plans/{pk}/shares", response=dict[str, list[ShareRow]], summary="Active links of a plan")
def shares(request: HttpRequest, pk: uuid.UUID) -> Any:
    return {"shares": [_share(link) for link in share.active_links(access.plan_write(request, pk))]}


@router.post("/plans/{pk}/shares", response={201: ShareRow}, summary="Make a link; its address is told once")
def create_share(request: HttpRequest, pk: uuid.UUID, body: NewShare) -> Any:
    plan = access.plan_write(request, pk)
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=body.days) if body.days else None
    link, token = share.create_link(
        plan,
        revision=_head(plan) if body.version == "fixed" else None,
        user=_author(request),
        name=body.name,
        hide_costs=body.hide_costs,
        allow_copy=body.allow_copy,
        expires_at=ends,
    )
    return 201, _share(link, request.build_absolute_uri(reverse("planner:shared", args=[token])))


@router.delete("/plans/{pk}/shares/{number}", response={204: None}, summary="Revoke a link")
def revoke_share(request: HttpRequest, pk: uuid.UUID, number: int) -> Any:
    link = access.plan_write(request, pk).share_links.filter(pk=number).first()
    if link is None:
        raise HttpError(404, "there is no such link")
    share.revoke(link)
    return 204, None
