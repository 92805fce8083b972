"""MySQL 8.4 and newer, and MariaDB: replication by GTID, semi-synchronous where asked for, Group Replication for consensus."""

from __future__ import annotations

import uuid

from planner.engine.replication.config_file import PASSWORD, ConfigFile, Group, lines

MANUAL = "https://dev.mysql.com/doc/refman/8.4/en/replication-options-gtids.html"
STATEMENT = "https://dev.mysql.com/doc/refman/8.4/en/change-replication-source-to.html"
SEMI_SYNC = "https://dev.mysql.com/doc/refman/8.4/en/replication-semisync.html"
GROUP = "https://dev.mysql.com/doc/refman/8.4/en/group-replication-configuring-instances.html"
MARIADB = "https://mariadb.com/kb/en/gtid/"
MARIADB_SEMI_SYNC = "https://mariadb.com/kb/en/semisynchronous-replication/"
GTID = (
    (
        "gtid_mode, enforce_gtid_consistency",
        "Every transaction has a number of its own, so a replica can follow any source.",
    ),
    ("sync_binlog, innodb_flush_log_at_trx_commit", "1: log and data are on disk before a commit is answered."),
)


def files(group: Group) -> tuple[ConfigFile, ...]:
    if group.mode == "consensus":
        return (_group_member(group), _group_start(group))
    return (_source(group), _replica(group), _account(), _follow(group))


def _source(group: Group) -> ConfigFile:
    waits = group.acks_needed > 0
    text = lines(
        "[mysqld]",
        "server_id = 1",
        "log_bin = binlog",
        "gtid_mode = ON",
        "enforce_gtid_consistency = ON",
        "sync_binlog = 1",
        "innodb_flush_log_at_trx_commit = 1",
        "plugin_load_add = semisync_source.so" if waits else "",
        "rpl_semi_sync_source_enabled = ON" if waits else "",
        f"rpl_semi_sync_source_wait_for_replica_count = {group.acks_needed}" if waits else "",
        "rpl_semi_sync_source_wait_point = AFTER_SYNC" if waits else "",
        "rpl_semi_sync_source_timeout = 10000" if waits else "",
    )
    return ConfigFile("my.cnf", "source", text, (*GTID, *(_SEMI_SYNC if waits else ())), SEMI_SYNC if waits else MANUAL)


_SEMI_SYNC = (
    ("rpl_semi_sync_source_wait_for_replica_count", "So many replicas must have the transaction in their relay log."),
    ("rpl_semi_sync_source_wait_point", "AFTER_SYNC: nobody sees a row before a replica has it."),
    (
        "rpl_semi_sync_source_timeout",
        "10 s without an answer, and the source goes on without waiting: from then on a crash loses what was not sent.",
    ),
)


def _replica(group: Group) -> ConfigFile:
    waits = group.acks_needed > 0
    text = lines(
        "[mysqld]",
        "server_id = 2",
        "log_bin = binlog",
        "gtid_mode = ON",
        "enforce_gtid_consistency = ON",
        "relay_log_recovery = ON",
        "super_read_only = ON",
        "plugin_load_add = semisync_replica.so" if waits else "",
        "rpl_semi_sync_replica_enabled = ON" if waits else "",
    )
    settings = (
        ("server_id", f"Differs on each server: 2 to {len(group.hosts) + 1}."),
        ("relay_log_recovery", "After a crash the relay log is fetched again instead of trusted."),
        ("super_read_only", "Nobody writes here by mistake, administrators neither."),
        *(_others(group, "rpl_semi_sync_replica_enabled") if waits else ()),
    )
    return ConfigFile("my.cnf", "each replica; the number is its own", text, settings, MANUAL)


def _others(group: Group, setting: str) -> tuple[tuple[str, str], ...]:
    """Which replicas answer: one beside the source would answer first, and go with it when the zone does."""
    waited = ", ".join(group.hosts[number - 1] for number in group.voters)
    text = f"Only on {waited}." if len(group.voters) < len(group.hosts) else "On every replica."
    return ((setting, text),)


def _account() -> ConfigFile:
    text = lines(
        f"CREATE USER 'replicator'@'%' IDENTIFIED BY '{PASSWORD}' REQUIRE SSL;",
        "GRANT REPLICATION SLAVE ON *.* TO 'replicator'@'%';",
    )
    settings = (("REPLICATION SLAVE", "May read the binary log; the privilege kept its old name."),)
    return ConfigFile(
        "source.sql",
        "source, once",
        text,
        settings,
        "https://dev.mysql.com/doc/refman/8.4/en/replication-howto-repuser.html",
    )


def _follow(group: Group) -> ConfigFile:
    text = lines(
        "CHANGE REPLICATION SOURCE TO",
        f"  SOURCE_HOST = '{group.primary}',",
        "  SOURCE_PORT = 3306,",
        "  SOURCE_USER = 'replicator',",
        f"  SOURCE_PASSWORD = '{PASSWORD}',",
        "  SOURCE_AUTO_POSITION = 1,",
        "  SOURCE_SSL = 1;",
        "START REPLICA;",
        "SHOW REPLICA STATUS;",
    )
    settings = (
        ("CHANGE REPLICATION SOURCE TO", "Since 8.0.23; CHANGE MASTER TO is gone in 8.4."),
        ("SOURCE_AUTO_POSITION", "Source and replica find the place to go on by GTID; no file name, no position."),
        ("SHOW REPLICA STATUS", "Seconds_Behind_Source and both Running lines: alert on them."),
    )
    return ConfigFile(
        "replica.sql", "each replica, once, after a copy of the data was restored there", text, settings, STATEMENT
    )


def _group_member(group: Group) -> ConfigFile:
    members = ",".join(f"{host}:33061" for host in (group.primary, *group.hosts))
    name = uuid.uuid5(uuid.NAMESPACE_DNS, group.primary)  # the same plan gives the same file
    text = lines(
        "[mysqld]",
        "server_id = 1",
        "gtid_mode = ON",
        "enforce_gtid_consistency = ON",
        "plugin_load_add = group_replication.so",
        f'group_replication_group_name = "{name}"',
        "group_replication_start_on_boot = OFF",
        f'group_replication_local_address = "{group.primary}:33061"',
        f'group_replication_group_seeds = "{members}"',
        "group_replication_single_primary_mode = ON",
        "group_replication_ssl_mode = REQUIRED",
        "group_replication_recovery_use_ssl = ON",
        "group_replication_consistency = BEFORE_ON_PRIMARY_FAILOVER",
    )
    settings = (
        ("server_id, group_replication_local_address", "Differ on each member."),
        ("group_replication_group_name", "The group's own UUID, the same on all members."),
        ("group_replication_start_on_boot", "OFF until the group stands; then ON."),
        (
            "group_replication_ssl_mode, group_replication_recovery_use_ssl",
            "Members talk, and catch up, over TLS only.",
        ),
        ("group_replication_single_primary_mode", "One member takes writes; a majority elects the next."),
        ("group_replication_consistency", "A new primary answers when it has applied what the old one had sent."),
    )
    return ConfigFile("my.cnf", f"each of the {1 + len(group.hosts)} members", text, settings, GROUP)


def _group_start(group: Group) -> ConfigFile:
    text = lines(
        f"CREATE USER 'replicator'@'%' IDENTIFIED BY '{PASSWORD}' REQUIRE SSL;",
        "GRANT REPLICATION SLAVE, CONNECTION_ADMIN, BACKUP_ADMIN, GROUP_REPLICATION_STREAM ON *.* TO 'replicator'@'%';",
        f"CHANGE REPLICATION SOURCE TO SOURCE_USER = 'replicator', SOURCE_PASSWORD = '{PASSWORD}'",
        "  FOR CHANNEL 'group_replication_recovery';",
        "SET GLOBAL group_replication_bootstrap_group = ON;",
        "START GROUP_REPLICATION;",
        "SET GLOBAL group_replication_bootstrap_group = OFF;",
        "SELECT member_host, member_state, member_role FROM performance_schema.replication_group_members;",
    )
    settings = (
        (
            "group_replication_bootstrap_group",
            "On the first member only, once: a second bootstrap makes a second group.",
        ),
        ("START GROUP_REPLICATION", "Alone on every other member, after the lines above it."),
        ("replication_group_members", f"All {1 + len(group.hosts)} must be ONLINE, one of them PRIMARY."),
    )
    return ConfigFile("group.sql", "first member; on the others without the two bootstrap lines", text, settings, GROUP)


def mariadb_files(group: Group) -> tuple[ConfigFile, ...]:
    return (_mariadb_source(group), _mariadb_replica(group), _account(), _mariadb_follow(group))


def _mariadb_source(group: Group) -> ConfigFile:
    waits = group.acks_needed > 0
    text = lines(
        "[mariadbd]",
        "server_id = 1",
        "log_bin = binlog",
        "gtid_strict_mode = ON",
        "sync_binlog = 1",
        "innodb_flush_log_at_trx_commit = 1",
        "rpl_semi_sync_master_enabled = ON" if waits else "",
        "rpl_semi_sync_master_wait_point = AFTER_SYNC" if waits else "",
        "rpl_semi_sync_master_timeout = 10000" if waits else "",
    )
    settings = [("gtid_strict_mode", "A replica that holds writes of its own stops instead of drifting apart.")]
    if waits:
        settings += [
            ("rpl_semi_sync_master_wait_point", "AFTER_SYNC: nobody sees a row before a replica has it."),
            ("rpl_semi_sync_master_timeout", "10 s without an answer, and the source goes on without waiting."),
        ]
    return ConfigFile("my.cnf", "source", text, tuple(settings), MARIADB_SEMI_SYNC if waits else MARIADB)


def _mariadb_replica(group: Group) -> ConfigFile:
    text = lines(
        "[mariadbd]",
        "server_id = 2",
        "log_bin = binlog",
        "gtid_strict_mode = ON",
        "read_only = ON",
        "rpl_semi_sync_slave_enabled = ON" if group.acks_needed else "",
    )
    settings = (
        ("server_id", f"Differs on each server: 2 to {len(group.hosts) + 1}."),
        ("read_only", "No writes by mistake."),
        *(_others(group, "rpl_semi_sync_slave_enabled") if group.acks_needed else ()),
    )
    return ConfigFile("my.cnf", "each replica; the number is its own", text, settings, MARIADB)


def _mariadb_follow(group: Group) -> ConfigFile:
    text = lines(
        "CHANGE MASTER TO",
        f"  MASTER_HOST = '{group.primary}',",
        "  MASTER_PORT = 3306,",
        "  MASTER_USER = 'replicator',",
        f"  MASTER_PASSWORD = '{PASSWORD}',",
        "  MASTER_SSL = 1,",
        "  MASTER_USE_GTID = slave_pos;",
        "START REPLICA;",
        "SHOW REPLICA STATUS;",
    )
    settings = (
        ("CHANGE MASTER TO", "MariaDB keeps this statement; MySQL 8.4 has another."),
        ("MASTER_USE_GTID", "slave_pos: the replica goes on after the last transaction that it applied."),
        ("START REPLICA", "Since 10.5.1; START SLAVE is the same."),
    )
    return ConfigFile(
        "replica.sql", "each replica, once, after a copy of the data was restored there", text, settings, MARIADB
    )
