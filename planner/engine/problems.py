"""What is wrong with a document, in words: where, what was found, what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from planner.engine import sections
from planner.engine.duration import DURATION

Path = tuple[str | int, ...]
Position = Callable[[Path], tuple[int | None, int | None]]
MAX_PROBLEMS = 500
SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` uses dots: services.orders.data.paid.needs.size_gib. Line and column start at 1; None if unknown."""

    path: str
    line: int | None
    column: int | None
    message: str

    def __str__(self) -> str:
        where = f"line {self.line}, column {self.column}: " if self.line else ""
        return f"{where}{self.path}: {self.message}" if self.path else f"{where}{self.message}"


class DocumentError(ValueError):
    """A document that cannot be used, with all its problems."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


def nowhere(_: Path) -> tuple[int | None, int | None]:
    """The position of parts that were never text, such as those of an edit."""
    return None, None


def dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, in the order of the document."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda one: (one.line or 0, one.column or 0)))


def readable(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """In order, and cut where nobody would read on: the last entry then says how many more there are."""
    found = in_order(problems)
    if len(found) <= MAX_PROBLEMS:
        return found
    return (*found[:MAX_PROBLEMS], Problem("", None, None, f"and {len(found) - MAX_PROBLEMS:,} more problems"))


def problems_of(error: ValidationError, position: Position) -> tuple[Problem, ...]:
    """Every validation error with its place, in the order of the document."""
    details = error.errors(include_url=False)
    found = []
    for number, detail in enumerate(details):
        path = tuple(part for part in detail["loc"] if part not in sections.UNION_TAGS and part != "[key]")
        line, column = position(path)
        # Looking for the nearest key takes time; nobody needs it a thousand times.
        nearest = _nearest(error.title, path) if number < MAX_PROBLEMS and detail["type"] == "extra_forbidden" else ""
        found.append(Problem(dotted(path), line, column, _message(detail) + nearest))
    return in_order(found)


def _shown(value: Any) -> str:
    text = "nothing" if value is None else repr(value[:SHOWN_CHARACTERS]) if isinstance(value, str) else str(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 3]}..."


FORMS = {
    sections.SLUG_PATTERN: "a slug: a to z, 0 to 9 and -, at most 63 characters, not beginning with -",
    sections.PATH_PATTERN: '"service/data": two slugs and a slash',
    DURATION.pattern: "a duration: a whole number and s, m, h, d, w, M or y, such as 30s, 5m, 7d",
}


def _form(pattern: str | None) -> str:
    """A pattern in words."""
    return FORMS.get(pattern or "", f"of the form {pattern}")


SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not a key of this section",
    "literal_error": "found {found}, allowed are {expected}",
    "value_error": "{error} (found {found})",
    "string_pattern_mismatch": "found {found}, must be {form}",
    "string_type": "found {found}, must be text: put it in quotes",
    "float_type": "found {found}, must be a number",
    "int_type": "found {found}, must be a whole number",
    "bool_type": "found {found}, must be true or false",
    "dict_type": "found {found}, must be a section with keys",
    "model_type": "found {found}, must be a section with keys",
    "model_attributes_type": "found {found}, must be a section with keys",
    "tuple_type": "found {found}, must be a list",
}


def _message(detail: ErrorDetails) -> str:
    context = detail.get("ctx", {})
    sentence = SENTENCES.get(detail["type"])
    if sentence is None:
        return f"found {_shown(detail['input'])}: {detail['msg'][0].lower()}{detail['msg'][1:]}"
    return sentence.format(
        found=_shown(detail["input"]),
        expected=context.get("expected"),
        error=context.get("error"),
        form=_form(context.get("pattern")),
    )


def _models() -> dict[str, type[BaseModel]]:
    return {
        name: one for name, one in vars(sections).items() if isinstance(one, type) and issubclass(one, sections.Section)
    }


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


MODELS = _models()
KEYS = {name: _keys(model) for name, model in MODELS.items()}


def _section_at(title: str, path: Path) -> str:
    """The name of the section around a path, by walking down the annotations."""
    model = MODELS.get(title)
    for part in path[:-1]:
        if model is None:
            return ""
        by_key = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
        if part in by_key:
            model = next((one for one in _inner(by_key[str(part)])), None)
    return model.__name__ if model else ""


def _inner(annotation: Any) -> list[type[BaseModel]]:
    """The sections inside `tuple[Store, ...]`, `Cache | None`, `dict[Slug, Service]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for one in get_args(annotation) for found in _inner(one)]


def _nearest(title: str, path: Path) -> str:
    keys = KEYS.get(_section_at(title, path), [])
    wrong = str(path[-1])
    close = difflib.get_close_matches(wrong, keys, n=1, cutoff=0.6) or [key for key in keys if key.startswith(wrong)]
    if close:
        return f"; did you mean {close[0]}?"
    return f"; its keys are {', '.join(keys)}" if keys else ""
