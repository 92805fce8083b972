"""Versions past their end on services that charge for them: the price is named as missing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from planner.engine.evaluate import evaluate
from planner.engine.results import Evaluation
from tests.engine.cost_plans import plan_of, world

TODAY = dt.date(2026, 11, 23)


def evaluated(**store: Any) -> Evaluation:
    snapshot, prices = world()
    return evaluate(plan_of(**store), snapshot, prices, TODAY)


def test_a_version_past_its_end_makes_the_total_a_least_and_says_why() -> None:
    old, new = evaluated(version="11"), evaluated(version="17")
    (said,) = old.stores["main"].unknown
    assert said == "Extended support of PostgreSQL 11, older than every line that is still supported: no price is known"
    assert old.totals.at_least
    assert old.totals.monthly_usd == new.totals.monthly_usd
    assert new.stores["main"].unknown == ()
    assert not new.totals.at_least


@pytest.mark.parametrize(
    "store", [{"offering": "self-hosted", "version": "11"}, {"version": None}, {"version": "99"}, {"version": "old"}]
)
def test_nobody_charges_for_own_machines_and_unknown_versions_say_nothing(store: dict[str, Any]) -> None:
    assert evaluated(**store).stores["main"].unknown == ()


def test_a_line_that_ended_names_its_day() -> None:
    snapshot, prices = world()
    after = dt.date(2029, 11, 9)
    (said,) = evaluate(plan_of(version="17.4"), snapshot, prices, after).stores["main"].unknown
    assert said == "Extended support of PostgreSQL 17.4, which ended on 2029-11-08: no price is known"
