"""Reading the data files: what is verified, and what is said about a file that cannot be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from catalog import files
from catalog.families import FAMILIES, family
from catalog.vocabulary import CATEGORY
from tests.catalog.conftest import Change, changed


def test_every_packaged_system_is_within_the_vocabulary() -> None:
    snapshot = files.packaged_snapshot()
    assert len(snapshot.databases) >= 64
    assert all(offering.database in snapshot.databases for offering in snapshot.offerings.values())


def test_a_fact_is_verified_only_if_a_source_was_read_and_the_field_is_not_listed(folder: Path) -> None:
    def change(tree: dict[str, Any]) -> None:
        provenance = {"sources": ["https://example.org/a"], "checked_on": "2026-11-22"}
        tree["consistency"]["pacelc"] = "not_classified"
        own = {"read_default": ["https://example.org/b"]}
        tree["consistency"]["provenance"] = provenance | {"unverified_fields": ["cap"], "field_sources": own}
        tree["query"]["provenance"] = provenance | {"sources": [], "unverified_fields": []}

    changed(folder, "postgresql", change)
    facts = files.load_databases(folder).databases["postgresql"].facts
    assert facts["consistency.isolation_strongest"].verified
    assert not facts["consistency.cap"].verified  # listed in unverified_fields
    assert not facts["consistency.pacelc"].verified  # not_classified: no source says so
    assert not facts["query.languages"].verified  # no source at all
    assert facts["consistency.isolation_strongest"].sources == ("https://example.org/a",)
    assert facts["consistency.read_default"].sources == ("https://example.org/b",)  # its own, not the group's


def test_limits_keep_their_own_mark_unit_and_source(folder: Path) -> None:
    def change(tree: dict[str, Any]) -> None:
        tree["limits"]["items"] = [
            {"name": name, "value": 9, "unit": "count", "configurable": False, "text": "", "verified": verified}
            for name, verified in (("max_nodes", True), ("max_columns", False), ("max_shards", True))
        ]
        own = {"max_shards": ["https://example.org/b"]}
        tree["limits"]["provenance"] = {
            "sources": ["https://example.org/a"], "checked_on": "2026-11-22", "field_sources": own,
            "field_checked": {"max_shards": "2026-11-23"},
        }  # fmt: skip

    changed(folder, "postgresql", change)
    found = files.load_databases(folder).databases["postgresql"].limits
    assert [(one.name, one.unit, one.verified) for one in found] == [
        ("max_nodes", "count", True), ("max_columns", "count", False), ("max_shards", "count", True),
    ]  # fmt: skip
    assert [one.sources[0][-1] for one in found] == ["a", "a", "b"]
    assert [str(one.checked_on) for one in found] == ["2026-11-22", "2026-11-22", "2026-11-23"]


def test_every_category_has_one_of_nine_families() -> None:
    assert len(FAMILIES) == 9
    assert {family(category).slug for category in CATEGORY} == set(FAMILIES)


def _set(group: str, name: str, value: Any) -> Change:
    def change(tree: dict[str, Any]) -> None:
        (tree[group] if group else tree)[name] = value

    return change


def _limit(name: str, value: Any) -> Change:
    def change(tree: dict[str, Any]) -> None:
        tree["limits"]["items"][0][name] = value

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_set("consistency", "isolation_default", "very_strong"),
         ["postgresql.yaml", "consistency.isolation_default", "'very_strong'", "read_committed"]),
        (_set("", "types", ["relational", "blockchain"]), ["postgresql.yaml", "types[1]", "'blockchain'", "multi_model"]),
        (_set("", "status", ["active"]), ["status", "a list is not a text"]),
        (_set("", "name", ""), ["postgresql.yaml", "name", "a text is needed"]),
        (_set("", "slug", "PostgreSQL"), ["slug", "small letters"]),
        (_set("", "slug", "postgres"), ["slug", "'postgres'", "name of the file"]),
        (_limit("unit", "kilobytes"), ["limits.items[0].unit", "'kilobytes'", "bytes, count"]),
        (_limit("value", -5), ["limits.items[0].value", "-5", "above 0"]),
        (_limit("value", "many"), ["limits.items[0].value", "'many'"]),
        (_set("docker", "provenance", {"sources": ["see the manual"]}), ["docker.provenance.sources", "not a URL"]),
        (_set("docker", "provenance", {"sources": ["javascript:alert(1)"]}), ["not a URL"]),
        (_set("docker", "provenance", {"sources": [], "checked_on": "yesterday"}), ["docker.provenance.checked_on", "'yesterday'"]),
        (_set("docker", "provenance", None), ["docker.provenance", "missing"]),
        (_set("docker", "provenance", {"sources": [], "unverified_fields": ["colour"]}), ["'colour'", "docker"]),
        (_set("", "jepsen", [{"subject": "x", "finding": "y", "url": "ftp://x"}]), ["jepsen[0].url", "ftp://x"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_file_field_value_and_what_is_allowed(
    folder: Path, change: Change, words: list[str]
) -> None:
    changed(folder, "postgresql", change)
    with pytest.raises(files.CatalogError) as caught:
        files.load_databases(folder)
    for word in words:
        assert word in str(caught.value)


def test_all_problems_of_all_files_are_listed_at_once(folder: Path) -> None:
    changed(folder, "postgresql", _set("scaling", "sharding", "magic"))
    changed(folder, "redis", _set("features", "geo", "maybe"))
    with pytest.raises(files.CatalogError) as caught:
        files.load_databases(folder)
    assert len(str(caught.value).splitlines()) == 2


def test_broken_yaml_names_the_file(folder: Path) -> None:
    (folder / "redis.yaml").write_text("slug: [redis\n")
    with pytest.raises(files.CatalogError, match=r"redis\.yaml"):
        files.load_databases(folder)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("- {slug: x, name: X}", ["entry 1 (x)", "database"]),
        ("- [1, 2]", ["entry 1", "argument"]),
        ("slug: x", ["a list of offerings"]),
    ],
)
def test_a_bad_offering_is_named(folder: Path, row: str, words: list[str]) -> None:
    (folder / "offerings.yaml").write_text(row)
    with pytest.raises(files.CatalogError) as caught:
        files.load_databases(folder)
    assert all(word in str(caught.value) for word in words)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (",0.0833,", ",free,", ["compute.csv line 2", "usd_per_hour", "'free'"]),
        (",0.0833,", ",-1,", ["compute.csv line 2", "0 or more"]),
        (",0.0833,", ",NaN,", ["compute.csv line 2", "'NaN'"]),
        (",0.0833,", ",,", ["compute.csv line 2", "needs an amount"]),
        ("usd_per_hour", "eur_per_hour", ["compute.csv", "usd_per_hour", "missing"]),
        (",2025-06-18\n", ",last summer\n", ["compute.csv line 2", "'last summer'"]),
    ],
)
def test_a_bad_price_is_named_with_its_line(folder: Path, old: str, new: str, words: list[str]) -> None:
    path = folder / "prices" / "compute.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(files.CatalogError) as caught:
        files.load_prices(folder / "prices")
    for word in words:
        assert word in str(caught.value)


def test_the_same_price_twice_is_refused(folder: Path) -> None:
    path = folder / "prices" / "transfer.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines, lines[1]]), encoding="utf-8")
    with pytest.raises(files.CatalogError, match=r"transfer\.csv.*twice"):
        files.load_prices(folder / "prices")


def test_ids_follow_the_content(folder: Path) -> None:
    before = files.load_databases(folder)
    assert files.load_databases(folder).id == before.id
    changed(folder, "redis", _set("", "best_for", "Something else."))
    assert files.load_databases(folder).id != before.id
