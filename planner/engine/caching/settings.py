"""The configuration of a cache's choices, as text for the system that runs it. Pure: from a plan to files.

Sources: https://redis.io/docs/latest/develop/reference/eviction/, https://docs.memcached.org/serverguide/,
https://www.rfc-editor.org/rfc/rfc9111 (Cache-Control), https://www.rfc-editor.org/rfc/rfc5861 (stale-while-revalidate),
https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from planner.engine.caching.inputs import GIB
from planner.engine.document import Cache, Plan
from planner.engine.rules.eviction import REDIS_KIND

MIB = 2.0**20
LARGEST_MEMCACHED_ITEM_MIB = 1024


@dataclass(frozen=True, slots=True)
class Settings:
    """One file or command. `notes` say what each setting does."""

    title: str
    name: str
    text: str
    notes: tuple[tuple[str, str], ...]


def settings_for(plan: Plan, path: str) -> Settings | None:
    """What to configure for the cache of a data set; None where nothing about it is decided that a file could say."""
    cache = plan.data_set(path).cache
    if cache is None:
        return None
    if cache.layer == "cdn":
        return _cdn(plan, path, cache)
    if cache.layer == "in-process":
        return _in_process(cache)
    if cache.layer == "materialized-view":
        return _view(path, cache)
    database = plan.stores[cache.store].database if cache.store in plan.stores else ""
    if database in REDIS_KIND:
        return _redis(plan, cache.store or "")
    return _memcached(plan, path, cache.store or "") if database == "memcached" else None


def memory_of(plan: Plan, store: str) -> float | None:
    """GiB that all caches of a store may take together; None where one has no limit."""
    caches = [
        ref.data_set.cache for ref in plan.data_sets() if ref.data_set.cache and ref.data_set.cache.store == store
    ]
    given = [one.memory_gib.mid for one in caches if one.memory_gib]
    return sum(given) if given and len(given) == len(caches) else None


def _redis(plan: Plan, slug: str) -> Settings:
    memory, policy = memory_of(plan, slug), plan.stores[slug].eviction
    lines, notes = [], []
    if memory is not None:
        lines.append(f"maxmemory {math.floor(memory * GIB / MIB)}mb")
        notes.append(
            ("maxmemory", "Room for all caches of this store together; leave a quarter of the machine free beside it.")
        )
    lines.append(f"maxmemory-policy {policy or 'allkeys-lru'}")
    notes.append(
        (
            "maxmemory-policy",
            "What goes when the memory is full"
            + ("" if policy else "; not decided in the plan, so the usual one")
            + ".",
        )
    )
    if policy and "lfu" in policy:
        lines += ["lfu-log-factor 10", "lfu-decay-time 1"]
        notes.append(
            ("lfu-decay-time", "Minutes after which a count of uses is lowered, so that old favourites leave.")
        )
    kept = any(ref.data_set.store == slug for ref in plan.data_sets())
    if not kept:
        lines += ['save ""', "appendonly no"]
        notes.append(("save, appendonly", "Nothing is written to disk: this store holds copies only."))
    return Settings("Redis, Valkey or KeyDB", "redis.conf", "\n".join(lines) + "\n", tuple(notes))


def _memcached(plan: Plan, path: str, slug: str) -> Settings:
    memory, item = memory_of(plan, slug), plan.data_set(path).needs.item_bytes
    words, notes = ["memcached"], []
    if memory is not None:
        words.append(f"-m {math.floor(memory * GIB / MIB)}")
        notes.append(("-m", "MiB for items; the process takes some more."))
    if item and item.high > MIB:
        words.append(f"-I {min(LARGEST_MEMCACHED_ITEM_MIB, math.ceil(item.high / MIB) + 1)}m")
        notes.append(("-I", "Largest item; more than the 1 MiB that is the default."))
    notes.append(("eviction", "Segmented LRU inside each class of sizes; there is no other policy."))
    return Settings("Memcached", "command", " ".join(words) + "\n", tuple(notes))


def _cdn(plan: Plan, path: str, cache: Cache) -> Settings:
    if plan.data_set(path).personal_data:
        notes = (("private", "This data set holds personal data: no shared cache may keep it."),)
        return Settings("HTTP header", "Cache-Control", "Cache-Control: private, no-store\n", notes)
    seconds = math.floor(cache.ttl_seconds or 0)
    if seconds == 0:
        notes = (("no-cache", "No expiry is decided: each use asks the origin whether it changed (ETag)."),)
        return Settings("HTTP header", "Cache-Control", "Cache-Control: public, no-cache\n", notes)
    browser = min(seconds, 60) if cache.invalidation in ("on-write", "event") else seconds
    text = f"Cache-Control: public, max-age={browser}, s-maxage={seconds}, stale-while-revalidate={max(1, seconds // 10)}\n"
    return Settings(
        "HTTP header",
        "Cache-Control",
        text,
        (
            (
                "max-age",
                "Seconds in a browser"
                + (": few, because it cannot be told of a change." if browser < seconds else "."),
            ),
            ("s-maxage", "Seconds at the edge, which can be told to forget."),
            ("stale-while-revalidate", "The old answer is served while one request loads the new one: no stampede."),
        ),
    )


def _in_process(cache: Cache) -> Settings:
    bound = f"{cache.memory_gib.mid * GIB:.0f}" if cache.memory_gib else "None"
    ttl = f"{cache.ttl_seconds:g}" if cache.ttl_seconds is not None else "float('inf')"
    text = f"from cachetools import TTLCache\n\ncache = TTLCache(maxsize={bound}, ttl={ttl}, getsizeof=len)\n"
    if not cache.memory_gib:
        text = f"from cachetools import TTLCache\n\ncache = TTLCache(maxsize=10_000, ttl={ttl})  # items: no memory is decided\n"
    notes = (("maxsize", "Bytes of each process, counted by getsizeof." if cache.memory_gib else "A number of items."),
             ("ttl", "Seconds; each process forgets by itself, a write elsewhere is not seen before."))  # fmt: skip
    return Settings("In the service's memory, Python", "cache.py", text, notes)


def _view(path: str, cache: Cache) -> Settings:
    name = path.split("/", 1)[1].replace("-", "_") + "_cached"
    minutes = max(1, round((cache.ttl_seconds or 900) / 60))
    lines = (
        f"CREATE MATERIALIZED VIEW {name} AS",
        "  SELECT id, count(*) AS amount FROM source GROUP BY id;  -- your query",
        f"CREATE UNIQUE INDEX ON {name} (id);",
        f"-- every {minutes} min, from cron or pg_cron:",
        f"REFRESH MATERIALIZED VIEW CONCURRENTLY {name};",
    )
    text = "\n".join(lines) + "\n"
    notes = (
        ("UNIQUE INDEX", "CONCURRENTLY needs one; without it readers wait while the view is refreshed."),
        ("REFRESH", "Computes the whole query again: its age is the interval plus the time it takes."),
    )
    return Settings("PostgreSQL", "view.sql", text, notes)
