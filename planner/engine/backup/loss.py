"""What is lost and whether anything can be read back: intervals, log archives, independent copies, untested backups."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

P95 = 0.95


@dataclass(frozen=True, slots=True)
class PeriodicLoss:
    """Time lost when a failure comes at any moment alike; in the unit of the inputs."""

    worst: float
    mean: float
    p95: float


def periodic_loss(interval: float, duration: float, copy: float) -> PeriodicLoss:
    """A backup begun every `interval` holds the state of its start and is usable after duration + copy.

    The loss is uniform on [d + c, d + c + T]: the worst is T + d + c, never T alone.
    """
    if min(interval, duration, copy) < 0:
        raise ValueError("Times cannot be negative.")
    ready = duration + copy
    return PeriodicLoss(ready + interval, ready + interval / 2, ready + P95 * interval)


def log_loss_seconds(
    segment_mib: float,
    write_mib_per_second: float,
    archive_timeout_seconds: float | None,
    transfer_seconds: float = 0.0,
) -> float | None:
    """Worst loss with log archiving: a segment is sent when full or at the timeout. None: without either there is no bound."""
    full = segment_mib / write_mib_per_second if write_mib_per_second > 0 else None
    bounds = [one for one in (full, archive_timeout_seconds) if one is not None]
    return min(bounds) + transfer_seconds if bounds else None


@dataclass(frozen=True, slots=True)
class PlacedCopy:
    """A copy that fails by itself with chance `fails`, at a site that may be lost with all copies in it."""

    fails: float
    site: str


def all_lost(copies: Sequence[PlacedCopy], site_fails: float) -> float:
    """Chance that no copy is left: over every state of the sites, exactly. 2^sites terms."""
    sites = sorted({one.site for one in copies})
    total = 0.0
    for lost in itertools.product((False, True), repeat=len(sites)):
        gone = {site for site, state in zip(sites, lost, strict=True) if state}
        chance = 1.0
        for state in lost:
            chance *= site_fails if state else 1 - site_fails
        for one in copies:
            chance *= 1.0 if one.site in gone else one.fails
        total += chance
    return total


def any_restores(bad: float, count: int) -> float:
    """At least one of `count` independent full backups can be read, each bad with chance `bad`."""
    return float(1 - bad**count)


def chain_restores(bad: float, count: int) -> float:
    """All sets of a chain can be read."""
    return float((1 - bad) ** count)


def restore_seconds(
    *, full_gib: float, incremental_gib: float, incrementals: int, mib_per_second: float, overhead_per_set_seconds: float,
    log_gib: float, replay_mib_per_second: float,
) -> float:  # fmt: skip
    """Reading a chain back and replaying the log: bytes / speed + sets x overhead + log / replay speed."""
    read = (full_gib + incrementals * incremental_gib) * 1024 / mib_per_second
    replay = log_gib * 1024 / replay_mib_per_second if log_gib else 0.0
    return read + (1 + incrementals) * overhead_per_set_seconds + replay


@dataclass(frozen=True, slots=True)
class CountedCopy:
    """production | replica | backup. `errors` of the last verification; None: never verified."""

    role: str
    media: str
    site: str
    immutable: bool = False
    errors: int | None = None


@dataclass(frozen=True, slots=True)
class Clauses:
    """3 copies, 2 media, 1 off site, 1 that cannot be changed or is offline, 0 errors when last verified."""

    copies: bool
    media: bool
    offsite: bool
    immutable: bool
    verified: bool


def three_two_one_one_zero(copies: Sequence[CountedCopy]) -> Clauses:
    """A replica counts among the copies, not as a backup. A backup that was never verified fails the 0."""
    home = {one.site for one in copies if one.role == "production"}
    backups = [one for one in copies if one.role == "backup"]
    return Clauses(
        copies=len(copies) >= 3,
        media=len({one.media for one in copies}) >= 2,
        offsite=any(one.site not in home for one in copies),
        immutable=any(one.immutable for one in backups),
        verified=bool(backups) and all(one.errors == 0 for one in backups),
    )
