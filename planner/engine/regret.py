"""Which of several choices to take when the cost of each is uncertain: the one that is least regretted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from planner.engine.quantity import Floats


@dataclass(frozen=True, slots=True)
class Regret:
    """`cheapest_share` of the draws in which a choice costs least; what it costs more than the best: mean and worst."""

    cheapest_share: float
    mean_usd: float
    worst_usd: float


def regrets(monthly: Mapping[str, Floats]) -> dict[str, Regret]:
    """Regret of each choice over shared draws: its cost less the least of all, draw by draw (K choices x S draws).

    Choices that cost the same share the draw. The one with the least mean regret also has the least mean cost.
    """
    if not monthly:
        return {}
    every = np.stack(np.broadcast_arrays(*monthly.values()))
    over = every - every.min(axis=0)
    least = over <= 1e-9 * np.maximum(every.min(axis=0), 1.0)
    shares = (least / least.sum(axis=0)).mean(axis=1)
    return {
        name: Regret(float(shares[at]), float(over[at].mean()), float(over[at].max()))
        for at, name in enumerate(monthly)
    }
