"""Rows from a spreadsheet: first what they would do, with every problem at row and column, then all of them or none."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from planner import access, services
from planner.engine.cells import COLUMNS
from planner.engine.document import DocumentError
from planner.engine.paste import Pasted, pasted
from planner.models import Plan
from planner.views import editing
from planner.views.designer import data_set_or_404, plan_url
from planner.views.plan_page import base_revision, plan_context, redirect_to, say


@require_http_methods(["GET", "POST"])
@editing.shows_conflict
def paste(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    plan = access.plan_write(request, pk)
    if request.method == "GET":
        return _page(request, plan, None)
    base = base_revision(request, plan)
    found = _read(request, services.document_of(base))
    if found.plan is None or request.POST.get("save") != "yes":
        return _page(request, plan, found, status=200 if found.plan else 422)
    summary = f"Pasted {summary_of(found)}"
    editing.save(request, plan, found.plan, base=base, summary=summary)
    say(request, summary)
    return redirect_to(request, plan_url(plan, view="table"))


def _read(request: HttpRequest, document: services.Document) -> Pasted:
    places = request.POST.get("places", "").split()
    for path in places:
        data_set_or_404(document, path)
    column = request.POST.get("column", "")
    try:
        return pasted(
            document,
            request.POST.get("text", ""),
            service=request.POST.get("service", "").strip(),
            places=places,
            column=column if column in COLUMNS else "name",
        )
    except DocumentError as error:
        return Pasted(None, (), (), (), error.problems[0].message)


def summary_of(found: Pasted) -> str:
    new, changed = found.new_count, found.changed_count
    parts = [f"{new} new data set{'' if new == 1 else 's'}"] if new else []
    parts += [f"{changed} changed cell{'' if changed == 1 else 's'}"] if changed else []
    return " and ".join(parts) or "nothing new"


def _page(request: HttpRequest, plan: Plan, found: Pasted | None, *, status: int = 200) -> HttpResponseBase:
    context = plan_context(request, plan, tab="data_sets")
    first = next(iter(context["document"].services.values()), None)
    context |= {
        "found": found,
        "summary": summary_of(found) if found else "",
        "has_errors": found is not None and found.plan is None,
        "known": [column.label for column in COLUMNS.values()],
        "text": request.POST.get("text", ""),
        "service": request.POST.get("service", first.name if first else "New service"),
        "places": request.POST.get("places", ""),
        "column": request.POST.get("column", ""),
        "base": base_revision(request, plan).pk,
    }
    return render(request, "planner/paste.html", context, status=status)
