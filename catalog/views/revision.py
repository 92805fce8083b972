"""One pending revision: both values side by side, checks, what it would change in plans, and the decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from catalog import checks, curation, services, trees
from catalog.access import curator
from catalog.fact_history import earlier_changes
from catalog.models import Revision
from catalog.views.history import sourced
from catalog.views.queue import back_to_queue

MOST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Check:
    mark: str  # ok, warn or bad
    text: str


@never_cache
@require_safe
def revision(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, curator(request), _found(pk))


@never_cache
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Submit, publish, send back, reject: one form with its buttons. What cannot be done keeps the note."""
    person, found = curator(request), _found(pk)
    note, action = request.POST.get("note", "").strip()[:MOST_NOTE], request.POST.get("do", "")
    try:
        words = _done(action, found, person, note)
    except curation.Stale as stale:
        return _page(request, person, found, problem=str(stale), stale=sourced(stale.changes), note=note, status=409)
    except curation.CurationError as error:
        return _page(request, person, found, problem=str(error), note=note, status=422)
    messages.success(request, words)
    return back_to_queue(request) or redirect("catalog:revision", pk)


def _done(action: str, found: Revision, person: User, note: str) -> str:
    name = f"Revision {found.number} of {found.database_slug}"
    if action == "submit":
        curation.submit(found, note)
        return f"{name} waits for review"
    if action == "publish":
        curation.publish(found, person, note)
        return f"{name} is published"
    if action == "back":
        curation.send_back(found, note or "A source is needed")
        return f"{name} is a draft again"
    if action == "rebase":
        curation.rebase(found)
        return f"{name} is a draft upon what is published now"
    if action == "reject":
        curation.reject(found, person, note)
        return f"{name} is rejected"
    raise curation.CurationError("Choose one of submit, publish, back, rebase, reject")


@require_POST
def undo(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """A new revision in review with what an earlier one said."""
    person = curator(request)
    try:
        made = curation.undo(slug, number, person)
    except curation.Conflict as conflict:
        messages.error(request, f"Not done: {conflict}")
        return redirect("catalog:revision", conflict.pending.pk)
    except (curation.CurationError, KeyError) as error:
        messages.error(request, f"Not done: {error}")
        return redirect("catalog:history", slug)
    return redirect("catalog:revision", made.pk)


def _found(pk: int) -> Revision:
    return get_object_or_404(Revision.objects.select_related("author", "reviewer", "base"), pk=pk)


def _page(
    request: HttpRequest,
    person: User,
    found: Revision,
    *,
    problem: str = "",
    note: str = "",
    stale: Any = (),
    status: int = 200,
) -> HttpResponse:
    changes = curation.changes_of(found)
    pending = found.state in Revision.PENDING
    context = {
        "revision": found,
        "name": found.tree.get("name", found.database_slug),
        "known": found.database_slug in services.current_snapshot().databases,
        "changes": sourced(changes),
        "checks": _checks(found, changes, person) if pending else [],
        "earlier": earlier_changes(found.database_slug, {one.key for one in changes}, found.pk),
        "pending": pending,
        "overtaken": pending and curation.overtaken_by(found) is not None,
        "may_publish": pending and curation.may_publish(found, person),
        "impact_url": f"{reverse('catalog:revision', args=[found.pk])}impact/",
        "problem": problem,
        "stale": stale,
        "note": note,
    }
    return render(request, "catalog/revision.html", context, status=status)


def _checks(found: Revision, changes: list[trees.Change], person: User) -> list[Check]:
    wrong = checks.problems(found.tree)
    marks = [Check("bad", text) for text in wrong] or [Check("ok", "Every type, unit and word is valid")]
    facts = [one for one in changes if one.new and trees.is_fact(one.key)]
    unsourced = [one.label for one in facts if one.new and not one.new.sources]
    if unsourced:
        marks.append(Check("warn", f"Without a source: {', '.join(unsourced)}"))
    elif facts:
        marks.append(Check("ok", "Every changed fact names a source"))
    if current := curation.overtaken_by(found):
        marks.append(Check("bad", f"Revision {current.number} was published after this one was begun"))
    else:
        marks.append(Check("ok", "Nothing was published since it was begun"))
    if not curation.may_publish(found, person):
        marks.append(Check("warn", "Written by you: another curator has to publish it"))
    return marks
