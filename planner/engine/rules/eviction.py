"""What a full memory forgets: does the eviction policy fit the use?"""

from __future__ import annotations

from collections.abc import Iterator

from planner.engine import fixes_caches
from planner.engine.rules.rule import GUIDE, HIGH, LOW, MEDIUM, Fix, Hit, Look, Rule, at_data_set

REDIS_EVICTION = "https://redis.io/docs/latest/develop/reference/eviction/"


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


def volatile_without_ttl(look: Look) -> Iterator[Hit]:
    """Policies that evict only entries with an end find nothing among entries without one."""
    for slug, store in look.plan.stores.items():
        if not (store.eviction or "").startswith("volatile-"):
            continue
        caches = ((path, look.plan.data_set(path).cache) for path in look.caches_in(slug))
        endless = [path for path, cache in caches if cache and not cache.ttl_seconds]
        if endless:
            title = f"{store.name} evicts only entries that expire, and those of {look.name(endless[0])} do not"
            message = f"Under {store.eviction} they fill the memory; then writes are refused as under noeviction."
            yield Hit(f"stores/{slug}", title, message)


def unsaved_evicted(look: Look) -> Iterator[Hit]:
    """What write-behind has not saved yet is the only copy: a policy for all keys may take it."""
    for slug, store in look.plan.stores.items():
        if not (store.eviction or "").startswith("allkeys-"):
            continue
        behind = [path for path in look.caches_in(slug) if _strategy(look, path) == "write-behind"]
        if behind:
            title = f"{store.name} may evict writes of {look.name(behind[0])} that are not saved yet"
            message = f"Write-behind keeps them in the cache alone for a while; {store.eviction} takes any key when it is full."
            yield Hit(f"stores/{slug}", title, message)


def _strategy(look: Look, path: str) -> str | None:
    cache = look.plan.data_set(path).cache
    return cache.strategy if cache else None


def mixed_use(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        kept = [path for path in look.holds(slug) if not look.plan.data_set(path).derived_from]
        cached = look.caches_in(slug)
        if kept and cached:
            title = f"{store.name} keeps {look.name(kept[0])} and caches {look.name(cached[0])}"
            message = "No eviction policy fits both: what must stay and what may go share one memory."
            yield Hit(f"stores/{slug}", title, message)


RULES = (
    Rule(
        "caching.only-copy",
        HIGH,
        "A store that evicts is a cache; a cache must not hold the only copy.",
        "Set the eviction policy to noeviction, or keep the source elsewhere.",
        REDIS_EVICTION,
        only_copy,
        "A data set that is not derived is placed in a store whose `eviction` is set and is not noeviction.",
        mend=Fix(
            "Evict nothing",
            "Set maxmemory-policy to noeviction, and alert on memory: writes are refused when it is full.",
            fixes_caches.keep_all,
        ),
    ),
    Rule(
        "caching.refuses-writes",
        MEDIUM,
        "A full cache that refuses writes fails the application instead of forgetting.",
        "Choose allkeys-lru or allkeys-lfu.",
        REDIS_EVICTION,
        refuses_writes,
        "A store holds caches and no data set, and its `eviction` is noeviction.",
        mend=Fix("Forget the least recently used", "Set maxmemory-policy to allkeys-lru.", fixes_caches.policy_for_use),
    ),
    Rule(
        "caching.no-policy",
        LOW,
        "The default differs between systems and versions.",
        "Say what goes first: allkeys-lru for most uses.",
        GUIDE + "cache eviction policies",
        no_policy,
        "A store holds a cache, and its `eviction` is empty.",
        mend=Fix(
            "Say what goes first", "Set maxmemory-policy to what the plan says then.", fixes_caches.policy_for_use
        ),
    ),
    Rule(
        "caching.unknown-policy",
        MEDIUM,
        "A policy that the system does not have is refused at start, or silently not applied.",
        "Choose a policy of the system: allkeys-lru for most uses.",
        REDIS_EVICTION,
        unknown_policy,
        "`eviction` of a Redis, Valkey or KeyDB store is none of that system's policies. First-in-first-out is none.",
        mend=Fix(
            "A policy that the system has",
            "Set maxmemory-policy to what the plan says then.",
            fixes_caches.policy_for_use,
        ),
    ),
    Rule(
        "caching.volatile-without-ttl",
        MEDIUM,
        "The volatile policies evict only entries with a time to live.",
        "Set ttl_seconds on each cache of the store, or choose an allkeys policy.",
        REDIS_EVICTION,
        volatile_without_ttl,
        "`eviction` begins with volatile-, and a cache in the store has no ttl_seconds.",
        mend=Fix("Forget the least recently used", "Set maxmemory-policy to allkeys-lru.", fixes_caches.policy_for_use),
    ),
    Rule(
        "caching.mixed-use",
        MEDIUM,
        "Data that must stay and entries that may go want opposite eviction policies.",
        "Give the cache a store of its own.",
        GUIDE + "cache eviction policies",
        mixed_use,
        "A store holds a data set that is not derived, and the cache of another.",
    ),
    Rule(
        "caching.unsaved-evicted",
        HIGH,
        "Acknowledged writes that wait in a cache must not be what makes room in it.",
        "Choose a volatile policy and keep what is not saved in keys without an end, or write the store first.",
        REDIS_EVICTION,
        unsaved_evicted,
        "A cache in the store is written with write-behind, and `eviction` begins with allkeys-.",
        mend=Fix(
            "Evict only what expires",
            "Set maxmemory-policy to what the plan says then, and keep unsaved writes in a key without an end.",
            fixes_caches.spare_unsaved,
        ),
    ),
)
