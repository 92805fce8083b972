"""Evaluation and ranking over the API, without saving anything."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from catalog.services import current_snapshot
from planner.api_document import BODY, NEEDS_BODY, needs_of_body, plan_of_body
from planner.engine.context import RankContext
from planner.engine.evaluate import ranking_dict, to_dict
from planner.engine.ranking import rank
from planner.engine.stability import flips
from planner.evaluations import evaluation_of_document

router = Router(tags=["evaluation"])


@router.post("/evaluations", summary="Evaluate a plan document", openapi_extra=BODY, response=dict[str, Any])
def evaluate_plan(request: HttpRequest) -> dict[str, Any]:
    """Costs, recovery, backups, caches and findings of a document, with the catalog and prices of today."""
    plan = plan_of_body(request)
    return to_dict(evaluation_of_document(plan), plan)


@router.post("/rankings", summary="Rank databases for one data set", openapi_extra=NEEDS_BODY, response=dict[str, Any])
def rank_databases(request: HttpRequest) -> dict[str, Any]:
    """Refused databases with the fact that rules each out, then the others by score with every part of it."""
    needs, snapshot = needs_of_body(request), current_snapshot()
    return ranking_dict(rank(needs, RankContext(), snapshot), flips(needs, RankContext(), snapshot))
