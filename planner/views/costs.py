"""Costs: the range, what drives it, every line with its arithmetic; and starting an estimate."""

from __future__ import annotations

import csv
import uuid
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from catalog.exports import safe_cell
from catalog.services import current_snapshot
from catalog.team_prices import prices_for
from planner import access, charts, jobs, tasks
from planner.elsewhere import plan_rows
from planner.engine.costs import STRIP_DRAWS
from planner.engine.people import people_of
from planner.engine.results import CostLine, Evaluation, StoreResult
from planner.models import Job
from planner.views.plan_page import author, head_of, plan_context

MOST_WORDS = 100
ACTIVE = (Job.State.QUEUED, Job.State.RUNNING)


@require_GET
def costs(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    plan = access.plan_read(request, pk)
    context = plan_context(request, plan, tab="costs")
    return _csv(context["evaluation"]) if request.GET.get("format") == "csv" else costs_page(request, context)


def costs_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Also serves shared plans that show costs."""
    revision, evaluation, document = context["revision"], context["evaluation"], context["document"]
    newest = jobs.latest(revision, Job.Kind.ESTIMATE, *ACTIVE, Job.State.DONE, Job.State.FAILED)
    estimate = jobs.estimate_of(revision)
    stale = None
    if estimate is None:
        done = jobs.latest(revision, Job.Kind.ESTIMATE, Job.State.DONE)
        stale = jobs.estimate_value(done.estimate.result) if done else None
    shown = estimate or stale
    people = people_of(document)
    filtered = filtered_lines(dearest_first(evaluation), request.GET.get("line", ""))
    intervals = {slug: one.monthly_usd_interval for slug, one in evaluation.stores.items()}
    context |= {
        "estimate": shown,
        "is_stale": estimate is None and shown is not None,
        "other_prices": estimate is not None and estimate.price_snapshot != evaluation.price_snapshot,
        "job": newest if newest and newest.state in (*ACTIVE, Job.State.FAILED) and not context["shared"] else None,
        "job_active": bool(newest and newest.state in ACTIVE),
        "bars": charts.store_bars(shown.stores if shown else intervals, document, current_snapshot()),
        "results": filtered,
        "line_words": request.GET.get("line", "")[:MOST_WORDS],
        "lines_shown": sum(len(one.lines) for one in filtered),
        "places": plan_rows(document, current_snapshot(), prices_for(context["plan"].team_id), people),
        "people": people,
        "strip_draws": STRIP_DRAWS,
        "unknown": [(one.store, text) for one in evaluation.stores.values() for text in one.unknown],
        "lines": sum(len(one.lines) for one in evaluation.stores.values()),
    }
    return render(request, "planner/costs.html", context)


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


def dearest_first(evaluation: Evaluation) -> list[StoreResult]:
    """Stores by their cost, unknown last."""
    return sorted(evaluation.stores.values(), key=lambda one: -(one.monthly_usd or Decimal(-1)))


@require_POST
def start_estimate(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Everyone who may read a plan may have it estimated; the result belongs to the version."""
    plan = access.plan_read(request, pk)
    revision = head_of(plan)
    running = jobs.latest(revision, Job.Kind.ESTIMATE, *ACTIVE)
    if running is None or running.revision_id != revision.pk:
        tasks.start_estimate(revision, author(request), draws=jobs.DRAWS, seed=jobs.SEED)
    return HttpResponseRedirect(f"/plans/{plan.pk}/costs/")


def _csv(evaluation: Evaluation) -> HttpResponse:
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
    for result in evaluation.stores.values():
        for line in result.lines:
            cells = [line.store, line.item, line.basis, line.quantity, line.unit, line.unit_price_usd, line.monthly_usd, line.because.text,
                     line.because.source, line.because.as_of]  # fmt: skip
            writer.writerow(["" if cell is None else safe_cell(str(cell)) for cell in cells])
    return response
