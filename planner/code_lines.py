"""The numbers beside a plan's text, with a mark at each line that has a problem."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from planner.engine.document import Problem


@dataclass(frozen=True, slots=True)
class Stretch:
    """Numbers of lines without a problem, then (unless it is the last stretch) one line with what is wrong there."""

    numbers: str
    line: int | None = None
    column: int = 1
    words: str = ""


def stretches(text: str, problems: Iterable[Problem] = ()) -> tuple[Stretch, ...]:
    """All lines of the text. Marks stand where the problems were found, also behind the last line."""
    at: dict[int, list[Problem]] = {}
    for problem in problems:
        if problem.line is not None:
            at.setdefault(problem.line, []).append(problem)
    found, done = [], 0
    for line in sorted(at):
        words = "; ".join(f"{one.path}: {one.message}" if one.path else one.message for one in at[line])
        found.append(Stretch(_numbers(done + 1, line - 1), line, at[line][0].column or 1, words))
        done = line
    return (*found, Stretch(_numbers(done + 1, text.count("\n") + 1)))


def _numbers(first: int, last: int) -> str:
    return "".join(f"{number}\n" for number in range(first, last + 1))
