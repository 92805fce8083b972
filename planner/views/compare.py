"""Two to six systems side by side, named by the URL; where asked, judged for one data set of a plan (`for=`)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import condition, require_safe
from django.views.decorators.vary import vary_on_cookie

from catalog import presentation, services
from catalog.comparison import Comparison, compared, write_csv
from catalog.facts import Database, Snapshot
from catalog.views import conditional
from planner import access
from planner.engine.placement import NEW, moved
from planner.engine.results import Interval, Ranking
from planner.evaluations import document_of, evaluation_of, evaluation_of_document
from planner.models import Plan
from planner.views.plan_page import head_of

MOST_COMPARED = 6
PLANS_OFFERED = 20


@dataclass(frozen=True)
class Verdict:
    """How one system fits the data set. `tone`: ok | warn | bad. `cost` = per month of a store of its own, or None."""

    tone: str
    label: str
    reason: str
    cost: Interval | None


@dataclass(frozen=True)
class Judged:
    """The comparison for one data set. `broken` = facts ("s3:features.joins") against a need, True = they rule out."""

    name: str
    verdicts: tuple[Verdict, ...]
    broken: dict[str, bool]


def etag(request: HttpRequest) -> str | None:
    """None where the page offers data sets of a person or a browser: such a page is theirs alone."""
    personal = "for" in request.GET or access.VISITOR_COOKIE in request.COOKIES
    return None if personal else conditional.etag(request)


@vary_on_cookie
@require_safe
@condition(etag_func=etag)
def compare(request: HttpRequest) -> HttpResponse:
    """?db=a,b,c, or ?pick=a&pick=b of a form. One or nine systems: a plain answer with 400; an unknown one: 404."""
    slugs = [slug for text in request.GET.getlist("db") for slug in text.split(",")] + request.GET.getlist("pick")
    slugs = list(dict.fromkeys(slug for slug in slugs if slug))
    snapshot = services.current_snapshot()
    status, problem = _problem(slugs, [slug for slug in slugs if slug not in snapshot.databases])
    databases = [snapshot.databases[slug] for slug in slugs] if slugs and not problem else []
    comparison = compared(databases)
    if databases and request.GET.get("format") == "csv":
        return _csv(slugs, comparison)
    only, judged_for = request.GET.get("only") == "differences", request.GET.get("for", "")
    judged = _judged(request, judged_for, databases, snapshot) if judged_for and databases else None
    context = _choices(request, slugs, judged_for, only) | {
        "databases": [
            (one, presentation.kind(one), _query(_without(slugs, one.slug), judged_for, only)) for one in databases
        ],
        "everyone": sorted(snapshot.databases.values(), key=lambda one: one.name.lower()),
        "chosen": slugs,
        "problem": problem,
        "only": only,
        "groups": comparison.differing() if only else comparison.groups,
        "same_count": comparison.same_count,
        "sources": comparison.sources,
        "judged": judged,
    }
    return render(request, "planner/compare.html", context, status=status)


def _problem(slugs: list[str], unknown: list[str]) -> tuple[int, str]:
    if unknown:
        return 404, f"The catalog has no {', '.join(unknown[:5])}"
    if slugs and not 2 <= len(slugs) <= MOST_COMPARED:
        return 400, f"Choose 2 to {MOST_COMPARED} databases; {len(slugs)} {'was' if len(slugs) == 1 else 'were'} given"
    return 200, ""


def _without(slugs: list[str], slug: str) -> list[str]:
    """The others; none where fewer than two would be left."""
    rest = [one for one in slugs if one != slug]
    return rest if len(rest) > 1 else []


def _query(slugs: list[str], judged_for: str, only: bool) -> str:
    """This page's address for these systems; "" for none."""
    parts = {"db": ",".join(slugs), "for": judged_for, "only": "differences" if only else ""}
    return urlencode({key: value for key, value in parts.items() if value}, safe=",/") if slugs else ""


def _choices(request: HttpRequest, slugs: list[str], judged_for: str, only: bool) -> dict[str, Any]:
    """Addresses of the switches, and the data sets that may be judged for: of one's own newest plans and of examples."""
    rows = access.readable(request).select_related("head").order_by("is_example", "-updated_at")[:PLANS_OFFERED]
    return {
        "all_query": _query(slugs, judged_for, False),
        "only_query": _query(slugs, judged_for, True),
        "judged_for": judged_for,
        "plans": [
            (plan.name, [(f"{plan.pk}/{ref.path}", ref.data_set.name) for ref in document_of(plan.head).data_sets()])
            for plan in rows
            if plan.head is not None
        ],
    }


def _judged(request: HttpRequest, judged_for: str, databases: list[Database], snapshot: Snapshot) -> Judged:
    plan, path = _data_set_of(request, judged_for)
    head = head_of(plan)
    ranking = evaluation_of(head, plan).rankings[path]
    verdicts = tuple(_verdict(one, ranking, _cost(plan, path, one, snapshot)) for one in databases)
    against = [
        *(one for out in ranking.refused for one in out.reasons),
        *(w for c in ranking.ranked for w in c.warnings),
    ]
    broken = {one.because.key: one.hard for one in sorted(against, key=lambda one: one.hard)}
    return Judged(document_of(head).data_set(path).name, verdicts, broken)


def _data_set_of(request: HttpRequest, judged_for: str) -> tuple[Plan, str]:
    """The plan and the path that `<plan>/<service>/<data set>` names; 404 for what one may not read."""
    pk, _, path = judged_for.partition("/")
    try:
        plan = access.plan_read(request, uuid.UUID(pk))
    except ValueError:
        raise Http404("No such data set.") from None
    if path not in {ref.path for ref in document_of(head_of(plan)).data_sets()}:
        raise Http404("No such data set.")
    return plan, path


def _verdict(database: Database, ranking: Ranking, cost: Interval | None) -> Verdict:
    refused, candidate = ranking.refusal(database.slug), ranking.candidate(database.slug)
    if refused is not None:
        return Verdict("bad", "Ruled out", "; ".join(one.text for one in refused.reasons if one.hard), cost)
    if candidate is None:
        return Verdict("warn", "Unknown", "not ranked", cost)
    if candidate.warnings:
        reason = "; ".join(f"{one.text} (unconfirmed)" for one in candidate.warnings)
        return Verdict("warn", f"With doubts, {candidate.score:.0f}", reason, cost)
    return Verdict("ok", f"Fits, {candidate.score:.0f}", "Meets every need that is given", cost)


def _cost(plan: Plan, path: str, database: Database, snapshot: Snapshot) -> Interval | None:
    """Per month of a store of its own for this data set, as the app would propose it; None without prices."""
    document, store = moved(document_of(head_of(plan)), path, f"{NEW}{database.slug}", snapshot)
    result = evaluation_of_document(document, plan).stores.get(store)
    return result.monthly_usd_interval if result else None


def _csv(slugs: list[str], comparison: Comparison) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="comparison.csv"'
    write_csv(response, slugs, comparison.groups)
    return response
