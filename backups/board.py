"""What the page of drills shows: each store with its newest drill and when the next is due, and all drills of a plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from backups.models import Drill
from backups.services import result_of
from planner.engine.document import Drill as Measured
from planner.engine.document import Plan as Document
from planner.engine.drills import Practice, counts, practices
from planner.engine.results import Evaluation
from planner.models import Plan


@dataclass(frozen=True, slots=True)
class Row:
    """One store: what its drills are held against, its planned drill if there is one, and what its last one compared."""

    practice: Practice
    planned: Drill | None
    late_days: int
    checks: str

    @property
    def due_on(self) -> dt.date | None:
        return self.planned.due_on if self.planned else self.practice.due_on


@dataclass(frozen=True, slots=True)
class Past:
    """A drill that was made: of a row, or (where `drill` is None) one that stands in the plan document alone."""

    store: str
    measured: Measured
    drill: Drill | None
    in_plan: bool  # whether the version shown holds it

    @property
    def counts(self) -> bool:
        return self.in_plan and counts(self.measured)


@dataclass(frozen=True, slots=True)
class Board:
    rows: tuple[Row, ...]
    open: tuple[Drill, ...]  # planned, earliest first
    past: tuple[Past, ...]  # newest first
    withdrawn: tuple[Drill, ...]

    @property
    def late(self) -> int:
        """Stores whose drill is overdue or that were never restored."""
        return sum(one.late_days > 0 or one.practice.newest is None for one in self.rows)


def board_of(plan: Plan, document: Document, evaluation: Evaluation, today: dt.date) -> Board:
    rows = list(
        Drill.objects.filter(plan=plan).select_related("created_by", "revision").defer("log", "revision__document")
    )
    planned = sorted(
        (one for one in rows if one.state == Drill.State.PLANNED), key=lambda one: (one.due_on or today, one.store)
    )
    done = [one for one in rows if one.state == Drill.State.DONE]
    return Board(
        rows=tuple(_row(one, planned, done, today) for one in practices(document, evaluation)),
        open=tuple(planned),
        past=past_of(document, done),
        withdrawn=tuple(one for one in rows if one.state == Drill.State.WITHDRAWN),
    )


def _row(practice: Practice, planned: list[Drill], done: list[Drill], today: dt.date) -> Row:
    own = next((one for one in planned if one.store == practice.store), None)
    newest = practice.newest
    match = next((one for one in done if one.store == practice.store and newest and _is(one, newest)), None)
    late = (today - own.due_on).days if own and own.due_on and own.due_on < today else practice.late_days(today)
    return Row(practice, own, late, match.checks if match else "")


def past_of(document: Document, done: list[Drill]) -> tuple[Past, ...]:
    """Each measurement once: those with a row, and those that the document brought along."""
    left = {slug: list(store.drills) for slug, store in document.stores.items()}
    found = []
    for drill in done:
        measured = result_of(drill).measured
        in_plan = measured in left.get(drill.store, [])
        if in_plan:
            left[drill.store].remove(measured)
        found.append(Past(drill.store, measured, drill, in_plan))
    found += [Past(slug, one, None, True) for slug, drills in left.items() for one in drills]
    return tuple(sorted(found, key=lambda one: (one.measured.on, one.store), reverse=True))


def _is(drill: Drill, measured: Measured) -> bool:
    return result_of(drill).measured == measured
