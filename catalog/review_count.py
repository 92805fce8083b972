"""How many things wait for a curator, for the main navigation: counted once a minute at most, at once after a change."""

from __future__ import annotations

from django.core.cache import cache
from django.db import transaction

from catalog.models import Revision, Suggestion

KEY = "catalog:waiting"
SECONDS = 60


def waiting_count() -> int:
    """Suggestions to decide and revisions in review: one query, or none."""
    found = cache.get(KEY)
    if found is None:
        suggestions = Suggestion.objects.order_by().filter(state=Suggestion.State.OPEN, revision=None).values("pk")
        revisions = Revision.objects.order_by().filter(state=Revision.State.REVIEW).values("pk")
        found = suggestions.union(revisions, all=True).count()
        cache.set(KEY, found, SECONDS)
    return int(found)


def forget_count() -> None:
    transaction.on_commit(lambda: cache.delete(KEY))
