"""Recovery: what each failure costs each data set, as a timeline and a table, with the reasons."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from catalog.corrections import corrections_on, with_names
from planner import access
from planner.engine.recovery import COUNTED, FAILURES
from planner.views.plan_page import plan_context


@require_GET
def recovery(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return recovery_page(request, plan_context(request, access.plan_read(request, pk), tab="recovery"))


def recovery_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """Also serves shared plans. ?set=service/data &failure=operator; unknown values fall back to the first."""
    evaluation, document = context["evaluation"], context["document"]
    failure = request.GET.get("failure", "operator")
    failure = failure if failure in FAILURES else "operator"
    wanted = request.GET.get("set", "")
    path = wanted if wanted in evaluation.recovery else next(iter(evaluation.recovery), "")
    picked = evaluation.recovery.get(path)
    context |= {
        "failures": FAILURES,
        "corrections": with_names(corrections_on("replication")),
        "counted": COUNTED,
        "failure": failure,
        "path": path,
        "picked": picked,
        "shown": next((one for one in picked.failures if one.failure == failure), None) if picked else None,
        "data_set": document.data_set(path) if path else None,
        "store": document.stores.get(document.data_set(path).store or "") if path else None,
        "rows": [(one, document.data_set(one.data_set)) for one in evaluation.recovery.values()],
        "services": [(document.services[slug], one) for slug, one in evaluation.services.items()],
    }
    return render(request, "planner/recovery.html", context)
