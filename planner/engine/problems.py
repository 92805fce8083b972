"""What is wrong with a document, in words: where, what was found, what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from planner.engine import sections

Position = Callable[[tuple[str | int, ...]], tuple[int | None, int | None]]
UNION_TAGS = {"str", "KeepCounts", "function-before[_keep(), union[str,KeepCounts]]"}


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` uses dots: services.order-service.data.orders.needs.size_gib. Line and column start at 1; None if unknown."""

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


def dotted(path: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in path)


def problems_of(error: ValidationError, position: Position) -> tuple[Problem, ...]:
    """Every validation error with its place, in the order of the document."""
    found = []
    for detail in error.errors(include_url=False):
        path = tuple(part for part in detail["loc"] if part not in UNION_TAGS and part != "[key]")
        line, column = position(path)
        found.append(Problem(dotted(path), line, column, _message(detail)))
    unique = dict.fromkeys(found)
    return tuple(sorted(unique, key=lambda one: (one.line or 0, one.column or 0)))


def _shown(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _message(detail: ErrorDetails) -> str:
    kind, context, found = detail["type"], detail.get("ctx", {}), detail["input"]
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return f"is not a key of this section{_nearest(detail['loc'])}"
    if kind == "literal_error":
        return f"found {_shown(found)}, allowed are {context['expected']}"
    if kind == "value_error":
        return f"{context['error']} (found {_shown(found)})"
    if kind == "string_pattern_mismatch":
        return f"found {_shown(found)}, which is not of the form {context['pattern']}"
    if kind == "string_type":
        return f"found {_shown(found)}, must be text: put it in quotes"
    if kind in ("dict_type", "model_type", "mapping_type"):
        return f"found {_shown(found)}, must be a section with keys"
    if kind in ("tuple_type", "list_type"):
        return f"found {_shown(found)}, must be a list"
    return f"found {_shown(found)}: {detail['msg'][0].lower()}{detail['msg'][1:]}"


def _fields() -> set[str]:
    models = [one for one in vars(sections).values() if isinstance(one, type) and issubclass(one, BaseModel)]
    return {field.alias or name for model in models for name, field in model.model_fields.items()}


ALL_FIELDS = sorted(_fields())


def _nearest(loc: tuple[int | str, ...]) -> str:
    close = difflib.get_close_matches(str(loc[-1]), ALL_FIELDS, n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""


def words_of(literal: Any) -> tuple[str, ...]:
    """The vocabulary of a Literal type."""
    return tuple(get_args(literal))
