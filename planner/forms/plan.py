"""Forms of the plan itself: a new one, and its name, place, team and targets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms

from planner.engine.assumptions import PEOPLE_MANAGED, PEOPLE_OWN
from planner.engine.case import LABELS, RELATIVE
from planner.engine.document import DocumentError, Plan, parse
from planner.engine.sections import Tier
from planner.forms import words
from planner.forms.problems import PlainForm, add_problems, set_choices
from planner.forms.triple import NumberField, choices, typed, typed_or_blank
from planner.forms.written import as_written, kept_order

MANAGED_HOURS, OWN_HOURS = PEOPLE_MANAGED.likely, PEOPLE_OWN.likely
COSTS = (
    "commitment", "discount_percent", "coverage_percent", "budget_usd_month", "managed_hours_month", "own_hours_month",
)  # fmt: skip
WEIGHT = "weight_"  # of a criterion: field `weight_cost`
TARGET_LIMITS = ("rpo_minutes", "rto_minutes")
TIERS: tuple[Tier, ...] = ("critical", "high", "medium", "low")


class BlankPlanForm(PlainForm):
    name = forms.CharField(label="Name of the plan", max_length=200)
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

    name = forms.CharField(label="Name", max_length=200)
    summary = forms.CharField(
        label="What it is for", required=False, max_length=5000, strip=False, widget=forms.Textarea({"rows": 4})
    )
    provider = forms.ChoiceField(label="Where it runs", choices=choices(words.PROVIDERS, "Not given"), required=False)
    region = forms.CharField(label="Region", max_length=80, required=False)
    people_on_call = NumberField(
        label="People on call", unit="limits restore steps at the same time", example="2", whole=True
    )
    hourly_cost_usd = NumberField(label="Cost of one hour of work, USD", example="90")
    knows = forms.MultipleChoiceField(label="Databases the team runs already", required=False)
    licences = forms.MultipleChoiceField(label="Licences that may be run; none marked means all", required=False)
    system_tax_points = NumberField(
        label="Points that each further system costs in Place all", example="3", unit="empty counts 3"
    )

    commitment = forms.ChoiceField(
        label="How machines are paid for", choices=choices(words.COMMITMENTS), required=False
    )
    discount_percent = NumberField(label="Your own discount, %", example="25", unit="off the hours of machines")
    coverage_percent = NumberField(label="Hours that it covers, %", example="80", unit="empty counts 100")
    budget_usd_month = NumberField(label="Budget, USD a month", example="8000")
    managed_hours_month = NumberField(
        label="People's hours a month, store that a vendor runs",
        example="1",
        unit=f"empty counts {typed(MANAGED_HOURS)}",
    )
    own_hours_month = NumberField(
        label="People's hours a month, store you run", example="6", unit=f"empty counts {typed(OWN_HOURS)}"
    )

    def __init__(self, data: Any = None, *, plan: Plan, databases: Mapping[str, str]) -> None:
        super().__init__(data, initial=_initial(plan))
        self.plan = plan
        set_choices(self, "knows", choices(databases))
        set_choices(self, "licences", choices(words.LICENCES))
        for name, label in LABELS.items():
            self.fields[f"{WEIGHT}{name}"] = NumberField(
                label=label, example=typed(RELATIVE[name]), unit=f"empty counts {typed(RELATIVE[name])}"
            )
        for tier, word in words.TIERS.items():
            for limit, label in zip(TARGET_LIMITS, ("lose at most, min", "back within, min"), strict=True):
                field = NumberField(label=f"{word}: {label}", example="15")
                field.required = True
                self.fields[f"{tier}_{limit}"] = field

    @property
    def target_rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(word, [self[f"{tier}_{limit}"] for limit in TARGET_LIMITS]) for tier, word in words.TIERS.items()]

    @property
    def costs(self) -> list[forms.BoundField]:
        return [self[name] for name in COSTS]

    @property
    def weights(self) -> list[forms.BoundField]:
        return [self[f"{WEIGHT}{name}"] for name in LABELS]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("commitment") == "own" and "discount_percent" in cleaned and cleaned["discount_percent"] is None:
            self.add_error("discount_percent", "Enter your discount in per cent, such as 25: it is what you pay less.")
        return cleaned

    def changed_document(self) -> Plan | None:
        """The plan with these fields; None where the document's own rules refuse them (the form then says why)."""
        raw = as_written(self.plan)
        got = self.cleaned_data
        raw |= {key: got[key] or None for key in ("provider", "region")}
        raw |= {"name": got["name"], "summary": got["summary"].replace("\r\n", "\n")}
        raw["team"] |= {key: got[key] for key in ("people_on_call", "hourly_cost_usd")}
        raw["team"]["knows"] = kept_order(self.plan.team.knows, got["knows"])
        raw["team"]["licences"] = kept_order(self.plan.team.licences, got["licences"])
        weights = {name: got[f"{WEIGHT}{name}"] for name in LABELS}
        raw["ranking"] = {
            "weights": {name: weight for name, weight in weights.items() if weight is not None},
            "system_tax_points": got["system_tax_points"],
        }
        raw["costs"] = {name: got[name] for name in COSTS}
        raw["costs"]["commitment"] = got["commitment"] or self.plan.costs.commitment
        raw["targets"] = self._targets()
        try:
            return parse(json.dumps(raw), "json")
        except DocumentError as error:
            add_document_error(self, error)
            return None

    def _targets(self) -> dict[Tier, dict[str, Any]]:
        """Tiers that keep their default stay out of the document where they were out of it."""
        typed = {tier: {limit: self.cleaned_data[f"{tier}_{limit}"] for limit in TARGET_LIMITS} for tier in TIERS}
        return {
            tier: target
            for tier, target in typed.items()
            if tier in self.plan.targets or target != as_written(self.plan.target(tier))
        }


def add_document_error(form: forms.Form, error: DocumentError) -> None:
    """Put each problem at the field of the same name; what has no field goes on top, with its path."""
    add_problems(form, error.problems, lambda path: field_at(form, path))


def field_at(form: forms.Form, path: str) -> str | None:
    """The field of the path's last words: `targets.high.rto_minutes` is `high_rto_minutes`, `knows.0` is `knows`."""
    parts = [part for part in path.split(".") if not part.isdecimal()]
    names = [f"{WEIGHT}{parts[-1]}", "_".join(parts[-2:]), *parts[-1:]]
    return next((name for name in names if name in form.fields), None)


def _initial(plan: Plan) -> dict[str, Any]:
    values: dict[str, Any] = {key: getattr(plan, key) or "" for key in ("name", "summary", "provider", "region")}
    values["people_on_call"] = typed_or_blank(plan.team.people_on_call)
    values["hourly_cost_usd"] = typed_or_blank(plan.team.hourly_cost_usd)
    values["knows"] = list(plan.team.knows)
    values["licences"] = list(plan.team.licences)
    values["system_tax_points"] = typed_or_blank(plan.ranking.system_tax_points)
    values |= {name: typed_or_blank(getattr(plan.costs, name)) for name in COSTS if name != "commitment"}
    values["commitment"] = plan.costs.commitment
    values |= {f"{WEIGHT}{name}": typed_or_blank(weight) for name, weight in plan.ranking.weights.items()}
    for tier in TIERS:
        target = plan.target(tier)
        values |= {f"{tier}_{limit}": typed_or_blank(getattr(target, limit)) for limit in TARGET_LIMITS}
    return values
