"""Costs: the range, what drives it, every line with its arithmetic; and starting an estimate."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from catalog.exports import safe_cell
from catalog.facts import PriceBook, Snapshot
from catalog.services import current_snapshot
from planner import access, charts, jobs, tasks
from planner.cost_choices import Chosen, chosen_costs
from planner.elsewhere import plan_rows
from planner.engine.costs import STRIP_DRAWS
from planner.engine.document import Plan as Document
from planner.engine.people import people_of
from planner.engine.results import CostLine, StoreResult
from planner.evaluations import has_newer_prices, prices_of
from planner.forms.budget import BudgetForm
from planner.forms.cost_choices import CostChoicesForm
from planner.models import Job
from planner.over_time import over_time
from planner.quick_estimate import quick_estimate
from planner.views.plan_page import author, head_of, plan_context

MOST_WORDS = 100
ACTIVE = (Job.State.QUEUED, Job.State.RUNNING)


@require_GET
def costs(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    plan = access.plan_read(request, pk)
    return costs_page(request, plan_context(request, plan, tab="costs"))


def costs_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Also serves shared plans that show costs. The address holds the choosers and the filter of lines."""
    document, snapshot = context["document"], current_snapshot()
    prices, people = prices_of(context["plan"]), people_of(document)
    places = plan_rows(document, snapshot, prices, people)
    choices = CostChoicesForm(
        request.GET, places={row.found.target.key: row.where for row in places}, costs=document.costs
    )
    trying = choices.is_valid() and choices.changed
    chosen = None
    if trying or (choices.is_valid() and document.costs.commitment != "none"):
        asked, shared = choices.cleaned_data, context["shared"] is not None
        chosen = chosen_costs(document, asked, places, snapshot, prices, shared=shared)
    stores = chosen.stores if chosen else context["evaluation"].stores
    if request.GET.get("format") == "csv" and not context["shared"]:
        return _csv(stores)
    context |= _estimated(context, trying=trying) | _lines(stores, request.GET.get("line", ""))
    if context["estimate"] is None and not (trying and choices.later):
        context |= _quick(chosen if trying else None, document, snapshot, prices)
    estimate = context["estimate"]
    budget = BudgetForm.of_address(request.GET, document.costs.budget_usd_month)
    context |= over_time(estimate, document, budget.usd_month) | {"budget_form": budget}
    intervals = estimate.stores if estimate else {slug: one.monthly_usd_interval for slug, one in stores.items()}
    context |= {
        "bars": charts.store_bars(intervals, chosen.plan if chosen else document, snapshot),
        "choices": choices,
        "has_errors": bool(choices.errors or budget.errors),
        "trying": trying,
        "chosen": chosen,
        "asked": urlencode({name: choices.data[name] for name in choices.fields}) if trying else "",
        "places": places,
        "here": next((row for row in places if row.found.target.key == choices.data["place"]), None),
        "people": people,
        "strip_draws": STRIP_DRAWS,
        "newer_prices": has_newer_prices(context["plan"]),
    }
    return render(request, "planner/costs.html", context, status=422 if context["has_errors"] else 200)


def _estimated(context: dict[str, Any], *, trying: bool) -> dict[str, Any]:
    """The newest estimate of this version, or the one before the last change; none for what is only tried."""
    revision, evaluation = context["revision"], context["evaluation"]
    newest = jobs.latest(revision, Job.Kind.ESTIMATE, *ACTIVE, Job.State.DONE, Job.State.FAILED)
    estimate = jobs.estimate_of(revision)
    stale = None
    if estimate is None:
        done = jobs.latest(revision, Job.Kind.ESTIMATE, Job.State.DONE)
        stale = jobs.estimate_value(done.estimate.result) if done else None
    return {
        "estimate": None if trying else estimate or stale,
        "is_stale": estimate is None and stale is not None,
        "other_prices": estimate is not None and estimate.price_snapshot != evaluation.price_snapshot,
        "job": newest if newest and newest.state in (*ACTIVE, Job.State.FAILED) and not context["shared"] else None,
        "job_active": bool(newest and newest.state in ACTIVE),
    }


def _quick(tried: Chosen | None, document: Document, snapshot: Snapshot, prices: PriceBook) -> dict[str, Any]:
    """A small estimate where there is no stored one; of what is tried, with the change against the plan as it is."""
    usual = quick_estimate(document, snapshot, prices)
    found = quick_estimate(tried.plan, snapshot, prices) if tried else usual
    change = found.total.p50 - usual.total.p50 if tried and found and usual else None
    return {"estimate": found, "is_quick": found is not None, "usual": usual, "change_usd": change}


def _lines(stores: Mapping[str, StoreResult], words: str) -> dict[str, Any]:
    """The bill, filtered by words, and what is not in it."""
    filtered = filtered_lines(dearest_first(stores), words)
    return {
        "results": filtered,
        "line_words": words[:MOST_WORDS],
        "lines_shown": sum(len(one.lines) for one in filtered),
        "lines": sum(len(one.lines) for one in stores.values()),
        "unknown": [(one.store, text) for one in stores.values() for text in one.unknown],
    }


def filtered_lines(results: list[StoreResult], words: str) -> list[StoreResult]:
    """Stores with the lines that hold every word: in the line, the store, what drives it or the source."""
    wanted = words[:MOST_WORDS].lower().split()
    if not wanted:
        return results
    found = []
    for one in results:
        lines = tuple(line for line in one.lines if all(word in _words(one, line) for word in wanted))
        if lines:
            found.append(replace(one, lines=lines))
    return found


def _words(result: StoreResult, line: CostLine) -> str:
    unknown = "" if line.monthly_usd is not None else "unknown"
    return f"{result.store} {result.shape} {line.item} {line.basis} {line.because.source} {unknown}".lower()


def dearest_first(stores: Mapping[str, StoreResult]) -> list[StoreResult]:
    """Stores by their cost, unknown last."""
    return sorted(stores.values(), key=lambda one: -(one.monthly_usd or Decimal(-1)))


@require_POST
def start_estimate(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Everyone who may read a plan may have it estimated; the result belongs to the version."""
    plan = access.plan_read(request, pk)
    revision = head_of(plan)
    running = jobs.latest(revision, Job.Kind.ESTIMATE, *ACTIVE)
    if running is None or running.revision_id != revision.pk:
        tasks.start_estimate(revision, author(request), draws=jobs.DRAWS, seed=jobs.SEED)
    return HttpResponseRedirect(f"/plans/{plan.pk}/costs/")


def _csv(stores: Mapping[str, StoreResult]) -> HttpResponse:
    """Every line; an unknown amount is an empty cell, never 0."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="costs.csv"'
    writer = csv.writer(response)
    writer.writerow(
        [
            "store",
            "line",
            "basis",
            "quantity_per_month",
            "unit",
            "unit_price_usd",
            "usd_per_month",
            "arithmetic",
            "source",
            "price_as_of",
        ]
    )
    for result in stores.values():
        for line in result.lines:
            cells = [line.store, line.item, line.basis, line.quantity, line.unit, line.unit_price_usd, line.monthly_usd, line.because.text,
                     line.because.source, line.because.as_of]  # fmt: skip
            writer.writerow(["" if cell is None else safe_cell(str(cell)) for cell in cells])
    return response
