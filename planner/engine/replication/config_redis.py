"""Redis and Valkey: asynchronous replicas, a guard against a primary that is alone, and Sentinel to fail over."""

from __future__ import annotations

from dataclasses import replace

from planner.engine.replication.config_file import PASSWORD, ConfigFile, Group, lines

MANUAL = "https://redis.io/docs/latest/operate/oss_and_stack/management/replication/"
SENTINEL = "https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/"
VALKEY = {MANUAL: "https://valkey.io/topics/replication/", SENTINEL: "https://valkey.io/topics/sentinel/"}
SENTINELS = 3


def files(group: Group) -> tuple[ConfigFile, ...]:
    return (_primary(group), _replica(group), _sentinel(group))


def valkey_files(group: Group) -> tuple[ConfigFile, ...]:
    """The same directives, under Valkey's names of files and in its manual."""
    return tuple(
        replace(one, name=one.name.replace("redis", "valkey"), source=VALKEY[one.source]) for one in files(group)
    )


def _primary(group: Group) -> ConfigFile:
    guard = len(group.home_hosts) > 0
    text = lines(
        "port 6379",
        f"requirepass {PASSWORD}",
        f"masterauth {PASSWORD}",
        "appendonly yes",
        "appendfsync everysec",
        "repl-backlog-size 256mb",
        "repl-diskless-sync yes",
        "min-replicas-to-write 1" if guard else "",
        "min-replicas-max-lag 10" if guard else "",
    )
    settings = (
        (
            "requirepass, masterauth",
            "Clients and replicas sign in; the primary itself too, once it has become a replica.",
        ),
        ("appendonly, appendfsync", "A node that restarts has all but the last second or two."),
        ("repl-backlog-size", "A replica that was away this many bytes goes on instead of copying everything."),
        ("repl-diskless-sync", "The first copy goes over the network without a file in between."),
        (
            "min-replicas-to-write, min-replicas-max-lag",
            "Writes are refused while no replica has answered within 10 s. It bounds what is lost; it is no synchronous write.",
        ),
    )
    return ConfigFile("redis.conf", "primary", text, settings if guard else settings[:-1], MANUAL)


def _replica(group: Group) -> ConfigFile:
    text = lines(
        "port 6379",
        f"replicaof {group.primary} 6379",
        f"requirepass {PASSWORD}",
        f"masterauth {PASSWORD}",
        "replica-read-only yes",
        "replica-serve-stale-data no",
        "appendonly yes",
        "appendfsync everysec",
    )
    settings = (
        ("replicaof", "Follows this primary; Sentinel rewrites the line after a failover."),
        ("replica-read-only", "A write here would be lost."),
        ("replica-serve-stale-data", "no: without its primary it answers with an error instead of old values."),
    )
    return ConfigFile("redis.conf", f"each of the {len(group.hosts)} replicas", text, settings, MANUAL)


def _sentinel(group: Group) -> ConfigFile:
    name = group.slug
    text = lines(
        "port 26379",
        "sentinel resolve-hostnames yes",
        f"sentinel monitor {name} {group.primary} 6379 {SENTINELS // 2 + 1}",
        f"sentinel auth-pass {name} {PASSWORD}",
        f"sentinel down-after-milliseconds {name} 5000",
        f"sentinel failover-timeout {name} 60000",
        f"sentinel parallel-syncs {name} 1",
    )
    settings = (
        (
            "sentinel monitor",
            f"{SENTINELS // 2 + 1} of {SENTINELS} Sentinels, each in another zone, must agree that it is down.",
        ),
        ("down-after-milliseconds", "Silent for 5 s counts as down. Lower: quicker, and more failovers for nothing."),
        ("failover-timeout", "Within 60 s a failover is over, or is tried anew."),
        ("parallel-syncs", "One replica at a time copies from the new primary; the others answer meanwhile."),
    )
    return ConfigFile("sentinel.conf", f"{SENTINELS} small nodes, one a zone", text, settings, SENTINEL)
