"""The backups of a plan: per store what is kept, how long and where, and what the review says about it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from catalog.corrections import corrections_on, with_names
from planner import access
from planner.engine.backup.restore_order import restore_order
from planner.engine.document import Plan, Store
from planner.engine.results import Evaluation, Finding
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
    context |= {
        "stores": stores(context["document"], context["evaluation"]),
        "order": restore_order(context["document"], context["evaluation"].stores),
        "corrections": with_names(corrections_on("backup")),
    }
    return render(request, "planner/backups.html", context)


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
            copies=tuple(
                copy_words(copy.medium, copy.region, copy.offsite, copy.immutable, copy.encrypted)
                for copy in one.copies
            ),
        )
        for one in store.backups
    )


def copy_words(medium: str, region: str | None, offsite: bool, immutable: bool, encrypted: bool) -> str:
    """`object-storage in us-west-2, other site, cannot be changed, encrypted`."""
    place = f"{medium} in {region}" if region else medium
    marks = ((offsite, "other site"), (immutable, "cannot be changed"), (encrypted, "encrypted"))
    return ", ".join([place, *(text for true, text in marks if true)])


def findings_about(evaluation: Evaluation, place: str) -> tuple[Finding, ...]:
    """Open findings about this store that concern its backups."""
    return tuple(
        one
        for one in evaluation.findings
        if one.at == place and not one.waived_until and one.rule.startswith(("backup.", "recovery."))
    )
