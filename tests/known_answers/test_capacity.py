"""Closed formulas of sizing against known answers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from planner.engine.quantity import CONFIDENCE, Quantity, draw
from planner.engine.staffing import (
    QUEUE_FACTORS,
    READ_UNIT_SHARE,
    TRANSACTION_UNITS,
    cores_for_waiting,
    read_units,
    redis_key_bytes,
    square_root_cores,
    write_units,
)
from tests.known_answers.cases import cases_of

Case = dict[str, Any]


def one(value: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.array([float(value)])


def dynamodb_units(case: Case) -> None:
    given = case["inputs"]
    double = given.get("transactional", False) or given.get("consistency") == "transactional"
    reads = TRANSACTION_UNITS if double else READ_UNIT_SHARE[given["consistency"]]
    writes = TRANSACTION_UNITS if double else 1.0
    rcu = math.ceil(read_units(one(given["reads_per_s"]), one(given["read_bytes"]), reads)[0])
    wcu = math.ceil(write_units(one(given["writes_per_s"]), one(given["write_bytes"]), writes)[0])
    assert {"rcu": rcu, "wcu": wcu} == case["expected"]


def staffing(case: Case) -> None:
    cores, waits = cores_for_waiting(case["inputs"]["offered_load"], case["inputs"]["p_wait"])
    assert cores == case["expected"]["cores"]
    assert waits == pytest.approx(case["expected"]["p_wait_at_cores"], abs=1e-8)


def sqrt_staffing(case: Case) -> None:
    given = case["inputs"]
    load = (given["reads_per_s"] * given["read_ms"] + given["writes_per_s"] * given["write_ms"]) / 1000
    assert load == pytest.approx(case["expected"]["offered_load"])
    assert math.ceil(square_root_cores(one(load), QUEUE_FACTORS[given["tier"]])[0]) == case["expected"]["cores"]


def interval_quantiles(case: Case) -> None:
    given, expected = case["inputs"], case["expected"]
    chances = (np.arange(100_000) + 0.5) / 100_000
    values = draw(Quantity(given["low"], given["mid"], given["high"]), chances, given.get("confidence", CONFIDENCE))
    near = case["tolerance"]["probability_abs"]
    assert np.mean(values < given["low"]) == pytest.approx(expected["p_low"], abs=near)
    assert np.mean(values < given["mid"]) == pytest.approx(expected["p_mid"], abs=near)
    assert np.mean(values <= given["high"]) == pytest.approx(expected["p_high"], abs=near)


def redis_memory(case: Case) -> None:
    given = case["inputs"]
    found = redis_key_bytes(one(len(given["key"])), one(given["value_bytes"]))[0]
    assert found == pytest.approx(case["expected"]["bytes"], abs=case["tolerance"]["bytes"])


CHECKS: dict[str, Callable[[Case], None]] = {
    "dynamodb_units": dynamodb_units,
    "staffing": staffing,
    "sqrt_staffing": sqrt_staffing,
    "interval_quantiles": interval_quantiles,
    "redis_memory": redis_memory,
}
CASES = cases_of(set(CHECKS), "own_capacity.json")


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_known_answer(case: Case) -> None:
    CHECKS[case["kind"]](case)
