"""Single facts, comparisons, the whole catalog and its coverage as JSON and CSV."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from ninja.errors import HttpError
from pydantic import Field

from catalog import exports, services
from catalog.api import (
    Format,
    Limit,
    Offset,
    Text,
    csv_answer,
    page_of,
    refuse_database,
    refuse_unknown,
    unchanged,
)
from catalog.api_schemas import ComparisonAnswer, CoverageAnswer, FactPage, FactRow, WholeCatalog
from catalog.comparison import compared, write_csv
from catalog.coverage import coverage_of
from catalog.facts import Database, Fact

router = Router(tags=["catalog"])
MOST_COMPARED = 6
Slugs = Annotated[str, Field(max_length=500)]


def _rows(databases: list[Database], key: str, verified: bool | None) -> Iterator[tuple[Database, Fact]]:
    for database in databases:
        for fact in database.facts.values():
            if key and fact.key != key and not fact.key.startswith(f"{key}."):
                continue
            if verified is None or fact.verified is verified:
                yield database, fact


def _row(found: tuple[Database, Fact]) -> dict[str, Any]:
    database, fact = found
    return {
        "database": database.slug,
        "fact": fact.key,
        "value": exports.thawed(fact.value),
        "verified": fact.verified,
        "checked_on": fact.checked_on,
        "sources": list(fact.sources),
        "note": fact.note,
    }


def _csv_row(found: tuple[Database, Fact]) -> dict[str, Any]:
    """A value as in the file of the whole catalog: a list stays a list, also one of words."""
    return _row(found) | {"value": exports.fact_text(found[1])}


def _known(slugs: list[str]) -> list[Database]:
    """The systems of these slugs; one that the catalog does not have is a 404 that names it."""
    for slug in slugs:
        refuse_database(slug)
    return [services.current_snapshot().databases[slug] for slug in slugs]


def _keys() -> set[str]:
    """Every fact and every group of facts: of features.joins also features."""
    keys = {key for one in services.current_snapshot().databases.values() for key in one.facts}
    return {part for key in keys for part in accumulate(key.split("."), lambda left, right: f"{left}.{right}")}


@router.get("/facts", response=FactPage, summary="Single facts with source and day")
@unchanged
def facts(
    request: HttpRequest,
    database: Text = "",
    key: Annotated[str, Query(max_length=200, description="a fact (features.joins) or a group (features)")] = "",
    verified: Annotated[bool | None, Query(description="only those that were, or were not, seen in a source")] = None,
    limit: Limit = 100,
    offset: Offset = 0,
    format: Format = "json",
) -> Any:
    """Facts of all systems or of one `database`, in the order of the catalog."""
    refuse_unknown(422, "fact or group", key, _keys())
    databases = _known([database]) if database else list(services.current_snapshot().databases.values())
    found = list(_rows(databases, key, verified))
    if format == "csv":
        return csv_answer("facts", FactRow.model_fields, map(_csv_row, found))
    return page_of("facts", found, limit, offset, _row)


@router.get("/comparisons", response=ComparisonAnswer, summary="Two to six systems side by side")
@unchanged
def comparison(
    request: HttpRequest,
    db: Annotated[list[Slugs], Query(description="slugs with commas between (redis,valkey), or db once for each")],
    only: Annotated[Literal["", "differences"], Query(description="leave out what is the same for all")] = "",
    format: Format = "json",
) -> Any:
    """The same lines as the page: values in words, with the numbers of their sources; no number = not confirmed."""
    slugs = list(dict.fromkeys(slug for text in db for slug in text.split(",") if slug))
    if not 2 <= len(slugs) <= MOST_COMPARED:
        raise HttpError(422, f"Name 2 to {MOST_COMPARED} databases; {len(slugs)} given.")
    found = compared(_known(slugs))
    groups = found.differing() if only else found.groups
    if format == "csv":
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="comparison.csv"'
        write_csv(answer, slugs, groups)
        return answer
    lines = [
        {"group": title, "fact": line.label, "same": line.same,
         "values": [{"text": cell.text, "sources": list(cell.numbers)} for cell in line.cells]}
        for title, rows in groups for line in rows
    ]  # fmt: skip
    return {"databases": slugs, "lines": lines, "sources": {str(number): url for number, url in found.sources}}


@router.get("/catalog", response=WholeCatalog, exclude_unset=True, summary="The whole catalog in one file")
@unchanged
def whole(request: HttpRequest, format: Literal["json", "yaml", "csv"] = "json") -> Any:
    """Every system in the structure of the data files, provenance included; as CSV one fact a line."""
    kinds = {"json": "application/json", "yaml": "application/yaml", "csv": "text/csv"}
    text = exports.dump(services.current_snapshot(), format)
    answer = HttpResponse(text, content_type=f"{kinds[format]}; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="catalog.{format}"'
    return answer


@router.get("/coverage", response=CoverageAnswer, summary="What was seen in a source, and what is missing")
@unchanged
def coverage(request: HttpRequest) -> Any:
    found = coverage_of(services.current_snapshot(), services.current_prices())
    return {
        "facts": {"seen": found.facts.seen, "total": found.facts.total},
        "facts_the_engine_reads": {"seen": found.used.seen, "total": found.used.total},
        "limits": {"seen": found.limits.seen, "total": found.limits.total},
        "groups": {one.name: {"seen": one.seen, "total": one.total} for one in found.by_group},
        "systems": {one.slug: {"seen": share.seen, "total": share.total} for one, share in found.by_system},
        "waiting": {one.database.slug: list(one.keys) for one in found.waiting},
        "priced_offerings": [one.slug for one in found.priced],
        "unpriced_offerings": [one.slug for one in found.unpriced],
        "systems_without_offering": [one.slug for one in found.without_offering],
        "systems_without_end_of_life": [one.slug for one in found.without_dates],
        "oldest_price": found.oldest_price,
    }
