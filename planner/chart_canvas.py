"""What charts are drawn on: SVG parts with escaped text, two palettes, round axis steps.

`page` colours are the tokens of the style sheet, so one drawing serves light and dark; `print` colours are plain hex,
because a PDF has no style sheet.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

PRINT: Mapping[str, str] = {
    "ink": "#17181b",
    "ink-2": "#4e5157",
    "ink-3": "#696c72",
    "line": "#e4e4df",
    "line-2": "#d0d0c9",
    "control": "#85867f",
    "surface": "#ffffff",
    "sunken": "#f0f0ec",
    "accent": "#2346c7",
    "accent-weak": "#ebf0fe",
    "accent-line": "#b9c8f6",
    "ok": "#17693f",
    "ok-weak": "#e5f3eb",
    "ok-line": "#b9dcc8",
    "warn": "#875000",
    "bad": "#b0261c",
    "bad-weak": "#fcebe9",
    "bad-line": "#efb9b3",
    "relational": "#2c5fb4",
    "document": "#3b7722",
    "key-value": "#a3307f",
    "wide-column": "#6b46c1",
    "columnar": "#5f6b00",
    "search": "#0a6b7c",
    "object": "#5a606b",
    "graph": "#7d5234",
    "time-series": "#00755e",
}
FONT = "Geist, Liberation Sans, Arial, sans-serif"
CHAR = 0.56  # mean width of a character as a share of the font size, for keeping labels apart


def text_width(text: str, size: float = 12) -> float:
    return len(text) * size * CHAR


class Canvas:
    """Collects SVG parts. Numbers are pixels; colours are names of tokens."""

    def __init__(self, width: float, height: float, theme: str) -> None:
        self.width, self.height, self.theme = width, height, theme
        self.parts: list[SafeString] = []

    def colour(self, token: str) -> str:
        return PRINT[token] if self.theme == "print" else f"var(--{token})"

    def rect(self, x: float, y: float, width: float, height: float, fill: str, **more: object) -> None:
        """A box; `rx`, `opacity`, `stroke` (a token) as options. Boxes of no width are left out."""
        if width <= 0 or height <= 0:
            return
        paint = fill if fill.startswith("url(") else self.colour(fill)
        self._add("rect", {"x": x, "y": y, "width": width, "height": height, "fill": paint}, more)

    def line(self, x1: float, y1: float, x2: float, y2: float, stroke: str, **more: object) -> None:
        self._add("line", {"x1": x1, "y1": y1, "x2": x2, "y2": y2, "stroke": self.colour(stroke)}, more)

    def path(self, d: str, *, stroke: str = "", fill: str = "", **more: object) -> None:
        paint = {"fill": self.colour(fill) if fill else "none"}
        if stroke:
            paint["stroke"] = self.colour(stroke)
        self._add("path", {"d": d, **paint}, more)

    def circle(self, x: float, y: float, r: float, fill: str, **more: object) -> None:
        self._add("circle", {"cx": x, "cy": y, "r": r, "fill": self.colour(fill)}, more)

    def text(self, x: float, y: float, words: str, fill: str = "ink", **more: object) -> None:
        """`size` 12, `anchor` start | middle | end, `weight` 400."""
        size, anchor, weight = more.pop("size", 12), more.pop("anchor", "start"), more.pop("weight", 400)
        named = {"x": x, "y": y, "fill": self.colour(fill), "font-size": size}
        if anchor != "start":
            named["text-anchor"] = str(anchor)
        if weight != 400:
            named["font-weight"] = str(weight)
        attributes = self._attributes(named, more)
        self.parts.append(format_html("<text{}>{}</text>", attributes, words))

    def icon(self, href: str, x: float, y: float, size: float, colour: str) -> None:
        self.parts.append(
            format_html(
                '<svg x="{}" y="{}" width="{}" height="{}" fill="none" stroke="{}" stroke-width="1.6"'
                ' stroke-linecap="round" stroke-linejoin="round"><use href="{}"></use></svg>',
                *(_short(value) for value in (x, y, size, size)),
                self.colour(colour),
                href,
            )
        )

    def hatch(self, name: str, token: str) -> str:
        """A pattern of slanted lines; returns the fill. The name must be unique in the document."""
        self.parts.append(
            format_html(
                '<defs><pattern id="{}" width="6" height="6" patternUnits="userSpaceOnUse"'
                ' patternTransform="rotate(45)"><path d="M0 0V6" stroke="{}" stroke-width="2"></path></pattern></defs>',
                name,
                self.colour(token),
            )
        )
        return f"url(#{name})"

    def svg(self, sentence: str, css: str = "") -> SafeString:
        """The finished drawing; `sentence` is its name for people who do not see it."""
        own = (
            format_html(' font-family="{}" width="{}" height="{}"', FONT, _short(self.width), _short(self.height))
            if self.theme == "print"
            else format_html(' class="{}"', f"chart__svg {css}".strip())
        )
        return format_html(
            '<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {} {}"{}><title>{}</title>{}</svg>',
            _short(self.width),
            _short(self.height),
            own,
            sentence,
            format_html_join("", "{}", ((part,) for part in self.parts)),
        )

    def _add(self, tag: str, named: Mapping[str, object], more: Mapping[str, object]) -> None:
        self.parts.append(format_html("<{}{}></{}>", tag, self._attributes(named, more), tag))

    def _attributes(self, named: Mapping[str, object], more: Mapping[str, object]) -> SafeString:
        both = dict(named)
        for key, value in more.items():
            name = key.replace("_", "-")
            both[name] = self.colour(str(value)) if name in {"stroke", "fill"} else value
        return format_html_join("", ' {}="{}"', ((key, _short(value)) for key, value in both.items()))


def _short(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def steps(low: float, high: float, about: int) -> Iterator[float]:
    """Round numbers from `low` to `high`, about so many: 1, 2 or 5 times a power of ten apart."""
    span = high - low
    if span <= 0 or not math.isfinite(span):
        return
    rough = span / max(1, about)
    power = 10 ** math.floor(math.log10(rough))
    step = min((power * factor for factor in (1, 2, 5, 10)), key=lambda one: abs(math.log(one / rough)))
    at = math.ceil(low / step - 1e-9)
    while at * step <= high + step * 1e-9:
        yield at * step
        at += 1
