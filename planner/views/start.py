"""The start page: use a template, begin with an empty plan, or bring a plan file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from planner import services
from planner.engine.document import DocumentError, Problem, parse
from planner.forms.plan import BlankPlanForm
from planner.starting_points import costs, starting_points
from planner.views.owner import new_owner, teams_to_write
from planner.views.plan_page import is_htmx, redirect_to

TEXT_BYTES = 1024 * 1024


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponseBase:
    if request.method == "GET":
        return _page(request, BlankPlanForm())
    if request.POST.get("from") == "file":
        return _from_file(request)
    form = BlankPlanForm(request.POST)
    return _create(request, form.document(), "Started empty") if form.is_valid() else _page(request, form, status=422)


def _from_file(request: HttpRequest) -> HttpResponseBase:
    """A plan in YAML or JSON, uploaded or pasted."""
    text = _given_text(request)
    try:
        document = parse(text)
    except DocumentError as error:
        shown = text.decode("utf-8", "replace")
        return _page(request, BlankPlanForm(), text=shown, problems=error.problems, status=422)
    return _create(request, document, "Read from a file")


def _given_text(request: HttpRequest) -> bytes:
    """At most one byte more than the limit is read: enough for the parser to say that it is too long."""
    upload = request.FILES.get("file")
    if upload is not None and upload.size:
        return bytes(upload.read(TEXT_BYTES + 1))
    return request.POST.get("text", "").encode()


def _create(request: HttpRequest, document: services.Document, summary: str) -> HttpResponseBase:
    owner = new_owner(request)
    plan = services.create_plan(document, owner=owner.user, team=owner.team, visitor=owner.visitor, summary=summary)
    return owner.remember(redirect_to(request, reverse("planner:plan", args=[plan.pk])))


def _page(
    request: HttpRequest, form: BlankPlanForm, *, text: str = "", problems: tuple[Problem, ...] = (), status: int = 200
) -> HttpResponse:
    priced = costs()
    context = {
        "form": form,
        "library": [(point, priced[slug]) for slug, point in starting_points().items()],
        "text": text,
        "problems": problems,
        "teams": teams_to_write(request),
        "has_errors": bool(problems) or bool(form.errors),
    }
    template = "planner/_start.html" if is_htmx(request) else "planner/start.html"
    return render(request, template, context, status=status)
