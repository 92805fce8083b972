"""How a calculator's figures are written: by their unit."""

from __future__ import annotations

from django import template

from planner.calculated import Figure, written

register = template.Library()


@register.filter
def likely(figure: Figure) -> str:
    return written(figure.likely, figure.unit)


@register.filter
def between(figure: Figure) -> str:
    """Low to high; nothing where there is no range."""
    if figure.low is None or figure.high is None:
        return ""
    low, high = written(figure.low, figure.unit), written(figure.high, figure.unit)
    return "" if low == high else f"{low} to {high}"
