"""Worked price examples come out of the bills that price a plan, to the cent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from catalog.files import packaged_prices
from planner.engine.bill import Line
from planner.engine.price_examples import UnknownDimension, UnknownService, price_example
from tests.known_answers.cases import cases_of

CASES = cases_of({"monthly_cost"}, "own_prices.json")


# Units of one thing: of a million I/O requests, ten thousand operations, the hours of a month.
SCALES = (1.0, 1e2, 1e3, 1e4, 1e5, 1e6, 730.0, 1 / 730.0)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_worked_example(case: dict[str, Any]) -> None:
    lines = price_example(case["provider"], case["region"], case["inputs"], packaged_prices())
    amounts = amounts_of(lines, case.get("lines", ()))
    assert abs(sum(amounts, Decimal(0)) - Decimal(str(case["expected_monthly_usd"]))) <= Decimal(
        str(case["tolerance_usd"])
    )
    for wanted in case.get("lines", ()):
        assert any(abs(amount - Decimal(str(wanted["monthly_usd"]))) <= Decimal("0.01") for amount in amounts), wanted


def amounts_of(lines: Sequence[Line], examples: Sequence[dict[str, Any]]) -> list[Decimal]:
    """The lines' amounts. Where our book has no such price, the unit price of the example's line of that quantity stands in."""
    left = [one for one in examples if "unit_price_usd" in one]
    found = []
    for line in lines:
        if line.monthly_usd is not None:
            found.append(line.monthly_usd)
            continue
        amount = float(line.quantity[0])
        same = [one for one in left if one["quantity"] and scale(amount / one["quantity"])]
        if not same and (run := tiers(amount, left)):
            left = [one for one in left if one not in run]
            found += [Decimal(str(one["quantity"])) * Decimal(str(one["unit_price_usd"])) for one in run]
            continue
        if not same:
            pytest.fail(f"{line.item}: {line.text}")
        wanted = max(same, key=lambda one: (alike(line.item, one["item"]), -left.index(one)))
        left.remove(wanted)
        found.append(Decimal(str(wanted["quantity"])) * Decimal(str(wanted["unit_price_usd"])))
    return found


def tiers(amount: float, examples: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """Two or more lines in a row that share an amount among them; () where none do."""
    for first in range(len(examples)):
        for last in range(first + 2, len(examples) + 1):
            run = examples[first:last]
            if abs(sum(one["quantity"] for one in run) - amount) <= 1e-9 * amount:
                return run
    return ()


def scale(ratio: float) -> bool:
    return any(abs(ratio - one) <= 1e-9 * one for one in SCALES)


def alike(item: str, other: str) -> int:
    """How many words two lines share."""
    return len({*re.findall(r"[a-z]{3,}", item.lower())} & {*re.findall(r"[a-z]{3,}", other.lower())})


def test_a_price_of_another_region_is_never_taken() -> None:
    inputs: dict[str, Any] = {"service": "Amazon EBS", "type": "gp3", "storage_gib": 40}
    lines = price_example("aws", "eu-west-1", inputs, packaged_prices())
    assert [line.monthly for line in lines] == [None]


def test_an_unknown_service_is_named() -> None:
    with pytest.raises(UnknownService, match="Amazon QLDB"):
        price_example("aws", "us-east-1", {"service": "Amazon QLDB"}, packaged_prices())


@pytest.mark.parametrize(
    ("said", "service"),
    [("DynamoDB", "Amazon DynamoDB"), ("Google Cloud SQL", "Cloud SQL"), ("Azure SQL", "Azure SQL Database")],
)
def test_a_service_goes_by_its_short_name_too(said: str, service: str) -> None:
    whole, short = (
        price_example("aws", "us-east-1", {"service": one, "storage_gib": 10}, packaged_prices())
        for one in (service, said)
    )
    assert [line.text for line in whole] == [line.text for line in short] != []


def test_a_number_that_no_bill_counts_is_a_line_without_price() -> None:
    inputs: dict[str, Any] = {"service": "Amazon EBS", "type": "gp3", "storage_gib": 40, "fast_restore_hours": 3}
    lines = price_example("aws", "us-east-1", inputs, packaged_prices())
    assert [line.monthly is None for line in lines] == [False, True]
    assert lines[1].text == "No bill of Amazon EBS counts fast_restore_hours"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"purchase_option": "reserved"}, "purchase_option: 'reserved' of Amazon RDS has no bill"),
        ({"multi_az": "perhaps"}, "multi_az: 'perhaps' is neither yes nor no"),
        ({"iops": "many"}, "iops: 'many' is no number"),
    ],
)
def test_an_unknown_word_is_named(more: dict[str, Any], message: str) -> None:
    inputs: dict[str, Any] = {"service": "Amazon RDS", "instance": "db.t3.large", "storage_gib": 20} | more
    with pytest.raises(UnknownDimension, match=message):
        price_example("aws", "us-east-1", inputs, packaged_prices())


def test_what_only_describes_the_machine_costs_nothing() -> None:
    inputs: dict[str, Any] = {"service": "Amazon RDS", "instance": "db.t3.large", "storage_gib": 20}
    described = inputs | {
        "vcpu": 2,
        "memory_gib": 8,
        "retention_days": 7,
        "os": "Linux",
        "purchase_option": "on_demand",
    }
    plain, same = (price_example("aws", "us-east-1", one, packaged_prices()) for one in (inputs, described))
    assert [line.text for line in plain] == [line.text for line in same] != []
