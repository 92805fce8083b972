"""Fixes that a click applies: each takes its finding away, changes only what it must, and knows when it cannot."""

from __future__ import annotations

import datetime as dt
import json
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.files import packaged_prices, packaged_snapshot
from planner.engine.advice import RULES, mended, rule_of
from planner.engine.diff import diff
from planner.engine.document import Plan, dump_json, parse
from planner.engine.evaluate import evaluate
from planner.engine.results import Finding
from planner.engine.rules.rule import Look, Rule
from tests.engine.documents import plan_trees
from tests.engine.test_rules import ARCHIVE, CASES, NAKED, ORDERS, SEARCH, TODAY, Changes, example

MENDING = [rule for rule in RULES if rule.mend]
# The example's own trigger has no single right change; this one has.
CLEARER: dict[str, Changes] = {
    "replication.no-conflict-rule": {
        "stores.redis-session.database": "dynamodb",
        "stores.redis-session.replication": {
            "mode": "asynchronous", "pattern": "active-active", "replicas": 1, "zones": 2,
        },
        "services.user-service.data.sessions.needs.transactions": "none",
        "services.order-service.data.carts.needs.transactions": "none",
    },
    "backup.three-two-one": {"stores.pg-main.backups": NAKED, "stores.pg-main.replication": {"mode": "none"}},
}  # fmt: skip


@lru_cache(maxsize=4)
def looked(text: str) -> tuple[Look, tuple[Finding, ...]]:
    plan = Plan.model_validate_json(text)
    result = evaluate(plan, packaged_snapshot(), packaged_prices(), TODAY)
    look = Look(plan, packaged_snapshot(), result.stores, result.recovery, result.rankings, TODAY)
    return look, result.findings


def look_at(plan: Plan) -> tuple[Look, tuple[Finding, ...]]:
    return looked(plan.model_dump_json(by_alias=True, exclude_none=True))


def found(plan: Plan, rule: Rule) -> list[str]:
    return [one.at for one in look_at(plan)[1] if one.rule == rule.id]


@pytest.mark.parametrize("rule", MENDING, ids=lambda rule: rule.id)
def test_a_fix_takes_its_finding_away(rule: Rule) -> None:
    plan = example(CLEARER.get(rule.id, CASES[rule.id][0]))
    look, _ = look_at(plan)
    fixed = [(at, after) for at in found(plan, rule) if (after := mended(rule, look, at)) is not None]
    assert fixed
    for at, after in fixed:
        assert parse(dump_json(after)) == after
        assert diff(plan, after)
        assert at not in found(after, rule)


@pytest.mark.parametrize("rule", MENDING, ids=lambda rule: rule.id)
def test_a_fix_says_what_will_be_true_and_what_is_left_to_do(rule: Rule) -> None:
    assert rule.mend
    assert rule.mend.label[0].isupper()
    assert not rule.mend.label.endswith(".")
    assert rule.mend.after.endswith(".")


def test_no_fix_fails_on_any_finding_of_any_trigger() -> None:
    for trigger in (
        {},
        CASES["placement.refused"][0],
        CASES["caching.no-fallback"][0],
        CASES["backup.snapshot-only"][0],
    ):
        look, findings = look_at(example(trigger))
        for one in findings:
            rule = rule_of(one.rule)
            assert rule
            after = mended(rule, look, one.at)
            assert after is None or after != look.plan


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tree=plan_trees(), databases=st.lists(st.sampled_from(sorted(packaged_snapshot().databases)), max_size=3))
def test_no_plan_makes_a_rule_or_a_fix_fail(tree: dict[str, Any], databases: list[str]) -> None:
    """Half-filled plans, unknown systems, backups of any length: findings or none, fixes that can be read again."""
    for store, database in zip(tree["stores"].values(), databases, strict=False):
        store["database"] = database
    plan = parse(json.dumps(tree))
    look, findings = look_at(plan)
    for one in findings:
        rule = rule_of(one.rule)
        assert rule
        after = mended(rule, look, one.at)
        assert after is None or (after != plan and parse(dump_json(after)) == after)


def mend(rule_id: str, at: str, changes: Changes) -> Plan | None:
    rule = rule_of(rule_id)
    assert rule
    return mended(rule, look_at(example(changes))[0], at)


def at_of(path: str) -> str:
    return path.replace(".", "/")


def test_a_dual_write_becomes_an_outbox_where_one_transaction_holds_both_and_a_stream_where_not() -> None:
    after = mend("consistency.dual-write", at_of(SEARCH), {})
    assert after
    assert after.data_set("product-catalog/product-search").sync == "outbox"
    after = mend("consistency.dual-write", at_of(SEARCH), {"stores.mongo-catalog.database": "couchdb"})
    assert after
    assert after.data_set("product-catalog/product-search").sync in ("cdc", "batch")


def test_a_conflict_rule_is_not_guessed_where_data_would_be_lost() -> None:
    assert mend("replication.no-conflict-rule", "stores/pg-main", CASES["replication.no-conflict-rule"][0]) is None


def test_eviction_is_not_chosen_for_a_store_that_keeps_and_caches() -> None:
    changes = {"services.product-catalog.data.products.cache.store": "redis-session",
               "stores.redis-session.eviction": "fifo"}  # fmt: skip
    assert mend("caching.unknown-policy", "stores/redis-session", changes) is None


def test_copies_go_to_the_region_that_the_plan_uses_already() -> None:
    after = mend("backup.same-region", "stores/pg-main", {"stores.pg-main.backups": NAKED})
    assert after
    away = after.stores["pg-main"].backups[0].copies[-1]
    assert (away.region, away.offsite, away.immutable, away.encrypted) == ("eu-west-1", True, True, True)


def test_a_large_store_is_not_copied_whole_each_day() -> None:
    small, large = (mend("recovery.no-backup", f"stores/{slug}", {}) for slug in ("es-search", "s3-archive"))
    assert small
    assert large
    assert [(one.kind, one.every) for one in small.stores["es-search"].backups] == [("full", "1d")]
    assert [(one.kind, one.every) for one in large.stores["s3-archive"].backups] == [
        ("full", "30d"),
        ("incremental", "1d"),
    ]


def test_a_cache_alone_gets_no_backup() -> None:
    assert mend("recovery.no-backup", "stores/redis-cache", {}) is None


def test_a_fix_of_one_data_set_leaves_all_others_alone() -> None:
    before = example()
    after = mend("privacy.copy-kept-longer", at_of(ARCHIVE), {})
    assert after
    assert [one.path for one in diff(before, after)] == [f"{ARCHIVE}.needs.retention_days"]


def test_a_refused_data_set_moves_to_a_store_that_fits() -> None:
    changes = {f"{ORDERS}.store": "redis-session"}
    after = mend("placement.refused", at_of(ORDERS), changes)
    assert after
    assert after.data_set("order-service/orders").store in ("pg-main", "pg-reports")


def test_an_upgrade_goes_to_a_line_that_lasts() -> None:
    after = mend("lifecycle.version", "stores/redis-cache", {"stores.redis-cache.version": "8.0"})
    assert after
    version = after.stores["redis-cache"].version
    cycle = next(one for one in packaged_snapshot().databases["redis"].cycles if one.cycle == version)
    assert cycle.eol_on is None or cycle.eol_on > TODAY + dt.timedelta(days=365)
