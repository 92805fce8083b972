"""Charts as SVG, drawn by the server: the same drawing on a page (`theme="page"`) and in a PDF (`theme="print"`).

Rules: labels stand at what they name, few grid lines, bars begin at zero, a range beside each likely value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.facts import Snapshot
from catalog.families import family
from planner.chart_canvas import Canvas, steps, text_width
from planner.engine.document import Plan
from planner.engine.results import Driver, Estimate, Interval
from planner.figures import money, money_change, money_range, money_short, rounded

WIDE, NARROW = 560, 330
FAMILY_ICONS: Mapping[str, str] = {
    "relational": "table",
    "document": "braces",
    "key-value": "key",
    "wide-column": "columns",
    "columnar": "bars",
    "search": "search",
    "object": "box-open",
    "graph": "graph",
    "time-series": "pulse",
}


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of interval bars. `href` leads to what the bar stands for; charts of a PDF leave it out."""

    label: str
    family: str  # "" = of no kind of store
    interval: Interval | None  # None = unknown
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a waterfall: what changed, and by how much, in USD a month or points."""

    label: str
    change: float


def store_bars(intervals: Mapping[str, Interval | None], plan: Plan, snapshot: Snapshot) -> tuple[Bar, ...]:
    """A bar for each store, dearest first, unknown last."""
    bars = []
    for slug, interval in intervals.items():
        store = plan.stores.get(slug)
        database = snapshot.databases.get(store.database) if store else None
        name = store.name if store else slug
        bars.append(Bar(name, family(database.category if database else "").slug, interval, slug))
    return tuple(sorted(bars, key=lambda bar: -bar.interval.p50 if bar.interval else 1.0))


def histogram(estimate: Estimate, *, theme: str = "page", width: float = WIDE) -> SafeString:
    """Simulated monthly totals. Bins between p10 and p90 are coloured; three lines carry their amounts."""
    top, bottom, height = 40.0, 24.0, 190.0
    canvas = Canvas(width, height, theme)
    bins, total = estimate.histogram, estimate.total
    if not bins:
        return canvas.svg("No simulated totals.")
    low, high = bins[0][0], bins[-1][1]
    most = max(count for _, _, count in bins) or 1
    base = height - bottom

    def x(usd: float) -> float:
        return width * (usd - low) / ((high - low) or 1)

    for first, last, count in bins:
        inside = total.p10 <= (first + last) / 2 <= total.p90
        tall = (base - top) * count / most
        canvas.rect(
            x(first) + 0.6, base - tall, x(last) - x(first) - 1.2, tall, "accent" if inside else "line-2", rx=1.5
        )
    canvas.line(0, base, width, base, "line-2")
    for usd in steps(low, high, 5 if width >= WIDE else 4):
        label = money(usd)
        half = text_width(label) / 2
        if half <= x(usd) <= width - half:
            canvas.text(x(usd), height - 7, label, "ink-3", anchor="middle")
    _percentiles(canvas, {"p10": x(total.p10), "p50": x(total.p50), "p90": x(total.p90)}, total, base)
    least = "At least, because a price is unknown: " if estimate.at_least else ""
    return canvas.svg(
        f"{least}Monthly cost of {estimate.draws:,} simulations: likely {money(total.p50)}, "
        f"8 of 10 between {money_range(total).replace(' to ', ' and ')}."
    )


def _percentiles(canvas: Canvas, at: Mapping[str, float], total: Interval, base: float) -> None:
    for name, usd in (("p10", total.p10), ("p90", total.p90)):
        label = f"{name} {money(usd)}"
        canvas.line(at[name], 22, at[name], base, "ink", stroke_dasharray="3 3", stroke_width=1.2)
        left = name == "p10"
        if left and at[name] < text_width(label) + 4:
            canvas.text(0, 32, label)
        elif not left and at[name] + text_width(label) + 6 > canvas.width:
            canvas.text(canvas.width, 32, label, anchor="end")
        else:
            canvas.text(at[name] + (-4 if left else 4), 32, label, anchor="end" if left else "start")
    label = f"p50 {money(total.p50)}"
    half = text_width(label) / 2
    canvas.line(at["p50"], 18, at["p50"], base, "ink", stroke_width=2)
    canvas.text(min(max(at["p50"], half), canvas.width - half), 12, label, weight=600, anchor="middle")


def tornado(drivers: Sequence[Driver], *, theme: str = "page", width: float = WIDE) -> SafeString:
    """How far the likely total moves when one input alone stands at its low or high end."""
    narrow = width < WIDE
    row = 60.0 if narrow else 42.0
    canvas = Canvas(width, max(row, row * len(drivers)), theme)
    side, label = 52.0, width if narrow else width * 0.44
    left, right = (side if narrow else label + side), width - side
    middle = (left + right) / 2
    most = max((abs(usd) for one in drivers for usd in (one.low_usd, one.high_usd)), default=1.0) or 1.0
    scale = (right - left) / 2 / most
    for index, one in enumerate(drivers):
        y = row * index
        canvas.text(0, y + 15, _cut(one.label, label, 13), size=13)
        canvas.text(0, y + 31, driver_range(one), "ink-3")
        _tornado_bars(canvas, one, y + (38 if narrow else 8), middle, scale)
    return canvas.svg(
        "What drives the spread: "
        + "; ".join(f"{one.label} {money_change(one.low_usd)} to {money_change(one.high_usd)}" for one in drivers)
        + "."
    )


def driver_range(one: Driver) -> str:
    """The input's own range: `90 to 230, likely 140`; nothing where an older estimate does not say."""
    if one.range is None:
        return ""
    low, likely, high = (f"{rounded(value):,.10g}" for value in one.range)
    return f"{low} to {high}, likely {likely}"


def _tornado_bars(canvas: Canvas, one: Driver, y: float, middle: float, scale: float) -> None:
    """The low end pale, the high end full. Two ends on one side share the height."""
    together = one.low_usd * one.high_usd > 0
    for index, usd in enumerate((one.low_usd, one.high_usd)):
        tall = 8.0 if together else 17.0
        top = y + (9.0 * index if together else 0.0)
        length = abs(usd) * scale
        start = middle if usd >= 0 else middle - length
        canvas.rect(start, top, length, tall, "accent-line" if index == 0 else "accent", rx=2)
        label, at = money_change(usd), top + tall / 2 + 4
        if usd >= 0 and usd == max(one.low_usd, one.high_usd):
            canvas.text(middle + length + 5, at, label, "ink-2")
        elif usd < 0 and usd == min(one.low_usd, one.high_usd):
            canvas.text(middle - length - 5, at, label, "ink-2", anchor="end")
    canvas.line(middle, y - 3, middle, y + 20, "ink", stroke_width=1.5)


def interval_bars(
    bars: Sequence[Bar], *, theme: str = "page", width: float = WIDE, label_width: float = 190.0
) -> SafeString:
    """A bar to the likely value from zero, a line from p10 to p90, the amount at the right."""
    row = 32.0
    canvas = Canvas(width, max(row, row * len(bars)), theme)
    narrow = width < WIDE
    left, right = (152.0 if narrow else label_width), width - 72.0
    most = max((bar.interval.p90 for bar in bars if bar.interval), default=1.0) or 1.0
    for index, bar in enumerate(bars):
        y = row * index + row / 2
        if bar.family:
            _tile(canvas, bar.family, y)
        canvas.text(30 if bar.family else 2, y + 4.5, _cut(bar.label, left - 38, 13), size=13, weight=500)
        if bar.interval is None:
            canvas.text(width, y + 4.5, "unknown", "warn", size=13, anchor="end")
            continue
        low, likely, high = (
            left + (right - left) * usd / most for usd in (bar.interval.p10, bar.interval.p50, bar.interval.p90)
        )
        canvas.rect(left, y - 5.5, max(likely - left, 2.0), 11, bar.family or "accent", rx=2.5, opacity=0.62)
        if high - low >= 1:
            canvas.path(
                f"M{low:.1f} {y:g}H{high:.1f}M{low:.1f} {y - 4:g}v8M{high:.1f} {y - 4:g}v8",
                stroke="ink",
                stroke_width=1.6,
            )
        canvas.text(width, y + 4.5, money(bar.interval.p50), size=13, weight=500, anchor="end")
    return canvas.svg(
        "Likely cost per month and its range: "
        + "; ".join(f"{bar.label} {_interval_words(bar.interval)}" for bar in bars)
        + "."
    )


def _interval_words(interval: Interval | None) -> str:
    return "unknown" if interval is None else f"{money(interval.p50)}, {money_range(interval)}"


def _tile(canvas: Canvas, family_slug: str, y: float) -> None:
    canvas.rect(0.5, y - 9.5, 19, 19, family_slug, rx=5, fill_opacity=0.12, stroke=family_slug, stroke_opacity=0.3)
    if canvas.theme == "page":
        canvas.icon(f"{static('img/icons.svg')}#{FAMILY_ICONS[family_slug]}", 4, y - 6, 12, family_slug)
    else:
        canvas.rect(6, y - 4, 8, 8, family_slug, rx=2)


def band(
    months: Sequence[Interval], *, mark: tuple[int, str] | None = None, theme: str = "page", width: float = WIDE
) -> SafeString:
    """Cost per month from now on: the likely line in the band from p10 to p90. `mark` names one month."""
    height, top, bottom, left, right = 180.0, 18.0, 24.0, 44.0, 84.0
    canvas = Canvas(width, height, theme)
    if len(months) < 2:
        return canvas.svg("No months to show.")
    most = max(one.p90 for one in months) or 1.0
    base = height - bottom

    def x(month: int) -> float:
        return left + (width - left - right) * month / (len(months) - 1)

    def y(usd: float) -> float:
        return base - (base - top) * usd / most

    for usd in steps(0, most, 3):
        canvas.line(left, y(usd), width - right, y(usd), "line")
        canvas.text(left - 8, y(usd) + 4, money_short(usd), "ink-3", anchor="end")
    upper = " ".join(f"{x(index):.1f} {y(one.p90):.1f}" for index, one in enumerate(months))
    lower = " ".join(f"{x(index):.1f} {y(one.p10):.1f}" for index, one in reversed(list(enumerate(months))))
    canvas.path(f"M{upper} {lower}Z", fill="accent", fill_opacity=0.14)
    canvas.path(
        "M" + " ".join(f"{x(i):.1f} {y(one.p50):.1f}" for i, one in enumerate(months)), stroke="accent", stroke_width=2
    )
    last = months[-1]
    ends = _apart([y(last.p90), y(last.p50), y(last.p10)], 15.0)
    for name, usd, at in zip(("p90", "p50", "p10"), (last.p90, last.p50, last.p10), ends, strict=True):
        canvas.text(width - right + 8, at + 4, f"{name} {money_short(usd)}", weight=600 if name == "p50" else 400)
    for month in range(0, len(months), 12):
        word = "now" if month == 0 else f"{month} months" if month == len(months) - 1 else str(month)
        canvas.text(x(month), height - 6, word, "ink-3", anchor="middle")
    if mark and 0 <= mark[0] < len(months):
        _mark(canvas, x(mark[0]), y(months[mark[0]].p50), base, mark[1])
    return canvas.svg(
        f"Monthly cost over {len(months) - 1} months: likely {money(months[0].p50)} now and "
        f"{money(last.p50)} at the end, then {money_range(last)}."
    )


def _mark(canvas: Canvas, x: float, y: float, base: float, words: str) -> None:
    canvas.line(x, 24, x, base, "warn", stroke_dasharray="3 3")
    canvas.circle(x, y, 3.5, "surface", stroke="warn", stroke_width=2)
    canvas.text(x - 4, 20, words, "warn", anchor="end" if x > canvas.width / 2 else "start")


def _apart(ys: Sequence[float], least: float) -> list[float]:
    """The same heights, top to bottom, pushed down so that labels do not meet."""
    placed: list[float] = []
    for y in ys:
        placed.append(max(y, placed[-1] + least) if placed else y)
    return placed


@dataclass(frozen=True)
class Unit:
    """How amounts of a waterfall are written, and whether more of it is worse."""

    amount: Callable[[float], str]
    change: Callable[[float], str]
    words: str
    more_is_worse: bool


def points(value: float) -> str:
    return f"{value:.1f}"


def points_change(value: float) -> str:
    """With a real minus."""
    return f"{'+' if value > 0 else '−'}{abs(value):.1f}"


DOLLARS = Unit(money, money_change, " a month", more_is_worse=True)
POINTS = Unit(points, points_change, " of 100 points", more_is_worse=False)


def waterfall(
    first: tuple[str, float],
    changes: Sequence[Step],
    last: tuple[str, float],
    *,
    theme: str = "page",
    width: float = WIDE,
    unit: Unit = DOLLARS,
) -> SafeString:
    """From one total to another. The axis may zoom, so totals are markers and not bars."""
    row = 29.0
    canvas = Canvas(width, row * (len(changes) + 2), theme)
    levels = [first[1]]
    for step in changes:
        levels.append(levels[-1] + step.change)
    low, high = min(*levels, last[1]), max(*levels, last[1])
    left, right = width * 0.42, width - 66.0
    scale = (right - left) / ((high - low) or 1)

    def x(usd: float) -> float:
        return left + (usd - low) * scale

    _total(canvas, 0, first, x(first[1]), row, unit)
    for index, step in enumerate(changes):
        y, before, after = row * (index + 1), x(levels[index]), x(levels[index + 1])
        canvas.line(before, y - 6, before, y + 6, "control")
        canvas.text(0, y + 18, _cut(step.label, left - 8, 12))
        worse = (step.change > 0) == unit.more_is_worse
        canvas.rect(min(before, after), y + 6, max(abs(after - before), 2.0), 17, "warn" if worse else "ok", rx=2.5)
        canvas.text(max(before, after) + 6, y + 18.5, unit.change(step.change), "ink-2")
    _total(canvas, row * (len(changes) + 1), last, x(last[1]), row, unit)
    parts = "; ".join(f"{step.label} {unit.change(step.change)}" for step in changes)
    return canvas.svg(f"From {unit.amount(first[1])} to {unit.amount(last[1])}{unit.words}: {parts}.")


def _total(canvas: Canvas, y: float, total: tuple[str, float], x: float, row: float, unit: Unit) -> None:
    canvas.text(0, y + 18, total[0], weight=600)
    canvas.rect(x - 1.5, y + 2, 3, row - 5, "ink", rx=1.5)
    canvas.text(x + 8, y + 18.5, unit.amount(total[1]), weight=600)


def meter(value: float, tone: str = "", most: float = 1.0) -> SafeString:
    """A score bar without words; the number stands beside it."""
    filled = min(max(value / most, 0.0), 1.0) * 100
    css = f"meter meter--{tone}" if tone else "meter"
    return format_html(
        '<span class="{}"><svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="6"></rect></svg></span>',
        css,
        f"{filled:.0f}",
    )


def _cut(text: str, width: float, size: float) -> str:
    most = max(4, int(width / (size * 0.52)))
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
