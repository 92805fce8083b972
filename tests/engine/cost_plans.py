"""Small plans for cost tests: one service, one data set, one store, AWS us-east-1 unless said otherwise."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from catalog.facts import PriceBook, Snapshot
from catalog.files import packaged_prices, packaged_snapshot
from planner.engine.costs import size_and_price
from planner.engine.document import Plan
from planner.engine.results import StoreResult

NEEDS: dict[str, Any] = {
    "consistency": "eventual",
    "reads_per_second": 100,
    "writes_per_second": 10,
    "item_bytes": 1024,
    "size_gib": 50,
}


@lru_cache(maxsize=1)
def world() -> tuple[Snapshot, PriceBook]:
    return packaged_snapshot(), packaged_prices()


def plan_of(*, needs: dict[str, Any] | None = None, **store: Any) -> Plan:
    """A plan of one data set; `needs` replaces single needs, `store` fields of the store."""
    place = {"name": "Main", "database": "postgresql", "offering": "aws-rds-postgresql", **store}
    data_set = {"name": "Orders", "needs": NEEDS | (needs or {}), "store": "main"}
    return Plan.model_validate(
        {
            "polystore": 1,
            "name": "Test",
            "provider": "aws",
            "region": "us-east-1",
            "services": {"shop": {"name": "Shop", "tier": "high", "data": {"orders": data_set}}},
            "stores": {"main": place},
        }
    )


def priced(*, needs: dict[str, Any] | None = None, **store: Any) -> StoreResult:
    snapshot, prices = world()
    return size_and_price(plan_of(needs=needs, **store), snapshot, prices)["main"]


def line(result: StoreResult, start: str) -> Any:
    """The one line whose item begins so."""
    found = [one for one in result.lines if one.item.startswith(start)]
    assert len(found) == 1, (start, [one.item for one in result.lines])
    return found[0]
