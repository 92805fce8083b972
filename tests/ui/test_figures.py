"""How numbers are written: docs/design.md, Numbers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from planner import figures
from planner.engine.quantity import Quantity
from planner.engine.results import Interval


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5540.4, "$5,540"),
        (5544, "$5,540"),
        (Decimal("862.30"), "$862"),
        (12345678, "$12,300,000"),
        (9, "$9"),
        (4.321, "$4.32"),
        (0.05, "$0.05"),
        (0.001, "under $0.01"),
        (0, "$0"),
        (-120.2, "−$120"),
        (None, "unknown"),
        (float("inf"), "unknown"),
        (Quantity(1, 85, 200), "$85"),
    ],
)
def test_an_estimate_has_three_significant_figures(value: object, text: str) -> None:
    assert figures.money(value) == text  # type: ignore[arg-type]


def test_a_range_names_both_ends_once() -> None:
    assert figures.money_range(Interval(4721, 5540, 6909)) == "$4,720 to $6,910"
    assert figures.money_range(Interval(100.1, 100.2, 100.3)) == "$100"
    assert figures.money_range(None) == "unknown"


@pytest.mark.parametrize(
    ("value", "text"), [(479, "+$479"), (-120, "−$120"), (0, "$0"), (None, "unknown"), (16.4, "+$16"), (-4.5, "−$4.50")]
)
def test_a_change_carries_its_sign(value: float | None, text: str) -> None:
    assert figures.money_change(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(816.6, "$817"), (0.2, "under $1"), (0, "$0"), (None, "unknown"), (1234567, "$1,234,567")]
)
def test_a_line_is_written_to_the_dollar(value: float | None, text: str) -> None:
    assert figures.money_line(value) == text


@pytest.mark.parametrize(("value", "text"), [("0.373", "$0.3730"), ("0.00000125", "$0.00000125"), ("1", "$1.0000")])
def test_a_unit_price_never_rounds_to_nothing(value: str, text: str) -> None:
    assert figures.unit_price(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "text"), [(5100, "5,100"), (0.1, "0.1"), (85.4, "85"), (2.5, "2.5"), (0, "0"), (None, "–")]
)
def test_a_rate_keeps_what_is_small(value: float | None, text: str) -> None:
    assert figures.rate(value) == text


def test_a_rate_names_what_is_counted() -> None:
    assert figures.rate(420, "reads") == "420 reads/s"
    assert figures.rate(None, "reads") == "–"


@pytest.mark.parametrize(
    ("value", "text"), [(38, "38 GiB"), (3480, "3.4 TiB"), (4.2, "4.2 GiB"), (None, "–"), (0.05, "51 MiB")]
)
def test_sizes(value: float | None, text: str) -> None:
    assert figures.size_gib(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(70, "70 s"), (3120, "52 min"), (6480, "1.8 h"), (86400, "24 h"), (None, "unknown")]
)
def test_durations(value: float | None, text: str) -> None:
    assert figures.duration(value) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.94, "94%"), (0.001, "under 1%"), (0.999, "over 99%"), (1, "100%"), (None, "unknown")]
)
def test_a_trace_is_not_nothing_and_almost_is_not_all(share: float | None, text: str) -> None:
    assert figures.percent(share) == text


def test_days_and_ages() -> None:
    now = dt.datetime(2026, 11, 22, 14, 32, tzinfo=dt.UTC)
    assert figures.day("2026-11-22") == figures.day(dt.date(2026, 11, 22)) == figures.day(now) == "22 Nov 2026"
    assert figures.day("") == figures.day(None) == figures.day("soon") == "unknown"
    assert figures.ago(now - dt.timedelta(minutes=2), now) == "2 min ago"
    assert figures.ago("2025-06-18", now) == "17 months ago"
    assert figures.ago("2026-11-21", now) == "1 day ago"


def test_axis_amounts_are_short() -> None:
    assert [figures.money_short(usd) for usd in (0, 900, 5000, 16_300, 1_200_000)] == [
        "$0",
        "$900",
        "$5k",
        "$16.3k",
        "$1.2M",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.999967, "99.997%"), (0.99951, "99.95%"), (0.9999, "99.99%"), (0.99, "99%"), (0.9, "90%"), (0.99999994, "over 99.9999%"),
     (1.0, "100%"), (None, "unknown")],
)  # fmt: skip
def test_availability_shows_one_figure_of_what_is_missing(value: float | None, text: str) -> None:
    assert figures.availability(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0 ms"), (0.784, "0.78 ms"), (1.26, "1.3 ms"), (81.2, "81 ms"), (1200, "1.2 s"), (None, "unknown")],
)
def test_milliseconds(value: float | None, text: str) -> None:
    assert figures.milliseconds(value) == text
