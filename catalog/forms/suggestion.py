"""Forms of readers: a suggested value with its source, and the answer to a curator who asked."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms

from catalog.checks import is_link
from catalog.subjects import Subject

MOST_TEXT = 2000
MOST_SOURCE = 500
MOST_NUMBER = 2**62  # what a column of whole numbers holds
TRAP = "website"


class SourceField(forms.CharField):
    """The address of a page that says so."""

    def __init__(self, **extra: Any) -> None:
        super().__init__(label="Source", max_length=MOST_SOURCE, **extra)
        self.widget = forms.URLInput(attrs={"placeholder": "https://", "maxlength": MOST_SOURCE})

    def clean(self, value: Any) -> str:
        found = str(super().clean(value)).strip()
        if found and not is_source(found):
            raise forms.ValidationError("Give the address of the page that says so, beginning with https:// or http://")
        return found


def is_source(text: str) -> bool:
    """A web address with a host name, and without a user's name in it."""
    if not is_link(text):
        return False
    try:
        parts = urlsplit(text)
        return "." in (parts.hostname or "").strip(".") and parts.username is None and parts.port != 0
    except ValueError:
        return False


class TrapForm(forms.Form):
    """Has a box that people never see. Programs that fill every box are told so and nothing is stored."""

    website = forms.CharField(required=False, max_length=200, label="Leave this box empty")

    def clean_website(self) -> str:
        if self.cleaned_data.get(TRAP):
            raise forms.ValidationError("Leave the last box empty: it is there for programs that fill every box")
        return ""


class SuggestionForm(TrapForm):
    source = SourceField(help_text="The page of the maker's documentation, or what else says so.")
    comment = forms.CharField(
        label="Comment", required=False, max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": MOST_TEXT}),
        help_text="What the curator should know: the version it holds for, the sentence to look for.",
    )  # fmt: skip
    field_order = ("value", "source", "comment", TRAP)

    def __init__(self, subject: Subject, *args: Any, **extra: Any) -> None:
        super().__init__(*args, **extra)
        self.subject = subject
        self.fields["value"] = value_field(subject)
        self.order_fields(self.field_order)

    def clean_value(self) -> Any:
        """As the catalog writes it: a text, a number, true or false, or a list."""
        value, kind = self.cleaned_data["value"], self.subject.kind
        if kind == "flag":
            return value == "yes"
        if kind == "lines":
            return [line.strip() for line in value.splitlines() if line.strip()]
        return value.strip() if isinstance(value, str) else value


def value_field(subject: Subject) -> forms.Field:
    """The box for a value, holding the published one: who only brings a source leaves it as it is."""
    value, kind = subject.value, subject.kind
    if kind == "one":
        return forms.ChoiceField(label="Value", choices=subject.choices, initial=value)
    if kind == "many":
        return forms.MultipleChoiceField(
            label="Value", choices=subject.choices, initial=value, widget=forms.CheckboxSelectMultiple
        )
    if kind == "flag":
        return forms.ChoiceField(
            label="Value", choices=(("yes", "Yes"), ("no", "No")), initial="yes" if value else "no"
        )
    if kind == "number":
        unit = f"A whole number, in {subject.unit}." if subject.unit else "A whole number."
        return forms.IntegerField(label="Value", min_value=1, max_value=MOST_NUMBER, initial=value, help_text=unit)
    lines = kind == "lines" and isinstance(value, tuple)
    return forms.CharField(
        label="What it should say" if kind == "words" else "Value",
        max_length=MOST_TEXT,
        initial="\n".join(str(one) for one in value) if lines and isinstance(value, tuple) else _start(subject),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": MOST_TEXT}),
        help_text="One a line." if lines else "",
    )


def _start(subject: Subject) -> str:
    """Release lines are shown to be edited; of an offer or of ports only the change is described."""
    return str(subject.value or "") if isinstance(subject.value, str) and not subject.key.startswith("offers.") else ""


class AnswerForm(TrapForm):
    """What a sender writes when a curator asked for a source."""

    source = SourceField(required=False)
    comment = forms.CharField(
        label="Answer", required=False, max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": MOST_TEXT}),
    )  # fmt: skip
    field_order = ("source", "comment", TRAP)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not self.errors and not found.get("source") and not found.get("comment"):
            raise forms.ValidationError("Give a source, or say in words what the curator asked for")
        return found
