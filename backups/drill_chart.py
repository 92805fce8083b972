"""A store's drills over time: how long each restore took, held against the target."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString

from backups.board import Past
from planner.chart_canvas import Canvas, steps, text_width
from planner.charts import WIDE
from planner.engine.drills import Practice
from planner.figures import day, duration

TOP, BOTTOM, HEIGHT, LEFT = 22.0, 24.0, 180.0, 8.0


def drill_history(
    history: Sequence[Past], practice: Practice, *, theme: str = "page", width: float = WIDE
) -> SafeString:
    """A dot for each drill, filled where it was verified; a dashed line at the target. Times begin at zero."""
    canvas = Canvas(width, HEIGHT, theme)
    target = practice.target_minutes
    most = max([one.measured.minutes for one in history] + [target]) * 1.12
    base = HEIGHT - BOTTOM
    days = [one.measured.on.toordinal() for one in history]
    first, span = min(days), (max(days) - min(days)) or 1

    def x(at: int) -> float:
        return LEFT + 34 + (width - LEFT - 80) * ((at - first) / span if max(days) > first else 0.5)

    def y(minutes: float) -> float:
        return base - (base - TOP) * minutes / most

    for minutes in steps(0, most, 3):
        canvas.line(0, y(minutes), width, y(minutes), "line")
        if minutes:
            canvas.text(0, y(minutes) - 3, duration(minutes * 60), "ink-3", size=11)
    _target(canvas, y(target), target, width)
    for at, one in zip(days, history, strict=True):
        _dot(canvas, x(at), y(one.measured.minutes), one, target)
    _days(canvas, [(x(at), day(one.measured.on)) for at, one in zip(days, history, strict=True)], width)
    newest = history[-1].measured
    return canvas.svg(
        f"{len(history)} drills of {practice.name}; the newest, on {day(newest.on)}, took {duration(newest.minutes * 60)}; "
        f"target {duration(target * 60)}."
    )


def _target(canvas: Canvas, y: float, target: float, width: float) -> None:
    canvas.line(0, y, width, y, "ink", stroke_dasharray="3 3", stroke_width=1.4)
    canvas.text(width, y - 4, f"target {duration(target * 60)}", anchor="end")


def _dot(canvas: Canvas, x: float, y: float, one: Past, target: float) -> None:
    colour = "bad" if one.measured.minutes > target else "ok"
    canvas.circle(x, y, 5, colour if one.measured.verified else "surface", stroke=colour, stroke_width=2)


def _days(canvas: Canvas, labels: list[tuple[float, str]], width: float) -> None:
    """Days under the dots, as many as have room, the newest first."""
    taken = width + 1
    for x, text in reversed(labels):
        half = text_width(text, 11) / 2
        x = min(max(x, half), width - half)
        if x + half < taken:
            canvas.text(x, HEIGHT - 7, text, "ink-3", anchor="middle", size=11)
            taken = x - half - 8
