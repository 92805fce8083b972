"""Fixes that a click applies, of data sets and of where they are placed. Pure: from what a rule saw to a new plan.

Each takes the place of a finding and gives None where no single change is right; the finding then keeps its words only.
"""

from __future__ import annotations

from typing import Any

from planner.engine import edits
from planner.engine.document import DataSet, Plan, Store
from planner.engine.placement import NEW, moved, placed_best
from planner.engine.quantity import Quantity
from planner.engine.rules.rule import Look
from planner.engine.store_defaults import SELF_HOSTED, offerings_for

ONE_RECORD = ("none", "single_record")


def path_at(at: str) -> str:
    """services/order-service/data/orders -> order-service/orders."""
    return at.removeprefix("services/").replace("/data/", "/", 1)


def slug_at(at: str) -> str:
    return at.removeprefix("stores/")


def store_at(look: Look, at: str) -> Store:
    return look.plan.stores[slug_at(at)]


def with_data_set(look: Look, at: str, **changed: Any) -> Plan:
    path = path_at(at)
    return edits.with_data_set(look.plan, path, look.plan.data_set(path).model_copy(update=changed))


def with_needs(look: Look, at: str, **changed: Any) -> Plan:
    needs = look.plan.data_set(path_at(at)).needs
    return with_data_set(look, at, needs=needs.model_copy(update=changed))


def with_store(look: Look, at: str, **changed: Any) -> Plan:
    return edits.with_store(look.plan, slug_at(at), store_at(look, at).model_copy(update=changed))


def _source_fact(look: Look, data_set: DataSet, key: str) -> object:
    """A fact of the system that holds the first source of a copy."""
    source = look.plan.data_set(data_set.derived_from[0]) if data_set.derived_from else None
    store = look.plan.stores.get(source.store or "") if source else None
    return look.fact(store, key) if store else None


def follow(look: Look, at: str) -> Plan | None:
    """An outbox where one transaction holds record and message; else the change stream; else batches."""
    data_set = look.plan.data_set(path_at(at))
    scope, stream = (_source_fact(look, data_set, key) for key in ("consistency.transaction_scope", "features.cdc"))
    if scope is None:
        return None
    sync = "outbox" if scope not in ONE_RECORD else "cdc" if stream in ("native", "extension") else "batch"
    return None if sync == data_set.sync else with_data_set(look, at, sync=sync)


def copies_of(plan: Plan, path: str) -> list[str]:
    """All copies of a data set and copies of those, each after what it is made from."""
    found = [path]
    for one in found:
        found += [ref.path for ref in plan.data_sets() if one in ref.data_set.derived_from and ref.path not in found]
    return found[1:]


def deletion_path(look: Look, at: str) -> Plan | None:
    """A copy that follows each change follows deletions too; another is cleaned when a person asks.

    Copies of the copy hold the same data, so they get theirs with it, unless they have one.
    """
    first = path_at(at)
    later = [path for path in copies_of(look.plan, first) if look.plan.data_set(path).deletion is None]
    changed = {path: _with_deletion(look.plan.data_set(path)) for path in (first, *later)}
    return edits.with_data_sets(look.plan, changed)


def _with_deletion(copy: DataSet) -> DataSet:
    deletion = "with-source" if copy.sync in ("cdc", "outbox") else "by-request"
    return copy.model_copy(update={"personal_data": True, "deletion": deletion})


def retention_of_source(look: Look, at: str) -> Plan | None:
    """The shortest retention of the sources with personal data, for the copy and for copies of it that keep longer."""
    first = path_at(at)
    sources = (look.plan.data_set(path) for path in look.plan.data_set(first).derived_from)
    days = [one.needs.retention_days for one in sources if one.personal_data and one.needs.retention_days]
    if not days:
        return None
    least = min(days, key=lambda one: one.mid)
    later = [path for path in copies_of(look.plan, first) if _kept_longer(look.plan, path, least.mid)]
    changed = {path: _with_retention(look.plan.data_set(path), least) for path in (first, *later)}
    return edits.with_data_sets(look.plan, changed)


def _kept_longer(plan: Plan, path: str, days: float) -> bool:
    copy = plan.data_set(path)
    own = copy.needs.retention_days
    personal = any(plan.data_set(source).personal_data for source in copy.derived_from)
    return personal and (own is None or own.mid > days)


def _with_retention(copy: DataSet, days: Quantity) -> DataSet:
    return copy.model_copy(update={"needs": copy.needs.model_copy(update={"retention_days": days})})


def tier_of_source(look: Look, at: str) -> Plan | None:
    """The tier of the source with the longest time until back."""
    sources = look.plan.data_set(path_at(at)).derived_from
    tiers = [look.plan.tier_of(path) for path in sources]
    return (
        with_data_set(look, at, tier=max(tiers, key=lambda one: look.plan.target(one).rto_minutes)) if tiers else None
    )


def place_best(look: Look, at: str) -> Plan | None:
    """The store of the leading system, added where the plan has none."""
    path = path_at(at)
    after = placed_best(look.plan, path, look.rankings.get(path), look.snapshot)
    return None if after == look.plan else after


def place_elsewhere(look: Look, at: str) -> Plan | None:
    """The best other store of the plan that fits without a doubt, else a new one of the leading system."""
    path = path_at(at)
    ranking, data_set = look.rankings.get(path), look.plan.data_set(path)
    taken = {data_set.store, data_set.cache.store if data_set.cache else None}
    for one in ranking.ranked if ranking else ():
        here = [slug for slug in one.in_plan if slug not in taken and not look.caches_in(slug)]
        if here and not one.warnings:
            return moved(look.plan, path, here[0], look.snapshot)[0]
    leader = next((one for one in ranking.ranked if one.database in look.snapshot.databases), None) if ranking else None
    return moved(look.plan, path, f"{NEW}{leader.database}", look.snapshot)[0] if leader else None


def into_postgresql(look: Look, at: str) -> Plan | None:
    """The one data set of a store moves into the first PostgreSQL of the plan, and the store goes."""
    paths = look.holds(slug_at(at))
    target = next((slug for slug, store in look.plan.stores.items() if store.database == "postgresql"), None)
    if len(paths) != 1 or target is None or look.caches_in(slug_at(at)):
        return None
    return edits.without_store(edits.moved(look.plan, paths[0], target), slug_at(at))


def remove_store(look: Look, at: str) -> Plan | None:
    return edits.without_store(look.plan, slug_at(at))


def asked_hosting(look: Look, at: str) -> Plan | None:
    """The first offering of the store's system and provider that can be priced, or none of a provider's."""
    data_set = look.plan.data_set(path_at(at))
    slug = data_set.store or ""
    store = look.plan.stores[slug]
    offers = offerings_for(store.database, store.provider or look.plan.provider or "", look.snapshot)
    managed = offers[0].slug if offers else None
    offering = managed if data_set.needs.hosting == "managed" else SELF_HOSTED
    database = look.database(store)
    if offering is None or (offering == SELF_HOSTED and database and database.deployment_models == ("managed",)):
        return None
    return with_store(look, f"stores/{slug}", offering=offering)
