"""How reads spread over objects: Zipf, the i-th most popular object is asked for in proportion to i^-alpha.

The 256 most popular objects are kept one by one; those after them as 64 points of a Gauss-Legendre quadrature in the
logarithm of the rank, so that ten million objects cost as much as three hundred. Difference to the full sum: below 1e-6.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
EXACT_RANKS = 256
TAIL_POINTS = 64
MOST_OBJECTS, MOST_ALPHA = 1e15, 10.0


@dataclass(frozen=True)
class Popularity:
    """`count` objects share each of `share`, the chance that a read is for one of them. `objects` in all."""

    objects: float
    alpha: float
    count: Floats  # shape (points,)
    share: Floats  # shape (points,); sum of count x share = 1

    def mean(self, values: Floats) -> Floats:
        """Mean over reads of a value for each point; the last axis of `values` are the points."""
        weighted: Floats = values @ (self.count * self.share)
        return weighted


def zipf(objects: float, alpha: float) -> Popularity:
    """Popularity of `objects` (at least 1, at most 1e15) with exponent `alpha` (0 = all alike).

    Raises ValueError outside of that.
    """
    if not 1 <= objects <= MOST_OBJECTS:
        raise ValueError(f"{objects:g} objects: between 1 and {MOST_OBJECTS:g} can be computed")
    if not 0 <= alpha <= MOST_ALPHA:
        raise ValueError(f"alpha {alpha:g}: between 0 and {MOST_ALPHA:g} can be computed")
    ranks, count = _points(float(objects))
    share = ranks**-alpha
    share /= np.sum(count * share)
    return Popularity(float(objects), alpha, count, share)


@lru_cache(maxsize=256)
def _points(objects: float) -> tuple[Floats, Floats]:
    """Ranks and how many objects each stands for. A part of an object at the end counts as a part."""
    exact = np.arange(1.0, min(EXACT_RANKS, np.floor(objects)) + 1)
    count = np.ones_like(exact)
    if objects <= EXACT_RANKS:
        rest = objects - exact[-1]
        return (exact, count) if rest == 0 else (np.append(exact, exact[-1] + 1), np.append(count, rest))
    nodes, weights = np.polynomial.legendre.leggauss(TAIL_POINTS)
    low, high = np.log(EXACT_RANKS + 0.5), np.log(objects + 0.5)
    ranks = np.exp(low + (high - low) * (nodes + 1) / 2)
    return np.append(exact, ranks), np.append(count, ranks * weights * (high - low) / 2)


def top_share(popularity: Popularity, first: Floats) -> Floats:
    """Share of reads for the `first` most popular objects; shape as `first`. Objects are taken as whole as they are given."""
    total = _power_sum(popularity.objects, popularity.alpha)
    kept = np.clip(np.asarray(first, dtype=float), 0.0, popularity.objects)
    return np.array([_power_sum(one, popularity.alpha) / total for one in kept.ravel()]).reshape(kept.shape)


def _power_sum(objects: float, alpha: float) -> float:
    """Sum of i^-alpha for i up to `objects`; the midpoint rule with its first correction behind the exact ranks."""
    whole = min(float(EXACT_RANKS), np.floor(objects))
    total = float(np.sum(np.arange(1.0, whole + 1) ** -alpha))
    if objects <= EXACT_RANKS:
        return total + float((objects - whole) * (whole + 1) ** -alpha)
    low, high = EXACT_RANKS + 0.5, objects + 0.5
    integral = np.log(high / low) if alpha == 1 else (high ** (1 - alpha) - low ** (1 - alpha)) / (1 - alpha)
    return float(total + integral + alpha * (high ** (-alpha - 1) - low ** (-alpha - 1)) / 24)
