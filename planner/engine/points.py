"""Scrambled Sobol points. Apart from quantity.py because loading scipy.stats takes over a second."""

from __future__ import annotations

import numpy as np
from scipy.stats import qmc

from planner.engine.quantity import Floats


def sobol(draws: int, dimensions: int, seed: int) -> Floats:
    """Scrambled Sobol points, shape (draws, dimensions), the same for the same seed."""
    if dimensions == 0:
        return np.empty((draws, 0))
    sampler = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    power = int(np.ceil(np.log2(max(draws, 2))))
    points: Floats = sampler.random_base2(power)[:draws]
    return points
