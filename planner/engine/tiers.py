"""What each tier promises, what the guide says that takes, and what this plan computes for it: loss, time back, cost factor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.facts import PriceBook, Snapshot
from planner.engine.costs import size_and_price
from planner.engine.document import Plan, Target, Tier
from planner.engine.recovery import COUNTED
from planner.engine.results import DataSetRecovery, StoreResult

TIERS: tuple[Tier, ...] = ("critical", "high", "medium", "low")
# Strategy and cost of a tier in the guide, as a multiple of running the same stores without copies and backups.
GUIDE: Mapping[Tier, tuple[str, float]] = {
    "critical": ("Synchronous replication, automatic failover", 2.0),
    "high": ("Asynchronous replication, warm standby", 1.5),
    "medium": ("Periodic backups, restore testing", 1.2),
    "low": ("Daily backups, manual restore", 1.1),
}


@dataclass(frozen=True)
class TierRow:
    """`own`: the plan set the target itself. Seconds None: no bound, or unknown. `factor`: cost of its stores with copies and

    backups for a dollar without; None where something has no price. A store counts to the strictest tier of its data sets.
    """

    tier: Tier
    target: Target
    own: bool
    strategy: str
    guide_factor: float
    data_sets: int
    met: int
    loss_seconds: float | None
    back_seconds: float | None
    stores: tuple[str, ...]
    factor: float | None


def tier_rows(
    plan: Plan,
    recovery: Mapping[str, DataSetRecovery],
    results: Mapping[str, StoreResult],
    snapshot: Snapshot,
    prices: PriceBook,
) -> tuple[TierRow, ...]:
    """Tiers that this plan uses, the strictest first."""
    bare = size_and_price(without_safety(plan), snapshot, prices)
    by_tier = stores_by_tier(plan)
    rows = []
    for tier in TIERS:
        held = [one for one in recovery.values() if one.tier == tier]
        if not held:
            continue
        strategy, guide_factor = GUIDE[tier]
        loss, back = _worst(held)
        rows.append(
            TierRow(
                tier, plan.target(tier), tier in plan.targets, strategy, guide_factor, len(held),
                sum(one.met is True for one in held), loss, back, by_tier.get(tier, ()), _factor(by_tier.get(tier, ()), results, bare),
            )
        )  # fmt: skip
    return tuple(rows)


def without_safety(plan: Plan) -> Plan:
    """The same stores, each once and without backups."""
    stores = {
        slug: store.model_copy(update={"replication": None, "backups": (), "machines": None})
        for slug, store in plan.stores.items()
    }
    return plan.model_copy(update={"stores": stores})


def stores_by_tier(plan: Plan) -> dict[Tier, tuple[str, ...]]:
    strictest: dict[str, Tier] = {}
    for ref in plan.data_sets():
        slug, tier = ref.data_set.store, plan.tier_of(ref.path)
        if (slug and TIERS.index(tier) < TIERS.index(strictest.get(slug, "low"))) or (slug and slug not in strictest):
            strictest[slug] = tier
    return {tier: tuple(slug for slug in plan.stores if strictest.get(slug) == tier) for tier in TIERS}


def _worst(held: list[DataSetRecovery]) -> tuple[float | None, float | None]:
    counted = [one for row in held for one in row.failures if one.failure in COUNTED]
    losses = [one.rpo_seconds for one in counted]
    times = [one.rto_seconds for one in counted]
    return (
        None if None in losses else max((loss for loss in losses if loss is not None), default=0.0),
        None if None in times else max((time for time in times if time is not None), default=0.0),
    )


def _factor(
    slugs: tuple[str, ...], results: Mapping[str, StoreResult], bare: Mapping[str, StoreResult]
) -> float | None:
    pairs = [(results[slug].monthly_usd, bare[slug].monthly_usd) for slug in slugs if slug in results and slug in bare]
    if not pairs or len(pairs) < len(slugs) or any(now is None or not base for now, base in pairs):
        return None
    base = sum(float(one or 0) for _, one in pairs)
    return sum(float(now or 0) for now, _ in pairs) / base if base else None


@dataclass(frozen=True, slots=True)
class Domain:
    """Stores with a part in one place, and those of them that have nothing anywhere else."""

    kind: str
    name: str
    stores: tuple[str, ...]
    only_here: tuple[str, ...]


def common_domains(plan: Plan) -> tuple[Domain, ...]:
    """What goes together: each region, and the account behind all copies that somebody can delete."""
    places = {slug: _regions(plan, slug) for slug in plan.stores}
    regions = sorted({region for found in places.values() for region in found})
    found = [
        Domain(
            "region", region,
            tuple(plan.stores[slug].name for slug, where in places.items() if region in where),
            tuple(plan.stores[slug].name for slug, where in places.items() if where == {region}),
        )
        for region in regions
    ]  # fmt: skip
    unlocked = tuple(
        store.name
        for store in plan.stores.values()
        if not any(copy.immutable and copy.offsite for policy in store.backups for copy in policy.copies)
    )
    names = tuple(store.name for store in plan.stores.values())
    return (*found, Domain("account", "the cloud account", names, unlocked)) if names else ()


def _regions(plan: Plan, slug: str) -> set[str]:
    store = plan.stores[slug]
    home = store.region or plan.region
    copied = {copy.region for policy in store.backups for copy in policy.copies if copy.region}
    further = set(store.replication.regions) if store.replication else set()
    return {one for one in (home, *copied, *further) if one}
