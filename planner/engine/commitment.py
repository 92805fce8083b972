"""What machines cost under a commitment: a price book in which hours of compute are at the committed price.

Storage, I/O, requests, capacity for requests, backups and transfer stay at list. A term (one or three years) uses the prices that
the book has for it, as rows billed "instance-1-year"; where it has none the list price stays, and the bill says so.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from catalog.facts import TEAM_SOURCE, Price, PriceBook, index_prices
from planner.engine.document import Costs, Plan

TERMS = ("1-year", "3-years")
HOURLY = frozenset(
    ("hour", "acu-hour", "rpu-hour", "vcore-hour", "vcpu-hour", "gib-hour", "compute-unit-hour")
)  # the units of compute; capacity for requests and throughput are no machines
MARK = "committed: "
HUNDRED = Decimal(100)
Key = tuple[str, ...]


def paid(plan: Plan, prices: PriceBook) -> PriceBook:
    """The prices that the plan's commitment leaves."""
    return committed(prices, plan.costs)


@lru_cache(maxsize=32)
def committed(prices: PriceBook, costs: Costs) -> PriceBook:
    """The book with each compute price at its committed one. The same book where nothing is committed."""
    if costs.commitment == "none":
        return prices
    terms = {_key(row, row.billed): row for row in prices.prices if is_term(row)}
    rows = tuple(_paid(row, costs, terms) for row in prices.prices)
    covered = costs.coverage_percent, costs.discount_percent
    return index_prices(f"{prices.id}+{costs.commitment}:{covered}", rows)


def is_term(row: Price) -> bool:
    """Is this the price of a commitment, and not one that can be bought by the hour?"""
    return row.billed.endswith(TERMS)


def _key(row: Price, billed: str) -> Key:
    return row.provider, row.service, row.engine, row.region, row.deployment, row.resource, billed


def _paid(row: Price, costs: Costs, terms: dict[Key, Price]) -> Price:
    if row.unit not in HOURLY or is_term(row) or not row.usd:
        return row
    share = Decimal(str(100.0 if costs.coverage_percent is None else costs.coverage_percent)) / HUNDRED
    if costs.commitment == "own":
        if row.source.startswith(TEAM_SOURCE):
            return row  # a team's own price has its discount already
        off = Decimal(str(costs.discount_percent or 0))
        usd, what = row.usd * (HUNDRED - off) / HUNDRED, f"{off.normalize():f} % of your own off"
    else:
        term = terms.get(_key(row, f"{row.billed}-{costs.commitment}"))
        if term is None:
            return row
        usd, what = term.usd, f"{costs.commitment}, {term.source}"
    blended = share * usd + (1 - share) * row.usd
    words = f"{MARK}{what}" + (f", for {(share * HUNDRED).normalize():f} % of the hours" if share < 1 else "")
    return replace(row, usd=blended, source=f"{row.source}; {words}")


def uncommitted(prices: tuple[Price | None, ...]) -> int:
    """How many compute prices of a bill have no committed price and stand at list."""
    return sum(one is not None and one.unit in HOURLY and MARK not in one.source for one in prices)
