"""The cheapest shape that carries a load: vectorised over draws x shapes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from catalog.facts import Price, PriceBook
from planner.engine.quantity import Floats
from planner.engine.sizing import Load


FEWER_NODES = 0.005


@dataclass(frozen=True)
class Shapes:
    """Instance types that may be chosen, as arrays of shape (shapes,), with the rows they come from."""

    rows: tuple[Price, ...]
    cores: Floats
    memory_gib: Floats
    usd_hour: Floats


@dataclass(frozen=True)
class Choice:
    """Per draw: which shape (index into rows, -1 = none is large enough) and how many nodes hold one copy."""

    shapes: Shapes
    index: np.ndarray[tuple[int, ...], np.dtype[np.int64]]
    nodes: Floats


# Burstable and previous-generation types are left out: their steady performance is not what the price suggests.
def _steady(row: Price) -> bool:
    name = row.resource.removeprefix("db.").removeprefix("cache.")
    return not name.startswith(("t2", "t3", "t4", "ultrawarm", "im4gn")) and "burstable" not in row.category


def shapes_of(prices: tuple[Price, ...], cpu_arch: str = "") -> Shapes | None:
    """Hourly instance rows with known cores and memory. None where the book has none."""
    rows = tuple(
        row
        for row in prices
        if row.unit == "hour" and row.vcpu and row.memory_gib and row.usd > 0 and _steady(row)
        and (not cpu_arch or row.cpu_arch == cpu_arch)
    )  # fmt: skip
    if not rows:
        return None
    return Shapes(
        rows,
        np.array([float(row.vcpu or 0) for row in rows]),
        np.array([float(row.memory_gib or 0) for row in rows]),
        np.array([float(row.usd) for row in rows]),
    )


@lru_cache(maxsize=512)
def managed_shapes(
    prices: PriceBook, provider: str, service: str, region: str, engine: str, deployment: str
) -> Shapes | None:
    rows = prices.rows(provider, service, region)
    return shapes_of(
        tuple(row for row in rows if engine in row.engine.split("|") and deployment in (row.deployment, "any"))
    )


@lru_cache(maxsize=64)
def machine_shapes(prices: PriceBook, provider: str, region: str) -> Shapes | None:
    return shapes_of(prices.rows(provider, "Compute", region))


def choose(load: Load, shapes: Shapes, least_nodes: int = 1) -> Choice:
    """The cheapest shape per draw. A load that spreads takes as many nodes as it needs, at least `least_nodes`."""
    need_cores = load.cores[:, None] / shapes.cores[None, :]
    need_memory = load.memory_gib[:, None] / shapes.memory_gib[None, :]
    nodes = np.maximum(np.ceil(np.maximum(need_cores, need_memory) - 1e-9), 1.0)
    if load.spreads:
        nodes = np.maximum(nodes, least_nodes)
        # Prices are nearly linear in size: of equal prices, fewer and larger nodes are less to run.
        cost = nodes * shapes.usd_hour[None, :] * (1 + FEWER_NODES * (nodes - 1))
    else:
        cost = np.where(nodes <= 1, shapes.usd_hour[None, :], np.inf)
    index = np.argmin(cost, axis=1)
    rows = np.arange(len(index))
    index = np.where(np.isfinite(cost[rows, index]), index, -1)
    return Choice(shapes, index, np.where(index >= 0, nodes[rows, index], np.nan))
