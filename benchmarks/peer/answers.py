"""Asks the peer: run by the Python of `.venv-peer`, without anything of ours. Prints JSON.

    python answers.py DRAWS CASSANDRA_DRAWS

Its relational model (Aurora PostgreSQL, us-east-1, tier 1) for so many draws of the inputs, with the machines and prices
that it chose from, and the seconds that it took for each draw; its Cassandra model for a few draws, for the time only.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import numpy as np
from service_capacity_modeling.capacity_planner import planner
from service_capacity_modeling.hardware import shapes
from service_capacity_modeling.interface import (
    CapacityDesires,
    DataShape,
    Platform,
    QueryPattern,
    certain_float,
)

REGION = "us-east-1"
TIER = 1
WORKING_SET = 0.1
SEED = 20261123
# Medians and spreads (of the natural logarithm) that reach from the smallest machine to none being large enough.
INPUTS = {
    "reads_per_second": (900.0, 1.9),
    "writes_per_second": (350.0, 1.8),
    "read_ms": (3.0, 0.6),
    "write_ms": (4.5, 0.6),
    "read_bytes": (1500.0, 1.2),
    "write_bytes": (700.0, 1.0),
    "size_gib": (300.0, 2.0),
}


def draws(count: int) -> list[dict[str, float]]:
    random = np.random.default_rng(SEED)
    columns = {
        name: median * np.exp(spread * random.standard_normal(count)) for name, (median, spread) in INPUTS.items()
    }
    return [{name: float(f"{columns[name][at]:.6g}") for name in columns} for at in range(count)]


def desires(one: dict[str, float]) -> CapacityDesires:
    return CapacityDesires(
        service_tier=TIER,
        query_pattern=QueryPattern(
            estimated_read_per_second=certain_float(one["reads_per_second"]),
            estimated_write_per_second=certain_float(one["writes_per_second"]),
            estimated_mean_read_latency_ms=certain_float(one["read_ms"]),
            estimated_mean_write_latency_ms=certain_float(one["write_ms"]),
            estimated_mean_read_size_bytes=certain_float(one["read_bytes"]),
            estimated_mean_write_size_bytes=certain_float(one["write_bytes"]),
        ),
        data_shape=DataShape(
            estimated_state_size_gib=certain_float(one["size_gib"]),
            estimated_working_set_percent=certain_float(WORKING_SET),
        ),
    )


def relational(one: dict[str, float]) -> dict[str, Any] | None:
    """The cheapest plan: instance and USD a year; None where no machine is large enough."""
    arguments = {"aurora.engine": "postgres"}
    plans = planner.plan_certain("org.netflix.aurora", REGION, desires(one), extra_model_arguments=arguments)
    if not plans:
        return None
    best = plans[0].candidate_clusters
    return {"instance": best.regional[0].instance.name, "usd_year": float(best.total_annual_cost)}


def cassandra(one: dict[str, float]) -> object:
    return planner.plan_certain("org.netflix.cassandra", REGION, desires(one))


def hardware() -> dict[str, Any]:
    region = shapes.region(REGION)
    drive = region.drives["aurora"]
    machines = [
        {"name": one.name, "cpu": one.cpu, "ghz": one.cpu_ghz, "ipc": one.cpu_ipc_scale, "ram_gib": one.ram_gib,
         "net_mbps": one.net_mbps, "usd_year": float(one.annual_cost)}
        for one in region.instances.values()
        if Platform.aurora_postgres in one.platforms
    ]  # fmt: skip
    return {
        "machines": machines,
        "usd_gib_year": drive.annual_cost_per_gib,
        "usd_read_io_year": drive.annual_cost_per_read_io[0][1],
        "usd_write_io_year": drive.annual_cost_per_write_io[0][1],
    }


def main() -> None:
    count, heavy = int(sys.argv[1]), int(sys.argv[2])
    inputs = draws(count)
    relational(inputs[0])  # the first call loads the hardware
    start = time.perf_counter()
    answers = [relational(one) for one in inputs]
    relational_seconds = (time.perf_counter() - start) / count
    heavy_seconds = 0.0
    if heavy:
        cassandra(inputs[0])
        start = time.perf_counter()
        for one in inputs[:heavy]:
            cassandra(one)
        heavy_seconds = (time.perf_counter() - start) / heavy
    print(
        json.dumps(
            {"source": "service-capacity-modeling 0.3.212, org.netflix.aurora, us-east-1, tier 1", "inputs": inputs,
             "answers": answers, "relational_seconds": relational_seconds, "cassandra_seconds": heavy_seconds}
            | hardware()
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()
