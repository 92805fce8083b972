"""Laws of the replication models, the table of round trips, and input that has no answer."""

from __future__ import annotations

import statistics
from collections.abc import Callable

import numpy as np
import pytest

from planner.engine.replication import round_trips
from planner.engine.replication.availability import BadInput, failover, k_of_n, parallel, series
from planner.engine.replication.commit import quorum_wait
from planner.engine.replication.lag import burst_lag
from planner.engine.replication.staleness import YAMMER_WRITE, k_staleness, t_visibility


def test_more_nodes_than_needed_never_lower_availability() -> None:
    found = [k_of_n(n, 2, 0.97) for n in range(2, 9)]
    assert found == sorted(found)
    assert k_of_n(3, 3, 0.99) == pytest.approx(series([0.99] * 3))
    assert k_of_n(3, 1, 0.99) == pytest.approx(parallel([0.99] * 3))


def test_a_common_cause_bounds_what_copies_can_give() -> None:
    """More standbys help against chance, never against what takes them all."""
    two, nine = (failover(8760, 8, 30, 0.1, copies) for copies in (2, 9))
    assert two < nine < 1 - 0.1 * 8 / 8768
    assert failover(8760, 8, 30, 0.0) > failover(8760, 8, 30, 0.1)
    assert failover(8760, 8, 30, 0.1) > failover(8760, 8, 300, 0.1)


def test_each_further_acknowledgement_waits_longer() -> None:
    round_trips_ms = [0.5, 1, 12, 30, 70]
    waits = [quorum_wait(round_trips_ms, needed) for needed in range(1, 6)]
    assert [one.mean_ms for one in waits] == sorted(one.mean_ms for one in waits)
    assert all(0 < one.p50_ms <= one.p95_ms <= one.p99_ms for one in waits)


def test_the_wait_is_that_of_drawn_round_trips() -> None:
    means, sigma = np.array([0.5, 62.0, 75.0]), 0.2
    draws = np.random.default_rng(5).lognormal(np.log(means) - sigma**2 / 2, sigma, (200_000, 3))
    drawn = np.sort(draws, axis=1)[:, 1]
    found = quorum_wait(list(means), 2, sigma)
    assert found.p95_ms == pytest.approx(np.percentile(drawn, 95), rel=0.01)
    assert found.mean_ms == pytest.approx(drawn.mean(), rel=0.01)


def test_a_write_becomes_visible_with_time_and_with_wider_quorums() -> None:
    seen = {r: dict(t_visibility(3, r, 1, (0, 10, 100)).p_consistent) for r in (1, 2, 3)}
    assert seen[1][0] < seen[1][10] < seen[1][100] < 1
    assert seen[1][0] < seen[2][0] < seen[3][0] == 1
    assert k_staleness(3, 1, 1, 1) > k_staleness(3, 1, 1, 2) > k_staleness(3, 2, 1, 2)
    assert k_staleness(3, 2, 2, 1) == 0


def test_latencies_of_the_fit_are_what_they_say() -> None:
    """Drawn values and the distribution function are the same mixture."""
    drawn = YAMMER_WRITE.at((np.arange(100_000) + 0.5) / 100_000)
    for at in (3.5, 6.0, 50.0, 500.0):
        assert np.mean(drawn <= at) == pytest.approx(float(YAMMER_WRITE.below(np.array([at]))[0]), abs=1e-4)


def test_a_replica_that_is_slower_than_the_writes_never_catches_up() -> None:
    assert burst_lag(10, 15, 40, 300).drain_s == 1500
    assert burst_lag(10, 10, 40, 300).drain_s is None
    assert burst_lag(12, 10, 40, 300).peak_lag_s is None


@pytest.mark.parametrize(
    ("field", "call"),
    [
        ("k", lambda: k_of_n(3, 4, 0.9)),
        ("n", lambda: k_of_n(0, 1, 0.9)),
        ("node_availability", lambda: k_of_n(3, 2, 1.2)),
        ("parts[1]", lambda: series([0.9, -0.1])),
        ("parts", lambda: parallel([])),
        ("mtbf_h", lambda: failover(0, 8, 90, 0.05)),
        ("failover_s", lambda: failover(1, 8, 90_000, 0.05)),
        ("common_cause_beta", lambda: failover(8760, 8, 90, 5)),
        ("acks_needed", lambda: quorum_wait([1, 2], 3)),
        ("mean_rtt_ms[1]", lambda: quorum_wait([1, -2], 1)),
        ("r", lambda: k_staleness(3, 4, 1, 1)),
        ("w", lambda: t_visibility(3, 1, 0, (0,))),
        ("t_ms", lambda: t_visibility(3, 1, 1, (-1,))),
        ("apply_mb_s", lambda: burst_lag(1, 0, 2, 3)),
        ("burst_write_mb_s", lambda: burst_lag(10, 15, 5, 3)),
    ],
)
def test_impossible_input_is_refused_at_its_field(field: str, call: Callable[[], object]) -> None:
    with pytest.raises(BadInput) as caught:
        call()
    assert caught.value.field == field


def test_no_measured_round_trip_is_quicker_than_light() -> None:
    """And the factors that other lines are estimated with are those of the measured ones."""
    factors = sorted(
        measured / round_trips.floor_ms(*(round_trips.PLACES[place] for place in pair))
        for pair, measured in round_trips.MEASURED_MS.items()
    )
    assert factors[0] > 1
    low, likely, high = round_trips.DETOUR
    assert (factors[0], statistics.median(factors), factors[-1]) == pytest.approx((low, likely, high), abs=0.04)


def test_every_region_has_a_place_and_every_line_a_source() -> None:
    assert set(round_trips.REGIONS.values()) <= set(round_trips.PLACES)
    for pair in round_trips.MEASURED_MS:
        assert pair <= set(round_trips.PLACES)
    known = round_trips.between("us-east-1", "eu-west-1")
    assert known is not None
    assert (known.likely_ms, known.because.kind, known.because.as_of) == (81, "fact", "2017")
    back = round_trips.between("eu-west-1", "us-east-1")
    assert back is not None
    assert back.likely_ms == 81
    guessed = round_trips.between("us-east-1", "af-south-1")
    assert guessed is not None
    assert guessed.because.kind == "formula"
    assert guessed.low_ms < guessed.likely_ms < guessed.high_ms
    assert round_trips.between("us-east-1", "moon-1") is None
    assert round_trips.between("us-east-1", "us-east-1") is round_trips.BETWEEN_ZONES
