"""Several plans together: what all plans of a team, or all of one's own, cost in sum."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Team
from planner import access, portfolio, tasks
from planner.charts import Bar
from planner.engine.portfolio import MONTHS
from planner.models import Job
from planner.views.plan_page import author, is_htmx

STOP_POLLING = 286
OPEN = (Job.State.QUEUED, Job.State.RUNNING)


@never_cache
@require_http_methods(["GET", "POST"])
def together(request: HttpRequest) -> HttpResponseBase:
    """?team=<number>, else one's own. POST `do` = start | cancel; it polls while it runs, or is read again without scripts."""
    may = access.portfolio_write if request.method == "POST" else access.portfolio
    found = may(request, request.GET.get("team", ""))
    url = reverse("planner:portfolio") + (f"?team={found.team.pk}" if found.team else "")
    if request.method == "POST":
        run = portfolio.newest(found.scope)
        if request.POST.get("do") == "cancel":
            if run is not None:
                portfolio.cancel(run)
        elif run is None or run.state != Job.State.RUNNING:
            plans = found.plans.filter(head__isnull=False).order_by("-updated_at")
            tasks.start_portfolio(found.scope, plans, author(request))
        return HttpResponseRedirect(url)
    return _page(request, found, url)


def _page(request: HttpRequest, found: access.Portfolio, url: str) -> HttpResponse:
    run = portfolio.newest(found.scope)
    running = run is not None and run.state == Job.State.RUNNING
    person = author(request)
    context: dict[str, Any] = {
        "run": run, "running": running, "url": url, "found": found, "plans": found.plans.count(),
        "teams": Team.objects.filter(memberships__user=person).order_by("name") if person else (),
    }  # fmt: skip
    if run is not None:
        rows = portfolio.rows(run)
        total = portfolio.sum_of(run, rows)
        context |= {
            "rows": rows, "total": total, "months": list(zip(MONTHS, total.months, strict=False)),
            "done": sum(one.state not in OPEN for one in rows),
            "bars": [Bar(one.plan.name, "", one.months[0]) for one in rows if one.months],
        }  # fmt: skip
    if is_htmx(request):
        return render(request, "planner/_portfolio.html", context, status=200 if running else STOP_POLLING)
    return render(request, "planner/portfolio.html", context)
