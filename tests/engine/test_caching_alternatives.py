"""Other choices for one cache: what they come to, and which is the plan's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from planner.engine.caching.alternatives import rooms, ways
from planner.engine.caching.effect import effect_of
from planner.engine.caching.inputs import Inputs, inputs_of
from planner.engine.document import parse

EXAMPLE = Path(__file__).parents[2] / "planner" / "examples" / "webshop.yaml"


def inputs(**changed: object) -> Inputs:
    found = inputs_of(parse(EXAMPLE.read_bytes(), "yaml"), "product-catalog/products")
    assert isinstance(found, Inputs)
    return replace(found, **changed)  # type: ignore[arg-type]


def test_the_ways_differ_as_the_guide_says() -> None:
    by_time, on_write, through, behind = (one.effect for one in ways(inputs(updates=200.0)))
    assert by_time.stale_ratio.likely > 0
    assert on_write.stale_ratio.likely == through.stale_ratio.likely == behind.stale_ratio.likely == 0
    assert on_write.hit_ratio.likely < through.hit_ratio.likely == behind.hit_ratio.likely
    assert behind.store_writes.likely < through.store_writes.likely == 200
    assert [one.effect.loss_window_seconds is not None for one in ways(inputs())] == [False, False, False, True]


def test_lfu_hits_most_and_first_in_first_out_least() -> None:
    found = {one.policy: one.effect.hit_ratio.likely for one in rooms(inputs(memory_gib=0.5))}
    assert found["lfu"] > found["lru"] > found["fifo"] == pytest.approx(found["random"])


@pytest.mark.parametrize(
    ("strategy", "updates", "place"),
    [
        ("cache-aside", "missed", 0),
        ("read-through", "ends", 1),
        ("write-through", "written", 2),
        ("write-behind", "written", 3),
    ],
)
def test_the_own_choice_is_marked_and_comes_to_what_the_page_says(strategy: str, updates: str, place: int) -> None:
    given = inputs(strategy=strategy, effect_of_updates=updates)
    found = ways(given)
    assert [one.now for one in found].index(True) == place
    assert sum(one.now for one in found) == 1
    assert found[place].effect.hit_ratio == effect_of(given).hit_ratio
    assert [one.policy for one in rooms(given) if one.now] == [given.policy]
