"""Fixes that a click applies, of replicas and regions, versions and offerings."""

from __future__ import annotations

from collections import Counter
from typing import Any

from planner.engine.document import Plan, Replication, Store
from planner.engine.fixes import path_at, slug_at, store_at, with_store
from planner.engine.rules.rule import Look, strict_in

# The next region of the same provider under the same law. Assumption: nobody asked for another one.
NEXT_REGION = {
    "us-east-1": "us-west-2", "us-east-2": "us-west-2", "us-west-1": "us-east-1", "us-west-2": "us-east-1",
    "eu-west-1": "eu-central-1", "eu-central-1": "eu-west-1", "eu-west-3": "eu-central-1", "eu-north-1": "eu-central-1",
    "us-central1": "us-east1", "us-east1": "us-central1", "europe-west1": "europe-west4", "europe-west4": "europe-west1",
    "eastus": "westus", "westus": "eastus", "westeurope": "northeurope", "northeurope": "westeurope",
}  # fmt: skip
MODES = {"sync": "synchronous", "async": "asynchronous", "quorum": "quorum", "consensus": "consensus"}
# Systems that know no other way out of a conflict than the later clock.
CLOCK_DECIDES = ("dynamodb", "cassandra", "scylladb")


def other_region(look: Look, store: Store) -> str | None:
    return region_beside(look.plan, store)


def region_beside(plan: Plan, store: Store) -> str | None:
    """The region that this plan uses most beside the store's own; else the next one of the provider."""
    used: Counter[str] = Counter()
    for one in plan.stores.values():
        if one.provider == store.provider:
            regions = (copy.region for policy in one.backups for copy in policy.copies)
            used.update(region for region in (*regions, one.region) if region and region != store.region)
            used.update(one.replication.regions if one.replication else ())
    used.pop(store.region or "", None)
    return used.most_common(1)[0][0] if used else NEXT_REGION.get(store.region or "")


def _with_replication(look: Look, at: str, **changed: Any) -> Plan:
    replication = store_at(look, at).replication or Replication()
    return with_store(look, at, replication=replication.model_copy(update=changed))


def _mode_of(look: Look, store: Store, *, wants_sync: bool) -> str | None:
    """A mode that the system has: one that waits for a copy where that is wanted, else its default."""
    modes = look.fact(store, "replication.modes")
    known = [MODES[str(one)] for one in modes if str(one) in MODES] if isinstance(modes, tuple) else []
    default = MODES.get(str(look.fact(store, "replication.default_mode")))
    order = ("consensus", "quorum", "synchronous") if wants_sync else ()
    if default in order:
        return default
    return next((mode for mode in order if mode in known), default or (known[0] if known else None))


def add_replica(look: Look, at: str) -> Plan | None:
    """One replica in a second zone; two where a majority has to be found."""
    mode = _mode_of(look, store_at(look, at), wants_sync=bool(strict_in(look, slug_at(at))))
    if mode is None:
        return None
    voters = mode in ("quorum", "consensus")
    return _with_replication(look, at, mode=mode, replicas=2 if voters else 1, zones=3 if voters else 2)


def two_zones(look: Look, at: str) -> Plan | None:
    return _with_replication(look, at, zones=2)


def mode_it_has(look: Look, at: str) -> Plan | None:
    """The system's default, which recovery counts with already."""
    mode = _mode_of(look, store_at(look, at), wants_sync=False)
    return _with_replication(look, at, mode=mode, write_quorum=None, read_quorum=None) if mode else None


def second_standby(look: Look, at: str) -> Plan | None:
    return _with_replication(look, at, replicas=2)


def majority_quorums(look: Look, at: str) -> Plan | None:
    replication = store_at(look, at).replication
    majority = (replication.replicas + 1) // 2 + 1 if replication else 0
    return _with_replication(look, at, write_quorum=majority, read_quorum=majority)


def odd_voters(look: Look, at: str) -> Plan | None:
    """One node less survives as much; of two nodes none can go, so one is added."""
    replication = store_at(look, at).replication
    if replication is None:
        return None
    replicas = 2 if replication.replicas == 1 else replication.replicas - 1
    return _with_replication(look, at, replicas=replicas)


def replica_elsewhere(look: Look, at: str) -> Plan | None:
    """A replica in another region, as a standby."""
    store = store_at(look, at)
    region = other_region(look, store)
    if region is None:
        return None
    replication = store.replication or Replication()
    mode = replication.mode if replication.mode != "none" else _mode_of(look, store, wants_sync=False)
    alone = replication.pattern == "single-region"
    pattern = "active-passive" if alone else replication.pattern
    regions = (*replication.regions, region)
    return _with_replication(look, at, mode=mode, pattern=pattern, regions=regions) if mode else None


def region_asked_for(look: Look, at: str) -> Plan | None:
    """One more region, where exactly one is missing."""
    data_set = look.plan.data_set(path_at(at))
    store = look.plan.stores[data_set.store or ""]
    regions = {store.region, *(store.replication.regions if store.replication else ())} - {None}
    missing = (data_set.needs.regions or 0) - len(regions)
    return replica_elsewhere(look, f"stores/{data_set.store}") if missing == 1 else None


def clock_decides(look: Look, at: str) -> Plan | None:
    """Only where the system resolves by clocks whatever one says, and no data set loses by it."""
    needs = [look.plan.data_set(path).needs for path in look.holds(slug_at(at))]
    careful = any(one.consistency == "strong" or one.transactions in ("multi-record", "distributed") for one in needs)
    if careful or store_at(look, at).database not in CLOCK_DECIDES:
        return None
    return _with_replication(look, at, conflict_resolution="last-write-wins")


def one_region_writes(look: Look, at: str) -> Plan | None:
    return _with_replication(look, at, pattern="active-passive", conflict_resolution=None)
