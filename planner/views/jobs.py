"""Progress of background work: a fragment that polls while the job runs, and ends with status 286."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from planner import access, jobs
from planner.models import Job
from planner.views.plan_page import is_htmx

STOP_POLLING = 286


def page_of(job: Job) -> str:
    """Where the result of the job is shown."""
    return f"/plans/{job.revision.plan_id}/{'costs' if job.kind == Job.Kind.ESTIMATE else 'report'}/"


@never_cache
@require_GET
def job(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Without JavaScript: a page of its own that is read again. With htmx: the fragment."""
    found = access.job_read(request, pk)
    if not is_htmx(request):
        return HttpResponseRedirect(page_of(found))
    context = {"job": found, "finished": found.state in jobs.FINISHED, "result_url": page_of(found)}
    response = render(request, "planner/_job.html", context)
    if found.state in jobs.FINISHED:
        response.status_code = STOP_POLLING
        response["HX-Refresh"] = "true"
    return response


@require_POST
def cancel(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    found = access.job_write(request, pk)
    jobs.request_cancel(found)
    return HttpResponseRedirect(page_of(found))


@never_cache
@require_GET
def download(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The finished PDF."""
    found = access.job_read(request, pk)
    if found.state != Job.State.DONE or not hasattr(found, "report"):
        raise Http404("This report is not finished.")
    return pdf_response(found)


def pdf_response(job: Job) -> HttpResponse:
    response = HttpResponse(bytes(job.report.pdf), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="plan-version-{job.revision.number}.pdf"'
    return response
