"""The map as one drawing for paper: data sets on the left, stores on the right, lines between."""

from __future__ import annotations

from html import escape

from catalog.facts import Snapshot
from planner.engine.document import Plan
from planner.engine.results import Evaluation
from planner.engine.words import size_words
from planner.figures import money

WIDTH, LEFT, RIGHT, ROW, HEAD, GAP = 680, 300, 440, 20, 22, 8
INK, SOFT, LINE = "#17181B", "#4E5157", "#D0D0C9"
FONT = 'font-family="Geist" font-size="10"'


def _text(x: float, y: float, text: str, colour: str = INK, anchor: str = "start", weight: str = "400") -> str:
    return f'<text x="{x}" y="{y}" {FONT} font-weight="{weight}" fill="{colour}" text-anchor="{anchor}">{escape(text)}</text>'


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def map_svg(plan: Plan, evaluation: Evaluation, snapshot: Snapshot, *, hide_costs: bool) -> str:
    """A complete SVG with hex colours; every name is escaped."""
    parts: list[str] = []
    ends: list[tuple[float, str, str]] = []
    y = 4.0
    for service in plan.services.values():
        parts.append(_text(4, y + 14, _cut(service.name, 48), weight="600"))
        y += HEAD
        for data_set in service.data.values():
            size = size_words(data_set.needs.size_gib.mid) if data_set.needs.size_gib else ""
            parts += [_text(14, y + 13, _cut(data_set.name, 40)), _text(LEFT - 8, y + 13, size, SOFT, "end")]
            parts.append(f'<line x1="4" y1="{y + ROW}" x2="{LEFT}" y2="{y + ROW}" stroke="{LINE}"/>')
            if data_set.store:
                ends.append((y + ROW / 2, data_set.store, "4 3" if data_set.derived_from else ""))
            if data_set.cache and data_set.cache.store:
                ends.append((y + ROW / 2 + 4, data_set.cache.store, "1 3"))
            y += ROW
        y += GAP
    places, bottom = _stores(parts, plan, evaluation, snapshot, hide_costs)
    for start, store, dash in ends:
        end = places[store]
        middle = (LEFT + RIGHT) / 2
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        parts.append(
            f'<path d="M{LEFT} {start} C{middle} {start} {middle} {end} {RIGHT} {end}" fill="none" stroke="#2346C7"{dashes}/>'
        )
    height = max(y, bottom) + 6
    size = f'width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(parts)}</svg>'


def _stores(
    parts: list[str], plan: Plan, evaluation: Evaluation, snapshot: Snapshot, hide_costs: bool
) -> tuple[dict[str, float], float]:
    places: dict[str, float] = {}
    y = 4.0
    for slug, store in plan.stores.items():
        database = snapshot.databases.get(store.database)
        name = f"{database.name if database else store.database} {store.version or ''}".strip()
        parts.append(
            f'<rect x="{RIGHT}" y="{y}" width="{WIDTH - RIGHT - 4}" height="30" rx="5" fill="#FFFFFF" stroke="{LINE}"/>'
        )
        parts += [
            _text(RIGHT + 8, y + 13, _cut(name, 26), weight="600"),
            _text(RIGHT + 8, y + 25, _cut(slug, 34), SOFT),
        ]
        if not hide_costs:
            result = evaluation.stores.get(slug)
            amount = money(float(result.monthly_usd)) if result and result.monthly_usd is not None else "unknown"
            parts.append(_text(WIDTH - 12, y + 18, amount, INK, "end"))
        places[slug] = y + 15
        y += 38
    return places, y
