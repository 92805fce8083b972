"""Replication: what the copies of a store cost each write, what they save in which failure, and what cannot be."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from catalog.corrections import corrections_on, with_names
from catalog.services import current_snapshot
from planner import access
from planner import replication_words as say
from planner.engine.document import Plan
from planner.engine.replication.assessment import Assessment, assess, options
from planner.engine.replication.configuration import configuration_of
from planner.engine.results import Evaluation, Finding
from planner.figures import milliseconds
from planner.forms import words
from planner.views.plan_page import plan_context


@require_GET
def replication(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return replication_page(request, plan_context(request, access.plan_read(request, pk), tab="replication"))


def replication_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Also serves shared plans. ?store=slug; an unknown one falls back to the first."""
    plan: Plan = context["document"]
    snapshot = current_snapshot()
    assessed = {slug: assess(plan, slug, snapshot) for slug in plan.stores}
    slug = request.GET.get("store", "")
    slug = slug if slug in assessed else next(iter(assessed), "")
    context |= {
        "rows": [(plan.stores[one.slug], one, overview(one)) for one in assessed.values()],
        "slug": slug,
        "corrections": with_names(corrections_on("replication")),
    }
    if slug:
        context |= picked(plan, assessed[slug], context["evaluation"])
        context["options"] = [
            say.option_row(one, words.REPLICATION_MODES[one.mode]) for one in options(plan, slug, snapshot)
        ]
        context["database"] = snapshot.databases.get(plan.stores[slug].database)
    return render(request, "planner/replication.html", context)


def overview(found: Assessment) -> dict[str, Any]:
    """One line of the list of stores."""
    region = next(one for one in found.losses if one.failure == "region")
    return {
        "mode": words.REPLICATION_MODES[found.layout.mode],
        "wait": milliseconds(found.wait.likely.p99_ms) if found.wait else "unknown",
        "region": say.loss_row(region),
        "refused": any(one.refused for one in found.verdicts),
    }


def picked(plan: Plan, found: Assessment, evaluation: Evaluation) -> dict[str, Any]:
    store = plan.stores[found.slug]
    replication = store.replication
    return {
        "store": store,
        "found": found,
        "mode": words.REPLICATION_MODES[found.layout.mode],
        "asked": words.REPLICATION_MODES[found.asked],
        "pattern": words.REPLICATION_PATTERNS[replication.pattern] if replication else "One region",
        "conflicts": words.CONFLICT_RESOLUTIONS.get((replication and replication.conflict_resolution) or "", ""),
        "waits": say.wait_rows(found.wait),
        "copies": say.copy_rows(found.layout),
        "reads": [(one, say.span(one.seconds) if one.seconds else "") for one in found.reads],
        "losses": [say.loss_row(one) for one in found.losses],
        "causes": say.uptime_rows(found.uptime),
        "available": say.available(found.uptime),
        "findings": findings(evaluation, found.slug),
        "files": configuration_of(found.slug, store, found.layout),
        "managed": (store.offering or "self-hosted") != "self-hosted",
    }


def findings(evaluation: Evaluation, slug: str) -> tuple[Finding, ...]:
    return tuple(
        one
        for one in evaluation.findings
        if one.rule.startswith("replication.") and one.at == f"stores/{slug}" and not one.waived_until
    )
