"""Ways to buy a system, with how many prices the book has for each and from when they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from catalog.facts import Offering, Price, PriceBook, Snapshot


@dataclass(frozen=True, slots=True)
class Offer:
    """One offering with its rows in the price book. `oldest` None = no dated price."""

    offering: Offering
    regions: tuple[str, ...]
    rows: tuple[Price, ...]
    oldest: dt.date | None


def offers_of(snapshot: Snapshot, prices: PriceBook, slug: str) -> tuple[Offer, ...]:
    """Offers of one database, those with prices first."""
    found = [_offer(one, prices) for one in snapshot.offerings.values() if one.database == slug]
    return tuple(sorted(found, key=lambda one: (not one.rows, one.offering.name)))


def _offer(offering: Offering, prices: PriceBook) -> Offer:
    rows = tuple(
        price
        for price in prices.prices
        if price.provider == offering.provider
        and price.service == offering.price_service
        and (not offering.price_engine or not price.engine or offering.price_engine in price.engine.split("|"))
    )
    dates = [price.as_of for price in rows if price.as_of]
    return Offer(offering, tuple(sorted({price.region for price in rows})), rows, min(dates, default=None))
