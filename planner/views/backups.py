"""The backups of a plan: per store what is kept, how long and where, and what the review says about it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from catalog.corrections import corrections_on, with_names
from catalog.services import current_snapshot
from planner import access, backup_charts
from planner.engine.backup.copies_rule import rule_of
from planner.engine.backup.restore_order import RestoreOrder, restore_order
from planner.engine.backup.storage import backup_storage
from planner.engine.backup.week import week_of
from planner.engine.document import BackupCopy, Plan, Store
from planner.engine.results import Evaluation, Finding
from planner.figures import duration
from planner.forms import words
from planner.forms.backup import keep_text
from planner.views.plan_page import plan_context


@dataclass(frozen=True)
class BackupRow:
    kind: str
    every: str
    keep: str
    method: str
    copies: tuple[str, ...]


@dataclass(frozen=True)
class StoreBackups:
    slug: str
    store: Store
    rows: tuple[BackupRow, ...]
    findings: tuple[Finding, ...]


@require_GET
def backups(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return backups_page(request, plan_context(request, access.plan_read(request, pk), tab="backups"))


def backups_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Also serves shared plans."""
    plan, evaluation = context["document"], context["evaluation"]
    order = restore_order(plan, evaluation.stores)
    context |= {
        "stores": stores(plan, evaluation),
        "order": order,
        "week": week_of(plan, evaluation.stores),
        "notes": unscheduled(plan, order),
        "storage": backup_storage(plan, current_snapshot()),
        "storage_labels": backup_charts.LABELS,
        "clauses": rule_of(plan),
        "corrections": with_names(corrections_on("backup")),
    }
    return render(request, "planner/backups.html", context)


def unscheduled(plan: Plan, order: RestoreOrder) -> dict[str, str]:
    """What stands in the week of a store without backups: rebuilt from others, filled again, or nothing."""
    rebuilt = {one.name: one for one in order.steps if one.kind == "rebuild"}
    notes = {}
    for slug, store in plan.stores.items():
        if store.backups:
            continue
        held = [ref for ref in plan.data_sets() if ref.data_set.store == slug]
        steps = [rebuilt[ref.path] for ref in held if ref.path in rebuilt]
        if held and len(steps) == len(held):
            notes[slug] = f"no backup, rebuilt in {duration(60 * max(one.minutes for one in steps))}"
        else:
            notes[slug] = "no backup" if held else "no backup, a cache is filled again"
    return notes


def stores(plan: Plan, evaluation: Evaluation) -> tuple[StoreBackups, ...]:
    return tuple(
        StoreBackups(slug, store, backup_rows(store), findings_about(evaluation, f"stores/{slug}"))
        for slug, store in plan.stores.items()
    )


def backup_rows(store: Store) -> tuple[BackupRow, ...]:
    return tuple(
        BackupRow(
            kind=words.BACKUP_KINDS[one.kind],
            every=one.every,
            keep=keep_text(one),
            method=words.BACKUP_METHODS[one.method],
            copies=tuple(copy_words(copy) for copy in one.copies),
        )
        for one in store.backups
    )


def copy_words(copy: BackupCopy) -> str:
    """`object-storage in us-west-2, other site, cannot be changed for 30d, encrypted, key in another account`."""
    place = f"{copy.medium} in {copy.region}" if copy.region else copy.medium
    locked = f"cannot be changed for {copy.locked}" if copy.locked else "cannot be changed"
    marks = (
        (copy.offsite, "other site"), (copy.immutable, locked), (copy.encrypted, "encrypted"),
        (copy.key is not None, f"key {words.KEY_PLACES.get(copy.key or '', '').lower()}"),
    )  # fmt: skip
    return ", ".join([place, *(text for true, text in marks if true)])


def findings_about(evaluation: Evaluation, place: str) -> tuple[Finding, ...]:
    """Open findings about this store that concern its backups."""
    return tuple(
        one
        for one in evaluation.findings
        if one.at == place and not one.waived_until and one.rule.startswith(("backup.", "recovery."))
    )
