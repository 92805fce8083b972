"""Fixes that a click applies, of backups: their copies, their chains and how long they are kept."""

from __future__ import annotations

import math
from collections.abc import Callable

from planner.engine.backup.policy_faults import gap_words, longest_lock_seconds
from planner.engine.backups import BASE_KINDS
from planner.engine.document import BackupCopy, BackupPolicy, Plan, Store, duration_seconds
from planner.engine.fixes import slug_at, store_at, with_store
from planner.engine.fixes_copies import other_region
from planner.engine.retention import kept_seconds
from planner.engine.rules.rule import Look
from planner.engine.store_defaults import daily_backup

DAY_SECONDS = 86_400
WHOLE_KINDS = ("full", "snapshot")
LARGE_GIB = 500  # assumption: above it a full backup each day costs more than it saves time


def _each(look: Look, at: str, change: Callable[[BackupPolicy], BackupPolicy]) -> Plan:
    return with_store(look, at, backups=tuple(change(policy) for policy in store_at(look, at).backups))


def _days(seconds: float) -> str:
    """As the plan format writes it: at most six digits."""
    return f"{min(math.ceil(seconds / DAY_SECONDS), 999_999)}d"


def _is_away(look: Look, store: Store, copy: BackupCopy) -> bool:
    return bool(copy.region and copy.region != (store.region or look.plan.region))


def daily_backups(look: Look, at: str) -> Plan | None:
    """A backup each day with a copy in its region and an immutable one in another; small stores wholly each day."""
    store, result = store_at(look, at), look.stores.get(slug_at(at))
    if not look.holds(slug_at(at)):
        return None  # caches alone are filled again, not restored
    policy = daily_backup(store.region or look.plan.region)
    policy = policy.model_copy(update={"copies": (*policy.copies, *_copy_away(look, store))})
    added: tuple[BackupPolicy, ...] = (policy,)
    if result and result.size_gib and result.size_gib > LARGE_GIB:
        changes = policy.model_copy(update={"kind": "incremental", "keep": "5w"})
        added = (policy.model_copy(update={"every": "30d", "keep": "5w"}), changes)
    return with_store(look, at, backups=(*added, *store.backups))


def _copy_away(look: Look, store: Store) -> tuple[BackupCopy, ...]:
    region = other_region(look, store)
    safe = BackupCopy(medium="object-storage", region=region, offsite=True, immutable=True, encrypted=True)
    return (safe,) if region else ()


def weekly_full(look: Look, at: str) -> Plan | None:
    """A full backup each week under the changes, in the same places and kept as long."""
    store = store_at(look, at)
    chained = [one for one in store.backups if one.kind in ("incremental", "differential")]
    longest = max(chained, key=kept_seconds)
    keep = _days(kept_seconds(longest) + 7 * DAY_SECONDS)
    full = longest.model_copy(update={"kind": "full", "every": "7d", "keep": keep})
    return with_store(look, at, backups=(full, *store.backups))


def copy_away(look: Look, at: str) -> Plan | None:
    """Every base backup gets an immutable copy in another region, unless it has one there."""
    store = store_at(look, at)
    away = _copy_away(look, store)
    if not away:
        return None

    def copied(policy: BackupPolicy) -> BackupPolicy:
        there = any(_is_away(look, store, copy) for copy in policy.copies)
        if policy.kind not in BASE_KINDS or there:
            return policy
        return policy.model_copy(update={"copies": (*policy.copies, *away)})

    return _each(look, at, copied)


def log_with_base(look: Look, at: str) -> Plan | None:
    """The log gets the copies that the base backups have in another region."""
    store = store_at(look, at)
    bases = [policy for policy in store.backups if policy.kind in BASE_KINDS]
    away = next((copy for policy in bases for copy in policy.copies if _is_away(look, store, copy)), None)
    if away is None:
        return None
    return _each(
        look,
        at,
        lambda policy: policy.model_copy(update={"copies": (*policy.copies, away)}) if policy.kind == "log" else policy,
    )


def immutable(look: Look, at: str) -> Plan | None:
    """Of each backup the copy that is furthest away cannot be changed."""
    store = store_at(look, at)

    def locked(policy: BackupPolicy) -> BackupPolicy:
        if not policy.copies:
            return policy
        chosen = max(policy.copies, key=lambda copy: (copy.offsite, _is_away(look, store, copy)))
        copies = tuple(one.model_copy(update={"immutable": True}) if one is chosen else one for one in policy.copies)
        return policy.model_copy(update={"copies": copies})

    return _each(look, at, locked)


def encrypt(look: Look, at: str) -> Plan | None:
    def encrypted(policy: BackupPolicy) -> BackupPolicy:
        copies = tuple(copy.model_copy(update={"encrypted": True}) for copy in policy.copies)
        return policy.model_copy(update={"copies": copies})

    return _each(look, at, encrypted)


def keys_away(look: Look, at: str) -> Plan | None:
    """No key lies in the account of the backups that it opens."""

    def away(policy: BackupPolicy) -> BackupPolicy:
        copies = tuple(
            copy.model_copy(update={"key": "other-account"}) if copy.key == "same-account" else copy
            for copy in policy.copies
        )
        return policy.model_copy(update={"copies": copies})

    return _each(look, at, away)


def over_the_gap(look: Look, at: str) -> Plan | None:
    """What went before the next came is kept for two intervals, so that one failed run leaves none missing."""

    def kept(policy: BackupPolicy) -> BackupPolicy:
        return policy.model_copy(update={"keep": "2 copies"}) if gap_words(policy) else policy

    return _each(look, at, kept)


def kept_as_locked(look: Look, at: str) -> Plan | None:
    """What is locked longer than it is kept is kept as long as it is locked."""

    def kept(policy: BackupPolicy) -> BackupPolicy:
        locked = longest_lock_seconds(policy)
        return policy.model_copy(update={"keep": _days(locked)}) if locked > kept_seconds(policy) else policy

    return _each(look, at, kept)


def base_as_long(look: Look, at: str) -> Plan | None:
    """The whole backup that is kept longest is kept as long as what builds on it."""
    backups = store_at(look, at).backups
    base = max((one for one in backups if one.kind in WHOLE_KINDS), key=kept_seconds)
    chained = max(kept_seconds(one) for one in backups if one.kind not in WHOLE_KINDS)
    return _each(look, at, lambda one: one.model_copy(update={"keep": _days(chained)}) if one is base else one)


def log_over_two_bases(look: Look, at: str) -> Plan | None:
    """A log that reaches over two base backups survives one that went wrong."""
    every = min(duration_seconds(one.every) for one in store_at(look, at).backups if one.kind in BASE_KINDS)
    return _each(look, at, lambda one: one.model_copy(update={"keep": _days(2 * every)}) if one.kind == "log" else one)


def physical(look: Look, at: str) -> Plan | None:
    return _each(look, at, lambda one: one.model_copy(update={"method": "physical"}) if one.kind in BASE_KINDS else one)
