"""What a curator would look up before deciding on a suggestion: each check with a mark and a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urldefrag

from django.db.models import Q

from catalog import acceptance, checks, curation
from catalog.exports import thawed
from catalog.facts import Snapshot
from catalog.models import SourceCheck, Suggestion
from catalog.subjects import Subject, subject_of
from catalog.suggestions import WAITING

MOST_SIBLINGS = 6


@dataclass(frozen=True, slots=True)
class Check:
    mark: str  # ok, warn or bad
    text: str


def checks_of(suggestion: Suggestion, subject: Subject, snapshot: Snapshot) -> list[Check]:
    return [
        _value(suggestion, subject),
        _source(suggestion),
        *_unchanged(suggestion, subject),
        _others(suggestion, subject),
        *_siblings(suggestion, subject, snapshot),
    ]


def _value(suggestion: Suggestion, subject: Subject) -> Check:
    """As publishing checks it: the whole system with this value."""
    if not acceptance.applies(subject):
        return Check("warn", "In words: it has to be entered by hand")
    wrong = checks.problems(acceptance.tree_with(subject, suggestion))
    return Check("bad", wrong[0]) if wrong else Check("ok", "Type and unit are valid")


def _source(suggestion: Suggestion) -> Check:
    found = SourceCheck.objects.filter(url=urldefrag(suggestion.source).url).first()
    if found is None:
        return Check("warn", "The source was not asked yet: read it before publishing")
    if found.failing_since:
        return Check("bad", f"The source did not answer on {found.checked_at:%-d %b %Y}: {found.words}")
    return Check("ok", f"The source answered on {found.checked_at:%-d %b %Y}")


def _unchanged(suggestion: Suggestion, subject: Subject) -> list[Check]:
    now = thawed(subject.value)
    if acceptance.applies(subject) and suggestion.value == now:
        return [Check("ok", "The same value as now: it only brings a source")]
    if suggestion.published != now:
        return [Check("warn", "The published value has changed since this was sent")]
    return []


def _others(suggestion: Suggestion, subject: Subject) -> Check:
    """Other suggestions for the same fact, and a revision of the system that is under way."""
    same = Q(database_slug=suggestion.database_slug, key=suggestion.key, state__in=WAITING, revision=None)
    others = Suggestion.objects.filter(same).exclude(pk=suggestion.pk).count()
    pending = curation.pending().filter(database_slug=suggestion.database_slug).first()
    changed = pending and suggestion.key in {one.key for one in curation.changes_of(pending)}
    if pending and changed:
        return Check("warn", f"Revision {pending.number} of {_who(pending.author)} changes this fact as well")
    if others:
        return Check("warn", f"{others} other suggestion{'' if others == 1 else 's'} for this fact")
    if pending:
        return Check(
            "warn", f"Revision {pending.number} of {_who(pending.author)} is under way for {subject.database.name}"
        )
    return Check("ok", "No other change of this fact is open")


def _who(author: object) -> str:
    return str(getattr(author, "email", "") or "somebody")


def _siblings(suggestion: Suggestion, subject: Subject, snapshot: Snapshot) -> list[Check]:
    """What the catalog says of systems of the same kind: a value that none of them has deserves a second look."""
    if subject.kind not in ("one", "many", "flag"):
        return []
    family = [
        (one.name, other.value)
        for one in snapshot.databases.values()
        if one.category == subject.database.category and one.slug != subject.database.slug
        if (other := subject_of(snapshot, one.slug, subject.key)) is not None
    ]
    if not family:
        return []
    alike = [name for name, value in family if thawed(value) == suggestion.value]
    if not alike:
        return [Check("warn", f"None of the {len(family)} other systems of this kind has this value")]
    named = ", ".join(alike[:MOST_SIBLINGS]) + (" and others" if len(alike) > MOST_SIBLINGS else "")
    return [Check("ok", f"{len(alike)} of {len(family)} other systems of this kind have this value: {named}")]
