"""One database: facts with sources, limits, offers and prices, backup. The part shown is in the URL (?tab=)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import condition, require_safe
from django.views.decorators.vary import vary_on_cookie

from catalog import presentation, search, services
from catalog.corrections import corrections_of, with_names
from catalog.facts import Cycle, Database
from catalog.offers import Offer, offers_of
from catalog.presentation import is_stale
from catalog.views.conditional import etag

TABS = {"facts": "Facts", "limits": "Limits", "offers": "Offers and prices", "backup": "Backup and restore"}
MOST_PRICES = 60


@vary_on_cookie
@require_safe
@condition(etag_func=etag)
def database(request: HttpRequest, slug: str) -> HttpResponse:
    found = services.current_snapshot().databases.get(slug)
    if found is None:
        raise Http404(f"No database {slug!r} in the catalog")
    tab = request.GET.get("tab", "facts")
    if tab not in TABS:
        raise Http404(f"No part {tab!r} of a database")
    today = timezone.localdate()
    offers = offers_of(services.current_snapshot(), services.current_prices(), slug)
    context = {
        "database": found,
        "kind": presentation.kind(found),
        "tab": tab,
        "tabs": TABS,
        "offers": offers,
        "today": today,
        "cycle": next((one for one in found.cycles if is_supported(one, today)), None),
        "licence": _licence(found),
        "cycles": [(one, is_supported(one, today)) for one in found.cycles],
        "cycles_verified": _cycles_verified(found),
        **_counts(found, today),
        **_part(request, found, tab, offers),
    }
    return render(request, "catalog/database.html", context)


def _part(request: HttpRequest, found: Database, tab: str, offers: tuple[Offer, ...]) -> dict[str, Any]:
    """What the chosen tab shows."""
    if tab == "offers":
        return _offers_part(request.GET.get("region", ""), offers)
    if tab == "limits":
        return {
            "limits": [
                (presentation.limit_label(one), presentation.limit_text(one), one, presentation.sources_of(one.sources))
                for one in found.limits
            ]
        }
    if tab == "backup":
        return {"groups": presentation.groups(found, presentation.TABS["backup"])}
    return {
        "groups": presentation.groups(found),
        "corrections": with_names(corrections_of(found.slug)),
    }


def _offers_part(wanted: str, offers: tuple[Offer, ...]) -> dict[str, Any]:
    """The prices of one region: the one asked for, or the first that most offers have."""
    count = {region: sum(region in one.regions for one in offers) for offer in offers for region in offer.regions}
    regions = sorted(count)
    region = wanted if wanted in count else max(regions, key=lambda one: (count[one], one == "us-east-1"), default="")
    shown = [(offer, offer.rows_in(region)) for offer in offers]
    return {
        "regions": regions,
        "region": region,
        "priced": [
            (offer, rows[:MOST_PRICES], max(0, len(rows) - MOST_PRICES), is_stale(offer.oldest, timezone.localdate()))
            for offer, rows in shown
        ],
        "unknown_region": wanted if wanted and wanted not in count else "",
    }


def is_supported(cycle: Cycle, today: dt.date) -> bool:
    return cycle.eol_on is None or cycle.eol_on >= today


def _licence(found: Database) -> str:
    fact = found.fact("licence.model")
    return presentation.in_words(fact.key, fact.value) if fact else ""


def _cycles_verified(found: Database) -> bool:
    """Whether the release lines were seen in a source."""
    provenance = found.provenance.get("lifecycle")
    if not isinstance(provenance, dict):
        return False
    return bool(provenance.get("sources")) and "supported_cycles" not in (provenance.get("unverified_fields") or ())


def _counts(found: Database, today: dt.date) -> dict[str, Any]:
    facts = list(found.facts.values())
    return {
        "fact_count": len(facts),
        "verified_count": sum(fact.verified for fact in facts),
        "stale_count": sum(is_stale(fact.checked_on, today) for fact in facts),
        "checked_on": search.checked_on(found),
        "stale": is_stale(search.checked_on(found), today),
    }
