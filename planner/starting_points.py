"""The templates that a plan may begin from: the plan files in `planner/examples`, read once, and what each comes to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from catalog.facts import PriceBook, Snapshot
from catalog.services import current_snapshot
from catalog.team_prices import prices_for
from planner.engine.costs import PlanCost, plan_cost
from planner.engine.document import Plan as Document
from planner.engine.document import parse

EXAMPLES = Path(__file__).parent / "examples"
FIRST = "webshop"  # the landing page shows the example that was loaded first
SENTENCE_ENDS = re.compile(r"(?<=\.)\s+")
TEACHES = "Shows "


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """One template. `about` and `teaches` are sentences of its summary: the first, and the one that begins with Shows."""

    slug: str
    document: Document
    about: str
    teaches: str

    @property
    def data_set_count(self) -> int:
        return sum(len(service.data) for service in self.document.services.values())

    @property
    def databases(self) -> tuple[str, ...]:
        """The systems it uses, each once, in the order of its stores."""
        return tuple(dict.fromkeys(store.database for store in self.document.stores.values()))


def example_files() -> list[Path]:
    return sorted(EXAMPLES.glob("*.yaml"), key=lambda path: (path.stem != FIRST, path.stem))


@lru_cache(maxsize=1)
def starting_points() -> dict[str, StartingPoint]:
    """By slug, the first one first."""
    return {path.stem: _read(path) for path in example_files()}


def _read(path: Path) -> StartingPoint:
    document = parse(path.read_bytes(), "yaml")
    sentences = SENTENCE_ENDS.split(document.summary.strip())
    teaches = next((one for one in sentences if one.startswith(TEACHES)), "")
    return StartingPoint(path.stem, document, sentences[0], teaches.removeprefix(TEACHES).rstrip("."))


def costs() -> dict[str, PlanCost]:
    """What each template costs a month, by slug, with today's catalog and the public prices."""
    snapshot, prices = current_snapshot(), prices_for(None)
    return _costs(_Priced(snapshot.id, prices.id, snapshot, prices))


@dataclass(frozen=True, slots=True)
class _Priced:
    """Key of the costs: the two snapshots."""

    catalog_id: str
    prices_id: str
    snapshot: Snapshot = field(compare=False, repr=False)
    prices: PriceBook = field(compare=False, repr=False)


@lru_cache(maxsize=2)
def _costs(priced: _Priced) -> dict[str, PlanCost]:
    """Costs alone: without rankings and review the first visitor waits a third of the time."""
    return {slug: plan_cost(one.document, priced.snapshot, priced.prices) for slug, one in starting_points().items()}
