"""What all forms share: class names of their controls, and the list of problems for the summary on top."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from planner.forms.triple import PARTS, TripleField

CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.TextInput, "input"),
)


class PlainForm(forms.Form):
    """A form whose ids are its field names, so that a problem can link to its box."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="%s", **kwargs)
        for field in self.fields.values():
            style(field.widget)

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


def style(widget: forms.Widget) -> None:
    """Give the widget the class of the design system."""
    name = next((name for kind, name in CLASSES if isinstance(widget, kind)), "")
    if name:
        widget.attrs.setdefault("class", name)


def set_choices(form: forms.Form, name: str, options: list[tuple[str, str]]) -> None:
    """The options of a select that depend on the plan."""
    cast(forms.ChoiceField, form.fields[name]).choices = options
