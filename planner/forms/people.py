"""People's hours on stores, typed for a comparison. The address holds them; nothing is saved."""

from __future__ import annotations

from django.http import QueryDict

from planner.engine.people import People
from planner.forms.calculator import AmountField
from planner.forms.problems import PlainForm
from planner.forms.triple import typed, typed_or_blank

MOST_HOURS, MOST_USD = 10_000, 1e6


class PeopleForm(PlainForm):
    managed_hours = AmountField(
        label="Hours for a store that a vendor runs", unit="h a month", default=1, maximum=MOST_HOURS
    )
    own_hours = AmountField(label="Hours for a store you run", unit="h a month", default=6, maximum=MOST_HOURS)
    hourly_usd = AmountField(
        label="One hour costs", unit="USD", default=90, maximum=MOST_USD, blank="Empty: hours are shown, not priced"
    )

    @classmethod
    def of_address(cls, query: QueryDict, usual: People) -> PeopleForm:
        """What the address names, else what is usual for this plan."""
        begin = {
            "managed_hours": typed(usual.managed_hours),
            "own_hours": typed(usual.own_hours),
            "hourly_usd": typed_or_blank(usual.hourly_usd),
        }
        return cls({name: query.get(name, text) for name, text in begin.items()})

    def people(self) -> People:
        got = self.cleaned_data
        rate = got["hourly_usd"]
        return People(float(got["managed_hours"]), float(got["own_hours"]), None if rate is None else float(rate))
