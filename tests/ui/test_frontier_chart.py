"""The trade-off chart: well-formed, said in words, to scale, and the same in print without variables."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from planner.charts import NARROW, WIDE
from planner.frontier_chart import TradeOff, frontier

NS = "{http://www.w3.org/2000/svg}"
POINTS = (TradeOff(1, 51.0, 50.7, 3), TradeOff(2, 86.9, 86.3), TradeOff(3, 92.0, 91.1))
NOW = TradeOff(6, 90.5, 88.7)


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("theme", ["page", "print"])
def test_every_point_is_said_and_drawn_inside(width: float, theme: str) -> None:
    root = ET.fromstring(frontier(POINTS, chosen=2, now=NOW, theme=theme, width=width))
    words = root.find(f"{NS}title")
    assert words is not None and words.text is not None
    assert "2 score 86.9, 86.3 after the tax (shown)" in words.text
    assert "51.0, 50.7 after the tax, 3 without a place" in words.text
    assert "As it is: 6 score 90.5" in words.text
    for one in root.iter(f"{NS}circle"):
        assert 0 <= float(one.attrib["cx"]) <= width
    assert ("var(" in ET.tostring(root, encoding="unicode")) == (theme == "page")


def test_more_stands_higher_and_further_right() -> None:
    root = ET.fromstring(frontier(POINTS, chosen=2))
    dots = [(float(one.attrib["cx"]), float(one.attrib["cy"])) for one in root.iter(f"{NS}circle")]
    assert dots == sorted(dots, key=lambda one: one[0])
    assert [y for _, y in dots] == sorted((y for _, y in dots), reverse=True)


def test_one_point_and_none_are_drawn_too() -> None:
    assert "<circle" in frontier(POINTS[:1], chosen=1)
    assert "No systems" in frontier((), chosen=0)
