"""Who may see and change a team, an invitation or a token: the object, or 404."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import ApiToken, Invitation, Membership, Team, User


def signed_in(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def team_read(request: HttpRequest, pk: int) -> tuple[Team, Membership]:
    """A team for any of its members, with the reader's own membership."""
    membership = get_object_or_404(Membership.objects.select_related("team"), team_id=pk, user=signed_in(request))
    return membership.team, membership


def team_edit(request: HttpRequest, pk: int) -> Team:
    """A team for those who work on its plans: owners and editors."""
    team, membership = team_read(request, pk)
    if membership.role not in (Membership.Role.OWNER, Membership.Role.EDITOR):
        raise Http404
    return team


def team_write(request: HttpRequest, pk: int) -> Team:
    """A team for its owners."""
    team, membership = team_read(request, pk)
    if membership.role != Membership.Role.OWNER:
        raise Http404
    return team


def member_remove(request: HttpRequest, pk: int) -> Membership:
    """A membership for an owner of its team, or for the member who leaves."""
    membership = get_object_or_404(Membership.objects.select_related("team", "user"), pk=pk)
    if membership.user != signed_in(request):
        team_write(request, membership.team.pk)
    return membership


def member_change(request: HttpRequest, pk: int) -> Membership:
    """A membership for an owner of its team."""
    membership = get_object_or_404(Membership.objects.select_related("team", "user"), pk=pk)
    team_write(request, membership.team.pk)
    return membership


def invitation_write(request: HttpRequest, pk: int) -> Invitation:
    invitation = get_object_or_404(Invitation.objects.select_related("team"), pk=pk, accepted_at=None)
    team_write(request, invitation.team.pk)
    return invitation


def token_write(request: HttpRequest, pk: int) -> ApiToken:
    return get_object_or_404(ApiToken, pk=pk, user=signed_in(request))
