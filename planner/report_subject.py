"""What every section of a report is written from."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.facts import Snapshot
from planner.engine.document import Plan
from planner.engine.results import Estimate, Evaluation, Finding


@dataclass(frozen=True)
class Subject:
    """All that a section is written from."""

    document: Plan
    evaluation: Evaluation
    estimate: Estimate | None
    snapshot: Snapshot
    hide_costs: bool

    def store_name(self, slug: str | None) -> str:
        store = self.document.stores.get(slug or "")
        if store is None:
            return "not placed"
        database = self.snapshot.databases.get(store.database)
        return f"{database.name if database else store.database} ({slug})"

    def open_findings(self) -> list[Finding]:
        return [one for one in self.evaluation.findings if not one.waived_until]
