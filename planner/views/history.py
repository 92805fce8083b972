"""A plan's history: undo, redo, the list of versions, one version, and what changed between two."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from catalog.services import current_snapshot
from planner import access, services
from planner.engine.cost_causes import Cause, Priced, causes
from planner.engine.cost_change import cost_change
from planner.engine.diff import diff
from planner.engine.document import Plan as Document
from planner.evaluations import prices_of
from planner.models import Plan, Revision
from planner.notices import notices_of
from planner.views import changed, editing
from planner.views.designer import after_edit, table_context
from planner.views.plan_page import author, base_revision, head_of, plan_context, redirect_to, say

VERSIONS_PER_PAGE = 50


@require_POST
@editing.shows_conflict
def undo(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    plan = access.plan_write(request, pk)
    base = base_revision(request, plan)
    done = services.undo(plan, author(request), base=base)
    text = f"Undone: {base.summary}" if done else "There is nothing to undo"
    return after_edit(request, plan, text, select=request.POST.get("select", ""), undo=False)


@require_POST
def redo(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    plan = access.plan_write(request, pk)
    done = services.redo(plan, author(request))
    text = f"Done again: {done.summary}" if done else "There is nothing to do again"
    return after_edit(request, plan, text, select=request.POST.get("select", ""), undo=False)


@require_GET
def versions(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    plan = access.plan_read(request, pk)
    if "old" in request.GET and "new" in request.GET:
        return _to_changes(plan, request.GET["old"], request.GET["new"])
    rows = plan.revisions.select_related("author").defer("document")
    page = Paginator(rows, VERSIONS_PER_PAGE).get_page(request.GET.get("page"))
    context = plan_context(request, plan, tab="versions") | {"page": page, "notices": notices_of(head_of(plan))}
    return render(request, "planner/versions.html", context)


def _to_changes(plan: Plan, old: str, new: str) -> HttpResponse:
    """The comparison form is a plain GET of two numbers; the page it means has its own address."""
    if not (old.isdecimal() and new.isdecimal()):
        raise Http404("These are not version numbers.")
    first, last = sorted((int(old), int(new)))
    return HttpResponseRedirect(reverse("planner:changes", args=[plan.pk, first, last]))


@require_GET
def version(request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    plan = access.plan_read(request, pk)
    shown = numbered(plan, number)
    context = plan_context(request, plan, tab="versions", revision=shown)
    context |= table_context(context) | {"is_head": shown.pk == head_of(plan).pk, "version_page": True}
    return render(request, "planner/version.html", context)


@require_GET
def changes(request: HttpRequest, pk: uuid.UUID, old: int, new: int) -> HttpResponse:
    plan = access.plan_read(request, pk)
    first, last = numbered(plan, old), numbered(plan, new)
    before, after = services.evaluation_of(first, plan), services.evaluation_of(last, plan)
    document = services.document_of(last)
    names = {ref.path: ref.data_set.name for ref in document.data_sets()}
    recoveries = [
        changed.recovery(before.recovery.get(path), after.recovery.get(path), name) for path, name in names.items()
    ]
    context = plan_context(request, plan, tab="versions") | {
        "first": first,
        "last": last,
        "numbers": plan.revisions.select_related("author").defer("document")[:200],
        "totals_changed": tuple(
            compare(before.totals, after.totals)
            for compare in (changed.cost, changed.targets, changed.high_findings, changed.stores)
        ),
        "changes": diff(services.document_of(first), document),
        "cost_change": cost_change(before.stores, after.stores),
        "cost_causes": _causes(plan, services.document_of(first), document),
        "recovery_changed": [row for rows in recoveries for row in rows],
        "findings_new": [one for one in after.findings if one not in before.findings],
        "findings_gone": [one for one in before.findings if one not in after.findings],
    }
    return render(request, "planner/changes.html", context)


def _causes(plan: Plan, old: Document, new: Document) -> tuple[Cause, ...]:
    snapshot, prices = current_snapshot(), prices_of(plan)
    return causes(Priced(old, snapshot, prices), Priced(new, snapshot, prices))


@require_POST
@editing.shows_conflict
def restore(request: HttpRequest, pk: uuid.UUID, number: int) -> HttpResponseBase:
    plan = access.plan_write(request, pk)
    old = numbered(plan, number)
    services.restore_revision(plan, old, base=base_revision(request, plan), author=author(request))
    say(request, f"Version {number} is the newest again")
    return redirect_to(request, reverse("planner:plan", args=[plan.pk]))


def numbered(plan: Plan, number: int) -> Revision:
    found = plan.revisions.select_related("author").filter(number=number).first()
    if found is None:
        raise Http404("This plan has no such version.")
    return found
