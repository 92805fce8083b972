"""The catalog's list: search, facets, sorting, all in the URL."""

from __future__ import annotations

import csv
import zlib

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import condition, require_safe

from catalog import search, services
from catalog.exports import safe_cell
from catalog.facts import Database
from catalog.presentation import words


def _etag(request: HttpRequest, **_: object) -> str | None:
    """Pages of anonymous readers change only with the catalog, the look and the address."""
    if request.user.is_authenticated:
        return None
    theme = request.COOKIES.get("theme", "")
    kind = "part" if request.headers.get("HX-Request") else "page"
    return f'"{services.current_snapshot().id[:20]}-{services.current_prices().id[:8]}-{theme}-{kind}-{zlib.crc32(request.get_full_path().encode())}"'


def _parameters(query: QueryDict) -> dict[str, list[str]]:
    return {key: query.getlist(key) for key in query}


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    query = search.query_of(_parameters(request.GET))
    found = search.search(services.current_snapshot(), query)
    fmt = request.GET.get("format", "")
    if fmt == "csv":
        return _csv(found.databases)
    if fmt == "json":
        return JsonResponse({"databases": [_row(one) for one in found.databases]})
    context = {
        "query": query,
        "found": found,
        "rows": [_row(one) for one in found.databases],
        "chips": _chips(request.GET, found),
        "sorts": search.SORTS,
        "address": request.GET.urlencode(),
    }
    template = "catalog/_results.html" if request.headers.get("HX-Request") else "catalog/list.html"
    return render(request, template, context)


def _row(database: Database) -> dict[str, object]:
    value = search.value_of
    return {
        "slug": database.slug,
        "name": database.name,
        "category": database.category,
        "kind": database.category.replace("_", " "),
        "best_for": database.best_for,
        "reads": words(value(database, "consistency.read_strongest")),  # type: ignore[arg-type]
        "writes": search.WRITES.get(str(value(database, "scaling.write_scaling")), "unknown"),
        "licence": words(value(database, "licence.current")),  # type: ignore[arg-type]
        "checked_on": search.checked_on(database),
        "verified": sum(fact.verified for fact in database.facts.values()),
        "facts": len(database.facts),
    }


def _chips(query: QueryDict, found: search.Found) -> list[dict[str, str]]:
    """One chip for each chosen option, with the address without it."""
    chips = []
    for facet in found.facets:
        for option in facet.options:
            if option.on:
                rest = query.copy()
                rest.setlist(facet.name, [value for value in rest.getlist(facet.name) if value != option.value])
                chips.append({"label": option.label, "address": rest.urlencode()})
    return chips


def _csv(databases: tuple[Database, ...]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="databases.csv"'
    rows = [_row(one) for one in databases]
    writer = csv.writer(response)
    names = ["slug", "name", "kind", "reads", "writes", "licence", "checked_on", "verified", "facts", "best_for"]
    writer.writerow(names)
    for row in rows:
        writer.writerow([safe_cell(str(row[name])) for name in names])
    return response


listing_page = condition(etag_func=_etag)(listing)
