"""Speed of the ranking: no database, no server."""

from __future__ import annotations

import datetime as dt
from itertools import count

from benchmarks.engine import example, made_plan
from benchmarks.measure import Measured, p95, seconds
from catalog.files import packaged_prices, packaged_snapshot
from planner.engine.acceptability import first_shares
from planner.engine.context import RankContext
from planner.engine.document import Needs
from planner.engine.evaluate import context_of
from planner.engine.quantity import Quantity
from planner.engine.ranking import rank
from planner.engine.wins import ways_to_win

TODAY = dt.date(2026, 11, 23)


def fresh(number: int) -> Needs:
    """Needs that nobody asked before; every amount has a range."""
    base = example().data_set("order-service/orders").needs
    size = Quantity(100.0 + number, 200.0 + number, 400.0 + number)
    writes = Quantity(40.0 + number, 85.0 + number, 200.0 + number)
    return base.model_copy(update={"size_gib": size, "writes_per_second": writes})


def measure() -> list[Measured]:
    snapshot, prices = packaged_snapshot(), packaged_prices()
    context = context_of(example(), prices, TODAY)
    numbers = count(1)

    def one() -> None:
        rank(fresh(next(numbers)), context, snapshot)

    def with_draws() -> None:
        first_shares(rank(fresh(next(numbers)), context, snapshot))

    def winning() -> None:
        ranking = rank(fresh(next(numbers)), context, snapshot)
        ways_to_win(ranking, ranking.ranked[4].database)

    one()
    with_draws()
    systems = len(snapshot.databases)
    return [
        Measured(f"Ranking of one data set against {systems} systems, p95", 1000 * p95(seconds(one, 100)), 5, "ms"),
        Measured("The same with 2,000 draws of stability, p95", 1000 * p95(seconds(with_draws, 60)), 50, "ms"),
        Measured("What would make another system win, p95", 1000 * p95(seconds(winning, 10)), 500, "ms"),
        Measured("Rankings of 1,000 data sets, each with other amounts", _many(context), 2000, "ms"),
    ]


def _many(context: RankContext) -> float:
    snapshot = packaged_snapshot()
    asked = [ref.data_set.needs for ref in made_plan(10, 1000, 20).data_sets()]
    return 1000 * seconds(lambda: [rank(needs, context, snapshot) for needs in asked])[0]
