"""Tags and filters of every template: icons, family tiles, and numbers as people read them. A built-in library."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalog.facts import Snapshot
from catalog.families import family
from catalog.review_count import waiting_count
from catalog.services import current_snapshot
from planner import charts, figures

register = template.Library()


@lru_cache(maxsize=2048)  # a page of many rows asks for the same few icons again and again
def icon_svg(name: str, label: str, css: str) -> SafeString:
    classes = f"icon {css}".strip()
    href = f"{static('img/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>', classes, label, href
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>', classes, href)


@register.simple_tag
def icon(name: str, label: str = "", **attributes: str) -> SafeString:
    """{% icon "plus" %}, or with a meaning of its own {% icon "alert" label="High" class="icon--bad" %}."""
    return icon_svg(name, label, attributes.get("class", ""))


@register.simple_tag
def family_tile(kind: str, **attributes: str) -> SafeString:
    """The coloured tile of a family. `kind`: a family, a category of the catalog, or the slug of a database."""
    found = family(kind_to_category(kind))
    symbol = icon_svg(charts.FAMILY_ICONS.get(found.slug, "database"), "", "")
    classes = f"tile tile--{found.slug} {attributes.get('class', '')}".strip()
    return format_html('<span class="{}" title="{}">{}</span>', classes, found.label, symbol)


def kind_to_category(kind: str) -> str:
    if kind in charts.FAMILY_ICONS:
        return kind
    database = current_snapshot().databases.get(kind)
    return database.category if database else kind


@register.filter
def family_of(kind: str) -> str:
    """The label of a family, for text beside a tile: `Relational`."""
    return family(kind_to_category(kind)).label


register.simple_tag(waiting_count)
register.filter("money", figures.money)
register.filter("money_range", figures.money_range)
register.filter("money_line", figures.money_line)
register.filter("cents", figures.cents)
register.filter("cents_change", figures.cents_change)
register.filter("money_change", figures.money_change)
register.filter("unit_price", figures.unit_price)
register.filter("size_gib", figures.size_gib)
register.filter("rate", figures.rate)
register.filter("duration", figures.duration)
register.filter("percent", figures.percent)
register.filter("day", figures.day)
register.filter("provider_name", figures.provider_name)


@register.filter
def ago(value: dt.date | str | None) -> str:
    return figures.ago(value, timezone.now())


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """mapping[key], or None: Django's templates cannot look up a variable key."""
    return mapping.get(key) if hasattr(mapping, "get") else None


@register.filter
def initials(email: str) -> str:
    """Two letters for the avatar: `m.kern@…` is MK, `anna@…` AN."""
    parts = [part for part in email.split("@")[0].replace("_", ".").replace("-", ".").split(".") if part]
    letters = "".join(part[0] for part in parts[:2]) if len(parts) > 1 else email[:2]
    return letters.upper()


@register.filter
def add_attrs(bound_field: Any, extra_class: str = "") -> SafeString:
    """A form field's control with our classes and with its help and error texts tied to it."""
    described = [f"{bound_field.id_for_label}-help"] if bound_field.help_text else []
    described += [f"{bound_field.id_for_label}-error"] if bound_field.errors else []
    kind = getattr(bound_field.field.widget, "input_type", "")
    attrs = {} if kind in {"checkbox", "radio"} else {"class": f"{control_class(bound_field)} {extra_class}".strip()}
    if described:
        attrs["aria-describedby"] = " ".join(described)
    if bound_field.errors:
        attrs["aria-invalid"] = "true"
    rendered: SafeString = bound_field.as_widget(attrs=attrs)
    return rendered


def control_class(bound_field: Any) -> str:
    kind = getattr(bound_field.field.widget, "input_type", "")
    if kind == "select":
        return "select"
    return "input" if kind else "textarea"


@register.filter
def problem_count(form: Any) -> int:
    """How many messages the error summary of a form lists."""
    return sum(len(messages) for messages in form.errors.values())


@lru_cache(maxsize=4)
def facts_with_source(snapshot_id: str) -> int:
    databases = current_snapshot().databases.values()
    facts = sum(bool(fact.sources) for one in databases for fact in one.facts.values())
    return facts + sum(bool(limit.sources) for one in databases for limit in one.limits)


@register.filter
def fact_count(snapshot: Snapshot) -> str:
    """Facts and limits of the catalog that name a source: `1,874`."""
    return f"{facts_with_source(snapshot.id):,}"
