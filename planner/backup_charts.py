"""Drawings of the backups page: a week of runs, and storage over months."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.safestring import SafeString

from planner.chart_canvas import Canvas, steps
from planner.charts import WIDE
from planner.engine.backup.start_times import DAY, WEEK
from planner.engine.backup.storage import KINDS, BackupStorage
from planner.engine.backup.week import DAYS, StoreWeek, Week
from planner.figures import size_gib as size

ROW, TOP, NARROW_BELOW = 27.0, 24.0, 400.0
COLOURS = {"full": "accent", "incremental": "accent-line", "log": "control", "elsewhere": "accent-weak"}
LABELS = {"full": "full and snapshot", "incremental": "incremental", "log": "log", "elsewhere": "other regions"}
BARS = 13


def week_chart(week: Week, notes: dict[str, str], *, theme: str = "page", width: float = WIDE) -> SafeString:
    """A row a store: full and incremental backups as boxes, snapshots as rings, a log as a line under them."""
    narrow = width < NARROW_BELOW
    left = 92.0 if narrow else 138.0
    height = TOP + ROW * len(week.stores) + 6
    canvas = Canvas(width, height, theme)

    def x(seconds: float) -> float:
        return left + (width - left - 6) * seconds / WEEK

    for day, name in enumerate(DAYS):
        canvas.line(x(day * DAY), 4, x(day * DAY), height - 6, "line")
        canvas.text(x(day * DAY) + 4, 14, name[:1] if narrow else name, "ink-3", size=11)
    for place, one in enumerate(week.stores):
        y = TOP + ROW * place
        canvas.line(0, y + ROW, width, y + ROW, "line")
        fits = int((left - 10) / (12 * 0.56))
        canvas.text(0, y + 17, one.name if len(one.name) <= fits else f"{one.name[: fits - 1]}…")
        _runs(canvas, one, y, x)
        if not one.runs and one.slug in notes:
            canvas.text(left + 6, y + 17, notes[one.slug], "ink-3", size=11, font_style="italic")
    stores = sum(bool(one.runs or one.continuous) for one in week.stores)
    return canvas.svg(
        f"A week of backups of {stores} of {len(week.stores)} stores. The times are in the table.",
        css="chart__svg--full",
    )


def _runs(canvas: Canvas, one: StoreWeek, y: float, x: Callable[[float], float]) -> None:
    if one.continuous:
        canvas.line(x(0), y + 23, x(WEEK), y + 23, "accent-line", stroke_width=2.5)
    dense = len(one.runs) > 40
    for run in one.runs:
        at = x(run.start)
        long = max(x(run.start + (run.seconds or 0)) - at, 0.0)
        if run.kind == "snapshot":
            canvas.circle(at + 4, y + 12, 2.0 if dense else 3.6, "surface", stroke="accent", stroke_width=2)
        elif run.kind == "full":
            canvas.rect(at, y + 6, max(long, 11.0), 12, "accent", rx=3)
        else:
            canvas.rect(at, y + 6, max(long, 1.5 if dense else 5.0), 12, "accent-line", rx=1.5)


def storage_chart(found: BackupStorage, *, theme: str = "page", width: float = WIDE) -> SafeString:
    """Stacked bars, a quarter apart: fulls below, then incrementals, logs, copies in other regions."""
    months = len(next(iter(found.months.values())))
    every = max(1, (months - 1) // (BARS - 1))
    shown = list(range(0, months, every))
    left, base, height = 58.0, 150.0, 172.0
    canvas = Canvas(width, height, theme)
    most = max((found.total(month) for month in shown), default=0.0) or 1.0

    def y(gib: float) -> float:
        return base - (base - 14) * gib / most

    for gib in steps(0, most, 3):
        canvas.line(left, y(gib), width, y(gib), "line")
        canvas.text(left - 6, y(gib) + 4, size(gib) if gib else "0", "ink-3", anchor="end", size=11)
    gap = (width - left) / len(shown)
    for place, month in enumerate(shown):
        below = 0.0
        for kind in KINDS:
            gib = found.months[kind][month]
            canvas.rect(left + gap * place + 2, y(below + gib), gap - 4, y(below) - y(below + gib), COLOURS[kind])
            below += gib
        if place % 4 == 0:
            label = "now" if month == 0 else str(month)
            canvas.text(left + gap * (place + 0.5), base + 16, label, "ink-3", anchor="middle", size=11)
    return canvas.svg(
        f"Backup storage: {size(found.total())} now, {size(found.total(months - 1))} in {months - 1} months."
    )
