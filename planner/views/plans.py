"""My plans: list and search, copy, delete and bring back."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from planner import access, services
from planner.models import Plan
from planner.views.owner import new_owner
from planner.views.plan_page import adopt, head_of, is_htmx, redirect_to, say

PLANS_PER_PAGE = 50


@require_GET
def plans(request: HttpRequest) -> HttpResponse:
    adopt(request)
    query = request.GET.get("q", "").replace("\0", "").strip()[:200]
    rows = access.mine(request).select_related("head", "team", "owner").defer("head__document").order_by("-updated_at")
    if query:
        rows = rows.filter(name__icontains=query)
    examples = Plan.objects.filter(is_example=True, deleted_at=None).select_related("head").defer("head__document")
    context = {
        "page": Paginator(rows, PLANS_PER_PAGE).get_page(request.GET.get("page")),
        "q": query,
        "examples": examples.order_by("name"),
        "writable": set(access.writable(request).values_list("pk", flat=True)),
        "deleted": access.writable(request, deleted=True).order_by("-deleted_at").first(),
    }
    return render(request, "planner/_plans_list.html" if is_htmx(request) else "planner/plans.html", context)


@require_POST
def copy(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """A plan of one's own from any plan that one may read. Needs no account."""
    source = access.plan_read(request, pk)
    owner = new_owner(request)
    made = services.copy_plan(head_of(source), owner=owner.user, team=owner.team, visitor=owner.visitor)
    say(request, f"This is your own copy of {source.name}", undo=False)
    return owner.remember(redirect_to(request, reverse("planner:plan", args=[made.pk])))


@require_POST
def delete(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    plan = access.plan_write(request, pk)
    services.delete_plan(plan)
    return redirect_to(request, reverse("planner:plans") + f"?deleted={plan.pk}")


@require_POST
def bring_back(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    plan = access.plan_deleted(request, pk)
    services.restore_plan(plan)
    say(request, f"{plan.name} is back", undo=False)
    return redirect_to(request, reverse("planner:plans"))
