"""Speed of placing all data sets together: no database, no server."""

from __future__ import annotations

import random

from benchmarks.measure import Measured, seconds
from catalog.files import packaged_snapshot
from planner.engine.document import Plan
from planner.engine.evaluate import context_of
from planner.engine.place_all import place_all
from planner.engine.ranking import rank

WORDS = (
    "point-lookup", "range-scan", "time-range", "secondary-index", "join", "aggregation", "full-text", "geo",
    "graph-traversal", "vector-search", "nested-document", "counter", "sorted-set", "ttl-expiry", "append-log",
    "change-stream", "pub-sub", "blob", "bulk-scan",
)  # fmt: skip
TRANSACTIONS = ("none", "single-record", "single-partition", "multi-record")
DATA_SETS = 1_000


def mixed_plan(number: int) -> Plan:
    """No two data sets alike: the hardest plan for the search."""
    chance = random.Random(number)
    data = {f"data-{at}": {"name": f"Data {at}", "needs": _needs(chance)} for at in range(number)}
    services = {"all": {"name": "All", "tier": "medium", "data": data}}
    return Plan.model_validate({"name": "Mixed", "provider": "aws", "services": services})


def _needs(chance: random.Random) -> dict[str, object]:
    return {
        "queries": chance.sample(WORDS, chance.randint(1, 3)),
        "transactions": chance.choice(TRANSACTIONS),
        "writes_per_second": 10 ** chance.uniform(0, 5),
        "size_gib": 10 ** chance.uniform(-1, 5),
        "latency_p99_ms": 10 ** chance.uniform(0.3, 3),
    }


def measure() -> list[Measured]:
    snapshot, plan = packaged_snapshot(), mixed_plan(DATA_SETS)
    rankings = {ref.path: rank(ref.data_set.needs, context_of(plan), snapshot, ref.path) for ref in plan.data_sets()}
    took = seconds(lambda: place_all(plan, rankings, snapshot), 3)
    return [Measured("Stores for 1,000 different data sets together, ranked before", 1000 * min(took), 2000, "ms")]
