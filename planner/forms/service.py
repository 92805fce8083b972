"""The form of one service."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from pydantic import ValidationError as InvalidSection

from planner.engine import edits
from planner.engine.document import DocumentError, Plan, Service
from planner.forms import words
from planner.forms.plan import add_document_error, field_at
from planner.forms.problems import PlainForm, add_problems, section_problems, set_choices
from planner.forms.triple import NumberField, choices, typed_or_blank
from planner.forms.written import as_written, kept_order


class ServiceForm(PlainForm):
    name = forms.CharField(label="Name", max_length=200)
    tier = forms.ChoiceField(label="Recovery target", choices=choices(words.TIERS))
    startup_minutes = NumberField(label="Starts in, min", example="5")
    depends_on = forms.MultipleChoiceField(label="Needs these services to run", required=False)

    def __init__(self, data: Any = None, *, plan: Plan, slug: str = "") -> None:
        self.plan, self.slug = plan, slug
        self.saved_slug = slug
        before = plan.services.get(slug)
        initial = {"tier": "medium"} if before is None else _initial(before)
        super().__init__(data, initial=initial)
        set_choices(self, "depends_on", [(key, one.name) for key, one in plan.services.items() if key != slug])

    def changed_document(self) -> Plan | None:
        """The plan with this service; None where the document's rules refuse it (the form then says why)."""
        got, before = self.cleaned_data, self.plan.services.get(self.slug)
        raw = as_written(before) if before else {"data": {}}
        depends_on = kept_order(before.depends_on if before else (), got["depends_on"])
        raw |= {"name": got["name"], "tier": got["tier"], "depends_on": depends_on}
        if got["startup_minutes"] is None:
            raw.pop("startup_minutes", None)
        else:
            raw["startup_minutes"] = got["startup_minutes"]
        self.saved_slug = self.slug or edits.unique_slug(got["name"], set(self.plan.services))
        try:
            return edits.with_service(self.plan, self.saved_slug, Service.model_validate_json(json.dumps(raw)))
        except DocumentError as error:
            add_document_error(self, error)
        except InvalidSection as error:
            add_problems(self, section_problems(error), lambda path: field_at(self, path))
        return None


def _initial(service: Service) -> dict[str, Any]:
    return {
        "name": service.name,
        "tier": service.tier,
        "depends_on": list(service.depends_on),
        "startup_minutes": typed_or_blank(service.startup_minutes),
    }
