"""Bytes that leave a zone or a region, as the provider bills them."""

from __future__ import annotations

import re

import numpy as np

from catalog.facts import Price
from planner.engine.bill import Bill
from planner.engine.document import Store
from planner.engine.quantity import Floats
from planner.engine.sizing import copies_of, zones_of

SERVICE = "Data transfer"
GIB_OF = {"TB": 1024.0, "TIB": 1024.0, "GB": 1.0, "GIB": 1.0}


def copies_elsewhere(store: Store) -> int:
    """Copies in other zones than the primary's, when they are spread evenly."""
    copies, zones = copies_of(store), zones_of(store)
    return copies - -(-copies // zones) if zones > 1 else 0


def between_zones(bill: Bill, store: Store, written_gib: Floats) -> None:
    """Replication over self-run machines pays on both sides; managed services include theirs."""
    away = copies_elsewhere(store)
    if away == 0:
        return
    inside_region(bill, "Replication between zones, both sides", written_gib * away * 2)


def inside_region(bill: Bill, item: str, gib: Floats) -> None:
    """`gib` counts each byte twice: the sender and the receiver both pay."""
    bill.priced(item, "transfer", gib, _price(bill, "inter-az"))


def to_region(bill: Bill, item: str, gib: Floats, region: str, basis: str = "transfer") -> None:
    bill.priced(item, basis, gib, _price(bill, "inter-region", region))


def to_internet(bill: Bill, item: str, gib: Floats, destination: str = "internet") -> None:
    """Marginal tiers, by the upper bound in the tier's name ("0-10TB", ">150TB")."""
    rows = [row for row in bill.rows(SERVICE) if row.billed == "egress" and row.resource.startswith(destination)]
    first = [row for row in rows if row.resource == rows[0].resource]
    tiers: list[tuple[Price | None, float]] = [(row, upper_gib(row.deployment)) for row in first]
    bill.tiered(item, "transfer", gib, tuple(tiers) or ((None, np.inf),))


def upper_gib(tier: str) -> float:
    """The upper bound of a tier such as "10-50TB", in GiB; no bound for ">150TB" and "all"."""
    found = re.match(r"^\d+-(\d+)\s*(TB|TiB|GB|GiB)$", tier)
    return float(found[1]) * GIB_OF[found[2].upper()] if found else float("inf")


def _price(bill: Bill, kind: str, to: str = "") -> Price | None:
    rows = (row for row in bill.rows(SERVICE) if row.billed == kind and to in ("", row.resource))
    return next(rows, None)
