"""Who may read and write which plan. Everything else asks here; templates only show what they were given.

A plan belongs to a person, to a team (owner and editor write, viewer reads), or, before sign-up, to the browser that
holds the signed `visitor` cookie. The database keeps only the SHA-256 of that cookie's key.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import Membership, Team
from planner.models import Job, Plan, ShareLink

VISITOR_COOKIE = "visitor"
VISITOR_SALT = "planner.visitor"
VISITOR_SECONDS = 400 * 24 * 3600  # browsers cap a cookie's life at 400 days
WRITING_ROLES = (Membership.Role.OWNER, Membership.Role.EDITOR)


def sha256_hex(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def visitor_sha256(request: HttpRequest) -> str:
    """Hash of this browser's visitor key; "" where it has none or the cookie was tampered with."""
    key = request.get_signed_cookie(VISITOR_COOKIE, default="", salt=VISITOR_SALT)
    return sha256_hex(key) if key else ""


def ensure_visitor(request: HttpRequest) -> tuple[str, str]:
    """This browser's visitor key and its hash; a new key where it has none yet. Pair with `remember_visitor`."""
    key = request.get_signed_cookie(VISITOR_COOKIE, default="", salt=VISITOR_SALT) or secrets.token_urlsafe(32)
    return key, sha256_hex(key)


def remember_visitor(response: HttpResponse, key: str) -> None:
    response.set_signed_cookie(
        VISITOR_COOKIE,
        key,
        salt=VISITOR_SALT,
        max_age=VISITOR_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def mine(request: HttpRequest) -> QuerySet[Plan]:
    """Plans of this person, this person's teams and this browser, without deleted ones."""
    rule = Q(pk__in=())
    if request.user.is_authenticated:
        teams = Membership.objects.filter(user=request.user).values("team_id")
        rule |= Q(owner=request.user) | Q(team_id__in=teams)
    if visitor := visitor_sha256(request):
        rule |= Q(visitor=visitor)
    return Plan.objects.filter(rule, deleted_at=None)


def readable(request: HttpRequest) -> QuerySet[Plan]:
    """Plans that this request may read: one's own and the examples."""
    return mine(request) | Plan.objects.filter(is_example=True, deleted_at=None)


def writable(request: HttpRequest, *, deleted: bool = False) -> QuerySet[Plan]:
    """Plans that this request may change. With `deleted`, only those that can still be brought back."""
    rule = Q(pk__in=())
    if request.user.is_authenticated:
        teams = Membership.objects.filter(user=request.user, role__in=WRITING_ROLES).values("team_id")
        rule |= Q(owner=request.user) | Q(team_id__in=teams)
    if visitor := visitor_sha256(request):
        rule |= Q(visitor=visitor)
    return Plan.objects.filter(rule, is_example=False, deleted_at__isnull=not deleted)


@dataclass(frozen=True)
class Portfolio:
    """Plans that are estimated together, under a name that tells them apart from everybody else's."""

    scope: str
    plans: QuerySet[Plan]
    team: Team | None
    can_write: bool


def portfolio(request: HttpRequest, team: str) -> Portfolio:
    """The plans of a team (its number) that this person is in, else one's own. 404 for other teams."""
    if team:
        seat = None
        if request.user.is_authenticated and team.isascii() and team.isdecimal() and len(team) < 10:
            seat = Membership.objects.filter(user=request.user, team_id=int(team)).select_related("team").first()
        if seat is None:
            raise Http404("There is no such team.")
        plans = Plan.objects.filter(team=seat.team, deleted_at=None)
        return Portfolio(f"team:{seat.team_id}", plans, seat.team, seat.role in WRITING_ROLES)
    if request.user.is_authenticated:
        return Portfolio(f"person:{request.user.pk}", mine(request).filter(owner=request.user), None, True)
    visitor = visitor_sha256(request)
    return Portfolio(f"visitor:{visitor}", mine(request), None, bool(visitor))


def portfolio_write(request: HttpRequest, team: str) -> Portfolio:
    """The same, for those who may edit the plans; 404 for others."""
    found = portfolio(request, team)
    if not found.can_write:
        raise Http404("Only those who may edit these plans can do this.")
    return found


def plan_read(request: HttpRequest, pk: uuid.UUID) -> Plan:
    """The plan with its head, or 404: a plan that exists and one that does not look alike to a stranger."""
    return _one(readable(request), pk)


def plan_write(request: HttpRequest, pk: uuid.UUID) -> Plan:
    return _one(writable(request), pk)


def plan_deleted(request: HttpRequest, pk: uuid.UUID) -> Plan:
    """A deleted plan that this request may bring back."""
    return _one(writable(request, deleted=True), pk)


def can_write(request: HttpRequest, plan: Plan) -> bool:
    return writable(request).filter(pk=plan.pk).exists()


def can_hand_over(request: HttpRequest, plan: Plan) -> bool:
    """A team's plan leaves the team only through one of its owners; one's own plan through oneself."""
    if not request.user.is_authenticated or not can_write(request, plan):
        return False
    if plan.team is None:
        return True
    owners = Membership.objects.filter(team=plan.team, role=Membership.Role.OWNER)
    return owners.filter(user=request.user).exists()


def plan_shared(token: str) -> ShareLink:
    """The link of this token. Unknown, expired and revoked answer alike."""
    now = timezone.now()
    live = ShareLink.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None, plan__deleted_at=None)
    link = live.select_related("plan__head", "revision").filter(token_sha256=sha256_hex(token)).first()
    if link is None:
        raise Http404("This link does not open a plan.")
    return link


def job_read(request: HttpRequest, pk: uuid.UUID) -> Job:
    """A job of a plan that this request may read."""
    job = Job.objects.select_related("revision__plan").filter(pk=pk).first()
    if job is None:
        raise Http404("There is no such job.")
    plan_read(request, job.revision.plan_id)
    return job


def job_write(request: HttpRequest, pk: uuid.UUID) -> Job:
    """A job that this request may cancel: one of a plan that it may change."""
    job = job_read(request, pk)
    plan_write(request, job.revision.plan_id)
    return job


def _one(plans: QuerySet[Plan], pk: uuid.UUID) -> Plan:
    plan = plans.filter(pk=pk).select_related("head", "team", "owner").first()
    if plan is None or plan.head is None:
        raise Http404("There is no plan here that you can open.")
    return plan
