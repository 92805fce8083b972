"""Costs of a saved plan's stores elsewhere, over the API."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from catalog.services import current_snapshot
from catalog.team_prices import prices_for
from planner import access, services
from planner.api_plan import head_of
from planner.break_even import compared, compared_dict
from planner.elsewhere import plan_row_dict, plan_rows, row_dict, rows_of
from planner.engine.people import People, people_of

router = Router(tags=["results"])


class Work(Schema):
    """People's work; what is left out is as in the plan, else our assumption."""

    managed_hours: float | None = Field(None, ge=0, le=10_000, description="Hours a month for a store of a vendor.")
    own_hours: float | None = Field(None, ge=0, le=10_000, description="Hours a month for a store that you run.")
    hourly_usd: float | None = Field(None, ge=0, le=1_000_000, description="What one hour costs.")
    against: str = Field("", max_length=120, description="Key of the place for the break-even; empty = the usual one.")

    def people(self, usual: People) -> People:
        return People(
            usual.managed_hours if self.managed_hours is None else self.managed_hours,
            usual.own_hours if self.own_hours is None else self.own_hours,
            usual.hourly_usd if self.hourly_usd is None else self.hourly_usd,
        )


@router.get(
    "/plans/{pk}/stores/{slug}/places",
    summary="Where else a store could run",
    response=dict[str, Any],
    url_name="store_places",
)
def store_places(request: HttpRequest, pk: uuid.UUID, slug: str, work: Query[Work]) -> dict[str, Any]:
    """Every offering of its system or of one that speaks its protocol, and own machines: USD a month with ranges."""
    plan = access.plan_read(request, pk)
    document = services.document_of(head_of(plan))
    if slug not in document.stores:
        raise Http404("This plan has no such store.")
    snapshot, prices, people = current_snapshot(), prices_for(plan.team_id), work.people(people_of(document))
    rows = rows_of(document, slug, snapshot, prices, people)
    found = compared(document, slug, rows, work.against, people, snapshot, prices)
    return {
        "store": slug,
        "price_snapshot": prices.id,
        "places": [row_dict(row) for row in rows],
        "break_even": compared_dict(found),
    }


@router.get("/plans/{pk}/places", summary="The same plan elsewhere", response=dict[str, Any], url_name="plan_places")
def plan_places(request: HttpRequest, pk: uuid.UUID, work: Query[Work]) -> dict[str, Any]:
    """All stores at each cloud, as services or on own machines: USD a month, people's hours, what is not priced."""
    plan = access.plan_read(request, pk)
    document = services.document_of(head_of(plan))
    prices = prices_for(plan.team_id)
    rows = plan_rows(document, current_snapshot(), prices, work.people(people_of(document)))
    return {"price_snapshot": prices.id, "places": [plan_row_dict(row, document) for row in rows]}
