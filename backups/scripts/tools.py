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
    the beginning of their names; the provider makes the backups then, and the kit sets it up. `scripts_of`: another tool's
    folder, where this one differs in settings only. `copies_here`: local.conf names where copies go; else they are set
    elsewhere. `user`: as whom the timers run it.
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
    scripts_of: str = ""
    copies_are: str = "a folder, or remote:path of rclone"
    copies_here: bool = True
    user: str = "root"
    logs_by_timer: bool = False
    settings: Settings = field(default=_no_settings)
    policy_lines: PolicyLines = field(default=_no_lines)

    @property
    def folder(self) -> str:
        """Where its scripts lie below `shell/`."""
        return self.scripts_of or self.name

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
            f"# {copy_words(copy)}: {self.copies_are}\nTARGET_{one.name}_{number}="
            for one in policies
            for number, copy in enumerate(one.policy.copies, 1)
        ]
        encrypted = any(copy.encrypted for one in policies for copy in one.policy.copies)
        return "\n".join(
            [
                f"# Settings of {slug} on this machine: KEY=value, without quotes. No passwords: the scripts refer to files.",
                *self.local,
                *([] if self.complete else ["BACKUP_DIR=/var/backups/polystore"]),
                *(copies if self.copies_here else []),
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

MARIADB_LOCAL = (
    "DATABASE=",
    "# A file with [client] host=, user=, password=; mode 600. Rights: SELECT, RELOAD, LOCK TABLES, SHOW VIEW, TRIGGER,",
    "# EVENT, BINLOG MONITOR, REPLICATION SLAVE",
    "DEFAULTS_FILE=/etc/polystore-backup/my.cnf",
    "# contents: checksum each table in the dump's snapshot (reads every table once more); none: do not",
    "COMPARE=contents",
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
            user="postgres",
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
            copies_here=False,
            settings=pgbackrest.settings,
            policy_lines=pgbackrest.policy_lines,
        ),
        Tool(
            name="mariadb",
            label="mariadb-dump",
            databases=frozenset({"mariadb"}),
            methods=frozenset({"logical", "continuous-archive"}),
            executed="MariaDB 10.11",
            needs="bash, coreutils, util-linux (flock), gzip, the client programs of MariaDB, age if encrypted, rclone for copies that "
            "are no folder",
            local=MARIADB_LOCAL,
            place="the name of a new database",
            manual="https://mariadb.com/docs/server/clients-and-utilities/backup-restore-and-import-clients/mariadb-dump",
            logs_by_timer=True,
        ),
        Tool(
            name="mysql",
            label="mysqldump",
            databases=frozenset({"mysql"}),
            methods=frozenset({"logical", "continuous-archive"}),
            executed="",
            needs="bash, coreutils, util-linux (flock), gzip, the client programs of MySQL 8.4 or newer, age if encrypted, rclone for "
            "copies that are no folder",
            local=MARIADB_LOCAL,
            place="the name of a new database",
            manual="https://dev.mysql.com/doc/refman/8.4/en/mysqldump.html",
            scripts_of="mariadb",
            logs_by_timer=True,
            policy_lines=lambda policies: ("FLAVOUR=mysql",),
        ),
        Tool(
            name="redis",
            label="RDB file",
            databases=frozenset({"redis", "valkey"}),
            methods=frozenset({"physical", "logical", "storage-snapshot"}),
            executed="Redis 7.0",
            needs="bash, coreutils, util-linux (flock), redis-cli and redis-check-rdb of the server's version (Valkey brings them under "
            "these names too), redis-server for drills, age if encrypted, rclone for copies that are no folder",
            local=(
                "HOST=localhost",
                "PORT=6379",
                "# A file with the password alone, mode 600; the user must be allowed SYNC or PSYNC and REPLCONF",
                "#REDISCLI_AUTH_FILE=/etc/polystore-backup/redis-password",
            ),
            place="a new folder",
            manual="https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/",
            over_network=False,
        ),
        Tool(
            name="sqlite",
            label="online backup of SQLite",
            databases=frozenset({"sqlite"}),
            methods=frozenset({"physical", "logical", "storage-snapshot"}),
            executed="SQLite 3.40",
            needs="bash, coreutils, util-linux (flock), gzip, sqlite3, age if encrypted, rclone for copies that are no folder",
            local=("# The file of the database", "DATABASE="),
            place="a new file",
            manual="https://www.sqlite.org/backup.html",
            over_network=False,
        ),
        Tool(
            name="restic",
            label="restic",
            databases=frozenset({"minio", "ceph"}),
            methods=frozenset({"physical", "logical", "storage-snapshot"}),
            executed="restic 0.14 on files",
            needs="bash, coreutils, util-linux (flock), restic 0.14 or newer, and what mounts or mirrors the buckets as files",
            local=(
                "# Where locks and restic's cache lie; the backups themselves lie in the repositories",
                "BACKUP_DIR=/var/lib/polystore-backup",
                "# Folders with the files, separated by spaces: a mount or a mirror of the buckets",
                "PATHS=",
                "# A file with the pass phrase alone, mode 600. Whoever loses it loses every backup: keep it elsewhere too.",
                "RESTIC_PASSWORD_FILE=/etc/polystore-backup/restic-password",
                "# The repository where the plan names no copy",
                "#TARGET=",
                "# How much verify.sh reads back",
                "READ=100%",
            ),
            place="a new folder",
            manual="https://restic.readthedocs.io/en/stable/",
            over_network=False,
            complete=True,
            copies_are="a repository of restic, such as s3:s3.amazonaws.com/bucket or a folder",
        ),
        Tool(
            name="mongodb",
            label="mongodump",
            databases=frozenset({"mongodb"}),
            methods=frozenset({"logical"}),
            executed="",
            needs="bash, coreutils, util-linux (flock), mongosh and MongoDB's database tools, age if encrypted, rclone for copies that are "
            "no folder",
            local=(
                "DATABASE=",
                "# A file with `uri: mongodb://user:password@host/?authSource=admin`, mode 600",
                "CONFIG=/etc/polystore-backup/mongodb.yaml",
                "COMPARE=contents",
            ),
            place="the name of a new database",
            manual="https://www.mongodb.com/docs/database-tools/mongodump/",
        ),
        Tool(
            name="clickhouse",
            label="BACKUP of ClickHouse",
            databases=frozenset({"clickhouse"}),
            methods=frozenset({"physical", "logical"}),
            executed="",
            needs="bash, coreutils, util-linux (flock), clickhouse-client on the server's machine, age if encrypted, rclone for copies "
            "that are no folder",
            local=(
                "DATABASE=",
                "# A configuration file of clickhouse-client with host, user and password, mode 600",
                "CONFIG=/etc/polystore-backup/clickhouse.xml",
            ),
            place="the name of a new database",
            manual="https://clickhouse.com/docs/operations/backup",
            over_network=False,
        ),
        Tool(
            name="search",
            label="snapshots of Elasticsearch or OpenSearch",
            databases=frozenset({"elasticsearch", "opensearch"}),
            methods=frozenset({"physical", "storage-snapshot"}),
            executed="",
            needs="bash, coreutils, util-linux (flock), curl, and a snapshot repository that is registered with the cluster",
            local=(
                "# Locks and the state of these scripts; the snapshots themselves lie in the repository",
                "BACKUP_DIR=/var/lib/polystore-backup",
                "ADDRESS=https://localhost:9200",
                "# The name under which the repository is registered; where it lies is set there",
                "REPOSITORY=",
                "INDICES=*",
                "# A file for curl --config with user = and cacert =, mode 600",
                "CURL_CONFIG=/etc/polystore-backup/search.curl",
            ),
            place="a prefix for the names of the restored indices",
            manual="https://docs.opensearch.org/latest/tuning-your-cluster/availability-and-recovery/snapshots/snapshot-restore/",
            complete=True,
            copies_here=False,
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
