"""Place all: a proposal for the whole plan, its trade-off and consequences, then one revision that can be undone."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from catalog.services import current_snapshot
from planner import access, services
from planner.engine.document import Plan as Document
from planner.engine.place_all import tax_of
from planner.evaluations import evaluation_of_document
from planner.forms.placing import PlacingForm
from planner.models import Plan
from planner.views import editing
from planner.views.placing import Choice, Placing, consequences, propose
from planner.views.plan_page import base_revision, is_htmx, plan_context, redirect_to, say


@require_http_methods(["GET", "POST"])
@editing.shows_conflict
def place_all(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    if request.method == "POST":
        return _applied(request, access.plan_write(request, pk))
    return _page(request, access.plan_read(request, pk))


def _applied(request: HttpRequest, plan: Plan) -> HttpResponseBase:
    base = base_revision(request, plan)
    document = services.document_of(base)
    form = _form(request, document)
    if not form.is_valid():
        return _page(request, plan, form)
    placing = propose(document, services.evaluation_of(base, plan), current_snapshot(), _choice(form, document))
    if form.cleaned_data["seen"] != placing.seen:
        return _page(request, plan, form, stale=True)
    if placing.after == document:
        say(request, "Every data set is there already", undo=False)
    else:
        text = _summary(placing)
        editing.save(request, plan, placing.after, base=base, summary=text)
        say(request, text)
    return redirect_to(request, reverse("planner:plan", args=[plan.pk]))


def _summary(placing: Placing) -> str:
    moves, systems = len(placing.proposal.moves), placing.proposal.point.size if placing.proposal.point else 0
    return f"Placed {moves} data set{'' if moves == 1 else 's'}, {systems} system{'' if systems == 1 else 's'} in all"


def _page(request: HttpRequest, plan: Plan, form: PlacingForm | None = None, *, stale: bool = False) -> HttpResponse:
    context = plan_context(request, plan, tab="map")
    document, before = context["document"], context["evaluation"]
    form = form or _form(request, document)
    placing = propose(document, before, current_snapshot(), _choice(form, document))
    after = evaluation_of_document(placing.after, plan) if placing.after != document else before
    context |= {
        "form": form,
        "has_errors": bool(form.errors),
        "placing": placing,
        "proposal": placing.proposal,
        "point": placing.proposal.point,
        "effects": consequences(before, after),
        "stale": stale,
    }
    template = "planner/_place_all.html" if is_htmx(request) else "planner/place_all.html"
    return render(request, template, context, status=422 if form.errors or stale else 200)


def _form(request: HttpRequest, document: Document) -> PlacingForm:
    given = request.POST if request.method == "POST" else request.GET
    return PlacingForm({"tax": f"{tax_of(document):g}"} | given.dict())


def _choice(form: PlacingForm, document: Document) -> Choice:
    """What the form says; the plan's own tax where it is wrong."""
    if not form.is_valid():
        return Choice(tax_of(document))
    got = form.cleaned_data
    return Choice(got["tax"], got["keep"], got["drop"], got["systems"] or 0)
