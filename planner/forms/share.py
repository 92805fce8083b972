"""What a new share link is."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from planner.share import DAYS


class ShareForm(forms.Form):
    """Defaults: this version, costs hidden, 30 days, copies allowed."""

    name = forms.CharField(max_length=120, required=False, label="For whom (only you see this)")
    sees = forms.ChoiceField(
        choices=[("fixed", "This version"), ("live", "Always the latest version")], initial="fixed"
    )
    hide_costs = forms.BooleanField(required=False, initial=True)
    allow_copy = forms.BooleanField(required=False, initial=True)
    ends = forms.ChoiceField(
        choices=[("days", f"In {DAYS} days"), ("date", "On a date"), ("never", "Never")], initial="days"
    )
    until = forms.DateField(required=False, label="End date", widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("ends") == "date":
            until = found.get("until")
            if until is None and "until" not in self.errors:
                self.add_error("until", "Enter the day on which the link ends")
            elif until and until <= timezone.localdate():
                self.add_error("until", "The link must end after today")
        return found

    def expires_at(self) -> dt.datetime | None:
        """End of the last day, UTC; None = never."""
        ends = self.cleaned_data["ends"]
        if ends == "never":
            return None
        if ends == "days":
            return timezone.now() + dt.timedelta(days=DAYS)
        return dt.datetime.combine(self.cleaned_data["until"], dt.time.max, tzinfo=dt.UTC)
