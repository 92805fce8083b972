"""Lines over one axis, drawn by the server: chances by month, costs that cross."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from planner.chart_canvas import CHAR, Canvas, steps
from planner.charts import WIDE

HEIGHT, TOP, BOTTOM, LEFT, RIGHT, LEGEND = 190.0, 20.0, 36.0, 48.0, 16.0, 16.0
STROKES = ("accent", "warn", "ink-2")
DASHES = ("", "6 4", "2 3")
Words = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Series:
    label: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Axes:
    """How the two axes are written. `most` fixes the top of the upright one; `log` is for the lying one."""

    x_words: Words
    y_words: Words
    x_label: str
    most: float | None = None
    log: bool = False


def lines(
    series: Sequence[Series],
    axes: Axes,
    sentence: str,
    *,
    mark: tuple[float, str] | None = None,
    theme: str = "page",
    width: float = WIDE,
) -> SafeString:
    """Each series as a line of its own stroke and dash, named in a legend; `mark` names one place on the lying axis."""
    height, top = HEIGHT + LEGEND * (len(series) - 1), TOP + LEGEND * (len(series) - 1)
    canvas = Canvas(width, height, theme)
    xs = [x for one in series for x, _ in one.points]
    if len(set(xs)) < 2:
        return canvas.svg(sentence)
    most = axes.most or max(y for one in series for _, y in one.points) or 1.0
    first, last, base = min(xs), max(xs), height - BOTTOM

    def x_at(value: float) -> float:
        low, high, here = (math.log10(max(one, 1e-12)) if axes.log else one for one in (first, last, value))
        return LEFT + (width - LEFT - RIGHT) * (here - low) / (high - low)

    def y_at(value: float) -> float:
        return base - (base - top) * min(value, most) / most

    for level in steps(0, most, 4):
        canvas.line(LEFT, y_at(level), width - RIGHT, y_at(level), "line")
        canvas.text(LEFT - 8, y_at(level) + 4, axes.y_words(level), "ink-3", anchor="end")
    for tick in _ticks(first, last, axes):
        canvas.text(x_at(tick), base + 16, axes.x_words(tick), "ink-3", anchor="middle")
    canvas.text(width - RIGHT, height - 4, axes.x_label, "ink-3", anchor="end")
    for at, one in enumerate(series):
        path = "M" + " ".join(f"{x_at(x):.1f} {y_at(y):.1f}" for x, y in one.points)
        dash = {"stroke_dasharray": DASHES[at % 3]} if DASHES[at % 3] else {}
        canvas.path(path, stroke=STROKES[at % 3], stroke_width=2, **dash)
    _legend(canvas, series)
    if mark and first <= mark[0] <= last:
        _mark(canvas, x_at(mark[0]), (top, base), mark[1])
    return canvas.svg(sentence)


def _ticks(first: float, last: float, axes: Axes) -> list[float]:
    if axes.log:
        return [10.0**power for power in range(math.ceil(math.log10(first)), math.floor(math.log10(last)) + 1)]
    return [first + (last - first) * part / 3 for part in range(4)]


def _legend(canvas: Canvas, series: Sequence[Series]) -> None:
    """Each name on a line of its own, above the drawing."""
    for at, one in enumerate(series):
        dash = {"stroke_dasharray": DASHES[at % 3]} if DASHES[at % 3] else {}
        canvas.line(LEFT, 8 + LEGEND * at, LEFT + 18, 8 + LEGEND * at, STROKES[at % 3], stroke_width=2, **dash)
        most = int((canvas.width - LEFT - 23) / (12 * CHAR))
        canvas.text(LEFT + 23, 12 + LEGEND * at, one.label[:most], "ink-2")


def _mark(canvas: Canvas, x: float, ends: tuple[float, float], words: str) -> None:
    canvas.line(x, ends[0], x, ends[1], "ink-3", stroke_dasharray="3 3")
    right = x < canvas.width / 2
    canvas.text(x + (5 if right else -5), ends[0] + 8, words, anchor="start" if right else "end")
