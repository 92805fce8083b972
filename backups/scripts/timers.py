"""When the scripts of a kit run: systemd services and timers, crontab lines, Kubernetes CronJobs."""

from __future__ import annotations

import yaml

from backups.scripts.policy import NamedPolicy
from planner.engine.backup.start_times import Slot, slot
from planner.engine.document import duration_seconds

HOME = "/etc/polystore-backup"
PRUNE_AND_VERIFY = ("prune", "verify")
IMAGE = "registry.example.com/polystore-backup:1"


def slot_of(one: NamedPolicy, position: int) -> Slot:
    return slot(duration_seconds(one.policy.every), position)


def _note(one: NamedPolicy, at: Slot) -> str:
    plain = f"{one.name}, every {one.policy.every} in the plan: {at.words} (the time of day is an assumption)"
    return plain if at.exact else f"{plain}; no calendar repeats every {one.policy.every}, so it runs more often"


def units(
    slug: str, folder: str, policies: tuple[NamedPolicy, ...], position: int, user: str = "root"
) -> dict[str, str]:
    """A service and a timer for each policy. Pruning and verifying follow a backup that succeeded."""
    files = {}
    for one in policies:
        at = slot_of(one, position)
        unit = f"polystore-backup-{slug}-{one.name}"
        run = f"{HOME}/{folder}"
        after = (
            ""
            if one.policy.kind == "log"
            else "".join(f"ExecStart={run}/{action}.sh {one.name}\n" for action in PRUNE_AND_VERIFY)
        )
        files[f"systemd/{unit}.service"] = (
            f"# {_note(one, at)}\n[Unit]\nDescription=Backup of {slug}, {one.name}\nAfter=network-online.target\n"
            f"Wants=network-online.target\n\n[Service]\nType=oneshot\nUser={user}\nExecStart={run}/backup.sh {one.name}\n{after}"
            "Nice=10\nIOSchedulingClass=idle\n"
        )
        files[f"systemd/{unit}.timer"] = (
            f"# {_note(one, at)}\n[Unit]\nDescription=Times of the backup of {slug}, {one.name}\n\n[Timer]\n"
            f"OnCalendar={at.systemd}\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n"
        )
    return files


def cron_lines(slug: str, folder: str, policies: tuple[NamedPolicy, ...], position: int, user: str = "root") -> str:
    """For /etc/cron.d: the same times. Debian's cron goes by the machine's clock, so that must be UTC."""
    lines = [
        f"# /etc/cron.d/polystore-backup-{slug}: use these or the systemd timers, not both. Clock of the machine: UTC."
    ]
    for one in policies:
        at = slot_of(one, position)
        run = f"{HOME}/{folder}"
        after = (
            ""
            if one.policy.kind == "log"
            else "".join(f" && {run}/{action}.sh {one.name}" for action in PRUNE_AND_VERIFY)
        )
        lines += [f"# {_note(one, at)}", f"{at.cron} {user} {run}/backup.sh {one.name}{after}"]
    return "\n".join(lines) + "\n"


def cron_jobs(slug: str, folder: str, policies: tuple[NamedPolicy, ...], position: int) -> str:
    """Kubernetes CronJobs (batch/v1). The image holds this folder and the programs that it needs; secrets are mounted."""
    said = (
        f"# The image ({IMAGE}) is yours to build: it holds this kit below {HOME} and the programs that RUNBOOK.md names.\n"
        "# local.conf comes from a ConfigMap, password files and keys from a Secret; neither is in this file.\n"
    )
    return said + "---\n".join(
        f"# {_note(one, slot_of(one, position))}\n{yaml.safe_dump(_cron_job(slug, folder, one, position), sort_keys=False)}"
        for one in policies
    )


def _cron_job(slug: str, folder: str, one: NamedPolicy, position: int) -> dict[str, object]:
    run = f"{HOME}/{folder}"
    actions = ["backup"] if one.policy.kind == "log" else ["backup", *PRUNE_AND_VERIFY]
    command = " && ".join(f"{run}/{action}.sh {one.name}" for action in actions)
    container = {
        "name": "backup",
        "image": IMAGE,
        "command": ["bash", "-c", command],
        "volumeMounts": [
            {"name": "settings", "mountPath": f"{run}/local.conf", "subPath": "local.conf", "readOnly": True},
            {"name": "secrets", "mountPath": f"{HOME}/secrets", "readOnly": True},
            {"name": "backups", "mountPath": "/var/backups/polystore"},
        ],
    }
    volumes = [
        {"name": "settings", "configMap": {"name": f"backup-{slug}"}},
        {"name": "secrets", "secret": {"secretName": f"backup-{slug}", "defaultMode": 0o400}},
        {"name": "backups", "persistentVolumeClaim": {"claimName": f"backup-{slug}"}},
    ]
    pod = {"restartPolicy": "Never", "containers": [container], "volumes": volumes}
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": f"backup-{slug}-{one.name}"[:52]},
        "spec": {
            "schedule": slot_of(one, position).cron,
            "timeZone": "Etc/UTC",
            "concurrencyPolicy": "Forbid",
            "startingDeadlineSeconds": 3600,
            "jobTemplate": {"spec": {"backoffLimit": 1, "template": {"spec": pod}}},
        },
    }
