"""Evidence for an audit: every drill of a plan as CSV and as PDF, withdrawn ones with their reason."""

from __future__ import annotations

import csv
import datetime as dt
import io

from backups.board import Board, Past
from backups.models import Drill
from catalog.exports import safe_cell
from planner.engine.document import Plan as Document
from planner.engine.drills import mib_per_second
from planner.forms import words
from planner.models import Revision
from planner.report_parts import Content, Section, Table

HEAD = ("store", "made_on", "restored_gib", "minutes", "mib_per_second", "verified", "compared", "method", "state",
        "recorded", "recorded_by", "via", "plan_version", "checklist_done", "note", "withdrawn_because")  # fmt: skip


def rows_of(board: Board) -> list[tuple[str, ...]]:
    made = [_row(one.measured.on, one) for one in board.past]
    return made + [_withdrawn(one) for one in board.withdrawn]


def as_csv(board: Board) -> str:
    """A spreadsheet never takes a cell of it for a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows_of(board))
    return out.getvalue()


def content_of(board: Board, document: Document, revision: Revision, today: dt.date) -> Content:
    """The parts of the PDF, in the report's own form."""
    return Content(
        title=f"Restore drills of {document.name}",
        summary="Which backups were restored, how long it took, what was compared, and what is due.",
        version=f"Version {revision.number}",
        date=f"{today:%d %b %Y}",
        prices_as_of="",
        catalog="",
        prices="",
        metrics=(
            ("Stores to restore", str(len(board.rows)), "hold data that only a backup brings back"),
            ("Drills made", str(len(board.past)), f"{len(board.withdrawn)} withdrawn"),
            ("Due now", str(board.late), "overdue, or never restored"),
        ),
        sections=(
            Section("stores", "Stores", tables=(_stores(board),)),
            Section("drills", "Drills", tables=(_drills(board),)),
        ),
    )


def _stores(board: Board) -> Table:
    rows = tuple(
        (
            one.practice.name,
            one.practice.tier,
            f"{one.practice.target_minutes:g} min",
            f"{one.practice.newest.on:%d %b %Y}" if one.practice.newest else "never",
            f"{one.practice.whole_minutes:.0f} min" if one.practice.whole_minutes is not None else "unknown",
            f"{one.due_on:%d %b %Y}" if one.due_on else "now",
        )
        for one in board.rows
    )
    return Table(("Store", "Tier", "Target (RTO)", "Last drill", "All of it at that speed", "Next due"), rows, (2, 4))


def _drills(board: Board) -> Table:
    rows = tuple(
        (
            one.store,
            f"{one.measured.on:%d %b %Y}",
            f"{one.measured.restored_gib:g} GiB",
            f"{one.measured.minutes:g} min",
            "yes" if one.measured.verified else "no",
            one.drill.checks if one.drill else "",
            _by(one.drill) if one.drill else "plan document",
        )
        for one in board.past
    )
    return Table(("Store", "Made on", "Restored", "Time", "Verified", "Compared", "Recorded by"), rows, (2, 3))


def _row(on: dt.date, one: Past) -> tuple[str, ...]:
    measured, drill = one.measured, one.drill
    plain = (one.store, str(on), f"{measured.restored_gib:g}", f"{measured.minutes:g}",
             f"{mib_per_second(measured):.2f}" if measured.minutes > 0 else "", "yes" if measured.verified else "no")  # fmt: skip
    method = words.BACKUP_METHODS.get(measured.method or "", "")
    if drill is None:
        return (*plain, "", method, "in the plan", "", "", "plan document", "", "", "", "")
    return (*plain, drill.checks, method, "in the plan" if one.in_plan else "not in this version", *_paper(drill))


def _withdrawn(drill: Drill) -> tuple[str, ...]:
    plain = (drill.store, str(drill.on), f"{drill.restored_gib:g}", f"{drill.minutes:g}", "",
             "yes" if drill.verified else "no")  # fmt: skip
    return (*plain, drill.checks, words.BACKUP_METHODS.get(drill.method, ""), "withdrawn", *_paper(drill))


def _paper(drill: Drill) -> tuple[str, ...]:
    done = sum(bool(step["done"]) for step in drill.checklist)
    recorded = drill.finished_at.isoformat(timespec="seconds") if drill.finished_at else ""
    version = str(drill.revision.number) if drill.revision else ""
    return (recorded, _by(drill), drill.get_via_display(), version, f"{done} of {len(drill.checklist)}", drill.note,
            drill.withdrawn_because)  # fmt: skip


def _by(drill: Drill) -> str:
    return drill.created_by.email if drill.created_by else "not signed in"
