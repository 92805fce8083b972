"""What a calculator is: a form whose fields are the address, a pure computation, and what to do with it in a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from planner.calculated import Answer
from planner.engine.document import Plan
from planner.forms.calculator import CalculatorForm

Inputs = Mapping[str, Any]  # the form's cleaned data


@dataclass(frozen=True, slots=True)
class Calculator:
    """`use` fills the empty data set at a path of a plan with the inputs; None where there is nothing to take along."""

    slug: str
    title: str
    about: str
    icon: str
    form: type[CalculatorForm]
    compute: Callable[[Inputs], Answer]
    fragment: str = ""
    use: Callable[[Inputs, Plan, str], Plan] | None = None


def answer_dict(calculator: Calculator, form: CalculatorForm, answer: Answer) -> dict[str, Any]:
    """The answer as the API gives it."""
    return {
        "calculator": calculator.slug,
        "inputs": form.written(),
        "figures": [
            {
                "key": one.key,
                "label": one.label,
                "unit": one.unit,
                "low": one.low,
                "likely": one.likely,
                "high": one.high,
                "note": one.note,
            }
            for one in answer.figures
        ],
        "because": [
            {"kind": one.kind, "text": one.text, "source": one.source, "as_of": one.as_of} for one in answer.because
        ],
    }
