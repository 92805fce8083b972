"""How an application uses its cache, as a Python file for Redis and PostgreSQL: one for each strategy. Pure text.

The tests run each against a real Redis and a real PostgreSQL. Early refresh: Vattani, Chierichetti, Lowenstein, PVLDB 8(8) 2015.
"""

from __future__ import annotations

import re

from planner.engine.caching import skeleton_parts as parts
from planner.engine.caching.inputs import FLUSH_SECONDS
from planner.engine.caching.settings import Settings
from planner.engine.document import Cache, Plan
from planner.engine.rules.eviction import REDIS_KIND

READS = {"refresh-ahead": parts.READ_EARLY, "write-behind": parts.READ_UNSAVED}
WRITES = {
    "write-through": parts.WRITE_THROUGH,
    "write-behind": parts.WRITE_BEHIND,
    "refresh-ahead": parts.WRITE_THROUGH,
}
WRITES_BY_INVALIDATION = {"on-write": parts.WRITE_AND_FORGET, "event": parts.WRITE_AND_TELL}
SPEAKS_POSTGRESQL = {"postgresql", "aurora", "alloydb", "neon", "cockroachdb", "yugabytedb", "timescaledb"}
NOTES = {
    "cache-aside": "The application asks the cache first, and loads what is missing.",
    "read-through": "Callers know one object; it asks the cache first, and loads what is missing.",
    "write-through": "The store is written first, the cache with it: a read never sees an older value for long.",
    "write-behind": "The cache is written at once, the store later: what was not flushed is lost with the cache.",
    "refresh-ahead": "An entry that is asked for is loaded again before it ends: no reader waits for it.",
}


def skeleton_for(plan: Plan, path: str) -> Settings | None:
    """The file for the cache of a data set; None where the cache is not in a system that speaks as Redis."""
    cache = plan.data_set(path).cache
    store = plan.stores.get(cache.store or "") if cache else None
    if cache is None or store is None or store.database not in REDIS_KIND or cache.layer != "distributed":
        return None
    strategy = cache.strategy or "cache-aside"
    text = "\n\n".join(part.strip("\n") + "\n" for part in _parts(strategy, cache.invalidation or "ttl"))
    name = table_of(path)
    for word, value in (
        ("TABLE", name),
        ("STRATEGY", strategy),
        ("TTL", _ttl(cache)),
        ("FLUSH", f"{FLUSH_SECONDS.likely:g}"),
    ):
        text = text.replace(f"<{word}>", value)
    behind = plan.stores.get(plan.data_set(path).store or "")
    notes = _notes(strategy, cache)
    if behind is None or behind.database not in SPEAKS_POSTGRESQL:
        notes = (("load, write", "Written for PostgreSQL; put in the calls of your store."), *notes)
    return Settings("Python, with redis-py and psycopg", f"{name}_cache.py", text, notes)


def table_of(path: str) -> str:
    """A name that is a table in PostgreSQL and a module in Python; slugs hold nothing but letters, digits and dashes."""
    return "data_" + re.sub(r"[^a-z0-9]+", "_", path.split("/", 1)[1].lower())


def _ttl(cache: Cache) -> str:
    return (
        "None"
        if not cache.ttl_seconds
        else f"{cache.ttl_seconds:g}"
        if cache.ttl_seconds < 1e6
        else f"{cache.ttl_seconds:.0f}"
    )


def _parts(strategy: str, invalidation: str) -> list[str]:
    write = WRITES.get(strategy) or WRITES_BY_INVALIDATION.get(invalidation, parts.WRITE_ALONE)
    found = [parts.HEAD, parts.LOAD]
    found.append(parts.REMEMBER_WITH_END if strategy == "refresh-ahead" else parts.REMEMBER)
    found += [READS.get(strategy, parts.READ), parts.LOAD_ONCE, write]
    return [*found, parts.READ_THROUGH] if strategy == "read-through" else found


def _notes(strategy: str, cache: Cache) -> tuple[tuple[str, str], ...]:
    found = [
        (strategy, NOTES[strategy]),
        ("load_once", "One reader loads a missing entry, the others wait for it: no stampede."),
    ]
    if cache.ttl_seconds:
        found.append(
            ("TTL_SECONDS", "A random tenth less for each entry, so that entries written together do not end together.")
        )
    else:
        found.append(
            ("TTL_SECONDS", "None: an entry that was written wrongly stays until memory runs out. Set one as a net.")
        )
    if strategy not in WRITES and cache.invalidation == "on-write":
        found.append(
            ("write", "A reader that loaded before the commit may put the old value back after it: the TTL ends that.")
        )
    if strategy not in WRITES and cache.invalidation == "event":
        found.append(
            (
                "listen",
                "Run it in one process; what happens while it is down is heard by nobody, and ends with the TTL.",
            )
        )
    if strategy == "write-behind":
        found.append(
            (
                "flush",
                "Run it in one process, always. Eviction must spare the unsaved writes: volatile-* or noeviction.",
            )
        )
    if strategy == "refresh-ahead":
        found.append(
            ("read", "A refresh that loaded before a commit may put the old value back after it: the TTL ends that.")
        )
    return tuple(found)
