"""The peer's relational demand formula in arrays, and its machines and prices, fed to our search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from catalog.facts import Price
from planner.engine.quantity import Floats
from planner.engine.shapes import Shapes, choose
from planner.engine.sizing import ONE_NODE, Load

HOURS_PER_YEAR = 8760
REFERENCE_GHZ = 2.3
QOS_TIER_1 = 1.761  # Halfin-Whitt: 5 % wait
VACUUM = NETWORK = DISK = 1.2
WORKING_SET = 0.1
READ_BLOCK, WRITE_BLOCK = 8192, 4096
CACHE_MISS = 0.2
BYTES_PER_MEGABIT = 125_000


@dataclass(frozen=True)
class Found:
    """Per draw: the machine's name (None: none is large enough) and USD a year."""

    names: tuple[str | None, ...]
    usd_year: Floats


def shapes_of(answers: Mapping[str, Any]) -> Shapes:
    """The peer's machines, cheapest first. Cores count in those of its reference machine of 2.3 GHz."""
    found = sorted(answers["machines"], key=lambda one: (one["usd_year"], one["name"]))
    return Shapes(
        tuple(_row(one) for one in found),
        np.array([one["cpu"] * one["ghz"] * one["ipc"] / REFERENCE_GHZ for one in found]),
        np.array([one["ram_gib"] for one in found]),
        np.array([one["usd_year"] / HOURS_PER_YEAR for one in found]),
        np.array([one["net_mbps"] for one in found]),
    )


def _row(one: Mapping[str, Any]) -> Price:
    usd = Decimal(str(one["usd_year"])) / HOURS_PER_YEAR
    cores, memory = Decimal(one["cpu"]), Decimal(str(one["ram_gib"]))
    return Price(
        "managed", "aws", "Aurora", "postgresql", "us-east-1", "", one["name"], cores, memory, None, "instance", "hour", usd,
        "service-capacity-modeling 0.3.212", None,
    )  # fmt: skip


def load_of(columns: Mapping[str, Floats]) -> Load:
    """The peer's formula: square-root staffing, a tenth of the data in memory, bytes over the wire."""
    erlangs = (
        columns["reads_per_second"] * columns["read_ms"] + columns["writes_per_second"] * columns["write_ms"]
    ) / 1000
    wire = columns["reads_per_second"] * columns["read_bytes"] + columns["writes_per_second"] * columns["write_bytes"]
    return Load(
        cores=np.ceil(erlangs + QOS_TIER_1 * np.sqrt(erlangs)) * VACUUM,
        memory_gib=np.trunc(columns["size_gib"] * WORKING_SET),
        disk_gib=np.zeros(1),
        iops=np.zeros(1),
        layout=ONE_NODE,
        pieces=np.ones(1),
        reasons=(),
        network_mib_s=np.maximum(1, np.ceil(wire / BYTES_PER_MEGABIT)) * NETWORK,
    )


def search(answers: Mapping[str, Any], columns: Mapping[str, Floats]) -> Found:
    """Our choice, and what it costs by the peer's prices: two instances, storage, and I/O."""
    shapes = shapes_of(answers)
    choice = choose(load_of(columns), shapes, copies=2)
    disk_gib = np.ceil(np.maximum(1, np.trunc(np.round(columns["size_gib"], 2)) * DISK))
    read_io = columns["reads_per_second"] * np.ceil(columns["read_bytes"] / READ_BLOCK) * CACHE_MISS
    written_io = columns["writes_per_second"] * columns["write_bytes"] / WRITE_BLOCK
    fixed = (
        disk_gib * answers["usd_gib_year"]
        + read_io * answers["usd_read_io_year"]
        + written_io * answers["usd_write_io_year"]
    )
    usd = np.where(choice.index >= 0, shapes.usd_hour[choice.index] * HOURS_PER_YEAR * choice.nodes + fixed, np.nan)
    names = tuple(shapes.rows[at].resource if at >= 0 else None for at in choice.index)
    return Found(names, np.round(usd, 2).astype(np.float64))  # the peer answers in cents


def columns_of(answers: Mapping[str, Any]) -> dict[str, Floats]:
    return {name: np.array([one[name] for one in answers["inputs"]]) for name in answers["inputs"][0]}
