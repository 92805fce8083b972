"""Answers of the Azure Retail Prices API: one page, or a list of pages.

One `armSkuName` stands for Linux, Windows, Spot, Low Priority and dev/test rows alike; only the product and sku names tell
them apart. `isPrimaryMeterRegion` tells nothing: the right row may say false.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, BinaryIO

from catalog.facts import Price
from catalog.refresh import json_text
from catalog.refresh.rows import Parsed, PriceFileError, amount, day_of, plain, untrusted

UNIT = re.compile(r"^\s*(\d+(?:[.,]\d+)?)\s*([KM]?)(?![A-Za-z])\s*/?\s*(.*?)\s*$")
TIMES = {"": 1, "K": 1_000, "M": 1_000_000}
WORDS = {"hour": "hour", "hours": "hour", "gb/month": "gib-month", "gb": "gib", "month": "month", "": "count"}
REDIS = re.compile(r"^Azure Redis Cache (Basic|Standard|Premium)$")
NOT_READ = "not among the products that are read"


@dataclass(frozen=True, slots=True)
class Thing:
    kind: str
    service: str
    engine: str
    deployment: str
    resource: str
    billed: str
    unit: str


def read(file: BinaryIO, origin: str, read_on: dt.date | None, today: dt.date) -> Parsed:
    tree = json_text.load(file, origin)
    pages = tree if isinstance(tree, list) else [tree]
    parsed = Parsed("azure", "Retail Prices API", origin)
    for number, page in enumerate(pages, 1):
        items = page.get("Items") if isinstance(page, Mapping) else None
        if not isinstance(items, list):
            raise PriceFileError(f"{origin}: page {number} has no list Items: not an answer of the Retail Prices API")
        for place, item in enumerate(items, 1):
            if not isinstance(item, Mapping):
                raise PriceFileError(f"{origin}: page {number}, item {place} is no object")
            parsed.seen += 1
            _add(parsed, f"page {number}, item {place}: {item.get('meterName', '')}", item, today)
    last = pages[-1].get("NextPageLink") if pages else None
    if last and len(pages) == 1:
        parsed.notes.append("The answer names a next page; its rows are not in this file")
    return parsed.finish(read_on)


def unit_of(text: str) -> tuple[Decimal, str] | None:
    """ "1 Hour", "100 Hours", "1 GB/Month", "10K" as number and unit; None where the text is not understood."""
    found = UNIT.match(text)
    if not found:
        return None
    unit = WORDS.get(found.group(3).lower())
    number = Decimal(found.group(1).replace(",", "")) * TIMES[found.group(2)]
    return (number, unit) if unit and number > 0 else None


def _not_ours(item: Mapping[str, Any], today: dt.date) -> str:
    """Why a row is left out by design; "" if it may be ours."""
    sort, product, sku = (str(item.get(name) or "") for name in ("type", "productName", "skuName"))
    if sort == "Reservation":
        return "a reservation: its price is that of the whole term"
    if sort != "Consumption":
        return f"sold as {sort or '(nothing)'}, not as consumption"
    if product.endswith("Windows"):
        return "Windows"
    for word in ("Spot", "Low Priority"):
        if word in sku:
            return f"{word} capacity"
    if "Dedicated Host" in product or "Cloud Services" in product or "CloudServices" in product:
        return "a dedicated host or cloud service"
    start, end = day_of(item.get("effectiveStartDate")), day_of(item.get("effectiveEndDate"))
    if start and start > today:
        return "not in force yet"
    return "no longer in force" if end and end < today else ""


def _thing(item: Mapping[str, Any]) -> Thing | None:
    service, product = str(item.get("serviceName") or ""), str(item.get("productName") or "")
    machine, sku = str(item.get("armSkuName") or ""), str(item.get("skuName") or "")
    if service == "Virtual Machines" and machine.startswith("Standard_"):
        return Thing("compute", "Compute", "", "", machine, "instance", "hour")
    redis = REDIS.match(product)
    if service == "Redis Cache" and redis and item.get("meterName") == f"{sku} Cache":
        return Thing("managed", "Azure Cache for Redis", "redis", "node", f"{redis.group(1)}_{sku}", "node", "hour")
    return None


def _add(parsed: Parsed, place: str, item: Mapping[str, Any], today: dt.date) -> None:
    reason = _not_ours(item, today)
    thing = None if reason else _thing(item)
    if thing is None:
        parsed.leave_out(place, reason or NOT_READ)
        return
    usd, unit = amount(item.get("retailPrice")), unit_of(str(item.get("unitOfMeasure") or ""))
    wrong = untrusted(usd, str(item.get("currencyCode") or ""))
    if not wrong and (unit is None or unit[1] != thing.unit):
        wrong = f"the unit {item.get('unitOfMeasure')!r} is not one for {thing.unit}"
    if not wrong and amount(item.get("tierMinimumUnits")) != 0:
        wrong = f"a tier from {item.get('tierMinimumUnits')} that no bill knows"
    if not wrong and not item.get("armRegionName"):
        wrong = "no region"
    if wrong or usd is None or unit is None:
        parsed.quarantine(place, wrong)
        return
    parsed.effective(day_of(item.get("effectiveStartDate")))
    parsed.prices.append(
        Price(
            thing.kind, "azure", thing.service, thing.engine, str(item["armRegionName"]), thing.deployment,
            thing.resource, None, None, None, thing.billed, thing.unit, plain(usd / unit[0]),
            f"{parsed.origin} meter {item.get('meterId', '')}"[-400:], None,
        )
    )  # fmt: skip
    parsed.prices += _terms(parsed.prices[-1], item, unit[0])


TERMS = {"1 Year": "1-year", "3 Years": "3-years"}


def _terms(price: Price, item: Mapping[str, Any], number: Decimal) -> list[Price]:
    """The hourly prices of a savings plan, which stand inside the row of the hour without one."""
    found = []
    plans = item.get("savingsPlan")
    for plan in plans if isinstance(plans, list) and price.kind == "compute" else ():
        term = TERMS.get(str(plan.get("term") or "")) if isinstance(plan, Mapping) else None
        usd = amount(plan.get("retailPrice")) if term else None
        if term and usd:
            source = f"{price.source}, savings plan"[-400:]
            found.append(replace(price, billed=f"{price.billed}-{term}", usd=plain(usd / number), source=source))
    return found
