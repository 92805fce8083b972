"""The wizard: the guide's questions one by one, with the ranking of all systems beside them. All answers are in the URL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import condition, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from catalog.facts import Snapshot
from catalog.services import current_snapshot
from catalog.views import conditional
from planner import access, services
from planner.engine import guide
from planner.engine.context import RankContext
from planner.engine.document import Needs
from planner.engine.placement import placed_best
from planner.engine.ranking import ASSUMED_WHEN_EMPTY, rank
from planner.engine.results import Candidate, Ranking, Refused
from planner.evaluations import evaluation_of_document
from planner.forms.guide import AmountsForm, UseForm
from planner.models import Plan
from planner.views import editing
from planner.views.owner import new_owner
from planner.views.panel import name_of
from planner.views.plan_page import head_of, is_htmx, redirect_to, say

COUNT = len(guide.QUESTIONS) + 1  # the last one asks for amounts
SHOWN = 6
REFUSED_SHOWN = 8


@dataclass(frozen=True)
class Answered:
    """What the URL says: the answers, the typed amounts, and parts that are not of this wizard."""

    answers: dict[str, str]
    amounts: AmountsForm
    unknown: tuple[str, ...]

    def query(self, *without: str) -> str:
        parts = {**self.answers, **self.amounts.written()}
        return urlencode({key: value for key, value in parts.items() if key not in without})

    def ranking(self, snapshot: Snapshot, *without: str) -> Ranking:
        kept = {key: value for key, value in self.answers.items() if key not in without}
        amounts = {key: value for key, value in self.amounts.amounts().items() if key not in without}
        return rank(guide.needs_of(kept, amounts), RankContext(), snapshot)


@dataclass(frozen=True)
class Choice:
    option: guide.Option
    chosen: bool
    effect: str


@dataclass(frozen=True)
class Row:
    candidate: Candidate
    name: str
    moved: int  # places won (above 0) or lost by the answer on this page

    @property
    def lost(self) -> int:
        return -self.moved

    @property
    def share(self) -> float:
        return self.candidate.score / 100

    @property
    def first(self) -> bool:
        return self.candidate.rank == 1


def answered(data: Any) -> Answered:
    """An option that does not exist is left out and named."""
    answers, unknown = {}, []
    for slug, question in guide.BY_SLUG.items():
        value = data.get(slug, "")
        if value and question.option(value):
            answers[slug] = value
        elif value:
            unknown.append(f"{slug}={value}")
    form = AmountsForm({name: data.get(name, "") for name in guide.QUANTITIES})
    form.is_valid()
    return Answered(answers, form, tuple(unknown))


@vary_on_headers("HX-Request", "Cookie")
@require_safe
@condition(etag_func=conditional.etag)
def wizard(request: HttpRequest, number: int = 1) -> HttpResponse:
    """One question. `for` = what the data set is called, kept through all pages."""
    if not 1 <= number <= COUNT:
        raise Http404(f"The wizard has {COUNT} questions.")
    got, snapshot = answered(request.GET), current_snapshot()
    question = guide.QUESTIONS[number - 1] if number < COUNT else None
    own = (question.slug,) if question else guide.QUANTITIES
    ranking = got.ranking(snapshot)
    context = _shared(request, got) | {
        "number": number,
        "count": COUNT,
        "numbers": range(1, COUNT + 1),
        "question": question,
        "choices": _choices(question, got, snapshot) if question else (),
        "kept": {key: value for key, value in {**got.answers, **got.amounts.written()}.items() if key not in own},
        "back": _address(number - 1, got) if number > 1 else "",
        "next_url": reverse("planner:wizard", args=[number + 1])
        if number < COUNT
        else reverse("planner:wizard_result"),
        "result_url": f"{reverse('planner:wizard_result')}?{got.query()}",
        **_table(ranking, got.ranking(snapshot, *own), snapshot),
    }
    bad = bool(got.unknown or got.amounts.errors)
    template = "planner/_wizard_ranking.html" if is_htmx(request) else "planner/wizard.html"
    response = render(request, template, context, status=400 if bad and not is_htmx(request) else 200)
    if is_htmx(request):
        response["HX-Replace-Url"] = _address(number, got)
    return response


@require_safe
def result(request: HttpRequest) -> HttpResponse:
    """What the tree says, what the ranking says, and why they differ."""
    got = answered(request.GET)
    form = UseForm(plans=_own_plans(request))
    return _result_page(request, got, form, status=400 if got.unknown or got.amounts.errors else 200)


@require_POST
def use(request: HttpRequest) -> HttpResponseBase:
    """The answers as the needs of a data set, in the store of the leading system."""
    got = answered(request.POST)
    form = UseForm(request.POST, plans=_own_plans(request))
    if not form.is_valid() or got.unknown or got.amounts.errors:
        return _result_page(request, got, form, status=422)
    needs = guide.needs_of(got.answers, got.amounts.amounts())
    if form.cleaned_data["plan"]:
        return _into(request, access.plan_write(request, form.cleaned_data["plan"]), form, needs)
    document, path = _placed(*form.with_data_set(form.new_plan(), needs))
    owner = new_owner(request)
    plan = services.create_plan(
        document, owner=owner.user, team=owner.team, visitor=owner.visitor, summary="Started with the wizard"
    )
    return owner.remember(redirect_to(request, _editor(plan, path)))


def _into(request: HttpRequest, plan: Plan, form: UseForm, needs: Needs) -> HttpResponseBase:
    base = head_of(plan)
    document, path = _placed(*form.with_data_set(services.document_of(base), needs))
    name = form.cleaned_data["name"]
    editing.save(request, plan, document, base=base, summary=f"Added {name} with the wizard")
    say(request, f"{name} added")
    return redirect_to(request, _editor(plan, path))


def _placed(document: services.Document, path: str) -> tuple[services.Document, str]:
    """In the store of the leading system; without any need there is no leader worth the name."""
    if document.data_set(path).needs == Needs():
        return document, path
    ranking = evaluation_of_document(document).rankings.get(path)
    return placed_best(document, path, ranking, current_snapshot()), path


def _editor(plan: Plan, path: str) -> str:
    return reverse("planner:data_set", args=[plan.pk, *path.split("/")])


def _own_plans(request: HttpRequest) -> dict[str, str]:
    rows = access.writable(request).order_by("-updated_at").values_list("pk", "name")[:100]
    return {str(pk): name for pk, name in rows}


def _result_page(request: HttpRequest, got: Answered, form: UseForm, *, status: int) -> HttpResponse:
    snapshot = current_snapshot()
    ranking, leaf = got.ranking(snapshot), guide.leaf_of(got.answers)
    context = _shared(request, got) | {
        "form": form,
        "leaf": leaf,
        "leaf_names": [(slug, name_of(slug, snapshot)) for slug in leaf.stores],
        "differences": [(name_of(one.database, snapshot), one) for one in guide.differences(leaf, ranking)],
        "agrees": bool(ranking.ranked) and ranking.ranked[0].database in leaf.stores,
        "kept": {**got.answers, **got.amounts.written()},
        "assumptions": ranking.assumptions,
        "back": _address(COUNT, got),
        **_table(ranking, ranking, snapshot),
    }
    return render(request, "planner/wizard_result.html", context, status=status)


def _shared(request: HttpRequest, got: Answered) -> dict[str, Any]:
    """What every page of the wizard shows: the answers so far with their links, and what the URL got wrong."""
    rows = [
        (question.short, option.label, _address(place, got))
        for place, question in enumerate(guide.QUESTIONS, 1)
        if (option := question.option(got.answers.get(question.slug, "")))
    ]
    amounts = [f"{got.amounts.fields[name].label}: {value}" for name, value in got.amounts.written().items()]
    if amounts:
        rows.append(("Amounts", ", ".join(amounts), _address(COUNT, got)))
    return {"answers": rows, "unknown": got.unknown, "amounts": got.amounts, "total": len(current_snapshot().databases)}


def _address(number: int, got: Answered) -> str:
    query = got.query()
    return reverse("planner:wizard", args=[number]) + (f"?{query}" if query else "")


def _choices(question: guide.Question, got: Answered, snapshot: Snapshot) -> list[Choice]:
    """Each option with the number of systems that it alone rules out."""
    before = len(got.ranking(snapshot, question.slug).refused)
    found = []
    for option in question.options:
        one = Answered({**got.answers, question.slug: option.value}, got.amounts, ())
        out = len(one.ranking(snapshot).refused) - before
        effect = f"Rules out {out} system{'s' if out != 1 else ''}." if out > 0 else "Rules out nothing by a fact."
        found.append(Choice(option, got.answers.get(question.slug) == option.value, effect))
    return found


def _table(ranking: Ranking, before: Ranking, snapshot: Snapshot) -> dict[str, Any]:
    """The ranking as the pages show it; `before` = without the answer of this page."""
    places = {one.database: one.rank for one in before.ranked}
    gone = {one.database for one in before.refused}
    newly = [one for one in ranking.refused if one.database not in gone]
    shown: list[Refused] = [*newly, *(one for one in ranking.refused if one.database in gone)]
    return {
        "rows": [
            Row(one, name_of(one.database, snapshot), places.get(one.database, one.rank) - one.rank)
            for one in ranking.ranked[:SHOWN]
        ],
        "remain": len(ranking.ranked),
        "newly_out": len(newly),
        "refused": [(name_of(one.database, snapshot), one) for one in shown[:REFUSED_SHOWN]],
        "refused_more": max(0, len(shown) - REFUSED_SHOWN),
        "nothing_asked": len(ranking.assumptions) == len(ASSUMED_WHEN_EMPTY),
    }
