"""The design review: every rule over one plan, with waivers applied."""

from __future__ import annotations

import datetime as dt
import sys

from planner.engine.document import DocumentError, Plan, Waiver
from planner.engine.results import Finding
from planner.engine.rules import (
    backup,
    caching,
    chain,
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
    *chain.RULES,
    *privacy.RULES,
    *lifecycle.RULES,
    *licence.RULES,
)
SEVERITIES = ("high", "medium", "low")
# The part of an id before the dot: what it is called, and why such rules exist.
GROUPS: dict[str, tuple[str, str]] = {
    "placement": (
        "Placing data sets",
        "A store is chosen for what a data set needs; what it cannot do shows in production, when moving is dearest.",
    ),
    "operations": (
        "People who run it",
        "Every system wants patches, upgrades, watching and someone who can restore it; people are scarcer than servers.",
    ),
    "data": (
        "What is known of the data",
        "Sizes, costs and times are worked out from the needs; guesses go straight through.",
    ),
    "growth": ("Growth", "Limits are cheap to meet on paper months ahead, and dear to meet at night."),
    "consistency": (
        "Consistency across stores",
        "Two stores share no transaction, so each copy needs a way to follow, and each reader a promise how old it may be.",
    ),
    "replication": (
        "Replication",
        "Synchronous copies cost time and availability, asynchronous ones lose the last writes and answer with old data.",
    ),
    "caching": (
        "Caching",
        "A cache is a copy that may be old, may be full and may be gone; all three have to be harmless.",
    ),
    "recovery": (
        "Recovery",
        "Every component fails one day. What is lost and how long it takes is decided now, not then.",
    ),
    "backup": (
        "Backups",
        "Replicas repeat mistakes within milliseconds; only a backup out of their reach, and tried, brings data back.",
    ),
    "privacy": ("Personal data", "A person's right to be deleted does not end at the first copy."),
    "lifecycle": ("Versions", "Software that nobody mends any more fails at a time of its own choosing."),
    "licence": ("Licences", "Terms change between versions, and a licence is read last by those whom it stops."),
}
WAIVING = (
    "On the review page of a plan, choose the finding, write a reason under “Or accept it” and choose a last day. It then "
    "stands under Accepted with the reason, is in the report, and counts no more. After that day it is open again."
)


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


def group_of(rule: Rule) -> tuple[str, str]:
    """Title of the rule's group, and why such rules exist."""
    return GROUPS[rule.id.partition(".")[0]]


def rule_of(rule_id: str) -> Rule | None:
    return next((rule for rule in RULES if rule.id == rule_id), None)


def mended(rule: Rule, look: Look, at: str) -> Plan | None:
    """The plan with one finding mended by the application. None where it cannot: no fix, or no single right change."""
    if rule.mend is None:
        return None
    try:
        after = rule.mend.apply(look, at)
    except DocumentError:
        return None  # the change would break another part of the plan
    return None if after == look.plan else after


def documentation() -> str:
    """docs/rules.md, generated: one section per rule."""
    parts = ["# Rules of the design review", ""]
    parts += ["Generated from the code: `python -m planner.engine.advice > docs/rules.md` writes this page.", ""]
    parts += ["The product shows the same at `/rules/`. **To waive.** " + WAIVING, ""]
    for rule in RULES:
        parts += [f"## {rule.id}", "", f"Severity: {rule.severity}. {rule.why} {group_of(rule)[1]}", ""]
        parts += [f"**How it is decided.** {rule.decided}", ""]
        if rule.thresholds:
            parts += [*(f"- {one.value}: {one.meaning} ({one.source or 'assumption'})" for one in rule.thresholds), ""]
        click = f" One click: {rule.mend.label[:1].lower()}{rule.mend.label[1:]}." if rule.mend else ""
        parts += [f"**Fix.** {rule.fix}{click}", "", f"Source: {rule.source}", ""]
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(documentation())
