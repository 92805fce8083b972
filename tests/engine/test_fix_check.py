"""No fix that is offered as one click makes a plan worse, over every template; findings by rule, filtered."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from catalog.files import packaged_prices, packaged_snapshot
from planner.engine.advice import mended, rule_of
from planner.engine.document import Plan, parse
from planner.engine.evaluate import evaluate
from planner.engine.finding_groups import asked_for, grouped
from planner.engine.fix_check import GRAVITY, objections, open_findings
from planner.engine.results import Evaluation, Finding
from planner.engine.rules.rule import Look

TODAY = dt.date(2026, 11, 23)
TEMPLATES = sorted((Path(__file__).parents[2] / "planner" / "examples").glob("*.yaml"))
SHOP = next(one for one in TEMPLATES if one.stem == "webshop")


def evaluated(plan: Plan) -> Evaluation:
    return evaluate(plan, packaged_snapshot(), packaged_prices(), TODAY)


def fixes(path: Path) -> list[tuple[Finding, Evaluation, Evaluation]]:
    """Each finding of a template that a click could mend, with the plan's evaluation before and after."""
    plan = parse(path.read_bytes())
    before = evaluated(plan)
    look = Look(plan, packaged_snapshot(), before.stores, before.recovery, before.rankings, TODAY)
    found = []
    for one in before.findings:
        rule = rule_of(one.rule)
        after = mended(rule, look, one.at) if rule and rule.mend else None
        if after is not None:
            found.append((one, before, evaluated(after)))
    return found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_an_offered_fix_trades_nothing_worse_for_its_finding(path: Path) -> None:
    """Counted here once more, without the code that decides what is offered."""
    for finding, before, after in fixes(path):
        if objections(before, after, finding):
            continue
        old, new = ({(one.rule, one.at): one for one in result.findings} for result in (before, after))
        assert (finding.rule, finding.at) not in new
        assert [key for key in new.keys() - old.keys() if GRAVITY[new[key].severity] >= GRAVITY[finding.severity]] == []
        assert after.totals.targets_met >= before.totals.targets_met


def test_most_fixes_are_offered_and_a_bad_trade_is_not() -> None:
    told = {(one.rule, one.at): objections(before, after, one) for one, before, after in fixes(SHOP)}
    assert sum(not said for said in told.values()) >= 8
    said = told["placement.relational-would-do", "stores/mongo-catalog"]
    assert any("recovery.target-missed" in one for one in said)
    assert any("recovery target" in one and "met today" in one for one in said)


def test_an_accepted_finding_is_no_new_one() -> None:
    before = evaluated(parse(SHOP.read_bytes()))
    assert all(not one.waived_until for one in open_findings(before).values())


def finding(rule: str, at: str, severity: str, title: str = "Title") -> Finding:
    return Finding(rule, severity, at, title, "Message.", "Fix.", "source")


FOUND = (
    finding("growth.limit", "stores/a", "low"),
    finding("backup.untested", "stores/a", "medium"),
    finding("growth.limit", "stores/b", "high", "Disk ends in March"),
    finding("backup.untested", "stores/b", "medium"),
)


def test_findings_are_grouped_by_rule_worst_first() -> None:
    groups = grouped(FOUND)
    assert [(one.rule, one.severity, [found.at for found in one.findings]) for one in groups] == [
        ("growth.limit", "high", ["stores/b", "stores/a"]),
        ("backup.untested", "medium", ["stores/a", "stores/b"]),
    ]
    assert sum(len(one.findings) for one in groups) == len(FOUND)


@pytest.mark.parametrize(
    ("severity", "words", "count"),
    [
        ("", "", 4),
        ("medium", "", 2),
        ("", "MARCH disk", 1),
        ("", "main database", 2),
        ("low", "disk", 0),
        ("", "untested", 2),
    ],
)
def test_findings_are_chosen_by_severity_and_by_words_in_any_order(severity: str, words: str, count: int) -> None:
    assert len(asked_for(FOUND, {"stores/a": "Main database"}, severity, words)) == count
