"""Formulas of replication against known answers: every case of the file that calls itself `replication`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from planner.engine.replication.availability import failover, k_of_n, minutes_a_year, parallel, series
from planner.engine.replication.commit import JITTER_SIGMA, quorum_wait
from planner.engine.replication.lag import burst_lag
from planner.engine.replication.staleness import k_staleness, t_visibility
from tests.known_answers.cases import cases_of, rounding

Case = dict[str, Any]


def near(found: dict[str, float | None], case: Case) -> None:
    """Every expected field. An absolute tolerance may be given by field; zero is met exactly, or almost."""
    given = case["tolerance"]
    for name, wanted in case["expected"].items():
        relative, absolute = given.get("relative", 0), given.get(name, given.get("absolute", 1e-12))
        assert found[name] == pytest.approx(
            wanted, rel=relative, abs=max(absolute, rounding(wanted, case["expected"]))
        ), name


def both(found: float) -> dict[str, float | None]:
    return {"availability": found, "downtime_min_per_year": minutes_a_year(found)}


def availability(case: Case) -> None:
    given = case["inputs"]
    near(both(k_of_n(given["n"], given["k"], given["node_availability"])), case)


def availability_series(case: Case) -> None:
    near(both(series(case["inputs"]["parts"])), case)


def availability_parallel(case: Case) -> None:
    near(both(parallel(case["inputs"]["parts"])), case)


def availability_failover(case: Case) -> None:
    given = case["inputs"]
    found = failover(given["mtbf_h"], given["mttr_h"], given["failover_s"], given["common_cause_beta"])
    near(both(found), case)


def quorum_latency(case: Case) -> None:
    given = case["inputs"]
    found = quorum_wait(given["mean_rtt_ms"], given["acks_needed"], given.get("lognormal_sigma", JITTER_SIGMA))
    near({"p50_ms": found.p50_ms, "p95_ms": found.p95_ms, "p99_ms": found.p99_ms, "mean_ms": found.mean_ms}, case)


def pbs_t_visibility(case: Case) -> None:
    given, expected = case["inputs"], case["expected"]
    found = t_visibility(given["n"], given["r"], given["w"], tuple(given["t_ms"]))
    seen = dict(found.p_consistent)
    for after, wanted in expected["p_consistent"].items():
        assert seen[float(after)] == pytest.approx(wanted, abs=case["tolerance"]["p_consistent"]), after
    share = float(case["tolerance"]["latency"].rstrip("%")) / 100
    writes = dict(zip(("p50", "p99", "p999"), found.write_ms, strict=True))
    reads = dict(zip(("p50", "p99"), found.read_ms, strict=True))
    for name, wanted in expected.get("write_latency_ms", {}).items():
        assert writes[name] == pytest.approx(wanted, rel=share), f"write {name}"
    for name, wanted in expected.get("read_latency_ms", {}).items():
        assert reads[name] == pytest.approx(wanted, rel=share), f"read {name}"


def pbs_k_staleness(case: Case) -> None:
    given = case["inputs"]
    near({"p_stale": k_staleness(given["n"], given["r"], given["w"], given["k"])}, case)


def replication_lag(case: Case) -> None:
    given = case["inputs"]
    found = burst_lag(given["base_write_mb_s"], given["apply_mb_s"], given["burst_write_mb_s"], given["burst_s"])
    near(
        {
            "peak_backlog_mb": found.peak_backlog_mb,
            "peak_lag_s": found.peak_lag_s,
            "drain_s": found.drain_s,
            "data_at_risk_mb": found.data_at_risk_mb,
        },
        case,
    )


CHECKS: dict[str, Callable[[Case], None]] = {
    "availability": availability,
    "availability_series": availability_series,
    "availability_parallel": availability_parallel,
    "availability_failover": availability_failover,
    "quorum_latency": quorum_latency,
    "pbs_t_visibility": pbs_t_visibility,
    "pbs_k_staleness": pbs_k_staleness,
    "replication_lag": replication_lag,
}
CASES = cases_of(set(CHECKS), "own_replication.json")


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_known_answer(case: Case) -> None:
    CHECKS[case["kind"]](case)
