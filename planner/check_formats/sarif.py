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
from planner.engine.advice import RULES, group_of
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
        "tool": {"driver": {"name": "Polystore", "rules": [_rule(rule, check.site) for rule in RULES]}},
        "automationDetails": {"id": "polystore/plan-check/"},
        "invocations": [{"executionSuccessful": True, "exitCode": int(check.failed)}],
        "artifacts": [{"location": _location(one.file), "roles": ["analysisTarget"]} for one in check.files],
        "columnKind": "unicodeCodePoints",
        "results": [
            result for number, one in enumerate(check.files) for result in _results(one, number, place_of_rule)
        ],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


def _rule(rule: Rule, site: str) -> dict[str, Any]:
    group, _, name = rule.id.partition(".")
    title = name.replace("-", " ").capitalize()
    found: dict[str, Any] = {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in re.split(r"[.-]", rule.id)),
        "shortDescription": {"text": f"{title} ({group_of(rule)[0]})"},
        "fullDescription": {"text": rule.why},
        "help": {"text": _help(rule, ""), "markdown": _help(rule, "**")},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": ["data-architecture", group], "problem.severity": PROBLEMS[rule.severity]},
    }
    address = _address(rule, site)
    return found | ({"helpUri": address} if address else {})


def _help(rule: Rule, strong: str) -> str:
    """All that the page of the rule says, since most who read an alert have no other page at hand."""
    parts = [rule.why, f"{strong}How it is decided.{strong} {rule.decided}" if rule.decided else ""]
    parts += ["\n".join(f"- {one.value}: {one.meaning} ({one.source or 'assumption'})" for one in rule.thresholds)]
    parts += [f"{strong}Fix.{strong} {rule.fix}", f"Source: {rule.source}"]
    return "\n\n".join(part for part in parts if part)


def _address(rule: Rule, site: str) -> str:
    """The page of the rule where a site is known, else the source if it is an address."""
    if site:
        return f"{site.rstrip('/')}/rules/{rule.id}/"
    found = ADDRESS.search(rule.source)
    return found.group().rstrip(".,;)") if found else ""


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
