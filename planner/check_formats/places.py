"""From the path of a finding to line and column in the file."""

from __future__ import annotations

from planner.check_formats.result import FileCheck, Place, Spot
from planner.engine.document import Plan
from planner.engine.results import Evaluation, Finding
from planner.engine.source import Source

Path = tuple[str | int, ...]


def file_check(file: str, plan: Plan, source: Source, evaluation: Evaluation) -> FileCheck:
    """The findings of one plan, each with its place and that of its waiver."""
    places = tuple(
        Place(one, _spot(source, _path(source, one.at)), _waiver(plan, source, one)) for one in evaluation.findings
    )
    return FileCheck(file, places, evaluation.passed_rules)


def _path(source: Source, at: str) -> Path:
    """`stores/main/backups/0`: a figure is a slug or a place in a list, whichever the document has."""
    path: Path = ()
    for part in at.split("/") if at else ():
        numbered = (*path, int(part) if part.isascii() and part.isdigit() else part)
        path = numbered if numbered in source.places else (*path, part)
    return path


def _spot(source: Source, path: Path) -> Spot:
    line, column = source.position(path)
    return Spot(line or 1, column or 1)


def _waiver(plan: Plan, source: Source, finding: Finding) -> Spot | None:
    if not finding.waived_until:
        return None
    for number, one in enumerate(plan.waivers):
        if (one.rule, one.at, one.until.isoformat()) == (finding.rule, finding.at, finding.waived_until):
            return _spot(source, ("waivers", number))
    return None
