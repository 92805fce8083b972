"""Numbers and marks beside a plan's text. No database."""

from __future__ import annotations

from planner.code_lines import Stretch, stretches
from planner.engine.document import Problem


def test_a_text_without_problems_is_one_stretch_of_numbers() -> None:
    assert stretches("a\nb\n") == (Stretch("1\n2\n3\n"),)


def test_each_line_with_problems_is_one_mark_that_says_all_of_them() -> None:
    problems = (Problem("a.b", 4, 7, "is odd"), Problem("", 2, None, "is even"), Problem("c", 4, 9, "is long"))
    found = stretches("1\n2\n3\n4\n5", (*problems, Problem("d", None, None, "nowhere")))
    assert found == (
        Stretch("1\n", 2, 1, "is even"),
        Stretch("3\n", 4, 7, "a.b: is odd; c: is long"),
        Stretch("5\n"),
    )


def test_a_mark_behind_the_last_line_is_kept() -> None:
    assert stretches("", (Problem("", 3, 1, "ends early"),))[0].line == 3
