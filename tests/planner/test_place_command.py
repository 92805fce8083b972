"""`manage.py plan place`: text, JSON and a placed plan from a file, and options that are checked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planner.engine.document import parse
from tests.engine.documents import WEBSHOP
from tests.planner.test_plan_command import DAY, run


def test_words_show_the_frontier_and_every_data_set() -> None:
    code, out, err = run("place", str(WEBSHOP), DAY)
    assert (code, err) == (0, "")
    assert "Tax of one more system: 3 points" in out
    assert "mean score" in out and "shown" in out and "cannot hold" in out
    for ref in parse(WEBSHOP.read_bytes(), "yaml").data_sets():
        assert f" {ref.path}: " in out


def test_json_has_the_answer_of_the_api() -> None:
    found = json.loads(run("place", str(WEBSHOP), "--format=json", "--tax=40", DAY)[1])
    assert found["tax_points"] == 40
    assert {"proposed", "placements", "frontier", "impossible", "now"} <= set(found)


def test_yaml_is_the_placed_plan_and_can_be_read_again(tmp_path: Path) -> None:
    _, out, _ = run("place", str(WEBSHOP), "--format=yaml", "--tax=40", DAY)
    after = parse(out, "yaml")
    assert after.data_set("product-catalog/product-search").store != "es-search"
    kept = parse(run("place", str(WEBSHOP), "--format=yaml", "--keep", DAY)[1], "yaml")
    assert kept == parse(WEBSHOP.read_bytes(), "yaml")


@pytest.mark.parametrize("tax", ["-1", "x", "nan", "1e9"])
def test_a_wrong_tax_is_refused(tax: str) -> None:
    with pytest.raises(Exception, match="tax"):
        run("place", str(WEBSHOP), f"--tax={tax}")


def test_a_plan_without_data_sets_is_fine(tmp_path: Path) -> None:
    file = tmp_path / "empty.yaml"
    file.write_text("polystore: 1\nname: Empty\n")
    code, out, _ = run("place", str(file), DAY)
    assert code == 0
    assert "Tax" in out
