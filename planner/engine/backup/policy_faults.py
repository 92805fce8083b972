"""What makes the backups of one store unable to do their work: changes without a base, a base that goes before what builds
on it, a log that ends too early, runs that are not done when the next begins.

Each fault names the policy and the field to change, so that a form can say it there. The rules of review tell the same of plans
that already are so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from planner.engine.backups import BASE_KINDS, taking_seconds
from planner.engine.demand import MEDIAN, demand_of, missing, parts_by_store
from planner.engine.document import BackupPolicy, Plan, Store, duration_seconds
from planner.engine.duration import DURATION
from planner.engine.recovery import written_mib_s_by_store
from planner.engine.retention import kept_seconds
from planner.engine.words import duration_words, size_words

WHOLE_KINDS = ("full", "snapshot")
CHAINED = ("incremental", "differential")


@dataclass(frozen=True, slots=True)
class PolicyFault:
    """`at`: the position of the policy in the store's backups; `field`: which of its fields is to be changed."""

    at: int
    field: str
    text: str


def policy_faults(plan: Plan, slug: str, store: Store) -> tuple[PolicyFault, ...]:
    """Faults of the store's backups, as it would stand in the plan; in the order of the backups."""
    rows = tuple(enumerate(store.backups))
    found = [*_without_base(rows), *_kept_too_short(rows), *_same_twice(rows), *_overlapping(plan, slug, store, rows)]
    return tuple(sorted(found, key=lambda one: one.at))


Rows = Sequence[tuple[int, BackupPolicy]]


def _of(rows: Rows, *kinds: str) -> list[tuple[int, BackupPolicy]]:
    return [(at, one) for at, one in rows if one.kind in kinds]


def _without_base(rows: Rows) -> Iterator[PolicyFault]:
    for at, one in [] if _of(rows, *WHOLE_KINDS) else _of(rows, *CHAINED):
        text = f"{one.kind} backups restore nothing without a full backup or snapshot under them: add one."
        yield PolicyFault(at, "kind", text.capitalize())
    for at, _ in [] if _of(rows, *BASE_KINDS) else _of(rows, "log"):
        text = "A log restores nothing without a base backup under it: add a full backup or a snapshot."
        yield PolicyFault(at, "kind", text)


def _kept_too_short(rows: Rows) -> Iterator[PolicyFault]:
    for at, one in rows:
        gap = gap_words(one)
        if gap:
            yield PolicyFault(at, "keep", f"{gap} Keep it at least as long.")
        yield from _locked_longer(at, one)
    yield from _base_before_chain(rows)
    yield from _log_before_base(rows)


def gap_words(policy: BackupPolicy) -> str:
    """What is wrong with a backup that goes before the next one comes; "" where it stays. A count of copies always does."""
    if not isinstance(policy.keep, str) or not DURATION.fullmatch(policy.keep):
        return ""
    kept, every = duration_seconds(policy.keep), duration_seconds(policy.every)
    if kept >= every:
        return ""
    return f"Kept {duration_words(kept)}, but the next is made only after {duration_words(every)}: between them there would be none."


def _locked_longer(at: int, one: BackupPolicy) -> Iterator[PolicyFault]:
    locked = longest_lock_seconds(one)
    if locked > kept_seconds(one):
        text = (
            f"A copy is locked for {duration_words(locked)}, longer than it is kept ({duration_words(kept_seconds(one))}): it "
            "cannot be deleted and is paid for until then. Keep it as long, or lock it shorter."
        )
        yield PolicyFault(at, "keep", text)


def longest_lock_seconds(policy: BackupPolicy) -> float:
    return max((duration_seconds(copy.locked) for copy in policy.copies if copy.locked), default=0.0)


def _base_before_chain(rows: Rows) -> Iterator[PolicyFault]:
    """What builds on a base reaches back as far as the oldest base, which covers one interval after it."""
    bases, chained = _of(rows, *WHOLE_KINDS), _of(rows, *CHAINED, "log")
    if not bases or not chained:
        return
    at, base = max(bases, key=lambda row: kept_seconds(row[1]))
    longest = max((one for _, one in chained), key=kept_seconds)
    needed = kept_seconds(longest) - duration_seconds(base.every)
    if kept_seconds(base) < needed:
        text = (
            f"The {longest.kind} backups are kept {duration_words(kept_seconds(longest))} and need this {base.kind} backup: "
            f"keep it at least {duration_words(needed)}, or them shorter."
        )
        yield PolicyFault(at, "keep", text)


def _log_before_base(rows: Rows) -> Iterator[PolicyFault]:
    bases, logs = _of(rows, *BASE_KINDS), _of(rows, "log")
    if not bases or not logs:
        return
    every = min(duration_seconds(one.every) for _, one in bases)
    at, log = max(logs, key=lambda row: kept_seconds(row[1]))
    if kept_seconds(log) < every:
        text = (
            f"The log is kept {duration_words(kept_seconds(log))}, but a base backup comes only every "
            f"{duration_words(every)}: from part of that time there is no way back. Keep it at least as long."
        )
        yield PolicyFault(at, "keep", text)


def _same_twice(rows: Rows) -> Iterator[PolicyFault]:
    for at, one in rows:
        first = next((other for other, earlier in rows[:at] if _same_runs(earlier, one)), None)
        if first is not None:
            text = f"Backup {first + 1} is the same and begins at the same moments: change how often, or give one of them all copies."
            yield PolicyFault(at, "every", text)


def _same_runs(one: BackupPolicy, other: BackupPolicy) -> bool:
    return (one.kind, one.every, one.method, one.copies) == (other.kind, other.every, other.method, other.copies)


def _overlapping(plan: Plan, slug: str, store: Store, rows: Rows) -> Iterator[PolicyFault]:
    """A run that takes longer than its interval, with the size of the data in the plan; nothing where that is unknown."""
    parts = parts_by_store(plan).get(slug, ())
    if not parts or missing(parts):
        return
    size_gib = float(demand_of(parts, MEDIAN).size_gib[0])
    written = written_mib_s_by_store(plan).get(slug, 0.0)
    for at, one in rows:
        taken, every = taking_seconds(store, one, size_gib, written), duration_seconds(one.every)
        if taken > every:
            text = (
                f"One {one.kind} backup of {size_words(size_gib)} takes about {duration_words(taken)} (assumed speed, or the "
                f"newest drill's), but the next begins after {duration_words(every)}: make it less often, or incremental."
            )
            yield PolicyFault(at, "every", text)
