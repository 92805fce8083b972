"""The chart of a store's drills, and the notice about drills that are due."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.safestring import SafeString

from backups.board import Past
from backups.drill_chart import drill_history
from backups.models import Drill, Reminder
from planner import access
from planner.charts import NARROW
from planner.engine.drills import Practice
from planner.figures import day, duration
from planner.templatetags.charts import figure
from planner.templatetags.restores import minutes

register = template.Library()
register.filter("minutes", minutes)
MOST_NOTICES = 5


@register.simple_tag
def drill_chart(history: Sequence[Past], practice: Practice) -> SafeString:
    rows = [
        (day(one.measured.on), f"{one.measured.restored_gib:g} GiB", duration(one.measured.minutes * 60),
         "yes" if one.measured.verified else "no", duration(practice.target_minutes * 60))
        for one in history
    ]  # fmt: skip
    head = ("Made on", "Restored", "Time", "Verified", "Target (RTO)")
    return figure(drill_history(history, practice), drill_history(history, practice, width=NARROW), head, rows)


@register.inclusion_tag("backups/_reminders.html")
def drill_reminders(request: HttpRequest) -> dict[str, Any]:
    """Planned drills of one's own plans that are due within a week or overdue, as the daily round noted them."""
    rows = Reminder.objects.filter(drill__state=Drill.State.PLANNED, drill__plan__in=access.writable(request))
    newest = {one.drill_id: one for one in rows.select_related("drill__plan").order_by("created_at", "pk")}
    found = sorted(newest.values(), key=lambda one: (one.drill.due_on is None, one.drill.due_on, str(one.drill_id)))
    return {"reminders": found[:MOST_NOTICES], "more": max(0, len(found) - MOST_NOTICES)}
