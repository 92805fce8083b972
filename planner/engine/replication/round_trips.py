"""Round-trip times between places, in ms, with source and date: what a synchronous copy adds to a write.

A pair that was measured is taken from the table. Every other pair of known places is estimated from the distance: light in
glass makes about 200,000 km/s, and the measured pairs took 1.1 to 2.8 times that floor, half of them more than 1.5 times.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from planner.engine.results import Because

LIGHT_KM_S = 200_000  # in glass, about two thirds of light in vacuum
EARTH_KM = 6_371
DETOUR = (1.1, 1.5, 2.8)  # measured round trip / floor over the table below: least, median, most; a test holds it


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """Mean round trip: low, likely, high, and where it comes from."""

    low_ms: float
    likely_ms: float
    high_ms: float
    because: Because


@dataclass(frozen=True, slots=True)
class Place:
    """A metropolitan area. Degrees to a tenth: 10 km are 0.1 ms."""

    name: str
    latitude: float
    longitude: float


PLACES = {
    "virginia": Place("N. Virginia", 39.0, -77.5), "ohio": Place("Ohio", 40.0, -83.0),
    "iowa": Place("Iowa", 41.3, -95.9), "texas": Place("Texas", 29.4, -98.5),
    "oregon": Place("Oregon", 45.6, -121.2), "california": Place("N. California", 37.4, -121.9),
    "montreal": Place("Montreal", 45.5, -73.6), "sao-paulo": Place("Sao Paulo", -23.5, -46.6),
    "ireland": Place("Ireland", 53.3, -6.3), "london": Place("London", 51.5, -0.1),
    "paris": Place("Paris", 48.9, 2.4), "frankfurt": Place("Frankfurt", 50.1, 8.7),
    "belgium": Place("Belgium", 50.5, 3.8), "netherlands": Place("Netherlands", 52.4, 4.9),
    "stockholm": Place("Stockholm", 59.3, 18.1), "milan": Place("Milan", 45.5, 9.2),
    "mumbai": Place("Mumbai", 19.1, 72.9), "singapore": Place("Singapore", 1.4, 103.8),
    "hong-kong": Place("Hong Kong", 22.3, 114.2), "tokyo": Place("Tokyo", 35.7, 139.7),
    "seoul": Place("Seoul", 37.6, 127.0), "sydney": Place("Sydney", -33.9, 151.2),
    "cape-town": Place("Cape Town", -33.9, 18.4), "bahrain": Place("Bahrain", 26.1, 50.6),
}  # fmt: skip

# Which place a provider's region is in.
REGIONS = {
    "us-east-1": "virginia", "us-east-2": "ohio", "us-west-1": "california", "us-west-2": "oregon",
    "ca-central-1": "montreal", "sa-east-1": "sao-paulo", "eu-west-1": "ireland", "eu-west-2": "london",
    "eu-west-3": "paris", "eu-central-1": "frankfurt", "eu-north-1": "stockholm", "eu-south-1": "milan",
    "ap-south-1": "mumbai", "ap-southeast-1": "singapore", "ap-east-1": "hong-kong", "ap-northeast-1": "tokyo",
    "ap-northeast-2": "seoul", "ap-southeast-2": "sydney", "af-south-1": "cape-town", "me-south-1": "bahrain",
    "us-east4": "virginia", "us-east5": "ohio", "us-central1": "iowa", "us-west1": "oregon",
    "northamerica-northeast1": "montreal", "southamerica-east1": "sao-paulo", "europe-west1": "belgium",
    "europe-west2": "london", "europe-west3": "frankfurt", "europe-west4": "netherlands", "europe-west9": "paris",
    "asia-south1": "mumbai", "asia-southeast1": "singapore", "asia-northeast1": "tokyo",
    "asia-northeast3": "seoul", "australia-southeast1": "sydney",
    "eastus": "virginia", "eastus2": "virginia", "centralus": "iowa", "southcentralus": "texas",
    "westus": "california", "westus2": "oregon", "canadaeast": "montreal", "brazilsouth": "sao-paulo",
    "northeurope": "ireland", "westeurope": "netherlands", "uksouth": "london", "francecentral": "paris",
    "germanywestcentral": "frankfurt", "centralindia": "mumbai", "southeastasia": "singapore",
    "japaneast": "tokyo", "koreacentral": "seoul", "australiaeast": "sydney",
}  # fmt: skip

TABLE_SOURCE = "https://acomputerscientistlearnsaws.blogspot.com/"
TABLE_AS_OF = "2017"
# Measured round trips, ms. Later measurements differ by up to this share (Virginia to Oregon: 87 in 2017, about 72 later).
TABLE_SPREAD = 0.2
MEASURED_MS = {
    frozenset(("virginia", "oregon")): 87.0, frozenset(("virginia", "ireland")): 81.0,
    frozenset(("virginia", "frankfurt")): 89.0, frozenset(("virginia", "tokyo")): 145.0,
    frozenset(("virginia", "singapore")): 217.0, frozenset(("virginia", "sydney")): 230.0,
    frozenset(("virginia", "sao-paulo")): 120.0, frozenset(("ireland", "frankfurt")): 19.6,
    frozenset(("ireland", "tokyo")): 212.0, frozenset(("oregon", "tokyo")): 89.0,
    frozenset(("tokyo", "seoul")): 31.0, frozenset(("tokyo", "singapore")): 74.0,
    frozenset(("singapore", "sydney")): 175.0,
}  # fmt: skip

ZONES_SOURCE = "https://www.xkyle.com/Measuring-AWS-Region-and-AZ-Latency/"
SAME_ZONE = RoundTrip(
    0.1, 0.25, 0.5, Because("assumption", "Round trip in one zone: 0.1 to 0.5, likely 0.25 ms", "rtt")
)
BETWEEN_ZONES = RoundTrip(
    0.25, 0.8, 3.37,
    Because(
        "fact", "Round trip between zones of a region: 0.25 to 3.37 ms measured (best of 50 pings); 0.8 ms taken as likely",
        "rtt", ZONES_SOURCE, "2020",
    ),
)  # fmt: skip


def between(one: str, other: str) -> RoundTrip | None:
    """Round trip between two regions by their provider's names; None where we do not know the place of one."""
    if one == other:
        return BETWEEN_ZONES
    here, there = REGIONS.get(one), REGIONS.get(other)
    if here is None or there is None:
        return None
    if here == there:
        text = f"{one} and {other} lie in the same area ({PLACES[here].name}): 0.5 to 5, likely 2 ms"
        return RoundTrip(0.5, 2.0, 5.0, Because("assumption", text, "rtt"))
    measured = MEASURED_MS.get(frozenset((here, there)))
    if measured is not None:
        low, high = measured * (1 - TABLE_SPREAD), measured * (1 + TABLE_SPREAD)
        text = f"Round trip {PLACES[here].name} to {PLACES[there].name}: {measured:g} ms measured, ±20 % since"
        return RoundTrip(low, measured, high, Because("fact", text, "rtt", TABLE_SOURCE, TABLE_AS_OF))
    least = floor_ms(PLACES[here], PLACES[there])
    low, likely, high = (least * factor for factor in DETOUR)
    text = (
        f"Round trip {PLACES[here].name} to {PLACES[there].name} was not measured: light in glass needs {least:.0f} ms, times "
        f"{DETOUR[0]:g} to {DETOUR[2]:g} as on measured lines"
    )
    return RoundTrip(low, likely, high, Because("formula", text, "rtt"))


def floor_ms(one: Place, other: Place) -> float:
    """No round trip is shorter: twice the great circle at the speed of light in glass."""
    latitude, longitude = math.radians(other.latitude - one.latitude), math.radians(other.longitude - one.longitude)
    across = (
        math.sin(latitude / 2) ** 2
        + math.cos(math.radians(one.latitude)) * math.cos(math.radians(other.latitude)) * math.sin(longitude / 2) ** 2
    )
    return 2 * 2 * EARTH_KM * math.asin(math.sqrt(across)) / LIGHT_KM_S * 1000
