"""Loading into rows: repeatable, append-only for prices, and equal to the files when read back or exported."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import exports, files, services
from catalog.models import Database, Price
from tests.catalog.conftest import changed

pytestmark = pytest.mark.django_db


def _best_for(text: str) -> Any:
    return lambda tree: tree.update(best_for=text)


def test_before_anything_is_published_the_packaged_catalog_is_current() -> None:
    assert services.current_snapshot() == files.packaged_snapshot()
    assert services.current_prices() == files.packaged_prices()


def test_rows_give_back_the_very_values_of_the_files() -> None:
    services.load()
    snapshot, packaged = services.current_snapshot(), files.packaged_snapshot()
    assert snapshot.id == packaged.id
    assert dict(snapshot.databases) == dict(packaged.databases)
    assert dict(snapshot.offerings) == dict(packaged.offerings)
    book = services.current_prices()
    assert book.id == files.packaged_prices().id
    assert book.prices == files.packaged_prices().prices


def test_a_second_load_writes_nothing(folder: Path) -> None:
    first = services.load(folder)
    assert (first.databases_added, first.databases_unchanged) == (3, 0)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        second = services.load(folder)
    assert (second.databases_added, second.databases_changed, second.databases_unchanged) == (0, 0, 3)
    assert second.prices_added == 0
    assert not [one["sql"] for one in queries if one["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]


def test_a_changed_file_changes_one_system_and_the_id(folder: Path) -> None:
    services.load(folder)
    before = services.current_snapshot()
    changed(folder, "redis", _best_for("Caches."))
    report = services.load(folder)
    assert (report.databases_added, report.databases_changed, report.databases_unchanged) == (0, 1, 2)
    after = services.current_snapshot()
    assert after.id != before.id
    assert after.databases["redis"].best_for == "Caches."


def test_a_system_that_left_the_files_leaves_the_rows(folder: Path) -> None:
    services.load(folder)
    (folder / "s3.yaml").unlink()
    services.load(folder)
    assert set(services.current_snapshot().databases) == {"postgresql", "redis"}


def test_prices_are_only_added_and_may_come_back(folder: Path) -> None:
    path = folder / "prices" / "transfer.csv"
    original = path.read_text(encoding="utf-8")
    services.load(folder)
    count = Price.objects.count()
    lines = original.splitlines(keepends=True)
    path.write_text("".join([lines[0], *lines[2:]]), encoding="utf-8")
    services.load(folder)
    assert (Price.objects.count(), Price.objects.filter(published=False).count()) == (count, 1)
    assert services.current_prices().prices == files.load_prices(folder / "prices").prices
    path.write_text(original, encoding="utf-8")
    report = services.load(folder)
    assert (report.prices_added, Price.objects.filter(published=False).count()) == (0, 0)
    assert services.current_prices().prices == files.load_prices(folder / "prices").prices


def test_a_bad_file_loads_nothing_at_all(folder: Path) -> None:
    services.load(folder)
    changed(folder, "redis", _best_for("Changed."))
    changed(folder, "postgresql", lambda tree: tree.update(status="retired"))
    with pytest.raises(files.CatalogError):
        services.load(folder)
    assert Database.objects.get(slug="redis").best_for != "Changed."


def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("catalog", "load")
    assert "64 added, 0 changed, 0 unchanged" in capsys.readouterr().out
    call_command("catalog", "load")
    assert "0 added, 0 changed, 64 unchanged" in capsys.readouterr().out


def test_the_command_refuses_a_bad_file_in_words(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    changed(folder, "redis", lambda tree: tree.update(status="retired"))
    load = services.load
    monkeypatch.setattr(services, "load", lambda: load(folder))
    with pytest.raises(CommandError, match=r"redis\.yaml: status: 'retired'.*maintenance"):
        call_command("catalog", "load")


@pytest.mark.parametrize("fmt", ["json", "yaml"])
def test_an_export_has_the_structure_and_content_of_the_data_files(
    fmt: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    services.load()
    call_command("catalog", "export", "--format", fmt)
    text = capsys.readouterr().out
    databases = (json.loads(text) if fmt == "json" else yaml.safe_load(text))["databases"]
    for tree in databases:
        original = yaml.safe_load((files.DATA / f"{tree['slug']}.yaml").read_text(encoding="utf-8"))
        assert tree == original, tree["slug"]
        (tmp_path / f"{tree['slug']}.yaml").write_text(yaml.safe_dump(tree, sort_keys=False), encoding="utf-8")
    again = files.load_databases(tmp_path)
    assert dict(again.databases) == dict(files.packaged_snapshot().databases)


def test_the_csv_export_has_one_line_for_each_fact_and_limit(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("catalog", "export", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    snapshot = files.packaged_snapshot()
    assert len(rows) == sum(len(one.facts) + len(one.limits) for one in snapshot.databases.values())
    found = next(row for row in rows if (row["database"], row["fact"]) == ("redis", "durability.default"))
    fact = snapshot.databases["redis"].facts["durability.default"]
    assert (found["value"], found["verified"]) == (fact.value, str(fact.verified).lower())
    assert (found["checked_on"], found["sources"], found["unit"]) == (str(fact.checked_on), " ".join(fact.sources), "")


def test_a_cell_that_a_spreadsheet_would_run_is_made_text() -> None:
    assert exports.safe_cell('=HYPERLINK("x")') == '\'=HYPERLINK("x")'
    assert exports.safe_cell("plain") == "plain"
