"""Evaluation and ranking over the API, without saving anything."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from catalog.facts import Snapshot
from catalog.services import current_prices, current_snapshot
from planner.api_document import BODY, NEEDS_BODY, needs_of_body, plan_of_body
from planner.engine.context import RankContext
from planner.engine.evaluate import ranking_dict, to_dict
from planner.engine.ranking import rank
from planner.engine.sections import LicenceModel, Provider
from planner.engine.stability import flips
from planner.evaluations import evaluation_of_document

router = Router(tags=["evaluation"])
Slugs = Annotated[list[str], Field(max_length=100)]


class Surroundings(Schema):
    """What a plan would say around the needs. Without a provider cost decides nothing."""

    provider: Provider | None = None
    region: Annotated[str, Field(max_length=80)] = ""
    knows: Slugs = []
    in_plan: Slugs = []
    licences: list[LicenceModel] = []


@router.post("/evaluations", summary="Evaluate a plan document", openapi_extra=BODY, response=dict[str, Any])
def evaluate_plan(request: HttpRequest) -> dict[str, Any]:
    """Costs, recovery, backups, caches and findings of a document, with the catalog and prices of today."""
    plan = plan_of_body(request)
    return to_dict(evaluation_of_document(plan), plan)


@router.post("/rankings", summary="Rank databases for one data set", openapi_extra=NEEDS_BODY, response=dict[str, Any])
def rank_databases(request: HttpRequest, around: Query[Surroundings]) -> dict[str, Any]:
    """Refused databases with the fact that rules each out, then the others by score with every part of it.

    The address may say what surrounds the data set: provider and region (then cost counts), what the team knows, what the
    plan has already (`knows` and `in_plan`: database slugs), and which licences it may run.
    """
    needs, snapshot = needs_of_body(request), current_snapshot()
    context = _context(around, snapshot)
    return ranking_dict(rank(needs, context, snapshot), flips(needs, context, snapshot))


def _context(around: Surroundings, snapshot: Snapshot) -> RankContext:
    unknown = [slug for slug in (*around.knows, *around.in_plan) if slug not in snapshot.databases]
    if unknown:
        raise HttpError(422, f"The catalog has no database {unknown[0][:80]!r}")
    return RankContext(
        team_knows=tuple(around.knows),
        in_plan=tuple((slug, slug) for slug in around.in_plan),
        provider=around.provider or "",
        region=around.region,
        licences=tuple(around.licences),
        prices=current_prices() if around.provider else None,
        today=timezone.localdate() if around.provider else None,
    )
