"""Are caches only caches, and do they behave when they are full or empty?"""

from __future__ import annotations

from collections.abc import Iterator

from planner.engine.capacity import ONE_WRITER_PER_SECOND
from planner.engine.rules.rule import GUIDE, HIGH, LOW, MEDIUM, Hit, Look, Rule, at_data_set

WRITES_PER_READ = 0.5


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
        if cache and cache.strategy == "write-behind" and look.plan.tier_of(ref.path) in ("critical", "high"):
            title = f"{ref.data_set.name} is acknowledged before it is stored"
            yield Hit(
                at_data_set(ref.path),
                title,
                "Write-behind loses what the cache had not flushed; its tier allows little loss.",
            )


def only_copy(look: Look) -> Iterator[Hit]:
    for ref in look.refs:
        store = look.plan.stores.get(ref.data_set.store or "")
        if store is None or ref.data_set.derived_from:
            continue
        if store.eviction and store.eviction != "noeviction":
            title = f"{store.name} may evict {ref.data_set.name}, its only copy"
            yield Hit(
                at_data_set(ref.path),
                title,
                f"Its eviction policy is {store.eviction}: under memory pressure data disappears.",
            )


def refuses_writes(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        if store.eviction == "noeviction" and look.caches_in(slug) and not look.holds(slug):
            yield Hit(
                f"stores/{slug}",
                f"{store.name} is a cache that refuses writes when full",
                "Its eviction policy is noeviction.",
            )


def no_policy(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        if look.caches_in(slug) and store.eviction is None:
            yield Hit(
                f"stores/{slug}",
                f"What {store.name} evicts first is not decided",
                "It holds caches, but `eviction` is empty.",
            )


# Redis has no first-in-first-out; its policies, also of its forks Valkey and KeyDB.
REDIS_POLICIES = {
    f"{which}-{what}" for which in ("allkeys", "volatile") for what in ("lru", "lfu", "lrm", "random")
} | {"noeviction", "volatile-ttl"}
REDIS_KIND = {"redis", "valkey", "keydb"}


def unknown_policy(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        if store.eviction and store.database in REDIS_KIND and store.eviction not in REDIS_POLICIES:
            title = f"{store.name} has no eviction policy {store.eviction}"
            message = f"{store.database} knows {', '.join(sorted(REDIS_POLICIES))}."
            yield Hit(f"stores/{slug}", title, message)


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


RULES = (
    Rule(
        "caching.writes",
        MEDIUM,
        "Cache reads, not writes: entries that change before they are read cost twice.",
        "Drop the cache, or cache only what is read often.",
        GUIDE + "best practice 2",
        caches_writes,
    ),
    Rule(
        "caching.no-ttl",
        MEDIUM,
        "Every cached value should end by itself, whatever else invalidates it.",
        "Set ttl_seconds, also as a net under event invalidation.",
        GUIDE + "TTL-based invalidation",
        no_ttl,
    ),
    Rule(
        "caching.write-behind",
        HIGH,
        "Write-behind acknowledges before the database has the write.",
        "Use write-through or cache-aside for this tier.",
        GUIDE + "write-behind",
        write_behind,
    ),
    Rule(
        "caching.only-copy",
        HIGH,
        "A store that evicts is a cache; a cache must not hold the only copy.",
        "Set the eviction policy to noeviction, or keep the source elsewhere.",
        "https://redis.io/docs/latest/develop/reference/eviction/",
        only_copy,
    ),
    Rule(
        "caching.refuses-writes",
        MEDIUM,
        "A full cache that refuses writes fails the application instead of forgetting.",
        "Choose allkeys-lru or allkeys-lfu.",
        "https://redis.io/docs/latest/develop/reference/eviction/",
        refuses_writes,
    ),
    Rule(
        "caching.no-policy",
        LOW,
        "The default differs between systems and versions.",
        "Say what goes first: allkeys-lru for most uses.",
        GUIDE + "cache eviction policies",
        no_policy,
    ),
    Rule(
        "caching.unknown-policy",
        MEDIUM,
        "A policy that the system does not have is refused at start, or silently not applied.",
        "Choose a policy of the system: allkeys-lru for most uses.",
        "https://redis.io/docs/latest/develop/reference/eviction/",
        unknown_policy,
    ),
    Rule(
        "caching.cold-start",
        MEDIUM,
        "After a restart every read misses, and the store behind must carry them all.",
        "Warm the cache, coalesce misses, or size the store for it.",
        GUIDE + "cache-aside",
        cold_start,
    ),
)
