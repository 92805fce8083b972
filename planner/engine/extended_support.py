"""What vendors charge for versions past their end: a line that price lists of ours do not have, so it is named as missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from catalog.facts import Snapshot
from planner.engine.document import Plan, Store
from planner.engine.results import StoreResult
from planner.engine.rules.lifecycle import cycle_of

# https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support.html
CHARGING = ("Amazon RDS", "Amazon Aurora")


def with_extended_support(
    plan: Plan, stores: Mapping[str, StoreResult], snapshot: Snapshot, today: dt.date
) -> dict[str, StoreResult]:
    """The results, with a sentence where a service bills extended support: its price is unknown, so the total is a least."""
    found = dict(stores)
    for slug, result in stores.items():
        said = _said(plan.stores[slug], snapshot, today)
        if said and result.monthly_usd is not None:
            found[slug] = replace(result, unknown=(*result.unknown, said))
    return found


def _said(store: Store, snapshot: Snapshot, today: dt.date) -> str:
    offering, database = snapshot.offerings.get(store.offering or ""), snapshot.databases.get(store.database)
    if offering is None or database is None or not store.version or offering.price_service not in CHARGING:
        return ""
    name = f"{database.name} {store.version}"
    cycle = cycle_of(database, store.version)
    if cycle is not None:
        if cycle.eol_on is None or cycle.eol_on >= today:
            return ""
        return f"Extended support of {name}, which ended on {cycle.eol_on.isoformat()}: no price is known"
    version, lines = _numbers(store.version), [_numbers(one.cycle) for one in database.cycles]
    if not version or not all(lines) or not lines or version >= min(lines):
        return ""
    return f"Extended support of {name}, older than every line that is still supported: no price is known"


def _numbers(version: str) -> tuple[int, ...]:
    """8.0.36 as numbers; () for what is no such version."""
    parts = version.split(".")
    return tuple(int(part) for part in parts) if all(part.isascii() and part.isdecimal() for part in parts) else ()
