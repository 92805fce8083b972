"""Cells of the table and needs in the panel: one that was left, or (without JavaScript) all of them with "Save".

With `panel` the answer is that of the panel: the ranking for the needs; with `preview` for what is typed, saving nothing.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST

from catalog.services import current_snapshot
from planner import access, services
from planner.engine.cells import COLUMNS, CellProblem, edited, written
from planner.engine.document import DocumentError
from planner.evaluations import evaluation_of_document
from planner.models import Plan, Revision
from planner.views import editing
from planner.views.changed import cost, findings, targets
from planner.views.designer import after_edit, data_set_or_404, designer_context, designer_page, table_context
from planner.views.panel import panel
from planner.views.plan_page import base_revision, is_htmx, plan_context
from planner.views.sight import sight_of
from planner.views.table import cell, needs_cells

Typed = dict[str, dict[str, str]]


@require_POST
@editing.shows_conflict
def cells(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """All typed cells become one version, or with a problem in any of them none does."""
    plan = access.plan_write(request, pk)
    base = base_revision(request, plan)
    document = services.document_of(base)
    typed = typed_cells(request, document)
    after, problems = edited(document, typed)
    if after is None:
        return _refused(request, plan, problems)
    if request.POST.get("preview") == "yes":
        return _panel_answer(request, plan, after)
    summary = summary_of(document, typed)
    try:
        saved = editing.save(request, plan, after, base=base, summary=summary)
    except DocumentError as error:  # each edit holds, both together do not
        return _refused(request, plan, tuple(CellProblem("", "", one.message) for one in error.problems))
    if is_htmx(request) and request.POST.get("panel"):
        return _panel_answer(request, plan, services.document_of(saved), saved=True)
    if is_htmx(request):
        return _answer(request, plan, before=base, saved=saved)
    return after_edit(request, plan, summary, select=sight_of(request).select, undo=bool(typed))


def typed_cells(request: HttpRequest, document: services.Document) -> Typed:
    """The boxes whose text differs from what the plan holds, by path and column."""
    found: Typed = {}
    for name, text in request.POST.items():
        path, _, key = name.rpartition(":")
        if not path:
            continue
        if key not in COLUMNS:
            raise Http404("There is no such column.")
        before = written(data_set_or_404(document, path), COLUMNS[key])
        if str(text).strip() != before:
            found.setdefault(path, {})[key] = str(text)
    return found


def summary_of(document: services.Document, typed: Typed) -> str:
    count = sum(len(cells) for cells in typed.values())
    if count != 1:
        return f"Changed {count} cells of the table" if count else "Nothing was changed"
    ((path, changed),) = typed.items()
    (key,) = changed
    return f"Changed {document.data_set(path).name}: {COLUMNS[key].label.split(',')[0].lower()}"


def _refused(request: HttpRequest, plan: Plan, problems: tuple[CellProblem, ...]) -> HttpResponse:
    """Nothing was saved: the texts stay as typed, each problem at its cell, those of no cell on top."""
    said = {f"{one.path}:{one.column}": one.text for one in problems}
    typed = {name: str(text) for name, text in request.POST.items() if ":" in name}
    context = plan_context(request, plan, tab="data_sets")
    context |= {"typed": typed, "cell_problems": said, "loose_problems": [one for one in problems if not one.column]}
    path = request.POST.get("panel", "")
    if is_htmx(request) and path:
        return _panel_answer(request, plan, context["document"], context)
    if is_htmx(request):
        context |= {"answered": _posted(request, context["document"], typed, said), "view": "table"}
        return render(request, "planner/_table_answer.html", context, status=422)
    extra = {key: context[key] for key in ("typed", "cell_problems", "loose_problems")} | {"has_errors": True}
    if path:
        return designer_page(request, context, select=path, extra=extra | {"needs_open": True}, status=422)
    return designer_page(request, context, view="table", extra=extra, status=422)


def _panel_answer(
    request: HttpRequest,
    plan: Plan,
    document: services.Document,
    refused: dict[str, Any] | None = None,
    *,
    saved: bool = False,
) -> HttpResponse:
    """The ranking of `document`: the saved plan, or the one that what is typed would make."""
    path = request.POST.get("panel", "")
    data_set_or_404(document, path)
    context = refused or plan_context(request, plan, tab="map")
    shown = replace(sight_of(request), select=path)
    if saved:
        context |= designer_context(context, shown)
    evaluation = evaluation_of_document(document, plan)
    context |= {
        "panel": panel(document, evaluation, current_snapshot(), path),
        "needs_cells": needs_cells(document, path, {}, context.get("cell_problems", {})),
        "preview": request.POST.get("preview") == "yes" and not refused,
        "problem_count": len(context.get("cell_problems", {})),
        "effects": [compare(context["totals"], evaluation.totals) for compare in (cost, targets, findings)],
        "saved": saved,
    }
    return render(request, "planner/_panel_answer.html", context, status=422 if refused else 200)


def _answer(request: HttpRequest, plan: Plan, *, before: Revision, saved: Revision) -> HttpResponse:
    """After one cell: its problem is gone; out of band every figure that the edit changed, in whichever row."""
    context = plan_context(request, plan, tab="data_sets")
    old = plan_context(request, plan, tab="data_sets", revision=before)
    was = {row.path: row for group in table_context(old)["table_groups"] for row in group.rows}
    rows = [row for group in table_context(context)["table_groups"] for row in group.rows]
    context |= {
        "answered": _posted(request, context["document"], {}, {}),
        "changed_rows": [row for row in rows if _figures(row) != _figures(was.get(row.path))],
        "view": "table",
        "saved": saved,
    }
    return render(request, "planner/_table_answer.html", context)


def _posted(
    request: HttpRequest, document: services.Document, typed: dict[str, str], said: dict[str, str]
) -> list[Any]:
    names = [name.rpartition(":") for name in request.POST if ":" in name]
    return [cell(document, path, key, typed, said) for path, _, key in names]


def _figures(row: Any) -> tuple[object, ...]:
    return () if row is None else (row.cost, row.recovery, row.findings, row.tier, row.store)
