"""The form of one data set: what it needs, how it is kept in step, and the cache in front of it."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from pydantic import ValidationError as InvalidSection

from planner.engine.document import DataSet, DocumentError
from planner.engine.document import Plan as Document
from planner.forms import words
from planner.forms.problems import PlainForm, add_problems, section_problems, set_choices
from planner.forms.triple import NumberField, TripleField, choices, typed_or_blank
from planner.forms.written import as_written, kept_order

TRIPLES = ("reads_per_second", "writes_per_second", "item_bytes", "size_gib", "growth_per_year", "latency_p99_ms")
NUMBERS = ("retention_days", "regions")
CHOICES = ("consistency", "transactions", "schema", "hosting")
CACHE_CHOICES = ("layer", "store", "strategy", "invalidation")
CACHE_TRIPLES = ("memory_gib", "zipf_alpha")
CACHE_NUMBERS = ("ttl_seconds", "hot_fraction")


CHECKBOXES_AT_MOST = 60  # a larger plan names its sources in one text box instead of hundreds of checkboxes


class PathsField(forms.CharField):
    """Paths such as `order-service/orders`, with commas between them. Cleans to a list, as the checkboxes do."""

    def clean(self, value: Any) -> Any:
        return [part.strip() for part in str(super().clean(value)).split(",") if part.strip()]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class DataSetForm(PlainForm):
    """Field names are the document's; those of the cache begin with `cache_`."""

    name = forms.CharField(label="Name", max_length=200)
    role = forms.ChoiceField(label="Role", choices=choices(words.ROLES))
    derived_from = forms.MultipleChoiceField(label="Copied from", required=False)
    sync = forms.ChoiceField(label="Kept up to date by", choices=choices(words.SYNCS, "Not decided"), required=False)
    tier = forms.ChoiceField(label="Recovery target", required=False)
    personal_data = forms.BooleanField(label="Contains personal data", required=False)

    size_gib = TripleField(label="Size now, GiB")
    growth_per_year = TripleField(label="Growth per year, share", unit="0.6 = +60 % a year", example="0.6")
    item_bytes = TripleField(label="Size of one record, bytes", example="2048", above=True)
    reads_per_second = TripleField(label="Reads per second", example="420")
    writes_per_second = TripleField(label="Writes per second", example="85")
    latency_p99_ms = TripleField(label="Slowest 1 % of reads within, ms", example="20", above=True)

    consistency = forms.ChoiceField(
        label="Who must see new values", choices=choices(words.CONSISTENCIES, "Not given"), required=False
    )
    transactions = forms.ChoiceField(
        label="Changes that succeed or fail together", choices=choices(words.TRANSACTIONS, "Not given"), required=False
    )
    queries = forms.MultipleChoiceField(label="Ways of reading", choices=choices(words.QUERIES), required=False)
    schema = forms.ChoiceField(label="Shape of records", choices=choices(words.SCHEMAS, "Not given"), required=False)
    retention_days = NumberField(label="Kept for, days", unit="empty = for ever", example="365", minimum=1, ranged=True)
    regions = NumberField(label="Regions that accept writes", example="1", minimum=1, whole=True)
    hosting = forms.ChoiceField(label="Hosting", choices=choices(words.HOSTINGS, "Not given"), required=False)

    cached = forms.BooleanField(label="A cache answers reads first", required=False)
    cache_layer = forms.ChoiceField(label="Where", choices=choices(words.CACHE_LAYERS), required=False)
    cache_store = forms.ChoiceField(label="Cache store", required=False)
    cache_strategy = forms.ChoiceField(
        label="Strategy", choices=choices(words.CACHE_STRATEGIES, "Not decided"), required=False
    )
    cache_invalidation = forms.ChoiceField(
        label="Out of date", choices=choices(words.INVALIDATIONS, "Not decided"), required=False
    )
    cache_ttl_seconds = NumberField(label="Time to live, s", example="300", minimum=0)
    cache_memory_gib = TripleField(label="Memory, GiB", example="4", above=True)
    cache_zipf_alpha = TripleField(label="Skew of popularity (Zipf)", example="0.9")
    cache_hot_fraction = NumberField(label="Share ever read through it", unit="0 to 1", example="1", ranged=True)

    def __init__(self, data: Any = None, *, plan: Document, path: str, data_set: DataSet | None = None) -> None:
        super().__init__(data, initial=_initial(data_set))
        self.plan = plan
        self.path = path
        self.before = data_set
        others = [
            (ref.path, f"{ref.service.name}: {ref.data_set.name}") for ref in plan.data_sets() if ref.path != path
        ]
        stores = [(slug, f"{store.name or slug} ({slug})") for slug, store in plan.stores.items()]
        if len(others) > CHECKBOXES_AT_MOST:
            self.fields["derived_from"] = PathsField(label="Copied from", required=False, help_text="service/data, …")
        else:
            set_choices(self, "derived_from", others)
        set_choices(self, "cache_store", [("", "None"), *stores])
        set_choices(self, "tier", choices(words.TIERS, "Service"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("role") == "derived" and not cleaned.get("derived_from"):
            self.add_error("derived_from", "Choose the data set that this one is copied from.")
        if cleaned.get("cached") and cleaned.get("cache_layer") == "distributed" and not cleaned.get("cache_store"):
            self.add_error("cache_store", "Choose the store that holds the cache.")
        if not self.errors:
            self._validate_section(cleaned)
        return cleaned

    def _validate_section(self, cleaned: dict[str, Any]) -> None:
        """The document's own rules have the last word; their messages go to the fields they speak of."""
        try:
            cleaned["data_set"] = DataSet.model_validate_json(json.dumps(self.raw(cleaned)))
        except InvalidSection as error:
            add_problems(self, section_problems(error), self._field)

    def raw(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """The section as the document spells it. What the form does not show stays as it was."""
        before = as_written(self.before) if self.before else {}
        needs = dict(before.get("needs") or {})
        needs |= {key: cleaned[key] for key in (*TRIPLES, *NUMBERS)}
        needs |= {key: cleaned[key] or None for key in CHOICES}
        needs["queries"] = kept_order(needs.get("queries") or (), cleaned["queries"])
        needs = {key: value for key, value in needs.items() if value is not None or key == "retention_days"}
        derived = cleaned["role"] == "derived"
        return before | {
            "name": cleaned["name"],
            "derived_from": kept_order(before.get("derived_from") or (), cleaned["derived_from"]) if derived else [],
            "sync": (cleaned["sync"] or None) if derived else None,
            "personal_data": cleaned["personal_data"],
            "tier": cleaned["tier"] or None,
            "needs": needs,
            "cache": self._raw_cache(cleaned, before.get("cache") or {}) if cleaned["cached"] else None,
        }

    def _raw_cache(self, cleaned: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
        cache = before | {key: cleaned[f"cache_{key}"] or None for key in CACHE_CHOICES}
        cache |= {key: cleaned[f"cache_{key}"] for key in (*CACHE_TRIPLES, *CACHE_NUMBERS)}
        if cache["layer"] != "distributed":
            cache["store"] = None
        return {key: value for key, value in cache.items() if value is not None or key == "store"}

    def add_document_error(self, error: DocumentError) -> None:
        """Problems that only the whole plan shows: a store that is gone, a circle of copies."""
        service, _, data = self.path.partition("/")
        prefix = f"services.{service}.data.{data}."
        add_problems(
            self,
            error.problems,
            lambda path: self._field(path.removeprefix(prefix)) if path.startswith(prefix) else None,
        )

    def _field(self, path: str) -> str | None:
        """The field of `needs.size_gib`, `cache.ttl_seconds` or `derived_from.0`."""
        first, _, rest = path.partition(".")
        name = rest.partition(".")[0] if first == "needs" else f"cache_{rest}" if first == "cache" else first
        return name if name in self.fields else None


def _initial(data_set: DataSet | None) -> dict[str, Any]:
    """What the boxes show first."""
    start = {
        "role": "source",
        "cache_layer": "distributed",
        "cache_strategy": "cache-aside",
        "cache_invalidation": "ttl",
    }
    if data_set is None:
        return start
    raw = as_written(data_set)
    needs, cache = raw["needs"], raw["cache"]
    values: dict[str, Any] = start | {
        "name": raw["name"],
        "role": "derived" if raw["derived_from"] else "source",
        "derived_from": raw["derived_from"],
        "sync": raw["sync"] or "",
        "tier": raw["tier"] or "",
        "personal_data": raw["personal_data"],
        "queries": needs["queries"],
        "cached": cache is not None,
    }
    values |= {key: needs[key] for key in TRIPLES}
    values |= {key: typed_or_blank(needs[key]) for key in NUMBERS}
    values |= {key: needs[key] or "" for key in CHOICES}
    if cache is not None:
        values |= {f"cache_{key}": cache[key] or "" for key in CACHE_CHOICES}
        values |= {f"cache_{key}": cache[key] for key in CACHE_TRIPLES}
        values |= {f"cache_{key}": typed_or_blank(cache[key]) for key in CACHE_NUMBERS}
    return values
