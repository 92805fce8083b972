"""Backups as arithmetic: what a schedule loses at worst, and what it takes to bring a store back.

Units: seconds and GiB (2^30 bytes). Sources: docs/models.md, backups.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from planner.engine.backup.loss import CountedCopy, periodic_loss, three_two_one_one_zero
from planner.engine.document import BackupCopy, BackupPolicy, Store, duration_seconds
from planner.engine.recovery_inputs import COPY, LOG_FACTOR, LOG_SHIP, REPLAY, RESTORE_MIB_S, Given
from planner.engine.results import Because
from planner.engine.words import duration_words, size_words

MIB_PER_GIB = 1024.0
BASE_KINDS = ("full", "incremental", "differential", "snapshot")


@dataclass(frozen=True, slots=True)
class WayBack:
    """One surviving set of backups: what is lost at worst, and the steps that read it back."""

    text: str
    loss_seconds: float
    steps: tuple[tuple[str, float], ...]
    reasons: tuple[Because, ...]


def periodic_loss_seconds(interval: float, duration: float, copy: float) -> float:
    """Worst loss of a backup every `interval`, which holds the state of its start (`backup.loss`)."""
    return periodic_loss(interval, duration, copy).worst


def restore_seconds(gib: float, sets: int, mib_per_second: float, overhead_per_set_seconds: float = 0.0) -> float:
    """Time to read `gib` in `sets` backup sets at `mib_per_second`."""
    return gib * MIB_PER_GIB / mib_per_second + sets * overhead_per_set_seconds


def usable(policy: BackupPolicy, survives: Callable[[BackupCopy], bool], local_survives: bool) -> bool:
    """Does a copy of this policy outlive the failure? A policy without copies keeps its backups beside the store."""
    if policy.copies:
        return any(survives(copy) for copy in policy.copies)
    return local_survives


def way_back(
    store: Store, size_gib: float, written_mib_s: float, policies: tuple[BackupPolicy, ...], restore: Given | None
) -> WayBack | None:
    """The best way back from the surviving `policies`, or None if no base backup is among them."""
    bases = [policy for policy in policies if policy.kind in BASE_KINDS]
    fulls = [policy for policy in bases if policy.kind in ("full", "snapshot")]
    if not fulls:
        return None
    base = min(bases, key=lambda policy: duration_seconds(policy.every))
    speed = restore or RESTORE_MIB_S[fulls[0].method]
    transfer = restore_seconds(size_gib, 1, speed.likely)
    interval = duration_seconds(base.every)
    taken_gib = _taken_gib(base, size_gib, written_mib_s * interval / MIB_PER_GIB)
    copying = restore_seconds(taken_gib, 1, COPY.likely) if base.copies else 0.0
    taking = restore_seconds(taken_gib, 1, speed.likely)
    steps = [(f"Restore {size_words(size_gib)}", transfer)]
    reasons = [speed.because()]
    logs = [policy for policy in policies if policy.kind == "log"]
    if logs:
        archive = min(duration_seconds(policy.every) for policy in logs)
        replay = written_mib_s * LOG_FACTOR.likely * (interval / 2) / REPLAY.likely
        steps.append(("Replay the log", replay))
        text = (
            f"Log archived every {duration_words(archive)} + {duration_words(LOG_SHIP.likely)} on its way; "
            f"replay of half of {duration_words(interval)} of log ({written_mib_s:.2f} MiB/s written)"
        )
        reasons += [Because("formula", text), LOG_SHIP.because(), LOG_FACTOR.because(), REPLAY.because()]
        label = f"{base.kind} backup every {base.every} and the log"
        return WayBack(label, archive + LOG_SHIP.likely, tuple(steps), tuple(reasons))
    text = (
        f"Worst loss = every {duration_words(interval)} + {duration_words(taking)} to take it "
        f"+ {duration_words(copying)} to copy it"
    )
    reasons += [Because("formula", text), COPY.because()]
    loss = periodic_loss_seconds(interval, taking, copying)
    return WayBack(f"{base.kind} backup every {base.every}", loss, tuple(steps), tuple(reasons))


def taking_seconds(store: Store, policy: BackupPolicy, size_gib: float, written_mib_s: float) -> float:
    """How long one backup of this policy takes and is copied: what it reads, at the speed of its method or the newest drill's."""
    if policy.kind == "log":
        return 0.0
    speed = drill_speed(store) or RESTORE_MIB_S[policy.method]
    written_gib = written_mib_s * duration_seconds(policy.every) / MIB_PER_GIB
    taken_gib = _taken_gib(policy, size_gib, written_gib)
    copying = restore_seconds(taken_gib, 1, COPY.likely) if policy.copies else 0.0
    return restore_seconds(taken_gib, 1, speed.likely) + copying


def _taken_gib(base: BackupPolicy, size_gib: float, written_gib: float) -> float:
    """What one backup reads: all of it when full, what was written since when not; a snapshot copies nothing itself."""
    if base.kind == "snapshot":
        return 0.0
    return size_gib if base.kind == "full" else min(size_gib, written_gib)


def drill_speed(store: Store) -> Given | None:
    """The newest verified drill, as MiB/s; it replaces the modelled restore speed."""
    drills = [drill for drill in store.drills if drill.verified and drill.minutes > 0 and drill.restored_gib > 0]
    if not drills:
        return None
    newest = max(drills, key=lambda drill: drill.on)
    speed = newest.restored_gib * MIB_PER_GIB / (newest.minutes * 60)
    text = f"Measured in the drill of {newest.on}: {newest.restored_gib:g} GiB in {newest.minutes:g} min"
    return Given("drill", speed, speed, speed, "MiB/s", text)


@dataclass(frozen=True, slots=True)
class ThreeTwoOne:
    """The 3-2-1-1-0 rule, clause by clause. A replica counts as a copy, not as a backup."""

    copies: bool
    media: bool
    offsite: bool
    immutable: bool
    verified: bool

    @property
    def met(self) -> bool:
        return self.copies and self.media and self.offsite


def three_two_one(store: Store) -> ThreeTwoOne:
    """Check a store's backups: 3 copies with production, 2 media, 1 off site; then 1 immutable, 0 errors in a drill."""
    backups = {copy for policy in store.backups if policy.kind in BASE_KINDS for copy in policy.copies}
    replicas = store.replication.replicas if store.replication and store.replication.mode != "none" else 0
    newest = max(store.drills, key=lambda drill: drill.on, default=None)
    errors = 0 if newest is not None and newest.verified else None
    found = three_two_one_one_zero(
        [CountedCopy("production", "disk", "here"), *[CountedCopy("replica", "disk", "here")] * replicas]
        + [
            CountedCopy("backup", one.medium, "away" if one.offsite else "here", one.immutable, errors)
            for one in backups
        ]
    )
    return ThreeTwoOne(found.copies and bool(backups), found.media, found.offsite, found.immutable, found.verified)
