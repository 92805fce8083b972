"""What the example and every starting plan cost, store by store, beside what they cost before.

A changed number changes costs.json in the same commit. Write it again with: python -m tests.golden.test_costs
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from catalog.files import packaged_prices, packaged_snapshot
from planner.engine.document import parse
from planner.engine.evaluate import plain
from planner.engine.simulate import estimate
from tests.golden.test_webshop import rounded

HERE = Path(__file__).parent
GOLDEN = HERE / "costs.json"
PLANS = sorted((HERE.parents[1] / "planner/examples").glob("*.yaml"))
DRAWS = 1_024  # enough to see a change; the whole 10,000 would take the tests a minute
SEED = 42
MONTHS_SHOWN = (0, 12, 36)
CENTS = 2


def answer(path: Path) -> dict[str, Any]:
    """USD per month: p10, p50 and p90 of the whole now and later, and of each store now; what is left out."""
    found = estimate(parse(path.read_text()), packaged_snapshot(), packaged_prices(), DRAWS, SEED)
    return {
        "total_usd_month": _cents(found.total),
        "at_least": found.at_least,
        "months": {str(month): _cents(found.months[month]) for month in MONTHS_SHOWN},
        "stores": {slug: _cents(one) for slug, one in sorted(found.stores.items())},
        "prices_as_of": found.prices_as_of,
        "unknown": list(found.unknown),
    }


def _cents(interval: Any) -> dict[str, float]:
    return {name: round(value, CENTS) for name, value in rounded(plain(interval)).items()}


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_costs(path: Path) -> None:
    golden = json.loads(GOLDEN.read_text())
    assert answer(path) == golden[path.stem], "python -m tests.golden.test_costs writes the new numbers"


def test_every_plan_is_there() -> None:
    assert set(json.loads(GOLDEN.read_text())) == {path.stem for path in PLANS}


@pytest.mark.parametrize("slug", [path.stem for path in PLANS])
def test_percentiles_are_in_order(slug: str) -> None:
    one = json.loads(GOLDEN.read_text())[slug]
    for it in (one["total_usd_month"], *one["months"].values(), *one["stores"].values()):
        assert 0 <= it["p10"] <= it["p50"] <= it["p90"]
    assert one["months"]["0"] == one["total_usd_month"]


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps({path.stem: answer(path) for path in PLANS}, indent=1, ensure_ascii=False) + "\n")
