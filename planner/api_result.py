"""Background work and share links of saved plans over the API."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError
from pydantic import ConfigDict

from planner import access, jobs, report_formats, share, tasks
from planner.api_plan import head_of, person
from planner.models import Job, Plan, ShareLink
from planner.report_content import SECTIONS

router = Router(tags=["results"])
MOST_DRAWS = 100_000


class Strict(Schema):
    """Unknown keys and wrong types are refused, not guessed."""

    model_config = ConfigDict(extra="forbid", strict=True)


class EstimateOptions(Strict):
    draws: int = Field(jobs.DRAWS, ge=100, le=MOST_DRAWS)
    seed: int = Field(jobs.SEED, ge=0, le=2**32 - 1)


class ReportOptions(Strict):
    sections: list[str] = Field(default_factory=list, description="Empty = the usual ones.")
    hide_costs: bool = False


class LinkOptions(Strict):
    name: str = Field("", max_length=120)
    live: bool = Field(False, description="True = always the latest version; false = the version of now.")
    hide_costs: bool = True
    allow_copy: bool = True
    expires_in_days: int | None = Field(share.DAYS, ge=1, le=3650, description="null = never.")


@router.post("/plans/{pk}/estimates", summary="Start a cost estimate", response={202: dict[str, Any]})
def start_estimate(request: HttpRequest, pk: uuid.UUID, options: EstimateOptions) -> HttpResponse:
    """Seeded Monte Carlo over the ranges of the plan. Follow the job until its state is `done`."""
    user = person(request)
    plan = access.plan_read(request, pk)
    job = tasks.start_estimate(head_of(plan), user, draws=options.draws, seed=options.seed)
    return _accepted(job)


@router.get("/plans/{pk}/estimates", summary="Estimates of a plan, newest first", response=dict[str, Any])
def list_estimates(request: HttpRequest, pk: uuid.UUID) -> dict[str, Any]:
    return {"estimates": _jobs_of(access.plan_read(request, pk), Job.Kind.ESTIMATE)}


@router.post("/plans/{pk}/reports", summary="Start a PDF report", response={202: dict[str, Any]})
def start_report(request: HttpRequest, pk: uuid.UUID, options: ReportOptions) -> HttpResponse:
    """When the job is `done`, its result names the address of the PDF."""
    user = person(request)
    plan = access.plan_read(request, pk)
    unknown = [name for name in options.sections if name not in SECTIONS]
    if unknown:
        raise HttpError(422, f"Unknown sections: {', '.join(unknown)}. Known are {', '.join(SECTIONS)}.")
    chosen = {"sections": options.sections} if options.sections else {}
    return _accepted(tasks.start_report(head_of(plan), user, hide_costs=options.hide_costs, **chosen))


@router.get(
    "/plans/{pk}/report",
    summary="The report of a plan's newest version as JSON",
    response=dict[str, Any],
    url_name="read_report",
)
def read_report(request: HttpRequest, pk: uuid.UUID, section: Query[list[str] | None] = None) -> dict[str, Any]:
    """The same values as on the page and in the PDF, written the same way. `section` once for each that is wanted."""
    plan = access.plan_read(request, pk)
    wanted = section or []
    unknown = [name for name in wanted if name not in SECTIONS]
    if unknown:
        raise HttpError(422, f"Unknown sections: {', '.join(unknown)}. Known are {', '.join(SECTIONS)}.")
    return report_formats.json_of(jobs.report_of(head_of(plan), {"sections": wanted}))


@router.get("/plans/{pk}/reports", summary="Reports of a plan, newest first", response=dict[str, Any])
def list_reports(request: HttpRequest, pk: uuid.UUID) -> dict[str, Any]:
    return {"reports": _jobs_of(access.plan_read(request, pk), Job.Kind.REPORT)}


@router.get("/jobs/{pk}", summary="State, progress and result of a job", response=dict[str, Any], url_name="read_job")
def read_job(request: HttpRequest, pk: uuid.UUID) -> dict[str, Any]:
    return job_dict(_job(request, pk))


@router.post("/jobs/{pk}/cancel", summary="Cancel a job", response=dict[str, Any])
def cancel_job(request: HttpRequest, pk: uuid.UUID) -> dict[str, Any]:
    """A queued job ends at once, a running one at its next step; a finished one stays as it is."""
    job = _job(request, pk)
    access.plan_write(request, job.revision.plan_id)
    jobs.request_cancel(job)
    return job_dict(_job(request, pk))


@router.get("/jobs/{pk}/pdf", summary="The PDF of a finished report", url_name="read_pdf")
def read_pdf(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    job = _job(request, pk)
    if job.state != Job.State.DONE or not hasattr(job, "report"):
        raise Http404("This job has no PDF.")
    return HttpResponse(bytes(job.report.pdf), content_type="application/pdf")


@router.get("/plans/{pk}/shares", summary="Links that open the plan now", response=dict[str, Any])
def list_links(request: HttpRequest, pk: uuid.UUID) -> dict[str, Any]:
    return {"shares": [link_dict(link) for link in share.active_links(access.plan_write(request, pk))]}


@router.post("/plans/{pk}/shares", summary="Make a read-only link", response={201: dict[str, Any]})
def create_link(request: HttpRequest, pk: uuid.UUID, options: LinkOptions) -> HttpResponse:
    """The address is in this answer only; just the hash of its token is kept."""
    plan = access.plan_write(request, pk)
    days = options.expires_in_days
    link, token = share.create_link(
        plan,
        revision=None if options.live else head_of(plan),
        user=person(request),
        name=options.name,
        hide_costs=options.hide_costs,
        allow_copy=options.allow_copy,
        expires_at=timezone.now() + dt.timedelta(days=days) if days else None,
    )
    return JsonResponse(link_dict(link) | {"url": _address(request, token)}, status=201)


@router.post("/plans/{pk}/shares/{number}/rotate", summary="Give a link a new address", response=dict[str, Any])
def rotate_link(request: HttpRequest, pk: uuid.UUID, number: int) -> dict[str, Any]:
    link = _link(access.plan_write(request, pk), number)
    return link_dict(link) | {"url": _address(request, share.rotate(link))}


@router.delete("/plans/{pk}/shares/{number}", summary="Revoke a link", response={204: None})
def revoke_link(request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    share.revoke(_link(access.plan_write(request, pk), number))
    return HttpResponse(status=204)


def job_dict(job: Job) -> dict[str, Any]:
    """The shape "job" of the plan format."""
    return {
        "id": str(job.pk),
        "kind": job.kind,
        "state": job.state,
        "progress": round(job.progress, 4),
        "step": job.step,
        "result": _result(job),
        "error": job.error or None,
        "plan": str(job.revision.plan_id),
        "version": job.revision.number,
        "created_at": job.created_at.isoformat(),
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
    }


def link_dict(link: ShareLink) -> dict[str, Any]:
    return {
        "number": link.pk,
        "name": link.name,
        "version": link.revision.number if link.revision else None,
        "hide_costs": link.hide_costs,
        "allow_copy": link.allow_copy,
        "opens": link.opens,
        "expires_at": link.expires_at.isoformat() if link.expires_at else None,
        "created_at": link.created_at.isoformat(),
    }


def _result(job: Job) -> dict[str, Any] | None:
    if job.state != Job.State.DONE:
        return None
    if job.kind == Job.Kind.REPORT:
        return {"pdf": reverse("api:read_pdf", args=[job.pk]), "pages": job.report.pages}
    found: dict[str, Any] = job.estimate.result
    return found


def _accepted(job: Job) -> HttpResponse:
    response = JsonResponse(job_dict(job), status=202)
    response["Location"] = reverse("api:read_job", args=[job.pk])
    return response


def _jobs_of(plan: Plan, kind: str) -> list[dict[str, Any]]:
    rows = Job.objects.filter(revision__plan=plan, kind=kind).select_related("revision", "estimate", "report")
    return [job_dict(job) for job in rows.defer("revision__document", "report__pdf").order_by("-created_at")[:50]]


def _job(request: HttpRequest, pk: uuid.UUID) -> Job:
    """A job of a plan that this request may read, or 404."""
    job = Job.objects.select_related("revision", "estimate", "report").filter(pk=pk).first()
    if job is None:
        raise Http404("There is no such job.")
    access.plan_read(request, job.revision.plan_id)
    return job


def _link(plan: Plan, number: int) -> ShareLink:
    found = (
        plan.share_links.select_related("revision").filter(pk=number, revoked_at=None).first()
        if number < 2**63
        else None
    )
    if found is None:
        raise Http404("This plan has no such link.")
    return found


def _address(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("planner:shared", args=[token]))
