"""Rows about restore drills: planned and made, reminders of those that are due, and calendar links."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from planner.models import Plan, Revision


class Drill(models.Model):
    """A restore that is planned, was made, or was called off. A made one is evidence: it is withdrawn, never edited."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Called off"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Via(models.TextChoices):
        FORM = "form", "by hand"
        API = "api", "through the API"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="drills")
    store = models.CharField(max_length=64)  # slug in the plan's document
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    due_on = models.DateField(null=True, blank=True)
    owner = models.CharField(max_length=200, blank=True)  # a name or an address, as the team writes it
    checklist = models.JSONField(default=list)  # [{"text": ..., "done": bool}]
    # What was measured
    on = models.DateField(null=True, blank=True)
    restored_gib = models.FloatField(null=True, blank=True)
    minutes = models.FloatField(null=True, blank=True)
    verified = models.BooleanField(default=False)
    method = models.CharField(max_length=20, blank=True)
    checks = models.CharField(max_length=500, blank=True)  # what was compared: "row counts, checksums"
    note = models.TextField(blank=True)
    log = models.TextField(blank=True)
    via = models.CharField(max_length=4, choices=Via.choices, default=Via.FORM)
    key = models.CharField(max_length=100, blank=True)  # given by a program, so that sending twice records once
    revision = models.ForeignKey(Revision, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_because = models.TextField(blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_on"])]
        constraints = [
            models.UniqueConstraint(fields=["plan", "key"], condition=~Q(key=""), name="one_drill_per_key"),
        ]

    @property
    def mib_per_second(self) -> float | None:
        """Speed that was measured; None before the drill was made."""
        return self.restored_gib * 1024 / (self.minutes * 60) if self.restored_gib and self.minutes else None

    def __str__(self) -> str:
        return f"Drill of {self.store}: {self.get_state_display()}"


class Reminder(models.Model):
    """Said once for each planned drill and kind; `mailed_at` stays empty where no mail is set up."""

    class Kind(models.TextChoices):
        SOON = "soon", "due soon"
        OVERDUE = "overdue", "overdue"

    drill = models.ForeignKey(Drill, on_delete=models.CASCADE, related_name="reminders")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    created_at = models.DateTimeField(auto_now_add=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["drill", "kind"], name="one_reminder_per_kind")]

    def __str__(self) -> str:
        return f"{self.drill}: {self.get_kind_display()}"


class CalendarLink(models.Model):
    """A secret address under which calendars read a plan's drills. Only the SHA-256 of its token is kept."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="calendar_links")
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Calendar of {self.plan}"
