"""What every page of a plan starts from: the plan, its version, its evaluation, the tabs and who may do what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User
from planner import access, services
from planner.engine.document import dump_json
from planner.engine.results import Totals
from planner.models import Plan, Revision, ShareLink
from planner.outsiders import uses_team_prices, without_unit_prices


@dataclass(frozen=True)
class Tab:
    slug: str
    label: str
    url: str
    count: int | None = None
    bad: bool = False


def plan_context(
    request: HttpRequest,
    plan: Plan,
    *,
    tab: str,
    revision: Revision | None = None,
    shared: ShareLink | None = None,
    token: str = "",
) -> dict[str, Any]:
    """The context of a plan page. With `shared` the page is a read-only one below `/s/<token>/`."""
    shown = revision or (shared.revision if shared else None) or head_of(plan)
    evaluation = services.evaluation_of(shown, plan)
    own_prices = uses_team_prices(evaluation)
    if shared is not None:
        evaluation = without_unit_prices(evaluation)
    base_url = reverse("planner:shared", args=[token]) if shared else reverse("planner:plan", args=[plan.pk])
    can_write = shared is None and access.can_write(request, plan)
    return {
        "plan": plan,
        "revision": shown,
        "document": services.document_of(shown),
        "evaluation": evaluation,
        "totals": evaluation.totals,
        "can_write": can_write,
        "can_undo": can_write and shown.undo_to_id is not None,
        "can_redo": can_write and shown.redo_to_id is not None,
        "base_url": base_url,
        "tab": tab,
        "tabs": tabs(base_url, evaluation.totals, shared=shared is not None),
        "shared": shared,
        "hide_costs": shared is not None and shared.hide_costs,
        "own_prices": own_prices,
    }


def tabs(base_url: str, totals: Totals, *, shared: bool) -> tuple[Tab, ...]:
    findings = totals.findings_high + totals.findings_medium + totals.findings_low
    rows = (
        Tab("map", "Map", base_url),
        Tab("data_sets", "Data sets", f"{base_url}?view=table", totals.data_sets),
        Tab("caching", "Caching", f"{base_url}caching/"),
        Tab("replication", "Replication", f"{base_url}replication/"),
        Tab("recovery", "Recovery", f"{base_url}recovery/"),
        Tab("backups", "Backups", f"{base_url}backups/"),
        Tab("costs", "Costs", f"{base_url}costs/"),
        Tab("review", "Review", f"{base_url}review/", findings, bad=totals.findings_high > 0),
        Tab("versions", "Versions", f"{base_url}versions/"),
    )
    return rows[:-1] if shared else rows


def head_of(plan: Plan) -> Revision:
    if plan.head is None:
        raise ValueError("A plan without a version cannot be shown.")
    return plan.head


def author(request: HttpRequest) -> User | None:
    """The signed-in person; None for a visitor."""
    return request.user if isinstance(request.user, User) else None


def base_revision(request: HttpRequest, plan: Plan) -> Revision:
    """The version that the form was filled in on. A missing or foreign number counts as the newest."""
    number = request.POST.get("base", "")
    found = plan.revisions.filter(pk=int(number)).first() if number.isascii() and number.isdecimal() else None
    return found or head_of(plan)


def adopt(request: HttpRequest) -> None:
    """Plans made in this browser before sign-in become the person's own."""
    person = author(request)
    if person is not None:
        services.adopt_plans(person, access.visitor_sha256(request))


def is_htmx(request: HttpRequest) -> bool:
    return bool(getattr(request, "htmx", False))


def say(request: HttpRequest, text: str, *, undo: bool = True) -> None:
    """A toast on the next page or fragment; with `undo` it offers to take the step back."""
    messages.success(request, text, extra_tags="undo" if undo else "")


def redirect_to(request: HttpRequest, url: str) -> HttpResponseBase:
    """Go to another page after a write: a redirect, or htmx's own header for it."""
    if not is_htmx(request):
        return HttpResponseRedirect(url)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = url
    return response


def conflict_page(request: HttpRequest, plan: Plan, conflict: services.Conflict) -> HttpResponse:
    """409: both sides of each field. The author's whole edit rides along in the page, so nothing is lost."""
    context = plan_context(request, plan, tab="map", revision=conflict.theirs_revision)
    context |= {"conflict": conflict, "ours_json": dump_json(conflict.ours)}
    response = render(request, "planner/conflict.html", context, status=409)
    if is_htmx(request):
        response["HX-Retarget"] = "body"
        response["HX-Reswap"] = "innerHTML show:window:top"
    return response
