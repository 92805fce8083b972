"""The curator's queue: a list with filters on the left, what is selected on the right. J and K move, P, S and X decide."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from catalog import acceptance, curation, presentation, price_book, review_queue, services, suggestions
from catalog.access import curator
from catalog.fact_history import earlier_changes
from catalog.facts import Snapshot
from catalog.models import Revision, Suggestion
from catalog.review_queue import KINDS, Item
from catalog.subjects import subject_of
from catalog.suggestion_checks import checks_of
from catalog.views.history import sourced

PER_PAGE = 50
MOST_NOTE = 2000
ASKED = "Which page says so? Its address is needed to check this."


@never_cache
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    curator(request)
    return _page(request, request.GET.get("kind", "decide"), request.GET.get("item", ""))


def _page(request: HttpRequest, kind: str, wanted: str, status: int = 200, **extra: str) -> HttpResponse:
    if kind not in KINDS:
        raise Http404(f"No kind {kind!r} in the queue")
    found = review_queue.items(timezone.localdate())
    context = {
        "kind": kind,
        "today": timezone.localdate(),
        "kinds": [(slug, label, len(review_queue.of_kind(found, slug))) for slug, label in KINDS.items()],
        **_around(review_queue.of_kind(found, kind), kind, wanted),
        **extra,
    }
    return render(request, "catalog/queue.html", context, status=status)


def _around(shown: list[Item], kind: str, wanted: str) -> dict[str, Any]:
    """The selected item (the first where it is gone), its neighbours, and the page of the list that holds it."""
    if not shown:
        return {"picked": None, "rows": []}
    at = next((place for place, one in enumerate(shown) if one.key == wanted), 0)
    first = at - at % PER_PAGE
    last = first + PER_PAGE
    return {
        "picked": shown[at],
        "rows": [(one, address(kind, one)) for one in shown[first:last]],
        "place": at + 1,
        "total": len(shown),
        "previous": address(kind, shown[at - 1]) if at else "",
        "next": address(kind, shown[at + 1]) if at + 1 < len(shown) else "",
        "following": shown[at + 1 if at + 1 < len(shown) else at - 1].key,
        "earlier_page": address(kind, shown[first - 1]) if first else "",
        "later_page": address(kind, shown[last]) if last < len(shown) else "",
        **_detail(shown[at]),
    }


def address(kind: str, item: Item) -> str:
    return f"{reverse('catalog:queue')}?{urlencode({'kind': kind, 'item': item.key})}"


def _detail(item: Item) -> dict[str, Any]:
    """What the page of one item shows besides the item."""
    snapshot = services.current_snapshot()
    if item.kind == "suggestions":
        return _suggestion(item.found, snapshot)
    if item.kind == "revisions":
        return {"changes": sourced(curation.changes_of(item.found))}
    if item.kind in ("unconfirmed", "stale"):
        keys = [one.key if hasattr(one, "key") else f"limits.{one.name}" for one in item.found]
        return {"subjects": [one for key in keys if (one := subject_of(snapshot, item.id, key))]}
    if item.kind == "holds":
        return {"price": price_book.from_json(item.found.row)}
    if item.kind == "links":
        check, named = item.found
        named = [(snapshot.databases[slug], key, label) for slug, key, label in named]
        return {"check": check, "named": named, "source_name": presentation.source_name(check.url)}
    return {}


def _suggestion(row: Suggestion, snapshot: Snapshot) -> dict[str, Any]:
    subject = subject_of(snapshot, row.database_slug, row.key)
    if subject is None:
        return {"subject": None}
    return {
        "subject": subject,
        "suggested": subject.in_words(row.value),
        "suggested_source": presentation.source_name(row.source),
        "sources": presentation.sources_of(subject.sources),
        "checks": checks_of(row, subject, snapshot),
        "applies": acceptance.applies(subject),
        "earlier": earlier_changes(row.database_slug, {row.key}),
    }


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Publish, ask for a source, or reject: one form with three buttons."""
    person = curator(request)
    row = get_object_or_404(Suggestion, pk=pk)
    note, kind = request.POST.get("note", "").strip()[:MOST_NOTE], request.POST.get("kind", "decide")
    try:
        told = _decided(row, person, request.POST.get("do", ""), note)
    except (suggestions.AlreadyDecided, curation.CurationError) as error:
        return _page(request, kind, f"suggestions:{pk}", status=409, problem=str(error), note=note)
    if not told:
        return _page(request, kind, f"suggestions:{pk}", status=422, problem="Choose what to do with it", note=note)
    messages.success(request, told)
    return back_to_queue(request) or redirect("catalog:queue")


def back_to_queue(request: HttpRequest) -> HttpResponse | None:
    """Who decided in the queue (`kind` and `next` tell) goes on with the next one there."""
    if "next" not in request.POST:
        return None
    following = {"kind": request.POST.get("kind", "decide"), "item": request.POST["next"]}
    return redirect(f"{reverse('catalog:queue')}?{urlencode(following)}")


def _decided(row: Suggestion, person: User, action: str, note: str) -> str:
    """Does it and says so; "" where nothing of this name can be done."""
    if action == "publish":
        return _told(acceptance.accept(row, person, note))
    if action == "by-hand":
        suggestions.accept(row, person, note)
        return "Marked as published"
    if action == "ask":
        suggestions.ask(row, person, note or ASKED)
        return "The sender is asked for a source"
    if action == "reject":
        suggestions.reject(row, person, note)
        return "Rejected"
    return ""


def _told(revision: Revision) -> str:
    if revision.state == Revision.State.PUBLISHED:
        return f"Published as revision {revision.number} of {revision.database_slug}"
    if revision.state == Revision.State.REVIEW:
        return f"Revision {revision.number} of {revision.database_slug} waits for another curator"
    return f"Added to the draft {revision.number} of {revision.database_slug}, which has other changes"
