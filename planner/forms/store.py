"""The form of one store: which database, how it is bought, copied and backed up."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from pydantic import ValidationError as InvalidSection

from catalog.facts import Snapshot
from planner.engine import edits
from planner.engine.backup.policy_faults import policy_faults
from planner.engine.document import DocumentError, Plan, Replication, Store
from planner.engine.replication.verdicts import verdicts
from planner.engine.store_defaults import SELF_HOSTED, daily_backup, offerings_for
from planner.forms import words
from planner.forms.backup import BackupRows
from planner.forms.plan import add_document_error, field_at
from planner.forms.problems import PlainForm, add_problems, section_problems, set_choices
from planner.forms.triple import NumberField, choices, typed_or_blank
from planner.forms.written import as_written

REPLICATION_CHOICES = ("mode", "pattern", "conflict_resolution")
REPLICATION_NUMBERS = ("replicas", "zones", "write_quorum", "read_quorum")


class StoreForm(PlainForm):
    name = forms.CharField(label="Name", max_length=200)
    database = forms.ChoiceField(label="Database")
    version = forms.CharField(label="Version", max_length=80, required=False)
    provider = forms.ChoiceField(label="Where it runs", choices=choices(words.PROVIDERS, "As the plan"), required=False)
    region = forms.CharField(label="Region", max_length=80, required=False)
    offering = forms.ChoiceField(label="Bought as", required=False)
    machine = forms.CharField(
        label="Machine", max_length=80, required=False, help_text="as the provider names it; empty: our formula chooses"
    )
    machines = NumberField(label="Machines, all copies together", example="3", minimum=1, whole=True)

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
    eviction = forms.CharField(label="Eviction (caches)", max_length=80, required=False)

    def __init__(self, data: Any = None, *, plan: Plan, snapshot: Snapshot, slug: str = "", database: str = "") -> None:
        self.plan, self.slug, self.saved_slug, self.snapshot = plan, slug, slug, snapshot
        before = plan.stores.get(slug)
        initial = _initial(before) if before else _initial_new(plan, database)
        super().__init__(data, initial=initial)
        backups = before.backups if before else (daily_backup(plan.region),)
        self.backups = BackupRows(data, backups)
        self._offer(snapshot, before)

    def _offer(self, snapshot: Snapshot, before: Store | None) -> None:
        """Databases of the catalog, and what the provider sells of the chosen one; what the plan says now stays."""
        found = sorted(snapshot.databases.values(), key=lambda one: one.name.lower())
        databases = {one.slug: one.name for one in found}
        chosen, provider = (str(self[name].value() or "") for name in ("database", "provider"))
        offers = {one.slug: one.name for one in offerings_for(chosen, provider or self.plan.provider or "", snapshot)}
        offers |= {SELF_HOSTED: "Run it ourselves"}
        if before is not None:
            databases.setdefault(before.database, before.database)
            if before.offering and (before.database, before.provider or "") == (chosen, provider):
                offers.setdefault(before.offering, before.offering)
        set_choices(self, "database", choices(databases))
        set_choices(self, "offering", choices(offers, "Not decided"))

    def clean_regions(self) -> list[str]:
        return [region.strip() for region in self.cleaned_data["regions"].split(",") if region.strip()]

    @property
    def problem_list(self) -> list[tuple[str, str]]:
        return super().problem_list + (self.backups.errors if self.backups.bound else [])

    def is_valid(self) -> bool:
        rows = self.backups.is_valid()
        return super().is_valid() and rows

    def changed_document(self) -> Plan | None:
        """The plan with this store; None where the document's rules refuse it (the form then says why)."""
        got, before = self.cleaned_data, self.plan.stores.get(self.slug)
        raw = as_written(before) if before else {}
        raw |= {key: got[key] for key in ("name", "database")}
        raw |= {key: got[key] or None for key in ("version", "provider", "region", "eviction", "offering", "machine")}
        raw["machines"] = got["machines"]
        raw["replication"] = self._raw_replication(before)
        raw["backups"] = self.backups.raw()
        self.saved_slug = self.slug or edits.unique_slug(got["name"], set(self.plan.stores))
        try:
            store = Store.model_validate_json(json.dumps(raw))
            refused = [self._refused(store, before), self._faulty_backups(store, before)]
            if not any(refused):
                return edits.with_store(self.plan, self.saved_slug, store)
        except DocumentError as error:
            add_document_error(self, error)
        except InvalidSection as error:
            add_problems(self, section_problems(error), lambda path: field_at(self, path))
        return None

    def _refused(self, store: Store, before: Store | None) -> bool:
        """Copies that the chosen system cannot keep, by a confirmed fact. What the plan said before may stay as it is."""
        same = before is not None and (before.database, before.replication) == (store.database, store.replication)
        if same or store.replication is None:
            return False
        found = [one for one in verdicts(self.snapshot.databases.get(store.database), store.replication) if one.refused]
        for one in found:
            fact = one.because
            self.add_error(one.at, f"{one.text} ({fact.key}, {fact.source}, {fact.as_of})")
        return bool(found)

    def _faulty_backups(self, store: Store, before: Store | None) -> bool:
        """Backups that could not do their work. What the plan said before may stay as it is; review tells of it."""
        same = before is not None and before.backups == store.backups
        found = () if same else policy_faults(self.plan, self.slug, store)
        for one in found:
            self.backups.rows[one.at].add_error(one.field, one.text)
        return bool(found)

    def _raw_replication(self, before: Store | None) -> dict[str, Any] | None:
        """A store that said nothing about copies, and still says only the defaults, keeps saying nothing."""
        got, defaults = self.cleaned_data, as_written(Replication())
        raw = {key: got[key] or None for key in REPLICATION_CHOICES}
        raw |= {key: got[key] for key in REPLICATION_NUMBERS} | {"regions": got["regions"]}
        filled = {key: defaults[key] if value is None else value for key, value in raw.items()}
        return None if before is not None and before.replication is None and filled == defaults else filled


def _initial_new(plan: Plan, database: str) -> dict[str, Any]:
    return {
        "database": database,
        "provider": plan.provider,
        "region": plan.region,
        "mode": "asynchronous",
        "pattern": "single-region",
        "replicas": "1",
        "zones": "2",
    }


def _initial(store: Store) -> dict[str, Any]:
    raw = as_written(store)
    copies = raw["replication"] or as_written(Replication())
    values: dict[str, Any] = {
        key: raw[key] or ""
        for key in ("name", "database", "version", "provider", "region", "offering", "eviction", "machine")
    }
    values["machines"] = typed_or_blank(raw["machines"])
    values |= {key: copies[key] or "" for key in REPLICATION_CHOICES}
    values |= {key: typed_or_blank(copies[key]) for key in REPLICATION_NUMBERS}
    return values | {"regions": ", ".join(copies["regions"])}
