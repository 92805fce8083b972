"""The table view: the same facts as the map, one row per data set and one per store."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.facts import Snapshot
from planner.engine.document import DataSet, Needs, Plan, Service, Store
from planner.engine.results import DataSetRecovery, Evaluation, Finding, StoreResult
from planner.views.panel import name_of


@dataclass(frozen=True)
class DataSetRow:
    path: str
    data_set: DataSet
    needs: Needs
    tier: str
    store: Store | None
    database: str
    cost: StoreResult | None
    recovery: DataSetRecovery | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Group:
    slug: str
    service: Service
    rows: tuple[DataSetRow, ...]


@dataclass(frozen=True)
class StoreRow:
    slug: str
    store: Store
    database: str
    offering: str
    copies: str
    backups: str
    result: StoreResult | None


def table_groups(
    plan: Plan, evaluation: Evaluation, snapshot: Snapshot, shown: frozenset[str] | None = None
) -> tuple[Group, ...]:
    """Data sets by service, in the plan's order; with a filter only those that pass it."""
    at: dict[str, list[Finding]] = {}
    for finding in evaluation.findings:
        if not finding.waived_until:
            at.setdefault(finding.at, []).append(finding)
    rows: dict[str, list[DataSetRow]] = {slug: [] for slug in plan.services}
    for ref in plan.data_sets():
        if shown is not None and ref.path not in shown:
            continue
        store = plan.stores.get(ref.data_set.store) if ref.data_set.store else None
        rows[ref.service_slug].append(
            DataSetRow(
                path=ref.path,
                data_set=ref.data_set,
                needs=ref.data_set.needs,
                tier=plan.tier_of(ref.path),
                store=store,
                database=name_of(store.database, snapshot) if store else "",
                cost=evaluation.stores.get(ref.data_set.store) if ref.data_set.store else None,
                recovery=evaluation.recovery.get(ref.path),
                findings=tuple(at.get(f"services/{ref.service_slug}/data/{ref.slug}", ())),
            )
        )
    groups = (Group(slug, service, tuple(rows[slug])) for slug, service in plan.services.items())
    return tuple(group for group in groups if group.rows or shown is None)


def table_stores(plan: Plan, evaluation: Evaluation, snapshot: Snapshot) -> tuple[StoreRow, ...]:
    return tuple(_store_row(slug, store, evaluation, snapshot) for slug, store in plan.stores.items())


def _store_row(slug: str, store: Store, evaluation: Evaluation, snapshot: Snapshot) -> StoreRow:
    offering = snapshot.offerings.get(store.offering or "")
    copies = store.replication
    return StoreRow(
        slug=slug,
        store=store,
        database=name_of(store.database, snapshot),
        offering=offering.name if offering else (store.offering or "not decided"),
        copies=f"{copies.mode}, {copies.replicas} more, {copies.zones} zones" if copies and copies.replicas else "none",
        backups=", ".join(f"{one.kind} every {one.every}" for one in store.backups) or "none",
        result=evaluation.stores.get(slug),
    )
