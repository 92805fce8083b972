"""One data set against one system: what the criteria of the score look at, and how they are weighed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from catalog.facts import Database, PriceBook
from planner.engine.document import Needs
from planner.engine.profile import Profile
from planner.engine.results import Because, Refusal

# Relative weights, as a plan may set them; `weights_of` scales them to a sum of 1.
RELATIVE: dict[str, float] = {
    "requirements": 30,
    "queries": 16,
    "purpose": 16,
    "headroom": 16,
    "consistency": 6,
    "operations": 6,
    "team": 4,
    "in-plan": 3,
    "cost": 5,
    "maturity": 3,
}
LABELS = {
    "requirements": "Requirements",
    "queries": "Queries",
    "purpose": "Purpose",
    "headroom": "Headroom",
    "consistency": "Consistency",
    "operations": "Operations",
    "team": "Team",
    "in-plan": "In the plan",
    "cost": "Cost",
    "maturity": "Maturity",
}


@lru_cache(maxsize=200)
def weights_of(given: tuple[tuple[str, float], ...] = ()) -> dict[str, float]:
    """All weights, 0..1 with the sum 1: those of the plan, the others as they are by default. Where all are 0: equal."""
    relative = RELATIVE | dict(given)
    total = sum(relative.values())
    return {name: (relative[name] / total if total else 1 / len(relative)) for name in RELATIVE}


WEIGHTS = weights_of()


@dataclass(frozen=True, slots=True)
class Setting:
    """What surrounds the data set: what the team runs, and which databases the plan has already."""

    team_knows: frozenset[str] = frozenset()
    in_plan: frozenset[str] = frozenset()
    provider: str = ""  # the plan's: aws | gcp | azure | self-hosted; empty = not said
    region: str = ""
    prices: PriceBook | None = None  # None: cost is not judged
    today: dt.date | None = None  # None: ends of support are not judged


@dataclass(frozen=True, slots=True)
class Case:
    """One data set's needs against one system."""

    needs: Needs
    profile: Profile
    warnings: tuple[Refusal, ...]
    setting: Setting
    monthly_usd: Mapping[str, float] = field(default_factory=dict)  # of a store of its own, by system
    bought: Mapping[str, str] = field(default_factory=dict)  # what those prices are of

    @property
    def database(self) -> Database:
        return self.profile.database


Value = tuple[float, Because]


def assume(database: Database, text: str, key: str = "category") -> Because:
    return Because("assumption", text, f"{database.slug}:{key}", verified=False)
