"""The result of `plan check` as text, JSON, JUnit XML or SARIF 2.1.0. Every finding has its place in the file."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from planner.engine.advice import RULES, SEVERITIES
from planner.engine.results import Finding

LEVELS = {"high": "error", "medium": "warning", "low": "note"}
SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


@dataclass(frozen=True, slots=True)
class Place:
    """A finding and the line and column of the part it speaks of."""

    finding: Finding
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Check:
    """What `plan check` found in one file. Waived findings are listed and never fail."""

    file: str
    places: tuple[Place, ...]
    passed_rules: tuple[str, ...]
    fail_on: str

    def fails(self, finding: Finding) -> bool:
        return not finding.waived_until and SEVERITIES.index(finding.severity) <= SEVERITIES.index(self.fail_on)

    @property
    def failed(self) -> bool:
        return any(self.fails(place.finding) for place in self.places)

    @property
    def counts(self) -> dict[str, int]:
        """Open findings by severity, then the waived ones and the rules that found nothing."""
        still_open = [place.finding.severity for place in self.places if not place.finding.waived_until]
        waived = len(self.places) - len(still_open)
        counted = {severity: still_open.count(severity) for severity in SEVERITIES}
        return counted | {"waived": waived, "passed_rules": len(self.passed_rules)}


def as_text(check: Check) -> str:
    """One line for each finding in the manner of compilers, then what to do, then a summary."""
    lines = []
    for place in check.places:
        one = place.finding
        state = f"waived until {one.waived_until}" if one.waived_until else one.severity
        lines.append(f"{check.file}:{place.line}:{place.column}: {state}: {one.rule}: {one.title}")
        lines += [
            f"    {one.message}",
            f"    {'Waived' if one.waived_until else 'Fix'}: {one.waiver_reason or one.fix}",
        ]
    counts = check.counts
    summary = ", ".join(f"{counts[severity]} {severity}" for severity in SEVERITIES)
    lines.append(f"{summary}; {counts['waived']} waived; {counts['passed_rules']} rules found nothing")
    return "\n".join(lines) + "\n"


def as_json(check: Check) -> str:
    """The findings in the shape of an evaluation, with line and column."""
    value = {
        "file": check.file,
        "failed": check.failed,
        "fail_on": check.fail_on,
        "counts": check.counts,
        "findings": [_finding(place) for place in check.places],
        "passed_rules": list(check.passed_rules),
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _finding(place: Place) -> dict[str, Any]:
    one = place.finding
    return {
        "rule": one.rule,
        "severity": one.severity,
        "at": one.at,
        "line": place.line,
        "column": place.column,
        "title": one.title,
        "message": one.message,
        "fix": one.fix,
        "source": one.source,
        "waived_until": one.waived_until or None,
        "waiver_reason": one.waiver_reason or None,
    }


def as_junit(check: Check) -> str:
    """Findings that fail are failures, waived ones are skipped, the others pass with their text as output."""
    failures = sum(check.fails(place.finding) for place in check.places)
    attributes = {
        "name": f"plan check {check.file}",
        "tests": str(len(check.places) + len(check.passed_rules)),
        "failures": str(failures),
        "errors": "0",
        "skipped": str(check.counts["waived"]),
    }
    suites = ET.Element("testsuites")
    suite = ET.SubElement(suites, "testsuite", attributes)
    for place in check.places:
        _junit_case(suite, check, place)
    for rule in check.passed_rules:
        ET.SubElement(suite, "testcase", {"classname": rule, "name": "whole plan"})
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _junit_case(suite: ET.Element, check: Check, place: Place) -> None:
    one = place.finding
    case = ET.SubElement(suite, "testcase", {"classname": one.rule, "name": one.at or "whole plan"})
    text = f"{check.file}:{place.line}:{place.column}\n{one.title}\n{one.message}\nFix: {one.fix}\nSource: {one.source}"
    if one.waived_until:
        ET.SubElement(case, "skipped", {"message": f"waived until {one.waived_until}: {one.waiver_reason}"})
    elif check.fails(one):
        ET.SubElement(case, "failure", {"type": one.severity, "message": one.title}).text = text
    else:
        ET.SubElement(case, "system-out").text = f"{one.severity}: {text}"


def as_sarif(check: Check) -> str:
    """For code scanning services; waived findings are suppressed with their reason."""
    rules = [
        {
            "id": rule.id,
            "shortDescription": {"text": rule.id},
            "fullDescription": {"text": rule.why},
            "help": {"text": f"{rule.fix}\n\nSource: {rule.source}"},
            "defaultConfiguration": {"level": LEVELS[rule.severity]},
        }
        for rule in RULES
    ]
    run = {
        "tool": {"driver": {"name": "Polystore", "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(check, place) for place in check.places],
    }
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _sarif_result(check: Check, place: Place) -> dict[str, Any]:
    one = place.finding
    result: dict[str, Any] = {
        "ruleId": one.rule,
        "level": LEVELS[one.severity],
        "message": {"text": f"{one.title}. {one.message} Fix: {one.fix}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(check.file)},
                    "region": {"startLine": place.line, "startColumn": place.column},
                },
                "logicalLocations": [{"fullyQualifiedName": one.at or "plan"}],
            }
        ],
    }
    if one.waived_until:
        reason = f"Until {one.waived_until}: {one.waiver_reason}"
        result["suppressions"] = [{"kind": "external", "justification": reason}]
    return result


FORMATS: dict[str, Callable[[Check], str]] = {
    "text": as_text,
    "json": as_json,
    "junit": as_junit,
    "sarif": as_sarif,
}
