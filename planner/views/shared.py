"""A shared plan: the same pages, read only, for whoever holds the link. No account, no script, no index, no referrer."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from planner import access, services
from planner import share as links
from planner.models import Revision, ShareLink
from planner.views.backups import backups_page
from planner.views.caching import caching_page
from planner.views.costs import costs_page
from planner.views.designer import designer_page
from planner.views.plan_page import author, head_of, plan_context
from planner.views.recovery import recovery_page
from planner.views.replication import replication_page
from planner.views.report import report_page
from planner.views.review import review_page

PAGES: dict[str, Callable[[HttpRequest, dict[str, Any]], HttpResponse]] = {
    "caching": caching_page,
    "replication": replication_page,
    "recovery": recovery_page,
    "backups": backups_page,
    "costs": costs_page,
    "review": review_page,
    "report": report_page,
}


def private(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Headers of every answer below /s/: not indexed, not cached by others, the address not told to anyone.

    A link that is unknown, has ended or was revoked gets the same page and status.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, token: str, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            response = view(request, token, *args, **kwargs)
        except Http404:
            response = render(request, "planner/link_gone.html", status=404)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "private, no-store"
        return response

    return wrapper


def shown(link: ShareLink) -> Revision:
    return link.revision or head_of(link.plan)


@private
@require_GET
def shared(request: HttpRequest, token: str) -> HttpResponse:
    link = access.plan_shared(token)
    links.count_open(link)
    view = request.GET.get("view", "map")
    if view == "yaml" and link.hide_costs:
        view = "map"  # the document names the team's hourly cost
    tab = "data_sets" if view == "table" else "map"
    context = plan_context(request, link.plan, tab=tab, shared=link, token=token)
    return designer_page(request, context, view=view, select=request.GET.get("select", ""))


@private
@require_GET
def page(request: HttpRequest, token: str, name: str) -> HttpResponse:
    link = access.plan_shared(token)
    if name not in PAGES or (name == "costs" and link.hide_costs):
        raise Http404
    return PAGES[name](request, plan_context(request, link.plan, tab=name, shared=link, token=token))


# These pages tell no referrer, so browsers send `Origin: null` and Django's check refuses the form. The check is not needed:
# cookies are SameSite=Lax, so a form on a foreign site comes without them and can only make a copy for a new visitor.
@csrf_exempt
@private
@require_POST
def copy(request: HttpRequest, token: str) -> HttpResponseBase:
    """The viewer's own plan, made from the version that the link shows."""
    link = access.plan_shared(token)
    if not link.allow_copy:
        raise Http404
    person = author(request)
    summary = f"Copied from a shared plan, version {shown(link).number}"
    if person is not None:
        plan = services.copy_plan(shown(link), owner=person, summary=summary, hide_costs=link.hide_costs)
        return HttpResponseRedirect(reverse("planner:plan", args=[plan.pk]))
    key, visitor = access.ensure_visitor(request)
    plan = services.copy_plan(shown(link), visitor=visitor, summary=summary, hide_costs=link.hide_costs)
    response = HttpResponseRedirect(reverse("planner:plan", args=[plan.pk]))
    access.remember_visitor(response, key)
    return response
