"""Findings as a reader takes them in: once for each rule, the worst first, and only those that were asked for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.engine.fix_check import GRAVITY
from planner.engine.results import Finding


@dataclass(frozen=True, slots=True)
class Group:
    """All findings of one rule. `severity` is that of the worst."""

    rule: str
    severity: str
    findings: tuple[Finding, ...]


def asked_for(
    findings: Iterable[Finding], places: Mapping[str, str], severity: str = "", words: str = ""
) -> tuple[Finding, ...]:
    """Findings of this severity ("" = all) in whose rule, title, message, fix or place all of the words occur."""
    wanted = words.casefold().split()
    return tuple(
        one for one in findings if severity in ("", one.severity) and all(word in _text(one, places) for word in wanted)
    )


def _text(finding: Finding, places: Mapping[str, str]) -> str:
    parts = (finding.rule, finding.title, finding.message, finding.fix, finding.at, places.get(finding.at, ""))
    return " ".join(parts).casefold()


def grouped(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """One group for each rule, worst severity first; inside and among equals in the order given."""
    by_rule: dict[str, list[Finding]] = {}
    for one in findings:
        by_rule.setdefault(one.rule, []).append(one)
    groups = (
        Group(rule, max(found, key=_gravity).severity, tuple(sorted(found, key=_gravity, reverse=True)))
        for rule, found in by_rule.items()
    )
    return tuple(sorted(groups, key=lambda group: -GRAVITY[group.severity]))


def _gravity(finding: Finding) -> int:
    return GRAVITY[finding.severity]
