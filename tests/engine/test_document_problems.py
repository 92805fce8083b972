"""What bad documents get: every problem at once, with path, line, column, what was found and what is allowed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.engine.document import MAX_BYTES, DocumentError, Problem, dump_json, dump_yaml, parse
from tests.engine.documents import WEBSHOP, plan_trees, tree_with

BASE = "polystore: 1\nname: x\n"
NEEDS = "services.shop.data.orders.needs"
STORE = "stores.main"


def problems(text: str | bytes, fmt: str | None = None) -> tuple[Problem, ...]:
    with pytest.raises(DocumentError) as caught:
        parse(text, fmt)
    assert caught.value.problems
    return caught.value.problems


def only(text: str | bytes, fmt: str | None = None) -> Problem:
    found = problems(text, fmt)
    assert len(found) == 1, found
    return found[0]


def test_all_problems_are_told_at_once_with_their_places() -> None:
    text = BASE + (
        "services:\n"
        "  shop:\n"
        "    name: Shop\n"
        "    tier: urgent\n"
        "    depends_on: [nobody]\n"
        "    data:\n"
        "      orders: {name: Orders, store: nowhere, needs: {size_gib: -1}}\n"
        "      orders: {name: Again}\n"
        "colour: red\n"
    )
    found = {(one.path, one.line, one.column) for one in problems(text)}
    assert found == {
        ("services.shop.tier", 6, 5),
        ("services.shop.depends_on.0", 7, 18),
        ("services.shop.data.orders", 10, 7),
        ("colour", 11, 1),
    }
    first = text.replace("      orders: {name: Again}\n", "")
    assert {one.path for one in problems(first)} >= {
        "services.shop.data.orders.store",
        "services.shop.data.orders.needs.size_gib",
    }


FULL = {"kind": "full", "every": "7d", "keep": "5w", "method": "logical"}


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("polystore", 2, "version 2 is unknown"),
        ("polystore", "1", "version '1' is unknown"),
        ("polystore", True, "version True is unknown"),
        ("polystore", None, "is missing"),
        ("name", "", "at least 1 character"),
        ("name", "   ", "must not be blank"),
        ("name", "a\x00b", "control character U+0000"),
        ("name", "a\u202eb", "control character U+202E"),
        ("name", "two\nlines", "must be one line"),
        ("name", "x" * 201, "at most 200 characters"),
        ("name", 7, "must be text: put it in quotes"),
        ("summary", "x" * 5001, "at most 5000 characters"),
        ("currency", "EUR", "allowed are 'USD'"),
        ("team.people_on_call", 1.5, "must be a whole number"),
        ("team.people_on_call", True, "must be a whole number"),
        ("team.hourly_cost_usd", -1, "greater than or equal to 0"),
        ("services.shop.tier", "hihg", "allowed are 'critical', 'high', 'medium' or 'low'"),
        ("services.Shop", {"name": "x", "tier": "low"}, "must be a slug"),
        ("services.mail.depends_on", ["nobody"], "no service 'nobody'"),
        ("services.shop.depends_on", ["mail"], "circle: shop -> mail -> shop"),
        ("services.shop.data.search.derived_from", ["shop/no"], "no data set 'shop/no'"),
        ("services.shop.data.search.derived_from", ["orders"], '"service/data"'),
        ("services.shop.data.orders.derived_from", ["shop/search"], "circle: shop/orders -> shop/search"),
        ("services.shop.data.orders.store", "nowhere", "no store 'nowhere'"),
        ("services.shop.data.orders.cache", {"layer": "distributed"}, "needs a store"),
        ("services.shop.data.orders.cache", {"layer": "cdn", "store": "main"}, "has no store"),
        ("services.shop.data.orders.cache", {"layer": "distributed", "store": "no"}, "no store 'no'"),
        ("services.shop.data.orders.cache", {"layer": "cdn", "hot_fraction": 2}, "at most 1"),
        (f"{NEEDS}.size_gib", -3, "must not be negative (found -3)"),
        (f"{NEEDS}.size_gib", True, "must be a number"),
        (f"{NEEDS}.size_gib", "12:30", "must be a number"),
        (f"{NEEDS}.size_gib", [3, 2, 1], "must ascend: low 3, likely 2, high 1"),
        (f"{NEEDS}.size_gib", [1, 2], "three numbers [low, likely, high], not 2"),
        (f"{NEEDS}.size_gib", [], "three numbers [low, likely, high], not 0"),
        (f"{NEEDS}.size_gib", 1e19, "at most 1e18"),
        (f"{NEEDS}.queries", ["jion"], "allowed are 'point-lookup'"),
        (f"{NEEDS}.read", 3, "did you mean reads_per_second?"),
        (f"{NEEDS}.sise_gib", 3, "did you mean size_gib?"),
        (f"{STORE}.replication", {"replicas": 1, "mode": "quorum", "write_quorum": 3}, "is 3, but there are 2 copies"),
        (f"{STORE}.replication", {"replicas": 2}, "is none, but there are 2 replicas"),
        (f"{STORE}.backups", [{"kind": "full", "every": "7 days", "keep": "5w", "method": "logical"}], "must be a duration"),
        (f"{STORE}.backups", [{"kind": "full", "every": "7d", "keep": "ever", "method": "logical"}], "14 copies"),
        (f"{STORE}.backups", [{"kind": "full", "every": "7d", "keep": {}, "method": "logical"}], "at least one backup"),
        (f"{STORE}.backups", [{"kind": "full", "every": "7d", "keep": {"dayly": 1}, "method": "logical"}], "mean daily?"),
        (f"{STORE}.backups", [{**FULL, "copies": [{"medium": "tape", "locked": "30d"}]}], "is not `immutable`"),
        (f"{STORE}.backups", [{**FULL, "copies": [{"medium": "tape", "key": "offline"}]}], "is not `encrypted`"),
        (f"{STORE}.drills", [{"on": "2026-02-30", "restored_gib": 1, "minutes": 1}], "must be a day such as"),
        (f"{STORE}.drills", [{"on": 1700000000, "restored_gib": 1, "minutes": 1}], "must be a day such as"),
        ("waivers", [{"rule": "a", "at": "stores/no", "until": "2027-01-01", "reason": "b"}], "no stores/no in this plan"),
    ],
)  # fmt: skip
def test_each_mistake_is_told_in_both_spellings(path: str, value: Any, message: str) -> None:
    tree = tree_with({path: value})
    for text in (
        json.dumps(tree),
        json.dumps(tree, indent="\t"),
        "# a comment\n" + json.dumps(tree, ensure_ascii=False),
    ):
        if "\x00" in str(value) and text.startswith("#"):
            continue
        found = problems(text)
        told = [one for one in found if message in one.message]
        assert told, found
        assert told[0].path.startswith(path.rsplit(".", 1)[0] if "Shop" in path else path)
        assert told[0].line
        assert told[0].column


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("", "must be a mapping", 1),
        ("- a\n", "must be a mapping", 1),
        ("{", "cannot be read", None),
        (BASE + "a: [1\n", "cannot be read", None),
        (BASE + "\ta: 1\n", "cannot be read", 3),
        (BASE + "summary: !!python/object:os.system x\n", "tags are not allowed", 3),
        (BASE + "summary: !x y\n", "tags are not allowed", 3),
        (BASE + "name: y\n", "a second time", 3),
        (BASE + "---\nname: y\n", "second one begins here", 3),
        (BASE + "summary: *nothing\n", "refers to nothing", 3),
        (BASE + "a: &a [*a]\n", "refers to nothing", 3),
        (BASE + "? [a]\n: b\n", "keys must be plain text", 3),
        (BASE + "summary: \x07\n", "control character U+0007", 3),
        (BASE + "team: {hourly_cost_usd: .nan}\n", "finite", 3),
        (BASE + "team: {hourly_cost_usd: .inf}\n", "finite", 3),
        (BASE + "team: {people_on_call: " + "9" * 5000 + "}\n", "5000 digits", 3),
        (BASE + "summary: " + "[" * 3000, "more than 24 levels", 3),
        (b"polystore: 1\nname: \xff\n", "not UTF-8", 2),
        (BASE + 'summary: "\\ud83d"\n', "cannot be read", None),
        (BASE.encode("utf-16"), "not UTF-8", 1),
    ],
)
def test_yaml_that_is_refused(text: str | bytes, message: str, line: int | None) -> None:
    found = problems(text, "yaml")
    told = [one for one in found if message in one.message]
    assert told, found
    assert line is None or told[0].line == line


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ('{"polystore": 1,\n "name": "a",\n "name": "b"}', "a second time", (3, 2)),
        ('{"polystore": 1,\n "name": NaN}', "must be a JSON value", (2, 10)),
        ('{"polystore": 1,\n "team": {"hourly_cost_usd": 1e999}}', "finite", (2, 11)),
        ('{"polystore": 1,}', 'must be "', (1, 17)),
        ('{"polystore": 1} x', "follows after the end", (1, 18)),
        ('{"polystore": 1', "the end of the text", (1, 16)),
        ('{"polystore": 01}', "found '1', must be , or }", (1, 16)),
        ('{"polystore": 1, "name": "a\tb"}', "control character", (1, 28)),
        ('{"polystore": 1, "name": "\\ud83d"}', "half of a surrogate pair", (1, 26)),
        ('{"polystore": 1, // x\n}', 'must be "', (1, 18)),
        ("[1]", "must be a JSON object", (1, 1)),
    ],
)
def test_json_that_is_refused(text: str, message: str, place: tuple[int, int]) -> None:
    found = problems(text, "json")
    told = [one for one in found if message in one.message]
    assert told, found
    assert (told[0].line, told[0].column) == place


def test_json_of_other_programs_is_read() -> None:
    """Escaped surrogate pairs and tabs are JSON, though not YAML."""
    assert parse('{\n\t"polystore": 1,\n\t"name": "\\ud83d\\ude00 \\/"\n}').name == "😀 /"
    assert parse(b"\xef\xbb\xbfpolystore: 1\r\nname: x\r\n").name == "x"


def test_a_document_of_one_mebibyte_is_read_and_one_byte_more_is_not() -> None:
    text = BASE + "# "
    full = text + "x" * (MAX_BYTES - len(text))
    assert parse(full).name == "x"
    assert "1,048,576" in only(full + "x").message
    assert "1,048,577" in only(full + "x").message


@pytest.mark.parametrize(
    ("kind", "limit", "word"), [("services", 500, "services"), ("data", 2000, "data sets"), ("stores", 500, "stores")]
)
def test_the_limits_are_in_the_message(kind: str, limit: int, word: str) -> None:
    def document(count: int) -> str:
        many: dict[str, Any] = {f"x{number}": {"name": "x"} for number in range(count)}
        if kind == "stores":
            return json.dumps(
                {"polystore": 1, "name": "x", "stores": {k: v | {"database": "x"} for k, v in many.items()}}
            )
        if kind == "services":
            return json.dumps(
                {"polystore": 1, "name": "x", "services": {k: v | {"tier": "low"} for k, v in many.items()}}
            )
        return json.dumps({"polystore": 1, "name": "x", "services": {"a": {"name": "a", "tier": "low", "data": many}}})

    assert parse(document(limit))
    assert f"{limit:,}" in only(document(limit + 1)).message
    assert word in only(document(limit + 1)).message


def test_aliases_may_repeat_a_little_and_may_not_explode() -> None:
    small = BASE + "targets:\n  high: &t {rpo_minutes: 1, rto_minutes: 2}\n  low: *t\n"
    assert parse(small).target("low").rto_minutes == 2
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    assert "aliases repeat more than 2,000 values" in only(bomb, "yaml").message


def test_a_hostile_document_is_answered_at_readable_length() -> None:
    keys = "".join(f"k{number}: 1\n" for number in range(20_000))
    found = problems(BASE + keys, "yaml")
    assert len(found) == 501
    assert found[-1].message == "and 19,500 more problems"


def test_long_chains_are_no_circles() -> None:
    services = {f"s{n}": {"name": "x", "tier": "low", "depends_on": [f"s{n + 1}"]} for n in range(499)}
    services["s499"] = {"name": "x", "tier": "low"}
    assert parse(json.dumps({"polystore": 1, "name": "x", "services": services}))
    services["s499"]["depends_on"] = ["s0"]
    assert "circle" in only(json.dumps({"polystore": 1, "name": "x", "services": services})).message


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200)), st.sampled_from([None, "yaml", "json"]))
def test_any_bytes_give_a_plan_or_problems(text: str | bytes, fmt: str | None) -> None:
    for candidate in (text, BASE.encode() + (text if isinstance(text, bytes) else text.encode("utf-8", "replace"))):
        try:
            plan = parse(candidate, fmt)
        except DocumentError as error:
            assert error.problems
            str(error).encode()
        else:
            assert parse(dump_json(plan)) == plan


@settings(max_examples=40, deadline=None)
@given(plan_trees(), st.data())
def test_a_damaged_document_gives_a_plan_or_problems(tree: dict[str, Any], data: st.DataObject) -> None:
    text = dump_yaml(parse(json.dumps(tree), "json"))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 5)))
    damaged = text[:start] + data.draw(st.text("{}[]:,-&*!|>'\"#%@`\n\t 0x~.", max_size=3)) + text[end:]
    try:
        plan = parse(damaged)
    except DocumentError as error:
        assert all(one.message for one in error.problems)
    else:
        assert parse(dump_yaml(plan)) == plan


def test_every_line_of_the_example_can_be_lost() -> None:
    lines = WEBSHOP.read_text().splitlines(keepends=True)
    for number in range(len(lines)):
        try:
            parse("".join(lines[:number] + lines[number + 1 :]))
        except DocumentError as error:
            assert error.problems
