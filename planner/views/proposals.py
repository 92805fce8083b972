"""Schedules of backups that meet a store's target, what each costs, and one click that applies it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from catalog.services import current_snapshot
from planner import access, services
from planner.engine.backup.proposals import Proposal, Proposals, applied, proposals, words_of
from planner.engine.document import Plan as Document
from planner.engine.recovery import FAILURES
from planner.evaluations import prices_of
from planner.models import Plan
from planner.views.editing import save, shows_conflict
from planner.views.plan_page import base_revision, plan_context, redirect_to, say


@dataclass(frozen=True)
class Row:
    """`change_usd` a month against today's schedule; None where either has no price."""

    proposal: Proposal
    words: str
    change_usd: float | None
    failures: tuple[tuple[str, float | None, float | None], ...]
    is_chosen: bool
    margin: tuple[float, float] | None


@require_http_methods(["GET", "POST"])
@shows_conflict
def store_proposals(request: HttpRequest, pk: uuid.UUID, slug: str) -> HttpResponseBase:
    if request.method == "POST":
        return _applied(request, access.plan_write(request, pk), slug)
    plan = access.plan_read(request, pk)
    context = plan_context(request, plan, tab="backups")
    document: Document = context["document"]
    found = _found(plan, document, slug)
    context |= {
        "slug": slug,
        "store": document.stores[slug],
        "found": found,
        "rows": rows_of(found) if found else (),
        "now": _row(found.now, found) if found else None,
        "nearest": _row(found.nearest, found) if found else None,
    }
    return render(request, "planner/proposals.html", context)


def _applied(request: HttpRequest, plan: Plan, slug: str) -> HttpResponseBase:
    base = base_revision(request, plan)
    document = services.document_of(base)
    found = _found(plan, document, slug)
    wanted = next((one for one in found.frontier if one.key == request.POST.get("key")), None) if found else None
    here = reverse("planner:store_proposals", args=[plan.pk, slug])
    if wanted is None:
        say(request, "This schedule is not proposed any more: the plan has changed", undo=False)
        return redirect_to(request, here)
    name = document.stores[slug].name
    save(
        request,
        plan,
        applied(document, slug, wanted),
        base=base,
        summary=f"Backups of {name}: {words_of(wanted.policies)}"[:200],
    )
    say(request, f"{name} is backed up by: {words_of(wanted.policies)}")
    return redirect_to(request, here)


def _found(plan: Plan, document: Document, slug: str) -> Proposals | None:
    if slug not in document.stores:
        raise Http404("This plan has no such store.")
    return proposals(document, slug, current_snapshot(), prices_of(plan))


def rows_of(found: Proposals) -> tuple[Row, ...]:
    return tuple(_row(one, found) for one in found.frontier)


def _row(one: Proposal, found: Proposals) -> Row:
    known = one.usd is not None and found.now.usd is not None
    change = one.usd - found.now.usd if known and one.usd is not None and found.now.usd is not None else None
    failures = tuple((FAILURES[failure], loss, back) for failure, loss, back in one.by_failure)
    return Row(
        one,
        words_of(one.policies),
        change,
        failures,
        one is found.chosen and not found.now_is_best,
        found.margin_seconds(one),
    )
