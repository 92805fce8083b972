"""The machines weighed for one store, as the page and the API show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.facts import PriceBook, Snapshot
from planner.engine.costs import Priced, search_of
from planner.engine.document import Plan
from planner.engine.results import Because
from planner.engine.shapes_tried import CHOSEN, Tried, tried

MOST_DEARER = 12  # shown after the chosen one; the API has all


@dataclass(frozen=True)
class MachineTable:
    """`rows` cheapest first; none where nothing is chosen from a list, and `unknown` or `shape` says why."""

    rows: tuple[Tried, ...]
    needs: Mapping[str, float]  # of one copy, by name and unit
    one_node: bool
    copies: int
    shape: str
    nodes: int | None
    unknown: tuple[str, ...]
    reasons: tuple[Because, ...]

    @property
    def chosen(self) -> Tried | None:
        return next((one for one in self.rows if one.answer == CHOSEN), None)

    @property
    def shown(self) -> tuple[Tried, ...]:
        """All up to the chosen one and a few more; where none is chosen, the largest machines."""
        chosen = self.chosen
        if chosen is None:
            return self.rows[-MOST_DEARER:]
        return self.rows[: self.rows.index(chosen) + 1 + MOST_DEARER]

    @property
    def left_out(self) -> int:
        return len(self.rows) - len(self.shown)


def machine_table(plan: Plan, slug: str, snapshot: Snapshot, prices: PriceBook) -> MachineTable:
    found = search_of(plan, slug, snapshot, prices)
    if not isinstance(found, Priced):
        return MachineTable((), {}, True, 0, "", None, found, ())
    weighed = found.weighed
    if weighed is None:
        return MachineTable((), {}, True, 0, found.shape, found.nodes, found.unknown, found.reasons)
    load = weighed.load
    needs = {"cores": load.cores, "memory_gib": load.memory_gib, "disk_gib": load.disk_gib, "iops": load.iops}
    return MachineTable(
        rows=tried(weighed),
        needs={name: float(values[0]) for name, values in needs.items()},
        one_node=load.layout == "one-node",
        copies=weighed.copies,
        shape=found.shape,
        nodes=found.nodes,
        unknown=found.unknown,
        reasons=found.reasons,
    )


def machine_dict(one: Tried) -> dict[str, Any]:
    return {
        "machine": one.row.resource,
        "cores": one.cores,
        "memory_gib": one.memory_gib,
        "nodes": one.nodes,
        "monthly_usd": round(one.usd_month, 2),
        "answer": one.answer,
        "lacks": [{"of": lack.of, "has": lack.has, "needs": lack.needs, "text": lack.text} for lack in one.lacks],
        "nodes_decided_by": one.decided_by,
        "price_source": one.row.source,
        "price_as_of": one.row.as_of.isoformat() if one.row.as_of else None,
    }
