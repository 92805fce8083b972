"""Accepting a finding: why, and until when."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone


class WaiverForm(forms.Form):
    rule = forms.CharField(max_length=80, widget=forms.HiddenInput)
    at = forms.CharField(max_length=300, required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        max_length=2000, label="Reason, shown in the report", widget=forms.Textarea(attrs={"rows": 3})
    )
    until = forms.DateField(label="Accepted until", widget=forms.DateInput(attrs={"type": "date"}))

    def clean_until(self) -> object:
        until = self.cleaned_data["until"]
        if until <= timezone.localdate():
            raise ValidationError("Choose a day after today")
        return until
