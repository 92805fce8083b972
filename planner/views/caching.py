"""The caches of a plan: what stands in front of which data set."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from catalog.corrections import corrections_on, with_names
from planner import access
from planner.engine.document import Cache, DataSet, Plan
from planner.engine.results import Evaluation, Finding
from planner.forms import words
from planner.views.plan_page import plan_context


@dataclass(frozen=True)
class CacheRow:
    path: str
    data_set: DataSet
    service: str
    cache: Cache
    layer: str
    strategy: str
    invalidation: str


@require_GET
def caching(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return caching_page(request, plan_context(request, access.plan_read(request, pk), tab="caching"))


def caching_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Also serves shared plans."""
    context |= {"rows": rows(context["document"]), "findings": findings(context["evaluation"])}
    context["corrections"] = with_names(corrections_on("caching"))
    return render(request, "planner/caching.html", context)


def rows(plan: Plan) -> tuple[CacheRow, ...]:
    return tuple(
        CacheRow(
            path=ref.path,
            data_set=ref.data_set,
            service=ref.service.name,
            cache=ref.data_set.cache,
            layer=words.CACHE_LAYERS[ref.data_set.cache.layer],
            strategy=words.CACHE_STRATEGIES.get(ref.data_set.cache.strategy or "", "not decided"),
            invalidation=words.INVALIDATIONS.get(ref.data_set.cache.invalidation or "", "not decided"),
        )
        for ref in plan.data_sets()
        if ref.data_set.cache is not None
    )


def findings(evaluation: Evaluation) -> tuple[Finding, ...]:
    return tuple(one for one in evaluation.findings if one.rule.startswith("caching.") and not one.waived_until)
