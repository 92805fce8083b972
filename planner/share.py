"""Share links: read-only, with a token of 256 bits that is kept only as a hash, ending and revocable."""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from planner.access import sha256_hex
from planner.models import Plan, Revision, ShareLink

DAYS = 30
TOKEN_BYTES = 32


@transaction.atomic
def create_link(
    plan: Plan,
    *,
    revision: Revision | None,
    user: User | None,
    name: str = "",
    hide_costs: bool = True,
    allow_copy: bool = True,
    expires_at: dt.datetime | None = None,
) -> tuple[ShareLink, str]:
    """A link and its token, which exists nowhere after this call. `revision` None = always the latest version."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = ShareLink.objects.create(
        plan=plan,
        name=name[:120],
        token_sha256=sha256_hex(token),
        revision=revision,
        hide_costs=hide_costs,
        allow_copy=allow_copy,
        expires_at=expires_at,
        created_by=user,
    )
    return link, token


def active_links(plan: Plan) -> list[ShareLink]:
    """Links that open the plan now, newest first."""
    return [link for link in plan.share_links.filter(revoked_at=None).select_related("revision").order_by("-created_at")
            if link.expires_at is None or link.expires_at > timezone.now()]  # fmt: skip


def revoke(link: ShareLink) -> None:
    ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now())


def revoke_all(plan: Plan) -> int:
    return ShareLink.objects.filter(plan=plan, revoked_at=None).update(revoked_at=timezone.now())


@transaction.atomic
def rotate(link: ShareLink) -> str:
    """A new token for the same link; the old address stops working at once."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    ShareLink.objects.filter(pk=link.pk, revoked_at=None).update(token_sha256=sha256_hex(token))
    return token


def count_open(link: ShareLink) -> None:
    ShareLink.objects.filter(pk=link.pk).update(opens=F("opens") + 1)
