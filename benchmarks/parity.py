"""Parity with the peer in sizing, and how many times quicker we are: both in this run, on the same draws."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.engine import made_plan
from benchmarks.measure import Measured, seconds
from benchmarks.peer.ours import columns_of, search
from catalog.files import packaged_prices, packaged_snapshot
from planner.engine.demand import Draws, demand_of, parts_by_store
from planner.engine.shapes import choose, machine_shapes
from planner.engine.sizing import Load, copies_of, load_of

PEER_PYTHON = Path(".venv-peer/bin/python")
ANSWERS = Path(__file__).parent / "peer" / "answers.py"
DRAWS, HEAVY_DRAWS, OUR_DRAWS = 256, 8, 10_000
RELATIONAL_TIMES, CASSANDRA_TIMES = 500, 1_000
MICROSECONDS = 1e6


def measure() -> list[Measured]:
    answers = ask(DRAWS, HEAVY_DRAWS)
    found = search(answers, columns_of(answers))
    differ = sum((one or {}).get("instance") != name for one, name in zip(answers["answers"], found.names, strict=True))
    both = [(one["usd_year"], usd) for one, usd in zip(answers["answers"], found.usd_year, strict=True) if one]
    error = max(abs(usd / theirs - 1) for theirs, usd in both)
    relational, wide = _ours("postgresql"), _ours("cassandra")
    return [
        Measured("Parity: draws of 256 in which peer and we choose otherwise", differ, 0.01 * DRAWS, ""),
        Measured("Parity: largest difference of cost, millionths", MICROSECONDS * error, 1, "ppm"),
        _quicker("Peer's relational model a draw", relational, answers["relational_seconds"], RELATIONAL_TIMES),
        _quicker("Peer's Cassandra model a draw", wide, answers["cassandra_seconds"], CASSANDRA_TIMES),
    ]


def ask(draws: int, heavy: int) -> dict[str, Any]:
    """What the peer answers, from its own environment."""
    if not PEER_PYTHON.exists():
        raise SystemExit(f"{PEER_PYTHON} is missing: `make bench` makes it.")
    got = subprocess.run([str(PEER_PYTHON), str(ANSWERS), str(draws), str(heavy)], check=True, capture_output=True)
    answers: dict[str, Any] = json.loads(got.stdout)
    return answers


def _quicker(what: str, ours: float, theirs: float, times: int) -> Measured:
    said = f"{what}: {theirs * MICROSECONDS:,.0f} us, ours {theirs / ours:,.0f} x quicker"
    return Measured(said, MICROSECONDS * ours, MICROSECONDS * theirs / times, "us")


def _ours(database: str) -> float:
    """Seconds a draw: demand, load and search over every machine of a region, as a plan does it."""
    snapshot, prices = packaged_snapshot(), packaged_prices()
    plan = made_plan(10, 10)
    slug = next(slug for slug, store in plan.stores.items() if store.database == database)
    parts, copies = parts_by_store(plan)[slug], copies_of(plan.stores[slug])
    shapes = machine_shapes(prices, "aws", "us-east-1")
    assert shapes is not None
    draws = Draws(OUR_DRAWS)

    def work() -> None:
        load = load_of(snapshot.databases[database], demand_of(parts, draws), draws, parts, copies)
        assert isinstance(load, Load)
        choice = choose(load, shapes, copies)
        assert np.any(choice.index >= 0)

    work()  # draws of the quantities are shared by all stores and months of a plan, and made once
    return min(seconds(work, 5)) / OUR_DRAWS
