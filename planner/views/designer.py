"""The plan page: map, table and YAML views of one plan, with a panel for what is selected."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from catalog.services import current_snapshot
from planner import access, services
from planner.engine.document import dump_yaml
from planner.map_layout import layout
from planner.models import Plan
from planner.views.panel import panel
from planner.views.plan_page import adopt, is_htmx, plan_context, redirect_to, say
from planner.views.table import table_groups, table_stores

OTHER_TABS = (
    "caching",
    "recovery",
    "backups",
    "costs",
    "review",
    "versions",
)  # undo stays on the page it was pressed on
VIEWS = {"map": "map", "table": "data_sets", "yaml": "map"}  # view -> tab that is lit


@require_GET
def plan(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    adopt(request)
    row = access.plan_read(request, pk)
    view = request.GET.get("view", "map")
    context = plan_context(request, row, tab=VIEWS.get(view, "map"))
    return designer_page(request, context, select=request.GET.get("select", ""))


def designer_page(
    request: HttpRequest,
    context: dict[str, Any],
    *,
    view: str = "",
    select: str = "",
    extra: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page, or for htmx the designer with strip and header out of band. Also serves shared plans."""
    view = view or request.GET.get("view", "map")
    view = view if view in VIEWS else "map"
    context |= designer_context(context, view, select) | (extra or {})
    template = "planner/_designer_update.html" if is_htmx(request) else "planner/plan.html"
    return render(request, template, context, status=status)


def designer_context(context: dict[str, Any], view: str, select: str) -> dict[str, Any]:
    document, evaluation = context["document"], context["evaluation"]
    shown: dict[str, Any] = {"view": view, "select": select, "snapshot": current_snapshot()}
    if view == "yaml":
        shown["text"] = dump_yaml(document)
    elif view == "table":
        shown |= table_context(context)
    else:
        shown["layout"] = layout(document, evaluation, select=select)
    return shown | {"panel": panel(document, evaluation, shown["snapshot"], select)}


def table_context(context: dict[str, Any]) -> dict[str, Any]:
    document, evaluation, snapshot = context["document"], context["evaluation"], current_snapshot()
    return {
        "table_groups": table_groups(document, evaluation, snapshot),
        "table_stores": table_stores(document, evaluation, snapshot),
    }


def after_edit(request: HttpRequest, plan: Plan, text: str, *, select: str = "", undo: bool = True) -> HttpResponseBase:
    """What a person sees after an edit on the map: the fresh designer for htmx, else a redirect; both with a toast."""
    say(request, text, undo=undo)
    if is_htmx(request):
        context = plan_context(request, plan, tab="map")
        response = designer_page(request, context, select=select)
        response["HX-Push-Url"] = plan_url(plan, select=select)
        return response
    tab = request.POST.get("tab", "")
    return redirect_to(request, f"{plan_url(plan)}{tab}/" if tab in OTHER_TABS else plan_url(plan, select=select))


def plan_url(plan: Plan, **query: str) -> str:
    given = {key: value for key, value in query.items() if value}
    url = reverse("planner:plan", args=[plan.pk])
    return f"{url}?{urlencode(given, safe='/:')}" if given else url


def data_set_or_404(document: services.Document, path: str) -> Any:
    try:
        return document.data_set(path)
    except KeyError:
        raise Http404("This plan has no such data set.") from None
