"""Settings of pgBackRest for a plan's physical backups and log archive (https://pgbackrest.org/configuration.html)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from backups.scripts.policy import NamedPolicy, copy_words, safe
from planner.engine.document import BackupCopy, BackupPolicy, KeepCounts, duration_seconds
from planner.engine.retention import kept_seconds

DAY_SECONDS = 86_400
Copies = tuple[BackupCopy, ...]


def repositories(policies: Sequence[NamedPolicy]) -> Copies:
    """The places of all policies, each once, in the plan's order: repo1, repo2 ... Empty: one beside the store."""
    places: dict[tuple[str, str | None], BackupCopy] = {}
    for one in policies:
        for copy in one.policy.copies:
            places.setdefault((copy.medium, copy.region), copy)
    return tuple(places.values())


def settings(slug: str, policies: tuple[NamedPolicy, ...]) -> Mapping[str, str]:
    return {"pgbackrest.conf": _configuration(slug, policies), "postgresql-archive.conf": _archive(slug, policies)}


def policy_lines(policies: tuple[NamedPolicy, ...]) -> tuple[str, ...]:
    """Into which repositories each policy goes, and what `pgbackrest expire` keeps: longer than planned, never shorter."""
    places = [(copy.medium, copy.region) for copy in repositories(policies)]
    lines = []
    for one in policies:
        numbers = [places.index((copy.medium, copy.region)) + 1 for copy in one.policy.copies] or [1]
        lines.append(f"REPOS_{one.name}={' '.join(map(str, numbers))}")
    lines += [f"REPOS={' '.join(str(number + 1) for number in range(max(len(places), 1)))}"]
    return (*lines, *retention(policies))


def retention(policies: Sequence[NamedPolicy]) -> tuple[str, ...]:
    fulls = [one.policy for one in policies if one.policy.kind == "full"]
    if not fulls:
        return ()
    lines = [_full_retention(fulls)]
    differentials = [one.policy for one in policies if one.policy.kind == "differential"]
    if differentials:
        lines.append(f"RETENTION_DIFF={max(_count(one) for one in differentials)}")
    logs = [one.policy for one in policies if one.policy.kind == "log"]
    if logs:
        every = min(duration_seconds(one.every) for one in fulls)
        lines.append(f"RETENTION_ARCHIVE={math.ceil(max(map(kept_seconds, logs)) / every) + 1}")
    return tuple(lines)


def _full_retention(fulls: Sequence[BackupPolicy]) -> str:
    """A count where each policy says one; else the longest time, in days: pgBackRest knows no hourly to yearly."""
    if all(isinstance(one.keep, str) and one.keep.endswith(("copies", "copy")) for one in fulls):
        return f"RETENTION_FULL=count:{max(_count(one) for one in fulls)}"
    return f"RETENTION_FULL=time:{math.ceil(max(map(kept_seconds, fulls)) / DAY_SECONDS)}"


def _count(policy: BackupPolicy) -> int:
    if isinstance(policy.keep, KeepCounts) or not policy.keep.endswith(("copies", "copy")):
        return max(1, math.ceil(kept_seconds(policy) / duration_seconds(policy.every)))
    return int(policy.keep.split()[0])


def _configuration(slug: str, policies: tuple[NamedPolicy, ...]) -> str:
    lines = [
        "# /etc/pgbackrest/pgbackrest.conf. Keys and pass phrases stand in /etc/pgbackrest/conf.d/secrets.conf, mode 600,",
        "# [global]: repo1-cipher-pass=..., repo1-s3-key=..., repo1-s3-key-secret=... Retention comes from policy.conf.",
        "[global]",
        "start-fast=y",
        "expire-auto=n",
        "compress-type=lz4",
        "process-max=2",
    ]
    for number, copy in enumerate(repositories(policies), 1):
        lines += _repository(number, copy)
    if not repositories(policies):
        lines += [
            "# The plan names no copy: this lies beside the store and is lost with it.",
            "repo1-path=/var/lib/pgbackrest",
            "repo1-bundle=y",
        ]
    lines += [
        "",
        f"[{slug}]",
        "pg1-path=/var/lib/postgresql/15/main",
        "pg1-port=5432",
        "pg1-socket-path=/var/run/postgresql",
    ]
    return "\n".join(lines) + "\n"


def _repository(number: int, copy: BackupCopy) -> list[str]:
    repo = f"repo{number}"
    lines = [f"# {copy_words(copy)}", f"{repo}-bundle=y"]
    if copy.medium.startswith("object"):
        region = safe(copy.region or "REGION")
        lines += [
            f"{repo}-type=s3",
            f"{repo}-s3-bucket=BUCKET-IN-{region}",
            f"{repo}-s3-endpoint=s3.{region}.amazonaws.com",
            f"{repo}-s3-region={region}",
            f"{repo}-path=/pgbackrest",
        ]
    else:
        lines += [f"{repo}-path=/var/lib/pgbackrest/{safe(copy.medium)}-{safe(copy.region or 'here')}"]
    return (
        [
            *lines,
            f"{repo}-cipher-type=aes-256-cbc",
        ]
        if copy.encrypted
        else lines
    )


def _archive(slug: str, policies: tuple[NamedPolicy, ...]) -> str:
    logs = [duration_seconds(one.policy.every) for one in policies if one.policy.kind == "log"]
    timeout = (
        f"archive_timeout = {max(1, round(min(logs)))}  # seconds: a segment is sent this often, full or not"
        if logs
        else ("# The plan asks for no log; without it a backup still needs the log of its own duration.")
    )
    return "\n".join(
        [
            "# Lines of postgresql.conf; archive_mode needs a restart.",
            "wal_level = replica",
            "archive_mode = on",
            f"archive_command = 'pgbackrest --stanza={slug} archive-push %p'",
            timeout,
            "",
        ]
    )
