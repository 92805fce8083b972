"""Words of plan pages that no other page needs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import forms, template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from planner.engine.presets import KINDS
from planner.forms.problems import box_of

register = template.Library()


@register.filter
def bad_box(field: forms.BoundField) -> str:
    """The box of a triple that its error speaks of."""
    return box_of(field)


@register.filter
def times(value: float, factor: int) -> float:
    return round(value * factor, 2)


@register.filter
def plain(value: object) -> str:
    """A value of the document in words: nothing as a dash, lists with commas, sections as short text."""
    if value is None or value == "":
        return "\u2013"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(plain(one) for one in value) or "\u2013"
    if isinstance(value, dict):
        return str(value.get("name") or ", ".join(f"{key}: {plain(one)}" for key, one in value.items()))
    return str(value)


@register.simple_tag
def breaks(broken: Mapping[str, bool], fact: str) -> SafeString:
    """The class of a cell whose fact speaks against a need: it rules out, or it is only a doubt."""
    if fact not in broken:
        return mark_safe("")
    return mark_safe(' class="breaks"' if broken[fact] else ' class="doubts"')  # noqa: S308 -- two constants


@lru_cache(maxsize=512)  # the rows of a table share the same few
def options_of(options: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    selected = mark_safe(" selected")
    rows = ((value, selected if value == chosen else "", words) for value, words in options)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


@register.simple_tag
def cell_box(cell: Any, name: str) -> SafeString:
    """The box of a table's cell. A template took ten times as long, and a table has hundreds of them."""
    label = f"{cell.column.label}, {name}"
    wrong = format_html(' aria-invalid="true" aria-describedby="{}"', cell.id) if cell.problem else ""
    if cell.options:
        start = '<select class="cell__box" form="cells" data-cell name="{}" aria-label="{}"{}>{}</select>'
        return format_html(start, cell.name, label, wrong, options_of(cell.options, cell.text))
    start = '<input class="cell__box" form="cells" data-cell name="{}" aria-label="{}"{} autocomplete="off" value="{}">'
    return format_html(start, cell.name, label, wrong, cell.text)


@register.simple_tag
def data_kinds() -> list[tuple[str, str]]:
    """What a new data set may be like: value and label, the guess from its name first."""
    return KINDS
