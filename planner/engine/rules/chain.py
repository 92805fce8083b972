"""Do backups that build on each other still fit together when they are needed?"""

from __future__ import annotations

from collections.abc import Iterator

from planner.engine import fixes_backups
from planner.engine.backup.policy_faults import gap_words
from planner.engine.backups import BASE_KINDS
from planner.engine.document import BackupPolicy, Store, duration_seconds
from planner.engine.retention import kept_seconds
from planner.engine.rules.rule import GUIDE, HIGH, LOW, MEDIUM, Fix, Hit, Look, Rule, Threshold, strict_in
from planner.engine.words import duration_words

WHOLE_KINDS = ("full", "snapshot")
CHAIN_SETS = 30


def of_kind(store: Store, *kinds: str) -> list[BackupPolicy]:
    return [policy for policy in store.backups if policy.kind in kinds]


def chain_without_full(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        chained = of_kind(store, "incremental", "differential")
        if chained and not of_kind(store, *WHOLE_KINDS):
            title = f"{store.name} keeps changes without the full backup under them"
            message = (
                f"An {chained[0].kind} backup restores nothing alone."
                if chained[0].kind == "incremental"
                else ("A differential backup restores nothing alone.")
            )
            yield Hit(f"stores/{slug}", title, message)


def base_expires_first(look: Look) -> Iterator[Hit]:
    """A chain is as old as the oldest full backup under it; what is kept longer cannot be read back."""
    for slug, store in look.plan.stores.items():
        fulls, chained = of_kind(store, *WHOLE_KINDS), of_kind(store, "incremental", "differential", "log")
        if not fulls or not chained:
            continue
        base = max(fulls, key=kept_seconds)
        longest = max(chained, key=kept_seconds)
        reach = kept_seconds(base) + duration_seconds(base.every)
        if kept_seconds(longest) > reach:
            title = f"The {longest.kind} backups of {store.name} outlive what they build on"
            message = (
                f"They are kept {duration_words(kept_seconds(longest))}, the {base.kind} backup "
                f"{duration_words(kept_seconds(base))}: older ones are paid for and restore nothing."
            )
            yield Hit(f"stores/{slug}", title, message)


def gap_between(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        found = [(policy, words) for policy in store.backups if (words := gap_words(policy))]
        if found:
            policy, words = found[0]
            yield Hit(
                f"stores/{slug}", f"The {policy.kind} backups of {store.name} go before the next one comes", words
            )


def log_too_short(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        bases, logs = of_kind(store, *BASE_KINDS), of_kind(store, "log")
        if not bases or not logs:
            continue
        every = min(duration_seconds(policy.every) for policy in bases)
        kept = max(kept_seconds(policy) for policy in logs)
        if kept < every:
            title = f"The log of {store.name} ends before the next base backup"
            message = (
                f"It is kept {duration_words(kept)}, a base comes every {duration_words(every)}: for part of that time "
                "there is no unbroken way from the last base to now."
            )
            yield Hit(f"stores/{slug}", title, message)


def log_in_one_region(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        strict, logs = strict_in(look, slug), of_kind(store, "log")
        home = store.region or look.plan.region
        base_away = any(_away(home, policy) for policy in of_kind(store, *BASE_KINDS))
        if strict and logs and base_away and not any(_away(home, policy) for policy in logs):
            every = min(duration_seconds(policy.every) for policy in of_kind(store, *BASE_KINDS))
            title = f"The log of {store.name} is in its own region only"
            message = (
                f"The base backups are elsewhere too, so losing the region loses up to {duration_words(every)} of "
                f"{look.name(strict[0])} instead of minutes."
            )
            yield Hit(f"stores/{slug}", title, message)


def _away(home: str | None, policy: BackupPolicy) -> bool:
    return any(copy.region and copy.region != home for copy in policy.copies)


def long_chain(look: Look) -> Iterator[Hit]:
    for slug, store in look.plan.stores.items():
        fulls, steps = of_kind(store, *WHOLE_KINDS), of_kind(store, "incremental")
        if not fulls or not steps:
            continue
        full, step = (min(duration_seconds(one.every) for one in some) for some in (fulls, steps))
        sets = round(full / step)
        if sets > CHAIN_SETS:
            title = f"A restore of {store.name} reads up to {sets} incremental backups"
            message = (
                f"One full in {duration_words(full)}, one incremental in {duration_words(step)}: each must be there and "
                "whole."
            )
            yield Hit(f"stores/{slug}", title, message)


RULES = (
    Rule(
        "backup.chain-without-full",
        HIGH,
        "Incremental and differential backups hold changes to a full backup, and nothing without it.",
        "Add a full backup under them.",
        GUIDE + "common failures, missing dependencies",
        chain_without_full,
        "A store makes incremental or differential backups, and neither full backups nor snapshots.",
        mend=Fix(
            "A full backup each week under the changes",
            "Set up the backup, then restore one chain.",
            fixes_backups.weekly_full,
        ),
    ),
    Rule(
        "backup.base-expires-first",
        MEDIUM,
        "A chain reads back only as far as the oldest full backup that is still kept.",
        "Keep the full backup as long as what builds on it.",
        GUIDE + "common failures, missing dependencies",
        base_expires_first,
        "The longest kept incremental, differential or log backup is kept longer than the longest kept full backup or "
        "snapshot and one interval of it.",
        mend=Fix(
            "The full backup is kept as long",
            "Change the retention; storage grows as the preview says.",
            fixes_backups.base_as_long,
        ),
    ),
    Rule(
        "backup.gap-between",
        HIGH,
        "A backup that is deleted before the next one is made leaves days without any.",
        "Keep each backup for at least two of its intervals.",
        GUIDE + "common failures, missing dependencies",
        gap_between,
        "A backup is kept for a time that is shorter than its own interval.",
        mend=Fix("Two backups are always kept", "Change the retention.", fixes_backups.over_the_gap),
    ),
    Rule(
        "backup.log-too-short",
        HIGH,
        "A log that ends before the next base leaves hours from which there is no way back.",
        "Keep the log for at least two intervals of the base backup.",
        GUIDE + "common failures, partial data recovery (missing logs)",
        log_too_short,
        "The log is kept for less time than lies between two base backups.",
        mend=Fix(
            "A log over two base backups", "Change the retention of the archive.", fixes_backups.log_over_two_bases
        ),
    ),
    Rule(
        "backup.log-in-one-region",
        MEDIUM,
        "A base backup without its log brings back the last base, not the last minutes.",
        "Copy the log to the region where the base backups are.",
        GUIDE + "common failures, partial data recovery (missing logs)",
        log_in_one_region,
        "A store with data of tier critical or high copies base backups to another region, and its log to none.",
        mend=Fix(
            "The log where the base backups are", "Archive the log to that region too.", fixes_backups.log_with_base
        ),
    ),
    Rule(
        "backup.long-chain",
        LOW,
        "Each link of a chain of backups is one more that may be missing, and one more to read.",
        "Make a full backup more often, or use differential backups.",
        GUIDE + "incremental backup, chain of dependencies",
        long_chain,
        "The interval of the full backup divided by that of the incremental backup is above the threshold.",
        (Threshold(f"{CHAIN_SETS} sets", "incremental backups after one full backup"),),
    ),
)
