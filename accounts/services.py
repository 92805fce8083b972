"""Writes about people: teams, memberships, invitations and API tokens. Each is one transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from accounts.models import ApiToken, Invitation, Membership, Team, User

TOKEN_PREFIX = "pst_"  # noqa: S105 -- lets secret scanners recognise a leaked token
INVITATION_DAYS = 14
LAST_USED_EVERY = dt.timedelta(minutes=5)


class NotAllowed(Exception):
    """The action would break a rule of teams; the message says which."""


def sha256(secret: str) -> str:
    """Tokens have 256 random bits, so one round of SHA-256 is enough; passwords are hashed by Django."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create_token(user: User, name: str) -> tuple[ApiToken, str]:
    """A personal API token. The second value is the secret, which exists nowhere after this call."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    return ApiToken.objects.create(user=user, name=name, token_sha256=sha256(secret)), secret


def revoke_token(token: ApiToken) -> None:
    token.revoked_at = token.revoked_at or timezone.now()
    token.save(update_fields=["revoked_at"])


def user_of_token(secret: str) -> User | None:
    """The active person behind a token, or None. Remembers the use, at most once in five minutes."""
    token = (
        ApiToken.objects.select_related("user")
        .filter(token_sha256=sha256(secret), revoked_at=None, user__is_active=True)
        .first()
    )
    if token is None:
        return None
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at > LAST_USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.user


@transaction.atomic
def create_team(owner: User, name: str) -> Team:
    team = Team.objects.create(name=name)
    Membership.objects.create(team=team, user=owner, role=Membership.Role.OWNER)
    return team


@transaction.atomic
def invite(team: Team, email: str, role: str, invited_by: User) -> tuple[Invitation, str]:
    """Invite a person by mail. The second value is the token for the link; only its hash is kept."""
    if team.memberships.filter(user__email__iexact=email).exists():
        raise NotAllowed(f"{email} is already in this team.")
    team.invitations.filter(email__iexact=email, accepted_at=None).delete()
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        team=team,
        email=email,
        role=role,
        token_sha256=sha256(token),
        invited_by=invited_by,
        expires_at=timezone.now() + dt.timedelta(days=INVITATION_DAYS),
    )
    return invitation, token


def mail_invitation(invitation: Invitation, link: str) -> None:
    send_mail(
        f"Join {_one_line(invitation.team.name)} on Polystore",
        f"{invitation.invited_by.email} invites you to the team {invitation.team.name} as {invitation.role}.\n\n"
        f"{link}\n\nThe link works once, until {invitation.expires_at:%d %b %Y}.\n",
        None,
        [invitation.email],
    )


def _one_line(text: str) -> str:
    """A line break in a subject would be refused as header injection."""
    return " ".join(text.split())


def withdraw_invitation(invitation: Invitation) -> None:
    invitation.delete()


def open_invitation(token: str) -> Invitation | None:
    """The invitation of this token, if it was not used and has not ended."""
    return (
        Invitation.objects.select_related("team", "invited_by")
        .filter(token_sha256=sha256(token), accepted_at=None, expires_at__gt=timezone.now())
        .first()
    )


@transaction.atomic
def accept_invitation(invitation: Invitation, user: User) -> Membership:
    """Joins the team. The one who holds the link may use another address than the invited one; it works once."""
    claimed = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(accepted_at=timezone.now())
    if not claimed:
        raise NotAllowed("This invitation was used already.")
    membership, _ = Membership.objects.get_or_create(
        team=invitation.team, user=user, defaults={"role": invitation.role}
    )
    return membership


@transaction.atomic
def change_role(membership: Membership, role: str) -> None:
    if role != Membership.Role.OWNER:
        _keep_an_owner(membership)
    membership.role = role
    membership.save(update_fields=["role"])


@transaction.atomic
def remove_member(membership: Membership) -> None:
    _keep_an_owner(membership)
    membership.delete()


def _keep_an_owner(membership: Membership) -> None:
    """Locks the team's owners, so that two owners who leave at once do not both succeed."""
    owners = Membership.objects.select_for_update().filter(team=membership.team, role=Membership.Role.OWNER)
    if {owner.pk for owner in owners} == {membership.pk}:
        raise NotAllowed("A team needs an owner. Make somebody else an owner first.")
