"""How long a commit waits for its acknowledgements, in ms: the k-th fastest of independent round trips.

Each round trip is lognormal with a given mean and sigma. The k-th fastest of independent, unlike ones has an exact
distribution (at least k of n have arrived: the Poisson binomial), so nothing is drawn at random.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from planner.engine.quantity import Floats
from planner.engine.replication.availability import BadInput, at_least_0

JITTER_SIGMA = 0.2  # spread of one round trip on a quiet line: p99 about 1.6 times the median (assumption)
STEPS = 4_000  # points of the numerical mean
MOST_COPIES = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """Time that one commit waits, ms."""

    p50_ms: float
    p95_ms: float
    p99_ms: float
    mean_ms: float


NO_WAIT = Waiting(0.0, 0.0, 0.0, 0.0)


def quorum_wait(mean_rtt_ms: Sequence[float], acks_needed: int, sigma: float = JITTER_SIGMA) -> Waiting:
    """The wait for the `acks_needed` fastest of these acknowledgements. The primary's own write is not in it."""
    if not 1 <= len(mean_rtt_ms) <= MOST_COPIES:
        raise BadInput("mean_rtt_ms", f"{len(mean_rtt_ms)} copies: there must be 1 to {MOST_COPIES}")
    if not 1 <= acks_needed <= len(mean_rtt_ms):
        copies = "1 copy that can answer" if len(mean_rtt_ms) == 1 else f"{len(mean_rtt_ms)} copies that can answer"
        raise BadInput(
            "acks_needed", f"is {acks_needed}, but there {'is' if len(mean_rtt_ms) == 1 else 'are'} {copies}"
        )
    means = np.array([_round_trip(at, value) for at, value in enumerate(mean_rtt_ms)])
    at_least_0("lognormal_sigma", sigma)
    if sigma > 3:
        raise BadInput("lognormal_sigma", f"{sigma:g} must be at most 3")
    if sigma == 0 or not means.any():
        value = float(np.sort(means)[acks_needed - 1])
        return Waiting(value, value, value, value)
    medians = np.log(np.maximum(means, 1e-9)) - sigma**2 / 2
    low, high = float(medians.min()) - 9 * sigma, float(medians.max()) + 9 * sigma
    log_times = np.linspace(low, high, STEPS)
    done = _at_least(ndtr((log_times[:, None] - medians[None, :]) / sigma), acks_needed)
    times = np.exp(log_times)
    mean = float(times[0] + np.sum((1 - (done[1:] + done[:-1]) / 2) * np.diff(times)))
    p50, p95, p99 = (_quantile(times, done, wanted) for wanted in (0.5, 0.95, 0.99))
    return Waiting(p50, p95, p99, mean)


def _round_trip(at: int, value: float) -> float:
    if not (0 <= value <= 1e7 and math.isfinite(value)):
        raise BadInput(f"mean_rtt_ms[{at}]", f"{value:g} is no round trip: it must lie between 0 and 10,000,000 ms")
    return value


def _at_least(arrived: Floats, needed: int) -> Floats:
    """Probability that at least `needed` of the columns have arrived, for each row."""
    rows, columns = arrived.shape
    exactly: Floats = np.zeros((rows, columns + 1))
    exactly[:, 0] = 1
    for column in range(columns):
        one = arrived[:, column : column + 1]
        moved = exactly[:, :-1] * one
        exactly *= 1 - one
        exactly[:, 1:] += moved
    found: Floats = np.clip(exactly[:, needed:].sum(axis=1), 0.0, 1.0)
    return found


def _quantile(times: Floats, done: Floats, wanted: float) -> float:
    at = int(np.searchsorted(done, wanted))
    at = min(max(at, 1), len(times) - 1)
    before, after = float(done[at - 1]), float(done[at])
    part = 0.0 if after <= before else (wanted - before) / (after - before)
    return float(times[at - 1] + part * (times[at] - times[at - 1]))
