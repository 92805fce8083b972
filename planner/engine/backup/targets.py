"""Whether targets hold: points in time over derived stores, chances of a time, which stores survive which failure."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from scipy.special import ndtri
from scipy.stats import norm

Z95 = float(ndtri(0.95))
Z99 = float(ndtri(0.99))


@dataclass(frozen=True, slots=True)
class Points:
    """Minutes lost at each store, and the point to which the whole system goes back."""

    effective_minutes: Mapping[str, float]
    system_minutes: float | None  # None: nothing is there that could not be derived


def restore_points(rpo_minutes: Mapping[str, float], rebuildable_from: Mapping[str, Sequence[str]]) -> Points:
    """A derived store loses the less of its own and what its sources lost, as it can be rebuilt from them.

    The whole system goes back to the point of its worst store that cannot be derived.
    """
    effective: dict[str, float] = {}

    def of(store: str, seen: frozenset[str]) -> float:
        if store in seen:
            raise ValueError(f"{store} is derived from itself")
        if store not in effective:
            sources = rebuildable_from.get(store, ())
            own = rpo_minutes[store]
            effective[store] = min(own, max(of(one, seen | {store}) for one in sources)) if sources else own
        return effective[store]

    for store in rpo_minutes:
        of(store, frozenset())
    primary = [effective[store] for store in rpo_minutes if not rebuildable_from.get(store)]
    return Points({store: effective[store] for store in rpo_minutes}, max(primary, default=None))


def achieved_minutes(detect: float, decide: float, restore: float, verify: float) -> float:
    """Recovery time: from the failure until the verified service (NIST SP 800-34)."""
    return detect + decide + restore + verify


def tolerable_minutes(achieved: float, work_recovery: float) -> float:
    """Maximum tolerable downtime that a plan needs: recovery time and then the work to catch up."""
    return achieved + work_recovery


@dataclass(frozen=True, slots=True)
class Spread:
    """A lognormal time, by its median and 95th percentile in minutes."""

    median_minutes: float
    p95_minutes: float

    @property
    def sigma(self) -> float:
        return math.log(self.p95_minutes / self.median_minutes) / Z95

    def chance_within(self, minutes: float) -> float:
        """Chance that it takes no longer."""
        if self.sigma == 0:
            return 1.0 if self.median_minutes <= minutes else 0.0
        return float(norm.cdf(math.log(minutes / self.median_minutes) / self.sigma)) if minutes > 0 else 0.0

    @property
    def p99_minutes(self) -> float:
        return self.median_minutes * math.exp(Z99 * self.sigma)


def survivors(
    placement: Mapping[str, Sequence[str]], failed: Collection[str], majority_stores: Collection[str] = ()
) -> dict[str, bool]:
    """Which stores can still be written: with a majority of members where they vote, else with one member left."""
    found = {}
    for store, domains in placement.items():
        left = sum(domain not in failed for domain in domains)
        needed = len(domains) // 2 + 1 if store in majority_stores else 1
        found[store] = left >= needed
    return found
