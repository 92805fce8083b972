"""Newer prices for a plan: what they change, before they are taken."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from planner import access, services
from planner.engine.cost_change import cost_change
from planner.evaluations import evaluation_repriced, has_newer_prices
from planner.models import Plan
from planner.views import changed
from planner.views.plan_page import head_of, plan_context, redirect_to, say


@require_http_methods(["GET", "POST"])
def reprice(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """GET shows old and new cost with every part of the change; POST names the prices that were seen and takes them."""
    if request.method != "POST":
        return _page(request, access.plan_read(request, pk))
    plan = access.plan_write(request, pk)
    if not services.reprice(plan, request.POST.get("price_book", "")):
        return _page(request, plan, status=409)
    say(request, "The plan is costed with the newest prices", undo=False)
    return redirect_to(request, reverse("planner:costs", args=[plan.pk]))


def _page(request: HttpRequest, plan: Plan, status: int = 200) -> HttpResponse:
    context = plan_context(request, plan, tab="costs")
    before, after = context["evaluation"], evaluation_repriced(head_of(plan), plan)
    context |= {
        "newer_prices": has_newer_prices(plan),
        "newest_price_book": services.newest_price_book(),
        "after": after.totals,
        "total": changed.cost(before.totals, after.totals),
        "cost_change": cost_change(before.stores, after.stores),
        "change_title": "What the newer prices change",
        "seen_others": status == 409,
        "findings_new": [one for one in after.findings if one not in before.findings],
        "findings_gone": [one for one in before.findings if one not in after.findings],
    }
    return render(request, "planner/reprice.html", context, status=status)
