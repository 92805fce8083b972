"""The published history of a system, and what differs between any two of its revisions. For everybody."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import condition, require_safe
from django.views.decorators.vary import vary_on_cookie

from catalog import curation, parameters, presentation, services, trees
from catalog.access import is_curator
from catalog.models import Revision
from catalog.views.conditional import etag

MOST_NAMED = 5


def newest(request: HttpRequest, slug: str) -> str | None:
    """As other pages, and with the newest revision: going back gives the catalog an id that it had before.

    None for who is signed in: a curator's page has links that nobody else's has.
    """
    tag = etag(request)
    last = curation.history(slug).values_list("pk", flat=True).first()
    return f'"{tag[1:-1]}-{last}"' if tag else None


@vary_on_cookie
@require_safe
@condition(etag_func=newest)
def history(request: HttpRequest, slug: str) -> HttpResponse:
    """?from=1&to=3 names two revisions; without it the newest is shown against the one before.

    A system that was dropped from the catalog keeps its history; 404 where there is neither.
    """
    database = services.current_snapshot().databases.get(slug)
    rows = list(curation.history(slug).defer("tree", "package"))  # two of the trees are read, when they are compared
    if database is None and not rows:
        raise Http404(f"No database {slug!r} in the catalog")
    numbers = [str(one.number) for one in rows]
    unknown = parameters.unknown_in(dict(request.GET.lists()), {"from": numbers, "to": numbers})
    first, last = (None, None) if unknown else _two(rows, request.GET.get("from", ""), request.GET.get("to", ""))
    context = {
        "slug": slug,
        "name": database.name if database else rows[0].tree["name"],
        "category": database.category if database else rows[0].tree["category"],
        "dropped": database is None,
        "rows": rows,
        "first": first,
        "last": last,
        "changes": sourced(trees.differences(first.tree, last.tree)) if first and last else [],
        "unknown": unknown[:MOST_NAMED],
        "curating": is_curator(request),
    }
    return render(request, "catalog/history.html", context, status=404 if unknown else 200)


def sourced(changes: list[trees.Change]) -> list[tuple[trees.Change, Sources, Sources]]:
    """Each change with the links of its sources before and after."""
    return [
        (
            one,
            presentation.sources_of(one.old.sources if one.old else ()),
            presentation.sources_of(one.new.sources if one.new else ()),
        )
        for one in changes
    ]


Sources = tuple[presentation.Source, ...]


def _two(rows: list[Revision], wanted_first: str, wanted_last: str) -> tuple[Revision | None, Revision | None]:
    """The two that are compared: the numbers are of rows, or empty."""
    if not rows:
        return None, None
    last = _numbered(rows, wanted_last) if wanted_last else rows[0]
    before = [one for one in rows if one.number < last.number]
    return (_numbered(rows, wanted_first) if wanted_first else (before[0] if before else last)), last


def _numbered(rows: list[Revision], text: str) -> Revision:
    return next(one for one in rows if str(one.number) == text)
