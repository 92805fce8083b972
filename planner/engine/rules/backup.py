"""Are the backups whole, out of reach of what they protect from, and were they ever restored?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from planner.engine import fixes_backups
from planner.engine.backup.policy_faults import longest_lock_seconds
from planner.engine.backups import BASE_KINDS, restore_seconds, three_two_one
from planner.engine.document import Drill, Store
from planner.engine.recovery_inputs import RESTORE_MIB_S
from planner.engine.retention import kept_seconds
from planner.engine.rules.chain import of_kind
from planner.engine.rules.rule import GUIDE, HIGH, LOW, MEDIUM, Fix, Hit, Look, Rule, Threshold, kept_in
from planner.engine.words import duration_words, size_words

DRILL_DAYS = {"critical": 92, "high": 92, "medium": 183, "low": 366}
DRILL_SHARE = 0.5


def has_base(store: Store) -> bool:
    return any(policy.kind in BASE_KINDS for policy in store.backups)


def _newest_drill(store: Store) -> Drill | None:
    return max((one for one in store.drills if one.verified), key=lambda one: one.on, default=None)


def same_region(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        copies = [copy for policy in store.backups for copy in policy.copies]
        home = store.region or look.plan.region
        if has_base(store) and kept_in(look, slug) and not any(copy.region and copy.region != home for copy in copies):
            where = home or "one region"
            yield Hit(
                f"stores/{slug}",
                f"All backups of {store.name} are in {where}",
                "Losing the region loses the data and every copy.",
            )


def deletable(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        copies = [copy for policy in store.backups for copy in policy.copies]
        if copies and kept_in(look, slug) and not any(copy.immutable for copy in copies):
            yield Hit(
                f"stores/{slug}", f"One stolen key can delete every backup of {store.name}", "No copy is immutable."
            )


def unencrypted(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        personal = [path for path in look.holds(slug) if look.plan.data_set(path).personal_data]
        copies = [copy for policy in store.backups for copy in policy.copies]
        if personal and any(not copy.encrypted for copy in copies):
            yield Hit(
                f"stores/{slug}",
                f"Backups of {store.name} are not encrypted",
                f"They hold personal data: {look.name(personal[0])}.",
            )


def key_beside(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        beside = [policy for policy in store.backups for copy in policy.copies if copy.key == "same-account"]
        if beside:
            title = f"Whoever takes over the account of {store.name}'s backups has their key too"
            message = f"The key of its {beside[0].kind} backups lies in the same account; encryption helps only apart from it."
            yield Hit(f"stores/{slug}", title, message)


def locked_longer(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        longer = [one for one in store.backups if longest_lock_seconds(one) > kept_seconds(one)]
        if longer:
            locked, kept = longest_lock_seconds(longer[0]), kept_seconds(longer[0])
            title = f"Backups of {store.name} are locked longer than they are kept"
            message = (
                f"The {longer[0].kind} backups are to go after {duration_words(kept)} and cannot before "
                f"{duration_words(locked)}: pruning fails, and more is paid than the plan shows."
            )
            yield Hit(f"stores/{slug}", title, message)


def untested(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        kept = kept_in(look, slug)
        if not has_base(store) or not kept:
            continue
        days = min(DRILL_DAYS[look.plan.tier_of(path)] for path in kept)
        newest = _newest_drill(store)
        severity = MEDIUM if days <= DRILL_DAYS["high"] else LOW
        if newest is None:
            yield Hit(
                f"stores/{slug}",
                f"No backup of {store.name} was ever restored",
                "Untested backups are a hope.",
                severity,
            )
        elif look.today - newest.on > dt.timedelta(days=days):
            age = (look.today - newest.on).days
            yield Hit(
                f"stores/{slug}",
                f"No restore drill of {store.name} since {newest.on:%d %b %Y}",
                f"{age} days ago; its tier asks for one in {days} days.",
                severity,
            )


def three_two_one_broken(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        if not has_base(store) or not kept_in(look, slug):
            continue
        rule = three_two_one(store)
        if rule.met:
            continue
        names = (("three copies", rule.copies), ("two media", rule.media), ("one off site", rule.offsite))
        missing = [name for name, met in names if not met]
        yield Hit(f"stores/{slug}", f"{store.name} breaks the 3-2-1 rule", f"Missing: {', '.join(missing)}.")


def snapshot_only(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        bases = of_kind(store, *BASE_KINDS)
        beside = all(policy.kind == "snapshot" and not policy.copies for policy in bases)
        if bases and beside and kept_in(look, slug):
            title = f"{store.name} has snapshots on its own storage only"
            yield Hit(
                f"stores/{slug}", title, "They are lost with the storage they depend on: no copy is anywhere else."
            )


def small_drill(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        newest, size = _newest_drill(store), look.stores[slug].size_gib if slug in look.stores else None
        if newest and size and newest.restored_gib < DRILL_SHARE * size:
            title = f"The last drill of {store.name} restored a part only"
            message = (
                f"{size_words(newest.restored_gib)} of {size_words(size)}: its speed need not hold for the whole, and "
                "missing parts would not have shown."
            )
            yield Hit(f"stores/{slug}", title, message)


def other_drill(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        newest = _newest_drill(store)
        methods = {policy.method for policy in store.backups}
        if newest and newest.method and methods and newest.method not in methods:
            title = f"The last drill of {store.name} tested backups that it no longer makes"
            message = f"Restored was a {newest.method} backup; now it makes {', '.join(sorted(methods))}."
            yield Hit(f"stores/{slug}", title, message)


def slow_dump(look: Look) -> Iterator[Hit]:
    """Loading a dump alone takes longer than the tier allows."""
    speed = RESTORE_MIB_S["logical"].likely
    for slug, store in look.plan.stores.items():
        bases, kept = of_kind(store, *BASE_KINDS), kept_in(look, slug)
        size = look.stores[slug].size_gib if slug in look.stores else None
        if not kept or not size or not bases or any(policy.method != "logical" for policy in bases):
            continue
        strictest = min(kept, key=lambda path: look.plan.target(look.plan.tier_of(path)).rto_minutes)
        allowed = look.plan.target(look.plan.tier_of(strictest)).rto_minutes * 60
        needed = restore_seconds(size, 1, speed)
        if needed > allowed:
            title = f"A dump of {store.name} loads for {duration_words(needed)}"
            message = (
                f"{size_words(size)} at {speed:g} MiB/s (assumption); {look.name(strictest)} must be back in "
                f"{duration_words(allowed)}."
            )
            yield Hit(f"stores/{slug}", title, message)


RULES = (
    Rule(
        "backup.same-region",
        MEDIUM,
        "One region's loss takes the data and its backups.",
        "Copy backups to another region.",
        GUIDE + "3-2-1 rule",
        same_region,
        "A store that holds more than rebuildable copies has a base backup, and no copy names a region other than the "
        "store's.",
        mend=Fix(
            "An immutable copy in another region",
            "Check that the data may be kept there, then set up the copy.",
            fixes_backups.copy_away,
        ),
    ),
    Rule(
        "backup.deletable",
        MEDIUM,
        "Ransomware and mistakes delete backups first.",
        "Keep one immutable copy for at least as long as it takes to notice.",
        "Corrections to the guide: 3-2-1-1-0",
        deletable,
        "A store that holds more than rebuildable copies has copies of backups, and none is immutable.",
        mend=Fix(
            "The furthest copy cannot be changed",
            "Switch on object lock, for at least as long as it takes to notice.",
            fixes_backups.immutable,
        ),
    ),
    Rule(
        "backup.not-encrypted",
        HIGH,
        "A lost backup with personal data is a breach.",
        "Encrypt every copy, and keep the key elsewhere.",
        GUIDE + "backup testing, validate backup encryption and access controls",
        unencrypted,
        "A store holds a data set marked as personal data, and a copy of its backups is not encrypted.",
        mend=Fix(
            "Every copy is encrypted",
            "Keep the key in another place than the backups; old copies stay as they are until they expire.",
            fixes_backups.encrypt,
        ),
    ),
    Rule(
        "backup.key-beside",
        MEDIUM,
        "A key in the account of the backups is lost or stolen with them.",
        "Keep the key in another account, or offline.",
        GUIDE + "backup testing, validate backup encryption and access controls",
        key_beside,
        "A copy of a store's backups says that its key lies in the same account.",
        mend=Fix(
            "The keys lie in another account",
            "Move the keys, then restore one backup with them.",
            fixes_backups.keys_away,
        ),
    ),
    Rule(
        "backup.locked-longer",
        LOW,
        "What is locked cannot be pruned: it stays, and is paid for, until the lock ends.",
        "Keep backups as long as they are locked, or lock them shorter.",
        "Corrections to the guide: 3-2-1-1-0",
        locked_longer,
        "A copy of backups is locked for longer than the backups are kept.",
        mend=Fix(
            "Backups are kept as long as they are locked",
            "Change the retention; storage grows as the preview says.",
            fixes_backups.kept_as_locked,
        ),
    ),
    Rule(
        "backup.untested",
        MEDIUM,
        "Test backups: an untested backup is worthless. Only a restore shows corrupted sets, missing parts and missing "
        "rights.",
        "Restore it, measure the time, record it as a drill.",
        GUIDE + "best practice 4",
        untested,
        "A store that holds more than rebuildable copies has a base backup, and its newest verified drill is missing or "
        "older than the strictest tier in it allows.",
        tuple(
            Threshold(f"{days} days", f"tier {tier}", GUIDE + "quarterly full restore test" if days == 92 else "")
            for tier, days in DRILL_DAYS.items()
        ),
    ),
    Rule(
        "backup.three-two-one",
        LOW,
        "Three copies, two media, one off site.",
        "Add the copy that is missing.",
        GUIDE + "3-2-1 rule",
        three_two_one_broken,
        "Production, replicas and copies of base backups are counted: fewer than 3, one medium, or none off site.",
        (
            Threshold("3 copies", "production, replicas and copies of backups", GUIDE + "3-2-1 rule"),
            Threshold("2 media", "disk is the first", GUIDE + "3-2-1 rule"),
            Threshold("1 off site", "a copy marked so", GUIDE + "3-2-1 rule"),
        ),
        mend=Fix(
            "An immutable copy in another region",
            "Check that the data may be kept there, then set up the copy.",
            fixes_backups.copy_away,
        ),
    ),
    Rule(
        "backup.snapshot-only",
        HIGH,
        "A snapshot on the same storage is no backup: both go together.",
        "Copy the snapshots to another storage and region.",
        GUIDE + "snapshot, not a true backup",
        snapshot_only,
        "All base backups of a store with more than rebuildable copies are snapshots without a copy.",
        mend=Fix(
            "An immutable copy in another region",
            "Check that the data may be kept there, then set up the copy.",
            fixes_backups.copy_away,
        ),
    ),
    Rule(
        "backup.small-drill",
        LOW,
        "Restores are slower than expected where only a part was ever restored.",
        "Restore the whole store in the next drill.",
        GUIDE + "common failures, restore slower than expected",
        small_drill,
        "The newest verified drill restored less than the threshold of the store's likely size.",
        (Threshold(f"{DRILL_SHARE:.0%}", "share of the store's likely size"),),
    ),
    Rule(
        "backup.drill-of-another-way",
        LOW,
        "A drill shows that one way of restoring works, not that another does.",
        "Restore a backup as it is made now.",
        GUIDE + "common failures, backups succeed but restores fail",
        other_drill,
        "The newest verified drill used a method that none of the store's backups has.",
    ),
    Rule(
        "backup.slow-dump",
        MEDIUM,
        "A dump is imported row by row; a physical backup is copied.",
        "Make physical backups, or lower the tier.",
        GUIDE + "common failures, restore slower than expected (database import time)",
        slow_dump,
        "All base backups are logical, and likely size / speed is more than the strictest time until back in the store.",
        (Threshold(f"{RESTORE_MIB_S['logical'].likely:g} MiB/s", "load of a logical dump, range 5 to 100 MiB/s"),),
        mend=Fix(
            "Physical backups",
            "Set up the backup, measure a restore, and record it as a drill.",
            fixes_backups.physical,
        ),
    ),
)
