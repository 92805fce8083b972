"""The design review: every rule over one plan, with waivers applied."""

from __future__ import annotations

import datetime as dt
import sys

from planner.engine.document import Plan, Waiver
from planner.engine.results import Finding
from planner.engine.rules import (
    backup,
    caching,
    consistency,
    data,
    eviction,
    growth,
    licence,
    lifecycle,
    operations,
    placement,
    privacy,
    recovery,
    replication,
)
from planner.engine.rules.rule import Hit, Look, Rule

RULES: tuple[Rule, ...] = (
    *placement.RULES,
    *operations.RULES,
    *data.RULES,
    *growth.RULES,
    *consistency.RULES,
    *replication.RULES,
    *caching.RULES,
    *eviction.RULES,
    *recovery.RULES,
    *backup.RULES,
    *privacy.RULES,
    *lifecycle.RULES,
    *licence.RULES,
)
SEVERITIES = ("high", "medium", "low")


def review(look: Look) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """All findings, high first, and the ids of the rules that found nothing."""
    findings: list[Finding] = []
    passed: list[str] = []
    for rule in RULES:
        hits = list(rule.check(look))
        findings += [_finding(rule, hit, look.plan, look.today) for hit in hits]
        if not hits:
            passed.append(rule.id)
    findings.sort(key=lambda one: (bool(one.waived_until), SEVERITIES.index(one.severity), one.rule, one.at))
    return tuple(findings), tuple(passed)


def _finding(rule: Rule, hit: Hit, plan: Plan, today: dt.date) -> Finding:
    waiver = _waiver(plan, rule.id, hit.at, today)
    return Finding(
        rule=rule.id,
        severity=hit.severity or rule.severity,
        at=hit.at,
        title=hit.title,
        message=hit.message,
        fix=rule.fix,
        source=rule.source,
        waived_until=waiver.until.isoformat() if waiver else "",
        waiver_reason=waiver.reason if waiver else "",
    )


def _waiver(plan: Plan, rule: str, at: str, today: dt.date) -> Waiver | None:
    """The waiver that still holds today; its last day counts."""
    for waiver in plan.waivers:
        if waiver.rule == rule and waiver.at == at and waiver.until >= today:
            return waiver
    return None


def rule_of(rule_id: str) -> Rule | None:
    return next((rule for rule in RULES if rule.id == rule_id), None)


def documentation() -> str:
    """docs/rules.md, generated: one section per rule."""
    parts = ["# Rules of the design review", ""]
    parts += ["Generated from the code: `python -m planner.engine.advice > docs/rules.md` writes this page.", ""]
    for rule in RULES:
        parts += [f"## {rule.id}", "", f"Severity: {rule.severity}. {rule.why}", ""]
        parts += [f"**How it is decided.** {rule.decided}", ""]
        if rule.thresholds:
            parts += [*(f"- {one.value}: {one.meaning} ({one.source or 'assumption'})" for one in rule.thresholds), ""]
        parts += [f"**Fix.** {rule.fix}", "", f"Source: {rule.source}", ""]
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(documentation())
