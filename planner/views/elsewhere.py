"""Where else a store could run, and what it would cost there."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from catalog.services import current_snapshot
from planner import access
from planner.break_even import choices, compared
from planner.elsewhere import PART_WORDS, bars_of, least_regretted, plan_rows, rows_of
from planner.engine import assumptions as a
from planner.engine.costs import STRIP_DRAWS
from planner.engine.document import Plan
from planner.engine.elsewhere_plan import MOST_STORES
from planner.engine.people import people_of
from planner.evaluations import prices_of
from planner.forms.people import PeopleForm
from planner.views.plan_page import plan_context


@require_GET
def elsewhere(request: HttpRequest, pk: uuid.UUID, slug: str) -> HttpResponse:
    """One store at every provider, beside how it is now. The address holds people's hours."""
    plan = access.plan_read(request, pk)
    context = plan_context(request, plan, tab="costs")
    document: Plan = context["document"]
    if slug not in document.stores:
        raise Http404("This plan has no such store.")
    usual = people_of(document)
    form = PeopleForm.of_address(request.GET, usual)
    people = form.people() if form.is_valid() else usual
    snapshot, prices = current_snapshot(), prices_of(plan)
    rows = rows_of(document, slug, snapshot, prices, people)
    against = request.GET.get("against", "")
    priced = [row for row in rows if row.found.total is not None]
    days = [row.found.oldest_price for row in priced if row.found.oldest_price]
    context |= {
        "slug": slug,
        "store": document.stores[slug],
        "form": form,
        "has_errors": bool(form.errors),
        "people": people,
        "rows": priced,
        "unpriced": [row for row in rows if row.found.total is None],
        "best": least_regretted(rows),
        "in_full": sum(row.regret is not None for row in rows),
        "bars": bars_of(rows),
        "against": against,
        "rivals": choices(rows),
        "compared": compared(document, slug, rows, against, people, snapshot, prices),
        "part_words": PART_WORDS.values(),
        "oldest": min(days, default=None),
        "draws": STRIP_DRAWS,
        "uncounted": rows[0].found.uncounted,
        "assumed": [one.because() for one in (a.PEOPLE_MANAGED, a.PEOPLE_OWN)],
    }
    return render(request, "planner/elsewhere.html", context, status=422 if form.errors else 200)


@require_GET
def places(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The whole plan at every place, store by store. The address holds people's hours."""
    plan = access.plan_read(request, pk)
    context = plan_context(request, plan, tab="costs")
    document: Plan = context["document"]
    usual = people_of(document)
    form = PeopleForm.of_address(request.GET, usual)
    people = form.people() if form.is_valid() else usual
    rows = plan_rows(document, current_snapshot(), prices_of(plan), people)
    context |= {
        "form": form,
        "has_errors": bool(form.errors),
        "people": people,
        "places": rows,
        "by_store": [
            (slug, store.name, [row.cells[at] for row in rows])
            for at, (slug, store) in enumerate(document.stores.items())
        ],
        "most_stores": MOST_STORES,
        "assumed": [one.because() for one in (a.PEOPLE_MANAGED, a.PEOPLE_OWN)],
    }
    return render(request, "planner/places.html", context, status=422 if form.errors else 200)
