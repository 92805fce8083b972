"""Amazon's four price formats: the offer file as JSON or CSV, answers of GetProducts, and the calculator's rates."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, BinaryIO, cast

import ijson

from catalog.facts import Price
from catalog.refresh.aws_calculator import read_calculator
from catalog.refresh.aws_products import thing_of
from catalog.refresh.aws_thing import Thing
from catalog.refresh.guarded import Guarded
from catalog.refresh.rows import Parsed, PriceFileError, amount, converted, day_of, plain, untrusted

ONE, THOUSAND, MILLION = Decimal(1), Decimal(1000), Decimal(1_000_000)
# Amazon's unit in lower case: the units of the price book that it can stand for, with the factor of the price
UNITS: dict[str, tuple[tuple[str, Decimal], ...]] = {
    "hrs": (("hour", ONE),), "hour": (("hour", ONE),), "hours": (("hour", ONE),),
    "gb-mo": (("gib-month", ONE),), "gb-month": (("gib-month", ONE),), "gb": (("gib", ONE),),
    "iops-mo": (("iops-month", ONE),), "mibps-mo": (("mibps-month", ONE),), "mbps-mo": (("mibps-month", ONE),),
    "gibps-mo": (("mibps-month", ONE / 1024),), "acu-hr": (("acu-hour", ONE),), "acu-hrs": (("acu-hour", ONE),),
    "readcapacityunit-hrs": (("rcu-hour", ONE),),
    "writecapacityunit-hrs": (("wcu-hour", ONE),),
    "replicatedwritecapacityunit-hrs": (("rwcu-hour", ONE),),
    "readrequestunits": (("million-rru", MILLION),),
    "writerequestunits": (("million-wru", MILLION),),
    "replicatedwriterequestunits": (("million-rwru", MILLION),),
    "ios": (("million-io", MILLION),), "requests": (("1k-requests", THOUSAND), ("million-requests", MILLION)),
}  # fmt: skip
SKU = re.compile(r"^[A-Z0-9]{12,20}$")
CSV_HEAD_ROWS = 5


@dataclass(frozen=True, slots=True)
class Rate:
    """One price of one product in one tier."""

    sku: str
    unit: str
    begin: str
    prices: Mapping[str, str]
    effective: dt.date | None


def read(file: BinaryIO, origin: str, read_on: dt.date | None) -> Parsed:
    """Any of the four formats, told apart by what stands first in the file."""
    start = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    file.seek(0)
    if start.startswith((b'"FormatVersion"', b"FormatVersion")):
        return _read_csv(file, origin).finish(read_on)
    try:
        return _read_json(cast(BinaryIO, Guarded(file, origin)), origin).finish(read_on)
    except (ijson.JSONError, UnicodeDecodeError) as error:
        message = " ".join(str(error).split())[:200]
        raise PriceFileError(f"{origin}: not strict JSON: {message}") from error


def _read_json(file: BinaryIO, origin: str) -> Parsed:
    form = _form(file, origin)
    file.seek(0)
    if form == "offer file":
        return _read_offer(file, origin)
    if form == "calculator":
        return read_calculator(json.load(file, parse_float=Decimal), origin)
    return _read_products(file, origin, form)


def _form(file: BinaryIO, origin: str) -> str:
    for prefix, event, value in ijson.parse(file):
        if prefix != "" or event != "map_key":
            continue
        if value in ("products", "terms"):
            return "offer file"
        if value in ("manifest", "regions", "sets"):
            return "calculator"
        if value == "PriceList":
            return "GetProducts"
        if value == "offers":
            raise PriceFileError(
                f"{origin}: this is the index of all services; choose the file of one service and region"
            )
        if SKU.match(value):
            return "GetProducts by SKU"
    raise PriceFileError(f"{origin}: no products, price list or calculator rates were found at the top of the file")


def _head(file: BinaryIO) -> tuple[str, str, dt.date | None]:
    """Service, version and day. They stand before the products; a file that has them later is read to its end."""
    found: dict[str, str] = {}
    wanted = {"offerCode", "version", "publicationDate"}
    for prefix, event, value in ijson.parse(file):
        if event == "string" and prefix in wanted:
            found[prefix] = value
        if set(found) == wanted or (prefix == "products" and event == "start_map" and "version" in found):
            break
    version = found.get("version", "")
    return found.get("offerCode", ""), version, day_of(found.get("publicationDate")) or day_of(version)


def _read_offer(file: BinaryIO, origin: str) -> Parsed:
    """Twice through the file as a stream: first which products are ours, then their prices. Never all in memory."""
    service, version, day = _head(file)
    parsed = Parsed("aws", f"offer file {service} {version}".strip(), origin, day)
    file.seek(0)
    ours: dict[str, Thing] = {}
    for sku, product in ijson.kvitems(file, "products"):
        _sort_out(parsed, service, sku, product, ours)
    file.seek(0)
    priced = set()
    for sku, terms in ijson.kvitems(file, "terms.OnDemand"):
        rates = list(_rates(sku, terms)) if sku in ours else []
        if rates:
            priced.add(sku)
            _add(parsed, ours[sku], rates)
    for sku in sorted(set(ours) - priced):
        parsed.leave_out(f"SKU {sku}", "not sold on demand")
    return parsed


def _sort_out(parsed: Parsed, service: str, sku: str, product: object, ours: dict[str, Thing]) -> None:
    parsed.seen += 1
    if not isinstance(product, Mapping) or not isinstance(product.get("attributes") or {}, Mapping):
        parsed.quarantine(f"SKU {sku}", "the product is not a mapping with its attributes")
        return
    attributes = {_plain_name(name): str(value) for name, value in (product.get("attributes") or {}).items()}
    attributes["productfamily"] = str(product.get("productFamily") or "")
    thing = thing_of(service, attributes)
    if isinstance(thing, Thing):
        ours[sku] = thing
    elif thing.startswith("the place"):
        parsed.quarantine(f"SKU {sku}", thing)
    else:
        parsed.leave_out(f"SKU {sku}", thing)


def _plain_name(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _mappings(value: object) -> list[Mapping[str, Any]]:
    """The mappings that a mapping holds; [] where it is something else."""
    return [one for one in value.values() if isinstance(one, Mapping)] if isinstance(value, Mapping) else []


def _rates(sku: str, terms: object) -> Iterator[Rate]:
    for term in _mappings(terms):
        for one in _mappings(term.get("priceDimensions")):
            begin = one.get("beginRange", one.get("startingRange", "0"))
            found = one.get("pricePerUnit")
            prices = {code: str(value) for code, value in found.items()} if isinstance(found, Mapping) else {}
            yield Rate(sku, str(one.get("unit", "")), str(begin), prices, day_of(term.get("effectiveDate")))


def _read_products(file: BinaryIO, origin: str, form: str) -> Parsed:
    """GetProducts: each product with its own terms; the command line tool gives a list of JSON texts."""
    parsed = Parsed("aws", form, origin)
    if form == "GetProducts":
        products: Iterator[Any] = ijson.items(file, "PriceList.item")
    else:
        products = (value for _, value in ijson.kvitems(file, ""))
    days = set()
    for number, text in enumerate(products, 1):
        try:
            one = json.loads(text) if isinstance(text, str) else text
            product, terms = one["product"], (one.get("terms") or {}).get("OnDemand") or {}
            sku = str(product["sku"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise PriceFileError(f"{origin}: entry {number} is no product with its terms") from error
        days.add(day_of(one.get("publicationDate")))
        ours: dict[str, Thing] = {}
        _sort_out(parsed, str(one.get("serviceCode", "")), sku, product, ours)
        if ours:
            _add(parsed, ours[sku], list(_rates(sku, terms)))
    parsed.published_on = min((day for day in days if day), default=None)
    return parsed


def _read_csv(file: BinaryIO, origin: str) -> Parsed:
    """Five rows about the file, then the names of the columns, then one row for each price."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    head = {}
    lines = csv.reader(text)
    for _ in range(CSV_HEAD_ROWS):
        values = next(lines, [])
        head[_plain_name(values[0]) if values else ""] = values[1] if len(values) > 1 else ""
    day = day_of(head.get("publicationdate")) or day_of(head.get("version"))
    parsed = Parsed("aws", f"offer file CSV {head.get('offercode', '')}", origin, day)
    columns = [_plain_name(name) for name in next(lines, [])]
    if not {"sku", "termtype", "priceperunit", "unit", "currency"} <= set(columns):
        raise PriceFileError(f"{origin}: row 6 has no columns SKU, TermType, PricePerUnit, Unit and Currency")
    ours: dict[str, tuple[Thing, list[Rate]]] = {}
    for number, values in enumerate(lines, CSV_HEAD_ROWS + 2):
        row = dict(zip(columns, values, strict=False))
        parsed.seen += 1
        _sort_csv(parsed, head.get("offercode", ""), f"row {number}", row, ours)
    for thing, rates in ours.values():
        _add(parsed, thing, rates)
    return parsed


def _sort_csv(
    parsed: Parsed, service: str, place: str, row: Mapping[str, str], ours: dict[str, tuple[Thing, list[Rate]]]
) -> None:
    if row.get("termtype") != "OnDemand":
        parsed.leave_out(place, "a reservation, not on demand")
        return
    thing = thing_of(service, row)
    if not isinstance(thing, Thing):
        (parsed.quarantine if thing.startswith("the place") else parsed.leave_out)(place, thing)
        return
    sku = row.get("sku", "")
    begin = row.get("startingrange") or row.get("beginrange") or "0"
    prices = {row.get("currency", ""): row.get("priceperunit", "")}
    rate = Rate(sku, row.get("unit", ""), begin, prices, day_of(row.get("effectivedate")))
    ours.setdefault(sku, (thing, []))[1].append(rate)


def _add(parsed: Parsed, thing: Thing, rates: list[Rate]) -> None:
    """The rates of one product. A free first tier is left out when a paid one follows."""
    paid = [rate for rate in rates if amount(rate.prices.get("USD")) != 0]
    free = [rate for rate in rates if amount(rate.prices.get("USD")) == 0]
    for rate in free:
        if paid:
            parsed.leave_out(f"SKU {rate.sku}", "a free allowance, not a price")
        else:
            parsed.quarantine(f"SKU {rate.sku}", "a zero is not a price")
    if len(paid) > 1 and thing.tiers is None:
        for rate in paid:
            parsed.quarantine(f"SKU {rate.sku}", "tiers that no bill knows")
        return
    for rate in paid:
        _add_one(parsed, thing, rate)


def _add_one(parsed: Parsed, thing: Thing, rate: Rate) -> None:
    place = f"SKU {rate.sku}"
    currency = "USD" if "USD" in rate.prices else next(iter(rate.prices), "")
    usd = amount(rate.prices.get("USD"))
    factor = converted(rate.unit, thing.unit, UNITS)
    wrong = untrusted(usd, currency) or ("" if factor else f"the unit {rate.unit!r} is not one for {thing.unit}")
    tier = "" if thing.tiers is None else thing.tiers.get(str(amount(rate.begin) or 0).split(".")[0], "")
    if not wrong and thing.tiers is not None and not tier:
        wrong = f"a tier from {rate.begin} that no bill knows"
    if wrong or usd is None or factor is None:
        parsed.quarantine(place, wrong)
        return
    parsed.effective(rate.effective)
    transfer = thing.kind == "transfer"
    parsed.prices.append(
        Price(
            kind=thing.kind, provider="aws", service=thing.service, engine=thing.engine, region=thing.region,
            deployment=tier if transfer else thing.deployment, resource=thing.resource, vcpu=thing.vcpu,
            memory_gib=thing.memory_gib, local_nvme_gib=thing.local_nvme_gib,
            billed=thing.billed if transfer or not tier else tier, unit=thing.unit, usd=plain(usd * factor),
            source=f"{parsed.origin} SKU {rate.sku}"[-400:], as_of=None, category=thing.category,
            cpu_arch=thing.cpu_arch,
        )
    )  # fmt: skip
