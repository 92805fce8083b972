"""The chart of a restore order, with its numbers in a table."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from planner import restore_chart as charts
from planner.charts import NARROW
from planner.engine.backup.restore_order import RestoreOrder
from planner.engine.document import Plan
from planner.figures import duration
from planner.templatetags.charts import figure

register = template.Library()


@register.filter
def minutes(value: float | None) -> str:
    return duration(None if value is None else value * 60)


@register.filter
def service_name(document: Plan, slug: str) -> str:
    return document.services[slug].name


@register.simple_tag
def restore_chart(order: RestoreOrder) -> SafeString:
    rows = [
        (one.label, one.text, duration(one.start_minutes * 60), duration(one.minutes * 60),
         duration((one.start_minutes + one.minutes) * 60), "yes" if one.critical else "no")
        for one in order.steps
    ]  # fmt: skip
    head = ("What", "How", "Begins after", "Takes", "Back after", "Longest chain")
    return figure(charts.restore_bars(order), charts.restore_bars(order, width=NARROW), head, rows)
