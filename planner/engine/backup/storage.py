"""How many GiB of backups a plan keeps, now and month by month as its data grows, at likely inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

import numpy as np

from catalog.facts import Snapshot
from planner.engine import assumptions as a
from planner.engine.demand import MEDIAN, demand_by_month, missing, parts_by_store
from planner.engine.document import BackupPolicy, Plan, Store
from planner.engine.results import Because
from planner.engine.retention import kept_backups

MONTHS = 36
KINDS = ("full", "incremental", "log", "elsewhere")


@dataclass(frozen=True, slots=True)
class Held:
    """One policy of a store: GiB of one copy now, in how many places it lies, and the arithmetic."""

    store: str
    kind: str
    every: str
    gib: float
    places: int
    text: str


@dataclass(frozen=True)
class BackupStorage:
    """`months[kind]` = GiB in each month from now. `elsewhere`: copies in other regions, whatever their kind."""

    months: Mapping[str, tuple[float, ...]]
    held: tuple[Held, ...]
    unknown: tuple[str, ...]
    because: tuple[Because, ...]

    def total(self, month: int = 0) -> float:
        return sum(series[month] for series in self.months.values())


def backup_storage(plan: Plan, snapshot: Snapshot, months: int = MONTHS) -> BackupStorage:
    sums = {kind: [0.0] * (months + 1) for kind in KINDS}
    held: list[Held] = []
    unknown = []
    for slug, parts in parts_by_store(plan).items():
        store = plan.stores[slug]
        if not store.backups:
            continue
        if missing(parts):
            unknown.append(f"{store.name}: its size is unknown, so its backups are not counted")
            continue
        packed = _packed(store, snapshot)
        for month, demand in enumerate(islice(demand_by_month(parts, MEDIAN), months + 1)):
            for one in kept_backups(store.backups, demand, MEDIAN, packed):
                here, away = _places(one.policy, store.region or plan.region)
                gib = float(one.held_gib[0])
                sums[_kind(one.policy)][month] += gib * here
                sums["elsewhere"][month] += gib * away
                if month == 0:
                    held.append(Held(slug, one.policy.kind, one.policy.every, gib, here + away, one.text))
    because = (a.BACKUP_COMPRESSION.because(), a.CHANGE_REWRITES.because(), a.LOG_BYTES.because())
    return BackupStorage({kind: tuple(series) for kind, series in sums.items()}, tuple(held), tuple(unknown), because)


def _packed(store: Store, snapshot: Snapshot) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Size of a backup for a byte of data: analytical stores keep their data compressed already."""
    database = snapshot.databases.get(store.database)
    columns = database is not None and database.category == "olap"
    return 1 / MEDIAN.assumed(a.COMPRESSION) if columns else MEDIAN.assumed(a.BACKUP_COMPRESSION)


def _kind(policy: BackupPolicy) -> str:
    if policy.kind in ("full", "snapshot"):
        return "full"
    return "log" if policy.kind == "log" else "incremental"


def _places(policy: BackupPolicy, home: str | None) -> tuple[int, int]:
    """Copies in the store's own region, and in others; a policy without copies lies beside its store."""
    if not policy.copies:
        return 1, 0
    away = sum(1 for copy in policy.copies if copy.region and copy.region != home)
    return len(policy.copies) - away, away
