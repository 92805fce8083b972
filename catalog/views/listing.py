"""The catalog's list: search, facets, sorting and the systems picked for comparison, all in the URL."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import condition, require_safe
from django.views.decorators.vary import vary_on_headers

from catalog import facets, parameters, search, services
from catalog.exports import safe_cell
from catalog.facts import Database, Snapshot
from catalog.presentation import in_words, is_stale, kind
from catalog.views.conditional import etag

MOST_PICKED = 6
PER_PAGE = 100
MOST_NAMED = 5
LOOKS = {"table": "Table", "cards": "Cards"}
COLUMNS = ("slug", "name", "kind", "reads", "writes", "licence", "checked_on", "verified", "facts", "best_for")


@vary_on_headers("HX-Request", "Cookie")
@require_safe
@condition(etag_func=etag)
def listing(request: HttpRequest) -> HttpResponse:
    """What does not exist is left out, named above the list, and answered with 422, which htmx swaps too."""
    snapshot, given = services.current_snapshot(), dict(request.GET.lists())
    options = _options(snapshot)
    get = _query_dict(parameters.understood(given, options))
    query = search.query_of(dict(get.lists()))
    found = search.search(snapshot, query)
    pages = Paginator(found.databases, PER_PAGE)
    unknown = parameters.unknown_in(given, {**options, "page": [str(number) for number in pages.page_range]})
    fmt = get.get("format", "")
    if fmt == "json":
        return _json(found, unknown)
    if fmt == "csv" and not unknown:
        return _csv(found.databases)
    context = _context(get, query, found, snapshot, pages) | {"unknown": unknown[:MOST_NAMED]}
    htmx = bool(request.headers.get("HX-Request"))
    template = "catalog/_list_update.html" if htmx else "catalog/list.html"
    response = render(request, template, context, status=422 if unknown else 200)
    if htmx:
        response["HX-Replace-Url"] = f"{request.path}?{context['address']}" if context["address"] else request.path
    return response


def _options(snapshot: Snapshot) -> dict[str, Collection[str] | None]:
    """Every part of the address with what it can be. How many pages there are is known after the search."""
    return {
        "q": None,
        **facets.OPTIONS,
        "sort": search.SORTS,
        "look": LOOKS,
        "pick": snapshot.databases,
        "format": ("csv", "json"),
        "page": None,
    }


def _query_dict(lists: dict[str, list[str]]) -> QueryDict:
    found = QueryDict(mutable=True)
    for name, values in lists.items():
        found.setlist(name, values)
    return found


def _context(
    get: QueryDict, query: search.Query, found: search.Found, snapshot: Snapshot, pages: Paginator[Database]
) -> dict[str, Any]:
    page = pages.get_page(get.get("page"))
    rows = [row(one) | {"parts": marked(one.best_for, query.text)} for one in page]
    picked = list(dict.fromkeys(get.getlist("pick")))
    shown = {one.slug for one in found.databases}
    # With nothing but one filter it is plain what hides the rest.
    hidden = found.hidden_by[:2] if query.text or sum(map(len, query.chosen.values())) > 1 else ()
    return {
        "query": query,
        "found": found,
        "rows": rows,
        "page": page,
        "pages": [(number, _address(get, {}, page=str(number))) for number in page.paginator.page_range],
        "look": get.get("look") or "table",
        "looks": [(value, label, _address(get, {}, look=value)) for value, label in LOOKS.items()],
        "chips": _chips(get, found),
        "hidden": [(one, _address(get, {one.facet: one.value})) for one in hidden],
        "sorts": search.SORTS,
        "address": _address(get, {}),
        "picked": [(snapshot.databases[slug], _address(get, {"pick": slug})) for slug in picked],
        "picked_slugs": picked,
        "picked_unseen": [slug for slug in picked if slug not in shown],
        "too_many": len(picked) > MOST_PICKED,
        "most_picked": MOST_PICKED,
    }


def row(database: Database) -> dict[str, Any]:
    """One system of the list, in words."""
    checked = search.checked_on(database)
    return {
        "slug": database.slug,
        "name": database.name,
        "category": database.category,
        "kind": kind(database),
        "best_for": database.best_for,
        "reads": _words(database, "consistency.read_strongest"),
        "writes": facets.WRITES.get(str(facets.value_of(database, "scaling.write_scaling")), "Unknown"),
        "licence": _words(database, "licence.current"),
        "licence_model": _words(database, "licence.model"),
        "checked_on": checked,
        "stale": is_stale(checked, timezone.localdate()),
        "verified": sum(fact.verified for fact in database.facts.values()),
        "facts": len(database.facts),
    }


def _words(database: Database, key: str) -> str:
    fact = database.fact(key)
    return in_words(key, fact.value) if fact else "Unknown"


def marked(text: str, words: str) -> list[tuple[str, bool]]:
    """The text in pieces; true where a piece is one of the words that were looked for."""
    wanted = [re.escape(word) for word in words.split() if len(word) > 1]
    if not wanted:
        return [(text, False)]
    pieces = re.split(f"({'|'.join(wanted)})", text, flags=re.IGNORECASE)
    return [(piece, place % 2 == 1) for place, piece in enumerate(pieces) if piece]


DEFAULTS = {"sort": "match", "look": "table", "page": "1"}


def _address(get: QueryDict, without: dict[str, str], **changed: str) -> str:
    """The query string of this list without empty or default parts and without one chosen value, and with what
    `changed` says; another page is kept only where it is asked for."""
    kept = QueryDict(mutable=True)
    for key, values in (*get.lists(), *((key, [value]) for key, value in changed.items())):
        wanted = [value for value in dict.fromkeys(values) if value and without.get(key) != value]
        if key in changed:
            wanted = [changed[key]]
        elif key in ("format", "page"):
            continue
        if wanted and wanted != [DEFAULTS.get(key)]:
            kept.setlist(key, wanted)
    return kept.urlencode()


def _chips(get: QueryDict, found: search.Found) -> list[dict[str, str]]:
    """One chip for each chosen option, with the address without it."""
    return [
        {
            "label": f"Managed on {option.label}" if facet.name == "on" else option.label,
            "address": _address(get, {facet.name: option.value}),
        }
        for facet in found.facets
        for option in facet.options
        if option.on
    ]


def _json(found: search.Found, unknown: tuple[parameters.Unknown, ...]) -> JsonResponse:
    """A program is told what is unknown in the API's shape of an error, not in a page."""
    if unknown:
        message = " ".join(one.sentence for one in unknown[:MOST_NAMED])
        return JsonResponse({"error": {"code": "invalid", "message": message, "details": []}}, status=422)
    return JsonResponse({"databases": [row(one) for one in found.databases], "total": found.total})


def _csv(databases: tuple[Database, ...]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="databases.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    for one in databases:
        cells = row(one)
        writer.writerow([safe_cell(str(cells[name])) for name in COLUMNS])
    return response
