"""The catalog as JSON and CSV: databases, offerings, prices. Public, read only, with ETags."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import condition
from ninja import Query, Router
from ninja.decorators import decorate_view
from ninja.errors import HttpError

from catalog import exports, facets, offers, parameters, search, services
from catalog.api_schemas import (
    DatabaseDetail,
    DatabasePage,
    DatabaseRow,
    OfferingPage,
    OfferingRow,
    PricePage,
    PriceRow,
)
from catalog.facts import Database, Offering, Price

router = Router(tags=["catalog"])
Value = TypeVar("Value")
MOST_ROWS = 500
MOST_NAMED = 5
LIST_OPTIONS: parameters.Options = {"q": None, **facets.OPTIONS, "limit": None, "offset": None, "format": None}
Format = Literal["json", "csv"]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="how many rows, at most 500")]
Offset = Annotated[int, Query(ge=0, le=1_000_000_000, description="where to begin")]
Text = Annotated[str, Query(max_length=200)]


def _etag(request: HttpRequest, **_: object) -> str:
    """The same question to the same catalog and prices has the same answer."""
    ids = (services.current_snapshot().id, services.current_prices().id, request.get_full_path())
    return f'"{hashlib.sha256(chr(0).join(ids).encode()).hexdigest()[:32]}"'


unchanged = decorate_view(condition(etag_func=_etag))


def _row(database: Database) -> dict[str, Any]:
    return {
        "slug": database.slug,
        "name": database.name,
        "vendor": database.vendor,
        "status": database.status,
        "category": database.category,
        "types": list(database.types),
        "workloads": list(database.workloads),
        "deployment_models": list(database.deployment_models),
        "best_for": database.best_for,
        "docs_url": database.docs_url,
        "checked_on": search.checked_on(database),
        "facts_total": len(database.facts),
        "facts_verified": sum(fact.verified for fact in database.facts.values()),
    }


def page_of(
    name: str, found: Sequence[Value], limit: int, offset: int, row: Callable[[Value], dict[str, Any]]
) -> dict[str, Any]:
    """A slice as rows, how many there are, and where the next slice begins."""
    end = offset + limit
    rows = [row(one) for one in found[offset:end]]
    return {name: rows, "total": len(found), "next_offset": end if end < len(found) else None}


def csv_answer(name: str, columns: Iterable[str], rows: Iterable[dict[str, Any]]) -> HttpResponse:
    """All rows, without paging; the first line names the columns even when there is none."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([exports.safe_cell(_cell(cell)) for cell in row.values()])
    return response


def _cell(value: object) -> str:
    """Words with a space between; numbers, yes and no, and lists of anything else as JSON, as the whole catalog has them."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return " ".join(value)
    if isinstance(value, bool | list | dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def refuse_unknown(status: int, what: str, value: str, known: Collection[str]) -> None:
    """A word that the catalog does not have is an error that names it; "" asks for nothing."""
    if value and value not in known:
        words = parameters.listed(sorted(word for word in known if word))
        raise HttpError(status, f"The catalog has no {what} {value[:80]!r}. Known are: {words}.")


def refuse_database(slug: str) -> None:
    refuse_unknown(404, "database", slug, services.current_snapshot().databases)


def _refuse_provider(provider: str) -> None:
    """Known is who sells an offering or has a price: both lists take the same names."""
    sellers = {one.provider for one in services.current_snapshot().offerings.values()}
    refuse_unknown(422, "provider", provider, sellers | {one.provider for one in services.current_prices().prices})


@router.get("/databases", response=DatabasePage, summary="Systems of the catalog")
@unchanged
def databases(
    request: HttpRequest,
    q: Text = "",
    model: Annotated[list[str], Query(description="data model, one of several")] = [],  # noqa: B006
    must: Annotated[list[str], Query(description="ability; all of several")] = [],  # noqa: B006
    on: Annotated[list[str], Query(description="managed on; all of several")] = [],  # noqa: B006
    licence: Annotated[list[str], Query(description="kind of licence, one of several")] = [],  # noqa: B006
    writes: Annotated[list[str], Query(description="vertical or horizontal")] = [],  # noqa: B006
    reads: Annotated[list[str], Query(description="freshest reads, one of several")] = [],  # noqa: B006
    spans: Annotated[list[str], Query(description="what a transaction spans, one of several")] = [],  # noqa: B006
    limit: Limit = 100,
    offset: Offset = 0,
    format: Format = "json",
) -> Any:
    """Search with `q` (name, kind, purpose; typing errors are forgiven) and the facets of the list page."""
    chosen = {
        "model": model,
        "must": must,
        "on": on,
        "licence": licence,
        "writes": writes,
        "reads": reads,
        "spans": spans,
    }
    if unknown := parameters.unknown_in(dict(request.GET.lists()), LIST_OPTIONS):
        raise HttpError(422, " ".join(one.sentence for one in unknown[:MOST_NAMED]))
    found = search.search(services.current_snapshot(), search.query_of({"q": [q], **chosen})).databases
    if format == "csv":
        return csv_answer("databases", DatabaseRow.model_fields, map(_row, found))
    return page_of("databases", found, limit, offset, _row)


@router.get(
    "/databases/{slug}",
    response=DatabaseDetail,
    exclude_unset=True,
    summary="One system with every fact and its provenance",
)
@unchanged
def database(request: HttpRequest, slug: str) -> Any:
    refuse_database(slug)
    return exports.tree(services.current_snapshot().databases[slug])


def _offering(one: Offering) -> dict[str, Any]:
    return {name: getattr(one, name) for name in OfferingRow.model_fields}


@router.get("/offerings", response=OfferingPage, summary="Ways to buy a system")
@unchanged
def offerings(
    request: HttpRequest,
    database: Text = "",
    provider: Text = "",
    limit: Limit = 100,
    offset: Offset = 0,
    format: Format = "json",
) -> Any:
    """All of them, or those of one `database` (a slug) or one `provider`."""
    refuse_database(database)
    _refuse_provider(provider)
    found = [
        one
        for one in services.current_snapshot().offerings.values()
        if database in ("", one.database) and provider in ("", one.provider)
    ]
    if format == "csv":
        return csv_answer("offerings", OfferingRow.model_fields, map(_offering, found))
    return page_of("offerings", found, limit, offset, _offering)


def _price(one: Price) -> dict[str, Any]:
    found = {name: getattr(one, name) for name in PriceRow.model_fields}
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in found.items()}


def _prices_of(database: str, offering: str) -> Sequence[Price]:
    """All prices, or those of one system's offerings or of one offering; each once, in the order of the book."""
    book, known = services.current_prices(), services.current_snapshot().offerings
    if not database and not offering:
        return book.prices
    wanted = [one for one in known.values() if database in ("", one.database) and offering in ("", one.slug)]
    found = {price for one in wanted for price in offers.prices_of(one, book)}
    return [price for price in book.prices if price in found]


@router.get("/prices", response=PricePage, summary="Dated list prices")
@unchanged
def prices(
    request: HttpRequest,
    database: Text = "",
    offering: Text = "",
    kind: Literal["", "compute", "storage", "managed", "transfer"] = "",
    provider: Text = "",
    region: Text = "",
    service: Text = "",
    limit: Limit = 100,
    offset: Offset = 0,
    format: Format = "json",
) -> Any:
    """With `database` the prices of all offerings of that system, with `offering` those of one."""
    refuse_database(database)
    refuse_unknown(404, "offering", offering, services.current_snapshot().offerings)
    _refuse_provider(provider)
    book = services.current_prices().prices
    refuse_unknown(422, "price in region", region, {one.region for one in book})
    refuse_unknown(422, "price of service", service, {one.service for one in book})
    found = [
        one
        for one in _prices_of(database, offering)
        if kind in ("", one.kind)
        and provider in ("", one.provider)
        and region in ("", one.region)
        and service in ("", one.service)
    ]
    if format == "csv":
        return csv_answer("prices", PriceRow.model_fields, map(_price, found))
    return page_of("prices", found, limit, offset, _price)
