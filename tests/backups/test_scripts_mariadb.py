"""The kit of MariaDB, run on a real server: load, back up, damage, restore, compare; and the binary log up to a moment."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import servers
from tests.backups.kits import PLAN_ID, OnDisk, kit_of, lay_out, plan_with, policy
from tests.engine.test_replication_servers import maria

SITE = {"medium": "disk", "region": "other", "offsite": True, "encrypted": True}


@pytest.fixture(scope="module")
def server() -> Iterator[servers.Server]:
    with tempfile.TemporaryDirectory(prefix="pst-", dir="/tmp") as folder:
        os.chmod(folder, 0o755)
        place = Path(folder) / "server"
        place.mkdir()
        (place / "my.cnf").write_text(
            "[mariadbd]\nlog_bin=log\nserver_id=1\nbinlog_format=row\ncharacter-set-server=utf8mb4\n"
        )
        found = servers.new_mariadb(place)
        found.start()
        try:
            yield found
        finally:
            found.kill()


@pytest.fixture
def kit(server: servers.Server, tmp_path: Path) -> Iterator[OnDisk]:
    maria(
        server,
        "SET NAMES utf8mb4; CREATE DATABASE shop; USE shop; "
        "CREATE TABLE orders (id INT PRIMARY KEY, body TEXT, at TIMESTAMP DEFAULT now());"
        "INSERT INTO orders (id, body) SELECT seq, concat('order ', seq, ' é') FROM seq_1_to_2000;"
        "CREATE TABLE `odd ``name` (b BLOB, f DOUBLE); INSERT INTO `odd ``name` VALUES (x'00ff27', 0.1), (NULL, 1e300);"
        "CREATE TABLE none_yet (id INT); CREATE VIEW some AS SELECT * FROM orders WHERE id < 10;"
        "CREATE PROCEDURE hello() SELECT 1",
    )
    (tmp_path / "my.cnf").write_text(f"[client]\nsocket={server.folder / 'socket'}\nuser=root\n")
    backups = [policy("full", "1d", "7 copies", "logical", SITE), policy("log", "15m", "7d", "continuous-archive")]
    found = lay_out(
        kit_of(plan_with("mariadb", backups), PLAN_ID, "main"),
        "mariadb",
        tmp_path / "kit",
        {"DATABASE": "shop", "DEFAULTS_FILE": tmp_path / "my.cnf", "BACKUP_DIR": tmp_path / "backups"}
        | {"TARGET_full_1": tmp_path / "copy"}
        | keys(tmp_path),
    )
    yield found
    for name in maria(server, "SELECT schema_name FROM information_schema.schemata").split()[1:]:
        if name.startswith(("shop", "drill")):
            maria(server, f"DROP DATABASE `{name}`")


def keys(folder: Path) -> dict[str, object]:
    """The plan asks for encryption: a key pair of age."""
    return {"AGE_RECIPIENTS": servers.age_key(folder)[0], "AGE_IDENTITY": servers.age_key(folder)[1]}


def test_a_dropped_table_comes_back_and_is_compared(server: servers.Server, kit: OnDisk, tmp_path: Path) -> None:
    kit.good("backup.sh", "full")
    (backup,) = (tmp_path / "backups" / "main" / "full").glob("*Z")
    names = sorted(path.name for path in backup.iterdir())
    assert names == ["SHA256SUMS", "contents.tsv", "data.sql.gz.age", "position.txt"]
    assert b"order 1" not in (backup / "data.sql.gz.age").read_bytes()
    assert [line.split("\t")[:2] for line in (backup / "contents.tsv").read_text().splitlines()] == [
        ["none_yet", "0"],
        ["odd `name", "2"],
        ["orders", "2000"],
    ]
    maria(server, "DROP TABLE shop.orders")
    said = kit.good("restore.sh", "full", "--into", "shop_restored")
    assert "3 tables: row counts and checksums equal" in said
    assert maria(server, "SELECT count(*), max(body) FROM shop_restored.orders").split("\n")[1] == "2000\torder 999 é"
    assert maria(server, "CALL shop_restored.hello()").split() == ["1", "1"]


def test_the_binary_log_lands_before_the_damage(server: servers.Server, kit: OnDisk) -> None:
    kit.good("backup.sh", "full")
    maria(server, "INSERT INTO shop.orders VALUES (3001, 'after the backup', now())")
    kit.good("backup.sh", "log")
    maria(server, "UPDATE shop.orders SET body = 'changed' WHERE id = 1")
    time.sleep(1.1)  # the binary log counts in seconds
    moment = maria(server, "SELECT utc_timestamp()").split("\n")[1]
    time.sleep(1.1)
    maria(server, "DELETE FROM shop.orders")
    time.sleep(1.1)  # a backup is named by its second
    kit.good("backup.sh", "log")
    kit.good("verify.sh", "log", "all")
    said = kit.good("restore.sh", "full", "--until", moment, "--into", "shop_then")
    assert "was replayed" in said
    count = "SELECT count(*), (SELECT body FROM shop_then.orders WHERE id = 1) FROM shop_then.orders"
    assert maria(server, count).split("\n")[1] == "2001\tchanged"
    assert maria(server, "SELECT count(*) FROM shop.orders").split("\n")[1] == "0"


def test_a_truncated_dump_is_noticed(kit: OnDisk, tmp_path: Path) -> None:
    kit.good("backup.sh", "full")
    (file,) = (tmp_path / "backups").rglob("data.sql.gz.age")
    file.write_bytes(file.read_bytes()[:-1])
    assert kit.run("verify.sh", "full").code == 5
    assert kit.run("restore.sh", "full", "--into", "shop_never").code == 5


def test_a_wrong_password_leaves_no_backup(kit: OnDisk, tmp_path: Path) -> None:
    (tmp_path / "my.cnf").write_text((tmp_path / "my.cnf").read_text().replace("user=root", "user=nobody"))
    got = kit.run("backup.sh", "full")
    assert got.code == 4, got.said
    assert not list((tmp_path / "backups").rglob("*Z"))


def test_a_log_that_was_reset_is_archived_again_and_never_mixed(server: servers.Server, kit: OnDisk) -> None:
    kit.good("backup.sh", "full")
    maria(server, "INSERT INTO shop.orders VALUES (4001, 'one', now())")
    kit.good("backup.sh", "log")
    maria(server, "RESET MASTER; INSERT INTO shop.orders VALUES (4002, 'two, and longer than before', now())")
    time.sleep(1.1)
    kit.good("backup.sh", "log")
    (folder,) = (kit.folder.parent / "backups" / "main").glob("log")
    assert len(list(folder.glob("*Z/log.000001"))) == 2
    moment = maria(server, "SELECT utc_timestamp()").split("\n")[1]
    got = kit.run("restore.sh", "full", "--until", moment, "--into", "shop_mixed")
    assert (got.code, "was reset in between" in got.said) == (7, True), got.said
