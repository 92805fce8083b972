"""Stores: add, edit, remove."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from catalog.services import current_prices, current_snapshot
from planner import access, services
from planner.engine import edits
from planner.forms.store import StoreForm
from planner.models import Plan
from planner.views import editing
from planner.views.designer import after_edit, plan_url
from planner.views.panel import STORE
from planner.views.plan_page import base_revision, is_htmx, plan_context, redirect_to, say


@require_http_methods(["GET", "POST"])
@editing.shows_conflict
def new(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    plan = access.plan_write(request, pk)
    document = services.document_of(base_revision(request, plan))
    database = request.GET.get("database", "")
    form = StoreForm(request.POST or None, plan=document, snapshot=current_snapshot(), database=database)
    return _edit(request, plan, form)


@require_http_methods(["GET", "POST"])
@editing.shows_conflict
def store(request: HttpRequest, pk: uuid.UUID, slug: str) -> HttpResponseBase:
    plan = access.plan_write(request, pk)
    document = services.document_of(base_revision(request, plan))
    if slug not in document.stores:
        raise Http404("This plan has no such store.")
    return _edit(request, plan, StoreForm(request.POST or None, plan=document, snapshot=current_snapshot(), slug=slug))


@require_POST
@editing.shows_conflict
def remove(request: HttpRequest, pk: uuid.UUID, slug: str) -> HttpResponseBase:
    """Removes the store; its data sets stay, without a place. Undo brings it back."""
    plan = access.plan_write(request, pk)
    base = base_revision(request, plan)
    document = services.document_of(base)
    if slug not in document.stores:
        raise Http404("This plan has no such store.")
    editing.save(request, plan, edits.without_store(document, slug), base=base, summary=f"Removed {slug}")
    return after_edit(request, plan, f"{slug} removed from the plan")


def _edit(request: HttpRequest, plan: Plan, form: StoreForm) -> HttpResponseBase:
    """Save, or (for the buttons that add and drop rows, and for a changed database) show the form again, unsaved."""
    add, drop = request.POST.get("add", ""), request.POST.get("drop", "")
    if add or drop or request.POST.get("again"):
        form.backups.change_rows(add, drop)
        return _page(request, plan, form, status=200)
    document = form.changed_document() if form.is_valid() else None
    if document is None:
        return _page(request, plan, form, status=422 if form.is_bound else 200)
    slug, verb = form.saved_slug, "Changed" if form.slug else "Added"
    editing.save(request, plan, document, base=base_revision(request, plan), summary=f"{verb} {slug}")
    say(request, f"{slug} saved" if form.slug else f"{slug} added")
    return redirect_to(request, plan_url(plan, select=f"{STORE}{slug}"))


def _page(request: HttpRequest, plan: Plan, form: StoreForm, *, status: int) -> HttpResponse:
    provider = str(form["provider"].value() or "")
    regions = sorted({price.region for price in current_prices().prices if price.provider == provider})
    context = plan_context(request, plan, tab="map")
    context |= {
        "form": form,
        "slug": form.slug,
        "regions": regions,
        "show_errors": status == 422,
        "hide_errors": status == 200,
    }
    template = "planner/_store_form.html" if is_htmx(request) else "planner/store.html"
    return render(request, template, context, status=status)
