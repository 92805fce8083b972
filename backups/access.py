"""Who may see and change drills: whoever may read or write their plan. Calendars come with a secret address."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest

from backups.models import CalendarLink, Drill
from planner import access as plans


def drill_read(request: HttpRequest, pk: uuid.UUID, number: uuid.UUID) -> Drill:
    """A drill of a plan that this request may read."""
    return _one(pk=plans.plan_read(request, pk).pk, number=number)


def drill_write(request: HttpRequest, pk: uuid.UUID, number: uuid.UUID) -> Drill:
    """A drill of a plan that this request may change."""
    return _one(pk=plans.plan_write(request, pk).pk, number=number)


def calendar(token: str) -> CalendarLink:
    """The live link of this token; unknown and revoked answer alike."""
    live = CalendarLink.objects.filter(revoked_at=None, plan__deleted_at=None).select_related("plan__head")
    link = live.filter(token_sha256=plans.sha256_hex(token)).first()
    if link is None:
        raise Http404("There is no such calendar.")
    return link


def _one(pk: uuid.UUID, number: uuid.UUID) -> Drill:
    drill = Drill.objects.select_related("plan__head", "plan__team", "plan__owner").filter(plan=pk, pk=number).first()
    if drill is None:
        raise Http404("This plan has no such drill.")
    return drill
