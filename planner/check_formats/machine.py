"""The check as JSON, in the shape of the findings of an evaluation, with file, line and column."""

from __future__ import annotations

import json
from typing import Any

from planner.check_formats.result import Check, FileCheck, Place


def as_json(check: Check) -> str:
    """One shape for one file and for several; `file` is null for several."""
    value = {
        "file": check.files[0].file if len(check.files) == 1 else None,
        "files": [one.file for one in check.files],
        "failed": check.failed,
        "fail_on": check.fail_on,
        "counts": check.counts,
        "findings": [_finding(check, one, place) for one in check.files for place in one.places],
        "passed_rules": list(check.passed_rules),
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _finding(check: Check, one: FileCheck, place: Place) -> dict[str, Any]:
    found = place.finding
    return {
        "rule": found.rule,
        "severity": found.severity,
        "at": found.at,
        "file": one.file,
        "line": place.spot.line,
        "column": place.spot.column,
        "title": found.title,
        "message": found.message,
        "fix": found.fix,
        "source": found.source,
        "waived_until": found.waived_until or None,
        "waiver_reason": found.waiver_reason or None,
        "fails": check.fails(place),
        "baseline": place.state or None,
    }
