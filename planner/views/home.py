"""The landing page: the example plan, live. The traffic slider multiplies reads and writes and evaluates again."""

from __future__ import annotations

import math

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from catalog.services import current_snapshot
from planner import services
from planner.engine.traffic import scaled
from planner.evaluations import evaluation_of_document
from planner.map_layout import layout
from planner.models import Plan
from planner.views.plan_page import is_htmx

TRAFFIC_LEAST, TRAFFIC_MOST = 0.5, 10.0
STEPS = 20  # the slider's steps per factor: near values share one cached evaluation


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    traffic = traffic_of(request.GET.get("traffic", ""))
    plan = Plan.objects.filter(is_example=True, deleted_at=None).select_related("head").order_by("created_at").first()
    if plan is None or plan.head is None:
        return render(request, "planner/home.html", {"plan": None, "snapshot": current_snapshot()})
    document = scaled(services.document_of(plan.head), traffic)
    evaluation = evaluation_of_document(document)
    context = {
        "plan": plan,
        "revision": plan.head,
        "document": document,
        "evaluation": evaluation,
        "totals": evaluation.totals,
        "layout": layout(document, evaluation),
        "snapshot": current_snapshot(),
        "traffic": traffic,
        "base_url": reverse("planner:plan", args=[plan.pk]),
        "can_write": False,
        "hide_costs": False,
        "shared": None,
        "select": "",
    }
    return render(request, "planner/_home_live.html" if is_htmx(request) else "planner/home.html", context)


def traffic_of(text: str) -> float:
    """A factor from 0.5 to 10; anything else counts as 1."""
    try:
        factor = float(text)
    except ValueError:
        return 1.0
    if not math.isfinite(factor):
        return 1.0
    return round(min(max(factor, TRAFFIC_LEAST), TRAFFIC_MOST) * STEPS) / STEPS
