"""PostgreSQL, streaming replication with slots. Versions 13 and newer."""

from __future__ import annotations

from planner.engine.replication.config_file import PASSWORD, ConfigFile, Group, lines

MANUAL = "https://www.postgresql.org/docs/current/runtime-config-replication.html"
STANDBY = "https://www.postgresql.org/docs/current/warm-standby.html"


_COMMIT = (
    "on: waits until the log is on disk, here and there. remote_apply: until a read there sees it. local: this transaction "
    "does not wait for standbys."
)


def files(group: Group) -> tuple[ConfigFile, ...]:
    return (_primary(group), _access(group), _role(group), _base_backup(group), _standby(group))


def standby_name(group: Group, number: int) -> str:
    """The name that a standby gives itself; synchronous_standby_names and its slot speak of it."""
    return f"{group.identifier}_{number}"


def _waited_for(group: Group) -> str:
    """Standbys in other zones; those of the primary's zone or of other regions only where no other exists."""
    names = ", ".join(standby_name(group, number) for number in group.voters)
    if group.acks_needed == 0:
        return ""
    rule = "ANY" if group.mode == "quorum" or len(group.voters) > 1 else "FIRST"
    return f"{rule} {group.acks_needed} ({names})"


def _primary(group: Group) -> ConfigFile:
    count, waited = len(group.hosts), _waited_for(group)
    text = lines(
        "wal_level = replica",
        f"max_wal_senders = {2 * count + 2}",
        f"max_replication_slots = {count + 2}",
        "max_slot_wal_keep_size = 20GB",
        f"synchronous_standby_names = '{waited}'",
        "synchronous_commit = on",
    )
    return ConfigFile(
        "postgresql.conf",
        "primary, and every standby that may become one",
        text,
        (
            ("wal_level", "The log holds what a standby needs."),
            ("max_wal_senders", "One connection a standby, one more each for its base backup, two to spare."),
            ("max_replication_slots", "One slot a standby: the primary keeps the log until the standby has it."),
            (
                "max_slot_wal_keep_size",
                "A standby that is gone cannot fill the primary's disk; above this it starts anew.",
            ),
            (
                "synchronous_standby_names",
                f"A commit waits until this is met: {waited}. While it cannot be met, commits wait."
                if waited
                else "Empty: no commit waits for a standby.",
            ),
            ("synchronous_commit", _COMMIT),
        ),
        MANUAL,
    )


def _access(group: Group) -> ConfigFile:
    text = lines("hostssl replication replicator samenet scram-sha-256", "hostssl all all samenet scram-sha-256")
    if group.far_hosts:
        text += lines(*(f"hostssl replication replicator {host} scram-sha-256" for host in group.far_hosts))
    return ConfigFile(
        "pg_hba.conf",
        "primary and every standby",
        text,
        (
            ("hostssl", "Only over TLS."),
            ("replication", "The log, not a database: a role needs REPLICATION for it."),
            ("samenet", "From the server's own networks; other regions are named."),
        ),
        "https://www.postgresql.org/docs/current/auth-pg-hba-conf.html",
    )


def _role(group: Group) -> ConfigFile:
    slots = (
        f"SELECT pg_create_physical_replication_slot('{standby_name(group, number)}');"
        for number in range(1, len(group.hosts) + 1)
    )
    return ConfigFile(
        "primary.sql",
        "primary, once, as superuser",
        lines(
            "SET synchronous_commit = local;",
            f"CREATE ROLE replicator WITH LOGIN REPLICATION PASSWORD '{PASSWORD}';",
            *slots,
        ),
        (
            ("synchronous_commit", "local, here only: no standby exists yet that could answer."),
            ("REPLICATION", "May read the log and make base backups, and nothing else."),
            ("pg_create_physical_replication_slot", "The primary remembers how far this standby is."),
        ),
        STANDBY,
    )


def _base_backup(group: Group) -> ConfigFile:
    text = lines(
        f"pg_basebackup --host={group.primary} --username=replicator --pgdata=/var/lib/postgresql/data \\",
        f"  --wal-method=stream --slot={standby_name(group, 1)} --checkpoint=fast --progress",
        "touch /var/lib/postgresql/data/standby.signal",
    )
    return ConfigFile(
        "start-standby.sh",
        "each standby, once; the number is its own",
        text,
        (
            ("--wal-method=stream", "The log that is written meanwhile comes along."),
            ("--slot", "Nothing of it is thrown away before it has arrived."),
            ("standby.signal", "The server starts as a standby and follows the primary."),
        ),
        "https://www.postgresql.org/docs/current/app-pgbasebackup.html",
    )


def _standby(group: Group) -> ConfigFile:
    name = standby_name(group, 1)
    connection = f"host={group.primary} user=replicator application_name={name} passfile=/var/lib/postgresql/.pgpass sslmode=verify-full"
    return ConfigFile(
        "standby.conf",
        f"each standby, included from postgresql.conf; {name} is the first",
        lines(
            f"primary_conninfo = '{connection}'",
            f"primary_slot_name = '{name}'",
            "hot_standby = on",
            "hot_standby_feedback = on",
        ),
        (
            ("primary_conninfo", "Where the log comes from. application_name is what synchronous_standby_names names."),
            ("primary_slot_name", "Its slot on the primary."),
            ("hot_standby", "The standby answers reads. They may be old."),
            ("hot_standby_feedback", "Long reads here are not cancelled; the primary keeps dead rows for them."),
        ),
        MANUAL,
    )
