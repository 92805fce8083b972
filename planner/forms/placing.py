"""What a person may change about a proposal for the whole plan."""

from __future__ import annotations

from django import forms

from planner.engine.place_all import MOST_SYSTEMS


class PlacingForm(forms.Form):
    tax = forms.FloatField(
        label="Tax of one more system, points",
        min_value=0,
        max_value=1000,
        help_text="A further system must gain more than this, in points of one data set’s score (0 to 100). Saved in the plan.",
        widget=forms.NumberInput(attrs={"step": "0.5", "inputmode": "decimal"}),
    )
    keep = forms.BooleanField(label="Keep what is placed where it is", required=False)
    drop = forms.BooleanField(label="Remove stores that are left empty", required=False)
    systems = forms.IntegerField(
        required=False, min_value=1, max_value=20 * MOST_SYSTEMS, widget=forms.HiddenInput
    )  # another point of the frontier than the proposed one
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)  # which proposal the person saw
