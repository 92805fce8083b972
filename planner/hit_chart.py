"""Hits of a cache over its memory, with the best that any policy reaches, and how reads calm down after an empty start."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.utils.safestring import SafeString

from planner.chart_canvas import Canvas, steps, text_width
from planner.charts import WIDE
from planner.engine.caching.effect import Point
from planner.figures import duration, percent, rate, size_gib

Place = Callable[[float], float]
LEFT, TOP, BOTTOM, HEIGHT = 40.0, 16.0, 26.0, 260.0


def hit_curve(
    points: Sequence[Point], chosen: Point | None, ceiling: float, *, theme: str = "page", width: float = WIDE
) -> SafeString:
    """The line at the likely skew inside its band; dashed: LFU, and the most that expiry allows; a dot at what is chosen."""
    canvas = Canvas(width, HEIGHT, theme)
    most = points[-1].memory_gib or 1.0
    base = HEIGHT - BOTTOM

    def x(gib: float) -> float:
        return LEFT + (width - LEFT - 6) * gib / most

    def y(share: float) -> float:
        return base - (base - TOP) * share

    for share in (0, 0.25, 0.5, 0.75, 1):
        canvas.line(LEFT, y(share), width, y(share), "line")
        canvas.text(LEFT - 6, y(share) + 4, f"{share:.0%}", "ink-3", anchor="end", size=11)
    for gib in steps(0, most, 5 if width >= WIDE else 3):
        canvas.text(x(gib), HEIGHT - 8, size_gib(gib) if gib else "0", "ink-3", anchor="middle", size=11)
    lower = " ".join(f"L{x(one.memory_gib):.1f} {y(one.chosen.ordered[0]):.1f}" for one in reversed(points))
    canvas.path(f"{_line(points, x, y, lambda one: one.chosen.ordered[2])} {lower} Z", fill="accent-weak")
    canvas.path(_line(points, x, y, lambda one: one.lfu), stroke="ink-3", stroke_dasharray="4 4", stroke_width=1.4)
    canvas.path(_line(points, x, y, lambda one: one.chosen.likely), stroke="accent", stroke_width=2.4)
    if ceiling < 0.995:
        canvas.line(LEFT, y(ceiling), width, y(ceiling), "warn", stroke_dasharray="4 4", stroke_width=1.4)
        canvas.text(width, y(ceiling) - 5, f"at most {percent(ceiling)}: expiry", "warn", anchor="end", size=11)
    if chosen is not None:
        at, up = x(chosen.memory_gib), y(chosen.chosen.likely)
        canvas.line(at, up, at, base, "ink")
        canvas.circle(at, up, 6, "surface", stroke="accent", stroke_width=2.5)
        words = f"{percent(chosen.chosen.likely)} at {size_gib(chosen.memory_gib)}"
        left = at + 12 + text_width(words) > width
        canvas.text(at + (-10 if left else 10), up + 20, words, weight=600, anchor="end" if left else "start")
    last = points[-1].chosen.likely
    return canvas.svg(
        f"Hit ratio by memory: {percent(chosen.chosen.likely if chosen else last)} at "
        f"{size_gib(chosen.memory_gib if chosen else most)}, {percent(last)} at {size_gib(most)}; "
        f"expiry allows at most {percent(ceiling)}."
    )


def cold_start(
    seconds: Sequence[float], reads: Sequence[float], carried: float | None, *, theme: str = "page", width: float = WIDE
) -> SafeString:
    """Reads a second that reach the store after the cache started empty, and what one node of it carries."""
    canvas = Canvas(width, 170.0, theme)
    base, most = 144.0, max([*reads, carried or 0.0]) * 1.12 or 1.0

    def x(at: float) -> float:
        return width * at / seconds[-1]

    def y(value: float) -> float:
        return base - (base - TOP) * value / most

    line = " ".join(f"L{x(at):.1f} {y(one):.1f}" for at, one in zip(seconds, reads, strict=True))
    canvas.path(f"M0 {base:.1f} {line} L{width:.1f} {base:.1f} Z", fill="bad-weak")
    canvas.path(f"M{x(seconds[0]):.1f} {y(reads[0]):.1f} {line}", stroke="bad", stroke_width=2)
    canvas.line(0, base, width, base, "line-2")
    canvas.text(6, y(reads[0]) - 6 if y(reads[0]) > 26 else y(reads[0]) + 16, rate(reads[0]), "bad", weight=600)
    if carried is not None and carried <= most:
        canvas.line(0, y(carried), width, y(carried), "ink", stroke_dasharray="3 3", stroke_width=1.4)
        canvas.text(width, y(carried) - 5, f"one node carries {rate(carried)}", anchor="end", size=11)
    canvas.text(0, 162, "start", "ink-3", size=11)
    canvas.text(width, 162, f"+{duration(seconds[-1])}", "ink-3", anchor="end", size=11)
    return canvas.svg(
        f"After an empty start {rate(reads[0])} reach the store, {rate(reads[-1])} after {duration(seconds[-1])}."
    )


def _line(points: Sequence[Point], x: Place, y: Place, value: Callable[[Point], float]) -> str:
    parts = [f"{x(one.memory_gib):.1f} {y(value(one)):.1f}" for one in points]
    return f"M{parts[0]} " + " ".join(f"L{part}" for part in parts[1:])
