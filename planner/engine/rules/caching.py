"""Are caches only caches, and do they behave when they are full or empty?"""

from __future__ import annotations

from collections.abc import Iterator

from planner.engine import fixes, fixes_caches
from planner.engine.capacity import ONE_WRITER_PER_SECOND
from planner.engine.rules.rule import (
    GUIDE,
    HIGH,
    LOW,
    MEDIUM,
    STRICT_TIERS,
    Fix,
    Hit,
    Look,
    Rule,
    Threshold,
    at_data_set,
)

WRITES_PER_READ = 0.5
DAY_SECONDS = 86_400
# Systems whose materialized views are known to change only when they are refreshed.
REFRESHED_VIEWS = {"postgresql", "aurora", "alloydb", "neon", "yugabytedb"}


def caches_writes(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        needs = ref.data_set.needs
        if not (ref.data_set.cache and needs.reads_per_second and needs.writes_per_second):
            continue
        ratio = needs.writes_per_second.mid / max(needs.reads_per_second.mid, 1e-9)
        if ratio > WRITES_PER_READ:
            title = f"{ref.data_set.name} is written too often to cache"
            yield Hit(
                at_data_set(ref.path),
                title,
                f"{ratio:.1f} writes for each read: most entries change before they are read again.",
            )


def no_ttl(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        cache = ref.data_set.cache
        if cache and cache.invalidation in (None, "ttl") and not cache.ttl_seconds:
            title = f"The cache of {ref.data_set.name} never expires"
            yield Hit(
                at_data_set(ref.path),
                title,
                "It has neither a time to live nor another invalidation: a wrong value stays.",
            )


def write_behind(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        cache = ref.data_set.cache
        if cache and cache.strategy == "write-behind" and look.plan.tier_of(ref.path) in STRICT_TIERS:
            title = f"{ref.data_set.name} is acknowledged before it is stored"
            yield Hit(
                at_data_set(ref.path),
                title,
                "Write-behind loses what the cache had not flushed; its tier allows little loss.",
            )


def cold_start(look: Look) -> Iterator[Hit]:
    """After a restart of the cache every read goes to the store behind."""
    for ref in look.refs:
        cache, reads = ref.data_set.cache, ref.data_set.needs.reads_per_second
        store = look.plan.stores.get(ref.data_set.store or "")
        database = look.database(store) if store else None
        if not (cache and reads and database):
            continue
        carried = ONE_WRITER_PER_SECOND.get(database.category)
        if carried and reads.high > carried.low:
            title = f"An empty cache may overload {store.name if store else ''}"
            message = (
                f"Up to {reads.high:,.0f} reads/s of {ref.data_set.name} meet about {carried.low:,.0f}/s "
                "that is comfortable (assumption)."
            )
            yield Hit(at_data_set(ref.path), title, message)


def no_fallback(look: Look) -> Iterator[Hit]:
    """A cache needs a store behind it that still answers when the cache is gone."""
    for ref in look.refs:
        cache, store = ref.data_set.cache, ref.data_set.store
        if cache is None or (store is not None and store != cache.store):
            continue
        title = f"Nothing answers for {ref.data_set.name} when its cache is gone"
        behind = f"It is cached in {store}, where it is also kept." if store else "It is cached, and kept in no store."
        yield Hit(at_data_set(ref.path), title, behind)


def personal_at_edge(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        cache = ref.data_set.cache
        if cache and cache.layer == "cdn" and ref.data_set.personal_data:
            title = f"{ref.data_set.name} is personal, and cached where everybody reads"
            message = "An edge cache answers the next person with what it kept, if one header is wrong."
            yield Hit(at_data_set(ref.path), title, message)


def local_invalidation(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        cache, wanted = ref.data_set.cache, ref.data_set.needs.consistency
        if (
            cache
            and cache.layer == "in-process"
            and cache.invalidation == "on-write"
            and wanted not in (None, "eventual")
        ):
            title = f"A write of {ref.data_set.name} clears the cache of one process only"
            message = f"The need is {wanted}; the other processes keep the old value until it expires."
            yield Hit(at_data_set(ref.path), title, message)


def view_not_refreshed(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        cache, store = ref.data_set.cache, look.plan.stores.get(ref.data_set.store or "")
        if cache is None or store is None or cache.layer != "materialized-view" or cache.invalidation != "on-write":
            continue
        if store.database in REFRESHED_VIEWS:
            title = f"Writes do not change the materialized view of {ref.data_set.name}"
            message = f"`invalidation` is on-write; in {store.database} a view changes only with REFRESH."
            yield Hit(at_data_set(ref.path), title, message)


def outlives_data(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        cache, days = ref.data_set.cache, ref.data_set.needs.retention_days
        if cache and cache.ttl_seconds and days and cache.ttl_seconds > days.mid * DAY_SECONDS:
            title = f"The cache of {ref.data_set.name} keeps what was deleted"
            message = f"Entries live {cache.ttl_seconds / DAY_SECONDS:,.1f} days, the data {days.mid:g} days."
            yield Hit(at_data_set(ref.path), title, message)


def unmeasured(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        cache = ref.data_set.cache
        if cache is None or cache.layer not in ("distributed", "in-process"):
            continue
        missing = [key for key in ("memory_gib", "zipf_alpha") if getattr(cache, key) is None]
        if missing:
            title = f"Nobody measured how often the cache of {ref.data_set.name} hits"
            message = f"Left empty: {', '.join(missing)}. Without them its hit rate cannot be worked out."
            yield Hit(at_data_set(ref.path), title, message)


RULES = (
    Rule(
        "caching.writes",
        MEDIUM,
        "Cache reads, not writes: entries that change before they are read cost twice.",
        "Drop the cache, or cache only what is read often.",
        GUIDE + "best practice 2",
        caches_writes,
        "Likely writes a second divided by likely reads a second of a cached data set are above the threshold.",
        (Threshold(f"{WRITES_PER_READ:g} writes for each read", "every second read meets a changed entry"),),
        mend=Fix("No cache here", "Take the cache out of the application.", fixes_caches.drop),
    ),
    Rule(
        "caching.no-ttl",
        MEDIUM,
        "Every cached value should end by itself, whatever else invalidates it.",
        "Set ttl_seconds, also as a net under event invalidation.",
        GUIDE + "TTL-based invalidation",
        no_ttl,
        "`invalidation` is ttl or empty, and `ttl_seconds` is empty or 0.",
        mend=Fix(
            "Entries end after 300 s",
            "Set the time to live where the application writes the entry. 300 s is the guide's example; choose yours.",
            fixes_caches.expire,
        ),
    ),
    Rule(
        "caching.write-behind",
        HIGH,
        "Write-behind acknowledges before the database has the write.",
        "Use write-through or cache-aside for this tier.",
        GUIDE + "write-behind",
        write_behind,
        "The strategy is write-behind, and the tier of the data set is critical or high.",
        mend=Fix(
            "Write the store first",
            "Change the write path of the application; writes take longer.",
            fixes_caches.write_through,
        ),
    ),
    Rule(
        "caching.cold-start",
        MEDIUM,
        "After a restart every read misses, and the store behind must carry them all.",
        "Warm the cache, coalesce misses, or size the store for it.",
        GUIDE + "cache-aside",
        cold_start,
        "The high end of the reads a second of a cached data set is above what one node of the kind of system behind "
        "it carries comfortably. Reads are compared with a capacity of writes, which is on the safe side.",
        tuple(
            Threshold(f"{one.low:,.0f} a second", f"{kind.replace('_', ' ')}: {one.text}")
            for kind, one in ONE_WRITER_PER_SECOND.items()
        ),
    ),
    Rule(
        "caching.no-fallback",
        HIGH,
        "A cache is lost as a whole one day; then the store behind must answer.",
        "Place the data set in a store of its own, apart from its cache.",
        GUIDE + "cache-aside, handles cache misses gracefully",
        no_fallback,
        "A data set has a cache, and is placed nowhere or in the very store that caches it.",
        mend=Fix("Keep it in a store of its own", "Create the store, and move the data.", fixes.place_elsewhere),
    ),
    Rule(
        "caching.personal-at-edge",
        HIGH,
        "Edge caches are for content that everybody may see.",
        "Serve personal data past the edge, or cache them in a store of your own.",
        GUIDE + "CDN, for public content",
        personal_at_edge,
        "The layer is cdn, and the data set is marked as personal data.",
    ),
    Rule(
        "caching.local-invalidation",
        MEDIUM,
        "A cache inside a process hears only of the writes of its own process.",
        "Send events to every process, or share one distributed cache.",
        GUIDE + "application cache",
        local_invalidation,
        "The layer is in-process, `invalidation` is on-write, and the need is strong or read-your-writes.",
        mend=Fix(
            "Tell every process",
            "Publish an event on each write, and clear the entry in each process that hears it.",
            fixes_caches.invalidate_by_event,
        ),
    ),
    Rule(
        "caching.view-not-refreshed",
        MEDIUM,
        "A materialized view holds the result of its last refresh, not of the last write.",
        "Refresh it on a schedule or by an event, and say so in `invalidation`.",
        "https://www.postgresql.org/docs/17/sql-refreshmaterializedview.html",
        view_not_refreshed,
        "The layer is materialized-view, `invalidation` is on-write, and the system is PostgreSQL or speaks as it: "
        f"{', '.join(sorted(REFRESHED_VIEWS))}.",
        mend=Fix(
            "Refresh by an event",
            "Refresh the view on a schedule or after a batch of writes.",
            fixes_caches.invalidate_by_event,
        ),
    ),
    Rule(
        "caching.outlives-data",
        MEDIUM,
        "What was deleted in the store is still read from a cache that keeps it longer.",
        "Shorten ttl_seconds below the retention, or delete in the cache too.",
        GUIDE + "cache invalidation",
        outlives_data,
        "`ttl_seconds` is longer than the likely `retention_days`.",
        mend=Fix(
            "Entries end with the data",
            "Set the time to live where the application writes the entry.",
            fixes_caches.expire_with_data,
        ),
    ),
    Rule(
        "caching.unmeasured",
        LOW,
        "Monitor cache hit rates: a cache that nobody measured may only cost.",
        "Fill in the memory of the cache and the skew of its reads, or measure the hit rate.",
        GUIDE + "best practice 7",
        unmeasured,
        "A distributed or in-process cache has no `memory_gib` or no `zipf_alpha`.",
    ),
)
