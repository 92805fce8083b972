"""Quantities: a number, or three numbers [low, mid, high] meaning the 5th, 50th and 95th percentile."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantity:
    """low <= mid <= high; `mid` is the median. A plain number has all three equal."""

    low: float
    mid: float
    high: float

    @property
    def certain(self) -> bool:
        return self.low == self.mid == self.high
