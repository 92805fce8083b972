"""Quantities: a number, or three numbers [low, mid, high] meaning the 5th, 50th and 95th percentile.

The distribution is the log-metalog (Keelin's symmetric percentile triplet on the logarithm), which meets all three
exactly:
    Q(u) = exp(a1 + a2*logit(u) + a3*(u - 1/2)*logit(u)),
with L = ln((1-alpha)/alpha), alpha = (1 - confidence) / 2 = 0.05, z = ln(low, mid, high): a1 = z_mid, a2 = (z_high - z_low) / (2 L),
a3 = ((z_high + z_low)/2 - z_mid) / ((1/2 - alpha) L). It is a distribution while |a3/a2| < 1.66711; a more skewed
triple falls back to a lognormal split at the median. A triple that begins at zero cannot be on a logarithm: it is a
piecewise linear quantile function through the three percentiles.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
CONFIDENCE = 0.9  # of every triple of a plan
FEASIBLE_SKEW = 1.66711
# Draws outside 1 in 2,000 on either side are cut: three percentiles say nothing about tails that far out.
TAIL = 1 / 2000


@dataclass(frozen=True, slots=True)
class Quantity:
    """low <= mid <= high; `mid` is the median. A plain number has all three equal."""

    low: float
    mid: float
    high: float

    @property
    def certain(self) -> bool:
        return self.low == self.mid == self.high


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted distribution: which family met the three percentiles, and its quantile function."""

    family: str  # constant | log-metalog | split-lognormal | from-zero
    at: Callable[[Floats], Floats]


def fit(quantity: Quantity, confidence: float = CONFIDENCE) -> Fit:
    """The distribution whose median is mid and which lies between low and high with this chance, tails alike. Exact."""
    if not 0 < confidence < 1:
        raise ValueError(f"A confidence of {confidence:g}: it must lie between 0 and 1")
    tail = (1 - confidence) / 2
    if quantity.certain:
        return Fit("constant", lambda u: np.full_like(u, quantity.mid))
    if quantity.low <= 0:
        return Fit("from-zero", lambda u: _from_zero(quantity, u, tail))
    z_low, z_mid, z_high = (float(z) for z in np.log([quantity.low, quantity.mid, quantity.high]))
    width = float(np.log((1 - tail) / tail))
    a2 = (z_high - z_low) / (2 * width)
    a3 = ((z_high + z_low) / 2 - z_mid) / ((0.5 - tail) * width)
    if abs(a3) >= FEASIBLE_SKEW * a2:
        return Fit("split-lognormal", lambda u: _split_lognormal(z_low, z_mid, z_high, u, tail))
    return Fit("log-metalog", lambda u: _log_metalog(z_mid, a2, a3, u))


def draw(quantity: Quantity, u: Floats, confidence: float = CONFIDENCE) -> Floats:
    """Values of the quantity at the probabilities `u` (any shape); exact at 0.5 and both ends of its `confidence`."""
    return fit(quantity, confidence).at(np.clip(u, TAIL, 1 - TAIL))


def _log_metalog(a1: float, a2: float, a3: float, u: Floats) -> Floats:
    logit = np.log(u / (1 - u))
    values: Floats = np.exp(a1 + a2 * logit + a3 * (u - 0.5) * logit)
    return values


def _split_lognormal(z_low: float, z_mid: float, z_high: float, u: Floats, tail: float) -> Floats:
    """Two half lognormals that meet at the median, for triples too skewed for the metalog."""
    edge = float(ndtri(1 - tail))
    sigma = np.where(u < 0.5, (z_mid - z_low) / edge, (z_high - z_mid) / edge)
    values: Floats = np.exp(z_mid + sigma * ndtri(u))
    return values


def _from_zero(quantity: Quantity, u: Floats, tail: float) -> Floats:
    """Piecewise linear through the percentiles, flat below the lowest, going on at the same slope above the highest."""
    slope = (quantity.high - quantity.mid) / (0.5 - tail)
    below = np.interp(u, [0.0, tail, 0.5, 1 - tail], [quantity.low, quantity.low, quantity.mid, quantity.high])
    values: Floats = np.where(u > 1 - tail, quantity.high + slope * (u - (1 - tail)), below)
    return values


def stratified(draws: int, name: str) -> Floats:
    """One dimension of a Latin hypercube, shape (draws,), fixed by `name`: independent of every other quantity.

    So one edit of a plan changes one column of numbers, and all the others can be kept.
    """
    seed = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")
    generator = np.random.default_rng(seed)
    points: Floats = (generator.permutation(draws) + generator.random(draws)) / draws
    return points
