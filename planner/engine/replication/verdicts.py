"""Which modes and topologies a system has, by the catalog; each refusal with its fact, each doubt with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.facts import Database, Fact
from planner.engine.document import Replication
from planner.engine.recovery import MODE_FACTS
from planner.engine.results import Because

MODES = ("none", "asynchronous", "synchronous", "quorum", "consensus")
PATTERNS = ("single-region", "read-replicas", "active-passive", "active-active")
ASKED = MODE_FACTS | {"asynchronous": {"async"}}
INSIDE = {"service_internal", "shared_storage"}
# How two writers of one record are told apart. Read in the makers' manuals; systems that are not named have no such fact.
CONFLICTS: dict[str, tuple[tuple[str, ...], str]] = {
    "cassandra": (("last-write-wins",), "https://cassandra.apache.org/doc/latest/cassandra/architecture/dynamo.html"),
    "scylladb": (("last-write-wins",), "https://cassandra.apache.org/doc/latest/cassandra/architecture/dynamo.html"),
    "dynamodb": (
        ("last-write-wins",),
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html",
    ),
    "redis": (("crdt",), "https://redis.io/docs/latest/operate/rc/databases/active-active"),
    "couchdb": (("application",), "https://docs.couchdb.org/en/stable/replication/conflicts.html"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`refused`: the system cannot do it, by a verified fact. Otherwise a risk or a doubt. `at` names the field."""

    refused: bool
    at: str
    text: str
    because: Because


def _fact(database: Database, fact: Fact) -> Because:
    as_of = fact.checked_on.isoformat() if fact.checked_on else ""
    source = fact.sources[0] if fact.sources else ""
    return Because("fact", f"Catalog: {listed(fact)}", f"{database.slug}:{fact.key}", source, as_of, fact.verified)


def listed(fact: Fact) -> str:
    values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
    return ", ".join(str(one).replace("_", " ") for one in values)


def mode_verdict(database: Database | None, mode: str) -> Verdict | None:
    """None: the catalog has nothing against it."""
    fact = database.fact("replication.modes") if database else None
    if database is None or fact is None or not isinstance(fact.value, tuple) or mode == "none":
        return None
    if set(fact.value) & (ASKED[mode] | INSIDE):
        return None
    text = f"{database.name} has no {mode} replication; it has {listed(fact)}"
    return Verdict(fact.verified, "mode", text, _fact(database, fact))


def pattern_verdict(database: Database | None, pattern: str) -> Verdict | None:
    if database is None:
        return None
    if pattern == "active-active":
        fact = database.fact("replication.multi_region_writes")
        if fact is not None and fact.value == "not_supported":
            text = f"{database.name} takes writes in one region only"
            return Verdict(fact.verified, "pattern", text, _fact(database, fact))
        if fact is not None and fact.value == "limited":
            text = f"{database.name} takes writes in several regions with limits"
            return Verdict(False, "pattern", text, _fact(database, fact))
    fact = database.fact("replication.topologies")
    if fact is not None and fact.value == ("none",) and pattern != "single-region":
        text = f"{database.name} does not replicate by itself"
        return Verdict(fact.verified, "pattern", text, _fact(database, fact))
    return None


def conflict_verdict(database: Database | None, replication: Replication) -> Verdict | None:
    """A rule for conflicts that the system does not have."""
    chosen = replication.conflict_resolution
    if database is None or chosen is None or replication.pattern != "active-active":
        return None
    known = CONFLICTS.get(database.slug)
    if known is None or chosen in known[0]:
        return None
    has = " or ".join(known[0]).replace("-", " ")
    text = f"{database.name} resolves conflicts by {has}, not by {chosen.replace('-', ' ')}"
    because = Because("fact", text, database.slug, known[1], "2026-11-23", False)
    return Verdict(False, "conflict_resolution", text, because)


def verdicts(database: Database | None, replication: Replication) -> tuple[Verdict, ...]:
    """What speaks against this choice for this system, refusals first."""
    found = [
        mode_verdict(database, replication.mode),
        pattern_verdict(database, replication.pattern),
        conflict_verdict(database, replication),
    ]
    return tuple(sorted((one for one in found if one), key=lambda one: not one.refused))
