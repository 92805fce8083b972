"""Would we get it back, and in time?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from planner.engine.backups import BASE_KINDS, three_two_one
from planner.engine.document import Store, Target
from planner.engine.recovery import COUNTED
from planner.engine.rules.rule import GUIDE, HIGH, LOW, MEDIUM, Hit, Look, Rule, at_data_set
from planner.engine.words import duration_words

DRILL_DAYS = {"critical": 92, "high": 92, "medium": 183, "low": 366}


def _keeps(look: Look, slug: str) -> list[str]:
    """Data sets of a store that no source could rebuild."""
    return [path for path in look.holds(slug) if not look.plan.data_set(path).derived_from]


def _has_base(store: Store) -> bool:
    return any(policy.kind in BASE_KINDS for policy in store.backups)


def no_backup(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        if _has_base(store):
            continue
        kept = _keeps(look, slug)
        if kept:
            names = ", ".join(look.name(path) for path in kept)
            yield Hit(
                f"stores/{slug}", f"{store.name} has no backup", f"It holds {names}. Replicas repeat a delete.", HIGH
            )
        elif look.holds(slug) or look.caches_in(slug):
            yield Hit(f"stores/{slug}", f"{store.name} has no backup", "Its data are copies that must be rebuilt.", LOW)


def target_missed(look: Look) -> Iterator[Hit]:
    for path, recovery in look.recovery.items():
        counted = [one for one in recovery.failures if one.failure in COUNTED]
        missed = [one for one in counted if one.meets_rpo is False or one.meets_rto is False]
        if not missed:
            continue
        worst = next((one for one in missed if one.rto_seconds is None), missed[0])
        loss, time = duration_words(recovery.target_rpo_seconds), duration_words(recovery.target_rto_seconds)
        back = duration_words(worst.rto_seconds) if worst.rto_seconds is not None else "never"
        name = look.name(path)
        title = f"{name}: {worst.label.lower()} misses the target"
        message = (
            f"Lost: {worst.lost}. Back after: {back}. Target ({recovery.tier}): {loss} lost, {time} until back. "
            f"Missed in {len(missed)} of {len(counted)} failures."
        )
        severity = HIGH if recovery.tier in ("critical", "high") else MEDIUM
        yield Hit(at_data_set(path), title, message, severity)


def log_without_base(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        if any(policy.kind == "log" for policy in store.backups) and not _has_base(store):
            yield Hit(
                f"stores/{slug}",
                f"{store.name} archives a log without a base",
                "A log restores nothing without a backup under it.",
            )


def same_region(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        copies = [copy for policy in store.backups for copy in policy.copies]
        if (
            _has_base(store)
            and _keeps(look, slug)
            and not any(copy.region and copy.region != store.region for copy in copies)
        ):
            where = store.region or "one region"
            yield Hit(
                f"stores/{slug}",
                f"All backups of {store.name} are in {where}",
                "Losing the region loses the data and every copy.",
            )


def deletable(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        copies = [copy for policy in store.backups for copy in policy.copies]
        if copies and _keeps(look, slug) and not any(copy.immutable for copy in copies):
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


def untested(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        kept = _keeps(look, slug)
        if not _has_base(store) or not kept:
            continue
        days = min(DRILL_DAYS[look.plan.tier_of(path)] for path in kept)
        newest = max((drill.on for drill in store.drills if drill.verified), default=None)
        severity = MEDIUM if days <= DRILL_DAYS["high"] else LOW
        if newest is None:
            yield Hit(
                f"stores/{slug}",
                f"No backup of {store.name} was ever restored",
                "Untested backups are a hope.",
                severity,
            )
        elif look.today - newest > dt.timedelta(days=days):
            age = (look.today - newest).days
            yield Hit(
                f"stores/{slug}",
                f"No restore drill of {store.name} since {newest:%d %b %Y}",
                f"{age} days ago; its tier asks for one in {days} days.",
                severity,
            )


def three_two_one_broken(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        if not _has_base(store) or not _keeps(look, slug):
            continue
        rule = three_two_one(store)
        if rule.met:
            continue
        names = (("three copies", rule.copies), ("two media", rule.media), ("one off site", rule.offsite))
        missing = [name for name, met in names if not met]
        yield Hit(f"stores/{slug}", f"{store.name} breaks the 3-2-1 rule", f"Missing: {', '.join(missing)}.")


def single_node(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        internal = look.fact(store, "replication.default_mode") in ("service_internal", "shared_storage")
        replication = store.replication
        alone = replication is None or replication.mode == "none" or replication.replicas == 0
        strict = [path for path in look.holds(slug) if look.plan.tier_of(path) in ("critical", "high")]
        if strict and alone and not internal:
            yield Hit(
                f"stores/{slug}",
                f"{store.name} is one node",
                f"{look.name(strict[0])} is {look.plan.tier_of(strict[0])}: every component will fail.",
            )


def single_zone(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        internal = look.fact(store, "replication.default_mode") in ("service_internal", "shared_storage")
        replication = store.replication
        strict = [path for path in look.holds(slug) if look.plan.tier_of(path) in ("critical", "high")]
        if strict and replication and replication.replicas and replication.zones < 2 and not internal:
            yield Hit(
                f"stores/{slug}",
                f"All copies of {store.name} are in one zone",
                f"Losing the zone stops {look.name(strict[0])}.",
            )


def derived_stricter(look: Look) -> Iterator[Hit]:
    """A copy is rebuilt from its source, so it is never back sooner nor fresher."""
    for ref in look.refs:
        mine = look.plan.target(look.plan.tier_of(ref.path))
        for source in ref.data_set.derived_from:
            other = look.plan.target(look.plan.tier_of(source))
            if mine.rpo_minutes < other.rpo_minutes or mine.rto_minutes < other.rto_minutes:
                title = f"{ref.data_set.name} promises more than {look.name(source)}, its source"
                mine_words, other_words = _promise(mine), _promise(other)
                yield Hit(at_data_set(ref.path), title, f"The copy promises {mine_words}; its source {other_words}.")


def _promise(target: Target) -> str:
    return f"{duration_words(target.rpo_minutes * 60)} lost, {duration_words(target.rto_minutes * 60)} until back"


RULES = (
    Rule(
        "recovery.no-backup",
        HIGH,
        "Every component will fail, and people delete by mistake; replicas repeat both.",
        "Add a backup policy with a copy away from the store.",
        GUIDE + "best practice 6",
        no_backup,
    ),
    Rule(
        "recovery.target-missed",
        HIGH,
        "The tier promises less loss or a quicker return than this design gives.",
        "Shorten the log interval, add a copy or replica in another region, or lower the tier.",
        GUIDE + "RPO/RTO targets",
        target_missed,
    ),
    Rule(
        "recovery.derived-stricter",
        MEDIUM,
        "A derived copy that is rebuilt cannot beat the recovery of its source.",
        "Raise the tier of the source, or lower the tier of the copy.",
        GUIDE + "RPO/RTO targets",
        derived_stricter,
    ),
    Rule(
        "recovery.log-without-base",
        HIGH,
        "Log archives are replayed on top of a base backup.",
        "Add a full backup or a snapshot.",
        GUIDE + "backup types",
        log_without_base,
    ),
    Rule(
        "recovery.single-node",
        HIGH,
        "Plan for failure: one node is out for as long as a restore takes.",
        "Add a replica in another zone.",
        GUIDE + "best practice 6",
        single_node,
    ),
    Rule(
        "recovery.single-zone",
        MEDIUM,
        "Zones fail as a whole.",
        "Spread the copies over two zones or more.",
        GUIDE + "best practice 6",
        single_zone,
    ),
    Rule(
        "backup.same-region",
        MEDIUM,
        "One region's loss takes the data and its backups.",
        "Copy backups to another region.",
        GUIDE + "3-2-1 rule",
        same_region,
    ),
    Rule(
        "backup.deletable",
        MEDIUM,
        "Ransomware and mistakes delete backups first.",
        "Keep one immutable copy for at least as long as it takes to notice.",
        "Corrections to the guide: 3-2-1-1-0",
        deletable,
    ),
    Rule(
        "backup.not-encrypted",
        HIGH,
        "A lost backup with personal data is a breach.",
        "Encrypt every copy, and keep the key elsewhere.",
        GUIDE + "backup testing",
        unencrypted,
    ),
    Rule(
        "backup.untested",
        MEDIUM,
        "Test backups: an untested backup is worthless.",
        "Restore it, measure the time, record it as a drill.",
        GUIDE + "best practice 4",
        untested,
    ),
    Rule(
        "backup.three-two-one",
        LOW,
        "Three copies, two media, one off site.",
        "Add the copy that is missing.",
        GUIDE + "3-2-1 rule",
        three_two_one_broken,
    ),
)
