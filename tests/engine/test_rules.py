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
from planner.engine.advice import RULES, SEVERITIES, documentation
from planner.engine.document import Plan, dump_json, parse
from planner.engine.evaluate import evaluate
from planner.engine.results import Finding
from planner.engine.rules.rule import Rule

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
CARTS = "services.order-service.data.carts"
REPORTS = "services.analytics.data.reports"
ARCHIVE = "services.logging.data.log-archive"
SERVICES = ("user-service", "product-catalog", "order-service", "analytics", "logging")
QUORUM = {"mode": "quorum", "pattern": "single-region", "replicas": 2, "zones": 3}
LOG = {"kind": "log", "every": "5m", "keep": "14d", "method": "continuous-archive"}
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
    "caching.unsaved-evicted": (
        {f"{PRODUCTS}.cache.strategy": "write-behind"},
        {f"{PRODUCTS}.cache.strategy": "write-behind", "stores.redis-cache.eviction": "volatile-lru"},
    ),
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
    "backup.gap-between": (
        {"stores.pg-main.backups": [{**ONE_REGION, "every": "7d", "keep": "6d"}]},
        {"stores.pg-main.backups": [{**ONE_REGION, "every": "7d", "keep": "1 copy"}]},
    ),
    "backup.key-beside": (
        {"stores.pg-main.backups": [{**ONE_REGION, "copies": [{**SAFE_COPY, "key": "same-account"}]}]},
        {"stores.pg-main.backups": [{**ONE_REGION, "copies": [{**SAFE_COPY, "key": "other-account"}]}]},
    ),
    "backup.locked-longer": (
        {"stores.pg-main.backups": [{**ONE_REGION, "copies": [{**SAFE_COPY, "locked": "8d"}]}]},
        {"stores.pg-main.backups": [{**ONE_REGION, "copies": [{**SAFE_COPY, "locked": "7d"}]}]},
    ),
    "backup.untested": (NOTHING, {f"stores.{slug}.drills": DRILL for slug in KEEPERS}),
    "backup.three-two-one": (
        {"stores.pg-main.backups": NAKED, "stores.pg-main.replication": {"mode": "none"}}, NOTHING,
    ),
    "lifecycle.version": ({"stores.redis-cache.version": "8.0"}, {"stores.ch-events.version": None}),
    "lifecycle.unmaintained": ({"stores.redis-cache.database": "keydb"}, NOTHING),
    "privacy.derived-copy": (
        NOTHING,
        {f"services.{path}.{key}": value for path in ("analytics.data.reports", "logging.data.log-archive")
         for key, value in (("personal_data", True), ("deletion", "by-request"))},
    ),
    "growth.limit": ({f"{ORDERS}.needs.size_gib": 15000}, NOTHING),
    "growth.no-retention": ({f"{EVENTS}.needs.retention_days": None}, NOTHING),
    "growth.hot-partition": (
        {"stores.s3-archive.database": "dynamodb", f"{ARCHIVE}.needs.writes_per_second": 2000,
         f"{ARCHIVE}.needs.item_bytes": 900},
        NOTHING,
    ),
    "placement.hosting": ({f"{ORDERS}.needs.hosting": "self-hosted"}, NOTHING),
    "placement.shared-database": (
        NOTHING,
        {"services.user-service.tier": "critical", f"{SESSIONS}.tier": "medium", f"{CARTS}.tier": "medium"},
    ),
    "operations.one-on-call": ({"team.people_on_call": 1}, NOTHING),
    "operations.no-owner": (NOTHING, {f"services.{slug}.owner": "Platform team" for slug in SERVICES}),
    "operations.dear-system": ({"stores.es-logs.database": "elasticsearch"}, NOTHING),
    "data.wide-range": ({f"{ORDERS}.needs.size_gib": [1, 50, 500]}, NOTHING),
    "data.no-growth": ({f"{ORDERS}.needs.growth_per_year": None}, NOTHING),
    "consistency.no-change-stream": (
        {f"{SEARCH}.sync": "cdc", "stores.mongo-catalog.database": "memcached"}, {f"{SEARCH}.sync": "cdc"},
    ),
    "consistency.outbox-without-transaction": (
        {f"{SEARCH}.sync": "outbox", "stores.mongo-catalog.database": "couchdb"}, {f"{SEARCH}.sync": "outbox"},
    ),
    "consistency.stale-copy": ({f"{REPORTS}.needs.consistency": "strong"}, NOTHING),
    "consistency.weaker-by-default": ({"stores.pg-main.database": "dynamodb"}, NOTHING),
    "consistency.own-writes-on-replica": (
        {"stores.mongo-catalog.replication": {**REPLICATED, "pattern": "read-replicas"}}, NOTHING,
    ),
    "replication.one-sync-standby": ({"stores.pg-main.offering": "self-hosted"}, NOTHING),
    "replication.quorum-overlap": (
        {"stores.pg-main.replication": {**QUORUM, "write_quorum": 1, "read_quorum": 2}},
        {"stores.pg-main.replication": {**QUORUM, "write_quorum": 2, "read_quorum": 2}},
    ),
    "replication.even-quorum": ({"stores.mongo-catalog.replication": {**QUORUM, "replicas": 3}}, NOTHING),
    "replication.lossy-conflict-rule": (
        {"stores.pg-main.replication": {
            **REPLICATED, "pattern": "active-active", "conflict_resolution": "last-write-wins"}},
        {"stores.pg-main.replication": {**REPLICATED, "pattern": "active-active", "conflict_resolution": "crdt"}},
    ),
    "replication.no-multi-region-writes": (
        {"stores.pg-main.replication": {**REPLICATED, "pattern": "active-active"}}, NOTHING,
    ),
    "replication.too-few-regions": (
        {f"{ORDERS}.needs.regions": 2},
        {f"{ORDERS}.needs.regions": 2, "stores.pg-main.replication.regions": ["eu-west-1"]},
    ),
    "caching.no-fallback": ({f"{PRODUCTS}.store": "redis-cache"}, NOTHING),
    "caching.personal-at-edge": (
        {f"{PRODUCTS}.cache": {"layer": "cdn", "ttl_seconds": 60}, f"{PRODUCTS}.personal_data": True},
        {f"{PRODUCTS}.cache": {"layer": "cdn", "ttl_seconds": 60}},
    ),
    "caching.local-invalidation": (
        {f"{PRODUCTS}.cache": {"layer": "in-process", "invalidation": "on-write"}},
        {f"{PRODUCTS}.cache": {"layer": "in-process", "invalidation": "event"}},
    ),
    "caching.view-not-refreshed": (
        {f"{REPORTS}.cache": {"layer": "materialized-view", "invalidation": "on-write"}},
        {f"{REPORTS}.cache": {"layer": "materialized-view", "invalidation": "event"}},
    ),
    "caching.outlives-data": ({f"{PRODUCTS}.needs.retention_days": 0.001}, NOTHING),
    "caching.unmeasured": ({f"{PRODUCTS}.cache.zipf_alpha": None}, NOTHING),
    "caching.volatile-without-ttl": (
        {"stores.redis-cache.eviction": "volatile-lru", f"{PRODUCTS}.cache.ttl_seconds": None},
        {"stores.redis-cache.eviction": "volatile-lru"},
    ),
    "caching.mixed-use": ({f"{PRODUCTS}.cache.store": "redis-session"}, NOTHING),
    "recovery.single-region": (NOTHING, {"stores.pg-main.replication.regions": ["eu-west-1"]}),
    "recovery.weaker-dependency": (NOTHING, {"services.user-service.tier": "critical"}),
    "recovery.different-points": (NOTHING, {f"stores.{slug}.backups": BACKED_UP for slug in (*KEEPERS, "pg-reports")}),
    "recovery.too-many-restores": (NOTHING, {"team.people_on_call": 9}),
    "backup.snapshot-only": ({"stores.pg-main.backups": [{**ONE_REGION, "kind": "snapshot"}]}, NOTHING),
    "backup.chain-without-full": ({"stores.pg-main.backups": [{**ONE_REGION, "kind": "incremental"}]}, NOTHING),
    "backup.base-expires-first": ({"stores.pg-main.backups": [{**ONE_REGION, "keep": "2d"}, LOG]}, NOTHING),
    "backup.log-too-short": ({"stores.pg-main.backups": [{**ONE_REGION, "every": "4w"}, LOG]}, NOTHING),
    "backup.log-in-one-region": (NOTHING, {"stores.pg-main.backups": BACKED_UP}),
    "backup.long-chain": (NOTHING, {"stores.ch-events.backups": BACKED_UP}),
    "backup.small-drill": ({"stores.pg-main.drills": [{**DRILL[0], "restored_gib": 5}]}, NOTHING),
    "backup.drill-of-another-way": ({"stores.pg-main.drills": [{**DRILL[0], "method": "logical"}]}, NOTHING),
    "backup.slow-dump": ({"stores.pg-main.backups": [{**ONE_REGION, "method": "logical"}]}, NOTHING),
    "privacy.copy-kept-longer": (NOTHING, {f"{ARCHIVE}.needs.retention_days": 30}),
    "privacy.no-end": ({f"{ORDERS}.deletion": "retention"}, {f"{SESSIONS}.deletion": "retention"}),
    "licence.not-allowed": (
        {"team.licences": ["open-source", "open-core", "proprietary"]},
        {"team.licences": ["open-source", "open-core", "proprietary", "source-available"]},
    ),
    "licence.ends-with-version": ({"stores.redis-cache.offering": "self-hosted"}, NOTHING),
}  # fmt: skip

# What the guide asks for, and the rules that answer. A topic without a rule fails the test below.
TOPICS: dict[str, tuple[str, ...]] = {
    "Best practice 1: start simple": ("placement.relational-would-do", "operations.empty-store"),
    "Best practice 2: cache reads, not writes": ("caching.writes",),
    "Best practice 3: monitor replication lag": ("replication.lag-unwatched",),
    "Best practice 4: test backups": ("backup.untested",),
    "Best practice 5: document data flows": ("consistency.undocumented-flow",),
    "Best practice 6: plan for failure": ("recovery.no-backup", "recovery.single-node", "recovery.single-zone"),
    "Best practice 7: measure": ("data.unmeasured", "data.wide-range", "data.no-growth", "caching.unmeasured"),
    "Challenge: operational complexity": ("operations.too-many-systems", "operations.one-on-call"),
    "Challenge: consistency across stores": ("consistency.dual-write", "consistency.stale-copy"),
    "Challenge: team expertise": ("operations.unknown-system", "operations.no-owner"),
    "Challenge: infrastructure costs": ("operations.dear-system",),
    "Challenge: disaster recovery": ("recovery.too-many-restores", "recovery.different-points"),
    "Criterion 1: consistency requirements": ("consistency.weaker-by-default", "replication.quorum-overlap"),
    "Criterion 2: query patterns": ("placement.refused", "placement.doubtful"),
    "Criterion 3: scale expectations": ("growth.limit", "growth.hot-partition"),
    "Criterion 4: team expertise": ("operations.unknown-system",),
    "Criterion 5: operational burden": ("placement.hosting", "operations.nobody-on-call"),
    "Cache layer: CDN": ("caching.personal-at-edge",),
    "Cache layer: application": ("caching.local-invalidation",),
    "Cache layer: distributed": ("caching.unmeasured", "caching.mixed-use"),
    "Cache layer: database": ("caching.view-not-refreshed",),
    "Cache: TTL may serve stale data": ("caching.no-ttl", "consistency.own-writes", "caching.outlives-data"),
    "Cache: write-through is wasted if rarely read": ("caching.writes",),
    "Cache: write-behind may lose data": ("caching.write-behind", "caching.unsaved-evicted"),
    "Cache: cache-aside misses": ("caching.cold-start", "caching.no-fallback"),
    "Eviction: LRU, LFU": ("caching.no-policy", "caching.only-copy", "caching.refuses-writes", "caching.mixed-use"),
    "Eviction: FIFO": ("caching.unknown-policy",),
    "Eviction: TTL": ("caching.volatile-without-ttl",),
    "Synchronous: latency": ("replication.far-synchronous",),
    "Synchronous: availability depends on the replica": ("replication.one-sync-standby", "replication.even-quorum"),
    "Asynchronous: data loss": ("replication.lag-unwatched", "recovery.target-missed"),
    "Asynchronous: stale reads": ("consistency.stale-replica", "consistency.own-writes-on-replica"),
    "Regions: active-passive": ("recovery.single-region", "replication.too-few-regions"),
    "Regions: active-active": (
        "replication.no-conflict-rule", "replication.lossy-conflict-rule", "replication.no-multi-region-writes",
    ),
    "Regions: read replicas": ("consistency.stale-replica",),
    "Backups: 3-2-1": ("backup.three-two-one", "backup.same-region", "backup.deletable"),
    "Backups: chain of dependencies": ("backup.long-chain", "backup.chain-without-full"),
    "Backups: a snapshot is no true backup": ("backup.snapshot-only",),
    "Backups: tiers": ("recovery.target-missed", "recovery.derived-stricter", "recovery.weaker-dependency"),
    "Failure: restores fail, corrupted": ("backup.untested", "backup.drill-of-another-way"),
    "Failure: missing dependencies": ("backup.base-expires-first", "recovery.log-without-base"),
    "Failure: slower than expected": ("backup.small-drill", "backup.slow-dump"),
    "Failure: missing logs": ("backup.log-too-short", "backup.log-in-one-region"),
    "Failure: permissions, encryption": ("backup.untested", "backup.not-encrypted", "backup.key-beside"),
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
    assert len(ids) >= 80


def test_every_topic_of_the_guide_has_its_rules() -> None:
    ids = {rule.id for rule in RULES}
    assert all(rules and set(rules) <= ids for rules in TOPICS.values())


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


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_explains_itself(rule: Rule) -> None:
    assert rule.severity in SEVERITIES
    for text in (rule.why, rule.decided, rule.fix):
        assert text[0].isupper() or text[0] == "`"
        assert text.endswith(".")
    assert rule.source
    for threshold in rule.thresholds:
        assert any(sign.isdigit() for sign in threshold.value)
        assert threshold.meaning


def test_a_copy_that_cannot_be_built_again_must_match_its_source() -> None:
    """The archive keeps logs that their source forgets; backed up in another rhythm they do not match."""
    changes = {"stores.s3-archive.backups": BACKED_UP}
    places = [one.at for one in findings(example(changes), "recovery.different-points")]
    assert "services/logging/data/log-archive" in places
    assert "services/analytics/data/reports" not in places
    same = {"stores.s3-archive.backups": BACKED_UP, "stores.es-logs.backups": BACKED_UP}
    assert "services/logging/data/log-archive" not in [
        one.at for one in findings(example(same), "recovery.different-points")
    ]


def test_a_copy_that_remembers_more_than_its_source_needs_a_backup() -> None:
    """The log archive keeps seven years of what its source forgets in a month."""
    found = {one.at: one.severity for one in findings(example(), "recovery.no-backup")}
    assert (found["stores/s3-archive"], found["stores/es-search"]) == ("high", "low")
    same = findings(example({f"{ARCHIVE}.needs.retention_days": 30}), "recovery.no-backup")
    assert {one.at: one.severity for one in same}["stores/s3-archive"] == "low"


def test_growth_says_the_month_for_each_end_of_the_ranges() -> None:
    changes = {f"{ORDERS}.needs.size_gib": [8000, 15000, 19000], f"{ORDERS}.needs.growth_per_year": [0.01, 0.5, 2]}
    (one,) = findings(example(changes), "growth.limit")
    assert "reaches in month 9" in one.title
    assert "With the high ends of all ranges: month 1" in one.message
    assert "low ends: not within 36 months" in one.message


def test_growth_that_only_the_high_end_reaches_is_low_and_says_may() -> None:
    changes = {f"{ORDERS}.needs.size_gib": 8000, f"{ORDERS}.needs.growth_per_year": [0, 0.01, 2]}
    (one,) = findings(example(changes), "growth.limit")
    assert (one.severity, "may reach" in one.title) == ("low", True)


def test_a_data_set_without_growth_still_takes_its_room() -> None:
    changes = {f"{ORDERS}.needs.size_gib": 25000, f"{ORDERS}.needs.growth_per_year": None}
    (one,) = findings(example(changes), "growth.limit")
    assert "is past" in one.title
