"""What publishing would change in saved plans: start, progress, and the list. For curators only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Case, Count, When
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from catalog import price_book
from catalog.access import curator
from catalog.models import PriceHold, PriceRefresh, Revision
from catalog.refresh.rows import key_of
from catalog.services import current_prices, current_snapshot
from planner import access, figures, impact, tasks
from planner.engine.impact import WORST_FIRST
from planner.evaluations import document_of
from planner.impact_words import MOST_LINES, PRIVATE, Line, counts_of, lines_of
from planner.models import ImpactResult, ImpactRun
from planner.proposal import Proposal, of_prices
from planner.views.jobs import STOP_POLLING
from planner.views.plan_page import is_htmx

PLANS_ON_A_PAGE = 20


@dataclass(frozen=True)
class Subject:
    """What is about to be published. `pending` is false once that is decided: then only the list is left."""

    key: str
    title: str
    url: str
    back: str
    back_name: str
    proposal: Proposal
    pending: bool = True


@dataclass(frozen=True)
class Row:
    """`first` is the most telling change, `others` a few more, `more` how many are left out."""

    name: str
    url: str
    first: Line
    others: tuple[Line, ...]
    more: int


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def revision(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = curator(request)
    return _answer(request, user, of_revision(get_object_or_404(Revision, pk=pk)))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pending(request: HttpRequest) -> HttpResponseBase:
    """All pending revisions as if they were published together."""
    user = curator(request)
    rows = Revision.objects.filter(state__in=Revision.PENDING).order_by("database_slug")
    trees = {one.database_slug: one.tree for one in rows}
    title = f"{len(trees)} pending revision{'' if len(trees) == 1 else 's'} together"
    url = reverse("planner:impact_pending")
    return _answer(
        request, user, Subject("pending", title, url, "/curation/", "Curation", Proposal(trees), bool(trees))
    )


def of_revision(found: Revision) -> Subject:
    return Subject(
        key=impact.revision_key(found.pk),
        title=f"{found.tree.get('name', found.database_slug)}, revision {found.number}",
        url=reverse("planner:impact", args=[found.pk]),
        back=f"/curation/revisions/{found.pk}/",
        back_name="Revision",
        proposal=Proposal({found.database_slug: found.tree}),
        pending=found.state in Revision.PENDING,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def price_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = curator(request)
    found = get_object_or_404(PriceRefresh, pk=pk)
    compared = price_book.compare(price_book.rows_of(found), current_prices())
    added = ((None, price) for price in compared.new)
    subject = Subject(
        key=f"prices:{found.pk}",
        title=f"prices of {figures.provider_name(found.vendor)}, {found.form}",
        url=reverse("planner:impact_price_file", args=[pk]),
        back=reverse("catalog:price_file", args=[pk]),
        back_name="Price file",
        proposal=of_prices((*compared.changed, *added)),
        pending=found.state == PriceRefresh.State.PREVIEW,
    )
    return _answer(request, user, subject)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def price_hold(request: HttpRequest, pk: int) -> HttpResponseBase:
    user = curator(request)
    found = get_object_or_404(PriceHold, pk=pk)
    held = price_book.from_json(found.row)
    published = next((one for one in current_prices().prices if key_of(one) == key_of(held)), None)
    subject = Subject(
        key=f"hold:{found.pk}",
        title=f"the held price of {held.resource or held.service}, {held.region}",
        url=reverse("planner:impact_price_hold", args=[pk]),
        back=reverse("catalog:prices"),
        back_name="Price book",
        proposal=of_prices([(published, held)]),
        pending=found.state == PriceHold.State.HELD,
    )
    return _answer(request, user, subject)


def _answer(request: HttpRequest, user: User, subject: Subject) -> HttpResponseBase:
    run = impact.newest(subject.key)
    if request.method == "POST":
        if request.POST.get("do") == "cancel":
            if run:
                impact.cancel(run)
        elif subject.pending:
            tasks.start_impact(subject.key, subject.proposal, user)
        if not is_htmx(request):
            return HttpResponseRedirect(subject.url)
        run = impact.newest(subject.key)
    return _shown(request, subject, run)


def _shown(request: HttpRequest, subject: Subject, run: ImpactRun | None) -> HttpResponse:
    running = run is not None and run.state == ImpactRun.State.RUNNING
    context = {"subject": subject, "url": subject.url, "run": run, "running": running, "pending": subject.pending}
    if run is not None:
        context |= {"progress": impact.progress(run), "seconds": _seconds(run)}
        context["out_of_date"] = subject.pending and impact.is_out_of_date(run, subject.proposal)
    if run is not None and run.state == ImpactRun.State.DONE:
        own_first = Case(When(plan__in=access.readable(request).values("pk"), then=0), default=1)
        rows = run.results.select_related("plan", "revision").order_by("worst", own_first, "pk")
        page = Paginator(rows, PLANS_ON_A_PAGE).get_page(request.GET.get("page"))
        context |= {"page": page, "rows": _rows(request, page), "counts": _counts(run)}
    if not is_htmx(request):
        return render(request, "planner/impact.html", context)
    return render(request, "planner/_impact.html", context, status=200 if running else STOP_POLLING)


def _rows(request: HttpRequest, results: Iterable[ImpactResult]) -> list[Row]:
    """A plan's name and the names in it are for those who may open it; everybody else reads the effect alone."""
    shown = list(results)
    open_to = access.readable(request).filter(pk__in=[one.plan_id for one in shown])
    readable = set(open_to.values_list("pk", flat=True))
    names = {slug: one.name for slug, one in current_snapshot().databases.items()}
    rows = []
    for one in shown:
        told = one.plan_id in readable
        lines = lines_of(impact.change_of(one), names, document_of(one.revision) if told else None)
        kept = MOST_LINES if told else 2
        url = reverse("planner:plan", args=[one.plan_id]) if told else ""
        name = one.plan.name if told else PRIVATE
        rows.append(Row(name, url, lines[0], tuple(lines[1:kept]), max(0, len(lines) - kept)))
    return rows


def _counts(run: ImpactRun) -> str:
    found = run.results.order_by().values_list("worst").annotate(number=Count("pk"))
    return counts_of({WORST_FIRST[worst]: number for worst, number in found})


def _seconds(run: ImpactRun) -> float | None:
    return (run.finished_at - run.created_at).total_seconds() if run.finished_at else None
