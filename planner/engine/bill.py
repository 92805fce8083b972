"""The lines of one store's bill, over draws. A line without a price stays a line: its amount is unknown, never zero."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from catalog.facts import Database, Offering, Price, PriceBook
from planner.engine.demand import Demand
from planner.engine.document import Store
from planner.engine.quantity import Floats
from planner.engine.results import Because
from planner.engine.sizing import Load, copies_of

HOURS = 730.0


@dataclass(frozen=True, slots=True)
class Line:
    """`monthly` and `quantity` have shape (draws,). `price` is that of draw 0, None where the book has none."""

    item: str
    basis: str
    quantity: Floats
    unit: str
    price: Price | None
    monthly: Floats | None
    text: str = ""

    @property
    def because(self) -> Because:
        if self.price is None:
            return Because("price", self.text or "The price book has no price for this", verified=False)
        day = self.price.as_of.isoformat() if self.price.as_of else ""
        return Because("price", self.text, self.price.resource or self.price.billed, self.price.source, day)


@dataclass
class Job:
    """Everything that pricing one store needs, and the lines found so far."""

    slug: str
    store: Store
    database: Database
    offering: Offering | None
    prices: PriceBook
    demand: Demand
    load: Load
    lines: list[Line] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    shape: str = ""
    nodes: int | None = None

    @property
    def provider(self) -> str:
        return self.offering.provider if self.offering else self.store.provider or ""

    @property
    def region(self) -> str:
        return self.store.region or ""

    @property
    def copies(self) -> int:
        return copies_of(self.store)

    def rows(self) -> tuple[Price, ...]:
        return self.prices.rows(self.provider, self.offering.price_service, self.region) if self.offering else ()

    def priced(self, item: str, basis: str, quantity: Floats, price: Price | None, text: str = "") -> None:
        """quantity x unit price; without a price the line is kept and named as unknown."""
        if price is None:
            self.missing(item, basis, quantity, "")
            return
        unit = UNIT_WORDS.get(price.unit, price.unit)
        arithmetic = text or f"{float(quantity[0]):,.2f} {unit} x ${price.usd}"
        self.lines.append(Line(item, basis, quantity, unit, price, quantity * float(price.usd), arithmetic))

    def missing(self, item: str, basis: str, quantity: Floats, unit: str) -> None:
        where = f"{self.provider} {self.region}".strip()
        self.lines.append(Line(item, basis, quantity, unit, None, None, f"No price for this in {where}"))
        self.unknown.append(f"{item} has no price in {where}")


UNIT_WORDS = {
    "hour": "h", "gib-month": "GiB-month", "gib": "GiB", "iops-month": "IOPS-month", "1k-requests": "thousand requests",
    "million-io": "million I/O", "million-wru": "million WRU", "million-rru": "million RRU", "wcu-hour": "WCU-h",
    "rcu-hour": "RCU-h", "mibps-month": "MiB/s-month",
}  # fmt: skip


def find(rows: tuple[Price, ...], billed: str, deployment: str = "", engine: str = "") -> Price | None:
    """The row billed so, of this deployment (or "any") and engine. None where there is none: nothing is guessed."""
    for row in rows:
        of_engine = not engine or engine in row.engine.split("|") or row.engine == ""
        if row.billed == billed and deployment in ("", row.deployment) and of_engine:
            return row
    return None


def tiered(
    job: Job, item: str, basis: str, gib: Floats, rows: tuple[Price, ...], tiers: tuple[tuple[str, float], ...]
) -> None:
    """Marginal tiers: each (billed, upper bound in GiB) prices only what lies in it."""
    below = 0.0
    for billed, upper in tiers:
        part = np.clip(gib, below, upper) - below
        if part[0] > 0 or below == 0.0:
            job.priced(item if below == 0 else f"{item}, above {below:,.0f} GiB", basis, part, find(rows, billed))
        below = upper


def cents(value: float) -> Decimal:
    """Money as Decimal, unrounded beyond a millionth; pages round."""
    return Decimal(repr(round(value, 6)))
