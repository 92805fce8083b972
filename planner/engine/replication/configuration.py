"""Configuration for the replication that a plan says, by system. Generated text: read it before it runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from planner.engine.document import Store
from planner.engine.replication import config_cassandra, config_mongodb, config_mysql, config_postgresql, config_redis
from planner.engine.replication.config_file import ConfigFile, Group
from planner.engine.replication.layout import Layout

Writer = Callable[[Group], tuple[ConfigFile, ...]]
WRITERS: Mapping[str, Writer] = {
    "postgresql": config_postgresql.files,
    "pgvector": config_postgresql.files,
    "timescaledb": config_postgresql.files,
    "mysql": config_mysql.files,
    "mariadb": config_mysql.mariadb_files,
    "redis": config_redis.files,
    "valkey": config_redis.valkey_files,
    "mongodb": config_mongodb.files,
    "cassandra": config_cassandra.files,
    "scylladb": config_cassandra.scylla_files,
}


def safe(name: str) -> str:
    """A region is a person's own word: in files that run it keeps letters, digits, hyphens and underscores only."""
    return re.sub(r"[^A-Za-z0-9_]+", "-", name).strip("-")


def group_of(slug: str, store: Store, layout: Layout) -> Group:
    far = tuple(safe(copy.region) for copy in layout.copies if copy.zone is None)
    read = store.replication.read_quorum if store.replication else None
    voters = tuple(number for number, copy in enumerate(layout.copies, 1) if copy.votes)
    return Group(
        slug, layout.mode, safe(layout.home), layout.zones, len(layout.at_home), far, layout.acks_needed, read, voters
    )


def configuration_of(slug: str, store: Store, layout: Layout) -> tuple[ConfigFile, ...]:
    """The files of a store; () where it has no copies, or where we have none for its system."""
    writer = WRITERS.get(store.database)
    if writer is None or not layout.copies:
        return ()
    return writer(group_of(slug, store, layout))
