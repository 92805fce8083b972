"""The generated configuration, run by the real programs: a write on the primary is seen arriving at the replica.

PostgreSQL, Redis and MariaDB are found or installed by tests/servers.py. No MySQL server of Oracle's is packaged for Debian: its
files are checked word by word in tests/engine/test_replication_files.py, and run nowhere.
"""

from __future__ import annotations

import os
import pwd
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from planner.engine.replication.config_file import PASSWORD, ConfigFile, Group
from planner.engine.replication.configuration import WRITERS
from tests import servers

ARRIVES_WITHIN_SECONDS = 20
ONE_STANDBY = Group("pg-main", "synchronous", "eu-west-1", 2, 1, (), 1, None, (1,))


def written(database: str, group: Group) -> dict[str, ConfigFile]:
    """The generated files by name and place: `my.cnf` exists for the source and for the replica."""
    found = {}
    for one in WRITERS[database](group):
        found[one.name] = one
        found[f"{one.name} {one.where.split(',')[0].split(';')[0]}"] = one
    return found


def eventually(question: Callable[[], object], wanted: object) -> None:
    """Asked again until it is so: what arrives later is still no failure."""
    deadline = time.monotonic() + ARRIVES_WITHIN_SECONDS
    found: object = None
    while time.monotonic() < deadline:
        try:
            found = question()
        except (psycopg.Error, redis.RedisError) as error:  # not up yet, or the table has not arrived
            found = error
        if found == wanted:
            return
        time.sleep(0.05)
    pytest.fail(f"{found!r} instead of {wanted!r}")


@contextmanager
def folders(count: int) -> Iterator[list[Path]]:
    with ExitStack() as stack:
        yield [Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pst-", dir="/tmp"))) for _ in range(count)]


def own_by(user: str | None, *paths: Path) -> None:
    if user is not None:
        for path in paths:
            os.chown(path, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)


def test_postgresql_streams_to_a_standby_and_waits_for_it() -> None:
    files = written("postgresql", ONE_STANDBY)
    with folders(2) as (there, here), ExitStack() as stack:
        primary = servers.new_postgresql(there)
        (there / "data" / "postgresql.conf").open("a").write(files["postgresql.conf"].text)
        (there / "data" / "pg_hba.conf").open("a").write(files["pg_hba.conf"].text)
        stack.callback(primary.stop)
        primary.start()
        with psycopg.connect(primary.url, autocommit=True) as connection:
            for statement in files["primary.sql"].text.replace(PASSWORD, "test").splitlines():
                connection.execute(statement.encode())
        standby = standby_of(primary, here, files)
        stack.callback(standby.stop)
        standby.start()
        with psycopg.connect(primary.url, autocommit=True) as connection:
            state = "SELECT sync_state FROM pg_stat_replication WHERE application_name = 'pg_main_1'"
            eventually(lambda: connection.execute(state).fetchall(), [("sync",)])
            connection.execute("CREATE TABLE seen (word text)")
            connection.execute("INSERT INTO seen VALUES ('arrived')")  # waits for the standby
            slots = connection.execute("SELECT slot_name, active FROM pg_replication_slots").fetchall()
            assert slots == [("pg_main_1", True)]
        with psycopg.connect(standby.url, autocommit=True) as connection:
            eventually(lambda: connection.execute("SELECT word FROM seen").fetchall(), [("arrived",)])
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                connection.execute("INSERT INTO seen VALUES ('wrong place')")


def standby_of(primary: servers.Server, folder: Path, files: dict[str, ConfigFile]) -> servers.Server:
    """By the generated script and settings; only host and folder are those of the test."""
    programs = servers.postgresql_programs()
    assert programs is not None
    own_by(primary.user, folder)
    data = folder / "data"
    script = files["start-standby.sh"].text.replace(ONE_STANDBY.primary, str(primary.folder))
    script = script.replace("/var/lib/postgresql/data", str(data)).replace(
        "pg_basebackup", str(programs / "pg_basebackup")
    )
    subprocess.run(["sh", "-ec", script], check=True, user=primary.user, cwd=folder, capture_output=True)
    settings = files["standby.conf"].text.replace(ONE_STANDBY.primary, str(primary.folder))
    (data / "postgresql.conf").open("a").write(settings)
    command = [word.replace(str(primary.folder), str(folder)) for word in primary.command]
    url = primary.url.replace(str(primary.folder), str(folder))
    probe = [str(programs / "psql"), "-h", str(folder), "-U", "postgres", "-c", "SELECT 1"]
    return servers.Server(
        url, command, folder, lambda: subprocess.run(probe, capture_output=True).returncode == 0, primary.user
    )


def redis_with(folder: Path, text: str, *arguments: str) -> servers.Server:
    """A server with this file; port and folder are those of the test."""
    server = servers.new_redis(folder)
    port = server.command[server.command.index("--port") + 1]
    (folder / "redis.conf").write_text(text.replace(PASSWORD, "test"))
    command = [server.command[0], str(folder / "redis.conf"), *arguments]
    server.command = [*command, "--port", port, "--bind", "127.0.0.1", "--dir", str(folder)]
    return server


def client_of(server: servers.Server) -> redis.Redis:
    return redis.Redis.from_url(server.url.replace("://", "://:test@"), decode_responses=True)


def test_redis_refuses_writes_alone_and_replicates_then() -> None:
    group = Group("kv", "asynchronous", "eu-west-1", 2, 1, (), 0, None)
    files = written("redis", group)
    main, copy = files["redis.conf primary"], files["redis.conf each of the 1 replicas"]
    with folders(3) as (there, here, watch), ExitStack() as stack:
        primary = redis_with(there, main.text, "--repl-diskless-sync-delay", "0")
        stack.callback(primary.stop)
        primary.start()
        with pytest.raises(redis.ResponseError, match="NOREPLICAS"):
            client_of(primary).set("word", "alone")
        port = primary.url.rsplit(":", 1)[1].split("/")[0]
        replica = redis_with(here, copy.text.replace(f"{group.primary} 6379", f"127.0.0.1 {port}"))
        stack.callback(replica.stop)
        replica.start()
        eventually(lambda: client_of(primary).set("word", "arrived"), True)
        eventually(lambda: client_of(replica).get("word"), "arrived")
        with pytest.raises(redis.ReadOnlyError):
            client_of(replica).set("word", "wrong place")
        sentinel_text = files["sentinel.conf"].text.replace(f"{group.primary} 6379", f"127.0.0.1 {port}")
        sentinel = redis_with(watch, sentinel_text, "--sentinel")
        stack.callback(sentinel.stop)
        sentinel.start()
        watched = redis.Redis.from_url(sentinel.url, decode_responses=True)
        eventually(lambda: len(watched.sentinel_slaves("kv")), 1)


def test_mariadb_replicates_by_gtid_and_the_source_waits_for_it() -> None:
    group = Group("shop", "synchronous", "eu-west-1", 2, 1, (), 1, None, (1,))
    files = written("mariadb", group)
    with folders(2) as (there, here), ExitStack() as stack:
        (there / "my.cnf").write_text(files["my.cnf source"].text + certificate(there))
        (here / "my.cnf").write_text(files["my.cnf each replica"].text)
        source, replica = servers.new_mariadb(there), servers.new_mariadb(here)
        own_by(source.user, there / "key.pem", there / "certificate.pem")
        for server in (source, replica):
            stack.callback(server.kill)
            server.start()
        # The account is made before a replica exists that could answer: not the 10 s of the file.
        maria(source, "SET GLOBAL rpl_semi_sync_master_timeout = 50")
        maria(source, files["source.sql"].text)
        port = source.url.rsplit(":", 1)[1]
        follow = files["replica.sql"].text.replace(group.primary, "127.0.0.1").replace("3306", port)
        status = maria(replica, follow.replace("SHOW REPLICA STATUS;", "SHOW REPLICA STATUS\\G"))
        assert "Using_Gtid: Slave_Pos" in status
        maria(source, "SET GLOBAL rpl_semi_sync_master_timeout = 10000")
        running = "SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_master_clients'"
        eventually(lambda: maria(source, running).split()[-1], "1")
        maria(
            source, "CREATE DATABASE shop; CREATE TABLE shop.seen (word TEXT); INSERT INTO shop.seen VALUES ('arrived')"
        )
        eventually(lambda: maria(replica, "SELECT word FROM shop.seen", check=False).strip(), "word\narrived")
        answered = maria(source, "SHOW GLOBAL STATUS LIKE 'Rpl_semi_sync_master_yes_tx'").split()[-1]
        assert int(answered) >= 1  # commits that a replica acknowledged


def maria(server: servers.Server, statements: str, *, check: bool = True) -> str:
    command = ["mariadb", "--no-defaults", f"--socket={server.folder / 'socket'}", "-u", "root"]
    text = statements.replace(PASSWORD, "test")
    got = subprocess.run(command, input=text, check=False, capture_output=True, text=True)
    assert not (check and got.returncode), got.stderr
    return got.stdout


def certificate(folder: Path) -> str:
    """The account may come over TLS only: the source gets a certificate of its own."""
    key, signed = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=source", "-keyout", str(key), "-out", str(signed)],
        check=True, capture_output=True,
    )  # fmt: skip
    return f"ssl_key = {key}\nssl_cert = {signed}\n"
