"""What is done to several chosen data sets at once: move, give a recovery target, remove. One version, one undo."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_POST

from planner import access, services
from planner.engine import edits
from planner.engine.document import Tier
from planner.evaluations import evaluation_of_document
from planner.map_filter import NOT_PLACED
from planner.models import Plan
from planner.views import editing
from planner.views.designer import after_edit, data_set_or_404, designer_page
from planner.views.plan_page import base_revision, plan_context
from planner.views.sight import sight_of

Paths = Sequence[str]


@dataclass(frozen=True)
class Misfit:
    """A chosen data set that the store is ruled out for."""

    path: str
    name: str
    reason: str


@require_POST
@editing.shows_conflict
def bulk(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    plan = access.plan_write(request, pk)
    document = services.document_of(base_revision(request, plan))
    paths = list(dict.fromkeys(request.POST.getlist("at")))
    for path in paths:
        data_set_or_404(document, path)
    act = {"move": _move, "tier": _tier, "remove": _remove}.get(request.POST.get("do", ""))
    if act is None:
        raise Http404("Data sets are moved, given a target or removed.")
    if not paths:
        return after_edit(request, plan, "Nothing is chosen", select=sight_of(request).select, undo=False)
    return act(request, plan, document, paths)


def _move(request: HttpRequest, plan: Plan, document: services.Document, paths: Paths) -> HttpResponseBase:
    to = request.POST.get("to", "")
    if to != NOT_PLACED and to not in document.stores:
        raise Http404("This plan has no such store.")
    misfits = [] if to == NOT_PLACED else _misfits(document, plan, paths, to)
    how = request.POST.get("anyway", "")
    if how == "fitting":
        paths = [path for path in paths if path not in {one.path for one in misfits}]
    elif misfits and how != "yes":
        return _asked(request, plan, paths, to, misfits)
    after = edits.all_moved(document, paths, None if to == NOT_PLACED else to)
    return _saved(request, plan, after, f"Moved {_count(paths)} to {'no store' if to == NOT_PLACED else to}")


def _tier(request: HttpRequest, plan: Plan, document: services.Document, paths: Paths) -> HttpResponseBase:
    tier = request.POST.get("tier", "")
    if tier and tier not in get_args(Tier):
        raise Http404("There is no such target.")
    after = edits.with_tier(document, paths, cast(Tier, tier) if tier else None)
    return _saved(request, plan, after, f"Target of {_count(paths)}: {tier or 'that of the service'}")


def _remove(request: HttpRequest, plan: Plan, document: services.Document, paths: Paths) -> HttpResponseBase:
    return _saved(request, plan, edits.without_data_sets(document, paths), f"Removed {_count(paths)}")


def _saved(request: HttpRequest, plan: Plan, after: services.Document, summary: str) -> HttpResponseBase:
    editing.save(request, plan, after, base=base_revision(request, plan), summary=summary)
    return after_edit(request, plan, summary)


def _misfits(document: services.Document, plan: Plan, paths: Paths, to: str) -> list[Misfit]:
    """Those that the store's database is ruled out for, with the first reason."""
    rankings, database = evaluation_of_document(document, plan).rankings, document.stores[to].database
    found = []
    for path in paths:
        ranking = rankings.get(path)
        refused = ranking.refusal(database) if ranking else None
        if refused is not None and document.data_set(path).store != to:
            reason = refused.reasons[0].text if refused.reasons else "ruled out"
            found.append(Misfit(path, document.data_set(path).name, reason))
    return found


def _asked(request: HttpRequest, plan: Plan, paths: Paths, to: str, misfits: Sequence[Misfit]) -> HttpResponseBase:
    """Nothing is moved yet: which of them the store cannot hold, and why."""
    extra: dict[str, Any] = {
        "question": {"to": to, "paths": paths, "misfits": misfits, "fitting": len(paths) - len(misfits)},
        "chosen": paths,
    }
    return designer_page(request, plan_context(request, plan, tab="map"), select="", extra=extra, status=422)


def _count(paths: Paths) -> str:
    return f"{len(paths)} data set{'' if len(paths) == 1 else 's'}"
