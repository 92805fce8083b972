"""The copies of a store as the replication page tries them. What the system cannot do is refused with the catalog's fact."""

from __future__ import annotations

from typing import Any

from django import forms
from pydantic import ValidationError as InvalidSection

from catalog.facts import Database
from planner.engine import edits
from planner.engine.document import DocumentError, Plan, Replication, checked
from planner.engine.replication.verdicts import verdicts
from planner.forms import words
from planner.forms.problems import PlainForm, add_problems, section_problems
from planner.forms.triple import NumberField, choices, typed_or_blank
from planner.forms.written import as_written

NUMBERS = ("replicas", "zones", "write_quorum", "read_quorum")
CHOICES = ("mode", "pattern", "conflict_resolution")


class ReplicationChoiceForm(PlainForm):
    mode = forms.ChoiceField(label="Copies are kept", choices=choices(words.REPLICATION_MODES))
    pattern = forms.ChoiceField(label="Pattern", choices=choices(words.REPLICATION_PATTERNS))
    replicas = NumberField(label="Copies besides the primary", example="1", whole=True)
    zones = NumberField(label="Zones", example="2", minimum=1, whole=True)
    regions = forms.CharField(label="Further regions", required=False, max_length=800, help_text="separated by commas")
    conflict_resolution = forms.ChoiceField(
        label="Two writes at once", choices=choices(words.CONFLICT_RESOLUTIONS, "Not decided"), required=False
    )
    write_quorum = NumberField(label="Copies that confirm a write", example="2", minimum=1, whole=True)
    read_quorum = NumberField(label="Copies asked for a read", example="2", minimum=1, whole=True)

    def __init__(self, data: Any = None, *, plan: Plan, slug: str, database: Database | None) -> None:
        self.plan, self.slug, self.database = plan, slug, database
        self.tried: Plan = plan
        now = as_written(plan.stores[slug].replication or Replication())
        initial = {key: now[key] or "" for key in CHOICES} | {key: typed_or_blank(now[key]) for key in NUMBERS}
        super().__init__(data, initial=initial | {"regions": ", ".join(now["regions"])})

    def clean(self) -> dict[str, Any]:
        """The plan with these copies, if the document and the system allow them."""
        got = super().clean() or self.cleaned_data
        if self.errors:
            return got
        raw = {key: got[key] for key in (*CHOICES, *NUMBERS) if got[key] not in (None, "")}
        raw["regions"] = [one.strip() for one in got["regions"].split(",") if one.strip()]
        try:
            replication = Replication.model_validate(raw)
            changed = self.plan.stores[self.slug].model_copy(update={"replication": replication})
            self.tried = checked(edits.with_store(self.plan, self.slug, changed))
        except InvalidSection as error:
            add_problems(self, section_problems(error), self._field_at)
        except DocumentError as error:
            add_problems(self, error.problems, self._field_at)
        else:
            self._refuse(replication)
        return got

    def _refuse(self, replication: Replication) -> None:
        for one in verdicts(self.database, replication):
            if one.refused:
                fact = one.because
                self.add_error(one.at, f"{one.text} ({fact.key}, {fact.source}, {fact.as_of})")
        if self.errors:
            self.tried = self.plan

    def _field_at(self, path: str) -> str | None:
        return next((part for part in reversed(path.split(".")) if part.split("[")[0] in self.fields), None)
