"""Every rule of the review: a change of the example plan that triggers it, and one that does not."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from catalog.files import packaged_prices, packaged_snapshot
from planner.engine.advice import RULES, documentation
from planner.engine.document import Plan, dump_json, parse
from planner.engine.evaluate import evaluate
from planner.engine.results import Finding

ROOT = Path(__file__).parents[2]
TODAY = dt.date(2026, 11, 23)
Changes = Mapping[str, Any]

ORDERS = "services.order-service.data.orders"
PRODUCTS = "services.product-catalog.data.products"
SEARCH = "services.product-catalog.data.product-search"
SESSIONS = "services.user-service.data.sessions"
EVENTS = "services.analytics.data.events"
ONE_REGION = {"kind": "full", "every": "1d", "keep": "7d", "method": "physical"}
SAFE_COPY = {"medium": "object-storage", "region": "eu-west-1", "offsite": True, "immutable": True, "encrypted": True}
BACKED_UP = [{**ONE_REGION, "copies": [SAFE_COPY, {**SAFE_COPY, "region": "us-west-2"}]}]
NAKED = [{**ONE_REGION, "copies": [{"medium": "object-storage", "region": "us-east-1"}]}]
ALL_BACKED_UP = {f"stores.{slug}.backups": BACKED_UP for slug in ("es-search", "s3-archive", "redis-cache")}
DRILL = [{"on": "2026-11-01", "restored_gib": 100, "minutes": 20, "verified": True}]
KEEPERS = ("pg-main", "mongo-catalog", "ch-events", "es-logs", "redis-session")
REPLICATED = {"mode": "asynchronous", "pattern": "single-region", "replicas": 1, "zones": 2}
NOTHING: Changes = {}

# rule: (a change that triggers it, a change under which it is silent)
CASES: dict[str, tuple[Changes, Changes]] = {
    "placement.unplaced": ({f"{ORDERS}.store": None}, NOTHING),
    "placement.refused": ({f"{ORDERS}.store": "redis-session"}, NOTHING),
    # A load above what one writer is assumed to carry: a doubt that no verified fact can turn into a refusal.
    "placement.doubtful": ({f"{ORDERS}.needs.writes_per_second": 200_000}, NOTHING),
    "placement.relational-would-do": (
        NOTHING, {"stores.pg-main.database": "mysql", "stores.pg-reports.database": "mysql"},
    ),
    "operations.too-many-systems": (NOTHING, {"team.people_on_call": 9}),
    "operations.nobody-on-call": ({"team.people_on_call": None}, NOTHING),
    "operations.unknown-system": (NOTHING, {"team.knows": ["mongodb", "clickhouse"]}),
    "operations.empty-store": ({f"{EVENTS}.store": "pg-main"}, NOTHING),
    "data.unmeasured": ({f"{ORDERS}.needs.size_gib": None}, NOTHING),
    "consistency.dual-write": (NOTHING, {f"{SEARCH}.sync": "outbox"}),
    "consistency.undocumented-flow": ({f"{SEARCH}.sync": None}, NOTHING),
    "consistency.own-writes": (NOTHING, {f"{PRODUCTS}.cache.invalidation": "on-write"}),
    "consistency.stale-replica": (
        {"stores.pg-main.replication": {**REPLICATED, "pattern": "read-replicas"}},
        NOTHING,
    ),
    "replication.unsupported-mode": (
        {"stores.redis-session.replication": {**REPLICATED, "mode": "consensus"}}, NOTHING,
    ),
    "replication.far-synchronous": ({"stores.pg-main.replication.regions": ["eu-west-1"]}, NOTHING),
    "replication.no-conflict-rule": (
        {"stores.pg-main.replication": {**REPLICATED, "pattern": "active-active"}},
        {
            "stores.pg-main.replication": {
                **REPLICATED, "pattern": "active-active", "conflict_resolution": "application",
            }
        },
    ),
    "replication.lag-unwatched": ({"stores.mongo-catalog.replication": REPLICATED}, NOTHING),
    "caching.writes": ({f"{PRODUCTS}.needs.writes_per_second": 5000}, NOTHING),
    "caching.no-ttl": ({f"{PRODUCTS}.cache.ttl_seconds": None}, NOTHING),
    "caching.write-behind": ({f"{PRODUCTS}.cache.strategy": "write-behind"}, NOTHING),
    "caching.only-copy": ({"stores.redis-session.eviction": "allkeys-lru"}, NOTHING),
    "caching.refuses-writes": ({"stores.redis-cache.eviction": "noeviction"}, NOTHING),
    "caching.no-policy": ({"stores.redis-cache.eviction": None}, NOTHING),
    "caching.unknown-policy": ({"stores.redis-cache.eviction": "fifo"}, NOTHING),
    "caching.cold-start": (NOTHING, {f"{PRODUCTS}.needs.reads_per_second": 2000}),
    "recovery.no-backup": (NOTHING, ALL_BACKED_UP),
    "recovery.target-missed": (NOTHING, {f"targets.{tier}": {"rpo_minutes": 1e7, "rto_minutes": 1e7} for tier in
                                         ("critical", "high", "medium", "low")} | ALL_BACKED_UP
                               | {"stores.pg-reports.backups": BACKED_UP}),
    "recovery.derived-stricter": ({f"{SEARCH}.tier": "critical"}, NOTHING),
    "recovery.log-without-base": (
        {"stores.pg-main.backups": [{"kind": "log", "every": "5m", "keep": "7d", "method": "continuous-archive"}]},
        NOTHING,
    ),
    "recovery.single-node": ({"stores.pg-main.replication": {"mode": "none"}}, NOTHING),
    "recovery.single-zone": ({"stores.pg-main.replication.zones": 1}, NOTHING),
    "backup.same-region": ({"stores.pg-main.backups": NAKED}, NOTHING),
    "backup.deletable": ({"stores.pg-main.backups": NAKED}, NOTHING),
    "backup.not-encrypted": ({"stores.pg-main.backups": NAKED}, NOTHING),
    "backup.untested": (NOTHING, {f"stores.{slug}.drills": DRILL for slug in KEEPERS}),
    "backup.three-two-one": (
        {"stores.pg-main.backups": NAKED, "stores.pg-main.replication": {"mode": "none"}}, NOTHING,
    ),
    "lifecycle.version": ({"stores.redis-cache.version": "8.0"}, {"stores.ch-events.version": None}),
    "lifecycle.unmaintained": ({"stores.redis-cache.database": "keydb"}, NOTHING),
    "privacy.derived-copy": (
        NOTHING,
        {f"services.{path}.personal_data": True for path in ("analytics.data.reports", "logging.data.log-archive")},
    ),
    "growth.limit": ({f"{ORDERS}.needs.size_gib": 15000}, NOTHING),
    "growth.no-retention": ({f"{EVENTS}.needs.retention_days": None}, NOTHING),
}  # fmt: skip


def example(changes: Changes = NOTHING) -> Plan:
    """The example plan with values at dotted paths replaced; None takes a key away."""
    tree = copy.deepcopy(_tree())
    for path, value in changes.items():
        *parents, last = path.split(".")
        part = tree
        for key in parents:
            part = part.setdefault(key, {})
        if value is None:
            part.pop(last, None)
        else:
            part[last] = copy.deepcopy(value)
    return parse(json.dumps(tree))


@lru_cache(maxsize=1)
def _tree() -> dict[str, Any]:
    tree: dict[str, Any] = json.loads(dump_json(parse((ROOT / "planner/examples/webshop.yaml").read_text())))
    return tree


def findings(plan: Plan, rule: str, today: dt.date = TODAY) -> list[Finding]:
    result = evaluate(plan, packaged_snapshot(), packaged_prices(), today)
    found = [one for one in result.findings if one.rule == rule]
    assert (rule in result.passed_rules) is (not found)
    return found


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_triggers_and_stays_silent(rule: str) -> None:
    trigger, silence = CASES[rule]
    found = findings(example(trigger), rule)
    assert found
    for one in found:
        assert one.title and one.message and one.fix and one.source
        assert one.at.split("/")[0] in ("services", "stores", "team")
    assert not findings(example(silence), rule)


def test_ids_are_unique_and_stable() -> None:
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids))
    assert set(CASES) == set(ids)
    assert len(ids) >= 40


def test_findings_name_this_plan() -> None:
    (one,) = findings(example({"stores.pg-main.replication.regions": ["eu-west-1"]}), "replication.far-synchronous")[:1]
    assert "20 ms" in one.message and "eu-west-1" in one.title


def test_a_version_that_ends_soon_says_the_day() -> None:
    titles = [one.title for one in findings(example({"stores.redis-cache.version": "8.0"}), "lifecycle.version")]
    assert "Redis 8.0 ends on 01 Dec 2026" in titles


@pytest.mark.parametrize(("today", "waived"), [(dt.date(2027, 3, 31), True), (dt.date(2027, 4, 1), False)])
def test_a_waiver_holds_until_its_last_day(today: dt.date, waived: bool) -> None:
    cache = next(one for one in findings(example(), "recovery.no-backup", today) if one.at == "stores/redis-cache")
    assert bool(cache.waived_until) is waived
    assert bool(cache.waiver_reason) is waived


def test_waived_findings_do_not_count() -> None:
    low = evaluate(example(), packaged_snapshot(), packaged_prices(), dt.date(2027, 3, 1)).totals.findings_low
    later = evaluate(example(), packaged_snapshot(), packaged_prices(), dt.date(2027, 4, 1)).totals.findings_low
    assert later == low + 1


def test_the_page_of_the_rules_is_complete() -> None:
    """Written by `python -m planner.engine.advice > docs/rules.md`."""
    assert (ROOT / "docs/rules.md").read_text() == documentation()
    for rule in RULES:
        assert f"## {rule.id}\n" in documentation()
