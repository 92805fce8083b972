"""What a calculator found: figures with unit, range and note, how they are written, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from planner.engine.results import Because
from planner.figures import DASH, availability, duration, milliseconds, money, percent, rate, size_gib


@dataclass(frozen=True, slots=True)
class Figure:
    """One result. `unit` decides how it is written: ratio, availability, ms, seconds, seconds lost,
    minutes a year, USD/month, GiB, or any word that follows the number."""

    key: str
    label: str
    unit: str
    likely: float | None  # None: unknown, or does not apply; `note` says which
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """`drawn` is what the calculator's own fragment shows beside the figures: charts, tables."""

    figures: tuple[Figure, ...]
    because: tuple[Because, ...]
    drawn: Mapping[str, Any] = field(default_factory=dict)


RARE = 1e-4  # a share below it would be written as 0.00 %


def written(value: float | None, unit: str) -> str:
    if value is None:
        return DASH
    if unit == "ratio" and 0 < value < RARE:
        return f"1 in {rate(1 / value)}"
    if unit == "ratio":
        return percent(value) if value in (0, 1) or 0.01 <= value <= 0.99 else f"{value:.2%}"
    if unit == "seconds lost":  # of acknowledged writes; a bare zero would promise too much
        return duration(value) if value else "none committed"
    if unit == "availability":
        return availability(value)
    if unit == "ms":
        return milliseconds(value)
    if unit == "minutes a year":
        return duration(value * 60)
    if unit == "seconds":
        return duration(value)
    if unit == "GiB":
        return size_gib(value) if value == 0 or value >= 1 else f"{value:.2g} GiB"
    if unit == "USD/month":
        return money(value)
    return f"{rate(value)} {unit}".strip()
