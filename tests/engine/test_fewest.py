"""The fewest columns that serve all rows best: brute force on small cases, laws, and bounds that hold."""

from __future__ import annotations

import itertools
import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.engine import fewest
from planner.engine.fewest import Whole, best_sets

TABLES = st.integers(1, 6).flatmap(
    lambda columns: st.lists(
        st.lists(st.sampled_from([0, 1, 2, 5, 90, 91, 1000]), min_size=columns, max_size=columns),
        min_size=1,
        max_size=7,
    )
)


def table(rows: list[list[int]]) -> Whole:
    return np.array(rows, dtype=np.int64)


def worth(values: Whole, columns: tuple[int, ...]) -> int:
    return int(values[:, list(columns)].max(axis=1).sum()) if columns else 0


def by_hand(values: Whole, forced: tuple[int, ...], most: int) -> list[tuple[tuple[int, ...], int]]:
    """Every set of every size, one after the other."""
    found: list[tuple[tuple[int, ...], int]] = []
    for size in range(max(1, len(forced)), max(most, len(forced)) + 1):
        sets = (
            one
            for number in range(len(forced), size + 1)
            for one in itertools.combinations(range(values.shape[1]), number)
            if set(forced) <= set(one)
        )
        best = min(sets, key=lambda one: (-worth(values, one), len(one), one))
        if found and worth(values, best) <= found[-1][1]:
            break
        if best:
            found.append((best, worth(values, best)))
    return found


@given(TABLES, st.sets(st.integers(0, 5), max_size=2))
@settings(max_examples=300, deadline=None)
def test_every_size_is_what_trying_all_sets_finds(rows: list[list[int]], wanted: set[int]) -> None:
    values = table(rows)
    forced = tuple(sorted(one for one in wanted if one < values.shape[1]))
    found = best_sets(values, forced, 5)
    assert [(one.columns, one.value) for one in found] == by_hand(values, forced, 5)
    assert all(one.proved for one in found)


@given(TABLES, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_rows_changes_nothing(rows: list[list[int]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert best_sets(table(rows)) == best_sets(table(shuffled))


def test_what_is_forced_is_in_every_set_and_one_more_never_loses() -> None:
    values = np.random.default_rng(7).integers(1, 1000, size=(30, 12)).astype(np.int64)
    found = best_sets(values, (3, 9))
    assert all({3, 9} <= set(one.columns) for one in found)
    assert [one.value for one in found] == sorted(one.value for one in found)
    assert [len(one.columns) for one in found] == list(range(2, 2 + len(found)))


def test_a_search_that_is_cut_off_says_so_and_its_bound_holds(monkeypatch: object) -> None:
    values = np.random.default_rng(3).integers(1, 1000, size=(40, 14)).astype(np.int64)
    exact = best_sets(values)
    assert all(one.proved for one in exact)
    monkeypatch.setattr(fewest, "BRANCHING_ELEMENTS", 0)  # type: ignore[attr-defined]
    cut = best_sets(values)
    assert any(not one.proved for one in cut)
    for one, best in zip(cut, exact, strict=False):
        assert one.value <= best.value <= one.bound


def test_nothing_to_serve_or_nothing_to_choose_gives_nothing() -> None:
    assert best_sets(np.zeros((0, 3), dtype=np.int64)) == ()
    assert best_sets(np.zeros((3, 0), dtype=np.int64)) == ()
    assert best_sets(np.zeros((3, 2), dtype=np.int64)) == ()
    (forced,) = best_sets(np.zeros((0, 3), dtype=np.int64), (1,))
    assert (forced.columns, forced.value, forced.proved) == ((1,), 0, True)


def test_the_worst_case_ends_in_bounded_time() -> None:
    """Values without any pattern are the hardest; rankings are far easier."""
    values = np.random.default_rng(1).integers(1, 1_000_000, size=(1000, 60)).astype(np.int64)
    started = time.perf_counter()
    best_sets(values)
    assert time.perf_counter() - started < 10  # 0.5 s on an idle machine
