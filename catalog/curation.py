"""Changing the published catalog by people: draft, review, published; one pending revision per system; undo is a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from catalog import checks, exports, files, services, suggestions, trees
from catalog.access import curators
from catalog.facts import Snapshot
from catalog.models import Revision
from catalog.review_count import forget_count
from catalog.trees import Change, Entry, Tree


class CurationError(ValueError):
    """What cannot be done, in sentences that name field, value and what is allowed."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Conflict(CurationError):
    """Somebody else has a pending revision of this system."""

    def __init__(self, pending: Revision) -> None:
        who = pending.author.get_full_name() or pending.author.email if pending.author else "somebody"
        super().__init__(f"{pending.database_slug} has a pending revision of {who} already")
        self.pending = pending


class Stale(CurationError):
    """Another revision was published since this one was begun; `changes` = what it changed."""

    def __init__(self, published: Revision, changes: list[Change]) -> None:
        names = ", ".join(one.label for one in changes) or "nothing that pages show"
        super().__init__(f"Revision {published.number} was published in the meantime; it changed: {names}")
        self.published = published
        self.changes = changes


class NeedsReview(CurationError):
    """Where two curators exist, another one than the author publishes."""

    def __init__(self) -> None:
        super().__init__("Another curator has to publish what you wrote yourself")


@dataclass(frozen=True, slots=True)
class FactChange:
    """A new value of one key (see `catalog.trees`). `entry` None takes a fact or a limit away."""

    key: str
    entry: Entry | None


def history(slug: str) -> QuerySet[Revision]:
    """Published revisions of a system, the newest first."""
    rows = Revision.objects.filter(database_slug=slug, state__in=Revision.HISTORY)
    return rows.select_related("author", "reviewer").order_by("-number")


def pending() -> QuerySet[Revision]:
    """What waits for a curator, the oldest first."""
    rows = Revision.objects.filter(state__in=Revision.PENDING)
    return rows.select_related("author", "base").order_by("created_at", "pk")


def published_revision(slug: str) -> Revision | None:
    return Revision.objects.filter(database_slug=slug, state=Revision.State.PUBLISHED).first()


def published_tree(slug: str) -> Tree:
    """The tree that pages show now; KeyError for a system that the catalog does not have."""
    return exports.tree(services.current_snapshot().databases[slug])


def changes_of(revision: Revision) -> list[Change]:
    """What a revision changes against the one that it was made from; of a new system everything."""
    return trees.differences(revision.base.tree if revision.base else {}, revision.tree)


@transaction.atomic
def start(slug: str, author: User, comment: str = "") -> Revision:
    """A pending revision made from the published tree, or the author's own that is pending already."""
    found = Revision.objects.filter(database_slug=slug, state__in=Revision.PENDING).select_related("author").first()
    if found is not None:
        if found.author_id == author.pk:
            return found
        raise Conflict(found)
    base = _published_or_recorded(slug)
    return _add(slug, base.tree, author=author, comment=comment, base=base, origin=Revision.Origin.CURATION)


@transaction.atomic
def propose(tree: Tree, author: User, comment: str, origin: str = Revision.Origin.IMPORT) -> Revision:
    """A pending revision with a whole tree: of a new system, or of one that has nothing pending."""
    _check(tree)
    slug = str(tree["slug"])
    found = Revision.objects.filter(database_slug=slug, state__in=Revision.PENDING).select_related("author").first()
    if found is not None:
        raise Conflict(found)
    known = slug in services.current_snapshot().databases
    base = _published_or_recorded(slug) if known else None
    return _add(slug, tree, author=author, comment=comment, base=base, origin=origin)


@transaction.atomic
def change(revision: Revision, changes: Sequence[FactChange]) -> Revision:
    """The revision with these keys set. A revision that changes again has to be submitted again."""
    row = _locked(revision)
    if row.state not in Revision.PENDING:
        raise CurationError(f"Revision {row.number} of {row.database_slug} is {row.get_state_display().lower()}")
    unsourced = [
        f"{one.key}: a fact that was seen in a source needs the source"
        for one in changes
        if one.entry is not None and one.entry.verified and not one.entry.sources
    ]
    if unsourced:
        raise CurationError(*unsourced)
    tree = trees.with_entries(row.tree, {one.key: one.entry for one in changes})
    _check(tree)
    row.tree, row.state, row.submitted_at = tree, Revision.State.DRAFT, None
    row.save(update_fields=["tree", "state", "submitted_at"])
    return row


@transaction.atomic
def submit(revision: Revision, comment: str = "") -> Revision:
    """Hand a draft to review."""
    row = _locked(revision)
    if row.state != Revision.State.DRAFT:
        raise CurationError(f"Revision {row.number} of {row.database_slug} is {row.get_state_display().lower()}")
    row.state, row.submitted_at = Revision.State.REVIEW, timezone.now()
    row.comment = comment or row.comment
    row.save(update_fields=["state", "submitted_at", "comment"])
    forget_count()
    return row


@transaction.atomic
def reject(revision: Revision, reviewer: User, comment: str = "") -> Revision:
    """End a pending revision without publishing it; its author may do so too."""
    row = _locked(revision)
    if row.state not in Revision.PENDING:
        raise CurationError(f"Revision {row.number} of {row.database_slug} is {row.get_state_display().lower()}")
    row.state, row.reviewer, row.comment = Revision.State.REJECTED, reviewer, _joined(row.comment, comment)
    row.save(update_fields=["state", "reviewer", "comment"])
    suggestions.settle(row)
    return row


@transaction.atomic
def send_back(revision: Revision, comment: str) -> Revision:
    """From review to draft again, with what is missing."""
    row = _locked(revision)
    if row.state != Revision.State.REVIEW:
        raise CurationError(f"Revision {row.number} of {row.database_slug} is {row.get_state_display().lower()}")
    row.state, row.submitted_at, row.comment = Revision.State.DRAFT, None, _joined(row.comment, comment)
    row.save(update_fields=["state", "submitted_at", "comment"])
    return row


def may_publish(revision: Revision, reviewer: User) -> bool:
    """Anybody but the author; the author too where there is no second curator."""
    return revision.author_id != reviewer.pk or curators().count() < 2


def overtaken_by(revision: Revision) -> Revision | None:
    """The revision that was published after this one was begun; None if none was."""
    current = published_revision(revision.database_slug)
    return current if current is not None and current.pk != revision.base_id else None


@transaction.atomic
def rebase(revision: Revision) -> Revision:
    """The same changes upon what is published now, as a draft: where both changed a fact, this revision's value stays."""
    row = _locked(revision)
    current = overtaken_by(row)
    if row.state not in Revision.PENDING or current is None:
        raise CurationError(f"Revision {row.number} of {row.database_slug} has nothing newer to take over")
    tree = trees.merged(row.base.tree if row.base else {}, row.tree, current.tree)
    _check(tree)
    row.base, row.tree, row.state, row.submitted_at = current, tree, Revision.State.DRAFT, None
    row.save(update_fields=["base", "tree", "state", "submitted_at"])
    forget_count()
    return row


@transaction.atomic
def publish(revision: Revision, reviewer: User, comment: str = "") -> Revision:
    """Make a reviewed revision the published one, for all pages and plans at once. Of two at the same time one wins."""
    published = services.lock_published()
    row = _locked(revision)
    if row.state != Revision.State.REVIEW:
        raise CurationError(f"Revision {row.number} of {row.database_slug} is {row.get_state_display().lower()}")
    if not may_publish(row, reviewer):
        raise NeedsReview
    current = published_revision(row.database_slug)
    if overtaken_by(row) is not None and current is not None:
        raise Stale(current, trees.differences(row.base.tree if row.base else {}, current.tree))
    _check(row.tree)
    _replace(current, row, reviewer, _joined(row.comment, comment))
    services.write_database(files.database_from(row.tree))
    services.publish_rows(published)
    suggestions.settle(row)
    return row


@transaction.atomic
def undo(slug: str, number: int, author: User, comment: str = "") -> Revision:
    """A revision in review with the content of an earlier published one; publishing it is the next step."""
    wanted = history(slug).filter(number=number).first()
    if wanted is None:
        raise CurationError(f"{slug} has no published revision {number}")
    if wanted.state == Revision.State.PUBLISHED:
        raise CurationError(f"Revision {number} of {slug} is what is published now")
    words = _joined(f"Back to revision {number}", comment)
    row = propose(wanted.tree, author, words, Revision.Origin.UNDO)
    return submit(row)


def candidate(revision: Revision) -> Snapshot:
    """The published catalog with this revision's system in place of the published one."""
    current = services.current_snapshot()
    database = files.database_from(revision.tree)
    databases = dict(sorted({**current.databases, database.slug: database}.items()))
    return files.snapshot_of(databases, current.offerings)


def _published_or_recorded(slug: str) -> Revision:
    """The published revision; recorded from the rows where the catalog was loaded before revisions were kept."""
    found = published_revision(slug)
    if found is not None:
        return found
    tree = published_tree(slug)
    return services.record(slug, tree, package=tree)


def _add(slug: str, tree: Tree, **fields: Any) -> Revision:
    try:
        with transaction.atomic():
            return Revision.objects.create(
                database_slug=slug, number=services.next_number(slug), tree=tree, state=Revision.State.DRAFT, **fields
            )
    except IntegrityError:  # somebody was quicker
        found = Revision.objects.filter(database_slug=slug, state__in=Revision.PENDING).select_related("author").first()
        if found is None:
            raise
        raise Conflict(found) from None


def _locked(revision: Revision) -> Revision:
    return Revision.objects.select_for_update(of=("self",)).select_related("base").get(pk=revision.pk)


def _replace(current: Revision | None, row: Revision, reviewer: User, comment: str) -> None:
    if current is not None:
        Revision.objects.filter(pk=current.pk).update(state=Revision.State.REPLACED)
    row.state, row.reviewer, row.comment = Revision.State.PUBLISHED, reviewer, comment
    row.published_at = timezone.now()
    row.save(update_fields=["state", "reviewer", "comment", "published_at"])


def _check(tree: Tree) -> None:
    if problems := checks.problems(tree, timezone.localdate()):
        raise CurationError(*problems)


def _joined(*texts: str) -> str:
    return "\n".join(text for text in texts if text)
