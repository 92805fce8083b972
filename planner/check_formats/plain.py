"""The check as text for people: a line for each finding that editors can follow, then why and what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator

from planner.check_formats.result import UNCHANGED, Check, FileCheck, Place
from planner.engine.advice import SEVERITIES

WIDTH = 100
INDENT = "    "
COLOURS = {"high": "31;1", "medium": "33", "low": "36", "waived": "2", "baseline": "2", "rule": "1"}
Paint = Callable[[str, str], str]


def unpainted(_: str, text: str) -> str:
    return text


def painted(what: str, text: str) -> str:
    return f"\x1b[{COLOURS[what]}m{text}\x1b[0m" if what in COLOURS else text


def as_text(check: Check, paint: Paint = unpainted, width: int = WIDTH) -> str:
    """Files apart by an empty line, the summary last."""
    lines = [line for one in check.files for line in (*_file(one, paint, width), "")]
    if not check.places:
        lines = []
    return "\n".join([*lines, summary(check)]) + "\n"


def summary(check: Check) -> str:
    counts = check.counts
    parts = [", ".join(f"{counts[severity]} {severity}" for severity in SEVERITIES), f"{counts['waived']} waived"]
    if check.with_baseline:
        parts.append(f"{counts['baseline']} known from the baseline, {counts['gone']} gone since")
    rules = "1 rule" if counts["passed_rules"] == 1 else f"{counts['passed_rules']} rules"
    parts.append(f"{rules} found nothing")
    return "; ".join(parts)


def _file(one: FileCheck, paint: Paint, width: int) -> Iterator[str]:
    """Columns as wide as their widest cell; the place comes first, so that editors and terminals can open it."""
    rows = [(_where(one, place), _standing(place), place.finding.rule) for place in one.places]
    widths = [max((len(row[number]) for row in rows), default=0) for number in range(3)]
    for place, row in zip(one.places, rows, strict=True):
        where, standing, rule = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"{where}  {paint(row[1], standing)}  {paint('rule', rule)}  {place.finding.title}"
        yield from _paragraph("", place.finding.message, width)
        if place.waived:
            yield from _paragraph(f"Waived until {place.finding.waived_until}: ", place.finding.waiver_reason, width)
        else:
            yield from _paragraph("Fix: ", place.finding.fix, width)


def _where(one: FileCheck, place: Place) -> str:
    return f"{one.file}:{place.spot.line}:{place.spot.column}:"


def _standing(place: Place) -> str:
    if place.waived:
        return "waived"
    return "baseline" if place.state == UNCHANGED else place.finding.severity


def _paragraph(begin: str, text: str, width: int) -> list[str]:
    """Words that are longer than a line, such as addresses, stay whole."""
    return textwrap.wrap(
        begin + text,
        width,
        initial_indent=INDENT,
        subsequent_indent=INDENT,
        break_long_words=False,
        break_on_hyphens=False,
    )
