"""One way in: a file of any of the three vendors becomes rows of the price book and a list of what was dropped."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from catalog.facts import Price, PriceBook
from catalog.refresh import aws, azure, gcp
from catalog.refresh.rows import Key, Parsed, PriceFileError, key_of

VENDORS = ("aws", "azure", "gcp")


def read(
    vendor: str, path: Path, origin: str, known: PriceBook, today: dt.date, read_on: dt.date | None = None,
    service: str = "",
) -> Parsed:  # fmt: skip
    """`read_on` is the day of an answer that was asked for now; a file of unknown age takes the newest day in it."""
    with path.open("rb") as file:
        if vendor == "aws":
            parsed = aws.read(file, origin, read_on)
        elif vendor == "azure":
            parsed = azure.read(file, origin, read_on, today)
        elif vendor == "gcp":
            parsed = gcp.read(file, origin, read_on, today, known)
        else:
            raise PriceFileError(f"{vendor!r} is no vendor; known are {', '.join(VENDORS)}")
    if not parsed.prices and not parsed.left_out and not parsed.quarantined:
        raise PriceFileError(f"{origin}: holds no prices")
    if service:
        parsed.prices = [price for price in parsed.prices if price.service == service]
    book = {key_of(price): price for price in known.prices}
    parsed.prices = [_with_hardware(price, book) for price in parsed.prices]
    return parsed


def _with_hardware(price: Price, book: dict[Key, Price]) -> Price:
    """Cores, memory and kind of a machine are not what a price file is trusted for: the book's own stay."""
    old = book.get(key_of(price))
    if old is None:
        return price
    return replace(
        price, vcpu=old.vcpu or price.vcpu, memory_gib=old.memory_gib or price.memory_gib,
        local_nvme_gib=old.local_nvme_gib if old.local_nvme_gib is not None else price.local_nvme_gib,
        category=old.category or price.category, cpu_arch=old.cpu_arch or price.cpu_arch,
    )  # fmt: skip
