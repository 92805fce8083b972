"""What happens to drills: planned, recorded, withdrawn, reminded of. The only place that writes their rows.

What a drill measured is written into the plan document as well (`planner.services`): from there it replaces the modelled
restore speed everywhere, is shared, exported, compared and undone like every other part of the plan.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from backups import checklist
from backups.models import CalendarLink, Drill, Reminder
from planner import services as plans
from planner.access import sha256_hex
from planner.engine.document import Drill as Measured
from planner.engine.document import Plan as Document
from planner.engine.document import checked
from planner.models import Plan, Revision

TOKEN_BYTES = 32
MOST_LOG_CHARS = 64 * 1024
SOON_DAYS = 7


class NotOpen(Exception):
    """The drill was made, called off or withdrawn before. The message says which."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a drill measured. `restored_gib` in GiB (2^30 bytes), `minutes` from start to the last byte read back."""

    store: str
    on: dt.date
    restored_gib: float
    minutes: float
    verified: bool
    method: str = ""
    checks: str = ""
    note: str = ""
    log: str = ""
    key: str = ""

    @property
    def measured(self) -> Measured:
        return Measured.model_validate(
            {"on": self.on, "restored_gib": self.restored_gib, "minutes": self.minutes, "verified": self.verified}
            | ({"method": self.method} if self.method else {})
        )


def schedule(plan: Plan, store: str, due_on: dt.date, owner: str, user: User | None) -> Drill:
    """A drill to be made, with the checklist."""
    return Drill.objects.create(
        plan=plan, store=store, due_on=due_on, owner=owner[:200], checklist=checklist.fresh(), created_by=user
    )


@transaction.atomic
def schedule_all(plan: Plan, due: Sequence[tuple[str, dt.date]], owner: str, user: User | None) -> list[Drill]:
    """Plan a drill for each store that has none planned yet."""
    planned = set(Drill.objects.filter(plan=plan, state=Drill.State.PLANNED).values_list("store", flat=True))
    return [schedule(plan, store, day, owner, user) for store, day in due if store not in planned]


@transaction.atomic
def tick(drill: Drill, done: set[int]) -> Drill:
    """Mark the steps of the checklist that were done."""
    locked = _open(drill)
    locked.checklist = [step | {"done": at in done} for at, step in enumerate(locked.checklist)]
    locked.save(update_fields=["checklist"])
    return locked


@transaction.atomic
def call_off(drill: Drill) -> Drill:
    locked = _open(drill)
    locked.state, locked.finished_at = Drill.State.CANCELLED, timezone.now()
    locked.save(update_fields=["state", "finished_at"])
    return locked


@transaction.atomic
def record(
    plan: Plan, result: Result, user: User | None, *, via: str = Drill.Via.FORM, planned: Drill | None = None
) -> tuple[Drill, bool]:
    """Keep a drill's result and write it into the plan as a new version. The flag: whether this call recorded it.

    A result with the key of an earlier one is the same result sent again: the earlier one is returned.
    Raises NotOpen where `planned` is no longer open, and DocumentError where the plan cannot hold the result.
    """
    locked = Plan.objects.select_for_update().get(pk=plan.pk)
    if result.key and (earlier := Drill.objects.filter(plan=locked, key=result.key).first()):
        return earlier, False
    drill = _open(planned) if planned else Drill(plan=locked, store=result.store, checklist=checklist.fresh())
    revision = _save(locked, _with(locked, result), user, f"Drill of {result.store}: {result.minutes:g} min")
    drill.state, drill.finished_at, drill.via, drill.key = Drill.State.DONE, timezone.now(), via, result.key
    drill.on, drill.restored_gib, drill.minutes = result.on, result.restored_gib, result.minutes
    drill.verified, drill.method, drill.checks, drill.note = result.verified, result.method, result.checks, result.note
    drill.log, drill.revision, drill.store = result.log[:MOST_LOG_CHARS], revision, result.store
    drill.created_by = drill.created_by or user
    drill.save()
    return drill, True


@transaction.atomic
def withdraw(drill: Drill, because: str, user: User | None) -> Drill:
    """Take a recorded drill out of the plan. Its row stays, with the reason: evidence is never rewritten."""
    locked = Drill.objects.select_for_update().select_related("plan").get(pk=drill.pk)
    if locked.state != Drill.State.DONE:
        raise NotOpen(f"This drill is {locked.get_state_display().lower()}; only a recorded one can be withdrawn.")
    document = _without(plans.document_of(_head(locked.plan)), locked)
    if document is not None:
        _save(locked.plan, document, user, f"Withdrew a drill of {locked.store}")
    locked.state, locked.withdrawn_because = Drill.State.WITHDRAWN, because
    locked.save(update_fields=["state", "withdrawn_because"])
    return locked


@transaction.atomic
def new_calendar(plan: Plan, user: User | None) -> str:
    """The token of a new calendar link, which exists nowhere after this call; earlier links of the plan end."""
    revoke_calendars(plan)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    CalendarLink.objects.create(plan=plan, token_sha256=sha256_hex(token), created_by=user)
    return token


def revoke_calendars(plan: Plan) -> int:
    return CalendarLink.objects.filter(plan=plan, revoked_at=None).update(revoked_at=timezone.now())


@transaction.atomic
def remind(today: dt.date) -> list[int]:
    """Note which planned drills are due within a week or overdue; ids of the reminders that were never mailed.

    Each drill is reminded of once as due soon and once as overdue, however often this runs.
    """
    open_ = Drill.objects.filter(state=Drill.State.PLANNED, plan__deleted_at=None)
    due = open_.filter(due_on__lte=today + dt.timedelta(days=SOON_DAYS))
    rows = [Reminder(drill=one, kind=_kind(one, today)) for one in due]
    Reminder.objects.bulk_create(rows, ignore_conflicts=True)
    waiting = Reminder.objects.filter(drill__in=due, mailed_at=None).order_by("pk")
    return [one.pk for one in waiting.select_related("drill") if one.kind == _kind(one.drill, today)]


def mailed(reminder: Reminder) -> None:
    Reminder.objects.filter(pk=reminder.pk).update(mailed_at=timezone.now())


def _kind(drill: Drill, today: dt.date) -> str:
    return Reminder.Kind.OVERDUE if drill.due_on and drill.due_on < today else Reminder.Kind.SOON


def _open(drill: Drill) -> Drill:
    locked = Drill.objects.select_for_update().select_related("plan").get(pk=drill.pk)
    if locked.state != Drill.State.PLANNED:
        raise NotOpen(f"This drill is {locked.get_state_display().lower()} already.")
    return locked


def _head(plan: Plan) -> Revision:
    if plan.head is None:
        raise ValueError("A plan without a version holds no drills.")
    return plan.head


def _save(plan: Plan, document: Document, user: User | None, summary: str) -> Revision:
    return plans.save_revision(plan, document, base=_head(plan), author=user, summary=summary)


def _with(plan: Plan, result: Result) -> Document:
    document = plans.document_of(_head(plan))
    store = document.stores[result.store]
    return _drills_of(document, result.store, (*store.drills, result.measured))


def _without(document: Document, drill: Drill) -> Document | None:
    """The plan without what this drill measured; None where it holds nothing of it (undone, or the store is gone)."""
    store = document.stores.get(drill.store)
    measured = result_of(drill).measured
    if store is None or measured not in store.drills:
        return None
    at = store.drills.index(measured)
    return _drills_of(document, drill.store, (*store.drills[:at], *store.drills[at + 1 :]))


def _drills_of(document: Document, slug: str, drills: tuple[Measured, ...]) -> Document:
    store = document.stores[slug].model_copy(update={"drills": drills})
    return checked(document.model_copy(update={"stores": {**document.stores, slug: store}}))


def result_of(drill: Drill) -> Result:
    """What a recorded drill measured."""
    if drill.on is None or drill.restored_gib is None or drill.minutes is None:
        raise ValueError("This drill was never made.")
    return Result(drill.store, drill.on, drill.restored_gib, drill.minutes, drill.verified, drill.method)
