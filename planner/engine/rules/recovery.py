"""Would we get it back, and in time?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.engine import fixes, fixes_backups, fixes_copies
from planner.engine.backups import BASE_KINDS
from planner.engine.document import DEFAULT_TARGETS, DataSet, DataSetRef, Service, Store, Target, duration_seconds
from planner.engine.recovery import COUNTED, source_holds
from planner.engine.rules.backup import has_base
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
    kept_in,
    strict_in,
)
from planner.engine.words import duration_words

RESTORES_A_PERSON = 3
TIER_ORDER = ("critical", "high", "medium", "low")


def no_backup(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        if has_base(store):
            continue
        kept = kept_in(look, slug)
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
        severity = HIGH if recovery.tier in STRICT_TIERS else MEDIUM
        yield Hit(at_data_set(path), title, message, severity)


def log_without_base(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        if any(policy.kind == "log" for policy in store.backups) and not has_base(store):
            yield Hit(
                f"stores/{slug}",
                f"{store.name} archives a log without a base",
                "A log restores nothing without a backup under it.",
            )


def single_node(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        internal = look.fact(store, "replication.default_mode") in ("service_internal", "shared_storage")
        replication = store.replication
        alone = replication is None or replication.mode == "none" or replication.replicas == 0
        strict = strict_in(look, slug)
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
        strict = strict_in(look, slug)
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


def single_region(look: Look) -> Iterator[Hit]:
    """Nothing runs in another region, and what is left there is too old or too slow for the tier."""
    for slug, store in look.plan.stores.items():
        if store.replication and set(store.replication.regions) - {store.region}:
            continue
        missed = [path for path in strict_in(look, slug) if _misses_region(look, path)]
        if missed:
            worst = min(missed, key=lambda path: TIER_ORDER.index(look.plan.tier_of(path)))
            tier = look.plan.tier_of(worst)
            target = look.plan.target(tier)
            title = f"{store.name} runs in one region, and {look.name(worst)} is {tier}"
            message = f"When the region is lost, the target of {_promise(target)} is missed."
            yield Hit(f"stores/{slug}", title, message, HIGH if tier == "critical" else MEDIUM)


def _misses_region(look: Look, path: str) -> bool:
    failures = look.recovery[path].failures if path in look.recovery else ()
    return any(one.failure == "region" and False in (one.meets_rpo, one.meets_rto) for one in failures)


def weaker_dependency(look: Look) -> Iterator[Hit]:
    for slug, service in look.plan.services.items():
        mine = look.plan.target(service.tier)
        for other_slug in service.depends_on:
            other = look.plan.services[other_slug]
            theirs = look.plan.target(other.tier)
            if theirs.rto_minutes > mine.rto_minutes:
                title = f"{service.name} needs {other.name}, which may be away longer"
                message = (
                    f"{service.name} ({service.tier}) must be back in {duration_words(mine.rto_minutes * 60)}; "
                    f"{other.name} ({other.tier}) may take {duration_words(theirs.rto_minutes * 60)}."
                )
                yield Hit(f"services/{slug}", title, message)


@dataclass(frozen=True, slots=True)
class Moments:
    """To which moments a store can be restored: any (it has a log), or one in `every_seconds`."""

    any: bool
    every_seconds: float


def moments_of(store: Store) -> Moments | None:
    """None where the store has no base backup, so nothing is restored from one."""
    bases = [duration_seconds(policy.every) for policy in store.backups if policy.kind in BASE_KINDS]
    logs = [duration_seconds(policy.every) for policy in store.backups if policy.kind == "log"]
    return Moments(bool(logs), min(logs) if logs else min(bases)) if bases else None


def different_points(look: Look) -> Iterator[Hit]:
    """Data sets of one service, or a copy and its source, that come back as they were at different moments."""
    for slug, service in look.plan.services.items():
        restored = _restored(look, service)
        if len(restored) < 2:
            continue
        coarse, moments = max(restored, key=lambda one: (not one[1].any, one[1].every_seconds))
        others = [one for one, other in restored if not _agree(other, moments)]
        if others:
            yield Hit(f"services/{slug}", *_torn(service.name, others[0], coarse, moments))
    for ref in look.refs:
        for path in ref.data_set.derived_from:
            hit = _torn_copy(look, ref, path)
            if hit:
                yield hit


def _restored(look: Look, service: Service) -> list[tuple[DataSet, Moments]]:
    """One source of truth of the service for each store that has backups, with the moments of that store."""
    own = {one.store: one for one in service.data.values() if not one.derived_from}
    return [(one, found) for store, one in own.items() if (found := _moments(look, store)) is not None]


def _moments(look: Look, slug: str | None) -> Moments | None:
    store = look.plan.stores.get(slug or "")
    return moments_of(store) if store else None


def _agree(one: Moments, other: Moments) -> bool:
    """Both can be restored to a moment of one's choice, or both are saved in the same rhythm."""
    return (one.any and other.any) or (one.any == other.any and one.every_seconds == other.every_seconds)


def _torn(whose: str, fine: DataSet, coarse: DataSet, moments: Moments) -> tuple[str, str]:
    title = f"{fine.name} and {coarse.name} of {whose} come back as of different moments"
    back = duration_words(moments.every_seconds)
    return title, (
        f"{coarse.store} is saved every {back} without a log. After a restore of {fine.store} and {coarse.store}, "
        f"references between them are broken, or both go back to that moment and lose up to {back}."
    )


def _torn_copy(look: Look, ref: DataSetRef, source: str) -> Hit | None:
    """Only a copy that its source cannot build again: any other is rebuilt, and then agrees."""
    other = look.plan.data_set(source)
    mine, theirs = _moments(look, ref.data_set.store), _moments(look, other.store)
    if mine is None or theirs is None or other.store == ref.data_set.store or _agree(mine, theirs):
        return None
    if source_holds(other, ref.data_set):
        return None
    title = f"A restored {ref.data_set.name} does not match a restored {other.name}"
    rhythm = [
        f"{'by its log every' if one.any else 'every'} {duration_words(one.every_seconds)}" for one in (mine, theirs)
    ]
    message = (
        f"{ref.data_set.store} is saved {rhythm[0]}, {other.store} {rhythm[1]}; {other.name} forgets sooner, "
        "so the copy cannot be built again from it."
    )
    return Hit(at_data_set(ref.path), title, message)


def too_many_restores(look: Look) -> Iterator[Hit]:
    people = look.plan.team.people_on_call
    alone = [
        store.name
        for slug, store in look.plan.stores.items()
        if look.holds(slug) and not (store.replication and set(store.replication.regions) - {store.region})
    ]
    if people and len(alone) > people * RESTORES_A_PERSON:
        title = f"Losing a region means {len(alone)} restores for {people} people on call"
        message = (
            f"No other region runs {', '.join(alone)}. The recovery times of this plan take it that all start at once."
        )
        yield Hit("stores", title, message)


RULES = (
    Rule(
        "recovery.no-backup",
        HIGH,
        "Every component will fail, and people delete by mistake; replicas repeat both.",
        "Add a backup policy with a copy away from the store.",
        GUIDE + "best practice 6",
        no_backup,
        "A store holds data sets or caches, and none of its backups is a full, incremental, differential or snapshot. It is "
        "low where all of it can be rebuilt from sources.",
        mend=Fix(
            "A backup each day, with a copy in another region",
            "Check that the data may be kept in the other region, set up the backup, then restore it once. Above 500 GiB it is one "
            "full backup a month and an incremental one a day.",
            fixes_backups.daily_backups,
        ),
    ),
    Rule(
        "recovery.target-missed",
        HIGH,
        "The tier promises less loss or a quicker return than this design gives.",
        "Shorten the log interval, add a copy or replica in another region, or lower the tier.",
        GUIDE + "RPO/RTO targets",
        target_missed,
        "For the loss of a node, a zone or a region and for an operator error, the best way back is worked out (page "
        "Recovery). A finding names the worst failure whose loss or time is above the target of the tier. The targets "
        "are those of the plan.",
        tuple(
            Threshold(
                f"{duration_words(one.rpo_minutes * 60)} lost, back in {duration_words(one.rto_minutes * 60)}",
                f"tier {tier}, if the plan has no target",
                GUIDE + "RPO/RTO targets",
            )
            for tier, one in DEFAULT_TARGETS.items()
        ),
    ),
    Rule(
        "recovery.derived-stricter",
        MEDIUM,
        "A derived copy that is rebuilt cannot beat the recovery of its source.",
        "Raise the tier of the source, or lower the tier of the copy.",
        GUIDE + "RPO/RTO targets",
        derived_stricter,
        "The target of a derived data set is below that of a source, in loss or in time.",
        mend=Fix("The tier of its source", "Tell the readers of the copy.", fixes.tier_of_source),
    ),
    Rule(
        "recovery.log-without-base",
        HIGH,
        "Log archives are replayed on top of a base backup.",
        "Add a full backup or a snapshot.",
        GUIDE + "backup types",
        log_without_base,
        "A store archives a log, and none of its other backups is a base.",
        mend=Fix(
            "A base backup under the log, with a copy in another region",
            "Set up the backup, then restore it with the log once.",
            fixes_backups.daily_backups,
        ),
    ),
    Rule(
        "recovery.single-node",
        HIGH,
        "Plan for failure: one node is out for as long as a restore takes.",
        "Add a replica in another zone.",
        GUIDE + "best practice 6",
        single_node,
        "A store holds a data set of tier critical or high and has no replica. Services that copy inside themselves (a "
        "fact of the catalog) pass.",
        mend=Fix("A replica in another zone", "Set up the replica, and test a failover.", fixes_copies.add_replica),
    ),
    Rule(
        "recovery.single-zone",
        MEDIUM,
        "Zones fail as a whole.",
        "Spread the copies over two zones or more.",
        GUIDE + "best practice 6",
        single_zone,
        "A store holds a data set of tier critical or high, has replicas, and they are in fewer than 2 zones.",
        (Threshold("2 zones", "the fewest of which one may be lost"),),
        mend=Fix("Copies in two zones", "Move one replica into another zone.", fixes_copies.two_zones),
    ),
    Rule(
        "recovery.single-region",
        HIGH,
        "Regions fail as a whole, rarely and for long.",
        "Run a replica in another region, or lower the tier.",
        GUIDE + "active-passive (disaster recovery)",
        single_region,
        "A store with data of tier critical or high names no other region in its replication, and the worked-out loss or "
        "time after the loss of a region is above the target. It is high for critical, medium for high.",
        mend=Fix(
            "A standby in another region",
            "Check that the data may be kept there, set up the replica, and test a failover.",
            fixes_copies.replica_elsewhere,
        ),
    ),
    Rule(
        "recovery.weaker-dependency",
        MEDIUM,
        "A service is back only after those that it needs.",
        "Raise the tier of the needed service, or work without it for a while.",
        GUIDE + "best practice 6",
        weaker_dependency,
        "A service depends on another whose target for the time until back is longer than its own.",
    ),
    Rule(
        "recovery.different-points",
        MEDIUM,
        "Stores that refer to each other must be restored to one moment, or references point to nothing.",
        "Give every store a log, so that all can be restored to one moment, and write down how they are matched.",
        GUIDE + "challenges, complex disaster recovery",
        different_points,
        "Sources of one service lie in different stores with base backups, and not all of them can be restored to any "
        "moment (by a log) or are saved in the same rhythm. Data sets of one service are taken to refer to each other. "
        "The same holds for a copy and its source, where the source forgets sooner and cannot build the copy again.",
    ),
    Rule(
        "recovery.too-many-restores",
        MEDIUM,
        "Each further store is one more to restore, by the same people, in the same hour.",
        "Bring stores together, run replicas elsewhere, or practise and automate the restores.",
        GUIDE + "challenges, complex disaster recovery",
        too_many_restores,
        "Stores with data and without another region, divided by the people on call, are more than the threshold.",
        (Threshold(f"{RESTORES_A_PERSON} restores a person", "what one person starts and watches at once"),),
    ),
)
