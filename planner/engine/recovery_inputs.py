"""What the recovery model takes as given. Each value has a unit, a range and a source; no source means assumption."""

from __future__ import annotations

from dataclasses import dataclass

from planner.engine.results import Because

READ_ON = "2026-11-22"


@dataclass(frozen=True, slots=True)
class Given:
    """A parameter. `likely` is used; `low` and `high` are shown as its range."""

    name: str
    low: float
    likely: float
    high: float
    unit: str
    text: str
    source: str = ""

    def because(self) -> Because:
        spread = f"{self.low:g} to {self.high:g}, likely {self.likely:g} {self.unit}"
        kind = "fact" if self.source else "assumption"
        return Because(kind, f"{self.text}: {spread}", self.name, self.source, READ_ON if self.source else "")


DETECT = Given("detect", 60, 180, 900, "s", "An alert fires and a person looks")
DECIDE = Given("decide", 60, 120, 1800, "s", "The person decides to restore or to fail over")
PROVISION = Given("provision", 180, 600, 1800, "s", "A new server or managed instance is ready")
VERIFY = Given("verify", 60, 120, 1800, "s", "Row counts and a smoke test before traffic returns")
PROMOTE_REGION = Given("promote-region", 300, 600, 900, "s", "Promote the standby region and move clients by hand")
REATTACH = Given("reattach", 120, 600, 1800, "s", "The service starts a new node on the disk that survived")
ROUTE_AROUND = Given("route-around", 1, 30, 60, "s", "Clients retry until the service routes around the failed part")
FAILOVER_BY_HAND = Given("failover-by-hand", 300, 900, 3600, "s", "A person promotes the replica")
FAILOVER_BUILT_IN = Given("failover-built-in", 5, 30, 60, "s", "The database elects a new primary itself")
FAILOVER_TOOL = Given("failover-tool", 15, 45, 120, "s", "An external tool promotes the replica")
LAG_ZONE = Given("lag-zone", 0.1, 1, 5, "s", "Replication lag inside the region; enter a measured value in the drill")
LAG_REGION = Given(
    "lag-region", 0.5, 2, 5, "s", "Replication lag to another region; it grows without limit while the link is slow"
)
LOG_SHIP = Given("log-ship", 5, 30, 120, "s", "A closed log segment reaches the archive")
LOG_FACTOR = Given("log-factor", 1, 2, 4, "x", "Bytes of log for a byte written")
REPLAY = Given("log-replay", 20, 50, 200, "MiB/s", "Replay of the log on one thread")
COPY = Given("copy", 25, 100, 500, "MiB/s", "Copy of a finished backup to its place")

_NAPKIN = "https://github.com/sirupsen/napkin-math (commit aae5832)"
_PHYSICAL = "https://postgres.ai/blog (2025-11-05, pg_basebackup and pgBackRest throughput)"
RESTORE_MIB_S = {
    "logical": Given("restore-logical", 5, 30, 100, "MiB/s", "Load of a logical dump"),
    "physical": Given("restore-physical", 100, 300, 500, "MiB/s", "Copy of a physical backup, one stream", _PHYSICAL),
    "storage-snapshot": Given("restore-snapshot", 100, 300, 500, "MiB/s", "Volume filled from a snapshot"),
    "continuous-archive": Given("restore-archive", 100, 300, 500, "MiB/s", "Base backup under the log", _PHYSICAL),
}
REBUILD = Given("rebuild", 5, 30, 100, "MiB/s", "Rebuild of a derived copy from its source, as a logical load")

# Failover as the vendor documents it, by the start of the offering's slug. Longest match wins.
DOCUMENTED_FAILOVER = {
    "aws-rds": Given(
        "failover", 60, 90, 120, "s", "RDS Multi-AZ instance: typically 60 to 120 s",
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.Failover.html",
    ),
    "aws-aurora": Given(
        "failover", 15, 30, 60, "s", "Aurora with a replica: usually under 60 s, often under 30 s",
        "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html",
    ),
    "aws-documentdb": Given(
        "failover", 30, 60, 120, "s", "DocumentDB with a replica: usually under 120 s, often under 60 s",
        "https://docs.aws.amazon.com/documentdb/latest/developerguide/failover.html",
    ),
    "azure-postgresql": Given(
        "failover", 60, 90, 120, "s", "Flexible server, zone redundant: 60 to 120 s, longer after heavy writes",
        "https://learn.microsoft.com/en-us/azure/reliability/reliability-postgresql-flexible-server",
    ),
    "azure-mysql": Given(
        "failover", 60, 90, 120, "s", "Flexible server with high availability: 60 to 120 s, longer after large transactions",
        "https://learn.microsoft.com/en-us/azure/mysql/flexible-server/concepts-high-availability",
    ),
    "neon": Given(
        "failover", 5, 60, 120, "s", "Neon: seconds after a crash of PostgreSQL, 1 to 2 min after the loss of a node",
        "https://neon.com/docs/introduction/high-availability.md",
    ),
    "mongodb-atlas": Given(
        "failover", 5, 12, 30, "s", "Replica-set election: median at most 12 s with default settings",
        "https://www.mongodb.com/docs/manual/core/replica-set-elections/",
    ),
    "gcp-cloudsql": Given(
        "failover", 60, 75, 180, "s", "Cloud SQL HA: about 60 s unresponsive, then the switch",
        "https://cloud.google.com/sql/docs/postgres/high-availability",
    ),
}  # fmt: skip

# The same of a system wherever it runs, by its slug: what its maker documents for its default settings.
DOCUMENTED_FAILOVER_OF_SYSTEM = {"mongodb": DOCUMENTED_FAILOVER["mongodb-atlas"]}

FAILOVER_BY_FACT = {
    "builtin": FAILOVER_BUILT_IN,
    "managed_only": FAILOVER_BUILT_IN,
    "external_tool": FAILOVER_TOOL,
    "none": FAILOVER_BY_HAND,
}

# What a crash of one node loses on its own disk although the write was acknowledged: fact `durability.default`.
LOSS_BY_DURABILITY_SECONDS = {
    "fsync_each_commit_on_quorum": 0.0,
    "fsync_each_commit": 0.0,
    "replicated_before_ack": 0.0,
    "service_managed": 0.0,
    "fsync_periodic": 10.0,
    "os_page_cache": 30.0,
}
