"""A drill to be planned, and one that was made."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.utils import timezone

from backups.services import MOST_LOG_CHARS, Result
from planner.engine.document import Plan
from planner.forms import words

MOST_GIB = 1e9
MOST_MINUTES = 525_600.0  # a year


def store_choices(plan: Plan) -> list[tuple[str, str]]:
    return [(slug, f"{store.name} ({slug})") for slug, store in plan.stores.items()]


def needed(sentence: str) -> dict[str, str]:
    return {"required": sentence}


class ScheduleForm(forms.Form):
    store = forms.ChoiceField(label="Store")
    due_on = forms.DateField(
        label="Due on", error_messages=needed("Enter the day by which it is to be made"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )  # fmt: skip
    owner = forms.CharField(
        label="Owner", max_length=200, required=False, help_text="Who makes it: a name or an address"
    )

    def __init__(self, data: Any = None, *, plan: Plan, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["store"].choices = store_choices(plan)  # type: ignore[attr-defined]

    def clean_due_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise ValidationError("Choose today or a later day")
        return day


def positive(most: float, unit: str) -> dict[str, Any]:
    def over(value: float) -> None:
        if value > most:
            raise ValidationError(f"At most {most:,.0f} {unit}")

    return {"validators": [MinValueValidator(1e-6, "Enter more than 0"), over]}


class RecordForm(forms.Form):
    store = forms.ChoiceField(label="Store")
    on = forms.DateField(
        label="Made on",
        error_messages=needed("Enter the day on which it was made"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    restored_gib = forms.FloatField(
        label="Restored, GiB", error_messages=needed("Enter how many GiB were read back"), **positive(MOST_GIB, "GiB")
    )
    minutes = forms.FloatField(
        label="Time, minutes",
        error_messages=needed("Enter how many minutes the restore took"),
        help_text="From the start of the restore to the last byte read back, without detecting and deciding",
        **positive(MOST_MINUTES, "minutes, which is a year"),
    )
    verified = forms.BooleanField(
        label="The result was compared with the source and is whole", required=False,
        help_text="Only a verified drill replaces the estimate",
    )  # fmt: skip
    method = forms.ChoiceField(
        label="Restored from", required=False, choices=[("", "not said"), *words.BACKUP_METHODS.items()]
    )
    checks = forms.CharField(label="What was compared", max_length=500, required=False)
    note = forms.CharField(
        label="What went wrong, what to change",
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    log = forms.CharField(
        label="Log", max_length=MOST_LOG_CHARS, required=False, strip=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, data: Any = None, *, plan: Plan, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["store"].choices = store_choices(plan)  # type: ignore[attr-defined]

    def clean_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError("A drill that was made cannot lie in the future")
        return day

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("verified") and not found.get("checks") and "checks" not in self.errors:
            self.add_error("checks", "Say what was compared, for instance row counts and checksums")
        return found

    def result(self) -> Result:
        return Result(**self.cleaned_data)


class WithdrawForm(forms.Form):
    because = forms.CharField(
        label="Reason",
        error_messages=needed("Say why this result does not hold"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
