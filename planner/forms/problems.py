"""What all forms share: ids that are field names, and the list of problems for the summary on top."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast

from django import forms
from pydantic import ValidationError as InvalidSection

from planner.engine.problems import Problem, problems_of
from planner.forms.triple import PARTS, TripleField


class PlainForm(forms.Form):
    """A form whose ids are its field names, so that a problem can link to its box."""

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None, prefix: str | None = None) -> None:
        super().__init__(data, initial=initial, prefix=prefix, auto_id="%s")

    @property
    def problem_list(self) -> list[tuple[str, str]]:
        """Id of the box and message, in the order of the form; the id is "" for problems of the whole form."""
        found = [("", str(text)) for text in self.non_field_errors()]
        for name in self.fields:
            found += [(box_of(self[name]), str(text)) for text in self.errors.get(name, ())]
        return found


def box_of(field: forms.BoundField) -> str:
    """The id of the box that a field's error speaks of: of a triple the part that its code names."""
    if not isinstance(field.field, TripleField):
        return field.html_name
    code = field.errors.as_data()[0].code if field.errors else ""
    return f"{field.html_name}_{code if code in PARTS else 'likely'}"


def add_problems(form: forms.Form, problems: Iterable[Problem], field_of: Callable[[str], str | None]) -> None:
    """Put each problem of the document at its field; what has no field goes on top, with its path."""
    for problem in problems:
        name = field_of(problem.path)
        label = str(form.fields[name].label).split(",")[0] if name else problem.path
        form.add_error(name, f"{label}: {problem.message}")


def section_problems(error: InvalidSection) -> tuple[Problem, ...]:
    """What is wrong with a section that stands alone, in the words of the plan document."""
    return problems_of(error, lambda path: (None, None))


def set_choices(form: forms.Form, name: str, options: list[tuple[str, str]]) -> None:
    """The options of a select that depend on the plan."""
    cast(forms.ChoiceField, form.fields[name]).choices = options
