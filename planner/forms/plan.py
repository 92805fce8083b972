"""Forms of the plan itself: a new one, and its name, place, team and targets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms

from planner.engine.document import DocumentError, Plan, parse
from planner.forms import words
from planner.forms.problems import PlainForm, set_choices, style
from planner.forms.triple import NumberField, as_written, choices, typed_or_blank

TARGET_LIMITS = ("rpo_minutes", "rto_minutes")


class BlankPlanForm(PlainForm):
    name = forms.CharField(label="Name of the plan", max_length=120)
    provider = forms.ChoiceField(label="Where it runs", choices=choices(words.PROVIDERS))
    region = forms.CharField(label="Region", max_length=63, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"provider": "aws", "region": "us-east-1"})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            raw = {"polystore": 1, **{key: cleaned[key] for key in ("name", "provider", "region")}}
            try:
                cleaned["document"] = parse(json.dumps(raw), "json")
            except DocumentError as error:
                add_document_error(self, error)
        return cleaned

    def document(self) -> Plan:
        document: Plan = self.cleaned_data["document"]
        return document


class PlanForm(PlainForm):
    """What is true of the whole plan. Targets are fields `<tier>_rpo_minutes` and `<tier>_rto_minutes`."""

    name = forms.CharField(label="Name", max_length=120)
    summary = forms.CharField(label="What it is for", required=False, max_length=4000, widget=forms.Textarea)
    provider = forms.ChoiceField(label="Where it runs", choices=choices(words.PROVIDERS))
    region = forms.CharField(label="Region", max_length=63, required=False)
    people_on_call = NumberField(
        label="People on call", unit="limits restore steps at the same time", example="2", whole=True
    )
    hourly_cost_usd = NumberField(label="Cost of one hour of work, USD", example="90")
    knows = forms.MultipleChoiceField(label="Databases the team runs already", required=False)

    def __init__(self, data: Any = None, *, plan: Plan, databases: Mapping[str, str]) -> None:
        super().__init__(data, initial=_initial(plan))
        self.plan = plan
        set_choices(self, "knows", choices(databases))
        for tier, word in words.TIERS.items():
            for limit, label in zip(TARGET_LIMITS, ("lose at most, min", "back within, min"), strict=True):
                field = NumberField(label=f"{word}: {label}", example="15")
                field.required = True
                style(field.widget)
                self.fields[f"{tier}_{limit}"] = field

    @property
    def target_rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(word, [self[f"{tier}_{limit}"] for limit in TARGET_LIMITS]) for tier, word in words.TIERS.items()]

    def changed_document(self) -> Plan | None:
        """The plan with these fields; None where the document's own rules refuse them (the form then says why)."""
        raw = as_written(self.plan)
        got = self.cleaned_data
        raw |= {key: got[key] for key in ("name", "summary", "provider", "region")}
        team = {key: got[key] for key in ("people_on_call", "hourly_cost_usd", "knows")}
        raw["team"] = (raw.get("team") or {}) | {key: value for key, value in team.items() if value is not None}
        raw["targets"] = {tier: {limit: got[f"{tier}_{limit}"] for limit in TARGET_LIMITS} for tier in words.TIERS}
        try:
            return parse(json.dumps(raw), "json")
        except DocumentError as error:
            add_document_error(self, error)
            return None


def add_document_error(form: forms.Form, error: DocumentError) -> None:
    """Put each problem at the field of the same name; what has no field goes on top, with its path."""
    for problem in error.problems:
        *parents, last = problem.path.split(".")
        name = f"{parents[-1]}_{last}" if parents and f"{parents[-1]}_{last}" in form.fields else last
        known = name in form.fields
        form.add_error(name if known else None, problem.message if known else f"{problem.path}: {problem.message}")


def _initial(plan: Plan) -> dict[str, Any]:
    values: dict[str, Any] = {key: getattr(plan, key) or "" for key in ("name", "summary", "provider", "region")}
    values["people_on_call"] = typed_or_blank(plan.team.people_on_call)
    values["hourly_cost_usd"] = typed_or_blank(plan.team.hourly_cost_usd)
    values["knows"] = list(plan.team.knows)
    for tier in words.TIERS:
        target = plan.target(tier)  # type: ignore[arg-type]
        values |= {f"{tier}_{limit}": typed_or_blank(getattr(target, limit)) for limit in TARGET_LIMITS}
    return values
