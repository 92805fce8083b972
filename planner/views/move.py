"""Moving a data set to another store: every store with its verdict, the consequences before the click, then the move.

Dragging on the map, the list and a plain link all end in the same form.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from catalog.services import current_snapshot
from planner import access, services
from planner.engine.placement import moved, verdicts_if_new, verdicts_in_plan
from planner.engine.results import Evaluation
from planner.evaluations import evaluation_of_document
from planner.models import Plan
from planner.views import editing
from planner.views.changed import Changed, before_and_after
from planner.views.designer import after_edit, data_set_or_404, designer_page
from planner.views.plan_page import base_revision, plan_context

NEW_SHOWN = 5  # the others stand in a fold below: typing in the filter opens it


@dataclass(frozen=True)
class Preview:
    """What the chosen store would mean."""

    to: str
    name: str
    refused: bool
    reason: str
    rows: tuple[Changed, ...]


@require_http_methods(["GET", "POST"])
@editing.shows_conflict
def move(request: HttpRequest, pk: uuid.UUID, service: str, data: str) -> HttpResponseBase:
    path = f"{service}/{data}"
    if request.method == "POST":
        return _moved(request, access.plan_write(request, pk), path)
    plan = access.plan_write(request, pk)
    context = plan_context(request, plan, tab="map")
    data_set_or_404(context["document"], path)
    return designer_page(request, context, select=path, extra=_move_list(context, path, request.GET.get("to", "")))


def _moved(request: HttpRequest, plan: Plan, path: str) -> HttpResponseBase:
    base = base_revision(request, plan)
    document = services.document_of(base)
    data_set = data_set_or_404(document, path)
    try:
        after, store = moved(document, path, request.POST.get("to", ""), current_snapshot())
    except KeyError:
        raise Http404("This plan has no such store.") from None
    if _needs_consent(request, path, document, store):
        context = plan_context(request, plan, tab="map")
        return designer_page(
            request, context, select=path, extra=_move_list(context, path, request.POST["to"]), status=422
        )
    text = f"{data_set.name} now in {store}"
    editing.save(request, plan, after, base=base, summary=f"Moved {data_set.name} to {store}")
    return after_edit(request, plan, text, select=path)


def _needs_consent(request: HttpRequest, path: str, document: services.Document, store: str) -> bool:
    """A store that is ruled out takes a data set only after "Move anyway"."""
    if request.POST.get("anyway") == "yes" or store not in document.stores:
        return False
    ranking = evaluation_of_document(document).rankings.get(path)
    return ranking is not None and ranking.refusal(document.stores[store].database) is not None


def _move_list(context: dict[str, Any], path: str, to: str) -> dict[str, Any]:
    document, evaluation, snapshot = context["document"], context["evaluation"], current_snapshot()
    ranking = evaluation.rankings.get(path)
    if ranking is None:
        raise Http404("This data set has no ranking.")
    in_plan = verdicts_in_plan(document, path, ranking, snapshot)
    fresh = verdicts_if_new(document, ranking, snapshot)
    chosen = next((one for one in (*in_plan, *fresh) if one.to == to), None)
    return {
        "moving": path,
        "moving_name": document.data_set(path).name,
        "in_plan": tuple(one for one in in_plan if one.kind != "refused"),
        "cannot": tuple(one for one in in_plan if one.kind == "refused"),
        "would_be_new": fresh[:NEW_SHOWN],
        "more_new": fresh[NEW_SHOWN:],
        "verdicts": {one.store: one for one in in_plan},
        "to": to,
        "to_is_late": chosen in fresh[NEW_SHOWN:],
        "preview": _preview(context["plan"], document, path, chosen.to, evaluation, chosen) if chosen else None,
    }


def _preview(
    plan: Plan, document: services.Document, path: str, to: str, before: Evaluation, verdict: Any
) -> Preview | None:
    if verdict.kind == "now":
        return None
    after, store = moved(document, path, to, current_snapshot())
    rows = before_and_after(before, evaluation_of_document(after, plan), path)
    return Preview(to, store, verdict.kind == "refused", verdict.label, rows)
