"""The editor of one data set, with the ranking of stores beside it.

While a person types, `ranking` answers with the ranking for what is typed, and saves nothing. Leaving a field posts the
form to `data_set`, which saves it when it is valid. An invalid form never changes the plan: the ranking then stays the
one of the last valid values.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from catalog.services import current_snapshot
from planner import access, services
from planner.engine import edits
from planner.engine.document import DataSet, DocumentError
from planner.engine.presets import says_nothing
from planner.evaluations import evaluation_of_document
from planner.forms.data_set import DataSetForm
from planner.forms.new_data_set import NewDataSetForm
from planner.models import Plan, Revision
from planner.views import editing
from planner.views.changed import cost, findings, targets
from planner.views.designer import after_edit, data_set_or_404, plan_url
from planner.views.plan_page import base_revision, is_htmx, plan_context, redirect_to, say
from planner.views.ranking_table import ranking_table
from planner.views.split import split_rows


@require_http_methods(["GET", "POST"])
@editing.shows_conflict
def data_set(request: HttpRequest, pk: uuid.UUID, service: str, data: str) -> HttpResponseBase:
    path = f"{service}/{data}"
    if request.method == "GET":
        plan = access.plan_read(request, pk)
        base = base_revision(request, plan)
        return _editor(request, plan, _form(request, base, path), path)
    plan = access.plan_write(request, pk)
    base = base_revision(request, plan)
    form = _form(request, base, path)
    document = _changed(form, base, path)
    if document is None:
        return _editor(request, plan, form, path, status=422)
    name = form.cleaned_data["name"]
    saved = editing.save(request, plan, document, base=base, summary=f"Changed {name}")
    if is_htmx(request):
        return _editor(request, plan, _form(request, saved, path, typed=False), path, saved=True)
    say(request, f"{name} saved")
    return redirect_to(request, plan_url(plan, select=path))


@require_POST
def ranking(request: HttpRequest, pk: uuid.UUID, service: str, data: str) -> HttpResponse:
    """The ranking for what is typed now. Nothing is saved."""
    path = f"{service}/{data}"
    plan = access.plan_read(request, pk)
    base = base_revision(request, plan)
    form = _form(request, base, path)
    document = _changed(form, base, path)
    return _editor(request, plan, form, path, preview=document, status=200 if document else 422)


@require_http_methods(["GET", "POST"])
@editing.shows_conflict
def new(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """A data set needs only a name; the service may be one that does not exist yet."""
    plan = access.plan_write(request, pk)
    base = base_revision(request, plan)
    document = services.document_of(base)
    form = NewDataSetForm(request.POST or None, plan=document, service=request.GET.get("service", ""))
    if not form.is_valid():
        context = plan_context(request, plan, tab="map") | {"form": form}
        template = "planner/_new_data_set.html" if is_htmx(request) else "planner/new_data_set.html"
        return render(request, template, context, status=422 if form.is_bound else 200)
    after, path = form.changed_document(current_snapshot(), lambda made: evaluation_of_document(made, plan))
    name = form.cleaned_data["name"]
    editing.save(request, plan, after, base=base, summary=f"Added {name}")
    say(request, _added(form, after.data_set(path)))
    return redirect_to(request, plan_url(plan, select=path))


def _added(form: NewDataSetForm, data_set: DataSet) -> str:
    """What was assumed, and why there is no store where there is none."""
    if form.preset is not None:
        return f"{data_set.name} added, its needs taken from “{form.preset.label}”: check them"
    if data_set.store is None and says_nothing(data_set.needs):
        return f"{data_set.name} added without a store: say what it is like, or how it is read"
    return f"{data_set.name} added"


@require_POST
@editing.shows_conflict
def remove(request: HttpRequest, pk: uuid.UUID, service: str, data: str) -> HttpResponseBase:
    plan = access.plan_write(request, pk)
    base = base_revision(request, plan)
    document = services.document_of(base)
    gone = data_set_or_404(document, f"{service}/{data}")
    after = edits.without_data_set(document, f"{service}/{data}")
    editing.save(request, plan, after, base=base, summary=f"Removed {gone.name}")
    return after_edit(request, plan, f"{gone.name} removed from the plan")


def _form(request: HttpRequest, base: Revision, path: str, *, typed: bool = True) -> DataSetForm:
    document = services.document_of(base)
    data = request.POST if typed and request.method == "POST" else None
    return DataSetForm(data, plan=document, path=path, data_set=data_set_or_404(document, path))


def _changed(form: DataSetForm, base: Revision, path: str) -> services.Document | None:
    """The plan with the typed values, or None with the form's errors filled in."""
    if not form.is_valid():
        return None
    try:
        return edits.with_data_set(services.document_of(base), path, form.cleaned_data["data_set"])
    except DocumentError as error:
        form.add_document_error(error)
        return None


def _editor(
    request: HttpRequest,
    plan: Plan,
    form: DataSetForm,
    path: str,
    *,
    preview: services.Document | None = None,
    saved: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The whole editor, or for htmx only what may change while a person types: ranking, messages, strip."""
    context = plan_context(request, plan, tab="data_sets")
    context |= _about(context["document"], path)
    evaluation = evaluation_of_document(preview, plan) if preview else context["evaluation"]
    context |= {
        "form": form,
        "saved": saved,
        "preview": preview is not None,
        "has_errors": bool(form.errors),
        "problems": sum(len(found) for found in form.errors.values()),
        "table": ranking_table(
            preview or context["document"], evaluation, current_snapshot(), path, turning=not is_htmx(request)
        ),
        "effects": [compare(context["totals"], evaluation.totals) for compare in (cost, targets, findings)],
    }
    if not is_htmx(request):
        shown = request.GET.get("split", "")
        context["splits"] = split_rows(plan, context["document"], context["evaluation"], path, shown)
    template = "planner/_data_set_answer.html" if is_htmx(request) else "planner/data_set.html"
    return render(request, template, context, status=status)


def _about(document: services.Document, path: str) -> dict[str, Any]:
    service, _, slug = path.partition("/")
    if service not in document.services or slug not in document.services[service].data:
        raise Http404("This data set is not in the newest version of the plan.")
    return {
        "path": path,
        "service_slug": service,
        "slug": slug,
        "service": document.services[service],
        "data_set": document.data_set(path),
        "tier": document.tier_of(path),
        "target": document.target(document.tier_of(path)),
    }
