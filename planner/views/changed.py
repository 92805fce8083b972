"""What differs between two evaluations of a plan, in words: cost, recovery, findings."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from planner.engine.results import DataSetRecovery, Evaluation, FailureRecovery, Interval, Totals
from planner.figures import UNKNOWN, duration, money, money_change


@dataclass(frozen=True)
class Changed:
    """One line: what, before, after. `tone`: better | worse | same."""

    label: str
    before: str
    after: str
    tone: str = "same"
    difference: str = ""

    @property
    def differs(self) -> bool:
        return self.before != self.after


def money_difference(before: Interval | None, after: Interval | None) -> str:
    if before is None or after is None:
        return UNKNOWN
    change = after.p50 - before.p50
    return money_change(change) if abs(change) >= 0.5 else "$0"


def cost(before: Totals, after: Totals) -> Changed:
    old, new = before.monthly_usd, after.monthly_usd
    tone = _tone(old.p50 if old else None, new.p50 if new else None)
    return Changed("Monthly cost, likely", _total(before), _total(after), tone, money_difference(old, new))


def _total(totals: Totals) -> str:
    words = money(totals.monthly_usd.p50 if totals.monthly_usd else None)
    return f"at least {words}" if totals.at_least and totals.monthly_usd else words


def findings(before: Totals, after: Totals) -> Changed:
    old, new = (one.findings_high + one.findings_medium + one.findings_low for one in (before, after))
    return Changed("Findings", str(old), str(new), _tone(old, new), _signed(new - old))


def high_findings(before: Totals, after: Totals) -> Changed:
    old, new = before.findings_high, after.findings_high
    return Changed("High findings", str(old), str(new), _tone(old, new), _signed(new - old))


def targets(before: Totals, after: Totals) -> Changed:
    old, new = (f"{one.targets_met} of {one.targets_total}" for one in (before, after))
    missed = [one.targets_total - one.targets_met for one in (before, after)]
    return Changed("Recovery targets met", old, new, _tone(*missed), _signed(after.targets_met - before.targets_met))


def stores(before: Totals, after: Totals) -> Changed:
    return Changed("Stores", str(before.stores), str(after.stores), "same", _signed(after.stores - before.stores))


def recovery(before: DataSetRecovery | None, after: DataSetRecovery | None, name: str = "") -> tuple[Changed, ...]:
    """Loss and time until back for each failure, only where they differ; failures with the same change share a line."""
    old = {one.failure: one for one in before.failures} if before else {}
    found: dict[Changed, list[str]] = {}
    for one in after.failures if after else ():
        was = old.get(one.failure)
        for row in (_lost(was, one), _back(was, one)):
            if row.differs:
                found.setdefault(row, []).append(one.label)
    prefix = f"{name}, " if name else ""
    return tuple(replace(row, label=f"{prefix}{row.label}: {_joined(labels)}") for row, labels in found.items())


def _lost(was: FailureRecovery | None, now: FailureRecovery) -> Changed:
    return Changed("Data lost", was.lost if was else UNKNOWN, now.lost, _tone(_loss(was), _loss(now)))


def _loss(one: FailureRecovery | None) -> float | None:
    """Seconds lost; losing everything is worse than any time, and unknown stays unknown."""
    if one is None or one.lost == UNKNOWN:
        return None
    return math.inf if one.rpo_seconds is None else one.rpo_seconds


def _back(was: FailureRecovery | None, now: FailureRecovery) -> Changed:
    before = was.rto_seconds if was else None
    return Changed("Back in", duration(before), duration(now.rto_seconds), _tone(before, now.rto_seconds))


def _joined(labels: list[str]) -> str:
    """`Node lost`, `Operator error` -> `node, operator error`."""
    return ", ".join((label[:1].lower() + label[1:]).removesuffix(" lost") for label in labels)


def before_and_after(before: Evaluation, after: Evaluation, path: str) -> tuple[Changed, ...]:
    """The consequences of one edit of one data set: cost and findings always, recovery where it changes."""
    changed = recovery(before.recovery.get(path), after.recovery.get(path))
    return (cost(before.totals, after.totals), *changed, findings(before.totals, after.totals))


def _tone(before: float | None, after: float | None) -> str:
    if before is None or after is None or before == after:
        return "same"
    return "worse" if after > before else "better"


def _signed(change: int) -> str:
    return "no change" if change == 0 else f"{'+' if change > 0 else chr(0x2212)}{abs(change)}"
