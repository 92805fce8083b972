"""`plan check --baseline`: what was there before is told and fails nothing; what came or became worse does."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from planner.check_formats.baseline import Known, compared
from planner.check_formats.result import Check, FileCheck, Place, Spot
from planner.engine.results import Finding
from tests.engine.documents import WEBSHOP
from tests.planner.test_check_formats import junit, sarif
from tests.planner.test_plan_command import DAY, run, written


def kept(tmp_path: Path, *files: str) -> str:
    """A baseline of these files."""
    path = str(tmp_path / "baseline.json")
    assert run("check", *files, DAY, f"--write-baseline={path}")[2] == ""
    return path


def found(*arguments: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(run("check", *arguments, "--format=json", DAY)[1])
    return value


def test_what_was_there_fails_no_more_and_is_counted(tmp_path: Path) -> None:
    baseline = kept(tmp_path, str(WEBSHOP))
    before = found(str(WEBSHOP))
    code, out, _ = run("check", str(WEBSHOP), f"--baseline={baseline}", "--fail-on=low", DAY)
    still_open = sum(before["counts"][level] for level in ("high", "medium", "low"))
    assert code == 0
    assert f"0 high, 0 medium, 0 low; 1 waived; {still_open} known from the baseline, 0 gone since; " in out
    assert " baseline  consistency.dual-write " in out
    after = found(str(WEBSHOP), f"--baseline={baseline}")
    assert (after["failed"], after["counts"]["baseline"]) == (False, still_open)
    assert {one["baseline"] for one in after["findings"]} == {"unchanged"}
    assert before["counts"]["baseline"] == 0
    assert {one["baseline"] for one in before["findings"]} == {None}


def test_a_new_finding_fails_and_one_that_went_is_counted(tmp_path: Path) -> None:
    baseline = kept(tmp_path, str(WEBSHOP))
    changed = tmp_path / "changed.yaml"
    text = WEBSHOP.read_text()
    assert text.count("sync: dual-write") == 1
    changed.write_text(text.replace("sync: dual-write", "sync: cdc"))
    after = found(str(changed), f"--baseline={baseline}")
    assert (after["failed"], after["counts"]["gone"]) == (False, 1)
    fixed = kept(tmp_path, str(changed))
    worse = found(str(WEBSHOP), f"--baseline={fixed}")
    new = [(one["rule"], one["fails"]) for one in worse["findings"] if one["baseline"] == "new"]
    assert new == [("consistency.dual-write", True)]
    assert run("check", str(WEBSHOP), f"--baseline={fixed}", DAY)[0] == 1


def test_baselines_can_be_any_earlier_result_or_the_earlier_plan(tmp_path: Path) -> None:
    for action in ("check", "evaluate"):
        path = tmp_path / f"{action}.json"
        path.write_text(run(action, str(WEBSHOP), "--format=json", DAY)[1])
        assert run("check", str(WEBSHOP), f"--baseline={path}", DAY)[0] == 0
    assert run("check", str(WEBSHOP), f"--baseline={WEBSHOP}", DAY)[0] == 0
    small = written(tmp_path)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:  # as `--baseline <(git show main:plan.json)` of a shell: can be read once
        pool.submit(pipe.write_text, Path(small).read_text())
        assert run("check", small, f"--baseline={pipe}", "--fail-on=low", DAY)[0] == 0
    assert run("check", str(WEBSHOP), f"--baseline={small}", DAY)[0] == 1


def test_a_plan_may_be_moved_and_several_are_told_apart_by_name(tmp_path: Path) -> None:
    one, other = written(tmp_path), written(tmp_path, {"stores.cache": None}, "other.json")
    baseline = kept(tmp_path, one)
    moved = tmp_path / "moved.json"
    moved.write_text(Path(one).read_text())
    assert found(str(moved), f"--baseline={baseline}")["counts"]["gone"] == 0
    both = kept(tmp_path, one, other)
    assert run("check", one, other, f"--baseline={both}", "--fail-on=low", DAY)[0] == 0
    states = {(each["file"], each["baseline"]) for each in found(one, str(moved), f"--baseline={both}")["findings"]}
    assert states == {(one, "unchanged"), (str(moved), "new")}


def test_sarif_tells_the_state_and_junit_skips_what_is_known(tmp_path: Path) -> None:
    small = written(tmp_path)
    baseline = kept(tmp_path, small)
    assert {one["baselineState"] for one in sarif(small, f"--baseline={baseline}")["results"]} == {"unchanged"}
    assert {one["baselineState"] for one in sarif(str(WEBSHOP), f"--baseline={baseline}")["results"]} == {"new"}
    assert not any("baselineState" in one for one in sarif(small)["results"])
    (suite,) = junit(small, f"--baseline={baseline}", "--fail-on=low")
    assert suite.attrib["failures"] == "0"
    messages = [one.attrib["message"] for one in suite.iter("skipped")]
    assert int(suite.attrib["skipped"]) == len(messages) > 0
    assert all(one.startswith("known from the baseline: ") for one in messages)


def place(severity: str = "medium", until: str = "") -> Place:
    finding = Finding("backup.untested", severity, "stores/main", "Title", "Message.", "Fix.", "Source", until, "why")
    return Place(finding, Spot(1, 1))


def states(places: list[Place], known: list[Known]) -> list[str]:
    check = compared(Check((FileCheck("plan.yaml", tuple(places), ()),), "high"), known)
    return [one.state for one in check.places]


def test_worse_more_or_no_longer_waived_counts_again() -> None:
    medium = Known("backup.untested", "stores/main", "medium", waived=False)
    waived = Known("backup.untested", "stores/main", "medium", waived=True)
    assert states([place()], [medium]) == ["unchanged"]
    assert states([place("low")], [medium]) == ["unchanged"]
    assert states([place("high")], [medium]) == ["updated"]
    assert states([place(), place()], [medium]) == ["unchanged", "new"]
    assert states([place()], [waived]) == ["updated"]
    assert states([place(until="2027-01-01")], [waived]) == ["unchanged"]
    assert states([place(), place(until="2027-01-01")], [waived, medium]) == ["unchanged", "unchanged"]
    assert states([place()], []) == ["new"]


def test_the_written_file_is_small_and_does_not_depend_on_lines(tmp_path: Path) -> None:
    path = kept(tmp_path, str(WEBSHOP))
    before = Path(path).read_text()
    rows = json.loads(before)["findings"]
    assert all(set(one) <= {"file", "rule", "at", "severity", "waived_until"} for one in rows)
    assert rows == sorted(rows, key=lambda one: (one["rule"], one["at"]))
    assert len(rows) == len(found(str(WEBSHOP))["findings"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is neither a plan nor the JSON of an earlier check"),
        ("{", "is neither a plan nor the JSON of an earlier check"),
        ("name: no plan\n", "is neither a plan nor the JSON of an earlier check"),
        ("\udcff", "is neither a plan nor the JSON of an earlier check"),
        ("[" * 100_000, "is neither a plan nor the JSON of an earlier check"),
        ("[]", "has no list of `findings`"),
        ('{"runs": []}', "has no list of `findings`"),
        ('{"findings": {}}', "has no list of `findings`"),
        ('{"findings": [3]}', "finding 1 is not a mapping"),
        ('{"findings": [{"at": "", "severity": "low"}]}', "finding 1 has no text `rule`"),
        ('{"findings": [{"rule": "a", "severity": "low"}]}', "finding 1 has no text `at`"),
        ('{"findings": [{"rule": "a", "at": "", "severity": []}]}', "`severity` is none of high, medium, low"),
    ],
)
def test_a_bad_baseline_is_refused_in_a_sentence(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    code, out, err = run("check", str(WEBSHOP), f"--baseline={path}", DAY)
    assert (code, out) == (2, "")
    assert f"--baseline {path}" in err
    assert said in err
    assert "Traceback" not in err


def test_files_of_baselines_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    small = written(tmp_path)
    missing = tmp_path / "none" / "b.json"
    for arguments, said in (
        ((small, f"--baseline={missing}"), "No such file"),
        ((small, f"--write-baseline={missing}"), "No such file"),
        ((small, f"--write-baseline={small}"), "would overwrite a plan"),
        ((small, "--baseline=-"), "must be a file"),
        ((small, "--write-baseline=-"), "must be a file"),
        ((small, "--write-baseline=a\0b"), "is no file name"),
        ((small, str(WEBSHOP), f"--baseline={small}"), "names no files, so only one FILE"),
    ):
        code, out, err = run("check", *arguments, DAY)
        assert (code, out) == (2, ""), arguments
        assert said in err
    assert json.loads(Path(small).read_text())["polystore"] == 1
