"""A small estimate worked out while the page is made, so that a first look has the whole picture; the job has 10,000 runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from catalog.facts import PriceBook, Snapshot
from planner.engine import document as documents
from planner.engine.document import Plan
from planner.engine.results import Estimate
from planner.engine.simulate import estimate

DRAWS = 512
MOST_STORES, MOST_DATA_SETS = 12, 40  # more take longer than a page may


@dataclass(frozen=True)
class _Question:
    """Equal questions have equal answers."""

    sha256: str
    catalog_id: str
    prices_id: str
    plan: Plan = field(compare=False, repr=False)
    snapshot: Snapshot = field(compare=False, repr=False)
    prices: PriceBook = field(compare=False, repr=False)


def quick_estimate(plan: Plan, snapshot: Snapshot, prices: PriceBook) -> Estimate | None:
    """None where the plan has nothing to price, or is too large for a page."""
    data_sets = sum(1 for _ in plan.data_sets())
    if not plan.stores or not data_sets or len(plan.stores) > MOST_STORES or data_sets > MOST_DATA_SETS:
        return None
    found = _estimated(_Question(documents.sha256(plan), snapshot.id, prices.id, plan, snapshot, prices))
    return found if found.stores else None


@lru_cache(maxsize=64)
def _estimated(asked: _Question) -> Estimate:
    return estimate(asked.plan, asked.snapshot, asked.prices, DRAWS)
