"""The choosers over the costs page: where, how it is paid, at whose traffic. They are the page's address; nothing is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from planner.engine.document import Costs
from planner.forms import words
from planner.forms.problems import PlainForm, set_choices
from planner.forms.triple import choices, typed

NOW = "0"
TRAFFIC = {
    NOW: "Today's traffic",
    "12": "Traffic in 12 months",
    "24": "Traffic in 24 months",
    "36": "Traffic in 36 months",
}
NAMES = ("place", "commitment", "traffic")


class CostChoicesForm(PlainForm):
    place = forms.ChoiceField(label="Where", required=False)
    commitment = forms.ChoiceField(label="Paid", required=False)
    traffic = forms.ChoiceField(label="Traffic", choices=choices(TRAFFIC), required=False)

    def __init__(self, query: QueryDict, *, places: Mapping[str, str], costs: Costs) -> None:
        usual: dict[str, Any] = {"place": next(iter(places), ""), "commitment": costs.commitment, "traffic": NOW}
        super().__init__({name: query.get(name) or usual[name] for name in NAMES})
        self.usual = usual
        set_choices(self, "place", choices(places) or [("", "As it is")])
        set_choices(self, "commitment", choices(commitments(costs)))

    @property
    def later(self) -> bool:
        """Does it ask for the traffic of a later month?"""
        return bool(self.cleaned_data.get("traffic", NOW) != NOW)

    @property
    def changed(self) -> bool:
        """Does it ask for anything else than the plan as it is, today?"""
        return any(self.cleaned_data.get(name) != self.usual[name] for name in NAMES)


def commitments(costs: Costs) -> dict[str, str]:
    """Ways to pay; a discount of one's own only where the plan says how much it is."""
    found = dict(words.COMMITMENTS)
    if costs.discount_percent is None:
        del found["own"]
    else:
        found["own"] = f"Own discount, {typed(costs.discount_percent)} %"
    return found
