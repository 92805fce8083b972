"""Somebody else saved first and changed the same fields: choose per field, and save the mix."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from planner import access, services
from planner.engine.document import DocumentError, parse
from planner.models import Plan, Revision
from planner.views import editing
from planner.views.plan_page import author, base_revision, head_of, plan_context, redirect_to, say

CHOICE = "choice:"


@require_POST
@editing.shows_conflict
def resolve(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    plan = access.plan_write(request, pk)
    base, theirs = base_revision(request, plan), _theirs(request, plan)
    choices = _choices(request)
    summary = request.POST.get("summary", "")[:200] or "Merged two edits"
    try:
        ours = parse(request.POST.get("ours", ""), "json")
        services.resolve_conflict(
            plan, ours, choices, base=base, theirs=theirs, summary=summary, author=author(request)
        )
    except DocumentError as error:
        context = plan_context(request, plan, tab="map") | {
            "problems": error.problems,
            "text": request.POST.get("ours", ""),
        }
        return render(request, "planner/unmerged.html", context, status=422)
    say(request, "Both edits are saved")
    return redirect_to(request, reverse("planner:plan", args=[plan.pk]))


def _choices(request: HttpRequest) -> dict[str, services.Side]:
    """Fields without a choice keep what this person typed: nothing of theirs gets lost by not looking."""
    found: dict[str, services.Side] = {}
    for key, value in request.POST.items():
        if key.startswith(CHOICE):
            found[key.removeprefix(CHOICE)] = "theirs" if value == "theirs" else "ours"
    return found


def _theirs(request: HttpRequest, plan: Plan) -> Revision:
    number = request.POST.get("theirs", "")
    found = plan.revisions.filter(pk=int(number)).first() if number.isascii() and number.isdecimal() else None
    return found or head_of(plan)
