"""Forms of a team's own prices: a discount over a scope, and a contract's amount for one price."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from catalog import facts
from catalog.forms.prices import NAMES

LEAST, MOST = Decimal("0.01"), Decimal("99.99")
MOST_USD = Decimal(1_000_000)


def _day(label: str, *, required: bool) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}))


class OwnPriceForm(forms.Form):
    """What both kinds have: the days they hold, and a note."""

    valid_from = _day("Valid from", required=True)
    valid_to = _day("Last day", required=False)
    note = forms.CharField(label="Note", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["valid_from"].initial = timezone.localdate

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("valid_from"), values.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", "Choose a last day that is not before the first")
        return values

    def days(self) -> tuple[dt.date, dt.date | None]:
        return self.cleaned_data["valid_from"], self.cleaned_data["valid_to"]


class DiscountForm(OwnPriceForm):
    """Percent off everything, a provider, a service or an offering."""

    percent = forms.DecimalField(
        label="Percent off the list price", min_value=LEAST, max_value=MOST, max_digits=4, decimal_places=2
    )
    provider = forms.ChoiceField(label="Provider", required=False)
    service = forms.ChoiceField(label="Service", required=False)
    offering = forms.ChoiceField(
        label="Offering", required=False, help_text="Also lowers prices that it shares with other offerings"
    )
    field_order = ["percent", "provider", "service", "offering", "valid_from", "valid_to", "note"]

    def __init__(self, *args: Any, book: facts.PriceBook, snapshot: facts.Snapshot, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.services = {(price.provider, price.service) for price in book.prices}
        self.offerings = snapshot.offerings
        names = sorted({service for _, service in self.services})
        offers = sorted(((one.slug, one.name) for one in snapshot.offerings.values()), key=lambda row: row[1])
        for field, choices in (
            ("provider", [("", "Every provider"), *NAMES.items()]),
            ("service", [("", "Every service"), *((name, name) for name in names)]),
            ("offering", [("", "Every offering"), *offers]),
        ):
            found = self.fields[field]
            assert isinstance(found, forms.ChoiceField)  # noqa: S101 -- for the type checker
            found.choices = choices

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        provider, service, offering = (values.get(name, "") for name in ("provider", "service", "offering"))
        known = self.offerings.get(offering)
        if known and (provider not in ("", known.provider) or service not in ("", known.price_service)):
            self.add_error("offering", f"{known.name} is not of this provider and service")
        elif not known and service and provider and not {(provider, service), ("any", service)} & self.services:
            self.add_error("service", f"{NAMES.get(provider, provider)} has no prices of {service}")
        return values


class ContractForm(OwnPriceForm):
    """The team's own amount for one price of the book, in its region or in one that has no list price."""

    usd = forms.DecimalField(
        label="Your price, USD", min_value=Decimal("0.0000000001"), max_value=MOST_USD, max_digits=17, decimal_places=10
    )
    region = forms.CharField(label="Region", max_length=60)
    field_order = ["usd", "region", "valid_from", "valid_to", "note"]
