"""Making, listing, turning and revoking share links."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from planner import access
from planner import share as links
from planner.forms.share import ShareForm
from planner.models import Plan, ShareLink
from planner.views.plan_page import author, head_of, plan_context


@never_cache
@require_http_methods(["GET", "POST"])
def share(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The page of links; a POST makes one and shows its address once."""
    plan = access.plan_write(request, pk)
    if request.method == "GET":
        return _page(request, plan, ShareForm())
    form = ShareForm(request.POST)
    if not form.is_valid():
        return _page(request, plan, form, status=422)
    got = form.cleaned_data
    link, token = links.create_link(
        plan,
        revision=head_of(plan) if got["sees"] == "fixed" else None,
        user=author(request),
        name=got["name"],
        hide_costs=got["hide_costs"],
        allow_copy=got["allow_copy"],
        expires_at=form.expires_at(),
    )
    return _page(request, plan, ShareForm(), new=link, token=token)


def _page(
    request: HttpRequest,
    plan: Plan,
    form: ShareForm,
    *,
    new: ShareLink | None = None,
    token: str = "",
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = plan_context(request, plan, tab="share")
    address = request.build_absolute_uri(reverse("planner:shared", args=[token])) if token else ""
    context |= {
        "form": form,
        "links": links.active_links(plan),
        "new": new,
        "address": address,
        "has_errors": bool(form.errors),
    }
    return render(request, "planner/share.html", context, status=status)


def _link(plan: Plan, number: int) -> ShareLink:
    found = plan.share_links.filter(pk=number).first()
    if found is None:
        raise Http404("There is no such link.")
    return found


@require_POST
def revoke(request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponseBase:
    plan = access.plan_write(request, pk)
    links.revoke(_link(plan, number))
    messages.success(request, "Link revoked")
    return HttpResponseRedirect(reverse("planner:share", args=[plan.pk]))


@require_POST
def revoke_all(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    plan = access.plan_write(request, pk)
    count = links.revoke_all(plan)
    messages.success(request, f"{count} links revoked")
    return HttpResponseRedirect(reverse("planner:share", args=[plan.pk]))


@never_cache
@require_POST
def rotate(request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    """A new address for the same link, shown once; the old one ends."""
    plan = access.plan_write(request, pk)
    link = _link(plan, number)
    token = links.rotate(link)
    return _page(request, plan, ShareForm(), new=link, token=token)
