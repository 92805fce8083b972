"""The inputs of the request-unit calculator."""

from __future__ import annotations

from typing import Any

from django import forms

from catalog.services import current_prices
from planner.engine.assumptions import PEAK
from planner.forms.calculator import AmountField, CalculatorForm

SERVICES = {"Amazon DynamoDB": "Amazon DynamoDB", "Amazon Keyspaces": "Amazon Keyspaces (Cassandra)"}
CONSISTENCIES = {
    "eventual": "Eventual reads",
    "strong": "Strong reads",
    "transactional": "Transactions, reads and writes",
}
MOST_RATE, MOST_BYTES = 1e9, 400 * 1024  # DynamoDB holds no item above 400 KiB


class UnitsCalculatorForm(CalculatorForm):
    service = forms.ChoiceField(label="Service", choices=list(SERVICES.items()), initial="Amazon DynamoDB")
    region = forms.CharField(label="Region", initial="us-east-1", max_length=40, help_text="of AWS, such as eu-west-1")
    reads_per_second = AmountField(label="Reads", unit="per second, on average", default=1000, maximum=MOST_RATE)
    writes_per_second = AmountField(label="Writes", unit="per second, on average", default=200, maximum=MOST_RATE)
    read_bytes = AmountField(
        label="Size of an item read", unit="bytes", default=3500, minimum=1, maximum=MOST_BYTES, whole=True
    )
    write_bytes = AmountField(
        label="Size of an item written", unit="bytes", default=900, minimum=1, maximum=MOST_BYTES, whole=True
    )
    consistency = forms.ChoiceField(label="Reads", choices=list(CONSISTENCIES.items()), initial="eventual")
    size_gib = AmountField(label="Data", unit="GiB", default=50, maximum=1e9)
    peak = AmountField(
        label="Busiest hour against the average",
        unit="times; provisioned capacity must carry it",
        default=PEAK.likely,
        minimum=1,
        maximum=1000,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        service, region = data.get("service"), data.get("region")
        if service and region and not current_prices().rows("aws", service, region):
            sold = sorted({place for cloud, name, place in current_prices().index if (cloud, name) == ("aws", service)})
            self.add_error("region", f"There is no price of {service} in {region}. There is one in {', '.join(sold)}.")
        return data
