"""Whether a fix is worth a click: what it would cost elsewhere, asked before it is offered. Pure."""

from __future__ import annotations

from planner.engine.results import Evaluation, Finding

GRAVITY = {"high": 3, "medium": 2, "low": 1}


def open_findings(evaluation: Evaluation) -> dict[tuple[str, str], Finding]:
    """By rule and place: a finding whose words changed a little, because a number did, is still the same."""
    return {(one.rule, one.at): one for one in evaluation.findings if not one.waived_until}


def objections(before: Evaluation, after: Evaluation, finding: Finding) -> tuple[str, ...]:
    """Why this fix should not be one click: sentences, worst first; empty where nothing speaks against it.

    A click must not trade a finding for one that weighs as much or more, nor a recovery target for it.
    """
    known, then = open_findings(before), open_findings(after)
    new = [one for key, one in then.items() if key not in known and GRAVITY[one.severity] >= GRAVITY[finding.severity]]
    new.sort(key=lambda one: -GRAVITY[one.severity])
    said = [f"It would add a finding of {one.severity} severity: {one.title} (`{one.rule}`)." for one in new]
    fewer = before.totals.targets_met - after.totals.targets_met
    if fewer > 0:
        said.append(
            f"It would miss {fewer} recovery target{'s' if fewer > 1 else ''} that {'are' if fewer > 1 else 'is'} met today."
        )
    if (finding.rule, finding.at) in then:
        said.append("The finding would still be there.")
    return tuple(said)
