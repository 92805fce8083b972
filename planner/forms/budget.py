"""A budget typed on the costs page. The address holds it; the plan's own stands in the settings."""

from __future__ import annotations

from django.http import QueryDict

from planner.forms.calculator import AmountField
from planner.forms.problems import PlainForm
from planner.forms.triple import typed_or_blank


class BudgetForm(PlainForm):
    budget = AmountField(
        label="Budget", default=None, above=True, maximum=1e12, unit="USD a month", blank="Empty: none"
    )

    @classmethod
    def of_address(cls, query: QueryDict, usual: float | None) -> BudgetForm:
        return cls({"budget": query.get("budget", typed_or_blank(usual))})

    @property
    def usd_month(self) -> float | None:
        found = self.cleaned_data.get("budget") if self.is_valid() else None
        return None if found is None else float(found)
