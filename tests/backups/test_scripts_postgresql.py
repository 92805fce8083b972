"""The kits of PostgreSQL, run on a real server: load, back up, damage, restore, compare. No database of ours is needed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import servers
from tests.backups.kits import PLAN_ID, OnDisk, kit_of, lay_out, plan_with, policy
from tests.engine.test_replication_servers import own_by

SITE = {"medium": "disk", "region": "other", "offsite": True, "encrypted": False}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pst-", dir="/tmp") as found:
        os.chmod(found, 0o755)
        yield Path(found)


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[servers.Server]:
    """With the settings that the kit asks for, so that the log is archived from the start."""
    place = folder / "server"
    place.mkdir()
    found = servers.new_postgresql(place)
    kit = kit_of(plan_with("postgresql", PHYSICAL), PLAN_ID, "main")
    archive = next(one.text for one in kit.files if one.path.endswith("postgresql-archive.conf"))
    archive = archive.replace("pgbackrest --stanza", f"pgbackrest --config={folder}/pgbackrest.conf --stanza")
    (place / "data" / "postgresql.conf").open("a").write(archive)
    found.start()
    try:
        yield found
    finally:
        found.stop()


PHYSICAL = [
    policy("full", "7d", "2 copies", "physical", SITE),
    policy("incremental", "1d", "14d", "physical", SITE),
    policy("log", "5m", "14d", "continuous-archive", SITE),
]


def query(server: servers.Server, statement: str, database: str = "shop") -> list[tuple[object, ...]]:
    with psycopg.connect(server.url.replace("/postgres?", f"/{database}?"), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def shop(server: servers.Server) -> Iterator[None]:
    query(server, "CREATE DATABASE shop", "postgres")
    query(
        server,
        "CREATE TABLE orders (id int PRIMARY KEY, body jsonb, at timestamptz DEFAULT now());"
        "INSERT INTO orders SELECT n, jsonb_build_object('n', n) FROM generate_series(1, 3000) n;"
        "CREATE TABLE \"odd 'name\" (b bytea, f float8); INSERT INTO \"odd 'name\" VALUES ('\\x00ff', 0.1), (NULL, 'NaN');"
        "CREATE TABLE empty (); CREATE MATERIALIZED VIEW sums AS SELECT count(*) FROM orders",
    )
    yield
    for (name,) in query(server, "SELECT datname FROM pg_database WHERE datname ~ '^(shop|drill)'", "postgres"):
        query(server, f'DROP DATABASE "{name}" WITH (FORCE)', "postgres")


@pytest.fixture
def dump(server: servers.Server, shop: None, tmp_path: Path) -> OnDisk:
    (tmp_path / "metrics").mkdir()
    plan = plan_with("postgresql", [policy("full", "1d", {"daily": 7, "weekly": 4}, "logical", SITE)])
    return lay_out(
        kit_of(plan, PLAN_ID, "main"),
        "postgresql",
        tmp_path / "kit",
        {
            "DATABASE": "shop",
            "PGHOST": server.folder,
            "PGUSER": "postgres",
            "BACKUP_DIR": tmp_path / "backups",
            "TARGET_full_1": tmp_path / "other site",
            "METRICS_DIR": tmp_path / "metrics",
        },
    )


def newest(kit: OnDisk) -> Path:
    return max((kit.folder.parent / "backups" / "main" / "full").glob("*Z"))


def test_a_dropped_table_comes_back_from_a_dump(server: servers.Server, dump: OnDisk) -> None:
    before = query(server, "SELECT count(*), sum(hashtext(orders::text)) FROM orders")
    dump.good("backup.sh", "full")
    assert newest(dump).joinpath("contents.tsv").read_text().count("\n") == 3
    query(server, "DROP TABLE orders CASCADE")
    said = dump.good("restore.sh", "full", "--into", "shop_restored")
    assert "3 tables: row counts and hashes equal" in said
    assert query(server, "SELECT count(*), sum(hashtext(orders::text)) FROM orders", "shop_restored") == before
    with pytest.raises(psycopg.errors.UndefinedTable):
        query(server, "SELECT 1 FROM orders")  # what was there is as it was


def test_the_copy_elsewhere_restores_too(server: servers.Server, dump: OnDisk, tmp_path: Path) -> None:
    dump.good("backup.sh", "full")
    shutil.rmtree(tmp_path / "backups")
    copy = tmp_path / "other site" / "main" / "full"
    name = newest_in(copy)
    dump.good("restore.sh", "full", "--from", str(copy), "--backup", name, "--into", "shop_copy")
    assert query(server, "SELECT count(*) FROM orders", "shop_copy") == [(3000,)]


def newest_in(folder: Path) -> str:
    return max(path.name for path in folder.glob("*Z"))


def test_a_restore_that_differs_from_the_backup_is_noticed(server: servers.Server, dump: OnDisk) -> None:
    dump.good("backup.sh", "full")
    contents = newest(dump) / "contents.tsv"
    contents.write_text(contents.read_text().replace("|3000|", "|3001|"))
    subprocess.run(
        "sha256sum $(ls | grep -v SHA256SUMS) | sed 's|  |  ./|' > SHA256SUMS", shell=True, cwd=newest(dump), check=True
    )
    got = dump.run("restore.sh", "full", "--into", "shop_wrong")
    assert (got.code, "differs from what was backed up" in got.said) == (5, True), got.said


@pytest.mark.parametrize("damage", ["truncated", "changed", "missing", "added"])
def test_a_damaged_backup_is_noticed_and_not_restored(dump: OnDisk, damage: str) -> None:
    dump.good("backup.sh", "full")
    file = newest(dump) / "data.dump"
    whole = file.read_bytes()
    if damage == "truncated":
        file.write_bytes(whole[:-1])
    elif damage == "changed":
        file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    elif damage == "missing":
        file.unlink()
    else:
        (newest(dump) / "more").write_text("")
    assert dump.run("verify.sh", "full").code == 5
    got = dump.run("restore.sh", "full", "--into", "shop_never")
    assert (got.code, "is damaged: it is not restored" in got.said) == (5, True)
    assert dump.run("prune.sh", "full").code == 5


def test_a_failed_dump_leaves_nothing_and_tells_its_metric(dump: OnDisk, tmp_path: Path) -> None:
    dump.folder.joinpath("local.conf").write_text(
        dump.folder.joinpath("local.conf").read_text().replace("DATABASE=shop", "DATABASE=nowhere")
    )
    got = dump.run("backup.sh", "full")
    assert got.code == 4, got.said
    assert not list((tmp_path / "backups" / "main" / "full").glob("2*"))
    status = (tmp_path / "metrics" / "polystore_backup_main_full_backup_status.prom").read_text()
    assert status == 'polystore_backup_last_exit_code{store="main",policy="full",action="backup"} 4\n'
    assert not list((tmp_path / "metrics").glob("*success*"))


def test_two_runs_at_once_are_one(dump: OnDisk, tmp_path: Path) -> None:
    held = tmp_path / "backups" / "main" / "full"
    held.mkdir(parents=True)
    with subprocess.Popen(["flock", str(held / ".lock"), "sleep", "30"]) as other:
        deadline = time.monotonic() + 10
        while dump.run("prune.sh", "full").code != 3 and time.monotonic() < deadline:
            time.sleep(0.05)
        got = dump.run("backup.sh", "full")
        other.terminate()
        subprocess.run(["pkill", "-P", str(other.pid)], check=False)
    assert (got.code, "another run" in got.said) == (3, True)


def test_no_password_stands_in_a_kit() -> None:
    kit = kit_of(plan_with("postgresql", [*PHYSICAL, policy("full", "1d", "7d", "logical", SITE)]), PLAN_ID, "main")
    for file in kit.files:
        assert not re.search(r"(?i)(password|secret|cipher-pass|token)\s*=\s*[^.\s]", file.text), file.path


@pytest.fixture(scope="module")
def physical(server: servers.Server, folder: Path) -> OnDisk:
    """Run as the server's user, as on a database server. One repository for the module: the log goes there all the time."""
    if shutil.which("pgbackrest") is None:
        servers.install("pgbackrest", "pgBackRest, which the generated physical backups call")
    kit = kit_of(plan_with("postgresql", PHYSICAL), PLAN_ID, "main")
    place = folder / "physical"
    programs = servers.postgresql_programs()
    settings = {
        "BACKUP_DIR": folder / "state",
        "PGBACKREST_CONFIG": folder / "pgbackrest.conf",
        "PGHOST": server.folder,
        "PG_BIN": programs,
        "SCRATCH_DIR": folder / "scratch",
    }
    found = lay_out(kit, "pgbackrest", place, settings, server.user)
    text = (place / "pgbackrest.conf").read_text()
    text = text.replace("/var/lib/pgbackrest", f"{folder}/repo").replace("/var/run/postgresql", str(server.folder))
    text = text.replace("/var/lib/postgresql/15/main", str(server.folder / "data"))
    paths = [f"{key}-path={folder}/{key}" for key in ("log", "spool", "lock")]
    user = "pg1-user=postgres"
    (folder / "pgbackrest.conf").write_text(
        text.replace("\n[global]\n", "\n".join(["\n[global]", *paths, ""])) + f"{user}\n"
    )
    made = [folder / name for name in ("repo", "log", "spool", "lock", "state", "scratch")]
    for path in made:
        path.mkdir(exist_ok=True)
    own_by(server.user, *made)
    return found


def test_point_in_time_recovery_lands_before_the_damage(
    server: servers.Server, shop: None, physical: OnDisk, folder: Path
) -> None:
    physical.good("backup.sh", "full")
    query(server, "INSERT INTO orders VALUES (3001, '{}')")
    physical.good("backup.sh", "incremental")
    query(server, "INSERT INTO orders VALUES (3002, '{}')")
    (moment,) = query(server, "SELECT clock_timestamp()::text")[0]
    time.sleep(0.05)
    query(server, "DELETE FROM orders")
    archived(server)
    physical.good("backup.sh", "log")
    physical.good("verify.sh")
    place = folder / "restored"
    physical.good("restore.sh", "--into", *into(place, server), "--time", str(moment))
    with Started(server, place) as restored:
        eventually_writable(restored)
        assert query(restored, "SELECT count(*), max(id) FROM orders") == [(3002, 3002)]
    assert query(server, "SELECT count(*) FROM orders") == [(0,)]
    shutil.rmtree(place)
    got = physical.run("restore.sh", "--drill")
    assert "gave every table" in got.said, got.said
    assert got.code == 2  # nobody said where to record it
    assert not list((folder / "scratch").iterdir())


def archived(server: servers.Server) -> None:
    """Waits until the log up to now lies in the repository."""
    (segment,) = query(server, "SELECT pg_walfile_name(pg_switch_wal())")[0]
    deadline = time.monotonic() + 20
    while query(server, f"SELECT last_archived_wal >= '{segment}' FROM pg_stat_archiver") != [(True,)]:
        assert time.monotonic() < deadline, "the log is not archived"
        time.sleep(0.05)


def into(place: Path, server: servers.Server) -> list[str]:
    place.mkdir()
    own_by(server.user, place)
    return [str(place)]


class Started:
    """A server on a restored directory, listening on a socket of its own."""

    def __init__(self, like: servers.Server, data: Path) -> None:
        folder = Path(tempfile.mkdtemp(prefix="pst-", dir="/tmp"))
        own_by(like.user, folder)
        command = [like.command[0], "-D", str(data), "-k", str(folder), "-c", "listen_addresses="]
        url = like.url.replace(str(like.folder), str(folder))
        probe = ["psql", "-h", str(folder), "-U", "postgres", "-c", "SELECT 1"]
        answers = lambda: subprocess.run(probe, capture_output=True).returncode == 0  # noqa: E731
        self.server = servers.Server(url, command, folder, answers, like.user)

    def __enter__(self) -> servers.Server:
        self.server.start()
        return self.server

    def __exit__(self, *_: object) -> None:
        self.server.stop()
        shutil.rmtree(self.server.folder)


def eventually_writable(server: servers.Server) -> None:
    deadline = time.monotonic() + 20
    while query(server, "SELECT pg_is_in_recovery()", "postgres") != [(False,)]:
        assert time.monotonic() < deadline, "the restored server never left recovery"
        time.sleep(0.05)


def test_expiry_follows_the_plan_and_a_damaged_plan_keeps_everything(
    server: servers.Server, physical: OnDisk, folder: Path
) -> None:
    while fulls(folder) < 3:
        physical.good("backup.sh", "full")
    whole = (physical.folder / "policy.conf").read_text()
    (physical.folder / "policy.conf").write_text(whole.replace("RETENTION_FULL=count:2", "RETENTION_FULL=count:1"))
    assert physical.run("prune.sh").code == 2
    assert fulls(folder) == 3
    (physical.folder / "policy.conf").write_text(whole)
    physical.good("prune.sh")
    assert fulls(folder) == 2


def fulls(folder: Path) -> int:
    return len([path for path in (folder / "repo").rglob("backup/main/*F") if path.is_dir()])


def test_a_tampered_repository_is_noticed(server: servers.Server, physical: OnDisk, folder: Path) -> None:
    if not fulls(folder):
        physical.good("backup.sh", "full")
    file = max((folder / "repo").rglob("*.lz4"), key=lambda path: path.stat().st_size)
    file.write_bytes(file.read_bytes()[:-9])
    got = physical.run("verify.sh")
    assert got.code == 5, got.said
