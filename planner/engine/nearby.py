"""Which region of another provider stands in for a region: the nearest one with prices, if it is near enough."""

from __future__ import annotations

import re
from functools import lru_cache

from catalog.facts import PriceBook
from planner.engine.replication.round_trips import PLACES, REGIONS, floor_ms

CLOUDS = ("aws", "gcp", "azure")
# Light alone needs this long there and back: 4,000 km, a continent. Farther is another place for the users.
NEAR_MS = 40.0
LEAST_ROWS = 10  # a region that a single service lists is no place to put a store on machines of one's own


def cloud_of(region: str) -> str:
    """The provider whose regions are named so: eu-west-1, europe-west1, westeurope. Empty where nobody's are."""
    if re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", region):
        return "aws"
    if re.fullmatch(r"[a-z]+(-[a-z]+)+\d+", region):
        return "gcp"
    return "azure" if re.fullmatch(r"[a-z]+\d*", region) else ""


@lru_cache(maxsize=512)
def priced_regions(prices: PriceBook, provider: str, service: str = "") -> tuple[str, ...]:
    """Regions whose place is known and where a service (or at least ten things) has a price, most prices first."""
    count: dict[str, int] = {}
    for (cloud, name, region), rows in prices.index.items():
        if cloud == provider and region in REGIONS and service in ("", name):
            count[region] = count.get(region, 0) + len(rows)
    least = 1 if service else LEAST_ROWS
    return tuple(sorted((one for one in count if count[one] >= least), key=lambda one: (-count[one], one)))


def nearest(region: str, among: tuple[str, ...]) -> str | None:
    """The nearest of the regions; None where the place of `region` is unknown or all are far away."""
    if region in among:
        return region
    here = PLACES.get(REGIONS.get(region, ""))
    if here is None or not among:
        return None
    found = min(among, key=lambda one: round(floor_ms(here, PLACES[REGIONS[one]]), 1))  # the first of equal ones
    return found if floor_ms(here, PLACES[REGIONS[found]]) <= NEAR_MS else None


def at_provider(region: str, provider: str, prices: PriceBook, service: str = "") -> str | None:
    """The region of a cloud that stands in for `region`: one that sells the service, if it is near. At home the same."""
    if cloud_of(region) == provider:
        return region
    selling = nearest(region, priced_regions(prices, provider, service)) if service else None
    return selling or nearest(region, priced_regions(prices, provider))


def any_at_provider(region: str, provider: str, home: str) -> str | None:
    """As above for a further region, with prices or without (then they are said to be missing); never `home` again."""
    if cloud_of(region) == provider:
        return region
    return nearest(region, tuple(one for one in REGIONS if cloud_of(one) == provider and one != home))
