"""Words of plan pages that no other page needs."""

from __future__ import annotations

from django import forms, template

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
