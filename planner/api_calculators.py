"""The calculators over the API: the same forms as on the pages, so one place checks what comes in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError, ValidationError

from planner.calculators.all import CALCULATORS
from planner.calculators.calculator import Calculator, answer_dict
from planner.forms.calculator import AmountField, CalculatorForm, RangeField
from planner.forms.triple import TripleField

router = Router(tags=["calculators"])


@router.get("/calculators", summary="List the calculators", response=list[dict[str, Any]])
def list_calculators(request: HttpRequest) -> list[dict[str, Any]]:
    """Each with its address and the inputs that its page begins with, to send back changed."""
    return [
        {
            "calculator": one.slug,
            "title": one.title,
            "about": one.about,
            "url": f"/api/v1/calculators/{one.slug}",
            "example": one.form.defaults(),
        }
        for one in CALCULATORS
    ]


def _operation(calculator: Calculator) -> Callable[[HttpRequest], dict[str, Any]]:
    def compute(request: HttpRequest) -> dict[str, Any]:
        unknown = sorted(request.GET.keys() - calculator.form.parameters().keys())
        if unknown:
            raise HttpError(422, f"There is no input {unknown[0][:80]!r}.")
        form = calculator.form.of_address(request.GET)
        if not form.is_valid():
            raise ValidationError([{"loc": ("query", at), "msg": said} for at, said in form.problem_list])
        return answer_dict(calculator, form, calculator.compute(form.cleaned_data))

    compute.__name__ = f"calculate_{calculator.slug.replace('-', '_')}"
    compute.__doc__ = f"{calculator.about} An input that is left out is as on the page; an empty one is empty."
    return compute


def _parameters(form: type[CalculatorForm]) -> list[dict[str, Any]]:
    return [
        {"in": "query", "name": name, "required": False, "description": _words(name, field), "schema": _schema(field)}
        for name, field in form.parameters().items()
    ]


def _words(name: str, field: forms.Field) -> str:
    parts = [str(field.label), getattr(field, "unit", "") or str(field.help_text), name.rpartition("_")[2]]
    return ", ".join(part for part in (parts if isinstance(field, TripleField) else parts[:2]) if part)


def _schema(field: forms.Field) -> dict[str, Any]:
    if isinstance(field, forms.ChoiceField):
        return {"type": "string", "enum": [value for value, _ in cast(list[tuple[str, str]], field.choices)]}
    if isinstance(field, RangeField):
        return {"type": "number", "minimum": field.minimum, "maximum": field.maximum}
    if not isinstance(field, AmountField):
        return {"type": "string"}
    least = "exclusiveMinimum" if field.above else "minimum"
    return {"type": "integer" if field.whole else "number", least: field.minimum, "maximum": field.maximum}


for one in CALCULATORS:
    router.add_api_operation(
        f"/calculators/{one.slug}",
        ["GET"],
        _operation(one),
        summary=f"Calculate: {one.title}",
        operation_id=f"calculate_{one.slug.replace('-', '_')}",
        response=dict[str, Any],
        openapi_extra={"parameters": _parameters(one.form)},
    )
