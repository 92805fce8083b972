"""The check as SARIF 2.1.0 (OASIS standard) for code scanning services."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

from planner.check_formats.result import Check, FileCheck, Place, Spot
from planner.engine.advice import RULES
from planner.engine.rules.rule import Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"high": "error", "medium": "warning", "low": "note"}
# The word GitHub sorts quality findings by; `level` alone is taken for security.
PROBLEMS = {"high": "error", "medium": "warning", "low": "recommendation"}
ROOT = "%SRCROOT%"
ADDRESS = re.compile(r"https?://\S+")


def as_sarif(check: Check) -> str:
    """One run over all files; a waived finding is suppressed with its reason and the place of its waiver."""
    place_of_rule = {rule.id: number for number, rule in enumerate(RULES)}
    run = {
        "tool": {"driver": {"name": "Polystore", "rules": [_rule(rule) for rule in RULES]}},
        "automationDetails": {"id": "polystore/plan-check/"},
        "invocations": [{"executionSuccessful": True, "exitCode": int(check.failed)}],
        "artifacts": [{"location": _location(one.file), "roles": ["analysisTarget"]} for one in check.files],
        "columnKind": "unicodeCodePoints",
        "results": [
            result for number, one in enumerate(check.files) for result in _results(one, number, place_of_rule)
        ],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    address = ADDRESS.search(rule.source)
    group, _, name = rule.id.partition(".")
    title = name.replace("-", " ").capitalize()
    found: dict[str, Any] = {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in re.split(r"[.-]", rule.id)),
        "shortDescription": {"text": f"{title} ({group})"},
        "fullDescription": {"text": rule.why},
        "help": {
            "text": f"{rule.why}\n\nFix: {rule.fix}\n\nSource: {rule.source}",
            "markdown": f"{rule.why}\n\n**Fix.** {rule.fix}\n\nSource: {rule.source}",
        },
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": ["data-architecture", group], "problem.severity": PROBLEMS[rule.severity]},
    }
    return found | ({"helpUri": address.group().rstrip(".,;)")} if address else {})


def _results(one: FileCheck, file_number: int, place_of_rule: dict[str, int]) -> list[dict[str, Any]]:
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for place in one.places:
        key = (place.finding.rule, place.finding.at)
        seen[key] += 1
        found.append(_result(one, place, file_number, place_of_rule[place.finding.rule], seen[key]))
    return found


def _result(one: FileCheck, place: Place, file_number: int, rule_number: int, count: int) -> dict[str, Any]:
    finding = place.finding
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule_number,
        "level": LEVELS[finding.severity],
        "message": {"text": _literal(f"{finding.title}. {finding.message} Fix: {finding.fix}")},
        "locations": [
            _physical(one.file, place.spot, file_number)
            | {"logicalLocations": [{"fullyQualifiedName": finding.at or "plan", "kind": "element"}]}
        ],
        "partialFingerprints": _fingerprints(finding.rule, finding.at, count),
    }
    if place.state:
        result["baselineState"] = place.state
    if place.waived:
        waiver = {
            "kind": "inSource",
            "status": "accepted",
            "justification": f"Until {finding.waived_until}: {finding.waiver_reason}",
        }
        where = {"location": _physical(one.file, place.waiver, file_number)} if place.waiver else {}
        result["suppressions"] = [waiver | where]
    return result


def _literal(text: str) -> str:
    """SARIF reads `[words](address)` in any message as a link; names of a plan are only text."""
    return text.replace("](", "] (")


def _fingerprints(rule: str, at: str, count: int) -> dict[str, str]:
    """The same finding keeps its prints when lines move. GitHub compares the first name only, and fills it if it is missing."""
    digest = hashlib.sha256("\0".join((rule, at)).encode()).hexdigest()[:16]
    return {"primaryLocationLineHash": f"{digest}:{count}", "ruleAndPath/v1": f"{digest}:{count}"}


def _physical(file: str, spot: Spot, file_number: int) -> dict[str, Any]:
    region = {"startLine": spot.line, "startColumn": spot.column}
    return {"physicalLocation": {"artifactLocation": _location(file) | {"index": file_number}, "region": region}}


def _location(file: str) -> dict[str, Any]:
    """Relative to the root of the repository, which is where such a check is run; absolute files as they are."""
    path = Path(file)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": quote(path.as_posix()), "uriBaseId": ROOT}
