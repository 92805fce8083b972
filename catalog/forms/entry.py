"""The curator's form for one entry of a system: its value by its vocabulary, sources, day, and whether it was seen."""

from __future__ import annotations

import datetime as dt
from typing import Any

import yaml
from django import forms

from catalog import words, written
from catalog.checks import is_link
from catalog.files import frozen
from catalog.subjects import kind_of
from catalog.trees import CYCLES, NOTE, Entry, is_fact
from catalog.vocabulary import ALLOWED, UNIT

PLAIN_LISTS = {"types": "types[]", "workloads": "workloads[]", "deployment_models": "deployment_models[]"}
MOST_TEXT = 20_000
MOST_NUMBER = 2**62


class EntryForm(forms.Form):
    """Cleans to an Entry. Plain texts, release lines and Jepsen findings have no sources of their own."""

    def __init__(self, key: str, entry: Entry | None, data: Any = None) -> None:
        super().__init__(data)
        self.key = key
        self.now = entry
        self.typed_as = typed_as(key, entry)
        for name, field in value_fields(key, self.typed_as, entry).items():
            self.fields[name] = field
        if self.sourced:
            self.fields.update(_source_fields(entry))

    @property
    def sourced(self) -> bool:
        return is_fact(self.key)

    def clean_value(self) -> Any:
        value = self.cleaned_data["value"]
        if self.typed_as == "flag":
            return value == "yes"
        if self.typed_as == "lines":
            return [line.strip() for line in value.splitlines() if line.strip()]
        if self.typed_as == "yaml":
            return _yaml(value)
        return value.strip() if isinstance(value, str) else value

    def clean_sources(self) -> tuple[str, ...]:
        found = tuple(dict.fromkeys(line.strip() for line in self.cleaned_data["sources"].splitlines() if line.strip()))
        wrong = [one for one in found if not is_link(one)]
        if wrong:
            raise forms.ValidationError(f"{wrong[0]!r} is not a web address beginning with https:// or http://")
        return found

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if self.sourced and found.get("verified") and not self.errors and not found.get("sources"):
            self.add_error("sources", "A fact that was seen in a source needs the source")
        return found

    def entry(self) -> Entry:
        got = self.cleaned_data
        value = got["value"]
        if self.typed_as == "number" and self.key.startswith("limits."):
            value = {"value": value, "unit": got["unit"], "configurable": got["configurable"], "text": got["text"]}
        if not self.sourced:
            return Entry(value)
        day: dt.date | None = got["checked_on"]
        return Entry(value, got["sources"], got["verified"], day.isoformat() if day else "")


def typed_as(key: str, entry: Entry | None) -> str:
    """one | many | flag | number | lines | text | yaml."""
    if key in PLAIN_LISTS:
        return "many"
    if key in (CYCLES, "jepsen"):
        return "yaml"
    if key.endswith(f".{NOTE}"):
        return "text"
    if key.startswith("limits."):
        return "number"
    kind = kind_of(key, frozen(entry.value) if entry else "")
    return "yaml" if kind == "words" else kind


def value_fields(key: str, kind: str, entry: Entry | None) -> dict[str, forms.Field]:
    value = entry.value if entry else None
    if kind == "number" and key.startswith("limits."):
        return _limit_fields(value or {})
    allowed = ALLOWED.get(PLAIN_LISTS.get(key, key)) or ALLOWED.get(f"{key}[]") or ()
    names = words.OF_FIELD.get(key, {})
    choices = [(one, names.get(one, one.replace("_", " "))) for one in allowed]
    if kind == "one":
        return {"value": forms.ChoiceField(label="Value", choices=choices, initial=value)}
    if kind == "many":
        widget = forms.CheckboxSelectMultiple
        return {
            "value": forms.MultipleChoiceField(
                label="Value", choices=choices, initial=value, required=False, widget=widget
            )
        }
    if kind == "flag":
        answers = [("yes", "Yes"), ("no", "No")]
        return {"value": forms.ChoiceField(label="Value", choices=answers, initial="yes" if value else "no")}
    if kind == "number":
        return {"value": forms.IntegerField(label="Value", min_value=0, max_value=MOST_NUMBER, initial=value)}
    return {"value": _text_field(kind, value)}


def _text_field(kind: str, value: Any) -> forms.Field:
    shown = {"lines": lambda: "\n".join(map(str, value or ())), "yaml": lambda: in_yaml(value or [])}.get(kind)
    helped = {"lines": "One a line.", "yaml": "A list in YAML, as in the data file."}.get(kind, "")
    return forms.CharField(
        label="Value", initial=shown() if shown else value, required=False, max_length=MOST_TEXT, help_text=helped,
        widget=forms.Textarea(attrs={"rows": 10 if kind == "yaml" else 4, "spellcheck": "false"}),
    )  # fmt: skip


def _limit_fields(value: dict[str, Any]) -> dict[str, forms.Field]:
    return {
        "value": forms.IntegerField(
            label="Value", min_value=1, max_value=MOST_NUMBER, initial=value.get("value"), help_text="A whole number of the unit."
        ),
        "unit": forms.ChoiceField(label="Unit", choices=[(one, one.replace("_", " ")) for one in UNIT], initial=value.get("unit")),
        "configurable": forms.BooleanField(label="Can be configured", required=False, initial=value.get("configurable")),
        "text": forms.CharField(label="In words", required=False, max_length=500, initial=value.get("text")),
    }  # fmt: skip


def _source_fields(entry: Entry | None) -> dict[str, forms.Field]:
    return {
        "sources": forms.CharField(
            label="Sources", required=False, max_length=MOST_TEXT, initial="\n".join(entry.sources if entry else ()),
            widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}), help_text="Web addresses, one a line.",
        ),
        "checked_on": forms.DateField(
            label="Checked on", required=False, initial=entry.checked_on if entry else "",
            widget=forms.DateInput(attrs={"placeholder": "2026-11-23"}),
        ),
        "verified": forms.BooleanField(
            label="Seen in the source", required=False, initial=entry.verified if entry else False
        ),
    }  # fmt: skip


def in_yaml(value: Any) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=100)


def _yaml(text: str) -> Any:
    try:
        return written.from_yaml(text) or []
    except written.WrittenError as error:
        raise forms.ValidationError(str(error)) from None


class NewSystemForm(forms.Form):
    """A new system begins as a copy of one that is like it, with every fact marked as not confirmed."""

    slug = forms.SlugField(label="Name in addresses", max_length=63, help_text="Small letters, digits and hyphens.")
    name = forms.CharField(label="Name", max_length=120)
    vendor = forms.CharField(label="Maker", max_length=200)
    docs_url = forms.URLField(label="Documentation", max_length=500, assume_scheme="https")
    like = forms.ChoiceField(
        label="Begin like", help_text="Its facts are copied without sources, to be changed one by one."
    )

    def __init__(self, systems: dict[str, str], data: Any = None) -> None:
        super().__init__(data)
        self.systems = systems
        field = self.fields["like"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(systems.items())

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"].lower()
        if slug in self.systems or slug in ("coverage", "believed"):
            raise forms.ValidationError(f"{slug} exists already")
        return slug
