"""The lines of one bill, over draws. A line without a price stays a line: its amount is unknown, never zero."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from catalog.facts import Price, PriceBook
from planner.engine.assumptions import HOURS_PER_MONTH
from planner.engine.quantity import Floats
from planner.engine.results import Because

WORLD = "any"  # provider and region of a price that is the same everywhere
UNITS: dict[str, tuple[str, float]] = {
    # unit of the price list: what a page calls it, and how many of it a month has for one of what is counted
    "hour": ("h", HOURS_PER_MONTH), "acu-hour": ("ACU-h", HOURS_PER_MONTH), "rpu-hour": ("RPU-h", 1.0),
    "vcore-hour": ("vCore-h", HOURS_PER_MONTH), "vcpu-hour": ("vCPU-h", HOURS_PER_MONTH),
    "gib-hour": ("GiB-h", HOURS_PER_MONTH), "wcu-hour": ("WCU-h", HOURS_PER_MONTH),
    "rcu-hour": ("RCU-h", HOURS_PER_MONTH), "rwcu-hour": ("rWCU-h", HOURS_PER_MONTH),
    "compute-unit-hour": ("unit-h", HOURS_PER_MONTH), "100-rus-hour": ("100 RU/s-h", HOURS_PER_MONTH / 100),
    "gib-month": ("GiB-month", 1.0), "gb-month": ("GB-month", 1.0), "tb-month-compressed": ("TB-month", 1.0),
    "gib": ("GiB", 1.0), "gb": ("GB", 1.0), "tib": ("TiB", 1.0), "iops-month": ("IOPS", 1.0),
    "mibps-month": ("MiB/s", 1.0), "mbps-month": ("MB/s", 1.0), "disk-month": ("disks", 1.0), "month": ("months", 1.0),
    "1k-requests": ("thousand requests", 1e-3), "10k-operations": ("10,000 operations", 1e-4),
    "1k-objects-month": ("thousand objects", 1e-3), "million-requests": ("million requests", 1e-6),
    "million-io": ("million I/O", 1e-6), "million-wru": ("million WRU", 1e-6), "million-rru": ("million RRU", 1e-6),
    "million-rwru": ("million rWRU", 1e-6), "million-ecpu": ("million ECPU", 1e-6), "million-ru": ("million RU", 1e-6),
    "100k-commands": ("100,000 commands", 1e-5),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """`monthly` and `quantity` have shape (draws,) or (1,). `price` is that of draw 0, None where the book has none."""

    item: str
    basis: str
    quantity: Floats
    unit: str
    price: Price | None
    monthly: Floats | None
    text: str

    @property
    def because(self) -> Because:
        if self.price is None:
            return Because("price", self.text, verified=False)
        day = self.price.as_of.isoformat() if self.price.as_of else ""
        return Because("price", self.text, self.price.resource or self.price.billed, self.price.source, day)

    @property
    def monthly_usd(self) -> Decimal | None:
        """The exact product for draw 0: quantity x list price."""
        return None if self.price is None else Decimal(repr(float(self.quantity[0]))) * self.price.usd


@dataclass(frozen=True, slots=True)
class Machines:
    """Nodes that were chosen or given: hours a month, USD an hour of each draw's shape, and the row of draw 0."""

    row: Price
    hours: Floats
    usd_hour: Floats
    nodes: float
    why: str = ""


@dataclass
class Bill:
    """Where things are bought, and the lines found so far."""

    prices: PriceBook
    provider: str
    region: str
    lines: list[Line] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def where(self) -> str:
        return f"{self.provider} {self.region}".strip() or "no provider and region"

    def rows(self, service: str, region: str = "") -> tuple[Price, ...]:
        """Rows of one service here; a price that is the same everywhere counts as here."""
        here = self.prices.rows(self.provider, service, region or self.region)
        return here or self.prices.rows(WORLD, service, WORLD)

    def priced(self, item: str, basis: str, counted: Floats | float, price: Price | None, text: str = "") -> None:
        """`counted` (GiB, nodes, requests...) x units of the price list a month x unit price. None stays unknown."""
        amount = np.atleast_1d(np.asarray(counted, dtype=np.float64))
        if price is None:
            self.missing(item, basis, amount)
            return
        unit, per_month = UNITS[price.unit]
        quantity = amount * per_month
        monthly = quantity * float(price.usd)
        if not quantity.any():
            return
        arithmetic = f"{quantity[0]:,.6g} {unit} x ${price.usd}"
        self.lines.append(
            Line(item, basis, quantity, unit, price, monthly, f"{text}: {arithmetic}" if text else arithmetic)
        )

    def machines(self, item: str, machines: Machines) -> None:
        monthly = machines.hours * machines.usd_hour
        text = f"{machines.nodes:g} x {HOURS_PER_MONTH:g} h x ${machines.row.usd}{machines.why}"
        self.lines.append(Line(item, "fixed", machines.hours, "h", machines.row, monthly, text))

    def missing(self, item: str, basis: str, counted: Floats, unit: str = "") -> None:
        if counted.any():
            self.lines.append(
                Line(item, basis, counted, unit, None, None, f"The price book has no price in {self.where}")
            )
            self.unknown.append(f"{item}: no price in {self.where}")

    def tiered(self, item: str, basis: str, counted: Floats, tiers: tuple[tuple[Price | None, float], ...]) -> None:
        """Marginal tiers: each (price, upper bound) prices only what lies below its bound and above the one before."""
        below = 0.0
        for price, upper in tiers:
            part = np.clip(counted, below, upper) - below
            self.priced(item if below == 0 else f"{item}, above {below:,.0f}", basis, part, price)
            below = upper


def find(
    rows: tuple[Price, ...], billed: str, deployment: str = "", engine: str = "", resource: str = ""
) -> Price | None:
    """The row billed so, of this deployment (or "any"), engine and resource. None where there is none: no guess."""
    for row in rows:
        of_engine = not engine or not row.engine or engine in row.engine.split("|")
        of_deployment = not deployment or row.deployment in (deployment, "any")
        if row.billed == billed and of_deployment and of_engine and resource in ("", row.resource):
            return row
    return None


def given_machines(row: Price, nodes: float, hours: float = HOURS_PER_MONTH) -> Machines:
    """Machines that somebody names, not chosen by us."""
    return Machines(row, np.array([nodes * hours]), np.array([float(row.usd)]), nodes)
