"""Name, place, team and recovery targets of a plan, and whom it belongs to."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.models import Team
from catalog.services import current_snapshot
from planner import access, services
from planner.assumed import assumed
from planner.forms.plan import PlanForm
from planner.models import Plan
from planner.views import editing
from planner.views.owner import teams_to_write
from planner.views.plan_page import author, base_revision, is_htmx, plan_context, redirect_to, say


@require_http_methods(["GET", "POST"])
@editing.shows_conflict
def plan_settings(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    plan = access.plan_write(request, pk)
    base = base_revision(request, plan)
    form = PlanForm(request.POST or None, plan=services.document_of(base), databases=_databases())
    document = form.changed_document() if form.is_valid() else None
    if document is None:
        return _page(request, plan, form, status=422 if form.is_bound else 200)
    editing.save(request, plan, document, base=base, summary="Changed the plan's settings")
    _hand_over(request, plan)
    say(request, "Settings saved")
    return redirect_to(request, reverse("planner:plan", args=[plan.pk]))


def _hand_over(request: HttpRequest, plan: Plan) -> None:
    """Give the plan to a team or take it back, where the form asks for it and the person may."""
    person, asked = author(request), request.POST.get("belongs_to")
    if person is None or asked is None or not access.can_hand_over(request, plan):
        return
    team = next((team for team in teams_to_write(request) if str(team.pk) == asked), None)
    if team is not None or asked == "me":
        services.hand_over(plan, person, team)


def _teams(request: HttpRequest, plan: Plan) -> list[Team]:
    return teams_to_write(request) if access.can_hand_over(request, plan) else []


def _databases() -> dict[str, str]:
    found = current_snapshot().databases.values()
    return {one.slug: one.name for one in sorted(found, key=lambda one: one.name.lower())}


def _page(request: HttpRequest, plan: Plan, form: PlanForm, *, status: int) -> HttpResponse:
    context = plan_context(request, plan, tab="map") | {"form": form, "teams": _teams(request, plan)}
    context["assumed"] = assumed(context["document"])
    template = "planner/_plan_form.html" if is_htmx(request) else "planner/plan_settings.html"
    return render(request, template, context, status=status)
