"""What surrounds a data set when stores are ranked for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from catalog.facts import PriceBook


@dataclass(frozen=True, slots=True)
class RankContext:
    """`in_plan` = (store slug, database slug) of the plan's stores."""

    team_knows: tuple[str, ...] = ()
    in_plan: tuple[tuple[str, str], ...] = ()
    provider: str = ""  # the plan's default provider
    region: str = ""
    weights: tuple[tuple[str, float], ...] = ()  # relative, of the plan; empty = the default
    licences: tuple[str, ...] = ()  # licence models that may be run; empty = no policy
    prices: PriceBook | None = None  # None: cost decides nothing
    today: dt.date | None = None  # None: ends of support decide nothing
