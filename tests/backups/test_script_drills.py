"""A generated script records its own drill over HTTP: size, time, what was compared; a forged token records nothing."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from accounts.services import create_token
from backups.models import Drill
from planner import services
from planner.models import Plan
from tests import servers
from tests.backups.kits import OnDisk, kit_of, lay_out, plan_with, policy
from tests.factories import make_user
from tests.planner.plans import make_plan

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plan() -> Plan:
    return make_plan(plan_with("sqlite", [policy("full", "1d", "7d", "physical")]), owner=make_user())


@pytest.fixture
def kit(plan: Plan, live_server: LiveServer, tmp_path: Path) -> OnDisk:
    if shutil.which("sqlite3") is None:
        servers.install("sqlite3", "the program of SQLite, which the generated backups call")
    with closing(sqlite3.connect(tmp_path / "app.db", isolation_level=None)) as database:
        database.execute("CREATE TABLE notes (i INTEGER)")
        database.executemany("INSERT INTO notes VALUES (?)", [(number,) for number in range(900)])
    assert plan.head is not None and plan.owner is not None
    (tmp_path / "header").write_text(f"Authorization: Bearer {create_token(plan.owner, 'script')[1]}\n")
    settings = {
        "BACKUP_DIR": tmp_path / "backups",
        "DATABASE": tmp_path / "app.db",
        "SCRATCH_DIR": tmp_path,
        "POLYSTORE_URL": live_server.url,
        "POLYSTORE_HEADER_FILE": tmp_path / "header",
    }
    return lay_out(kit_of(services.document_of(plan.head), str(plan.pk), "main"), "sqlite", tmp_path / "kit", settings)


def test_a_drill_of_a_script_stands_in_the_plan(plan: Plan, kit: OnDisk) -> None:
    kit.good("backup.sh", "full")
    assert "the drill is recorded in the plan" in kit.good("restore.sh", "full", "--drill")
    drill = Drill.objects.get()
    assert (drill.store, drill.verified, drill.via, drill.method) == ("main", True, Drill.Via.API, "physical")
    assert drill.checks == "1 tables: row counts and hashes equal"
    plan.refresh_from_db()
    assert plan.head is not None
    (measured,) = services.document_of(plan.head).stores["main"].drills
    assert measured.verified and measured.minutes > 0 and measured.restored_gib > 0


def test_a_forged_token_records_nothing_and_the_script_says_so(plan: Plan, kit: OnDisk, tmp_path: Path) -> None:
    (tmp_path / "header").write_text("Authorization: Bearer x7Gq-not-a-token\n")
    kit.good("backup.sh", "full")
    got = kit.run("restore.sh", "full", "--drill")
    assert (got.code, "could not be recorded" in got.said) == (1, True), got.said
    assert "x7Gq" not in got.said
    assert not Drill.objects.exists()
