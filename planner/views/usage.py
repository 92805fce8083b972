"""Used in plans: of the plans that the reader may open, those with a store of one database."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalog.services import current_snapshot
from planner import access, usage
from planner.views.plan_page import is_htmx

IN_THE_CARD = 5
ON_A_PAGE = 25


@never_cache
@require_safe
@login_required
def used_in_plans(request: HttpRequest, slug: str) -> HttpResponse:
    """With htmx the first few, as a card of the database page; else all, page by page."""
    database = current_snapshot().databases.get(slug)
    if database is None:
        raise Http404(f"No database {slug!r} in the catalog")
    card = is_htmx(request)
    rows = usage.using(access.readable(request), slug)
    page = Paginator(rows, IN_THE_CARD if card else ON_A_PAGE).get_page(request.GET.get("page"))
    used = [(plan, usage.uses(plan.head, slug)) for plan in page if plan.head]
    context = {"database": database, "page": page, "used": used, "card": card}
    return render(request, "planner/_used_in_plans.html" if card else "planner/used_in_plans.html", context)
