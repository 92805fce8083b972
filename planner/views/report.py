"""The report: choose sections, read it here, download it as PDF, HTML, Markdown, CSV or JSON."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from catalog.services import current_snapshot
from planner import access, jobs, report_formats, tasks
from planner import report as reports
from planner.models import Job
from planner.outsiders import without_unit_prices
from planner.report_content import COST_SECTIONS, DEFAULT_SECTIONS, SECTIONS
from planner.report_parts import Content
from planner.views.plan_page import author, head_of, plan_context

# name of the format: ending, type, writer
FORMATS: dict[str, tuple[str, str, Callable[[Content], str]]] = {
    "markdown": ("md", "text/markdown", reports.markdown),
    "html": ("html", "text/html", report_formats.html),
    "csv": ("csv", "text/csv", report_formats.csv_of),
    "json": ("json", "application/json", lambda one: json.dumps(report_formats.json_of(one), ensure_ascii=False)),
}
ACTIVE = (Job.State.QUEUED, Job.State.RUNNING)


def chosen(values: list[str]) -> list[str]:
    """Sections asked for, in their order; none asked for = the usual ones."""
    return [name for name in SECTIONS if name in values] or list(DEFAULT_SECTIONS)


@require_GET
def report(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return report_page(request, plan_context(request, access.plan_read(request, pk), tab="report"))


def report_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Also serves shared plans, without costs where the link hides them."""
    sections = chosen(request.GET.getlist("section"))
    written = content_of(context, sections)
    if (wanted := request.GET.get("format", "")) in FORMATS:
        return _file(written, wanted)
    revision = context["revision"]
    newest = jobs.latest(revision, Job.Kind.REPORT) if not context["shared"] else None
    ready = newest if newest and newest.state == Job.State.DONE and newest.revision_id == revision.pk else None
    context |= {
        "report": written,
        "choices": [(slug, label, slug in sections) for slug, label in SECTIONS.items()
                    if not (context["hide_costs"] and slug in COST_SECTIONS)],
        "job": newest if newest and newest.state in (*ACTIVE, Job.State.FAILED) else None,
        "job_active": bool(newest and newest.state in ACTIVE),
        "ready": ready,
        "pages": ready.report.pages if ready else None,
        "formats": (("html", "HTML"), ("markdown", "Markdown"), ("csv", "CSV"), ("json", "JSON")),
        "address": request.GET.urlencode(),
        "hide_strip": True,
    }  # fmt: skip
    return render(request, "planner/report.html", context)


def _file(written: Content, wanted: str) -> HttpResponse:
    ending, kind, writer = FORMATS[wanted]
    response = HttpResponse(writer(written), content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="plan.{ending}"'
    return response


def content_of(context: dict[str, Any], sections: list[str]) -> Content:
    options = {"sections": sections, "hide_costs": context["hide_costs"]}
    revision = context["revision"]
    estimate = jobs.estimate_of(revision)
    evaluation = without_unit_prices(context["evaluation"])  # a report leaves the team
    return reports.content(revision, context["document"], evaluation, estimate, current_snapshot(), options)


@require_POST
def start_report(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    plan = access.plan_read(request, pk)
    tasks.start_report(head_of(plan), author(request), sections=chosen(request.POST.getlist("section")))
    return HttpResponseRedirect(f"/plans/{plan.pk}/report/")
