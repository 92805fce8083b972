"""Calculators: one model each, for everybody, without an account. The address holds the inputs."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from planner import access, services
from planner.calculators.all import CALCULATORS, calculator_of
from planner.calculators.calculator import Calculator
from planner.engine.document import Needs
from planner.forms.calculator import CalculatorForm
from planner.forms.guide import UseForm
from planner.models import Plan
from planner.views import editing
from planner.views.owner import new_owner
from planner.views.plan_page import head_of, is_htmx, redirect_to, say


@require_GET
def calculators(request: HttpRequest) -> HttpResponse:
    return render(request, "planner/calculators/index.html", {"calculators": CALCULATORS})


@require_GET
def calculator(request: HttpRequest, slug: str) -> HttpResponse:
    found = _found(slug)
    return _page(request, found, found.form.of_address(request.GET), UseForm(plans=_own_plans(request)))


@require_POST
def use(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The inputs as a data set of a new plan, or of one that the person may change."""
    found = _found(slug)
    form, target = found.form.of_address(request.POST), UseForm(request.POST, plans=_own_plans(request))
    if found.use is None:
        raise Http404("This calculator has nothing to take along.")
    if not (form.is_valid() and target.is_valid()):
        return _page(request, found, form, target, status=422)
    name = target.cleaned_data["name"]
    if target.cleaned_data["plan"]:
        plan = access.plan_write(request, target.cleaned_data["plan"])
        base = head_of(plan)
        document, path = target.with_data_set(services.document_of(base), Needs())
        document = found.use(form.cleaned_data, document, path)
        editing.save(request, plan, document, base=base, summary=f"Added {name} from a calculator")
        say(request, f"{name} added")
        return redirect_to(request, _editor(plan, path))
    document, path = target.with_data_set(target.new_plan(), Needs())
    owner, document = new_owner(request), found.use(form.cleaned_data, document, path)
    plan = services.create_plan(
        document, owner=owner.user, team=owner.team, visitor=owner.visitor, summary="Started from a calculator"
    )
    return owner.remember(redirect_to(request, _editor(plan, path)))


def _found(slug: str) -> Calculator:
    found = calculator_of(slug)
    if found is None:
        raise Http404("There is no such calculator.")
    return found


def _editor(plan: Plan, path: str) -> str:
    return reverse("planner:data_set", args=[plan.pk, *path.split("/")])


def _own_plans(request: HttpRequest) -> dict[str, str]:
    rows = access.writable(request).order_by("-updated_at").values_list("pk", "name")[:100]
    return {str(pk): name for pk, name in rows}


def _page(
    request: HttpRequest, found: Calculator, form: CalculatorForm, target: UseForm, *, status: int = 200
) -> HttpResponse:
    """The whole page, or for htmx the answer alone: what is typed is never replaced."""
    valid = form.is_valid()
    link = f"{reverse('planner:calculator', args=[found.slug])}?{form.address()}"
    context: dict[str, Any] = {
        "calculator": found,
        "others": [one for one in CALCULATORS if one != found],
        "form": form,
        "target": target,
        "answer": found.compute(form.cleaned_data) if valid else None,
        "link": request.build_absolute_uri(link),
        "api_link": f"/api/v1/calculators/{found.slug}?{form.address()}",
        "can_be_used": found.use is not None,
        "kept": list(form.written().items()),
        "has_errors": bool(form.errors) or bool(target.errors),
    }
    template = "planner/calculators/_answer.html" if is_htmx(request) else "planner/calculators/calculator.html"
    return render(request, template, context, status=status if valid else 422)
