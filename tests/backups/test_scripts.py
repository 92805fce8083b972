"""Kits: what is in them for which plan, and what their common parts do without any database server."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from backups.scripts.kit import SHELL
from backups.scripts.policy import keep_rules
from backups.scripts.runbook import plain, plan_runbook
from backups.scripts.tools import TOOLS
from planner.engine.backup.keep import RESTIC_RULES, kept_by_restic
from planner.engine.backup.start_times import REPEATABLE, slot
from planner.engine.document import Plan, Replication, duration_seconds
from tests import servers
from tests.backups.kits import PLAN_ID, OnDisk, kit_of, lay_out, plan_with, policy
from tests.engine.test_restore_order import order_of, shop

COPY = {"medium": "object-storage", "region": "eu-west-1", "offsite": True, "encrypted": True}
FORM = "%Y%m%dT%H%M%SZ"


@pytest.fixture
def pruned(tmp_path: Path) -> OnDisk:
    kit = kit_of(plan_with("postgresql", [policy("full", "1d", "14 copies", "logical")]), PLAN_ID, "main")
    return lay_out(kit, "postgresql", tmp_path / "kit", {"BACKUP_DIR": tmp_path, "DATABASE": "shop"})


def fake_backups(folder: Path, times: list[dt.datetime]) -> Path:
    for at in times:
        one = folder / "main" / "full" / at.strftime(FORM)
        one.mkdir(parents=True)
        (one / "data").write_text("")
        (one / "SHA256SUMS").write_text(f"{hashlib.sha256(b'').hexdigest()}  ./data\n")
    return folder / "main" / "full"


def there(folder: Path) -> list[dt.datetime]:
    return sorted(
        (dt.datetime.strptime(path.name, FORM).replace(tzinfo=dt.UTC) for path in folder.glob("*Z")), reverse=True
    )


@pytest.mark.parametrize("seed", range(8))
def test_prune_keeps_what_restic_would_keep(pruned: OnDisk, tmp_path: Path, seed: int) -> None:
    """The rules of the shell against those of the engine, which restic's own golden files check."""
    rng = random.Random(seed)
    start = dt.datetime(2026, 12, 20, tzinfo=dt.UTC) - dt.timedelta(days=rng.randrange(700))
    hours = rng.sample(range(24 * rng.choice([5, 60, 500])), k=30)
    times = sorted(start + dt.timedelta(hours=one, minutes=rng.randrange(60)) for one in set(hours))
    rules: dict[str, int | str] = {
        rule: rng.randrange(1, 6) for rule in rng.sample(RESTIC_RULES, k=rng.randrange(1, 4))
    }
    if seed % 3 == 0:
        rules["last"] = rng.randrange(1, 4)
    pruned.rewrite_policy(KEEP_full=" ".join(f"{rule}:{count}" for rule, count in rules.items()))
    folder = fake_backups(tmp_path, times)
    pruned.good("prune.sh", "full")
    assert there(folder) == kept_by_restic(times, rules)


def test_prune_by_age_counts_from_the_newest(pruned: OnDisk, tmp_path: Path) -> None:
    times = [dt.datetime(2020, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=one) for one in range(20)]
    folder = fake_backups(tmp_path, times)
    pruned.rewrite_policy(KEEP_full=f"within:{7 * 86_400}")
    pruned.good("prune.sh", "full")
    assert there(folder) == sorted(times[-7:], reverse=True)  # years old all of them: no backup since deletes nothing
    pruned.good("prune.sh", "full")
    assert len(there(folder)) == 7


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace("KEEP_full=last:14", "KEEP_full=last:1"),
        lambda text: "",
        lambda text: text.replace("END=", "END=0"),
        lambda text: text.replace("KEEP_full=last:14", "KEEP_full=$(touch /tmp/ran)"),
    ],
)
def test_prune_with_a_damaged_plan_keeps_everything(pruned: OnDisk, tmp_path: Path, damage) -> None:  # type: ignore[no-untyped-def]
    folder = fake_backups(
        tmp_path, [dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=one) for one in range(20)]
    )
    path = pruned.folder / "policy.conf"
    path.write_text(damage(path.read_text()))
    got = pruned.run("prune.sh", "full")
    assert (got.code, len(there(folder))) == (2, 20), got.said


@pytest.mark.parametrize("rule", ["", "last:0", "daily:-1", "within:", "never:3", "last:1e9", "daily:7 rm"])
def test_rules_that_make_no_sense_delete_nothing(pruned: OnDisk, tmp_path: Path, rule: str) -> None:
    folder = fake_backups(
        tmp_path, [dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=one) for one in range(20)]
    )
    pruned.rewrite_policy(KEEP_full=rule)
    got = pruned.run("prune.sh", "full")
    assert (got.code, len(there(folder))) == (2, 20), got.said


def test_unfinished_backups_are_no_backups(pruned: OnDisk, tmp_path: Path) -> None:
    folder = fake_backups(tmp_path, [dt.datetime(2026, 1, 1, tzinfo=dt.UTC)])
    (folder / "20260102T000000Z").mkdir()
    (folder / "20260103T000000Z.partial").mkdir()
    pruned.rewrite_policy(KEEP_full="last:1")
    pruned.good("prune.sh", "full")
    assert sorted(path.name for path in folder.glob("2*")) == ["20260101T000000Z", "20260102T000000Z"]


def test_the_scripts_are_clean() -> None:
    if shutil.which("shellcheck") is None:
        servers.install("shellcheck", "ShellCheck, which reads the generated scripts")
    paths = [str(path) for path in sorted(SHELL.rglob("*.sh"))]
    got = subprocess.run(
        ["shellcheck", "-x", "-P", "SCRIPTDIR:SCRIPTDIR/..", *paths], capture_output=True, text=True, check=False
    )
    assert len(paths) > 15
    assert got.returncode == 0, got.stdout


def test_kits_by_method_and_offering() -> None:
    both = [
        policy("full", "7d", "5w", "physical", COPY),
        policy("log", "5m", "14d", "continuous-archive", COPY),
        policy("full", "1d", {"daily": 7}, "logical", COPY),
        policy("snapshot", "1d", "7d", "storage-snapshot"),
    ]
    kit = kit_of(plan_with("postgresql", both), PLAN_ID, "main")
    assert [(part.tool.name, [one.name for one in part.policies]) for part in kit.parts] == [
        ("pgbackrest", ["full", "log"]),
        ("postgresql", ["full-2"]),
    ]
    assert [one.name for one, _ in kit.left_out] == ["snapshot"]
    kit = kit_of(offered(plan_with("postgresql", both), "aws-rds-postgresql"), PLAN_ID, "main")
    assert [part.tool.name for part in kit.parts] == ["aws-backup", "postgresql"]
    assert not kit.left_out


def test_timers_run_as_whom_the_tool_needs() -> None:
    backups = [policy("full", "7d", "5w", "physical"), policy("full", "1d", "7d", "logical")]
    files = {file.path: file.text for file in kit_of(plan_with("postgresql", backups), PLAN_ID, "main").files}
    assert "User=postgres\n" in files["main/pgbackrest/systemd/polystore-backup-main-full.service"]
    assert " postgres /etc/polystore-backup/main/pgbackrest/backup.sh full" in files["main/pgbackrest/cron"]
    assert "User=root\n" in files["main/postgresql/systemd/polystore-backup-main-full-2.service"]


def offered(plan: Plan, offering: str) -> Plan:
    return plan.model_copy(update={"stores": {"main": plan.stores["main"].model_copy(update={"offering": offering})}})


def test_backups_that_aws_makes_are_set_up_for_the_plan_s_schedule() -> None:
    here = {"medium": "object-storage", "region": "us-east-1"}
    away = {"medium": "object-storage", "region": "eu-west-1", "offsite": True, "immutable": True}
    backups = [
        policy("snapshot", "1d", {"daily": 7, "weekly": 4}, "storage-snapshot", here, away),
        policy("log", "5m", "90d", "continuous-archive", here),
    ]
    kit = kit_of(offered(plan_with("postgresql", backups), "aws-rds-postgresql"), PLAN_ID, "main")
    files = {file.path.removeprefix("main/aws-backup/"): file.text for file in kit.files}
    rules = {one["RuleName"]: one for one in json.loads(files["backup-plan.json"])["Rules"]}
    assert {name: (one["ScheduleExpression"], one["Lifecycle"]["DeleteAfterDays"]) for name, one in rules.items()} == {
        "snapshot-daily": ("cron(0 2 * * ? *)", 7),
        "snapshot-weekly": ("cron(0 2 ? * SUN *)", 28),
        "log": ("cron(0 2 * * ? *)", 35),
    }
    assert rules["log"]["EnableContinuousBackup"] is True
    assert rules["snapshot-daily"]["CopyActions"][0]["DestinationBackupVaultArn"].startswith(
        "arn:aws:backup:eu-west-1:"
    )
    assert "AWS keeps a continuous log for 35 at most" in files["apply.sh"]
    assert "--region eu-west-1 --backup-vault-name polystore-main --min-retention-days 7\n" in files["apply.sh"]


@pytest.mark.parametrize(
    ("fulls", "logs", "days"),
    [
        ({}, {}, 14),
        ({"locked": "10d"}, {}, 14),
        ({"locked": "10d"}, {"locked": "3d"}, 10),
        ({"locked": "4w"}, {"locked": "4w"}, 14),
    ],
)
def test_a_vault_is_locked_as_said_and_never_longer_than_its_shortest_job_keeps(
    fulls: dict[str, str], logs: dict[str, str], days: int
) -> None:
    """AWS fails each backup or copy that is kept for less than its vault's minimum."""
    away = {"medium": "object-storage", "region": "eu-west-1", "offsite": True, "immutable": True}
    backups = [
        policy("snapshot", "1d", "5w", "storage-snapshot", {**away, **fulls}),
        policy("log", "5m", "14d", "continuous-archive", {**away, **logs}),
    ]
    kit = kit_of(offered(plan_with("postgresql", backups), "aws-rds-postgresql"), PLAN_ID, "main")
    [text] = [file.text for file in kit.files if file.path == "main/aws-backup/apply.sh"]
    assert f"--min-retention-days {days}\n" in text


def test_every_file_says_whether_it_ever_ran() -> None:
    for tool in TOOLS.values():
        plan = plan_with(min(tool.databases, default="redis"), [policy("full", "1d", "7d", min(tool.methods), COPY)])
        if tool.offerings:
            plan = offered(plan, f"{tool.offerings[0]}x")
        kit = kit_of(plan, PLAN_ID, "main")
        assert [part.tool.name for part in kit.parts] == [tool.name]
        for file in kit.files:
            if file.path.endswith((".sh", "local.conf")):
                assert tool.said in "".join(file.text.splitlines(True)[:2]), file.path


@pytest.mark.parametrize(
    ("keep", "rules"),
    [
        ("5w", "within:3024000"),
        ("14 copies", "last:14"),
        ("1 copy", "last:1"),
        ({"daily": 7, "monthly": 12, "yearly": 0}, "daily:7 monthly:12"),
    ],
)
def test_retention_as_the_scripts_read_it(keep: object, rules: str) -> None:
    plan = plan_with("postgresql", [policy("full", "1d", keep, "logical")])
    assert keep_rules(plan.stores["main"].backups[0]) == rules


def test_a_person_s_words_cannot_break_out_of_files() -> None:
    evil = {"medium": "x\u00a0; rm -rf /", "region": "$(reboot) `id` ' \" END=", "offsite": True}
    kit = kit_of(plan_with("postgresql", [policy("full", "1d", "7d", "logical", evil)]), PLAN_ID, "main")
    conf = next(file.text for file in kit.files if file.path.endswith("policy.conf"))
    assert "COPY_full_1=x-rm-rf reboot-id-END offsite\n" in conf
    assert all("$(reboot)" not in file.text and "`id`" not in file.text for file in kit.files)
    assert plain("<b>*x*</b>\n# y") == r"\<b\>\*x\*\</b\> \# y"


@pytest.mark.parametrize(
    "every", ["30s", "1m", "5m", "7m", "15m", "1h", "3h", "5h", "12h", "1d", "36h", "7d", "10d", "1M", "1y", "7y"]
)
def test_times_run_at_least_as_often_as_the_plan_says(every: str) -> None:
    for position in range(20):
        at = slot(duration_seconds(every), position)
        assert at.every_seconds in REPEATABLE
        assert at.every_seconds <= max(60, duration_seconds(every))
        assert len(at.cron.split()) == 5
        assert 0 <= at.minute < 60 and 0 <= at.hour < 24


def test_words_of_times() -> None:
    said = [slot(duration_seconds(every)) for every in ("5m", "3h", "1d", "1w", "36h")]
    assert [one.cron for one in said] == ["0-59/5 * * * *", "0 2-23/3 * * *", "0 2 * * *", "0 2 * * 0", "0 2 * * *"]
    assert [one.systemd for one in said] == [
        "*-*-* *:0/5:00 UTC",
        "*-*-* 2/3:00:00 UTC",
        "*-*-* 02:00:00 UTC",
        "Sun *-*-* 02:00:00 UTC",
        "*-*-* 02:00:00 UTC",
    ]
    assert [one.exact for one in said] == [True, True, True, True, False]


def test_yaml_of_alerts_and_jobs() -> None:
    backups = [policy("full", "1d", "7d", "logical", COPY), policy("log", "5m", "7d", "continuous-archive", COPY)]
    files = {file.path: file.text for file in kit_of(plan_with("postgresql", backups), PLAN_ID, "main").files}
    (job,) = yaml.safe_load_all(files["main/postgresql/cronjob.yaml"])
    assert (job["spec"]["schedule"], job["spec"]["timeZone"]) == ("0 2 * * *", "Etc/UTC")
    rules = yaml.safe_load(files["main/postgresql/alerts.yaml"])["groups"][0]["rules"]
    assert rules[0]["expr"].startswith(
        'time() - polystore_backup_last_success_timestamp_seconds{store="main",policy="full",action="backup"} > 129600'
    )


def test_the_plan_s_runbook_names_order_times_and_what_stays_lost() -> None:
    plan = shop()
    order = order_of(plan)
    text = plan_runbook(plan, order, "https://example.com/plans/1/")
    places = [text.index(f"(`{one.name}`)") for one in order.steps]
    assert places == sorted(places)
    assert "- Log archive: it has no full backup, so it does not come back" in text
    assert "Logging: **does not come back whole**" in text


@pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is not here (Debian: apt-get install prometheus)"
)
def test_alert_rules_are_rules_to_prometheus_itself(tmp_path: Path) -> None:
    backups = [policy("full", "1d", "7d", "logical", COPY), policy("full", "7d", "5w", "physical", COPY)]
    plan = plan_with("postgresql", backups)
    copied = plan.stores["main"].model_copy(update={"replication": Replication(mode="asynchronous", replicas=1)})
    kit = kit_of(plan.model_copy(update={"stores": {"main": copied}}), PLAN_ID, "main")
    texts = [file.text for file in kit.files if file.path.endswith("alerts.yaml")]
    assert len(texts) == 2 and "ReplicationLag" in texts[0]
    for number, text in enumerate(texts):
        path = tmp_path / f"{number}.yaml"
        path.write_text(text)
        got = subprocess.run(["promtool", "check", "rules", str(path)], capture_output=True, text=True, check=False)
        assert got.returncode == 0, got.stdout + got.stderr
