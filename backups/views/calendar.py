"""The calendar of a plan's drills: its secret address, shown once, and the feed behind it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from backups import access, services
from backups.calendar import calendar_of
from backups.models import Drill
from backups.views.drills import board_context, to_board
from planner import access as plans
from planner.views.plan_page import author


@never_cache
@require_POST
def new(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A new address; the one before ends. It is shown in this answer only."""
    plan = plans.plan_write(request, pk)
    token = services.new_calendar(plan, author(request))
    address = request.build_absolute_uri(reverse("backups:feed", args=[token]))
    context = board_context(request, plan) | {"calendar_address": address, "has_calendar": True}
    return render(request, "backups/drills.html", context)


@require_POST
def revoke(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    plan = plans.plan_write(request, pk)
    services.revoke_calendars(plan)
    messages.success(request, "The calendar's address ended")
    return to_board(plan)


@never_cache
@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """For calendar programs: no account, no cookie; whoever holds the address reads due days, owners and checklists."""
    link = access.calendar(token)
    planned = Drill.objects.filter(plan=link.plan, state=Drill.State.PLANNED).order_by("due_on", "pk")
    address = request.build_absolute_uri(reverse("backups:drills", args=[link.plan_id]))
    body = calendar_of(link.plan.name, list(planned), address)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["X-Robots-Tag"] = "noindex"
    return response
