"""The table view: the same facts as the map, one row per data set and one per store; cells can be edited in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from catalog.facts import Snapshot
from planner.engine.cells import COLUMNS, Column, written
from planner.engine.document import DataSet, Needs, Plan, Service, Store
from planner.engine.results import DataSetRecovery, Evaluation, Finding, StoreResult
from planner.views.panel import name_of

SHOWN_CELLS = ("tier", "size_gib", "reads_per_second", "writes_per_second", "consistency", "transactions", "store")
NEEDS_CELLS = (
    "size_gib",
    "reads_per_second",
    "writes_per_second",
    "consistency",
    "transactions",
    "queries",
)  # of the panel
EDITABLE_ROWS = 100  # with more rows than that the page would be megabytes: a filter brings the boxes back
EMPTY_WORDS = {"tier": "service\u2019s", "store": "not placed"}


@dataclass(frozen=True)
class Cell:
    """One box of the table. `name` is what the browser sends: "service/data:column"."""

    column: Column
    name: str
    id: str
    text: str
    problem: str
    options: tuple[tuple[str, str], ...]  # value and words; empty = free text


@dataclass(frozen=True)
class DataSetRow:
    path: str
    key: str  # for ids
    data_set: DataSet
    needs: Needs
    tier: str
    store: Store | None
    database: str
    cost: StoreResult | None
    recovery: DataSetRecovery | None
    findings: tuple[Finding, ...]
    name_cell: Cell | None = None
    cells: tuple[Cell, ...] = ()


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
                key=key_of(ref.path),
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


def key_of(path: str) -> str:
    """A path as part of an id: slugs hold no underscore."""
    return path.replace("/", "_")


def with_cells(
    groups: tuple[Group, ...], plan: Plan, typed: Mapping[str, str], problems: Mapping[str, str]
) -> tuple[Group, ...]:
    """The groups with a box for each cell; `typed` and `problems` by the box's name, after an edit that was refused."""
    if sum(len(group.rows) for group in groups) > EDITABLE_ROWS:
        return groups

    def boxes(row: DataSetRow) -> DataSetRow:
        made = [cell(plan, row.path, key, typed, problems) for key in ("name", *SHOWN_CELLS)]
        return replace(row, name_cell=made[0], cells=tuple(made[1:]))

    return tuple(replace(group, rows=tuple(boxes(row) for row in group.rows)) for group in groups)


def needs_cells(
    plan: Plan, path: str, typed: Mapping[str, str] | None = None, problems: Mapping[str, str] | None = None
) -> tuple[Cell, ...]:
    """The boxes of the panel: the needs that decide most."""
    return tuple(cell(plan, path, key, typed, problems, prefix="need") for key in NEEDS_CELLS)


def cell(
    plan: Plan,
    path: str,
    key: str,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    *,
    prefix: str = "cell",
) -> Cell:
    """One box; `typed` and `problems` by its name. The panel's boxes have a `prefix` of their own, beside the table's."""
    column, name = COLUMNS[key], f"{path}:{key}"
    text = (typed or {}).get(name, written(plan.data_set(path), column))
    words = tuple(plan.stores) if key == "store" else column.words if column.kind == "word" else ()
    options = tuple((word, word) for word in words)
    if options:
        options = (("", EMPTY_WORDS.get(key, "")), *options)
        if text not in dict(options):
            options = (*options, (text, text))  # what was refused stays in the box
    return Cell(column, name, f"{prefix}_{key_of(path)}_{key}", text, (problems or {}).get(name, ""), options)
