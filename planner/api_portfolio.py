"""What several plans cost together, over the API."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from ninja import Router

from planner import access, portfolio, tasks
from planner.api_plan import person
from planner.engine.evaluate import plain
from planner.engine.portfolio import MONTHS
from planner.engine.results import Interval
from planner.models import Job, PortfolioRun

router = Router(tags=["results"])


@router.get("/portfolio", summary="What several plans cost together", response=dict[str, Any], url_name="portfolio")
def read_portfolio(request: HttpRequest, team: str = "") -> dict[str, Any]:
    """The newest run over the plans of a team (its number) or over your own; 404 where there was none."""
    run = portfolio.newest(access.portfolio(request, team).scope)
    if run is None:
        raise Http404("These plans were not estimated together yet.")
    return _answer(run)


@router.post("/portfolio", summary="Estimate several plans together", response={202: dict[str, Any]})
def start_portfolio(request: HttpRequest, team: str = "") -> JsonResponse:
    """Needs to be one who may edit them. A run that goes on is left alone."""
    user = person(request)
    found = access.portfolio_write(request, team)
    run = portfolio.newest(found.scope)
    if run is None or run.state != Job.State.RUNNING:
        run = tasks.start_portfolio(found.scope, found.plans.filter(head__isnull=False).order_by("-updated_at"), user)
    return JsonResponse(_answer(run), status=202)


@router.post("/portfolio/cancel", summary="Cancel a run over several plans", response=dict[str, Any])
def cancel_portfolio(request: HttpRequest, team: str = "") -> dict[str, Any]:
    """What is done stays, with its sum."""
    run = portfolio.newest(access.portfolio_write(request, team).scope)
    if run is None:
        raise Http404("These plans were not estimated together yet.")
    portfolio.cancel(run)
    run.refresh_from_db()
    return _answer(run)


def _answer(run: PortfolioRun) -> dict[str, Any]:
    rows = portfolio.rows(run)
    total = portfolio.sum_of(run, rows)
    return {
        "state": run.state,
        "draws": run.draws,
        "seed": run.seed,
        "total": {"plans": total.plans, "at_least": total.at_least, "usd_month": _months(total.months)},
        "plans_left_out": run.left_out,
        "plans": [
            {
                "id": str(one.plan.pk), "name": one.plan.name, "version": one.version, "state": one.state,
                "usd_month": _months(one.months), "unknown": list(one.unknown), "prices_as_of": one.prices_as_of,
                "error": one.error,
            }
            for one in rows
        ],
    }  # fmt: skip


def _months(found: tuple[Interval, ...]) -> dict[str, Any]:
    """By months from now; {} where nothing is known."""
    return {str(month): plain(one) for month, one in zip(MONTHS, found, strict=False)}
