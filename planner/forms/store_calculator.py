"""The inputs of the calculator of a store's cost."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.choices import CallableChoiceIterator

from catalog.services import current_prices, current_snapshot
from planner.engine.assumptions import PEOPLE_MANAGED, PEOPLE_OWN
from planner.engine.nearby import CLOUDS, priced_regions
from planner.figures import provider_name
from planner.forms.calculator import AmountField, CalculatorForm, RangeField

HOSTING = {"managed": "As a service where one is sold", "self-hosted": "On machines of my own"}
MOST_COPIES = 20


def databases() -> list[tuple[str, str]]:
    found = current_snapshot().databases.values()
    return [(one.slug, one.name) for one in sorted(found, key=lambda one: one.name.lower())]


class StoreCalculatorForm(CalculatorForm):
    database = forms.CharField(
        label="Database",
        initial="postgresql",
        max_length=80,
        widget=forms.Select(choices=CallableChoiceIterator(databases)),
    )
    provider = forms.ChoiceField(
        label="Cloud", choices=[(cloud, provider_name(cloud)) for cloud in CLOUDS], initial="aws"
    )
    region = forms.CharField(label="Region", initial="us-east-1", max_length=40)
    hosting = forms.ChoiceField(label="How it runs", choices=list(HOSTING.items()), initial="managed")
    size_gib = RangeField(label="Data", unit="GiB", default=(100, 150, 250), maximum=1e9)
    reads_per_second = RangeField(label="Reads", unit="per second, on average", default=(200, 400, 900), maximum=1e9)
    writes_per_second = RangeField(label="Writes", unit="per second, on average", default=(40, 80, 150), maximum=1e9)
    item_bytes = AmountField(label="Size of an item", unit="bytes", default=2048, minimum=1, maximum=1e9, whole=True)
    copies = AmountField(label="Copies besides the first", default=1, maximum=MOST_COPIES, whole=True)
    managed_hours = AmountField(
        label="People's hours for a store that a vendor runs",
        unit="h a month",
        default=PEOPLE_MANAGED.likely,
        maximum=10_000,
    )
    own_hours = AmountField(
        label="People's hours for a store you run", unit="h a month", default=PEOPLE_OWN.likely, maximum=10_000
    )
    hourly_usd = AmountField(
        label="One hour costs", unit="USD", default=90, maximum=1e6, blank="Empty: hours are shown, not priced"
    )

    def clean_database(self) -> str:
        slug = str(self.cleaned_data["database"])
        if slug not in current_snapshot().databases:
            raise ValidationError(
                f"The catalog has no database {slug[:40]!r}: enter its short name, such as postgresql."
            )
        return slug

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        provider, region = data.get("provider"), data.get("region")
        if provider and region:
            known = priced_regions(current_prices(), provider)
            if region not in known:
                words = f"There are no prices of {provider_name(provider)} in {region[:40]}."
                self.add_error("region", f"{words} There are in {', '.join(known)}.")
        return data
