"""One failure on a line of time: what is lost before it, the steps until service is back, and the targets."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.safestring import SafeString

from planner.chart_canvas import Canvas, steps, text_width
from planner.charts import WIDE
from planner.engine.results import FailureRecovery
from planner.figures import duration

TOP, TALL = 40.0, 30.0
UNITS = ((86400.0, "days"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))


def recovery_timeline(
    failure: FailureRecovery,
    *,
    target_rpo_seconds: float,
    target_rto_seconds: float,
    theme: str = "page",
    width: float = WIDE,
) -> SafeString:
    """Time runs to the right; the failure stands at zero. The lost part may be shortened, and then says so."""
    canvas = Canvas(width, 128.0, theme)
    lost, back = failure.rpo_seconds or 0.0, failure.rto_seconds
    after = max(back or 0.0, target_rto_seconds, 1.0) * 1.04
    zero = width * min(max(lost / (lost + after), 0.14), 0.34) if lost or failure.rpo_seconds is None else width * 0.14

    def x(seconds: float) -> float:
        return zero + (width - zero - 4) * seconds / after

    to_scale = bool(lost) and lost * (width - zero - 4) / after <= zero * 0.9
    start = zero - lost * (width - zero - 4) / after if to_scale else 34.0
    _before(canvas, failure, zero, start if lost or failure.rpo_seconds is None else zero, width)
    _steps(canvas, failure, x)
    _axis(canvas, x, after)
    rto_label = f"target {duration(target_rto_seconds)}"
    end = x(target_rto_seconds)
    canvas.line(end, TOP - 12, end, TOP + TALL, "ink", stroke_dasharray="3 3", stroke_width=1.4)
    at_end = end + text_width(rto_label) > width
    canvas.text(end + (-5 if at_end else 5), TOP - 5, rto_label, anchor="end" if at_end else "start")
    canvas.line(zero, TOP - 22, zero, TOP + TALL + 3, "bad", stroke_width=2)
    canvas.text(max(zero, 20.0), TOP - 27, "failure", "bad", weight=600, anchor="middle")
    if back is not None:
        _back(canvas, x(back), zero, f"back after {duration(back)}", "bad" if failure.meets_rto is False else "ok")
    scale = "" if to_scale or not lost else " The lost part is not drawn to scale."
    return canvas.svg(
        f"{failure.label}: data lost {failure.lost}, target {duration(target_rpo_seconds)}; "
        f"back after {duration(back)}, target {duration(target_rto_seconds)}.{scale}",
        css="chart__svg--full",
    )


def _back(canvas: Canvas, x: float, zero: float, words: str, colour: str) -> None:
    """Above the bar, or below it where the failure stands too near."""
    canvas.line(x, TOP - 16, x, TOP + TALL + 3, colour, stroke_width=2)
    if x - text_width(words) > zero + 26:
        canvas.text(min(x + 2, canvas.width), TOP - 21, words, colour, weight=600, anchor="end")
    else:
        canvas.text(max(x - 2, zero + 8), TOP + TALL + 18, words, colour, weight=600)


def _before(canvas: Canvas, failure: FailureRecovery, zero: float, start: float, width: float) -> None:
    canvas.rect(0.5, TOP, max(0.0, start - 0.5), TALL, "ok-weak", rx=3, stroke="ok-line")
    missed = failure.meets_rpo is False
    if zero - start >= 1:
        ground, edge = ("bad-weak", "bad") if missed or failure.rpo_seconds is None else ("sunken", "control")
        canvas.rect(start, TOP, zero - start, TALL, ground)
        fill = canvas.hatch(f"lost-{failure.failure}-{width:.0f}", edge)
        canvas.rect(start, TOP, zero - start, TALL, fill, stroke=edge, opacity=0.55)
    words = f"{failure.lost} lost" if failure.rpo_seconds else failure.lost
    canvas.text(
        max(zero - 4, text_width(words)), TOP + TALL + 18, words, "bad" if missed else "ink-2", weight=600, anchor="end"
    )


def _steps(canvas: Canvas, failure: FailureRecovery, x: Callable[[float], float]) -> None:
    """Boxes one after the other; words inside where they fit. All steps stand in the table under the chart."""
    at = 0.0
    longest = max((seconds for _, seconds in failure.steps), default=0.0)
    for label, seconds in failure.steps:
        left, right = x(at), x(at + seconds)
        main = seconds == longest
        canvas.rect(
            left,
            TOP,
            right - left,
            TALL,
            "accent-weak" if main else "sunken",
            rx=3,
            stroke="accent-line" if main else "line-2",
        )
        words = f"{label}, {duration(seconds)}"
        for text in (words, label):
            if text_width(text) + 8 <= right - left:
                canvas.text((left + right) / 2, TOP + TALL / 2 + 4, text, anchor="middle")
                break
        at += seconds


def _axis(canvas: Canvas, x: Callable[[float], float], after: float) -> None:
    size, unit = next((one for one in UNITS if after >= one[0] * 1.5), UNITS[-1])
    for count in steps(0, after / size, 5 if canvas.width >= WIDE else 3):
        label = "0" if count == 0 else f"+{count:g} {unit}"
        if count == 0 or x(count * size) + text_width(label) / 2 <= canvas.width:
            canvas.text(x(count * size), 120, label, "ink-3", anchor="middle")
