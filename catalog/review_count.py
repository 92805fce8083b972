"""How many things wait for a curator, for the main navigation: counted once a minute at most, at once after a change."""

from __future__ import annotations

from django.core.cache import cache
from django.db import transaction

from catalog.models import PriceHold, PriceRefresh, Revision, Suggestion

KEY = "catalog:waiting"
SECONDS = 60


def waiting_count() -> int:
    """Suggestions to decide, revisions in review, price files and held prices: one query, or none."""
    found = cache.get(KEY)
    if found is None:
        suggestions = Suggestion.objects.order_by().filter(state=Suggestion.State.OPEN, revision=None).values("pk")
        revisions = Revision.objects.order_by().filter(state=Revision.State.REVIEW).values("pk")
        files = PriceRefresh.objects.order_by().filter(state=PriceRefresh.State.PREVIEW).values("pk")
        holds = PriceHold.objects.order_by().filter(state=PriceHold.State.HELD).values("pk")
        found = suggestions.union(revisions, files, holds, all=True).count()
        cache.set(KEY, found, SECONDS)
    return int(found)


def forget_count() -> None:
    transaction.on_commit(lambda: cache.delete(KEY))
