"""Fixes that a click applies, of caches and of what a full memory forgets."""

from __future__ import annotations

from typing import Any

from planner.engine import edits
from planner.engine.document import Plan
from planner.engine.fixes import path_at, slug_at, store_at, with_store
from planner.engine.rules.rule import Look, kept_in

TTL_SECONDS = 300.0  # the guide's example: five minutes
DAY_SECONDS = 86_400
REDIS_KIND = ("redis", "valkey", "keydb")
KEEPS, FORGETS = "noeviction", "allkeys-lru"


def _with_cache(look: Look, at: str, **changed: Any) -> Plan | None:
    cache = look.plan.data_set(path_at(at)).cache
    return edits.with_cache(look.plan, path_at(at), cache.model_copy(update=changed)) if cache else None


def expire(look: Look, at: str) -> Plan | None:
    return _with_cache(look, at, ttl_seconds=TTL_SECONDS)


def expire_with_data(look: Look, at: str) -> Plan | None:
    days = look.plan.data_set(path_at(at)).needs.retention_days
    return _with_cache(look, at, ttl_seconds=days.mid * DAY_SECONDS) if days else None


def invalidate_on_write(look: Look, at: str) -> Plan | None:
    return _with_cache(look, at, invalidation="on-write")


def invalidate_by_event(look: Look, at: str) -> Plan | None:
    return _with_cache(look, at, invalidation="event")


def write_through(look: Look, at: str) -> Plan | None:
    return _with_cache(look, at, strategy="write-through")


def drop(look: Look, at: str) -> Plan | None:
    return edits.with_cache(look.plan, path_at(at), None)


def keep_all(look: Look, at: str) -> Plan | None:
    """No eviction in the store of a data set; not where it holds caches too, which must be able to forget."""
    slug = look.plan.data_set(path_at(at)).store or ""
    return None if look.caches_in(slug) else with_store(look, f"stores/{slug}", eviction=KEEPS)


def policy_for_use(look: Look, at: str) -> Plan | None:
    """Keep everything where sources are kept, forget the least recently used where only caches are. Not for both."""
    slug = slug_at(at)
    kept, cached = bool(kept_in(look, slug)), bool(look.caches_in(slug))
    if kept == cached or store_at(look, at).database not in REDIS_KIND:
        return None
    return with_store(look, at, eviction=KEEPS if kept else FORGETS)


def spare_unsaved(look: Look, at: str) -> Plan | None:
    """The policy of the same kind that takes entries with an end only; not where a cache has none, which would fill the memory."""
    caches = [look.plan.data_set(path).cache for path in look.caches_in(slug_at(at))]
    eviction = store_at(look, at).eviction or ""
    if any(one and not one.ttl_seconds for one in caches) or not eviction.startswith("allkeys-"):
        return None
    return with_store(look, at, eviction=eviction.replace("allkeys-", "volatile-"))
