"""Prometheus alert rules of a store: the age of the last good backup, runs that failed, copies that fall behind."""

from __future__ import annotations

import yaml

from backups.scripts.policy import NamedPolicy
from planner.engine.document import Store, duration_seconds

# A backup is late once half a period more has passed, and an hour at least for what runs daily or less often.
GRACE = 0.5
LEAST_GRACE_SECONDS = 600
LAG_SECONDS = 30
# Gauges of the usual exporters, in seconds: postgres_exporter, mysqld_exporter, redis_exporter.
LAG = {
    "postgresql": "pg_replication_lag_seconds",
    "pgvector": "pg_replication_lag_seconds",
    "timescaledb": "pg_replication_lag_seconds",
    "mysql": "mysql_slave_status_seconds_behind_master",
    "mariadb": "mysql_slave_status_seconds_behind_master",
    "redis": "redis_connected_slave_lag_seconds",
    "valkey": "redis_connected_slave_lag_seconds",
}


def alert_rules(slug: str, store: Store, policies: tuple[NamedPolicy, ...]) -> str:
    rules = [rule for one in policies for rule in (_late(slug, one), _failed(slug, one))]
    if store.replication and store.replication.replicas and store.database in LAG:
        rules.append(_lagging(slug, store))
    groups = {"groups": [{"name": f"backups-{slug}", "rules": rules}]}
    return (
        "# Prometheus alert rules. The backup metrics are written by the scripts (METRICS_DIR); the lag comes from the\n"
        f"# exporter of the database. Its limit, {LAG_SECONDS} s, is an assumption.\n"
        + yaml.safe_dump(groups, sort_keys=False, width=120)
    )


def allowed_seconds(one: NamedPolicy) -> int:
    every = duration_seconds(one.policy.every)
    return round(every + max(every * GRACE, LEAST_GRACE_SECONDS))


def _metric(name: str, slug: str, one: NamedPolicy) -> str:
    return f'polystore_backup_{name}{{store="{slug}",policy="{one.name}",action="backup"}}'


def _late(slug: str, one: NamedPolicy) -> dict[str, object]:
    good = _metric("last_success_timestamp_seconds", slug, one)
    return {
        "alert": "BackupLate",
        "expr": f"time() - {good} > {allowed_seconds(one)} or absent({good})",
        "for": "5m",
        "labels": {"severity": "critical", "store": slug, "policy": one.name},
        "annotations": {
            "summary": f"No good {one.name} backup of {slug} for longer than {allowed_seconds(one)} s",
            "description": f"The plan asks for one every {one.policy.every}. See RUNBOOK.md, A backup is late.",
        },
    }


def _failed(slug: str, one: NamedPolicy) -> dict[str, object]:
    return {
        "alert": "BackupFailed",
        "expr": f'polystore_backup_last_exit_code{{store="{slug}",policy="{one.name}"}} != 0',
        "labels": {"severity": "warning", "store": slug, "policy": one.name},
        "annotations": {
            "summary": f"{{{{ $labels.action }}}} of {slug}, {one.name}, ended with exit code {{{{ $value }}}}",
            "description": "2 wrong use or damaged policy, 3 locked, 4 source, 5 damaged backup, 6 copy, 7 restore.",
        },
    }


def _lagging(slug: str, store: Store) -> dict[str, object]:
    return {
        "alert": "ReplicationLag",
        "expr": f'{LAG[store.database]}{{job="{slug}"}} > {LAG_SECONDS}',
        "for": "5m",
        "labels": {"severity": "warning", "store": slug},
        "annotations": {
            "summary": f"A copy of {slug} is {{{{ $value }}}} s behind",
            "description": "What has not arrived is lost with the primary. The job label must be the store's name.",
        },
    }
