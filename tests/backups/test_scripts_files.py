"""The kits of restic and SQLite, run on real files: load, back up, delete, restore, compare."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests import servers
from tests.backups.kits import PLAN_ID, OnDisk, kit_of, lay_out, plan_with, policy

SITE = {"medium": "disk", "region": "other", "offsite": True, "encrypted": True}
LOCKED = {"medium": "disk", "region": "third", "offsite": True, "immutable": True}


@pytest.fixture
def files(tmp_path: Path) -> OnDisk:
    if shutil.which("restic") is None:
        servers.install("restic", "restic, which the generated backups of files call")
    (tmp_path / "data" / "deep").mkdir(parents=True)
    for number in range(20):
        (tmp_path / "data" / "deep" / f"{number} é.bin").write_bytes(bytes([number]) * 5000)
    (tmp_path / "password").write_text("test\n")
    plan = plan_with("minio", [policy("full", "1d", "1 copy", "physical", SITE, LOCKED)])
    settings = {
        "BACKUP_DIR": tmp_path / "state",
        "PATHS": tmp_path / "data",
        "RESTIC_PASSWORD_FILE": tmp_path / "password",
        "TARGET_full_1": tmp_path / "one",
        "TARGET_full_2": tmp_path / "two",
    }
    return lay_out(kit_of(plan, PLAN_ID, "main"), "restic", tmp_path / "kit", settings)


def snapshots(repository: Path) -> int:
    command = ["restic", "--repo", str(repository), "--password-file", str(repository.parent / "password"), "snapshots"]
    return len(json.loads(subprocess.run([*command, "--json"], check=True, capture_output=True).stdout))


def test_files_by_restic(files: OnDisk, tmp_path: Path) -> None:
    """One test for all: restic takes a second of scrypt for each command."""
    files.good("backup.sh", "full")
    (tmp_path / "data" / "new").write_text("later")
    files.good("backup.sh", "full")
    before = contents(tmp_path / "data")

    whole = (files.folder / "policy.conf").read_text()
    (files.folder / "policy.conf").write_text(whole.replace("last:1", "last:9"))
    assert files.run("prune.sh", "full").code == 2  # a damaged plan keeps everything
    (files.folder / "policy.conf").write_text(whole)
    assert snapshots(tmp_path / "one") == 2
    files.good("prune.sh", "full")
    assert (snapshots(tmp_path / "one"), snapshots(tmp_path / "two")) == (1, 2)  # the second cannot be changed

    shutil.rmtree(tmp_path / "data")
    got = files.run("backup.sh", "full")  # an empty backup would push the good ones out
    assert (got.code, "does not exist: nothing is backed up" in got.said) == (4, True)
    files.good("restore.sh", "full", "--copy", "2", "--into", str(tmp_path / "restored"))
    assert contents(tmp_path / "restored" / (tmp_path / "data").relative_to("/")) == before

    packs = [path for path in (tmp_path / "one" / "data").rglob("*") if path.is_file()]
    pack = max(packs, key=lambda path: path.stat().st_size)
    pack.chmod(0o600)
    pack.write_bytes(pack.read_bytes()[:-40] + b"x" * 40)
    assert files.run("verify.sh", "full").code == 5


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def small(tmp_path: Path) -> OnDisk:
    if shutil.which("sqlite3") is None:
        servers.install("sqlite3", "the program of SQLite, which the generated backups call")
    with closing(sqlite3.connect(tmp_path / "app.db", isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT, raw BLOB)")
        database.executemany(
            "INSERT INTO notes VALUES (?, ?, ?)", [(n, f"line\n'{n}'", bytes([n % 256])) for n in range(900)]
        )
        database.execute('CREATE TABLE "odd ""name" (x)')
    plan = plan_with("sqlite", [policy("full", "1h", "24 copies", "physical")])
    settings = {"BACKUP_DIR": tmp_path / "b", "DATABASE": tmp_path / "app.db"}
    return lay_out(kit_of(plan, PLAN_ID, "main"), "sqlite", tmp_path / "kit", settings)


def test_sqlite_comes_back_while_programs_go_on_writing(small: OnDisk, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "app.db") as writer:
        writer.execute("INSERT INTO notes VALUES (5000, 'not committed yet', NULL)")
        small.good("backup.sh", "full")
        writer.rollback()
    (tmp_path / "app.db").unlink()
    said = small.good("restore.sh", "full", "--into", str(tmp_path / "back.db"))
    assert "2 tables: row counts and hashes equal" in said
    with sqlite3.connect(tmp_path / "back.db") as database:
        assert database.execute("SELECT count(*), max(id) FROM notes").fetchone() == (900, 899)
    assert small.run("restore.sh", "full", "--into", str(tmp_path / "back.db")).code == 2  # it exists now


def test_a_damaged_sqlite_file_is_not_backed_up(small: OnDisk, tmp_path: Path) -> None:
    raw = bytearray((tmp_path / "app.db").read_bytes())
    raw[8192:8992] = b"\xff" * 800
    (tmp_path / "app.db").write_bytes(raw)
    assert small.run("backup.sh", "full").code == 4
    assert not list((tmp_path / "b").rglob("*Z"))
