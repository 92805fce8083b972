"""Whatever stands in a file or a form is read to an end: a wrong shape is named with its place, never an error of ours."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import checks, exports, files, trees, written

ETCD = exports.tree(files.packaged_snapshot().databases["etcd"])
ODD: list[Any] = [
    None, 5, -1, 1.5, float("nan"), True, "", "x", "\0", "\ud800", "x" * 30_000, 10**5000, [], [None], [[1]], [{}], {}, {"a": 1},
    {"\ud800": 1}, ["\ud800"], dt.date(2026, 1, 1),
]  # fmt: skip
DEEP: Any = "end"
for _ in range(3000):
    DEEP = [DEEP]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in parts:
        yield from places(one, (*path, key))


def with_value(path: tuple[Any, ...], value: Any) -> Any:
    tree = copy.deepcopy(ETCD)
    at = tree
    for part in path[:-1]:
        at = at[part]
    at[path[-1]] = value
    return tree


@pytest.mark.parametrize("odd", [*ODD, DEEP], ids=lambda value: f"{type(value).__name__}")
def test_every_field_with_every_odd_value_is_refused_with_words_or_can_be_shown(odd: Any) -> None:
    for path in places(ETCD):
        tree = with_value(path, odd)
        found = checks.problems(tree)
        assert all(len(one) < 2_000 and one.encode() for one in found)  # a page can show each
        if not found:
            usable(tree)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_anything_at_all_is_answered(value: Any) -> None:
    assert checks.problems(value)


def usable(tree: Any) -> None:
    """Everything that pages do with a tree that passed the checks."""
    files.database_from(tree)
    trees.with_entries(ETCD, {one.key: one.new for one in trees.differences(ETCD, tree)})
    for one in trees.differences(ETCD, tree):
        one.old_text.encode()
        one.new_text.encode()


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("types",), [], "types: is empty; at least one is needed"),
        (("backup", "native"), ["x"], "backup.native[0]: 'x' is not a mapping"),
        (("backup", "native"), [{"tool": "dump"}], "backup.native[0].kind: is missing"),
        (("managed_offerings", "items"), [{"service": "X"}], "managed_offerings.items[0].provider: is missing"),
        (("managed_offerings", "items"), [{"provider": "aws", "service": "X", "url": "x"}], "[0].url: is not a field"),
        (("docker", "images"), [None], "docker.images[0]: is missing"),
        (("docker", "default_ports"), [{"port": 70_000, "use": "x"}], "docker.default_ports[0].port: 70000 is wrong"),
        (("licence", "history"), "x", "licence.history: 'x' is not a list"),
        (("consistency",), "x", "consistency: 'x' is not a mapping"),
        (("consistency", "provenance", "unverified_fields"), [["a"]], "unverified_fields[0]: a list is not a text"),
        (("consistency", "provenance", "field_sources"), {"cap": 5}, "field_sources.cap: 5 is not a list"),
        (("name",), "x" * 121, "name: has more than 120 characters"),
        (("blockchain",), {}, "blockchain: is not a field of the catalog"),
        (("lifecycle", "latest_stable"), {"a": 1}, "lifecycle.latest_stable: a mapping is not a text"),
    ],
)
def test_a_wrong_shape_is_named_with_its_place(path: tuple[str, ...], value: Any, words: str) -> None:
    assert words in "\n".join(checks.problems(with_value(path, value)))


def test_nobody_saw_a_source_tomorrow() -> None:
    tree = with_value(("features", "provenance", "checked_on"), "2031-01-01")
    assert checks.problems(tree) == []  # a package is not judged by the clock of the machine that reads it
    today = dt.date(2026, 11, 23)
    assert checks.problems(tree, today) == ["features.provenance.checked_on: 2031-01-01 is in the future"]
    assert checks.problems(ETCD, today) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("&a [*a]", "Line 1: aliases (*a) are not read"),
        ("[" * 10_000, "nested more than 20 deep"),
        ("a: !!bool perhaps", "tags (tag:yaml.org,2002:bool) are not read"),
        ("- kind: [", "This is not YAML (line 2"),
        ("a: \ud800", "Character 4 is no text"),
        ("? [a]\n: b", "(line 1, column 3): found unhashable key"),
    ],
)
def test_yaml_that_cannot_be_read_is_named_with_its_line(text: str, words: str) -> None:
    with pytest.raises(written.WrittenError) as caught:
        written.from_yaml(text)
    assert words in str(caught.value)


@pytest.mark.parametrize(("text", "words"), [("[" * 100_000, "too deeply"), ("{", "line 1, column 2")])
def test_json_that_cannot_be_read_is_named(text: str, words: str) -> None:
    with pytest.raises(written.WrittenError) as caught:
        written.from_json(text)
    assert words in str(caught.value)


def test_days_and_numbers_with_a_point_stay_as_they_were_written() -> None:
    text = "{a: 2020-99-99, b: 8.0, c: .nan, d: 12, e: 1:30, f: true}"
    assert written.from_yaml(text) == {"a": "2020-99-99", "b": "8.0", "c": ".nan", "d": 12, "e": "1:30", "f": True}
    assert written.from_json('{"a": 8.0, "b": NaN, "c": 12}') == {"a": "8.0", "b": "NaN", "c": 12}
    assert written.from_yaml("9" * 6000) == written.from_json("9" * 6000) == "9" * 6000
