"""Several plans in sum: the same draws for what they share, sums draw by draw."""

from __future__ import annotations

import numpy as np
import pytest

from catalog.files import packaged_prices, packaged_snapshot
from planner.engine.document import Plan, parse
from planner.engine.portfolio import MONTHS, PlanDraws, Stream, plan_draws, together
from planner.engine.simulate import estimate
from tests.engine.documents import EXAMPLES

DRAWS = 2_048
SEED = 5


def plan_of(stem: str) -> Plan:
    return parse((EXAMPLES / f"{stem}.yaml").read_bytes())


def priced(stem: str, name: str = "one") -> PlanDraws:
    return plan_draws(plan_of(stem), packaged_snapshot(), packaged_prices(), Stream(DRAWS, SEED, name))


def test_one_plan_alone_costs_what_its_estimate_says() -> None:
    found, alone = priced("webshop"), estimate(plan_of("webshop"), packaged_snapshot(), packaged_prices(), DRAWS, SEED)
    for at, month in enumerate(MONTHS):
        one, other = found.months[at], alone.months[month]
        for name in ("p10", "p50", "p90"):
            assert getattr(one, name) == pytest.approx(getattr(other, name), rel=0.03), (month, name)
    assert (found.unknown, found.prices_as_of) == (alone.unknown, alone.prices_as_of)


def test_the_sum_is_of_draws_and_its_range_is_narrower_than_the_sum_of_the_ranges() -> None:
    plans = [priced(stem, stem) for stem in ("webshop", "chat", "ledger")]
    total = together([one.monthly for one in plans])
    assert len(total) == len(MONTHS)
    ranges = [one.months[0] for one in plans]
    assert total[0].p90 - total[0].p10 < sum(one.p90 - one.p10 for one in ranges)
    sums = np.sum([one.monthly[0] for one in plans], axis=0)
    assert total[0].p50 == pytest.approx(float(np.percentile(sums, 50)))
    assert max(one.p50 for one in ranges) < total[0].p10 <= total[0].p50 <= total[0].p90


def test_two_plans_share_growth_and_assumptions_but_not_their_own_figures() -> None:
    first, second = Stream(DRAWS, SEED, "a"), Stream(DRAWS, SEED, "b")
    for name in ("growth_per_year", "assumption:compression"):
        assert np.array_equal(first._probabilities(name), second._probabilities(name))
    own = [one._probabilities("orders/orders.size_gib") for one in (first, second)]
    assert abs(np.corrcoef(own[0], own[1])[0, 1]) < 0.1


def test_the_same_seed_gives_the_same_sum_and_no_plan_none() -> None:
    assert np.array_equal(priced("chat").monthly, priced("chat").monthly)
    assert not np.array_equal(priced("chat", "a").monthly, priced("chat", "b").monthly)
    assert together([]) == ()


def test_a_plan_without_a_price_is_unknown_and_not_zero() -> None:
    plan = plan_of("chat")
    bare = plan.model_copy(update={"provider": None, "region": None, "stores": {
        slug: one.model_copy(update={"database": "nothing-like-it"}) for slug, one in plan.stores.items()}})  # fmt: skip
    found = plan_draws(bare, packaged_snapshot(), packaged_prices(), Stream(DRAWS, SEED, "x"))
    assert not found.known
    assert len(found.unknown) == len(plan.stores)
