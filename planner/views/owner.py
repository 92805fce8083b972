"""Whom a new plan belongs to: the person, one of the person's teams, or this browser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from accounts.models import Membership, Team, User
from planner import access
from planner.views.plan_page import author

R = TypeVar("R", bound=HttpResponseBase)


@dataclass(frozen=True)
class Owner:
    user: User | None = None
    team: Team | None = None
    visitor: str = ""
    visitor_key: str = ""

    def remember(self, response: R) -> R:
        """Leave the key in the browser that owns the plan."""
        if self.visitor_key and isinstance(response, HttpResponse):
            access.remember_visitor(response, self.visitor_key)
        return response


def teams_to_write(request: HttpRequest) -> list[Team]:
    """The teams whose plans this person may change."""
    person = author(request)
    if person is None:
        return []
    mine = Membership.objects.filter(user=person, role__in=access.WRITING_ROLES).select_related("team")
    return [membership.team for membership in mine.order_by("team__name", "team_id")]


def new_owner(request: HttpRequest) -> Owner:
    """The owner that the form's `team` field asks for. A team one may not write to counts as not given."""
    person = author(request)
    if person is None:
        key, visitor = access.ensure_visitor(request)
        return Owner(visitor=visitor, visitor_key=key)
    asked = request.POST.get("team", "")
    team = next((team for team in teams_to_write(request) if str(team.pk) == asked), None)
    return Owner(team=team) if team else Owner(user=person)
