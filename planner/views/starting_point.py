"""One template: what it is, its map, what it assumes. Posting makes a plan of one's own from it, without an account."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from planner import services
from planner.assumed import assumed
from planner.evaluations import evaluation_of_document
from planner.map_layout import layout
from planner.models import Plan
from planner.starting_points import StartingPoint, starting_points
from planner.views.owner import new_owner, teams_to_write
from planner.views.plan_page import redirect_to, say


@require_http_methods(["GET", "POST"])
def starting_point(request: HttpRequest, slug: str) -> HttpResponseBase:
    found = starting_points().get(slug)
    if found is None:
        raise Http404("There is no such template.")
    if request.method == "POST":
        return _use(request, found)
    return render(request, "planner/starting_point.html", _shown(found) | {"teams": teams_to_write(request)})


def _use(request: HttpRequest, found: StartingPoint) -> HttpResponseBase:
    owner = new_owner(request)
    name = found.document.name
    plan = services.create_plan(
        found.document, owner=owner.user, team=owner.team, visitor=owner.visitor, summary=f"Started from {name}"
    )
    say(request, f"This is your own plan, made from {name}", undo=False)
    return owner.remember(redirect_to(request, reverse("planner:plan", args=[plan.pk])))


def _shown(found: StartingPoint) -> dict[str, Any]:
    evaluation = evaluation_of_document(found.document)
    example = Plan.objects.filter(is_example=True, deleted_at=None, name=found.document.name).only("pk").first()
    return {
        "point": found,
        "document": found.document,
        "evaluation": evaluation,
        "totals": evaluation.totals,
        "layout": layout(found.document, evaluation, opened=found.document.services),  # a picture: nothing to unfold
        "assumed": assumed(found.document),
        "full_url": reverse("planner:plan", args=[example.pk]) if example else "",
        "base_url": reverse("planner:plan", args=[example.pk]) if example else "",
        "can_write": False,
        "hide_costs": False,
        "select": "",
    }
