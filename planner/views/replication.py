"""Replication: what the copies of a store cost each write, what they save in which failure, and what cannot be."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from catalog.corrections import corrections_on, with_names
from catalog.facts import Snapshot
from catalog.services import current_snapshot
from planner import access, services
from planner import replication_words as say
from planner.engine.document import Plan
from planner.engine.replication.assessment import Assessment, assess, options
from planner.engine.replication.configuration import configuration_of
from planner.engine.results import Evaluation, Finding
from planner.figures import milliseconds
from planner.forms import words
from planner.forms.replication_choice import ReplicationChoiceForm
from planner.views.editing import save, shows_conflict
from planner.views.plan_page import base_revision, plan_context, redirect_to
from planner.views.plan_page import say as toast


@require_GET
def replication(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return replication_page(request, plan_context(request, access.plan_read(request, pk), tab="replication"))


def replication_page(
    request: HttpRequest, context: dict[str, Any], bound: ReplicationChoiceForm | None = None
) -> HttpResponse:
    """Also serves shared plans. ?store=slug picks a store; the form's fields in the address try other copies of it."""
    plan: Plan = context["document"]
    snapshot = current_snapshot()
    assessed = {slug: assess(plan, slug, snapshot) for slug in plan.stores}
    slug = bound.slug if bound else request.GET.get("store", "")
    slug = slug if slug in assessed else next(iter(assessed), "")
    context |= {
        "rows": [(plan.stores[one.slug], one, overview(one)) for one in assessed.values()],
        "slug": slug,
        "corrections": with_names(corrections_on("replication")),
    }
    if slug:
        context |= tried(request, plan, slug, snapshot, bound) | {"findings": findings(context["evaluation"], slug)}
    return render(request, "planner/replication.html", context, status=422 if bound is not None else 200)


def tried(
    request: HttpRequest, plan: Plan, slug: str, snapshot: Snapshot, bound: ReplicationChoiceForm | None
) -> dict[str, Any]:
    """The store with the copies that the form says; those of the plan where it says none, or impossible ones."""
    trying = "mode" in request.GET and bound is None
    database = snapshot.databases.get(plan.stores[slug].database)
    form = bound or ReplicationChoiceForm(request.GET if trying else None, plan=plan, slug=slug, database=database)
    shown = form.tried if form.is_bound and form.is_valid() else plan
    rows = [say.option_row(one, words.REPLICATION_MODES[one.mode]) for one in options(shown, slug, snapshot)]
    return picked(shown, assess(shown, slug, snapshot)) | {
        "form": form,
        "trying": shown != plan,
        "has_errors": bool(form.errors),
        "options": rows,
        "database": database,
    }


@require_POST
@shows_conflict
def choose(request: HttpRequest, pk: uuid.UUID, slug: str) -> HttpResponseBase:
    """Save the copies of one store. What its system cannot do is refused with the fact."""
    plan = access.plan_write(request, pk)
    base = base_revision(request, plan)
    document = services.document_of(base)
    store = document.stores.get(slug)
    if store is None:
        raise Http404("This plan has no such store.")
    database = current_snapshot().databases.get(store.database)
    form = ReplicationChoiceForm(request.POST, plan=document, slug=slug, database=database)
    if not form.is_valid():
        return replication_page(request, plan_context(request, plan, tab="replication"), form)
    save(request, plan, form.tried, base=base, summary=f"Changed the copies of {store.name}")
    toast(request, f"The copies of {store.name} are saved")
    return redirect_to(request, f"{reverse('planner:replication', args=[plan.pk])}?{urlencode({'store': slug})}")


def overview(found: Assessment) -> dict[str, Any]:
    """One line of the list of stores."""
    region = next(one for one in found.losses if one.failure == "region")
    return {
        "mode": words.REPLICATION_MODES[found.layout.mode],
        "wait": milliseconds(found.wait.likely.p99_ms) if found.wait else "unknown",
        "region": say.loss_row(region),
        "refused": any(one.refused for one in found.verdicts),
    }


def picked(plan: Plan, found: Assessment) -> dict[str, Any]:
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
        "readers": say.reader_rows(plan, found, words.CONSISTENCIES),
        "losses": [say.loss_row(one) for one in found.losses],
        "causes": say.uptime_rows(found.uptime),
        "available": say.available(found.uptime),
        "files": configuration_of(found.slug, store, found.layout),
        "managed": (store.offering or "self-hosted") != "self-hosted",
    }


def findings(evaluation: Evaluation, slug: str) -> tuple[Finding, ...]:
    return tuple(
        one
        for one in evaluation.findings
        if one.rule.startswith("replication.") and one.at == f"stores/{slug}" and not one.waived_until
    )
