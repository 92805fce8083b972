"""The inputs of the availability calculator."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from planner.engine.replication.availability import MOST_NODES
from planner.engine.replication.uptime import COMMON_CAUSE, NODE_LASTS, REPAIR_OWN
from planner.forms.calculator import AmountField, CalculatorForm, RangeField
from planner.forms.triple import number

MOST_PARTS = 100


class AvailabilityCalculatorForm(CalculatorForm):
    nodes = AmountField(label="Nodes", default=3, minimum=1, maximum=MOST_NODES, whole=True)
    needed = AmountField(label="Nodes that must be up", default=2, minimum=1, maximum=MOST_NODES, whole=True)
    mtbf_hours = AmountField(
        label="Time between failures of a node", unit="hours", default=NODE_LASTS.likely, above=True, maximum=1e9
    )
    repair_hours = AmountField(label="Time to repair a node", unit="hours", default=REPAIR_OWN.likely, maximum=1e6)
    failover_seconds = AmountField(
        label="Failover", unit="seconds", default=30, maximum=1e7, blank="Empty: nothing has to fail over"
    )
    common_cause = RangeField(
        label="Failures that take all nodes at once",
        unit="share of all failures, 0 to 1",
        default=(COMMON_CAUSE.low, COMMON_CAUSE.likely, COMMON_CAUSE.high),
        maximum=1,
    )
    parts = forms.CharField(
        label="Other parts that are needed too",
        help_text="Availability of each, such as 0.9995, 0.9999",
        initial="0.9999",
        required=False,
        max_length=1000,
    )

    def clean_parts(self) -> tuple[float, ...]:
        texts = [text for text in self.cleaned_data["parts"].split(",") if text.strip()]
        if len(texts) > MOST_PARTS:
            raise ValidationError(f"Enter at most {MOST_PARTS} parts.")
        found = []
        for text in texts:
            value = number(text, label="each part", example="0.9999")
            if value is None or not 0 <= value <= 1:
                raise ValidationError(f"{text.strip()[:20]} is no availability: enter each part as 0 to 1.")
            found.append(float(value))
        return tuple(found)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        nodes, needed = data.get("nodes"), data.get("needed")
        if nodes is not None and needed is not None and needed > nodes:
            self.add_error("needed", f"{needed} of {nodes} nodes: at most all {nodes} can be needed.")
        failover, mtbf = data.get("failover_seconds"), data.get("mtbf_hours")
        if failover is not None and mtbf is not None and failover / 3600 >= mtbf:
            self.add_error("failover_seconds", "Enter the failover as shorter than the time between failures.")
        return data
