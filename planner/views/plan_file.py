"""The plan as a file: edit the whole text, or download it."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_POST

from planner import access, services
from planner.engine.document import DocumentError, dump_json, dump_yaml, parse
from planner.views import editing
from planner.views.designer import designer_page, plan_url
from planner.views.history import numbered
from planner.views.plan_page import base_revision, head_of, plan_context, redirect_to, say

FORMATS = {"yaml": (dump_yaml, "application/yaml"), "json": (dump_json, "application/json")}


@require_POST
@editing.shows_conflict
def save_text(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """Replace the whole document by the text. With errors the text stays as typed, each error at its line."""
    plan = access.plan_write(request, pk)
    text = request.POST.get("text", "")
    try:
        document = parse(text, "yaml")
    except DocumentError as error:
        context = plan_context(request, plan, tab="map")
        return designer_page(
            request, context, view="yaml", extra={"text": text, "problems": error.problems}, status=422
        )
    editing.save(request, plan, document, base=base_revision(request, plan), summary="Edited as YAML")
    say(request, "Plan saved")
    return redirect_to(request, plan_url(plan, view="yaml"))


@require_GET
def export(request: HttpRequest, pk: uuid.UUID, fmt: str) -> HttpResponse:
    plan = access.plan_read(request, pk)
    if fmt not in FORMATS:
        raise Http404("A plan can be downloaded as yaml or json.")
    dump, content_type = FORMATS[fmt]
    revision = head_of(plan)
    if number := request.GET.get("version", ""):
        revision = numbered(plan, int(number) if number.isdecimal() else 0)
    response = HttpResponse(dump(services.document_of(revision)), content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(plan.name)[:80] or "plan"}.{fmt}"'
    return response
