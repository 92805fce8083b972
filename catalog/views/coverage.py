"""What is not covered: counted from the published data."""

from __future__ import annotations

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import condition, require_safe
from django.views.decorators.vary import vary_on_cookie

from catalog import presentation, services
from catalog.coverage import MOST_USED, Coverage, coverage_of
from catalog.facts import PriceBook, Snapshot
from catalog.views.conditional import etag


@lru_cache(maxsize=2)
def _coverage(snapshot: Snapshot, prices: PriceBook) -> Coverage:
    return coverage_of(snapshot, prices)


def current_coverage() -> Coverage:
    """Counted once per published catalog."""
    return _coverage(services.current_snapshot(), services.current_prices())


@vary_on_cookie
@require_safe
@condition(etag_func=etag)
def coverage(request: HttpRequest) -> HttpResponse:
    found = current_coverage()
    context = {
        "coverage": found,
        "most_used": len(MOST_USED),
        "groups": [(presentation.GROUPS.get(one.name, one.name), one) for one in found.by_group],
        "waiting": [(one.database, [presentation.label(key) for key in one.keys]) for one in found.waiting],
    }
    return render(request, "catalog/coverage.html", context)
