"""Cassandra and ScyllaDB: copies a data centre, and the consistency level that clients ask for."""

from __future__ import annotations

from dataclasses import replace

from planner.engine.replication.config_file import ConfigFile, Group, lines

MANUAL = "https://cassandra.apache.org/doc/latest/cassandra/architecture/dynamo.html"
YAML = "https://cassandra.apache.org/doc/latest/cassandra/managing/configuration/cass_yaml_file.html"
SCYLLA = "https://docs.scylladb.com/manual/stable/reference/configuration-parameters.html"
RACKS = "https://cassandra.apache.org/doc/latest/cassandra/managing/configuration/cass_rackdc_file.html"


def files(group: Group) -> tuple[ConfigFile, ...]:
    return (_node(group), _rack(group), _keyspace(group))


def scylla_files(group: Group) -> tuple[ConfigFile, ...]:
    """ScyllaDB keeps the older names of these settings, with the unit in the name."""
    node = _node(group)
    text = node.text.replace("max_hint_window: 3h", "max_hint_window_in_ms: 10800000")
    text = text.replace("commitlog_sync_period: 10000ms", "commitlog_sync_period_in_ms: 10000")
    return (replace(node, name="scylla.yaml", text=text, source=SCYLLA), _rack(group), _keyspace(group))


def home_centre(group: Group) -> str:
    return group.home or "dc1"


def level(copies: int, wanted: int) -> str:
    """The name of a consistency level that waits for so many of the copies in the client's own data centre."""
    if wanted >= copies and copies > 1:
        return "ALL"
    if wanted == copies // 2 + 1:
        return "LOCAL_QUORUM"
    return {1: "LOCAL_ONE", 2: "TWO", 3: "THREE"}.get(wanted, "LOCAL_QUORUM")


def _node(group: Group) -> ConfigFile:
    text = lines(
        f"cluster_name: {group.slug}",
        "endpoint_snitch: GossipingPropertyFileSnitch",
        "hinted_handoff_enabled: true",
        "max_hint_window: 3h",
        "authenticator: PasswordAuthenticator",
        "commitlog_sync: periodic",
        "commitlog_sync_period: 10000ms",
    )
    settings = (
        ("endpoint_snitch", "Each node tells the others its data centre and rack."),
        (
            "hinted_handoff_enabled, max_hint_window",
            "Writes for a node that is away are kept 3 h; after that it needs a repair.",
        ),
        (
            "commitlog_sync",
            "periodic: a node that loses power loses up to 10 s of its own; the other copies have it. group: it waits.",
        ),
    )
    return ConfigFile("cassandra.yaml", "each node; add listen_address and the seeds", text, settings, YAML)


def _rack(group: Group) -> ConfigFile:
    text = lines(f"dc={home_centre(group)}", "rack=zone-1")
    settings = (
        ("dc", "The region: keyspaces and LOCAL levels speak of it."),
        ("rack", f"The zone, 1 to {group.zones}: copies of a row go to different racks."),
    )
    return ConfigFile("cassandra-rackdc.properties", "each node, with its own zone", text, settings, RACKS)


def _keyspace(group: Group) -> ConfigFile:
    copies = 1 + group.at_home
    centres = {home_centre(group): copies} | dict.fromkeys(group.regions, 1)
    placed = ", ".join(f"'{name}': {count}" for name, count in centres.items())
    write, read = level(copies, 1 + group.acks_needed), level(copies, group.read_quorum or 1)
    text = lines(
        f"CREATE KEYSPACE IF NOT EXISTS {group.identifier}",
        f"  WITH replication = {{'class': 'NetworkTopologyStrategy', {placed}}} AND durable_writes = true;",
        f"-- clients write with {write} and read with {read}",
        f"CONSISTENCY {write}",
    )
    overlaps = 1 + group.acks_needed + (group.read_quorum or 1) > copies
    settings = (
        ("NetworkTopologyStrategy", "So many copies in each data centre. SimpleStrategy ignores racks and regions."),
        ("durable_writes", "Through the commit log; never off for data that matter."),
        (
            "CONSISTENCY",
            f"Set in each client, not in the cluster: {write} for writes, {read} for reads. "
            + ("Together they always share a copy." if overlaps else "They need not share a copy: reads may be old."),
        ),
        ("clocks", "The later timestamp of a cell wins: keep the clocks of all nodes and clients in step (NTP)."),
    )
    return ConfigFile("keyspace.cql", "any node, once", text, settings, MANUAL)
