"""Why a database stands where it stands for a data set: each part against the first, and what would make it win."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.facts import Snapshot
from catalog.services import current_snapshot
from planner import access
from planner.charts import Step
from planner.engine.results import Candidate, Contribution, Ranking
from planner.engine.wins import Way, ways_to_win
from planner.ranking_words import condition, consequence
from planner.views.designer import data_set_or_404
from planner.views.panel import name_of
from planner.views.plan_page import plan_context
from planner.views.ranking_table import turning_words


@dataclass(frozen=True)
class Part:
    """One criterion of the database beside the same of the first."""

    mine: Contribution
    first: Contribution

    @property
    def difference(self) -> float:
        return self.mine.points - self.first.points


@require_safe
def why(request: HttpRequest, pk: uuid.UUID, service: str, data: str, database: str) -> HttpResponse:
    plan = access.plan_read(request, pk)
    context = plan_context(request, plan, tab="data_sets")
    path, snapshot = f"{service}/{data}", current_snapshot()
    data_set = data_set_or_404(context["document"], path)
    ranking: Ranking | None = context["evaluation"].rankings.get(path)
    if ranking is None or database not in snapshot.databases:
        raise Http404(f"No database {database!r} in the catalog")
    ways = ways_to_win(ranking, database)
    candidate, first = ranking.candidate(database), (ranking.ranked[0] if ranking.ranked else None)
    context |= {
        "path": path,
        "data_set": data_set,
        "database": database,
        "name": name_of(database, snapshot),
        "candidate": candidate,
        "first": first,
        "first_name": name_of(first.database, snapshot) if first else "",
        "refused": ranking.refusal(database),
        "parts": _parts(candidate, first),
        "steps": _steps(candidate, first),
        "ways": [(condition(one), _then(one, snapshot)) for one in ways],
        "wins": any(one.rank == 1 for one in ways),
    }
    return render(request, "planner/why.html", context)


@require_safe
def turning(request: HttpRequest, pk: uuid.UUID, service: str, data: str) -> HttpResponse:
    """What would put another database first, for the saved needs: asked for after the ranking, which must not wait."""
    plan = access.plan_read(request, pk)
    context = plan_context(request, plan, tab="data_sets")
    data_set_or_404(context["document"], f"{service}/{data}")
    ranking = context["evaluation"].rankings[f"{service}/{data}"]
    return render(request, "planner/_turning.html", {"points": turning_words(ranking, current_snapshot())})


def _then(way: Way, snapshot: Snapshot) -> str:
    return consequence(way, name_of(way.leader, snapshot))


def _parts(candidate: Candidate | None, first: Candidate | None) -> tuple[Part, ...]:
    """In the order of the weights; () for a refused one."""
    if candidate is None or first is None:
        return ()
    return tuple(Part(*both) for both in zip(candidate.contributions, first.contributions, strict=True))


def _steps(candidate: Candidate | None, first: Candidate | None) -> tuple[Step, ...]:
    """What leads from the first one's score to this one's, the largest loss first; under a tenth of a point is left out."""
    parts = sorted(_parts(candidate, first), key=lambda one: one.difference)
    return tuple(Step(one.mine.label, one.difference) for one in parts if abs(one.difference) >= 0.1)
