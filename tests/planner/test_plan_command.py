"""`manage.py plan ...`: exit codes, formats, and errors that name file, line, column and path."""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from planner.management.commands.plan import Command
from tests.engine.documents import WEBSHOP, tree_with

ROOT = Path(__file__).parents[2]
DAY = "--today=2026-11-23"


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit code, output and errors."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("plan", *arguments, stdout=out, stderr=err)
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def written(folder: Path, changes: dict[str, Any] | None = None, name: str = "plan.json") -> str:
    path = folder / name
    path.write_text(json.dumps(tree_with(changes or {}), indent=2))
    return str(path)


def test_evaluate_gives_the_shape_of_the_plan_format() -> None:
    code, out, err = run("evaluate", str(WEBSHOP), "--format=json", DAY)
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert {"document_sha256", "findings", "recovery", "backups", "replication", "caches", "costs"} <= set(found)
    assert set(found["costs"]) >= {"lines", "monthly_usd", "unknown"}
    assert len(found["recovery"]["data_sets"]) == 10


def test_evaluate_in_words_names_every_store_and_service() -> None:
    code, out, _ = run("evaluate", str(WEBSHOP), DAY)
    assert code == 0
    for name in ("pg-main", "s3-archive", "order-service", "Per month:", "consistency.dual-write"):
        assert name in out


def test_check_fails_at_the_severity_that_was_asked_for(tmp_path: Path) -> None:
    assert run("check", str(WEBSHOP), DAY)[0] == 1
    path = written(tmp_path, {"services": {}, "stores": {}})
    for level in ("high", "medium", "low"):
        assert run("check", path, f"--fail-on={level}", DAY)[0] == 0
    only_low: dict[str, Any] = {
        "services.shop.data.search": None,
        "services.shop.data.orders.store": None,
        "services.mail.depends_on": [],
    }
    severities = {one["severity"] for one in checked(written(tmp_path, only_low))["findings"]}
    worst = next(level for level in ("high", "medium", "low") if level in severities)
    below = {"low": "medium", "medium": "high"}.get(worst)
    assert run("check", written(tmp_path, only_low), f"--fail-on={worst}", DAY)[0] == 1
    assert below is None or run("check", written(tmp_path, only_low), f"--fail-on={below}", DAY)[0] == 0


def checked(path: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("check", path, "--format=json", DAY)[1])
    return found


def test_findings_have_their_place_in_the_file() -> None:
    lines = WEBSHOP.read_text().splitlines()
    found = checked(str(WEBSHOP))
    assert found["failed"] is True
    dual_write = next(one for one in found["findings"] if one["rule"] == "consistency.dual-write")
    assert lines[dual_write["line"] - 1].strip() == "product-search:"
    assert lines[dual_write["line"] - 1].index("product-search") == dual_write["column"] - 1
    (line,) = (one for one in run("check", str(WEBSHOP), DAY)[1].splitlines() if " consistency.dual-write " in one)
    assert line.split()[:2] == [f"{WEBSHOP}:{dual_write['line']}:{dual_write['column']}:", "high"]


def test_a_waiver_holds_until_its_day() -> None:
    def waived(day: str) -> list[str]:
        found = json.loads(run("check", str(WEBSHOP), "--format=json", f"--today={day}")[1])
        return [one["at"] for one in found["findings"] if one["waived_until"]]

    assert waived("2027-03-31") == ["stores/redis-cache"]
    assert waived("2027-04-01") == []


def test_every_problem_of_a_bad_file_is_told_on_a_line_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("polystore: 1\nname: x\nservices:\n  a: {name: A, tier: hihg, depends_on: [b]}\ncolour: red\n")
    for action in (["evaluate"], ["check"], ["diff", str(WEBSHOP)]):
        code, out, err = run(*action, str(path))
        assert (code, out) == (2, "")
        assert f"{path}:4:16: services.a.tier: found 'hihg', allowed are" in err
        assert f"{path}:4:41: services.a.depends_on.0: no service 'b' in this plan" in err
        assert f"{path}:5:1: colour: is not a key of this section" in err


@pytest.mark.parametrize("action", ["evaluate", "check", "rank"])
def test_files_that_cannot_be_read_are_refused_by_name(action: str, tmp_path: Path) -> None:
    for file in (str(tmp_path / "missing.yaml"), str(tmp_path), "a\0b"):
        code, out, err = run(action, file)
        assert (code, out) == (2, "")
        assert err.strip()
    assert "No such file" in run(action, str(tmp_path / "missing.yaml"))[2]


def test_rank_gives_the_shape_of_the_plan_format(tmp_path: Path) -> None:
    path = tmp_path / "needs.yaml"
    path.write_text("consistency: strong\ntransactions: multi-record\nqueries: [join]\n")
    code, out, _ = run("rank", str(path), "--format=json", "--knows=postgresql")
    found = json.loads(out)
    assert code == 0
    assert [one["rank"] for one in found["ranking"]] == list(range(1, len(found["ranking"]) + 1))
    assert set(found["ranking"][0]["contributions"][0]) >= {"criterion", "weight", "value", "fact", "source"}
    assert all(one["reasons"] for one in found["refused"])
    assert "flips" in found["stability"]
    assert "PostgreSQL" in run("rank", str(path))[1]
    assert "First in 2,000 draws: " in run("rank", str(path))[1]
    parts = json.loads(run("rank", str(path), "--format=json", "--provider=aws")[1])["ranking"][0]["contributions"]
    assert any("aws us-east-1" in one["fact"] for one in parts) or any(
        "size_gib is empty" in one["fact"] for one in parts
    )
    assert "no database 'postgres'" in run("rank", str(path), "--knows=postgres")[2]


def test_rank_refuses_wrong_needs_with_their_place(tmp_path: Path) -> None:
    path = tmp_path / "needs.yaml"
    path.write_text("queries: [join]\nsize_gib: -3\n")
    code, _, err = run("rank", str(path))
    assert code == 2
    assert f"{path}:2:1: size_gib: must not be negative (found -3)" in err


def test_diff_tells_the_changes(tmp_path: Path) -> None:
    old = written(tmp_path)
    new = written(tmp_path, {"services.shop.data.orders.store": "cache"}, "new.json")
    assert run("diff", old, new)[:2] == (0, 'moved   services.shop.data.orders.store: "main" -> "cache"\n')
    (change,) = json.loads(run("diff", old, new, "--format=json")[1])["changes"]
    assert (change["kind"], change["old"], change["new"]) == ("moved", "main", "cache")
    assert run("diff", old, old)[1] == "no differences\n"
    assert run("diff", "-", "-")[0] == 2


def test_schema_is_the_schema_of_the_document() -> None:
    assert json.loads(run("schema")[1])["$schema"].endswith("2020-12/schema")


def process(*arguments: str, text: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "manage.py", "plan", *arguments], cwd=ROOT, input=text, capture_output=True)


def test_standard_input_and_exit_codes_of_the_real_program() -> None:
    assert process("check", "-", DAY, text=WEBSHOP.read_bytes()).returncode == 1
    found = process("evaluate", "-", text=b"polystore: 2\n")
    assert found.returncode == 2
    assert b"stdin:1:1: polystore: format version 2 is unknown" in found.stderr
    assert process("check", "-", "--fail-on=urgent").returncode == 2
    assert b"Traceback" not in process("evaluate", "-", text=b"\xff\x00").stderr


@pytest.mark.django_db
def test_the_database_can_be_asked_instead_of_the_files() -> None:
    call_command("catalog", "load", stdout=io.StringIO())
    code, out, _ = run("check", str(WEBSHOP), "--database", "--format=json", DAY)
    assert code == 1
    assert json.loads(out)["findings"]


def test_every_action_and_option_of_the_command_is_on_the_page() -> None:
    page = "".join((ROOT / "docs" / name).read_text() for name in ("plan-format.md", "check.md"))
    parser = Command().create_parser("manage.py", "plan")
    (actions,) = (one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
    general = {option for one in parser._actions for option in one.option_strings}
    for name, action in actions.choices.items():
        assert f"manage.py plan {name}" in page
        for option in {option for one in action._actions for option in one.option_strings} - general:
            assert option in page
