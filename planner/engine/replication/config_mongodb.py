"""MongoDB: a replica set with the write concern of the plan."""

from __future__ import annotations

import json

from planner.engine.replication.config_file import ConfigFile, Group, lines

MANUAL = "https://www.mongodb.com/docs/manual/reference/replica-configuration/"
CONCERN = "https://www.mongodb.com/docs/manual/reference/command/setDefaultRWConcern/"
MOST_VOTING = 7


def files(group: Group) -> tuple[ConfigFile, ...]:
    return (_server(group), _initiate(group), _concern(group))


def _server(group: Group) -> ConfigFile:
    text = lines(
        "replication:",
        f"  replSetName: {group.slug}",
        "  oplogSizeMB: 51200",
        "security:",
        "  keyFile: /etc/mongodb/keyfile",
        "net:",
        "  bindIpAll: true",
        "  tls:",
        "    mode: requireTLS",
        "    certificateKeyFile: /etc/mongodb/node.pem",
    )
    settings = (
        ("replSetName", "All members of one set share it."),
        ("oplogSizeMB", "A member may be away as long as this many MB of changes last."),
        ("keyFile", "Members prove to each other who they are."),
        ("tls.mode", "Nobody connects without TLS."),
    )
    return ConfigFile("mongod.conf", f"each of the {1 + len(group.hosts)} members", text, settings, MANUAL)


def _initiate(group: Group) -> ConfigFile:
    members = []
    for number, host in enumerate((group.primary, *group.hosts)):
        far = host in group.far_hosts
        voting = number < MOST_VOTING
        members.append(
            {"_id": number, "host": f"{host}:27017", "priority": 0 if far or not voting else 1, "votes": int(voting)}
        )
    document = json.dumps({"_id": group.slug, "members": members}, indent=2)
    settings = (
        (
            "priority",
            "0: never becomes primary. Members in other regions hold a copy, and a person decides to move there.",
        ),
        ("votes", f"A majority of the voters elects a primary; at most {MOST_VOTING} vote."),
    )
    return ConfigFile(
        "initiate.js", "mongosh on the first member, once", f"rs.initiate({document})\n", settings, MANUAL
    )


def _concern(group: Group) -> ConfigFile:
    voters = min(MOST_VOTING, 1 + len(group.hosts))
    majority, wanted = voters // 2 + 1, 1 + group.acks_needed
    write: str | int = 1 if group.acks_needed == 0 else "majority" if wanted <= majority else wanted
    command = {
        "setDefaultRWConcern": 1,
        "defaultWriteConcern": {"w": write, "j": True, "wtimeout": 5000},
        "defaultReadConcern": {"level": "majority" if (group.read_quorum or 1) > 1 else "local"},
    }
    settings = (
        (
            "w",
            "1: a failover may roll the write back."
            if write == 1
            else "A write that was acknowledged survives every election."
            if write == "majority"
            else f"{write} members have the write, more than a majority.",
        ),
        ("j", "It is in the journal on disk before it counts."),
        ("wtimeout", "After 5 s the client gets an error. The write is not undone: it may still arrive."),
        ("defaultReadConcern", "majority: reads only what cannot be rolled back. local: may read it."),
    )
    return ConfigFile(
        "concern.js",
        "mongosh on the primary, once",
        f"db.adminCommand({json.dumps(command, indent=2)})\n",
        settings,
        CONCERN,
    )
