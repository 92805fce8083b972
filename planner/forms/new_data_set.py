"""The short form of a new data set: a name, its service, and (if wanted) the best store at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django import forms

from catalog.facts import Snapshot
from planner.engine import edits
from planner.engine.document import DataSet, Plan, Service
from planner.engine.placement import placed_best
from planner.engine.results import Evaluation
from planner.forms import words
from planner.forms.problems import PlainForm, set_choices
from planner.forms.triple import NumberField, choices

NEW_SERVICE = ""


class NewDataSetForm(PlainForm):
    name = forms.CharField(label="Data set name", max_length=200, widget=forms.TextInput({"data-focus": ""}))
    service = forms.ChoiceField(label="Service", required=False)
    service_name = forms.CharField(label="Name of the new service", required=False, max_length=200)
    size_gib = NumberField(label="Size now, GiB", example="210")
    reads_per_second = NumberField(label="Reads per second", example="420")
    writes_per_second = NumberField(label="Writes per second", example="85")
    transactions = forms.ChoiceField(
        label="Changes that succeed or fail together", choices=choices(words.TRANSACTIONS, "Not given"), required=False
    )
    consistency = forms.ChoiceField(
        label="Who must see new values", choices=choices(words.CONSISTENCIES, "Not given"), required=False
    )
    queries = forms.MultipleChoiceField(label="Ways of reading", choices=choices(words.QUERIES), required=False)
    place = forms.ChoiceField(
        label="Store",
        required=False,
        choices=[("best", "The best in the ranking"), ("", "Decide later")],
        initial="best",
    )

    def __init__(self, data: Any = None, *, plan: Plan, service: str = "") -> None:
        super().__init__(data, initial={"service": service, "place": "best"})
        self.plan = plan
        options = [(slug, one.name) for slug, one in plan.services.items()]
        set_choices(self, "service", [*options, (NEW_SERVICE, "A new service")])

    def changed_document(self, snapshot: Snapshot, evaluate: Callable[[Plan], Evaluation]) -> tuple[Plan, str]:
        """The plan with the data set (and where asked its best store), and the data set's path."""
        got = self.cleaned_data
        plan, service = self.plan, got["service"]
        if service == NEW_SERVICE:
            name = got["service_name"].strip() or f"{got['name']} service"
            service = edits.unique_slug(name, set(plan.services))
            plan = edits.with_service(plan, service, Service(name=name, tier="medium"))
        slug = edits.unique_slug(got["name"], set(plan.services[service].data))
        path = f"{service}/{slug}"
        plan = edits.with_data_set(plan, path, DataSet.model_validate_json(self._section()))
        if got["place"] != "best":
            return plan, path
        return placed_best(plan, path, evaluate(plan).rankings.get(path), snapshot), path

    def _section(self) -> str:
        got = self.cleaned_data
        keys = ("size_gib", "reads_per_second", "writes_per_second", "transactions", "consistency")
        needs = {key: got[key] for key in keys if got[key] not in (None, "")} | {"queries": got["queries"]}
        return json.dumps({"name": got["name"], "needs": needs})
