"""Two to six systems side by side, named by the URL."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import condition, require_safe
from django.views.decorators.vary import vary_on_cookie

from catalog import presentation, services
from catalog.exports import safe_cell
from catalog.facts import Database
from catalog.views.conditional import etag

MOST_COMPARED = 6
GROUPS = ("consistency", "query", "features", "scaling", "replication", "durability", "backup", "licence", "lifecycle")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one system says; `numbers` are its sources in the list under the table, none = not confirmed."""

    text: str
    prose: bool
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    cells: tuple[Cell, ...]

    @property
    def same(self) -> bool:
        return len({cell.text for cell in self.cells}) == 1


@vary_on_cookie
@require_safe
@condition(etag_func=etag)
def compare(request: HttpRequest) -> HttpResponse:
    """?db=a,b,c, or ?pick=a&pick=b of a form. One or nine systems: a plain answer with 400; an unknown one: 404."""
    slugs = [slug for text in request.GET.getlist("db") for slug in text.split(",")] + request.GET.getlist("pick")
    slugs = list(dict.fromkeys(slug for slug in slugs if slug))
    known = services.current_snapshot().databases
    status, problem = _problem(slugs, [slug for slug in slugs if slug not in known])
    databases = [known[slug] for slug in slugs] if slugs and not problem else []
    sources: dict[str, int] = {}
    groups = _groups(databases, sources) if databases else []
    only = request.GET.get("only") == "differences"
    if databases and request.GET.get("format") == "csv":
        return _csv(databases, groups)
    context = {
        "databases": [(one, presentation.kind(one), _without(slugs, one.slug)) for one in databases],
        "everyone": sorted(known.values(), key=lambda one: one.name.lower()),
        "chosen": slugs,
        "problem": problem,
        "only": only,
        "groups": [(title, [line for line in lines if not (only and line.same)]) for title, lines in groups],
        "same_count": sum(line.same for _, lines in groups for line in lines),
        "sources": [(number, presentation.Source(url, url)) for url, number in sources.items()],
    }
    return render(request, "catalog/compare.html", context, status=status)


def _problem(slugs: list[str], unknown: list[str]) -> tuple[int, str]:
    if unknown:
        return 404, f"The catalog has no {', '.join(unknown[:5])}"
    if slugs and not 2 <= len(slugs) <= MOST_COMPARED:
        return 400, f"Choose 2 to {MOST_COMPARED} databases; {len(slugs)} {'was' if len(slugs) == 1 else 'were'} given"
    return 200, ""


def _without(slugs: list[str], slug: str) -> str:
    """The list without one, as the URL names it; "" where fewer than two would be left."""
    rest = [one for one in slugs if one != slug]
    return ",".join(rest) if len(rest) > 1 else ""


def _groups(databases: list[Database], sources: dict[str, int]) -> list[tuple[str, list[Line]]]:
    """Groups of lines; numbers every source in the order of its first use."""
    found = []
    for group in GROUPS:
        keys = dict.fromkeys(key for one in databases for key in one.facts if key.startswith(f"{group}."))
        lines = [_line(databases, key, sources) for key in keys]
        if lines:
            found.append((presentation.GROUPS[group], lines))
    limits = _limits(databases, sources)
    return [*found, ("Limits", limits)] if limits else found


def _line(databases: list[Database], key: str, sources: dict[str, int]) -> Line:
    cells = []
    for one in databases:
        fact = one.fact(key)
        if fact is None:
            cells.append(Cell("Unknown", False, ()))
            continue
        row = presentation.row_of(fact)
        numbers = _numbers(fact.sources if fact.verified else (), sources)
        cells.append(Cell(row.text, row.prose, numbers))
    return Line(presentation.label(key), tuple(cells))


def _limits(databases: list[Database], sources: dict[str, int]) -> list[Line]:
    names = dict.fromkeys(limit.name for one in databases for limit in one.limits)
    lines = []
    for name in names:
        limits = [one.limit(name) for one in databases]
        cells = tuple(
            Cell(presentation.limit_text(limit), False, _numbers(limit.sources if limit.verified else (), sources))
            if limit
            else Cell("Unknown", False, ())
            for limit in limits
        )
        label = next(presentation.limit_label(limit) for limit in limits if limit)
        lines.append(Line(label, cells))
    return lines


def _numbers(urls: tuple[str, ...], sources: dict[str, int]) -> tuple[int, ...]:
    return tuple(sources.setdefault(url, len(sources) + 1) for url in urls)


def _csv(databases: list[Database], groups: list[tuple[str, list[Line]]]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="comparison.csv"'
    writer = csv.writer(response)
    writer.writerow(["group", "fact", *(one.slug for one in databases)])
    for title, lines in groups:
        for line in lines:
            writer.writerow([safe_cell(text) for text in (title, line.label, *(cell.text for cell in line.cells))])
    return response
