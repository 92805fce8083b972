"""Where the copies of a store are: regions as boxes, a solid line where a commit waits, a dashed one where it does not."""

from __future__ import annotations

from django.utils.safestring import SafeString

from planner.chart_canvas import Canvas
from planner.charts import WIDE
from planner.engine.recovery_inputs import LAG_REGION, LAG_ZONE
from planner.engine.replication.layout import Copy, Layout
from planner.figures import duration, milliseconds

BOX, GAP, PAD, HEAD = 46.0, 12.0, 12.0, 26.0
MOST_DRAWN = 6


def topology(layout: Layout, *, theme: str = "page", width: float = WIDE) -> SafeString:
    """The primary stands left, its copies right of it; further regions below, in a box each."""
    home, far = layout.at_home[:MOST_DRAWN], [copy for copy in layout.copies if copy.zone is None][:MOST_DRAWN]
    home_tall = HEAD + max(1, len(home)) * (BOX + GAP) + PAD
    far_tall = HEAD + BOX + PAD
    canvas = Canvas(width, home_tall + len(far) * (far_tall + GAP) + 2, theme)
    _region(canvas, layout.home or "No region named", 0, home_tall)
    box = 190.0 if width >= WIDE else 96.0
    primary_y = HEAD + (home_tall - HEAD - PAD - BOX) / 2
    _node(canvas, PAD, primary_y, box, "Primary", "takes writes", main=True)
    right = width - PAD - box
    for place, copy in enumerate(home):
        y = HEAD + place * (BOX + GAP)
        _node(canvas, right, y, box, *_names(copy))
        _line(canvas, (PAD + box, primary_y + BOX / 2), (right, y + BOX / 2), copy, layout)
    for place, copy in enumerate(far):
        top = home_tall + GAP + place * (far_tall + GAP)
        _region(canvas, copy.region, top, far_tall)
        _node(canvas, right, top + HEAD, box, *_names(copy))
        _line(canvas, (PAD + box / 2, primary_y + BOX), (right, top + HEAD + BOX / 2), copy, layout, around=True)
    return canvas.svg(sentence(layout))


def sentence(layout: Layout) -> str:
    if not layout.copies:
        return "One node without copies"
    parts = [f"{copy.name}: {_label(copy, layout)}" for copy in layout.copies]
    return f"The primary in {layout.home or 'an unnamed region'} and {len(layout.copies)} further. {'; '.join(parts)}"


def _names(copy: Copy) -> tuple[str, str]:
    if copy.zone is None:
        return "Copy", "votes" if copy.votes else "follows"
    name, _, where = copy.name.partition(", ")
    return name, where


def _label(copy: Copy, layout: Layout) -> str:
    if copy.votes and layout.acks_needed:
        return f"+{milliseconds(copy.round_trip.likely_ms)}" if copy.round_trip else "waits, unknown"
    lag = LAG_REGION if copy.zone is None else LAG_ZONE
    return f"lag {duration(lag.low)} to {duration(lag.high)}"


def _region(canvas: Canvas, name: str, top: float, tall: float) -> None:
    canvas.rect(0.5, top + 0.5, canvas.width - 1, tall, "sunken", rx=8, stroke="line")
    canvas.text(PAD, top + 18, name, size=12, weight=600)


def _node(canvas: Canvas, x: float, y: float, width: float, name: str, note: str, *, main: bool = False) -> None:
    canvas.rect(x, y, width, BOX, "surface", rx=7, stroke="accent" if main else "line-2", stroke_width=2 if main else 1)
    canvas.text(x + 10, y + 19, name, size=13, weight=600)
    canvas.text(x + 10, y + 36, note, "ink-2", size=12)


def _line(
    canvas: Canvas,
    start: tuple[float, float],
    end: tuple[float, float],
    copy: Copy,
    layout: Layout,
    *,
    around: bool = False,
) -> None:
    waits = copy.votes and layout.acks_needed > 0
    if around:  # down from the primary, then over to the copy
        path = f"M{start[0]:.1f} {start[1]:.1f}V{end[1]:.1f}H{end[0] - 5:.1f}"
        at = ((start[0] + end[0]) / 2 + 14, end[1] - 6)
    else:
        middle = (start[0] + end[0]) / 2
        path = f"M{start[0]:.1f} {start[1]:.1f}C{middle:.1f} {start[1]:.1f} {middle:.1f} {end[1]:.1f} {end[0] - 5:.1f} {end[1]:.1f}"
        at = (end[0] - 10, end[1] - 7)
    colour = "accent" if waits else "ink-3"
    canvas.path(path, stroke=colour, stroke_width=1.8, stroke_dasharray="none" if waits else "5 4")
    canvas.path(
        f"M{end[0] - 9:.1f} {end[1] - 4:.1f}L{end[0] - 3:.1f} {end[1]:.1f}L{end[0] - 9:.1f} {end[1] + 4:.1f}",
        stroke=colour,
        stroke_width=1.8,
    )
    label = _label(copy, layout)
    canvas.text(at[0], at[1], label, "accent" if waits else "ink-2", anchor="middle" if around else "end")
