"""What happens to plans: create, copy, save, undo, redo, rename, delete. The only place that writes plan rows.

A revision never changes. Saving adds one and moves the plan's head; undo and redo only move the head, so history stays
whole. Every write sees the revision its author saw (`base`); when the head has moved on, the two edits are merged.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Literal

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import Team, User
from catalog.services import current_prices, prices_of_book
from planner.engine import document as documents
from planner.engine import edits
from planner.engine.document import Costs
from planner.engine.document import Plan as Document
from planner.engine.merge import Merge, merge, resolve
from planner.evaluations import document_of, evaluation_of, remember_document
from planner.models import Job, Plan, PortfolioPart, Revision

__all__ = [
    "Conflict",
    "Document",
    "Side",
    "Stale",
    "adopt_plans",
    "copy_plan",
    "create_plan",
    "delete_plan",
    "document_of",
    "evaluation_of",
    "hand_over",
    "publish_example",
    "redo",
    "rename_plan",
    "replace_document",
    "resolve_conflict",
    "restore_plan",
    "restore_revision",
    "save_revision",
    "undo",
]

SUMMARY_LENGTH = 200
Side = Literal["ours", "theirs"]


class Conflict(Exception):
    """Two people changed the same field. Nothing was saved; `ours` is kept for the page that lets them choose."""

    def __init__(self, merged: Merge, base: Revision, ours: Document, theirs: Revision, summary: str) -> None:
        super().__init__("Somebody else saved this plan first, and both of you changed the same fields.")
        self.merge = merged
        self.base = base
        self.ours = ours
        self.theirs_revision = theirs
        self.summary = summary


@transaction.atomic
def create_plan(
    document: Document,
    *,
    owner: User | None = None,
    team: Team | None = None,
    visitor: str = "",
    summary: str = "Created",
    is_example: bool = False,
) -> Plan:
    """A new plan with its first version. It belongs to one of owner, team and visitor; an example to no one."""
    if sum((owner is not None, team is not None, bool(visitor), is_example)) != 1:
        raise ValueError("A plan belongs to one person, one team or one visitor.")
    plan = Plan.objects.create(
        name=document.name[:200], owner=owner, team=team, visitor=visitor, is_example=is_example,
        price_book_id="" if is_example else current_prices().id,
    )  # fmt: skip
    _append(plan, document, documents.dump_json(document), parent=None, author=owner, summary=summary)
    return plan


@transaction.atomic
def publish_example(document: Document) -> Plan:
    """The example plan of this name, with this document as its newest version."""
    plan = Plan.objects.filter(is_example=True, name=document.name).first()
    if plan is None:
        return create_plan(document, is_example=True, summary="Example")
    save_revision(plan, document, base=_locked_head(plan), author=None, summary="Example renewed")
    return plan


def copy_plan(
    source: Revision,
    *,
    owner: User | None = None,
    team: Team | None = None,
    visitor: str = "",
    summary: str = "",
    hide_costs: bool = False,
) -> Plan:
    """A plan of one's own that starts as this revision. The source and its history stay as they are.

    With `hide_costs` what the source pays, may spend and asks for an hour stays behind.
    """
    text = summary or f"Copied from {source.plan.name}, version {source.number}"
    document = document_of(source)
    if hide_costs:
        quiet = document.team.model_copy(update={"hourly_cost_usd": None})
        document = document.model_copy(update={"costs": Costs(), "team": quiet})
    return create_plan(document, owner=owner, team=team, visitor=visitor, summary=text)


class Stale(Exception):
    """The plan has a newer version than the one that the caller saw."""


@transaction.atomic
def replace_document(plan: Plan, document: Document, *, base: Revision, author: User | None, summary: str) -> Revision:
    """Like `save_revision`, for callers who merge themselves: raises Stale where someone saved since `base`."""
    if _locked_head(plan).pk != base.pk:
        raise Stale
    return save_revision(plan, document, base=base, author=author, summary=summary)


@transaction.atomic
def save_revision(plan: Plan, document: Document, *, base: Revision, author: User | None, summary: str) -> Revision:
    """Make `document`, edited from `base`, the plan's newest version and return it.

    Where someone saved since `base`, both edits are merged; raises Conflict when they changed the same field.
    An edit that changes nothing adds no version.
    """
    head = _locked_head(plan)
    if head.pk != base.pk:
        document = _merged(base, document, head, summary)
    text = documents.dump_json(document)
    if text == head.document:
        return head
    return _append(plan, document, text, parent=head, author=author, summary=summary)


@transaction.atomic
def undo(plan: Plan, author: User | None, *, base: Revision | None = None) -> Revision | None:
    """Take back the step that made `base` (default: the head). None where there is nothing to take back.

    If nobody saved since, the head moves to the version before it. Otherwise the others' work stays: the step is
    reversed on top of it, as a new version, and a Conflict is raised if they changed the same fields.
    """
    head = _locked_head(plan)
    step = base or head
    if step.undo_to is None:
        return None
    if step.pk != head.pk:
        summary = f"Undid: {step.summary}"
        return save_revision(plan, document_of(step.undo_to), base=step, author=author, summary=summary)
    before = step.undo_to
    before.redo_to = head
    before.save(update_fields=["redo_to"])
    return _move_head(plan, before)


@transaction.atomic
def redo(plan: Plan, author: User | None) -> Revision | None:
    """Move the head forward again along the steps that were undone. None where there are none."""
    head = _locked_head(plan)
    return None if head.redo_to is None else _move_head(plan, head.redo_to)


def resolve_conflict(
    plan: Plan,
    ours: Document,
    choices: Mapping[str, Side],
    *,
    base: Revision,
    theirs: Revision,
    summary: str,
    author: User | None,
) -> Revision:
    """Save the mix of two edits that a person chose. Merged again if somebody saved after `theirs`."""
    mixed = resolve(document_of(base), ours, document_of(theirs), choices)
    return save_revision(plan, mixed, base=theirs, author=author, summary=summary)


def restore_revision(plan: Plan, old: Revision, *, base: Revision, author: User | None) -> Revision:
    """Make an old version the newest one again. The versions between stay in the history."""
    return save_revision(plan, document_of(old), base=base, author=author, summary=f"Restored version {old.number}")


def rename_plan(plan: Plan, name: str, *, base: Revision, author: User | None) -> Revision:
    document = edits.with_plan_fields(document_of(base), name=name)
    return save_revision(plan, document, base=base, author=author, summary=f"Renamed to {name}")


@transaction.atomic
def delete_plan(plan: Plan) -> None:
    """Put the plan out of sight. Its rows stay, so that `restore_plan` can bring it back."""
    Plan.objects.filter(pk=plan.pk).update(deleted_at=timezone.now())


@transaction.atomic
def restore_plan(plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(deleted_at=None)


def newest_price_book() -> str:
    return current_prices().id


def price_book_of(plan: Plan) -> str:
    """Id of the published list that the plan is costed with, without what its team pays."""
    kept = prices_of_book(plan.price_book_id)
    return kept.id if kept else newest_price_book()


@transaction.atomic
def reprice(plan: Plan, seen: str) -> bool:
    """Cost the plan with the newest prices from now on. False if they are no longer those that were seen."""
    newest = current_prices().id
    if seen != newest:
        return False
    Plan.objects.filter(pk=plan.pk).update(price_book_id=newest)
    plan.price_book_id = newest
    return True


@transaction.atomic
def hand_over(plan: Plan, owner: User, team: Team | None) -> None:
    """Give the plan to a team, or (without a team) to this person alone.

    Estimates and reports stay behind: they were made with the prices of the team before.
    """
    if plan.team_id != (team.pk if team else None):
        Job.objects.filter(revision__plan=plan).delete()
        PortfolioPart.objects.filter(revision__plan=plan).delete()
    plan.owner, plan.team, plan.visitor = (None if team else owner), team, ""
    plan.save(update_fields=["owner", "team", "visitor"])


@transaction.atomic
def adopt_plans(user: User, visitor: str) -> int:
    """Give the plans that this browser made before sign-in to the person who signed in. Returns how many."""
    if not visitor:
        return 0
    return Plan.objects.filter(visitor=visitor, owner=None, team=None).update(owner=user, visitor="")


def _locked_head(plan: Plan) -> Revision:
    """The newest head, with the plan row locked until the transaction ends (SQLite: the database is)."""
    row = Plan.objects.select_for_update().get(pk=plan.pk)
    if row.head_id is None:
        raise ValueError("A plan without a version cannot be edited.")
    return Revision.objects.select_related("undo_to", "redo_to").get(pk=row.head_id)


def _merged(base: Revision, ours: Document, head: Revision, summary: str) -> Document:
    merged = merge(document_of(base), ours, document_of(head))
    if merged.plan is None:
        raise Conflict(merged, base, ours, head, summary)
    return merged.plan


def _append(
    plan: Plan, document: Document, text: str, *, parent: Revision | None, author: User | None, summary: str
) -> Revision:
    """`text` is the document's canonical JSON; written once, because a large plan takes its time."""
    newest = Revision.objects.filter(plan=plan).aggregate(newest=Max("number"))["newest"] or 0
    revision = Revision.objects.create(
        plan=plan,
        number=newest + 1,
        document=text,
        document_sha256=sha256(text.encode()).hexdigest(),
        summary=summary[:SUMMARY_LENGTH],
        author=author,
        parent=parent,
        undo_to=parent,
    )
    remember_document(revision, document)
    return _move_head(plan, revision, name=document.name)


def _move_head(plan: Plan, revision: Revision, name: str | None = None) -> Revision:
    """Point the plan at this version; the given row object is brought up to date too, for the page that follows."""
    plan.head = revision
    plan.name = (name or document_of(revision).name)[:200]
    plan.save(update_fields=["head", "name", "updated_at"])
    return revision
