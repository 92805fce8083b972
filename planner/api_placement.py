"""Stores for all data sets of a plan document together, over the API, without saving anything."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from catalog.services import current_prices, current_snapshot
from planner.api_document import BODY, document_dict, plan_of_body
from planner.engine.place_all import MOST_SYSTEMS, place_all
from planner.engine.place_answer import proposal_dict, rankings_of
from planner.engine.placement import placed_all

router = Router(tags=["evaluation"])


class PlacementOptions(Schema):
    """What may be changed about the proposal."""

    tax: float | None = Field(
        None, ge=0, le=1000, description="Points that one more system costs; left out = that of the plan, or 3."
    )
    keep: bool = Field(False, description="Keep every data set that is placed where it is.")
    systems: int | None = Field(
        None, ge=1, le=20 * MOST_SYSTEMS, description="The best set of so many systems instead of the proposed one."
    )


@router.post("/placements", summary="Propose stores for all data sets", openapi_extra=BODY, response=dict[str, Any])
def propose_placements(request: HttpRequest, options: Query[PlacementOptions]) -> dict[str, Any]:
    """The fewest systems that hold everything, what each further one gains, and the document with the proposal in it."""
    plan, snapshot = plan_of_body(request), current_snapshot()
    rankings = rankings_of(plan, snapshot, current_prices(), timezone.localdate())
    found = place_all(plan, rankings, snapshot, tax_points=options.tax, keep=options.keep, size=options.systems)
    names = {slug: one.name for slug, one in snapshot.databases.items()}
    answer = proposal_dict(found, rankings, names)
    return answer | {"document": document_dict(placed_all(plan, found.placed, snapshot))}
