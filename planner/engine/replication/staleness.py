"""How probably a read of a quorum store misses the newest write (probabilistically bounded staleness).

Model and latency fits: Bailis et al., PVLDB 5(8) 2012, arXiv:1204.6082; fits of Yammer's Riak cluster as published in
github.com/pbailis/cassandra-pbs. A write goes to all N copies (W: request, A: acknowledgement) and is done at the w-th answer;
a read that starts t ms later goes to all N (R, S) and takes the first r answers. It is stale if none of these r had the write.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import betaincinv
from scipy.stats import qmc

from planner.engine.quantity import Floats
from planner.engine.replication.availability import BadInput

DRAWS_LOG2, MANY_DRAWS_LOG2 = 17, 15  # up to 5 copies, and above: within 0.002 of 2 million random draws for 3 copies
SEED = 20121
NODES = 2_000  # points of the numerical convolution of two latencies
MOST_COPIES = 15


@dataclass(frozen=True, slots=True)
class Latency:
    """A share `body` of Pareto (ms, shape), the rest exponential with this rate per ms."""

    body: float
    pareto_ms: float
    pareto_shape: float
    tail_rate_per_ms: float

    def at(self, u: Floats) -> Floats:
        """Quantile of the mixture's parts: u below `body` falls into the first part. Not sorted, but rightly distributed."""
        within = np.clip(u / self.body, 0, 1 - 1e-12)
        beyond = np.clip((u - self.body) / (1 - self.body), 0, 1 - 1e-12)
        body = self.pareto_ms * (1 - within) ** (-1 / self.pareto_shape)
        tail = -np.log1p(-beyond) / self.tail_rate_per_ms
        found: Floats = np.where(u < self.body, body, tail)
        return found

    def below(self, x: Floats) -> Floats:
        """Share of latencies of at most x ms."""
        safe = np.maximum(x, 1e-12)
        body = np.where(safe > self.pareto_ms, 1 - (self.pareto_ms / safe) ** self.pareto_shape, 0.0)
        tail = -np.expm1(-self.tail_rate_per_ms * safe)
        found: Floats = np.where(x > 0, self.body * body + (1 - self.body) * tail, 0.0)
        return found


YAMMER_WRITE = Latency(0.939, 3.0, 3.35, 0.0028)
YAMMER_OTHER = Latency(0.982, 1.5, 3.8, 0.0217)


@dataclass(frozen=True, slots=True)
class Visibility:
    """Probability that a read sees the write, by ms after it was done; latencies of writes and reads, ms."""

    p_consistent: tuple[tuple[float, float], ...]
    write_ms: tuple[float, float, float]  # p50, p99, p99.9
    read_ms: tuple[float, float]  # p50, p99


def k_staleness(n: int, r: int, w: int, k: int) -> float:
    """Probability that a read of r random copies misses all of the last k versions: (C(n-w, r) / C(n, r))^k."""
    _check(n, r, w)
    if not 1 <= k <= 1_000_000:
        raise BadInput("k", f"{k} versions: at least 1 must be asked for")
    return float((math.comb(n - w, r) / math.comb(n, r)) ** k)


def _check(n: int, r: int, w: int) -> None:
    if not 1 <= n <= MOST_COPIES:
        raise BadInput("n", f"{n} copies: there must be 1 to {MOST_COPIES}")
    for field, value, name in (("r", r, "read"), ("w", w, "write")):
        if not 1 <= value <= n:
            raise BadInput(field, f"a {name} quorum of {value} of {n} {'copy' if n == 1 else 'copies'} cannot be met")


@lru_cache(maxsize=64)
def t_visibility(n: int, r: int, w: int, after_ms: Sequence[float]) -> Visibility:
    """Visibility after each of `after_ms` (a tuple). Quorums that overlap always see the write."""
    _check(n, r, w)
    if any(not 0 <= after <= 1e9 for after in after_ms):
        raise BadInput("t_ms", "a time after the write must lie between 0 and 1,000,000,000 ms")
    write_ms = tuple(_kth_quantile(n, w, share, YAMMER_WRITE, YAMMER_OTHER) for share in (0.5, 0.99, 0.999))
    read_ms = tuple(_kth_quantile(n, r, share, YAMMER_OTHER, YAMMER_OTHER) for share in (0.5, 0.99))
    seen = [(after, share) for after, share in zip(after_ms, _seen(n, r, w, after_ms), strict=True)]
    return Visibility(tuple(seen), (write_ms[0], write_ms[1], write_ms[2]), (read_ms[0], read_ms[1]))


def _seen(n: int, r: int, w: int, after_ms: Sequence[float]) -> list[float]:
    if r + w > n:
        return [1.0] * len(after_ms)
    draws = qmc.Sobol(4 * n, seed=SEED).random_base2(DRAWS_LOG2 if n <= 5 else MANY_DRAWS_LOG2)
    write, answer, read, back = (draws[:, part * n : (part + 1) * n] for part in range(4))
    arrives = YAMMER_WRITE.at(write)
    done = np.partition(arrives + YAMMER_OTHER.at(answer), w - 1, axis=1)[:, w - 1]
    asked = YAMMER_OTHER.at(read)
    first = np.argpartition(asked + YAMMER_OTHER.at(back), r - 1, axis=1)[:, :r]
    # A copy has the write when it came before the read did: visible from `arrives - asked - done` ms on.
    visible = np.take_along_axis(arrives - asked, first, axis=1).min(axis=1) - done
    return [float(np.mean(visible <= after)) for after in after_ms]


@lru_cache(maxsize=256)
def _kth_quantile(n: int, k: int, share: float, there: Latency, back: Latency) -> float:
    """Quantile of the k-th fastest of n equal sums of two latencies: exact up to the numerical convolution."""
    wanted = float(betaincinv(k, n - k + 1, share))
    low, high = 0.0, 1e6
    points = back.at((np.arange(NODES) + 0.5) / NODES)
    for _ in range(60):
        middle = (low + high) / 2
        if float(np.mean(there.below(middle - points))) < wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2
