"""Charts are well-formed, named, escaped, drawn to scale, and the same in print without variables."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from django.template import engines
from django.utils.safestring import SafeString

from planner import charts
from planner.chart_canvas import steps
from planner.engine.document import Replication, Store
from planner.engine.replication.layout import layout_of
from planner.engine.results import Driver, Estimate, FailureRecovery, Interval
from planner.recovery_chart import recovery_timeline
from planner.replication_chart import topology

NS = "{http://www.w3.org/2000/svg}"
NASTY = '<script>alert("1")</script> & Co'
MONTHS = tuple(Interval(4000 + 10 * at, 5000 + 50 * at, 6000 + 100 * at) for at in range(37))
DRIVERS = (
    Driver("a", "Log volume", -610, 840, 0.9, (90, 140, 230.4)),
    Driver("b", NASTY, 290, -150, -0.5),
    Driver("c", "Both up", 10, 50, 0.2),
)
ESTIMATE = Estimate(
    42, 10_000, Interval(4720, 5540, 6910), True, ((4000, 5000, 20), (5000, 6000, 60), (6000, 7000, 20)),
    {}, MONTHS, DRIVERS, (), "", "", "", "2025-06-18",
)  # fmt: skip
BARS = (charts.Bar("Main", "relational", Interval(790, 862, 1010)), charts.Bar(NASTY, "search", None))
FAILURE = FailureRecovery(
    "operator",
    "Operator error",
    "up to 5 min",
    300,
    3120,
    False,
    False,
    NASTY,
    (("Detect", 180), (NASTY, 2520), ("Verify", 420)),
    (),
)
Draw = Callable[..., SafeString]
DRAWINGS: dict[str, Draw] = {
    "histogram": lambda **more: charts.histogram(ESTIMATE, **more),
    "tornado": lambda **more: charts.tornado(DRIVERS, **more),
    "interval_bars": lambda **more: charts.interval_bars(BARS, **more),
    "band": lambda **more: charts.band(MONTHS, mark=(19, NASTY), **more),
    "waterfall": lambda **more: charts.waterfall(
        (NASTY, 4870), (charts.Step("Logs", 420), charts.Step("Redis", -120)), ("Now", 5170), **more
    ),
    "timeline": lambda **more: recovery_timeline(FAILURE, target_rpo_seconds=60, target_rto_seconds=300, **more),
}


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("width", [charts.WIDE, charts.NARROW])
def test_a_drawing_is_named_and_shows_markup_as_text(name: str, width: float) -> None:
    root = ET.fromstring(DRAWINGS[name](width=width))
    assert root.get("role") == "img"
    title = root.find(f"{NS}title")
    assert title is not None and title.text
    assert "<script" not in DRAWINGS[name](width=width)
    assert "style=" not in DRAWINGS[name](width=width)


@pytest.mark.parametrize("name", DRAWINGS)
def test_print_has_plain_colours_and_a_size(name: str) -> None:
    printed = DRAWINGS[name](theme="print")
    assert "var(" not in printed
    assert 'width="560"' in printed
    assert "icons.svg" not in printed
    assert "var(--" in DRAWINGS[name]()


@pytest.mark.parametrize("name", DRAWINGS)
def test_nothing_is_drawn_outside(name: str) -> None:
    root = ET.fromstring(DRAWINGS[name](theme="print"))
    width = float(root.get("viewBox", "").split()[2])
    for box in root.iter(f"{NS}rect"):
        assert float(box.get("x", "0")) >= -0.1
        assert float(box.get("x", "0")) + float(box.get("width", "0")) <= width + 0.1


def test_the_sentence_of_the_histogram_holds_the_answer() -> None:
    title = ET.fromstring(charts.histogram(ESTIMATE)).findtext(f"{NS}title", "")
    assert title == (
        "At least, because a price is unknown: Monthly cost of 10,000 simulations: likely $5,540, "
        "8 of 10 between $4,720 and $6,910."
    )


def test_only_bins_between_p10_and_p90_are_coloured() -> None:
    root = ET.fromstring(charts.histogram(ESTIMATE))
    assert [box.get("fill") for box in root.iter(f"{NS}rect")] == ["var(--line-2)", "var(--accent)", "var(--accent)"]


def test_bars_begin_at_zero_and_unknown_is_a_word() -> None:
    drawn = charts.interval_bars(
        (charts.Bar("Half", "graph", Interval(5, 5, 5)), charts.Bar("Full", "graph", Interval(10, 10, 10)))
    )
    wide = [float(box.get("width", "0")) for box in ET.fromstring(drawn).iter(f"{NS}rect") if box.get("height") == "11"]
    assert wide[1] == pytest.approx(2 * wide[0], rel=0.01)
    assert "unknown" in charts.interval_bars(BARS)


def test_a_waterfall_ends_where_it_says() -> None:
    drawn = DRAWINGS["waterfall"]()
    assert "+$420" in drawn
    assert "−$120" in drawn
    assert "$5,170" in drawn


def test_a_loss_that_does_not_fit_says_that_it_is_not_to_scale() -> None:
    assert "not drawn to scale" not in recovery_timeline(FAILURE, target_rpo_seconds=60, target_rto_seconds=300)
    day = FailureRecovery(
        "region", "Region lost", "up to 24 h", 86_400, 3120, False, False, "", (("Restore", 3120.0),), ()
    )
    assert "not drawn to scale" in recovery_timeline(day, target_rpo_seconds=60, target_rto_seconds=300)


def test_an_unknown_time_until_back_is_said() -> None:
    unknown = FailureRecovery("zone", "Zone lost", "unknown", None, None, None, None, "", (), ())
    assert "back after unknown" in recovery_timeline(unknown, target_rpo_seconds=60, target_rto_seconds=300)


@pytest.mark.parametrize(
    ("low", "high", "about", "expected"),
    [(0, 16_400, 3, [0, 5000, 10000, 15000]), (0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]), (5, 5, 3, [])],
)
def test_axis_steps_are_round(low: float, high: float, about: int, expected: list[float]) -> None:
    assert list(steps(low, high, about)) == pytest.approx(expected)


def test_a_tag_draws_two_widths_and_the_numbers_as_a_table() -> None:
    html = (
        engines["django"]
        .from_string("{% load charts %}{% histogram estimate %}{% tornado estimate.drivers %}")
        .render({"estimate": ESTIMATE})
    )
    assert html.count('role="img"') == 4
    assert html.count("<details") == 2
    assert re.search(r"p50</th><td[^>]*>\$5,540<", html)
    assert "<script" not in html


def test_a_meter_stays_within_its_box() -> None:
    assert 'width="100"' in charts.meter(1.7)
    assert 'width="0"' in charts.meter(-1)
    assert 'width="91"' in charts.meter(91, most=100)


def test_topology_draws_each_copy_inside_its_width_and_escapes_a_regions_name() -> None:
    store = Store(
        name="Main",
        database="postgresql",
        replication=Replication(mode="synchronous", replicas=2, zones=2, regions=("<b>mars</b>",)),
    )
    layout = layout_of(store, "synchronous", "us-east-1")
    for width in (charts.WIDE, charts.NARROW):
        drawn = topology(layout, width=width)
        assert "&lt;b&gt;mars&lt;/b&gt;" in drawn
        assert "<b>" not in drawn
        assert drawn.count('stroke-dasharray="5 4"') == 2  # the copy beside the primary, and the far one
        assert all(float(x) <= width for x in re.findall(r'<rect x="([0-9.]+)"', drawn))


def test_a_driver_shows_its_own_range_beside_its_effect() -> None:
    assert "90 to 230, likely 140" in charts.tornado(DRIVERS)
    assert charts.driver_range(DRIVERS[1]) == ""
