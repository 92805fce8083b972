"""The catalog as JSON and CSV: databases, offerings, prices. Public, read only, with ETags."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.errors import HttpError

from catalog import exports, search, services
from catalog.facts import Database, Offering, Price

router = Router(tags=["catalog"])
MOST_ROWS = 500


class DatabaseRow(Schema):
    """One system in a list. `facts_verified` of `facts_total` were seen in a source."""

    slug: str
    name: str
    vendor: str
    status: str
    category: str
    types: list[str]
    workloads: list[str]
    best_for: str
    docs_url: str
    facts_total: int
    facts_verified: int


class DatabasePage(Schema):
    """A page of systems; `next_offset` is null on the last one."""

    databases: list[DatabaseRow]
    total: int
    next_offset: int | None


class OfferingRow(Schema):
    """A way to buy a system. `billing` = instances, request-units, object-storage or none (no formula yet)."""

    slug: str
    name: str
    database: str
    provider: str
    billing: str
    price_service: str
    price_engine: str
    price_deployment: str
    source: str
    notes: str


class OfferingPage(Schema):
    offerings: list[OfferingRow]
    total: int
    next_offset: int | None


class PriceRow(Schema):
    """A list price in USD before tax and discount. `usd` is a decimal text; `as_of` null = the source gives no date."""

    kind: str
    provider: str
    service: str
    engine: str
    region: str
    deployment: str
    resource: str
    billed: str
    unit: str
    usd: str
    source: str
    as_of: dt.date | None


class PricePage(Schema):
    prices: list[PriceRow]
    total: int
    next_offset: int | None


def _row(database: Database) -> dict[str, Any]:
    return {
        "slug": database.slug, "name": database.name, "vendor": database.vendor, "status": database.status,
        "category": database.category, "types": list(database.types), "workloads": list(database.workloads),
        "best_for": database.best_for, "docs_url": database.docs_url, "facts_total": len(database.facts),
        "facts_verified": sum(fact.verified for fact in database.facts.values()),
    }  # fmt: skip


def _page(rows: Sequence[Any], limit: int, offset: int) -> tuple[Sequence[Any], int | None]:
    """A slice, and where the next one begins."""
    if not 1 <= limit <= MOST_ROWS or offset < 0:
        raise HttpError(422, f"limit must be 1 to {MOST_ROWS}, offset 0 or more")
    end = offset + limit
    return rows[offset:end], end if end < len(rows) else None


def _csv(name: str, rows: Iterable[dict[str, Any]]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer: Any = None
    for row in rows:
        if writer is None:
            writer = csv.writer(response)
            writer.writerow(row)
        writer.writerow(
            [exports.safe_cell(" ".join(cell) if isinstance(cell, list) else str(cell)) for cell in row.values()]
        )
    return response


def _format(fmt: str) -> str:
    if fmt not in ("json", "csv"):
        raise HttpError(422, f"format must be json or csv, not {fmt!r}")
    return fmt


@router.get("/databases", response=DatabasePage, summary="Systems of the catalog")
def databases(request: HttpRequest, q: str = "", limit: int = 100, offset: int = 0, format: str = "json") -> Any:
    """Search with `q` (name, kind, purpose; typing errors are forgiven), and the facets of the list page."""
    parameters = {key: request.GET.getlist(key) for key in request.GET}
    query = search.query_of(parameters)
    if query.unknown:
        raise HttpError(422, f"there is no filter {', '.join(query.unknown)}")
    rows = [_row(one) for one in search.search(services.current_snapshot(), query).databases]
    if _format(format) == "csv":
        return _csv("databases", rows)
    page, following = _page(rows, limit, offset)
    return {"databases": page, "total": len(rows), "next_offset": following}


@router.get("/databases/{slug}", response=dict[str, Any], summary="One system with every fact and its provenance")
def database(request: HttpRequest, slug: str) -> dict[str, Any]:
    found = services.current_snapshot().databases.get(slug)
    if found is None:
        raise HttpError(404, f"no database {slug!r} in the catalog")
    return exports.tree(found)


def _offering(one: Offering) -> dict[str, Any]:
    return {name: getattr(one, name) for name in OfferingRow.model_fields}


@router.get("/offerings", response=OfferingPage, summary="Ways to buy a system")
def offerings(
    request: HttpRequest,
    database: str = "",
    provider: str = "",
    limit: int = 100,
    offset: int = 0,
    format: str = "json",
) -> Any:
    rows = [
        _offering(one)
        for one in services.current_snapshot().offerings.values()
        if database in ("", one.database) and provider in ("", one.provider)
    ]
    if _format(format) == "csv":
        return _csv("offerings", rows)
    page, following = _page(rows, limit, offset)
    return {"offerings": page, "total": len(rows), "next_offset": following}


def _price(one: Price) -> dict[str, Any]:
    return {name: getattr(one, name) for name in PriceRow.model_fields} | {"usd": str(one.usd)}


@router.get("/prices", response=PricePage, summary="Dated list prices")
def prices(
    request: HttpRequest,
    database: str = "",
    provider: str = "",
    region: str = "",
    service: str = "",
    limit: int = 100,
    offset: int = 0,
    format: str = "json",
) -> Any:
    """With `database` the prices of all offerings of that system."""
    wanted = {one.price_service for one in services.current_snapshot().offerings.values() if one.database == database}
    rows = [
        _price(one)
        for one in services.current_prices().prices
        if provider in ("", one.provider)
        and region in ("", one.region)
        and service in ("", one.service)
        and (not database or one.service in wanted)
    ]
    if _format(format) == "csv":
        return _csv("prices", rows)
    page, following = _page(rows, limit, offset)
    return {"prices": page, "total": len(rows), "next_offset": following}
