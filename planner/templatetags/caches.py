"""Charts of one cache, each with its numbers in a table."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from planner import hit_chart
from planner.caches import Shown
from planner.charts import NARROW
from planner.figures import duration, percent, rate, size_gib
from planner.templatetags.charts import figure

register = template.Library()
EVERY = 4


@register.simple_tag(name="hit_chart")
def hit_curve(shown: Shown) -> SafeString:
    effect = shown.effect
    ceiling = effect.ceiling if effect else 1.0
    head = ("Memory", "Hits, least skew", "Likely", "Most skew", "LFU, likely")
    rows = [
        (size_gib(one.memory_gib), *(percent(part) for part in one.chosen.ordered), percent(one.lfu))
        for one in shown.points[::EVERY]
    ]
    wide = hit_chart.hit_curve(shown.points, shown.chosen, ceiling)
    return figure(wide, hit_chart.hit_curve(shown.points, shown.chosen, ceiling, width=NARROW), head, rows)


@register.simple_tag(name="cold_chart")
def cold_start(shown: Shown) -> SafeString:
    carried = shown.carried.low if shown.carried else None
    rows = [
        (duration(at), rate(reads, "reads"))
        for at, reads in list(zip(shown.cold_seconds, shown.cold_reads, strict=True))[::EVERY]
    ]
    wide = hit_chart.cold_start(shown.cold_seconds, shown.cold_reads, carried)
    narrow = hit_chart.cold_start(shown.cold_seconds, shown.cold_reads, carried, width=NARROW)
    return figure(wide, narrow, ("After the start", "Reads that reach the store"), rows)
