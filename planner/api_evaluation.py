"""Evaluation and ranking over the API, without saving anything."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from planner.api_document import BODY, plan_of_body
from planner.engine.evaluate import to_dict
from planner.evaluations import evaluation_of_document

router = Router(tags=["evaluation"])


@router.post("/evaluations", summary="Evaluate a plan document", openapi_extra=BODY, response=dict[str, Any])
def evaluate_plan(request: HttpRequest) -> dict[str, Any]:
    """Costs, recovery, backups, caches and findings of a document, with the catalog and prices of today."""
    plan = plan_of_body(request)
    return to_dict(evaluation_of_document(plan), plan)
