"""Suggestions of readers: sent without an account, followed by a link, decided by a curator."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from catalog.exports import thawed
from catalog.models import Revision, Suggestion
from catalog.review_count import forget_count
from catalog.subjects import Subject

TOKEN_BYTES = 32
WAITING = (Suggestion.State.OPEN, Suggestion.State.ASKED)


class AlreadyDecided(ValueError):
    """Somebody else was quicker; says what became of it."""


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def create(subject: Subject, value: Any, source: str, comment: str) -> tuple[Suggestion, str]:
    """The suggestion and the token of its link, which exists nowhere after this call."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    suggestion = Suggestion.objects.create(
        database_slug=subject.database.slug,
        key=subject.key,
        value=value,
        published=thawed(subject.value),
        source=source,
        comment=comment,
        token_sha256=_sha256(token),
    )
    forget_count()
    return suggestion, token


def by_token(token: str) -> Suggestion | None:
    return Suggestion.objects.select_related("revision").filter(token_sha256=_sha256(token)).first()


@transaction.atomic
def answer(suggestion: Suggestion, source: str, comment: str) -> None:
    """What the sender writes when asked; the suggestion waits for a curator again."""
    found = _waiting(suggestion.pk)
    if found.state != Suggestion.State.ASKED:
        raise AlreadyDecided("Nothing is asked any more")
    found.state, found.answer = Suggestion.State.OPEN, comment
    found.source = source or found.source
    found.save(update_fields=["state", "answer", "source"])
    forget_count()


@transaction.atomic
def ask(suggestion: Suggestion, curator: User, note: str) -> None:
    _decide(suggestion.pk, Suggestion.State.ASKED, curator, note)


@transaction.atomic
def reject(suggestion: Suggestion, curator: User, note: str) -> None:
    _decide(suggestion.pk, Suggestion.State.REJECTED, curator, note)


@transaction.atomic
def accept(suggestion: Suggestion, curator: User, note: str) -> None:
    """Taken over: its value is published, or was entered by hand."""
    _decide(suggestion.pk, Suggestion.State.ACCEPTED, curator, note)


@transaction.atomic
def attach(suggestion: Suggestion, revision: Revision, curator: User, note: str) -> None:
    """It waits for the revision that carries it: `settle` ends it."""
    found = _waiting(suggestion.pk)
    found.revision, found.decided_by, found.note = revision, curator, note or found.note
    found.state = Suggestion.State.OPEN
    found.save(update_fields=["revision", "decided_by", "note", "state"])
    forget_count()


def settle(revision: Revision) -> None:
    """After a revision was published or rejected: what it carried is accepted, or waits for a curator again."""
    rows = Suggestion.objects.filter(revision=revision, state__in=WAITING)
    if revision.state == Revision.State.PUBLISHED:
        rows.update(state=Suggestion.State.ACCEPTED, decided_at=timezone.now())
    elif revision.state == Revision.State.REJECTED:
        rows.update(revision=None)
    forget_count()


def _decide(pk: int, state: str, curator: User, note: str) -> None:
    found = _waiting(pk)
    found.state, found.decided_by, found.decided_at = state, curator, timezone.now()
    found.note = note
    found.save(update_fields=["state", "decided_by", "decided_at", "note"])
    forget_count()


def _waiting(pk: int) -> Suggestion:
    """The row, locked, if nobody has decided yet."""
    found = Suggestion.objects.select_for_update(of=("self",)).get(pk=pk)
    if found.state not in WAITING:
        raise AlreadyDecided(f"Somebody has decided this already: {found.get_state_display().lower()}")
    return found
