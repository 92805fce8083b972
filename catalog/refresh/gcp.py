"""SKUs of the Google Cloud Billing catalog. A price is units + nanos / 10^9; machines are priced by vCPU and GiB apart."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, BinaryIO

from catalog.facts import Price, PriceBook
from catalog.refresh import json_text
from catalog.refresh.rows import Parsed, PriceFileError, amount, day_of, plain, untrusted

NANO = Decimal(1_000_000_000)
NOT_READ = "not among the products that are read"
MACHINE = re.compile(r"^([A-Z]\d[A-Z]?)(?: AMD| Arm| Predefined)? Instance (Core|Ram) running in ")
WHOLE_CORES = ("standard", "highmem", "highcpu")
CLOUD_SQL = re.compile(r"^Cloud SQL for (?:PostgreSQL|MySQL): (Zonal|Regional) - (vCPU|RAM|Standard storage) in ")
CLOUD_SQL_BILLED = {"vCPU": ("vcpu", "vcpu-hour"), "RAM": ("memory", "gib-hour"),
                    "Standard storage": ("storage-ssd", "gib-month")}  # fmt: skip
DISK = re.compile(r"^(Regional )?(Storage|SSD backed|Balanced) PD Capacity(?: in .*)?$")
DISKS = {"Storage": "pd-standard", "SSD backed": "pd-ssd", "Balanced": "pd-balanced"}
BIGQUERY = {"Analysis": ("on-demand", "query-bytes-scanned", "tib"),
            "Active Logical Storage": ("regional", "storage-active-logical", "gib-month"),
            "Long Term Logical Storage": ("regional", "storage-long-term-logical", "gib-month")}  # fmt: skip
UNITS = {"h": ("vcpu-hour", "hour"), "GiBy.h": ("gib-hour",), "GiBy.mo": ("gib-month",), "GiBy": ("gib",),
         "TiBy": ("tib",), "mo": ("month",)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thing:
    kind: str
    service: str
    engine: str
    deployment: str
    resource: str
    billed: str
    unit: str


@dataclass
class _Halves:
    """Prices of a vCPU and of a GiB of one machine family, by region."""

    usd: dict[tuple[str, str, str], Decimal] = field(default_factory=dict)
    places: dict[tuple[str, str, str], str] = field(default_factory=dict)


def read(file: BinaryIO, origin: str, read_on: dt.date | None, today: dt.date, known: PriceBook) -> Parsed:
    """One answer or a list of answers. Machine types and their sizes are those that the price book already knows."""
    tree = json_text.load(file, origin)
    parsed, halves = Parsed("gcp", "Cloud Billing catalog", origin), _Halves()
    pages = tree if isinstance(tree, list) else [tree]
    for number, page in enumerate(pages, 1):
        skus = page.get("skus") if isinstance(page, Mapping) else None
        if not isinstance(skus, list):
            raise PriceFileError(
                f"{origin}: page {number} has no list skus: not an answer of the Cloud Billing catalog"
            )
        for place, sku in enumerate(skus):
            parsed.seen += 1
            if not isinstance(sku, Mapping):
                raise PriceFileError(f"{origin}: page {number}, skus[{place}] is no object")
            _add(parsed, halves, sku, today)
    if len(pages) == 1 and pages[0].get("nextPageToken"):
        parsed.notes.append("The answer names a next page; its rows are not in this file")
    _machines(parsed, halves, known)
    return parsed.finish(read_on)


def rate_of(tier: Mapping[str, Any]) -> Decimal | None:
    """The exact amount of one tier; None where its parts are not whole numbers."""
    price = tier.get("unitPrice") or {}
    try:
        units, nanos = int(str(price.get("units", 0) or 0)), int(str(price.get("nanos", 0) or 0))
    except ValueError:
        return None
    return amount(units + Decimal(nanos) / NANO)


def _in_force(sku: Mapping[str, Any], today: dt.date) -> Mapping[str, Any] | None:
    """The last of the price periods that has begun."""
    periods = [one for one in sku.get("pricingInfo") or () if isinstance(one, Mapping)]
    begun = [one for one in periods if (day_of(one.get("effectiveTime")) or today) <= today]
    return max(begun, key=lambda one: str(one.get("effectiveTime", "")), default=None)


def _thing(name: str, service: str) -> Thing | None:
    sql, disk = CLOUD_SQL.match(name), DISK.match(name)
    if sql and service == "Cloud SQL":
        billed, unit = CLOUD_SQL_BILLED[sql.group(2)]
        resource = "" if billed == "storage-ssd" else "db-custom (Enterprise edition)"
        return Thing("managed", "Cloud SQL", "postgresql|mysql", sql.group(1).lower(), resource, billed, unit)
    if disk and service == "Compute Engine":
        kind = DISKS[disk.group(2)] + ("-regional" if disk.group(1) else "")
        return Thing("storage", "Persistent Disk", "", kind, "block", "storage", "gib-month")
    if service == "BigQuery" and name.split(" (")[0] in BIGQUERY:
        deployment, billed, unit = BIGQUERY[name.split(" (")[0]]
        return Thing("managed", "BigQuery", "bigquery", deployment, "", billed, unit)
    return None


def _add(parsed: Parsed, halves: _Halves, sku: Mapping[str, Any], today: dt.date) -> None:
    name, category = str(sku.get("description") or ""), sku.get("category") or {}
    place = f"{sku.get('skuId', '')}: {name}"
    if category.get("usageType") != "OnDemand":
        parsed.leave_out(place, f"sold as {category.get('usageType') or '(nothing)'}, not on demand")
        return
    machine, thing = MACHINE.match(name), _thing(name, str(category.get("serviceDisplayName") or ""))
    if machine is None and thing is None:
        parsed.leave_out(place, NOT_READ)
        return
    wanted = thing.unit if thing else ("vcpu-hour" if machine and machine.group(2) == "Core" else "gib-hour")
    found = _paid(parsed, place, _in_force(sku, today), wanted)
    if found is None:
        return
    usd, day = found
    parsed.effective(day)
    for region in sku.get("serviceRegions") or ():
        if machine:
            key = (machine.group(1).lower(), machine.group(2), str(region))
            halves.usd[key], halves.places[key] = usd, place
        elif thing:
            parsed.prices.append(_price(parsed, thing, str(region), usd, str(sku.get("skuId", ""))))


def _paid(
    parsed: Parsed, place: str, period: Mapping[str, Any] | None, wanted: str
) -> tuple[Decimal, dt.date | None] | None:
    """The one paid rate; None after saying what is wrong."""
    expression = (period or {}).get("pricingExpression") or {}
    tiers = [tier for tier in expression.get("tieredRates") or () if isinstance(tier, Mapping)]
    if period is None or not tiers:
        parsed.quarantine(place, "no price in force today")
        return None
    unit = str(expression.get("usageUnit", ""))
    paid = [tier for tier in tiers if rate_of(tier) != 0] or tiers[:1]
    usd, currency = rate_of(paid[0]), str((paid[0].get("unitPrice") or {}).get("currencyCode", ""))
    wrong = untrusted(usd, currency)
    if not wrong and wanted not in UNITS.get(unit, ()):
        wrong = f"the unit {unit!r} is not one for {wanted}"
    if not wrong and len(paid) > 1:
        wrong = "tiers that no bill knows"
    if wrong or usd is None:
        parsed.quarantine(place, wrong)
        return None
    return usd, day_of(period.get("effectiveTime"))


def _machines(parsed: Parsed, halves: _Halves, known: PriceBook) -> None:
    """vCPU x its price + GiB x its price, for the machine types of the price book. Half a price is none."""
    for row in known.prices:
        if row.provider != "gcp" or row.kind != "compute" or not row.vcpu or not row.memory_gib:
            continue
        family, _, size = row.resource.partition("-")
        keys = [(family, part, row.region) for part in ("Core", "Ram")]
        if size.split("-")[0] not in WHOLE_CORES or "lssd" in size or not any(key in halves.usd for key in keys):
            continue
        if any(key not in halves.usd for key in keys):
            parsed.quarantine(f"{row.region} {row.resource}", "only one of vCPU and memory is in the file")
            continue
        core, ram = (halves.usd[key] for key in keys)
        thing = Thing("compute", "Compute", "", "", row.resource, "instance", "hour")
        skus = " + ".join(halves.places[key].split(":")[0] for key in keys)
        parsed.prices.append(_price(parsed, thing, row.region, row.vcpu * core + row.memory_gib * ram, skus))


def _price(parsed: Parsed, thing: Thing, region: str, usd: Decimal, skus: str) -> Price:
    return Price(
        thing.kind, "gcp", thing.service, thing.engine, region, thing.deployment, thing.resource, None, None, None,
        thing.billed, thing.unit, plain(usd), f"{parsed.origin} SKU {skus}"[-400:], None,
    )  # fmt: skip
