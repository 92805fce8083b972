"""Proposed schedules: by the same recovery and cost as the plan's pages, never beaten by another, cheapest that meets."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from catalog.files import packaged_prices, packaged_snapshot
from planner.engine.backup.proposals import FAILURES, Proposals, applied, proposals, words_of
from planner.engine.document import Plan, parse
from planner.engine.evaluate import evaluate
from tests.engine.documents import EXAMPLES, WEBSHOP

TODAY = dt.date(2026, 11, 23)
SNAPSHOT, PRICES = packaged_snapshot(), packaged_prices()


def webshop() -> Plan:
    return parse(WEBSHOP.read_bytes())


def found(plan: Plan, slug: str) -> Proposals:
    answer = proposals(plan, slug, SNAPSHOT, PRICES)
    assert answer is not None
    return answer


@pytest.mark.parametrize("slug", ["pg-main", "redis-session", "pg-reports", "s3-archive"])
def test_what_is_shown_is_what_the_plan_s_pages_say_once_it_is_applied(slug: str) -> None:
    plan = webshop()
    for one in found(plan, slug).frontier[:3]:
        then = evaluate(applied(plan, slug, one), SNAPSHOT, PRICES, TODAY)
        rows = [
            failure
            for path, row in then.recovery.items()
            if plan.data_set(path).store == slug
            for failure in row.failures
            if failure.failure in FAILURES
        ]
        losses = [row.rpo_seconds for row in rows]
        assert one.loss_seconds == (None if None in losses else max(loss for loss in losses if loss is not None))
        assert one.usd == pytest.approx(float(then.stores[slug].monthly_usd or 0))
        assert one.meets == all(row.meets_rpo and row.meets_rto for row in rows)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml"))[:6], ids=lambda path: path.stem)
def test_no_shown_schedule_is_beaten_and_the_chosen_is_the_cheapest_that_meets(path: Path) -> None:
    plan = parse(path.read_bytes())
    for slug in list(plan.stores)[:3]:
        answer = proposals(plan, slug, SNAPSHOT, PRICES)
        if answer is None:
            assert not any(ref.data_set.store == slug for ref in plan.data_sets())
            continue
        costs = [one.usd or 0 for one in answer.frontier]
        assert costs == sorted(costs)
        assert len({one.key for one in answer.frontier}) == len(answer.frontier)
        meeting = [one for one in answer.frontier if one.meets]
        assert (answer.chosen is None) == (not meeting)
        if answer.chosen:
            assert answer.chosen.usd == min(one.usd or 0 for one in meeting)
            margin = answer.margin_seconds(answer.chosen)
            assert margin is not None and min(margin) >= 0


def test_a_target_that_nothing_meets_names_the_nearest() -> None:
    answer = found(webshop(), "pg-main")
    assert (answer.target_loss_seconds, answer.target_back_seconds) == (60, 300)
    assert answer.chosen is None
    assert answer.nearest.loss_seconds == 90  # a log every minute, and half a minute on its way
    assert "log every 60 s" in words_of(answer.nearest.policies)


def test_a_log_is_proposed_only_where_the_system_can_be_recovered_to_a_moment() -> None:
    kinds = {policy.kind for one in found(webshop(), "es-logs").frontier for policy in one.policies}
    assert "log" not in kinds


def test_proposals_keep_backups_as_long_as_today() -> None:
    (one, *_) = found(webshop(), "pg-main").frontier
    assert {policy.keep for policy in one.policies if policy.kind != "log"} == {"35d"}


def test_a_store_without_data_has_no_target() -> None:
    assert proposals(webshop(), "redis-cache", SNAPSHOT, PRICES) is None
