"""A reader's suggestion becomes a revision: through the same rules as everything that curators write."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from catalog import curation, services, suggestions, trees
from catalog.curation import CurationError, FactChange
from catalog.models import Revision, Suggestion
from catalog.subjects import Subject, subject_of
from catalog.trees import Entry


def applies(subject: Subject) -> bool:
    """Whether its value can be published as it was sent; what came in words is entered by a curator."""
    return subject.kind != "words"


def tree_with(subject: Subject, suggestion: Suggestion) -> trees.Tree:
    """The published system with the suggested value in it."""
    published = curation.published_tree(subject.database.slug)
    return trees.with_entries(published, {subject.key: _entry(subject, suggestion)})


@transaction.atomic
def accept(suggestion: Suggestion, curator: User, note: str) -> Revision:
    """The curator's revision with this value: published where the rules of review allow, else in review.

    A draft that holds other changes is only extended: whether these are ready is not decided here.
    """
    subject = subject_of(services.current_snapshot(), suggestion.database_slug, suggestion.key)
    if subject is None or not applies(subject):
        raise CurationError("This one has to be entered by hand")
    revision = curation.start(subject.database.slug, curator, f"{subject.label}: suggested by a reader")
    unfinished = revision.state == Revision.State.DRAFT and bool(curation.changes_of(revision))
    revision = curation.change(revision, [FactChange(subject.key, _entry(subject, suggestion))])
    suggestions.attach(suggestion, revision, curator, note)
    if unfinished:
        return revision
    revision = curation.submit(revision)
    return curation.publish(revision, curator) if curation.may_publish(revision, curator) else revision


def _entry(subject: Subject, suggestion: Suggestion) -> Entry:
    """Seen today in the source that the suggestion names; plain texts have no source of their own."""
    if "." not in subject.key:
        return Entry(suggestion.value)
    seen = Entry(suggestion.value, (suggestion.source,), True, timezone.localdate().isoformat())
    if not subject.key.startswith("limits."):
        return seen
    now = trees.entries(curation.published_tree(subject.database.slug))[subject.key]
    return replace(seen, value={**now.value, "value": suggestion.value})
