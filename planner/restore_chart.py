"""The order of a restore as bars over time: dark is the longest chain."""

from __future__ import annotations

from django.utils.safestring import SafeString

from planner.chart_canvas import Canvas, steps, text_width
from planner.charts import WIDE
from planner.engine.backup.restore_order import RestoreOrder
from planner.figures import duration

ROW, TOP, BOTTOM, NARROW_BELOW = 30.0, 8.0, 26.0, 400.0


def restore_bars(order: RestoreOrder, *, theme: str = "page", width: float = WIDE) -> SafeString:
    """A bar for each restore and rebuild from its start to its end; what a bar is too short for stands beside it."""
    left = 96.0 if width < NARROW_BELOW else 150.0
    height = TOP + ROW * len(order.steps) + BOTTOM
    canvas = Canvas(width, height, theme)
    most = order.minutes or 1.0
    base = height - BOTTOM

    def x(minutes: float) -> float:
        return left + (width - left - 8) * minutes / most

    for minutes in steps(0, most, 5 if width >= NARROW_BELOW else 3):
        canvas.line(x(minutes), TOP, x(minutes), base, "line")
        canvas.text(
            x(minutes), height - 8, duration(minutes * 60) if minutes else "0", "ink-3", anchor="middle", size=11
        )
    for place, one in enumerate(order.steps):
        y = TOP + ROW * place
        fits = int((left - 10) / (12 * 0.56))
        canvas.text(0, y + 18, one.label if len(one.label) <= fits else f"{one.label[: fits - 1]}…")
        start, long = x(one.start_minutes), max(x(one.minutes) - left, 2.0)
        fill = "accent" if one.critical else "accent-weak"
        canvas.rect(start, y + 3, long, ROW - 8, fill, rx=3, stroke="accent" if one.critical else "accent-line")
        words = f"{one.kind}, {duration(one.minutes * 60)}"
        wide = text_width(words, 11)
        if wide + 10 < long:
            canvas.text(start + 6, y + 18, words, "surface" if one.critical else "ink", size=11)
        elif start + long + wide + 6 < width:
            canvas.text(start + long + 5, y + 18, words, "ink-2", size=11)
        elif start - wide - 6 > left:
            canvas.text(start - 5, y + 18, words, "ink-2", size=11, anchor="end")
    return canvas.svg(
        f"{len(order.steps)} restores and rebuilds with {order.people} {'person' if order.people == 1 else 'people'}: "
        f"everything is back after {duration(order.minutes * 60)}."
    )
