"""Recovery: what each failure costs each data set, as a timeline and a table, with the reasons."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from catalog.corrections import corrections_on, with_names
from catalog.services import current_snapshot
from planner import access
from planner.engine.demand import parts_by_store
from planner.engine.document import Plan
from planner.engine.outlook import Outlook, growth_of, outlook
from planner.engine.recovery import COUNTED, FAILURES, facts_of
from planner.engine.results import DataSetRecovery, Evaluation, FailureRecovery
from planner.engine.tiers import common_domains, tier_rows
from planner.evaluations import prices_of
from planner.views.plan_page import plan_context

STORIES = {
    "node": "A machine dies. What happens?",
    "zone": "A zone loses its power. What happens?",
    "region": "The region is gone. What happens?",
    "operator": "A bad deploy deletes rows. What happens?",
    "corruption": "Ransomware encrypts all that it reaches. What happens?",
    "account": "Somebody takes over the cloud account. What happens?",
}


@dataclass(frozen=True)
class Tonight:
    """One failure over the whole plan: what is lost at worst and where, and when the last data set is back."""

    failure: str
    label: str
    lost: str
    lost_path: str
    lost_name: str
    back_seconds: float | None
    back_path: str
    back_name: str
    stuck: int  # data sets that do not come back, or nobody knows when
    missed: int
    data_sets: int


def tonight(document: Plan, evaluation: Evaluation) -> tuple[Tonight, ...]:
    """What would be lost tonight, failure by failure; () where nothing is placed."""
    rows = list(evaluation.recovery.values())
    return tuple(_tonight(document, rows, slug) for slug in FAILURES) if rows else ()


def _tonight(document: Plan, rows: list[DataSetRecovery], slug: str) -> Tonight:
    found = [(row, one) for row in rows for one in row.failures if one.failure == slug]
    lost_row, lost = max(found, key=lambda pair: _loss(pair[1]))
    back = [(row, one) for row, one in found if one.rto_seconds is not None]
    back_row, last = max(back, key=lambda pair: pair[1].rto_seconds or 0.0, default=(lost_row, lost))
    missed = sum(one.meets_rpo is False or one.meets_rto is False for _, one in found)
    return Tonight(
        slug, FAILURES[slug], lost.lost, lost_row.data_set, document.data_set(lost_row.data_set).name, last.rto_seconds,
        back_row.data_set, document.data_set(back_row.data_set).name, len(found) - len(back), missed, len(found),
    )  # fmt: skip


def _loss(one: FailureRecovery) -> tuple[int, float]:
    """Everything is worse than what nobody knows, and that is worse than any time."""
    rank = {"everything": 2, "unknown": 1}.get(one.lost, 0)
    return rank, one.rpo_seconds or 0.0


def outlook_of(document: Plan, path: str, shown: FailureRecovery, target_seconds: float) -> Outlook | None:
    slug = document.data_set(path).store or ""
    store = document.stores.get(slug)
    if store is None:
        return None
    facts = facts_of(current_snapshot().databases.get(store.database))
    return outlook(shown, store, facts, growth_of(parts_by_store(document).get(slug, ())), target_seconds)


@require_GET
def recovery(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return recovery_page(request, plan_context(request, access.plan_read(request, pk), tab="recovery"))


def recovery_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Also serves shared plans. ?set=service/data &failure=operator; unknown values fall back to the first."""
    evaluation, document = context["evaluation"], context["document"]
    failure = request.GET.get("failure", "operator")
    failure = failure if failure in FAILURES else "operator"
    wanted = request.GET.get("set", "")
    path = wanted if wanted in evaluation.recovery else next(iter(evaluation.recovery), "")
    picked = evaluation.recovery.get(path)
    shown = next((one for one in picked.failures if one.failure == failure), None) if picked else None
    context |= {
        "failures": FAILURES,
        "corrections": with_names(corrections_on("replication")),
        "counted": COUNTED,
        "failure": failure,
        "path": path,
        "picked": picked,
        "shown": shown,
        "story": STORIES[failure],
        "outlook": outlook_of(document, path, shown, picked.target_rto_seconds) if picked and shown else None,
        "tonight": tonight(document, evaluation),
        "tiers": tier_rows(
            document, evaluation.recovery, evaluation.stores, current_snapshot(), prices_of(context["plan"])
        ),
        "domains": common_domains(document),
        "data_set": document.data_set(path) if path else None,
        "store": document.stores.get(document.data_set(path).store or "") if path else None,
        "rows": [(one, document.data_set(one.data_set)) for one in evaluation.recovery.values()],
        "services": [(document.services[slug], one) for slug, one in evaluation.services.items()],
    }
    return render(request, "planner/recovery.html", context)
