"""The wizard's own forms: the amounts of its last question, and where its answers go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms

from planner.engine import edits
from planner.engine.document import DataSet, Needs, Plan, Service, parse
from planner.engine.guide import QUANTITIES
from planner.forms.problems import PlainForm, set_choices
from planner.forms.triple import NumberField, typed

NEW_PLAN = ""


class AmountsForm(PlainForm):
    reads_per_second = NumberField(label="Reads at peak, per second", example="420")
    writes_per_second = NumberField(label="Writes at peak, per second", example="85")
    size_gib = NumberField(label="Size now, GiB", example="210")

    def amounts(self) -> dict[str, float]:
        """What was typed and can be used; an amount with an error counts as not given."""
        found = {name: self.cleaned_data.get(name) for name in QUANTITIES}
        return {name: value for name, value in found.items() if value is not None}

    def written(self) -> dict[str, str]:
        """The amounts as they stand in a URL."""
        return {name: typed(value) for name, value in self.amounts().items()}


class UseForm(PlainForm):
    """Makes the answers a data set of a new plan or of one that the person may change."""

    name = forms.CharField(label="Name of the data set", max_length=200)
    plan = forms.ChoiceField(label="Plan", required=False)
    plan_name = forms.CharField(label="Name of the new plan", required=False, max_length=200)

    def __init__(self, data: Any = None, *, plans: Mapping[str, str]) -> None:
        super().__init__(data)
        set_choices(self, "plan", [(NEW_PLAN, "A new plan"), *plans.items()])

    def new_plan(self) -> Plan:
        name = self.cleaned_data["plan_name"].strip() or f"Plan for {self.cleaned_data['name']}"[:200]
        return parse(json.dumps({"polystore": 1, "name": name, "provider": "aws", "region": "us-east-1"}), "json")

    def with_data_set(self, plan: Plan, needs: Needs) -> tuple[Plan, str]:
        """The plan with the data set in a service of its own name, and the data set's path."""
        name = self.cleaned_data["name"]
        service = edits.unique_slug(f"{name} service", set(plan.services))
        plan = edits.with_service(plan, service, Service(name=f"{name} service"[:200], tier="medium"))
        path = f"{service}/{edits.unique_slug(name, set())}"
        return edits.with_data_set(plan, path, DataSet(name=name, needs=needs)), path
