"""The tools by which the kits back a system up, and on what they were really run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from backups.scripts import aws, pgbackrest
from backups.scripts.policy import NamedPolicy, copy_words

Settings = Callable[[str, tuple[NamedPolicy, ...]], Mapping[str, str]]
PolicyLines = Callable[[tuple[NamedPolicy, ...]], tuple[str, ...]]


def _no_settings(slug: str, policies: tuple[NamedPolicy, ...]) -> Mapping[str, str]:
    return {}


def _no_lines(policies: tuple[NamedPolicy, ...]) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Tool:
    """`name` is its folder below `shell/` and in the kit.

    `executed`: on what the tests run it, empty where they do not. `over_network`: it needs no access to the server's files.
    `complete`: its folder brings all scripts; else they are the common ones and it brings `system.sh`. `local`: the lines
    of local.conf that are its own. `place`: what `restore.sh --into` takes. `offerings`: for these managed ones only, by
    the beginning of their names; the provider makes the backups then, and the kit sets it up.
    """

    name: str
    label: str
    databases: frozenset[str]
    methods: frozenset[str]
    executed: str
    needs: str
    local: tuple[str, ...]
    place: str
    manual: str
    over_network: bool = True
    complete: bool = False
    offerings: tuple[str, ...] = ()
    logs_by_timer: bool = False
    settings: Settings = field(default=_no_settings)
    policy_lines: PolicyLines = field(default=_no_lines)

    @property
    def said(self) -> str:
        return f"Executed in tests with {self.executed}" if self.executed else "NOT executed in tests: try it first"

    def carries_out(self, database: str, offering: str, method: str) -> bool:
        if method not in self.methods:
            return False
        return offering.startswith(self.offerings) if self.offerings else database in self.databases

    def marked(self, name: str, text: str) -> str:
        """The text with a first line that says whether it ever ran; below `#!`, which must come first."""
        if not name.endswith((".sh", ".conf", ".sql")):
            return text
        first, _, rest = text.partition("\n")
        if first.startswith("#!"):
            return f"{first}\n# {self.said}.\n{rest}"
        return text if name == "policy.conf" else f"# {self.said}.\n{text}"

    def local_conf(self, slug: str, policies: tuple[NamedPolicy, ...]) -> str:
        """Settings that only the operator knows. Lines with # are ideas; no password belongs here."""
        copies = [
            f"# {copy_words(copy)}: a folder, or remote:path of rclone\nTARGET_{one.name}_{number}="
            for one in policies
            for number, copy in enumerate(one.policy.copies, 1)
        ]
        encrypted = any(copy.encrypted for one in policies for copy in one.policy.copies)
        return "\n".join(
            [
                f"# Settings of {slug} on this machine: KEY=value, without quotes. No passwords: the scripts refer to files.",
                *self.local,
                *([] if self.complete else ["BACKUP_DIR=/var/backups/polystore", *copies]),
                *(ENCRYPTED if encrypted and not self.complete else ()),
                "# Folder of the node exporter's textfile collector",
                "#METRICS_DIR=/var/lib/prometheus/node-exporter",
                "# Where drills are recorded; the file holds one line: Authorization: Bearer TOKEN",
                "#POLYSTORE_URL=https://polystore.example.com",
                "#POLYSTORE_HEADER_FILE=/etc/polystore-backup/header",
                "",
            ]
        )


ENCRYPTED = (
    "# The plan asks for encryption. Public keys (age-keygen -y): this machine can write backups and read none of them.",
    "AGE_RECIPIENTS=/etc/polystore-backup/recipients.txt",
    "# Only where restores are made: the private key",
    "#AGE_IDENTITY=/root/backup-identity.txt",
    "# Or, where disk and bucket encrypt by themselves: ENCRYPTION=storage",
)

POSTGRESQL = frozenset({"postgresql", "pgvector", "timescaledb"})
TOOLS: Mapping[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool(
            name="postgresql",
            label="pg_dump",
            databases=POSTGRESQL,
            methods=frozenset({"logical"}),
            executed="PostgreSQL 15",
            needs="bash, coreutils, util-linux (flock), psql and pg_dump of the server's version or newer, age if encrypted, "
            "rclone for copies that are no folder",
            local=(
                "DATABASE=",
                "#PGHOST=localhost",
                "#PGPORT=5432",
                "#PGUSER=backup",
                "#PGPASSFILE=/etc/polystore-backup/pgpass",
                "# contents: hash each table in the dump's snapshot (reads every table once more); none: do not",
                "COMPARE=contents",
            ),
            place="the name of a new database",
            manual="https://www.postgresql.org/docs/current/app-pgdump.html",
        ),
        Tool(
            name="pgbackrest",
            label="pgBackRest",
            databases=POSTGRESQL - {"timescaledb"},
            methods=frozenset({"physical", "continuous-archive"}),
            executed="PostgreSQL 15 and pgBackRest 2.45",
            needs="bash, coreutils, util-linux (flock), pgbackrest 2.45 or newer on the database server, run as the user postgres",
            local=(
                "# Locks and the state of these scripts; the backups themselves lie in the repositories of pgbackrest.conf",
                "BACKUP_DIR=/var/lib/polystore-backup",
                "# The server's data directory, port and socket stand in pgbackrest.conf",
                "#PGBACKREST_CONFIG=/etc/pgbackrest/pgbackrest.conf",
                "DATABASE=postgres",
                "#PGHOST=/var/run/postgresql",
                "#PGPORT=5432",
                "# Programs of the server, for drills",
                "#PG_BIN=/usr/lib/postgresql/15/bin",
            ),
            place="an empty or new folder on a machine with PostgreSQL of the same major version",
            manual="https://pgbackrest.org/user-guide.html",
            over_network=False,
            complete=True,
            logs_by_timer=True,
            settings=pgbackrest.settings,
            policy_lines=pgbackrest.policy_lines,
        ),
        Tool(
            name="aws-backup",
            label="AWS Backup",
            databases=frozenset(),
            methods=frozenset({"physical", "storage-snapshot", "continuous-archive"}),
            executed="",
            needs="AWS CLI version 2 and a role that may use AWS Backup",
            local=(),
            place="the restored resource",
            manual="https://docs.aws.amazon.com/aws-backup/latest/devguide/whatisbackup.html",
            offerings=("aws-rds-", "aws-aurora-", "aws-dynamodb-", "aws-s3-", "aws-documentdb"),
            settings=aws.backup_settings,
        ),
        Tool(
            name="elasticache",
            label="snapshots of ElastiCache",
            databases=frozenset(),
            methods=frozenset({"physical", "storage-snapshot"}),
            executed="",
            needs="AWS CLI version 2",
            local=(),
            place="a new replication group",
            manual="https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html",
            offerings=("aws-elasticache-",),
            settings=aws.elasticache_settings,
        ),
    )
}
