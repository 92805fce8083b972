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
from planner.engine.presets import KINDS, OWN_WORDS, Preset, filled, guessed, preset_of, says_nothing
from planner.engine.results import Evaluation
from planner.forms import words
from planner.forms.problems import PlainForm, set_choices
from planner.forms.triple import NumberField, choices

NEW_SERVICE = ""


class NewDataSetForm(PlainForm):
    name = forms.CharField(label="Data set name", max_length=200, widget=forms.TextInput({"data-focus": ""}))
    service = forms.ChoiceField(label="Service", required=False)
    service_name = forms.CharField(label="Name of the new service", required=False, max_length=200)
    like = forms.ChoiceField(label="It is like", required=False)
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
        set_choices(self, "like", KINDS)
        self.preset: Preset | None = None  # what was filled in, once the document is made

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
        plan = self._filled(plan, path)
        if got["place"] != "best" or says_nothing(plan.data_set(path).needs):
            return plan, path
        return placed_best(plan, path, evaluate(plan).rankings.get(path), snapshot), path

    def _filled(self, plan: Plan, path: str) -> Plan:
        """With the needs of what it is like, where none were given."""
        chosen = preset_of(self.cleaned_data["like"])
        if chosen is None and (self.cleaned_data["like"] == OWN_WORDS or not says_nothing(plan.data_set(path).needs)):
            return plan
        self.preset = chosen or guessed(self.cleaned_data["name"])
        if self.preset is None:
            return plan
        return filled(plan, path, self.preset, "as chosen" if chosen else "because of its name")

    def _section(self) -> str:
        got = self.cleaned_data
        keys = ("size_gib", "reads_per_second", "writes_per_second", "transactions", "consistency")
        needs = {key: got[key] for key in keys if got[key] not in (None, "")} | {"queries": got["queries"]}
        return json.dumps({"name": got["name"], "needs": needs})
