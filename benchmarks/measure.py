"""One measured figure against its limit."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    name: str
    value: float
    limit: float
    unit: str

    @property
    def ok(self) -> bool:
        return self.value <= self.limit

    @property
    def row(self) -> str:
        return f"{self.name:<66} {self.value:>10,.1f} {self.limit:>10,.1f} {self.unit:<4} {'ok' if self.ok else 'MISS'}"


def seconds(work: Callable[[], object], times: int = 1) -> list[float]:
    """Wall time of each run, in order."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return found


def p95(values: list[float]) -> float:
    """The 95th percentile, never below the value at that rank."""
    return sorted(values)[max(0, -(-95 * len(values) // 100) - 1)]
