"""Services: add, edit, remove."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from planner import access, services
from planner.engine import edits
from planner.forms.service import ServiceForm
from planner.models import Plan
from planner.views import editing
from planner.views.designer import after_edit, plan_url
from planner.views.panel import SERVICE
from planner.views.plan_page import base_revision, is_htmx, plan_context, redirect_to, say


@require_http_methods(["GET", "POST"])
@editing.shows_conflict
def new(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    plan = access.plan_write(request, pk)
    base = base_revision(request, plan)
    return _edit(request, plan, ServiceForm(request.POST or None, plan=services.document_of(base)))


@require_http_methods(["GET", "POST"])
@editing.shows_conflict
def service(request: HttpRequest, pk: uuid.UUID, slug: str) -> HttpResponseBase:
    plan = access.plan_write(request, pk)
    document = services.document_of(base_revision(request, plan))
    if slug not in document.services:
        raise Http404("This plan has no such service.")
    return _edit(request, plan, ServiceForm(request.POST or None, plan=document, slug=slug))


@require_POST
@editing.shows_conflict
def remove(request: HttpRequest, pk: uuid.UUID, slug: str) -> HttpResponseBase:
    """Removes the service with its data sets. Undo brings all of it back."""
    plan = access.plan_write(request, pk)
    base = base_revision(request, plan)
    document = services.document_of(base)
    if slug not in document.services:
        raise Http404("This plan has no such service.")
    name = document.services[slug].name
    editing.save(request, plan, edits.without_service(document, slug), base=base, summary=f"Removed {name}")
    return after_edit(request, plan, f"{name} removed from the plan")


def _edit(request: HttpRequest, plan: Plan, form: ServiceForm) -> HttpResponseBase:
    document = form.changed_document() if form.is_valid() else None
    if document is None:
        return _page(request, plan, form)
    name, verb = form.cleaned_data["name"], "Changed" if form.slug else "Added"
    base = base_revision(request, plan)
    editing.save(request, plan, document, base=base, summary=f"{verb} {name}")
    say(request, f"{name} saved" if form.slug else f"{name} added")
    return redirect_to(request, plan_url(plan, select=f"{SERVICE}{form.saved_slug}"))


def _page(request: HttpRequest, plan: Plan, form: ServiceForm) -> HttpResponse:
    context = plan_context(request, plan, tab="map") | {"form": form, "slug": form.slug}
    template = "planner/_service_form.html" if is_htmx(request) else "planner/service.html"
    return render(request, template, context, status=422 if form.is_bound else 200)
