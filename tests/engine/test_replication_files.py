"""What the generated files say, where no program runs them here, and that no word of a person gets into them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from catalog.files import packaged_snapshot
from planner.engine.replication.assessment import assess
from planner.engine.replication.config_file import ConfigFile, Group
from planner.engine.replication.configuration import WRITERS, configuration_of
from tests.engine.documents import plan_with

SNAPSHOT = packaged_snapshot()


def files(database: str, **replication: Any) -> dict[str, ConfigFile]:
    store = {"name": "Main", "database": database, "offering": "self-hosted", "region": "eu-west-1"}
    plan = plan_with({"stores.main": store | {"replication": {"replicas": 2, "zones": 3} | replication}})
    found = configuration_of("main", plan.stores["main"], assess(plan, "main", SNAPSHOT).layout)
    return {f"{one.name} {one.where}": one for one in found} | {one.name: one for one in reversed(found)}


@pytest.mark.parametrize("database", WRITERS)
@pytest.mark.parametrize("mode", ["asynchronous", "synchronous", "quorum", "consensus"])
def test_every_setting_is_explained_and_names_its_manual(database: str, mode: str) -> None:
    for one in files(database, mode=mode, regions=["eu-central-1"]).values():
        assert one.source.startswith("https://")
        assert one.text.endswith("\n")
        assert one.settings
        for name, what in one.settings:
            words = re.split(r", ", name)
            assert what.endswith("."), name
            assert name == "clocks" or any(word.split(".")[-1] in one.text for word in words), f"{one.name}: {name}"


def test_postgresql_waits_for_the_standbys_at_home() -> None:
    assert (
        "'ANY 1 (main_1, main_2)'"
        in files("postgresql", mode="synchronous", regions=["us-east-1"])["postgresql.conf"].text
    )
    assert "'FIRST 1 (main_1)'" in files("postgresql", mode="synchronous", zones=2)["postgresql.conf"].text
    assert (
        "Only on main-1.internal."
        in dict(
            files("mysql", mode="synchronous", zones=2)["my.cnf each replica; the number is its own"].settings
        ).values()
    )
    assert "synchronous_standby_names = ''" in files("postgresql", mode="asynchronous")["postgresql.conf"].text
    both = files("postgresql", mode="quorum", write_quorum=3)["postgresql.conf"].text
    assert "'ANY 2 (main_1, main_2)'" in both


def test_mysql_speaks_todays_words() -> None:
    """MySQL 8.4 took the old statements out; nothing here runs one of its servers."""
    for mode in ("asynchronous", "synchronous", "consensus"):
        text = "".join(one.text for one in files("mysql", mode=mode).values())
        assert "CHANGE REPLICATION SOURCE TO" in text
        for gone in ("CHANGE MASTER", "MASTER_", "START SLAVE", "SHOW SLAVE", "rpl_semi_sync_master", "master_info"):
            assert gone not in text
    waits = files("mysql", mode="synchronous")["my.cnf source"].text
    assert "rpl_semi_sync_source_wait_for_replica_count = 1" in waits
    assert "rpl_semi_sync" not in files("mysql", mode="asynchronous")["my.cnf source"].text
    group = files("mysql", mode="consensus")["my.cnf"].text
    assert group.count(":33061") == 4  # its own address and the three seeds
    assert group == files("mysql", mode="consensus")["my.cnf"].text


def test_mongodb_members_and_concern_are_json_and_yaml() -> None:
    found = files("mongodb", mode="quorum", regions=["us-east-1"])
    members = json.loads(found["initiate.js"].text.removeprefix("rs.initiate(").removesuffix(")\n"))
    assert [one["priority"] for one in members["members"]] == [1, 1, 1, 0]
    assert yaml.safe_load(found["mongod.conf"].text)["replication"]["replSetName"] == "main"
    concern = json.loads(found["concern.js"].text.removeprefix("db.adminCommand(").removesuffix(")\n"))
    assert concern["defaultWriteConcern"]["w"] == "majority"
    assert '"w": 1' in files("mongodb", mode="asynchronous")["concern.js"].text


@pytest.mark.parametrize(
    ("write", "read", "words"),
    [(2, 2, "write with LOCAL_QUORUM and read with LOCAL_QUORUM"), (3, 1, "write with ALL and read with LOCAL_ONE")],
)
def test_cassandra_names_the_levels_of_the_quorums(write: int, read: int, words: str) -> None:
    found = files("cassandra", mode="quorum", write_quorum=write, read_quorum=read, regions=["us-east-1"])
    text = found["keyspace.cql"].text
    assert words in text
    assert "'eu-west-1': 3, 'us-east-1': 1" in text


def test_relatives_keep_their_own_names() -> None:
    assert "valkey.conf" in files("valkey", mode="asynchronous")
    scylla = files("scylladb", mode="quorum")["scylla.yaml"].text
    assert yaml.safe_load(scylla)["max_hint_window_in_ms"] == 3 * 3600 * 1000
    assert "max_hint_window:" not in scylla
    cassandra = yaml.safe_load(files("cassandra", mode="quorum")["cassandra.yaml"].text)
    assert (cassandra["max_hint_window"], cassandra["commitlog_sync_period"]) == ("3h", "10000ms")


def test_a_regions_name_cannot_break_out_of_a_file() -> None:
    nasty = "x'}; DROP KEYSPACE shop; --"
    for database in WRITERS:
        for one in files(database, mode="asynchronous", regions=[nasty]).values():
            assert "DROP KEYSPACE" not in one.text
            assert "x'" not in one.text


def test_a_store_alone_or_of_another_system_has_no_files() -> None:
    assert files("sqlite", mode="asynchronous") == {}
    plan = plan_with({})
    assert configuration_of("main", plan.stores["main"], assess(plan, "main", SNAPSHOT).layout) == ()


def test_hosts_are_named_after_the_store() -> None:
    group = Group("pg-main", "synchronous", "", 1, 1, ("eu-west-1",), 1, None)
    assert (group.primary, *group.hosts) == ("pg-main-0.internal", "pg-main-1.internal", "pg-main-eu-west-1.internal")
