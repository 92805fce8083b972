"""The trade-off between the number of systems and the mean score, drawn by the server."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from planner.chart_canvas import Canvas, steps
from planner.charts import WIDE

HEIGHT, TOP, BOTTOM = 214.0, 34.0, 40.0
LEFT, RIGHT, INSET = 34.0, 26.0, 14.0
Axis = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class TradeOff:
    """A number of systems, the mean score of the data sets in points of 100, and what the tax leaves of it."""

    systems: int
    mean: float
    after_tax: float
    left: int = 0  # data sets without a place


def frontier(
    points: Sequence[TradeOff],
    *,
    chosen: int,
    now: TradeOff | None = None,
    theme: str = "page",
    width: float = WIDE,
) -> SafeString:
    """Number of systems against mean score, before (full line) and after the tax (dashed). The axis does not begin at 0."""
    canvas = Canvas(width, HEIGHT, theme)
    shown = [*points, *([now] if now else [])]
    if not shown:
        return canvas.svg("No systems to choose from.")
    x, y = _axes(canvas, shown)
    _legend(canvas, now=now is not None)
    after_tax, mean = ([(x(one.systems), y(value(one))) for one in points] for value in (_after_tax, _mean))
    canvas.path(_through(after_tax), stroke="ink-3", stroke_dasharray="4 3")
    canvas.path(_through(mean), stroke="accent", stroke_width=2)
    for one in points:
        _dot(canvas, one, x(one.systems), y(one.mean), chosen=one.systems == chosen)
    if now:
        canvas.circle(x(now.systems), y(now.mean), 6, "surface", fill_opacity=0, stroke="ink", stroke_width=1.6)
    return canvas.svg(_words(points, chosen, now))


def _mean(one: TradeOff) -> float:
    return one.mean


def _after_tax(one: TradeOff) -> float:
    return one.after_tax


def _axes(canvas: Canvas, shown: Sequence[TradeOff]) -> tuple[Axis, Axis]:
    """Grid, numbers and the word under them; returns where a number of systems and a score stand."""
    low = max(0.0, 10 * math.floor((min(one.after_tax for one in shown) - 2) / 10))
    high = max(low + 10, 10 * math.ceil(min(100.0, max(one.mean for one in shown) + 3) / 10))
    first, last = min(one.systems for one in shown), max(one.systems for one in shown)

    def x(systems: float) -> float:
        return LEFT + INSET + (canvas.width - LEFT - RIGHT - INSET) * ((systems - first) / ((last - first) or 1))

    def y(score: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - max(score, low)) / (high - low)

    for score in steps(low, high, 4):
        canvas.line(LEFT, y(score), canvas.width, y(score), "line")
        canvas.text(LEFT - 6, y(score) + 4, f"{score:g}", "ink-3", anchor="end")
    for systems in range(first, last + 1):
        canvas.text(x(systems), HEIGHT - 22, str(systems), "ink-3", anchor="middle")
    canvas.text((LEFT + canvas.width) / 2, HEIGHT - 5, "systems", "ink-3", anchor="middle")
    return x, y


def _dot(canvas: Canvas, one: TradeOff, x: float, y: float, *, chosen: bool) -> None:
    colour = "bad" if one.left else "accent"
    canvas.circle(x, y, 5.5 if chosen else 3.5, colour if not one.left else "surface", stroke=colour, stroke_width=1.6)
    canvas.text(
        x, y - 10, f"{one.mean:.1f}", "ink" if chosen else "ink-2", anchor="middle", weight=600 if chosen else 400
    )


def _legend(canvas: Canvas, *, now: bool) -> None:
    canvas.line(LEFT, 8, LEFT + 18, 8, "accent", stroke_width=2)
    canvas.text(LEFT + 23, 12, "mean score")
    canvas.line(LEFT + 100, 8, LEFT + 118, 8, "ink-3", stroke_dasharray="4 3")
    canvas.text(LEFT + 123, 12, "after tax")
    if now:
        canvas.circle(LEFT + 188, 8, 5, "surface", fill_opacity=0, stroke="ink", stroke_width=1.6)
        canvas.text(LEFT + 198, 12, "as it is")


def _through(places: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places) if places else "M0 0"


def _words(points: Sequence[TradeOff], chosen: int, now: TradeOff | None) -> str:
    parts = [
        f"{one.systems} score {one.mean:.1f}, {one.after_tax:.1f} after the tax"
        + (f", {one.left} without a place" if one.left else "")
        + (" (shown)" if one.systems == chosen else "")
        for one in points
    ]
    as_it_is = f" As it is: {now.systems} score {now.mean:.1f}." if now else ""
    return f"Mean score of 100 by number of systems: {'; '.join(parts)}.{as_it_is}"
