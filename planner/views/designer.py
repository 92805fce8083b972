"""The plan page: map, table and YAML views of one plan, with a panel for what is selected."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any, get_args

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from catalog.services import current_snapshot
from planner import access, services
from planner.code_lines import stretches
from planner.engine.document import Tier, dump_yaml
from planner.map_filter import NOT_PLACED, shown_paths
from planner.map_layout import layout
from planner.models import Plan
from planner.views.panel import DataSetPanel, panel
from planner.views.plan_page import adopt, is_htmx, plan_context, redirect_to, say
from planner.views.sight import ALL, VIEWS, Sight, sight_of
from planner.views.table import needs_cells, table_groups, table_stores, with_cells

OTHER_TABS = (
    "caching",
    "replication",
    "recovery",
    "backups",
    "costs",
    "review",
    "versions",
)  # undo stays on the page it was pressed on


@require_GET
def plan(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    adopt(request)
    row = access.plan_read(request, pk)
    context = plan_context(request, row, tab=VIEWS[sight_of(request).view])
    return designer_page(request, context)


def designer_page(
    request: HttpRequest,
    context: dict[str, Any],
    *,
    view: str = "",
    select: str | None = None,
    extra: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page, or for htmx the designer with strip and header out of band. Also serves shared plans."""
    sight = sight_of(request)
    sight = replace(sight, view=view or sight.view, select=sight.select if select is None else select)
    context |= extra or {}
    context |= designer_context(context, sight) | (extra or {})
    if is_htmx(request) and request.headers.get("HX-Trigger") == "only":
        # The filter changes nothing outside the designer, and its form would leave empty words in the address.
        response = render(request, "planner/_designer.html", context)
        response["HX-Replace-Url"] = f"{context['base_url']}{sight.query()}"
        return response
    template = "planner/_designer_update.html" if is_htmx(request) else "planner/plan.html"
    return render(request, template, context, status=status)


def designer_context(context: dict[str, Any], sight: Sight) -> dict[str, Any]:
    document, evaluation, snapshot = context["document"], context["evaluation"], current_snapshot()
    paths = shown_paths(document, evaluation.findings, sight.only) if sight.only.active else None
    count = sum(len(one.data) for one in document.services.values())
    shown: dict[str, Any] = {
        "view": sight.view,
        "select": sight.select,
        "sight": sight,
        "keep": sight.keep,
        "only": sight.only,
        "not_placed": NOT_PLACED,
        "tiers": get_args(Tier),
        "data_set_count": count,
        "shown_count": count if paths is None else len(paths),
        "snapshot": snapshot,
    }
    if sight.view == "yaml":
        shown["text"] = context.get("text") or dump_yaml(document)
        shown["line_count"] = shown["text"].count("\n") + 2
        shown["stretches"] = stretches(shown["text"], context.get("problems", ()))
    elif sight.view == "table":
        shown |= table_context(context, paths)
        if context["can_write"]:
            typed, problems = context.get("typed", {}), context.get("cell_problems", {})
            shown["table_groups"] = with_cells(shown["table_groups"], document, typed, problems)
    else:
        every_store = paths is None or "moving" in context
        opened = document.services if ALL in sight.opened else sight.opened
        shown["layout"] = layout(
            document, evaluation, select=sight.select, shown=paths, opened=opened, every_store=every_store
        )
    found = panel(document, evaluation, snapshot, sight.select)
    if isinstance(found, DataSetPanel) and context["can_write"]:
        typed, problems = context.get("typed", {}), context.get("cell_problems", {})
        shown["needs_cells"] = needs_cells(document, found.path, typed, problems)
    return shown | {"panel": found}


def table_context(context: dict[str, Any], shown: frozenset[str] | None = None) -> dict[str, Any]:
    document, evaluation, snapshot = context["document"], context["evaluation"], current_snapshot()
    return {
        "table_groups": table_groups(document, evaluation, snapshot, shown),
        "table_stores": table_stores(document, evaluation, snapshot),
    }


def after_edit(request: HttpRequest, plan: Plan, text: str, *, select: str = "", undo: bool = True) -> HttpResponseBase:
    """What a person sees after an edit: the same view, fresh (htmx), or a redirect to it; both with a toast."""
    say(request, text, undo=undo)
    sight = replace(sight_of(request), select=select)
    if is_htmx(request):
        context = plan_context(request, plan, tab=VIEWS[sight.view])
        response = designer_page(request, context, select=select)
        response["HX-Push-Url"] = sight_url(plan, sight)
        return response
    tab = request.POST.get("tab", "")
    return redirect_to(request, f"{plan_url(plan)}{tab}/" if tab in OTHER_TABS else sight_url(plan, sight))


def plan_url(plan: Plan, *, select: str = "", view: str = "map") -> str:
    return sight_url(plan, Sight(view, select))


def sight_url(plan: Plan, sight: Sight) -> str:
    return reverse("planner:plan", args=[plan.pk]) + sight.query()


def data_set_or_404(document: services.Document, path: str) -> Any:
    try:
        return document.data_set(path)
    except (KeyError, ValueError):
        raise Http404("This plan has no such data set.") from None
