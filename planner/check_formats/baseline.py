"""A baseline: the findings that were there before. They are told, and fail no check.

A finding is known if the baseline has one of the same rule at the same path. It counts again when it became more severe,
when its waiver ended, or when there are more of them than before.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, replace

from planner.check_formats.result import NEW, UNCHANGED, UPDATED, Check, FileCheck, Place
from planner.engine.advice import SEVERITIES

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """A finding of a baseline. `file` is empty where the baseline names none."""

    rule: str
    at: str
    severity: str
    waived: bool
    file: str = ""

    @property
    def key(self) -> Key:
        return self.rule, self.at


class BaselineError(ValueError):
    """A file that is no baseline, in a sentence that goes on after the name of the file."""


def known_from(data: bytes) -> tuple[Known, ...] | None:
    """From what `--write-baseline`, `check --format json` or `evaluate --format json` wrote. None: it may be a plan."""
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if isinstance(tree, dict) and "polystore" in tree:
        return None
    rows = tree.get("findings") if isinstance(tree, dict) else None
    if not isinstance(rows, list):
        raise BaselineError("has no list of `findings`, as the JSON of an earlier check has")
    return tuple(_known(number, row) for number, row in enumerate(rows, 1))


def _known(number: int, row: object) -> Known:
    if not isinstance(row, dict):
        raise BaselineError(f"finding {number} is not a mapping")
    for name in ("rule", "at"):
        if not isinstance(row.get(name), str):
            raise BaselineError(f"finding {number} has no text `{name}`")
    severity = row.get("severity")
    if severity not in SEVERITIES:
        raise BaselineError(f"finding {number}: `severity` is none of {', '.join(SEVERITIES)}")
    file = row.get("file")
    waived = bool(row.get("waived_until"))
    return Known(row["rule"], row["at"], severity, waived, file if isinstance(file, str) else "")


def known_of(check: FileCheck) -> tuple[Known, ...]:
    """Of an earlier plan, whatever the name of its file."""
    return tuple(Known(one.finding.rule, one.finding.at, one.finding.severity, one.waived) for one in check.places)


def as_baseline(check: Check) -> str:
    """Only what a comparison needs, in a fixed order: a file for a repository, with small differences."""
    rows = [_row(one.file, place) for one in check.files for place in one.places]
    rows.sort(key=lambda row: (row["file"], row["rule"], row["at"], SEVERITIES.index(row["severity"])))
    return json.dumps({"findings": rows}, ensure_ascii=False, indent=2) + "\n"


def _row(file: str, place: Place) -> dict[str, str]:
    found = place.finding
    row = {"file": file, "rule": found.rule, "at": found.at, "severity": found.severity}
    return row | ({"waived_until": found.waived_until} if place.waived else {})


def compared(check: Check, known: Iterable[Known]) -> Check:
    """The check with each finding's state. One file is compared with a baseline of one file whatever their names."""
    entries = tuple(known)
    by_name = len(check.files) > 1 or len({one.file for one in entries}) > 1
    if by_name and not all(one.file for one in entries):
        raise BaselineError("names no files, so only one FILE can be compared with it")
    files = tuple(
        _file_compared(one, [known for known in entries if not by_name or _same_file(known.file, one.file)])
        for one in check.files
    )
    return replace(check, files=files, with_baseline=True)


def _same_file(one: str, other: str) -> bool:
    return posixpath.normpath(one) == posixpath.normpath(other)


def _file_compared(check: FileCheck, entries: list[Known]) -> FileCheck:
    """Of several of the same rule at the same path, the most severe are matched first."""
    left: dict[Key, list[Known]] = {}
    for one in sorted(entries, key=lambda one: (one.waived, SEVERITIES.index(one.severity))):
        left.setdefault(one.key, []).append(one)
    places = []
    for place in check.places:
        same = left.get((place.finding.rule, place.finding.at))
        places.append(replace(place, state=_state(place, same.pop(0)) if same else NEW))
    return replace(check, places=tuple(places), gone=sum(len(one) for one in left.values()))


def _state(place: Place, before: Known) -> str:
    worse = SEVERITIES.index(place.finding.severity) < SEVERITIES.index(before.severity)
    uncovered = before.waived and not place.waived
    return UPDATED if worse or uncovered else UNCHANGED
