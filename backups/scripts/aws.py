"""Backups that AWS makes itself, set up by its command line: AWS Backup, and the daily snapshots of ElastiCache.

AWS Backup: https://docs.aws.amazon.com/cli/latest/reference/backup/create-backup-plan.html; continuous backups are kept for 35
days at most. ElastiCache: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html, one a day, kept for
35 days at most. Nothing here is executed in tests: there is no AWS account in them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from backups.scripts.policy import NamedPolicy, safe
from planner.engine.backup.start_times import DAY, HOUR, Slot, slot
from planner.engine.document import BackupPolicy, KeepCounts, duration_seconds
from planner.engine.retention import kept_seconds

MOST_DAYS = 35
PERIODS = {"hourly": "1h", "daily": "1d", "weekly": "7d", "monthly": "1M", "yearly": "1y"}


def backup_settings(slug: str, policies: tuple[NamedPolicy, ...]) -> Mapping[str, str]:
    rules = [rule for one in policies for rule in _rules(slug, one)]
    plan = {"BackupPlanName": f"polystore-{slug}"[:50], "Rules": rules}
    selection = {
        "SelectionName": slug[:50],
        "IamRoleArn": "arn:aws:iam::ACCOUNT:role/service-role/AWSBackupDefaultServiceRole",
        "Resources": ["ARN-OF-THE-STORE"],
    }
    return {
        "backup-plan.json": json.dumps(plan, indent=2) + "\n",
        "selection.json": json.dumps(selection, indent=2) + "\n",
        "apply.sh": _apply(slug, policies),
    }


def _rules(slug: str, one: NamedPolicy) -> Iterator[dict[str, Any]]:
    """One rule a policy; one a period where the plan keeps so many of each."""
    if isinstance(one.policy.keep, KeepCounts):
        for period, every in PERIODS.items():
            count = getattr(one.policy.keep, period)
            if count:
                days = math.ceil(count * duration_seconds(every) / DAY)
                yield _rule(f"{one.name}-{period}", slug, one.policy, every, days)
    elif one.policy.kind == "log":
        rule = _rule(one.name, slug, one.policy, "1d", min(MOST_DAYS, _days(one.policy)))
        yield {**rule, "EnableContinuousBackup": True}
    else:
        yield _rule(one.name, slug, one.policy, one.policy.every, _days(one.policy))


def _rule(name: str, slug: str, policy: BackupPolicy, every: str, days: int) -> dict[str, Any]:
    lifecycle = {"DeleteAfterDays": max(1, days)}
    rule: dict[str, Any] = {
        "RuleName": name[:50],
        "TargetBackupVaultName": f"polystore-{slug}",
        "ScheduleExpression": _cron(slot(max(HOUR, duration_seconds(every)))),
        "ScheduleExpressionTimezone": "Etc/UTC",
        "StartWindowMinutes": 60,
        "Lifecycle": lifecycle,
    }
    regions = dict.fromkeys(safe(copy.region) for copy in policy.copies if copy.region and copy.offsite)
    if regions:
        rule["CopyActions"] = [
            {
                "DestinationBackupVaultArn": f"arn:aws:backup:{region}:ACCOUNT:backup-vault:polystore-{slug}",
                "Lifecycle": lifecycle,
            }
            for region in regions
        ]
    return rule


def _cron(at: Slot) -> str:
    """EventBridge's six fields: minutes, hours, day of month, month, day of week, year."""
    minute, hour, day, month, week = at.cron.split()
    days = f"? {month} SUN" if week == "0" else f"{day} {month} ?"
    return f"cron({minute} {hour.replace('-23', '')} {days} *)"


def _days(policy: BackupPolicy) -> int:
    return math.ceil(kept_seconds(policy) / DAY)


def _apply(slug: str, policies: tuple[NamedPolicy, ...]) -> str:
    vault = f"polystore-{slug}"
    copies = [copy for one in policies for copy in one.policy.copies if copy.region]
    here = [safe(copy.region or "") for copy in copies if not copy.offsite]
    home = here[0] if here else "REGION"
    away = dict.fromkeys(safe(copy.region or "") for copy in copies if copy.offsite)
    lines = [
        "#!/usr/bin/env bash",
        "# Sets up AWS Backup as the plan says. Replace ACCOUNT and ARN-OF-THE-STORE in the JSON files first.",
        *_longer_notes(policies),
        "set -euo pipefail",
        'cd "$(dirname "${BASH_SOURCE[0]}")"',
        "if grep -l -e ACCOUNT -e ARN-OF-THE-STORE backup-plan.json selection.json; then",
        '  echo "error: fill in the files named above" >&2',
        "  exit 2",
        "fi",
        *(f"aws backup create-backup-vault --region {region} --backup-vault-name {vault}" for region in (home, *away)),
        *(
            f"# cannot be changed: nobody deletes a backup there before {days} days\n"
            f"aws backup put-backup-vault-lock-configuration --region {region} --backup-vault-name {vault} "
            f"--min-retention-days {days}"
            for region, days in _locks(slug, policies, home).items()
        ),
        (
            f"plan=$(aws backup create-backup-plan --region {home} --backup-plan file://backup-plan.json "
            "--query BackupPlanId --output text)"
        ),
        f'aws backup create-backup-selection --region {home} --backup-plan-id "$plan" --backup-selection file://selection.json',
        f'echo "backup plan $plan of {slug} is set up"',
    ]
    return "\n".join(lines) + "\n"


def _locks(slug: str, policies: tuple[NamedPolicy, ...], home: str) -> Mapping[str, int]:
    """Days for which each locked vault holds what comes into it: as the plan says, else as long as it keeps it.

    Never longer than the shortest keeping of any rule that writes there: AWS fails every job that would keep for less than its
    vault's minimum (https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html).
    """
    shortest: dict[str, int] = {}
    said: dict[str, float] = {}
    for one in policies:
        days = min(int(rule["Lifecycle"]["DeleteAfterDays"]) for rule in _rules(slug, one))
        away = [safe(copy.region) for copy in one.policy.copies if copy.region and copy.offsite]
        for region in (home, *away):
            shortest[region] = min(shortest.get(region, days), days)
        for copy in one.policy.copies:
            if copy.immutable:
                region = safe(copy.region or "")
                locked = duration_seconds(copy.locked) / DAY if copy.locked else math.inf
                said[region] = max(said.get(region, 0.0), locked)
    return {region: math.ceil(min(said[region], days)) for region, days in shortest.items() if region in said}


def _longer_notes(policies: tuple[NamedPolicy, ...]) -> Iterator[str]:
    for one in policies:
        if one.policy.kind == "log" and _days(one.policy) > MOST_DAYS:
            yield f"# The plan keeps {one.name} for {_days(one.policy)} days; AWS keeps a continuous log for {MOST_DAYS} at most."
        elif one.policy.kind != "log" and duration_seconds(one.policy.every) < HOUR:
            yield f"# The plan asks for {one.name} every {one.policy.every}; AWS Backup makes one an hour at most."


def elasticache_settings(slug: str, policies: tuple[NamedPolicy, ...]) -> Mapping[str, str]:
    """ElastiCache makes one snapshot a day by itself; more often a timer elsewhere must ask for it."""
    days = min(MOST_DAYS, max(_days(one.policy) for one in policies))
    often = [one for one in policies if duration_seconds(one.policy.every) < DAY]
    lines = [
        "#!/usr/bin/env bash",
        f"# Sets up the daily snapshots of ElastiCache for {slug}. Replace GROUP by the id of the replication group.",
        "set -euo pipefail",
        'GROUP=""',
        'if [[ -z $GROUP ]]; then echo "error: set GROUP in this file" >&2; exit 2; fi',
        (
            f'aws elasticache modify-replication-group --replication-group-id "$GROUP" --snapshot-retention-limit {days} '
            "--snapshot-window 02:00-03:00 --apply-immediately"
        ),
        (
            "# A copy outside: aws elasticache copy-snapshot --source-snapshot-name NAME --target-snapshot-name NAME "
            "--target-bucket BUCKET"
        ),
        *(
            f"# {one.name}, every {one.policy.every}: run this from a timer\n"
            f'# aws elasticache create-snapshot --replication-group-id "$GROUP" '
            f'--snapshot-name "{slug}-$(date -u +%Y%m%dT%H%M%SZ)"'
            for one in often
        ),
    ]
    return {"apply.sh": "\n".join(lines) + "\n"}
