"""One database: its facts with sources, limits, offers and prices, versions; and two to six of them side by side."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import condition, require_safe

from catalog import presentation, services
from catalog.corrections import corrections_of
from catalog.facts import Database
from catalog.offers import offers_of
from catalog.search import checked_on
from catalog.views.listing import _etag

MOST_COMPARED = 6
STALE_DAYS = 365


def _database(slug: str) -> Database:
    found = services.current_snapshot().databases.get(slug)
    if found is None:
        raise Http404(f"No database {slug!r} in the catalog")
    return found


@condition(etag_func=_etag)
@require_safe
def database(request: HttpRequest, slug: str) -> HttpResponse:
    found = _database(slug)
    facts = list(found.facts.values())
    today = timezone.localdate()
    context = {
        "database": found,
        "groups": presentation.groups(found),
        "limits": [(limit, presentation.limit_text(limit)) for limit in found.limits],
        "licence": presentation.words(found.facts["licence.model"].value) if "licence.model" in found.facts else "",
        "verified": sum(fact.verified for fact in facts),
        "stale": sum(bool(fact.checked_on and (today - fact.checked_on).days > STALE_DAYS) for fact in facts),
        "checked_on": checked_on(found),
        "offers": offers_of(services.current_snapshot(), services.current_prices(), slug),
        "corrections": corrections_of(slug),
        "today": today,
    }
    return render(request, "catalog/database.html", context)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """?db=a,b,c: all facts, or with ?only=differences those that differ. One or nine give a plain answer with 400."""
    slugs = list(dict.fromkeys(slug for slug in request.GET.get("db", "").split(",") if slug))
    slugs += [slug for slug in request.GET.getlist("pick") if slug not in slugs]
    snapshot = services.current_snapshot()
    unknown = [slug for slug in slugs if slug not in snapshot.databases]
    databases = [snapshot.databases[slug] for slug in slugs if slug in snapshot.databases]
    problem = ""
    if unknown:
        problem = f"The catalog has no {', '.join(unknown)}"
    elif slugs and not 2 <= len(slugs) <= MOST_COMPARED:
        problem = f"Choose 2 to {MOST_COMPARED} databases; {len(slugs)} were given"
    only = request.GET.get("only") == "differences"
    context = {
        "databases": databases if not problem else [],
        "everyone": sorted(snapshot.databases.values(), key=lambda one: one.name.lower()),
        "chosen": slugs,
        "problem": problem,
        "only": only,
        "groups": _matrix(databases, only) if databases and not problem else [],
    }
    status = 404 if unknown else 400 if problem else 200
    return render(request, "catalog/compare.html", context, status=status)


def _matrix(databases: list[Database], only: bool) -> list[tuple[str, list[tuple[str, list[presentation.Row | None]]]]]:
    """Groups of rows: (label, one cell for each database)."""
    shown = {
        one.slug: {row.fact.key: row for group in presentation.groups(one) for row in group.rows} for one in databases
    }
    keys = list(dict.fromkeys(key for rows in shown.values() for key in rows))
    matrix = []
    for slug, title in presentation.GROUPS.items():
        rows = []
        for key in keys:
            if not key.startswith(f"{slug}."):
                continue
            cells = [shown[one.slug].get(key) for one in databases]
            if only and len({cell.text if cell else "" for cell in cells}) == 1:
                continue
            rows.append((presentation.label(key), cells))
        if rows:
            matrix.append((title, rows))
    return matrix
