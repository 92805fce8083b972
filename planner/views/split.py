"""Split by purpose: what a data set could hand to a copy, a cache or an archive, with a preview, then one revision."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from catalog.services import current_snapshot
from planner import access, services
from planner.engine.document import Plan as Document
from planner.engine.evaluate import context_of
from planner.engine.place_all import tax_of
from planner.engine.purposes import Split, splits, with_split
from planner.engine.results import Evaluation, Ranking
from planner.evaluations import evaluation_of_document, prices_of
from planner.forms.words import QUERIES, SYNCS
from planner.models import Plan
from planner.views import editing
from planner.views.changed import Changed, before_and_after, stores
from planner.views.designer import data_set_or_404
from planner.views.panel import name_of
from planner.views.plan_page import base_revision, redirect_to, say


@dataclass(frozen=True)
class SplitRow:
    """One split as the page shows it. `rows` = what it changes, only where it was asked for."""

    split: Split
    first_before: str  # "PostgreSQL 88.2"
    first_after: str
    now: str  # name of the present system; "" = not placed
    now_before: float | None
    now_after: float | None
    home: str  # where the copy goes, in words
    moves: tuple[str, ...]  # ways of reading that the copy answers instead, as the form names them
    sync: str  # how the copy is kept in step, in words
    worth: bool
    rows: tuple[Changed, ...]


def split_rows(plan: Plan, document: Document, evaluation: Evaluation, path: str, shown: str) -> tuple[SplitRow, ...]:
    """`shown` = the purpose whose consequences are wanted."""
    found = _splits(plan, document, path)
    return tuple(_row(plan, document, evaluation, path, one, shown=one.purpose == shown) for one in found)


def _splits(plan: Plan, document: Document, path: str) -> tuple[Split, ...]:
    context = context_of(document, prices_of(plan), timezone.localdate())
    return splits(document, path, context, current_snapshot())


def _row(plan: Plan, document: Document, evaluation: Evaluation, path: str, split: Split, *, shown: bool) -> SplitRow:
    snapshot = current_snapshot()
    store = document.stores.get(document.data_set(path).store or "")
    now = store.database if store else ""
    rows: tuple[Changed, ...] = ()
    if shown and split.system:
        after = evaluation_of_document(with_split(document, path, split, snapshot), plan)
        rows = (*before_and_after(evaluation, after, path), stores(evaluation.totals, after.totals))
    name = name_of(split.system, snapshot) if split.system else ""
    before, then = split.score_in(now) if now else (None, None)
    return SplitRow(
        split=split,
        first_before=_first(split.before),
        first_after=_first(split.after),
        now=name_of(now, snapshot) if now else "",
        now_before=before,
        now_after=then,
        home=f"{name} in {split.store}" if split.store else f"{name}, a new store" if name else "",
        moves=tuple(QUERIES.get(word, word) for word in split.moves),
        sync=SYNCS.get(split.copy.sync or "", "") if split.copy else "",
        worth=split.worth(tax_of(document)),
        rows=rows,
    )


def _first(ranking: Ranking) -> str:
    if not ranking.ranked:
        return "ruled out everywhere"
    first = ranking.ranked[0]
    return f"{name_of(first.database, current_snapshot())} {first.score:.1f}"


@require_POST
@editing.shows_conflict
def split(request: HttpRequest, pk: uuid.UUID, service: str, data: str) -> HttpResponseBase:
    path = f"{service}/{data}"
    plan = access.plan_write(request, pk)
    base = base_revision(request, plan)
    document = services.document_of(base)
    data_set = data_set_or_404(document, path)
    wanted = request.POST.get("purpose", "")
    found = next((one for one in _splits(plan, document, path) if one.purpose == wanted and one.system), None)
    if found is None:
        raise Http404("This data set has no such split.")
    after = with_split(document, path, found, current_snapshot())
    text = f"{found.label} of {data_set.name} added"
    editing.save(request, plan, after, base=base, summary=text)
    say(request, text)
    return redirect_to(request, reverse("planner:data_set", args=[plan.pk, service, data]))
