"""Why a store has its size: every machine that was weighed for it, cheapest first."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from catalog.services import current_snapshot
from planner import access
from planner.evaluations import prices_of
from planner.machine_table import machine_table
from planner.views.plan_page import plan_context


@require_GET
def size(request: HttpRequest, pk: uuid.UUID, slug: str) -> HttpResponse:
    plan = access.plan_read(request, pk)
    context = plan_context(request, plan, tab="costs")
    document = context["document"]
    if slug not in document.stores:
        raise Http404("This plan has no such store.")
    table = machine_table(document, slug, current_snapshot(), prices_of(plan))
    context |= {"slug": slug, "store": document.stores[slug], "table": table}
    return render(request, "planner/size.html", context)
