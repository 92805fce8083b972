"""Ways to buy a system, with the rows of the price book that belong to each."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from catalog.facts import Offering, Price, PriceBook, Snapshot

WORLD = "any"  # provider of a price that is the same everywhere
CLOUDS = {"aws": "Amazon Web Services", "gcp": "Google Cloud", "azure": "Microsoft Azure"}
# Services that another company than the cloud sells; they run on the cloud that the offering names.
COMPANIES = {
    "Aiven for PostgreSQL": "Aiven",
    "ClickHouse Cloud": "ClickHouse",
    "Couchbase Capella": "Couchbase",
    "MongoDB Atlas": "MongoDB",
    "Neon": "Neon",
    "Upstash Redis": "Upstash",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One offering with its rows in the price book. `oldest` None = no dated price; `entry` = its cheapest hour."""

    offering: Offering
    regions: tuple[str, ...]
    rows: tuple[Price, ...]
    oldest: dt.date | None
    entry: Price | None

    def rows_in(self, region: str) -> tuple[Price, ...]:
        return tuple(sorted((row for row in self.rows if row.region == region), key=_order))


def _order(row: Price) -> tuple[str, str, object]:
    return ("a" if row.unit == "hour" else "z", row.deployment, row.usd)


def offers_of(snapshot: Snapshot, prices: PriceBook, slug: str) -> tuple[Offer, ...]:
    """Offers of one database, those with prices first."""
    found = [_offer(one, prices) for one in snapshot.offerings.values() if one.database == slug]
    return tuple(sorted(found, key=lambda one: (not one.rows, one.offering.name)))


def prices_of(offering: Offering, prices: PriceBook) -> tuple[Price, ...]:
    """Its rows; where the price book knows the offering's deployment, only that one and what is priced for all."""
    rows = tuple(
        price
        for price in prices.prices
        if price.provider in (offering.provider, WORLD)
        and price.service == offering.price_service
        and _of_engine(offering.price_engine, price.engine)
    )
    wanted = offering.price_deployment
    if wanted and any(row.deployment == wanted for row in rows):
        return tuple(row for row in rows if row.deployment in (wanted, "any", ""))
    return rows


def _of_engine(wanted: str, engines: str) -> bool:
    """ "aurora-postgresql" is also billed by the rows of "aurora": storage and I/O."""
    return not wanted or not engines or bool({wanted, wanted.split("-")[0]} & set(engines.split("|")))


def company_of(offering: Offering) -> str:
    """Who sends the bill."""
    return COMPANIES.get(offering.price_service) or CLOUDS.get(offering.provider, offering.provider)


def priced_by_company(snapshot: Snapshot, prices: PriceBook) -> tuple[tuple[str, int], ...]:
    """Priced offerings of each company, most first."""
    priced = (company_of(one) for one in snapshot.offerings.values() if prices_of(one, prices))
    return tuple(sorted(Counter(priced).items(), key=lambda row: (-row[1], row[0])))


def _offer(offering: Offering, prices: PriceBook) -> Offer:
    rows = prices_of(offering, prices)
    dates = [price.as_of for price in rows if price.as_of]
    hours = [price for price in rows if price.unit == "hour" and price.usd > 0 and price.resource]
    regions = tuple(sorted({price.region for price in rows}))
    return Offer(offering, regions, rows, min(dates, default=None), min(hours, key=lambda one: one.usd, default=None))
