"""Backup scripts, timers, alert rules and runbooks made from a plan: to read, to download one by one or as an archive."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from backups.scripts.kit import Kit, KitFile, kit_of
from backups.scripts.runbook import plan_runbook
from planner import access as plans
from planner.engine.backup.restore_order import restore_order
from planner.engine.document import Plan as Document
from planner.models import Plan
from planner.services import document_of, evaluation_of
from planner.views.plan_page import head_of, plan_context

# The times that ZIP can hold begin here; one and the same makes equal plans equal archives.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
EXECUTABLE, PLAIN = 0o755 << 16, 0o644 << 16


@require_GET
def files(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Which stores have a kit, what it is made with, and the order in which a plan comes back."""
    plan = plans.plan_read(request, pk)
    context = plan_context(request, plan, tab="backups")
    context |= {
        "kits": kits_of(plan, context["document"]),
        "runbook": runbook_of(request, plan, context["document"]),
    }
    return render(request, "backups/files.html", context)


@require_GET
def store_files(request: HttpRequest, pk: uuid.UUID, slug: str) -> HttpResponse:
    """Every file of one store's kit, with its text."""
    plan = plans.plan_read(request, pk)
    context = plan_context(request, plan, tab="backups")
    context["kit"] = _kit(plan, context["document"], slug)
    return render(request, "backups/store_files.html", context)


@require_GET
def one_file(request: HttpRequest, pk: uuid.UUID, slug: str, path: str) -> HttpResponse:
    plan = plans.plan_read(request, pk)
    kit = _kit(plan, document_of(head_of(plan)), slug)
    found = next((file for file in kit.files if file.path == f"{slug}/{path}"), None)
    if found is None:
        raise Http404("The kit of this store has no such file.")
    return _download(found.text.encode(), found.path.rsplit("/", 1)[1], "text/plain; charset=utf-8")


@require_GET
def store_archive(request: HttpRequest, pk: uuid.UUID, slug: str) -> HttpResponse:
    plan = plans.plan_read(request, pk)
    kit = _kit(plan, document_of(head_of(plan)), slug)
    return _download(_zip(kit.files), f"{slug}-backups.zip", "application/zip")


@require_GET
def archive(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """All kits and the runbook of the whole plan."""
    plan = plans.plan_read(request, pk)
    document = document_of(head_of(plan))
    found = [KitFile("RUNBOOK.md", runbook_of(request, plan, document))]
    for kit in kits_of(plan, document):
        found += kit.files
    return _download(_zip(found), "backups.zip", "application/zip")


def kits_of(plan: Plan, document: Document) -> tuple[Kit, ...]:
    return tuple(kit_of(document, str(plan.pk), slug) for slug in document.stores)


def runbook_of(request: HttpRequest, plan: Plan, document: Document) -> str:
    order = restore_order(document, evaluation_of(head_of(plan), plan).stores)
    return plan_runbook(document, order, request.build_absolute_uri(reverse("planner:plan", args=[plan.pk])))


def _kit(plan: Plan, document: Document, slug: str) -> Kit:
    if slug not in document.stores:
        raise Http404("This plan has no such store.")
    return kit_of(document, str(plan.pk), slug)


def _zip(files: Iterable[KitFile]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in files:
            entry = zipfile.ZipInfo(f"polystore-backup/{file.path}", ZIP_EPOCH)
            entry.external_attr = EXECUTABLE if file.executable else PLAIN
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, file.text)
    return buffer.getvalue()


def _download(body: bytes, name: str, content_type: str) -> HttpResponse:
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
