"""The kit of Redis, run on a real server: load, back up, lose the data, restore, compare."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests import servers
from tests.backups.kits import PLAN_ID, OnDisk, kit_of, lay_out, plan_with, policy


@pytest.fixture
def server() -> Iterator[servers.Server]:
    with servers.running(servers.new_redis) as found:
        yield found


@pytest.fixture
def kit(server: servers.Server, tmp_path: Path) -> OnDisk:
    client = redis.Redis.from_url(server.url)
    client.config_set("requirepass", "test")
    client.mset({f"key:{number}": "x" * 100 for number in range(500)})
    client.set("short", "lived", ex=600)
    client.zadd("board", {"a": 1.5})
    (tmp_path / "password").write_text("test\n")
    plan = plan_with("redis", [policy("snapshot", "1h", {"hourly": 8, "daily": 3}, "storage-snapshot")])
    port = server.url.rsplit(":", 1)[1].split("/")[0]
    settings = {
        "HOST": "127.0.0.1",
        "PORT": port,
        "REDISCLI_AUTH_FILE": tmp_path / "password",
        "BACKUP_DIR": tmp_path / "b",
    }
    return lay_out(kit_of(plan, PLAN_ID, "main"), "redis", tmp_path / "kit", settings)


def test_everything_that_was_flushed_comes_back(server: servers.Server, kit: OnDisk, tmp_path: Path) -> None:
    kit.good("backup.sh", "snapshot")
    client = redis.Redis.from_url(server.url, password="test", decode_responses=True)
    client.flushall()
    place = tmp_path / "restored"
    said = kit.good("restore.sh", "snapshot", "--into", str(place))
    assert "keys that never expire: equal" in said
    assert [path.name for path in place.iterdir()] == ["dump.rdb"]
    with servers.running(lambda folder: on(place, servers.new_redis(folder))) as again:
        back = redis.Redis.from_url(again.url, decode_responses=True)
        assert (back.dbsize(), back.get("key:499"), back.zscore("board", "a")) == (502, "x" * 100, 1.5)
        assert 0 < int(str(back.ttl("short"))) <= 600


def on(place: Path, server: servers.Server) -> servers.Server:
    (server.folder / "dump.rdb").write_bytes((place / "dump.rdb").read_bytes())
    server.command += ["--dir", str(server.folder), "--dbfilename", "dump.rdb"]
    return server


def test_a_drill_leaves_nothing_behind(kit: OnDisk, tmp_path: Path) -> None:
    kit.good("backup.sh", "snapshot")
    with (kit.folder / "local.conf").open("a") as conf:
        conf.write(f"SCRATCH_DIR={tmp_path}\nPOLYSTORE_HEADER_FILE=/dev/null\n")
    said = kit.good("restore.sh", "snapshot", "--drill")
    assert "the drill is not recorded" in said
    assert not list(tmp_path.glob("drill.*"))


def test_a_truncated_file_and_a_wrong_password_are_noticed(kit: OnDisk, tmp_path: Path) -> None:
    kit.good("backup.sh", "snapshot")
    (file,) = (tmp_path / "b").rglob("data.rdb")
    file.write_bytes(file.read_bytes()[:-3])
    assert kit.run("verify.sh", "snapshot").code == 5
    assert kit.run("restore.sh", "snapshot", "--into", str(tmp_path / "never")).code == 5
    (tmp_path / "password").write_text("wrong")
    got = kit.run("backup.sh", "snapshot")
    assert got.code in (3, 4), got.said
    assert len(list((tmp_path / "b").rglob("*Z"))) == 1
