"""Speed of the engine: no database, no server."""

from __future__ import annotations

import datetime as dt
import resource
import tracemalloc
from itertools import count
from pathlib import Path

import numpy as np

from benchmarks.measure import Measured, p95, seconds
from catalog.files import packaged_prices, packaged_snapshot
from planner.engine.costs import plan_cost, size_and_price
from planner.engine.demand import Draws, demand_of, parts_by_store
from planner.engine.document import Plan, parse
from planner.engine.evaluate import evaluate
from planner.engine.quantity import Quantity
from planner.engine.shapes import Shapes, choose, forget_tables, shapes_of
from planner.engine.simulate import estimate
from planner.engine.sizing import Load, load_of

EXAMPLE = Path(__file__).parents[1] / "planner" / "examples" / "webshop.yaml"
TODAY = dt.date(2026, 11, 23)
KINDS = (
    ("postgresql", "aws-rds-postgresql"), ("redis", "aws-elasticache-redis"), ("opensearch", "aws-opensearch"),
    ("clickhouse", "self-hosted"), ("mongodb", "self-hosted"), ("cassandra", "self-hosted"), ("kafka", "aws-msk"),
    ("dynamodb", "aws-dynamodb-on-demand"), ("s3", "aws-s3-standard"), ("aurora", "aws-aurora-postgresql"),
)  # fmt: skip
MIB_PER_KIB = 1 / 1024
DRAWS, SHAPES = 10_000, 400


def example() -> Plan:
    return parse(EXAMPLE.read_text(encoding="utf-8"))


def made_plan(stores: int, data_sets: int, services: int = 5) -> Plan:
    """A plan of many kinds of stores; every quantity has a range."""
    places = {
        f"store-{at}": {
            "name": f"Store {at}", "database": KINDS[at % len(KINDS)][0], "offering": KINDS[at % len(KINDS)][1],
            "replication": {"mode": "asynchronous", "replicas": 1, "zones": 2},
        }
        for at in range(stores)
    }  # fmt: skip
    made: dict[str, dict[str, object]] = {
        f"service-{at}": {"name": f"Service {at}", "tier": "medium", "data": {}} for at in range(services)
    }
    for at in range(data_sets):
        data = made[f"service-{at % services}"]["data"]
        assert isinstance(data, dict)
        data[f"data-{at}"] = {"name": f"Data {at}", "store": f"store-{at % stores}", "needs": _needs(at)}
    tree = {"polystore": 1, "name": "Benchmark", "provider": "aws", "region": "us-east-1"}
    return Plan.model_validate(tree | {"services": made, "stores": places})


def _needs(at: int) -> dict[str, object]:
    return {
        "reads_per_second": [50 + at, 100 + at, 300 + at],
        "writes_per_second": [5, 20, 60],
        "item_bytes": [500, 1000, 3000],
        "size_gib": [10, 40 + at, 120 + at],
        "growth_per_year": [0.1, 0.3, 0.8],
        "retention_days": [300, 365, 400],
    }


def changed(plan: Plan, number: int) -> Plan:
    """The plan after an edit of one data set."""
    slug, service = next(iter(plan.services.items()))
    key, data_set = next(iter(service.data.items()))
    size = Quantity(10.0, 40.0 + number, 900.0 + number)
    edited = data_set.model_copy(update={"needs": data_set.needs.model_copy(update={"size_gib": size})})
    other = service.model_copy(update={"data": {**service.data, key: edited}})
    return plan.model_copy(update={"services": {**plan.services, slug: other}})


def measure() -> list[Measured]:
    snapshot, prices = packaged_snapshot(), packaged_prices()
    plan = example()
    numbers = count(1)
    evaluate(plan, snapshot, prices, TODAY)
    edits = seconds(lambda: evaluate(changed(plan, next(numbers)), snapshot, prices, TODAY), 40)
    large = made_plan(500, 1000, 200)
    size_and_price(large, snapshot, prices)

    def edit_large() -> None:
        one = changed(large, next(numbers))
        size_and_price(one, snapshot, prices)
        plan_cost(one, snapshot, prices)

    cost_edits = seconds(edit_large, 10)
    wide = made_plan(10, 20)
    estimates = seconds(lambda: estimate(wide, snapshot, prices), 3)
    examples = seconds(lambda: estimate(plan, snapshot, prices), 3)
    return [
        Measured("Evaluation of the example after an edit, p95", 1000 * p95(edits), 50, "ms"),
        Measured("Sizes and costs after an edit, 500 stores, 1,000 data sets, p95", 1000 * p95(cost_edits), 100, "ms"),
        Measured("Estimate, 20 data sets x 10 stores x 10,000 draws x 37 months", 1000 * min(estimates), 2000, "ms"),
        Measured("Estimate of the example, 10,000 draws x 37 months", 1000 * min(examples), 1500, "ms"),
        Measured(
            f"One store, {DRAWS:,} draws x {SHAPES} shapes, one copy on one machine", 1000 * _store(False), 100, "ms"
        ),
        Measured(f"One store, {DRAWS:,} draws x {SHAPES} shapes, spread over nodes", 1000 * _store(True), 100, "ms"),
        Measured("Memory that an estimate takes", _estimate_mib(wide), 500, "MiB"),
        Measured("Memory of the whole process at its highest", _peak_mib(), 800, "MiB"),
    ]


def _store(spread: bool) -> float:
    """The slowest of a few: draws of one data set, its demand, its load, and the cheapest of the shapes in each draw.

    Nothing is kept from before: tables over the shapes are made anew.
    """
    snapshot, prices = packaged_snapshot(), packaged_prices()
    every = shapes_of(tuple(row for row in prices.prices if row.vcpu and row.memory_gib), prices)
    assert every is not None and len(every.rows) >= SHAPES
    shapes = Shapes(every.rows[:SHAPES], every.cores[:SHAPES], every.memory_gib[:SHAPES], every.usd_hour[:SHAPES])
    plan = made_plan(10, 10)
    slug = "store-5" if spread else "store-4"
    parts, database = parts_by_store(plan)[slug], snapshot.databases[plan.stores[slug].database]

    def work() -> None:
        forget_tables()
        draws = Draws(DRAWS)
        load = load_of(database, demand_of(parts, draws), draws, parts, 1)
        assert isinstance(load, Load)
        assert np.any(choose(load, shapes, 1).index >= 0)

    return max(seconds(work, 5))


def _estimate_mib(plan: Plan) -> float:
    tracemalloc.start()
    estimate(plan, packaged_snapshot(), packaged_prices(), draws=10_000)
    highest = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    return highest


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MIB_PER_KIB
