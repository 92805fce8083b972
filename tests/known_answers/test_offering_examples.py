"""Every priced offering has a worked example, and the bills that price a plan give its amount to the cent."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
import yaml

from catalog import files, offers
from planner.engine.price_examples import price_example

EXAMPLES: list[dict[str, Any]] = yaml.safe_load((files.DATA / "price_examples.yaml").read_text(encoding="utf-8"))
CENT = Decimal("0.01")


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["offering"] for example in EXAMPLES])
def test_worked_example_of_an_offering(example: dict[str, Any]) -> None:
    prices = files.packaged_prices()
    offering = files.packaged_snapshot().offerings[example["offering"]]
    assert example["inputs"]["service"] == offering.price_service
    assert example["provider"] == offering.provider
    found = price_example(example["provider"], example["region"], example["inputs"], prices)
    assert {line.price.service for line in found if line.price} == {offering.price_service}
    amounts = [(round(float(line.quantity[0]), 6), line.price.usd, line.monthly_usd) for line in found if line.price]
    by_hand = [
        (float(one["quantity"]), Decimal(one["unit_usd"]), Decimal(one["monthly_usd"])) for one in example["lines"]
    ]
    assert len(found) == len(amounts) == len(by_hand)
    for line, wanted in zip(sorted(amounts), sorted(by_hand), strict=True):
        assert line[:2] == wanted[:2]
        assert line[2] is not None
        assert abs(line[2] - wanted[2]) < CENT
    total = sum((line.monthly_usd or Decimal(0) for line in found), Decimal(0))
    assert abs(total - Decimal(example["monthly_usd"])) < CENT


def test_every_priced_offering_has_one() -> None:
    snapshot, prices = files.packaged_snapshot(), files.packaged_prices()
    priced = {one.slug for one in snapshot.offerings.values() if offers.prices_of(one, prices)}
    count = Counter(example["offering"] for example in EXAMPLES)
    assert set(count) == priced
    assert set(count.values()) == {1}


def test_at_least_sixty_of_at_least_five_companies() -> None:
    companies = offers.priced_by_company(files.packaged_snapshot(), files.packaged_prices())
    assert sum(number for _, number in companies) >= 60
    assert len(companies) >= 5
    assert dict(companies)["Aiven"] == 3
