"""What the world offers, as frozen values: database systems, their facts, offerings and prices.

Standard library only. Everything else (files, rows, pages) turns into these values before the engine sees it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

FactValue = str | int | bool | None | tuple["FactValue", ...] | Mapping[str, "FactValue"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of one system. `key` is "group.field" (`consistency.transaction_scope`).

    `verified` is true only if the field was seen in one of `sources`; an unverified fact may warn, never refuse.
    """

    key: str
    value: FactValue
    sources: tuple[str, ...]
    checked_on: dt.date | None
    verified: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """A documented limit. `name` and `unit` come from the closed vocabulary (`max_item_bytes`, `bytes`)."""

    name: str
    value: int
    unit: str
    configurable: bool
    text: str
    sources: tuple[str, ...]
    checked_on: dt.date | None
    verified: bool


@dataclass(frozen=True, slots=True)
class Cycle:
    """A release line. `eol_on` is None where no source gives a date."""

    cycle: str
    released_on: dt.date | None
    eol_on: dt.date | None
    latest: str
    lts: bool


@dataclass(frozen=True, slots=True)
class JepsenFinding:
    subject: str
    finding: str
    url: str


@dataclass(frozen=True)
class Database:
    """A database system. `facts` maps "group.field" to a Fact; limits and cycles have their own lists."""

    slug: str
    name: str
    vendor: str
    status: str
    category: str
    types: tuple[str, ...]
    workloads: tuple[str, ...]
    deployment_models: tuple[str, ...]
    best_for: str
    avoid_when: str
    docs_url: str
    notes: str
    facts: Mapping[str, Fact]
    limits: tuple[Limit, ...]
    cycles: tuple[Cycle, ...]
    jepsen: tuple[JepsenFinding, ...]
    provenance: Mapping[str, FactValue] = field(default_factory=dict)  # per group as its file says, for exports

    def fact(self, key: str) -> Fact | None:
        return self.facts.get(key)

    def limit(self, name: str) -> Limit | None:
        return next((limit for limit in self.limits if limit.name == name), None)


@dataclass(frozen=True, slots=True)
class Offering:
    """A way to buy a system: `aws-rds-postgresql`. `self-hosted` is not an offering; it is priced from VMs and disks.

    `billing` names how the engine prices it: instances | request-units | object-storage | capacity | none.
    `price_service`, `price_engine` and `price_deployment` select rows of the price book.
    """

    slug: str
    name: str
    database: str
    provider: str
    billing: str
    price_service: str
    price_engine: str
    price_deployment: str
    source: str
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """One list price in USD, before tax and discount. `billed` is what is counted, `unit` how (`hour`, `gib-month`).

    `kind` is the table it came from: compute | storage | managed | transfer. `resource` is the instance class or tier;
    `deployment` the vendor's deployment (Single-AZ, zonal, gp3, ...). Transfer rows: `resource` = destination,
    `billed` = egress | inter-az | ..., `deployment` = tier such as "0-10TB".
    """

    kind: str
    provider: str
    service: str
    engine: str
    region: str
    deployment: str
    resource: str
    vcpu: Decimal | None
    memory_gib: Decimal | None
    local_nvme_gib: Decimal | None
    billed: str
    unit: str
    usd: Decimal
    source: str
    as_of: dt.date | None  # None: the source gives no date
    category: str = ""
    cpu_arch: str = ""
    notes: str = ""


TEAM_SOURCE = "team price book"  # how the source of a price begins that is a team's own, not the list's


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The published catalog at one moment. `id` is a SHA-256 over its content: equal ids, equal snapshots."""

    id: str
    databases: Mapping[str, Database]
    offerings: Mapping[str, Offering]

    def __hash__(self) -> int:
        return hash(self.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Snapshot) and other.id == self.id


@dataclass(frozen=True, eq=False)
class PriceBook:
    """All prices. `id` is a SHA-256 over the rows: equal ids, equal books. `rows` looks a service up."""

    id: str
    prices: tuple[Price, ...]
    index: Mapping[tuple[str, str, str], tuple[Price, ...]] = field(repr=False, default_factory=dict)

    def __hash__(self) -> int:
        return hash(self.id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PriceBook) and other.id == self.id

    def rows(self, provider: str, service: str, region: str) -> tuple[Price, ...]:
        """Prices of one service in one region; () where the book has none. Never falls back to another region."""
        return self.index.get((provider, service, region), ())


def index_prices(book_id: str, prices: tuple[Price, ...]) -> PriceBook:
    """Build a PriceBook whose `rows` answers in constant time."""
    index: dict[tuple[str, str, str], list[Price]] = {}
    for price in prices:
        index.setdefault((price.provider, price.service, price.region), []).append(price)
    return PriceBook(book_id, prices, {key: tuple(rows) for key, rows in index.items()})
