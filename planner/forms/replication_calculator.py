"""The inputs of the replication calculator."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from planner.engine.replication.commit import JITTER_SIGMA
from planner.engine.replication.staleness import MOST_COPIES
from planner.forms import words
from planner.forms.calculator import AmountField, CalculatorForm
from planner.forms.triple import number

REGION = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ()_-]{0,79}")
MOST_REGIONS, MOST_RTT_MS = 10, 1e6
# Systems of different kinds; the catalog's facts say what each can do.
DATABASES = {
    "postgresql": "PostgreSQL",
    "mysql": "MySQL",
    "mariadb": "MariaDB",
    "mongodb": "MongoDB",
    "cassandra": "Cassandra",
    "redis": "Redis",
    "valkey": "Valkey",
    "cockroachdb": "CockroachDB",
    "etcd": "etcd",
    "kafka": "Kafka",
}
MODES = {slug: label for slug, label in words.REPLICATION_MODES.items() if slug != "none"}


def a_region(text: str) -> str:
    if not REGION.fullmatch(text):
        raise ValidationError(f"{text[:30]!r} is no region: enter a name such as eu-west-1.")
    return text


class ReplicationCalculatorForm(CalculatorForm):
    database = forms.ChoiceField(label="System", choices=list(DATABASES.items()), initial="postgresql")
    mode = forms.ChoiceField(label="Copies are kept", choices=list(MODES.items()), initial="synchronous")
    replicas = AmountField(
        label="Copies in the region", unit="besides the primary", default=2, maximum=MOST_COPIES - 1, whole=True
    )
    zones = AmountField(label="Zones they are spread over", default=3, minimum=1, maximum=20, whole=True)
    region = forms.CharField(label="Region", initial="us-east-1", max_length=80)
    regions = forms.CharField(
        label="Further regions",
        help_text="One copy in each, with commas between them",
        initial="eu-west-1",
        required=False,
        max_length=500,
    )
    write_quorum = AmountField(
        label="Copies that must have a write", default=None, minimum=1, maximum=MOST_COPIES, whole=True,
        blank="With the primary. Empty: as the mode does",
    )  # fmt: skip
    read_quorum = AmountField(
        label="Copies that answer a read", default=None, minimum=1, maximum=MOST_COPIES, whole=True,
        blank="Where there is no leader. Empty: 1",
    )  # fmt: skip
    round_trips_ms = forms.CharField(
        label="Measured round trips, ms",
        help_text="One for each copy, in order, instead of our table",
        initial="",
        required=False,
        max_length=500,
    )
    jitter_sigma = AmountField(
        label="Jitter", unit="sigma of the lognormal round trip", default=JITTER_SIGMA, maximum=3
    )
    write_mb_s = AmountField(label="Written on a usual second", unit="MB/s", default=5, maximum=1e6)
    burst_mb_s = AmountField(label="Written in a burst", unit="MB/s", default=40, maximum=1e6)
    burst_seconds = AmountField(label="A burst lasts", unit="seconds", default=60, maximum=1e7)
    apply_mb_s = AmountField(label="Rate that a replica applies", unit="MB/s", default=15, above=True, maximum=1e6)

    def clean_region(self) -> str:
        return a_region(self.cleaned_data["region"].strip())

    def clean_regions(self) -> tuple[str, ...]:
        found = tuple(a_region(text.strip()) for text in self.cleaned_data["regions"].split(",") if text.strip())
        if len(found) > MOST_REGIONS:
            raise ValidationError(f"Enter at most {MOST_REGIONS} further regions.")
        return tuple(dict.fromkeys(one for one in found if one != self.cleaned_data.get("region")))

    def clean_round_trips_ms(self) -> tuple[float, ...]:
        texts = [text for text in self.cleaned_data["round_trips_ms"].split(",") if text.strip()]
        found = []
        for text in texts:
            value = number(text, label="each round trip", example="0.8")
            if value is None or not 0 < value <= MOST_RTT_MS:
                raise ValidationError(f"{text.strip()[:20]} is no round trip: enter ms above 0.")
            found.append(float(value))
        return tuple(found)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        replicas = data.get("replicas")
        for name in ("write_quorum", "read_quorum"):
            quorum = data.get(name)
            if replicas is not None and quorum is not None and quorum > replicas + 1:
                copies = "1 copy" if replicas == 0 else f"{replicas + 1} copies"
                self.add_error(
                    name, f"{quorum} cannot be met: there {'is' if replicas == 0 else 'are'} {copies} in the region."
                )
        measured, far = data.get("round_trips_ms"), data.get("regions")
        if measured and replicas is not None and far is not None and len(measured) != replicas + len(far):
            self.add_error(
                "round_trips_ms",
                f"Enter {replicas + len(far)} round trips, one for each copy: {replicas} in the region, then {len(far)} in others.",
            )
        base, burst = data.get("write_mb_s"), data.get("burst_mb_s")
        if base is not None and burst is not None and burst < base:
            self.add_error("burst_mb_s", "Enter a burst that writes at least as much as a usual second.")
        return data
