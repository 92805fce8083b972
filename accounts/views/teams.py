"""Teams: members, roles, invitations."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import access, services
from accounts.forms import InvitationForm, RoleForm, TeamForm
from accounts.models import Membership, Team


def _page(team: Team, membership: Membership, form: InvitationForm | None = None) -> dict[str, object]:
    return {
        "team": team,
        "membership": membership,
        "is_owner": membership.role == Membership.Role.OWNER,
        "members": team.memberships.select_related("user").order_by("user__email"),
        "invitations": team.invitations.filter(accepted_at=None).order_by("email"),
        "form": form or InvitationForm(),
        "roles": Membership.Role.choices,
    }


@login_required
@require_POST
def create(request: HttpRequest) -> HttpResponse:
    form = TeamForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Give the team a name of at most 120 characters")
        return redirect("accounts:settings")
    team = services.create_team(access.signed_in(request), form.cleaned_data["name"])
    return redirect("accounts:team", team.pk)


@login_required
@require_GET
def team(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "accounts/team.html", _page(*access.team_read(request, pk)))


@login_required
@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    found = access.team_write(request, pk)
    form = InvitationForm(request.POST)
    if form.is_valid():
        try:
            invitation, token = services.invite(
                found, form.cleaned_data["email"], form.cleaned_data["role"], access.signed_in(request)
            )
        except services.NotAllowed as error:
            form.add_error("email", str(error))
        else:
            services.mail_invitation(invitation, request.build_absolute_uri(reverse("accounts:join", args=[token])))
            messages.success(request, f"Invitation sent to {invitation.email}")
            return redirect("accounts:team", found.pk)
    _, membership = access.team_read(request, pk)
    return render(request, "accounts/team.html", _page(found, membership, form), status=422)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = access.invitation_write(request, pk)
    team_id = invitation.team.pk
    services.withdraw_invitation(invitation)
    messages.success(request, f"Invitation of {invitation.email} withdrawn")
    return redirect("accounts:team", team_id)


@login_required
@require_POST
def role(request: HttpRequest, pk: int) -> HttpResponse:
    membership = access.member_change(request, pk)
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            services.change_role(membership, form.cleaned_data["role"])
            messages.success(request, f"{membership.user.email} is now {membership.role}")
        except services.NotAllowed as error:
            messages.error(request, str(error))
    return redirect("accounts:team", membership.team.pk)


@login_required
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    membership = access.member_remove(request, pk)
    left = membership.user == request.user
    team_id = membership.team.pk
    try:
        services.remove_member(membership)
    except services.NotAllowed as error:
        messages.error(request, str(error))
        return redirect("accounts:team", team_id)
    messages.success(request, f"{membership.user.email} left {membership.team.name}")
    return redirect("accounts:settings") if left else redirect("accounts:team", team_id)


@login_required
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The link of an invitation: who holds it signs in (or up) and accepts."""
    invitation = services.open_invitation(token)
    if invitation is None:
        return render(request, "accounts/invitation_gone.html", status=404)
    if request.method == "GET":
        return render(request, "accounts/join.html", {"invitation": invitation})
    membership = services.accept_invitation(invitation, access.signed_in(request))
    messages.success(request, f"You are in {membership.team.name} as {membership.role}")
    return redirect("accounts:team", membership.team.pk)
