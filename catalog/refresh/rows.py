"""What a vendor's price file turns into: rows of the price book, and each row that was dropped with its reason.

No Django, no network. `left out` rows are not ours by design (Windows, spot, reserved); `quarantined` ones should have been
prices and cannot be trusted (zero, another currency, an unknown unit): a curator looks at them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from catalog.facts import Price

Key = tuple[str, str, str, str, str, str, str, str, str]
MOST_KEPT = 500  # rows that are listed one by one; beyond that they are only counted by reason
DAYS_SHOWN = 10


class PriceFileError(ValueError):
    """A file or an answer that cannot be read as prices at all: says where and what was found."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """One row of the vendor's file that did not become a price."""

    place: str
    reason: str
    quarantined: bool


@dataclass
class Parsed:
    """Everything one file gave. `published_on` is the day that the file names for itself."""

    vendor: str
    form: str
    origin: str
    published_on: dt.date | None = None
    prices: list[Price] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)
    newest: dt.date | None = None
    seen: int = 0
    notes: list[str] = field(default_factory=list)

    def leave_out(self, place: str, reason: str) -> None:
        self._drop(place, reason, self.left_out, quarantined=False)

    def quarantine(self, place: str, reason: str) -> None:
        self._drop(place, reason, self.quarantined, quarantined=True)

    def _drop(self, place: str, reason: str, counts: Counter[str], *, quarantined: bool) -> None:
        counts[reason] += 1
        if sum(counts.values()) <= MOST_KEPT:
            self.dropped.append(Dropped(place, reason, quarantined))

    def effective(self, day: dt.date | None) -> None:
        """A file without a date of its own is at least as young as the youngest day in it."""
        if day is not None and (self.newest is None or day > self.newest):
            self.newest = day

    def finish(self, read_on: dt.date | None) -> Parsed:
        """Dates every row, and takes out what has two different prices: `read_on` is the day of an answer of today."""
        day = self.published_on or read_on or self.newest
        found: dict[Key, list[Price]] = {}
        for price in self.prices:
            found.setdefault(key_of(price), []).append(price)
        self.prices = []
        for rows in found.values():
            if len({row.usd for row in rows}) > 1:
                amounts = ", ".join(sorted({f"{row.usd}" for row in rows}))
                for row in rows:
                    self.quarantine(
                        f"{row.region} {row.resource or row.billed}", f"several prices for one thing: {amounts}"
                    )
                continue
            self.prices.append(replace(rows[0], as_of=day))
        return self


def key_of(price: Price) -> Key:
    """What makes two rows the same price at different times."""
    return (
        price.kind, price.provider, price.service, price.engine, price.region, price.deployment, price.resource,
        price.billed, price.unit,
    )  # fmt: skip


def day_of(text: object) -> dt.date | None:
    """The day of a timestamp such as 2017-03-01T00:00:00Z, or of a version such as 20170419200300."""
    value = str(text or "")
    if value[:8].isdigit() and len(value) >= 8:
        value = f"{value[:4]}-{value[4:6]}-{value[6:8]}"
    try:
        return dt.date.fromisoformat(value[:DAYS_SHOWN])
    except ValueError:
        return None


def plain(value: Decimal) -> Decimal:
    """Ten decimals at most, without zeros at the end: what the rows of the price book hold."""
    return Decimal(format(value.quantize(Decimal("1e-10")).normalize(), "f"))


def amount(value: object) -> Decimal | None:
    """A price as the vendor writes it. None where it is not a number of 0 or more."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and found >= 0 else None


def untrusted(usd: Decimal | None, currency: str) -> str:
    """Why an amount is no price of record; "" where it is."""
    if currency != "USD":
        return f"the currency is {currency or 'missing'}, not USD"
    if usd is None:
        return "the amount is not a number"
    return "a zero is not a price" if usd == 0 else ""


def converted(vendors_unit: str, wanted: str, units: Mapping[str, tuple[tuple[str, Decimal], ...]]) -> Decimal | None:
    """What a price per vendor's unit is multiplied by to be one per `wanted`; None where the unit is not known for it."""
    return dict(units.get(vendors_unit.strip().lower(), ())).get(wanted)
