"""The formats of `plan check`: valid against the published schemas, the same findings in each, user text as text."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from django.urls import reverse

from planner.check_formats.plain import as_text, painted
from planner.check_formats.result import Check, FileCheck, Place, Spot
from planner.check_formats.sarif import as_sarif
from planner.engine.advice import RULES
from planner.engine.results import Finding
from tests.engine.documents import WEBSHOP
from tests.planner.test_plan_command import DAY, checked, process, run, written

SCHEMA = json.loads((Path(__file__).parents[1] / "schemas" / "sarif-2.1.0-rtm.5.json").read_text())
# What Jenkins' junit-10.xsd and GitLab read: attributes that must be there, attributes that may, elements inside.
JUNIT: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": (set(), {"name", "tests", "failures", "errors", "time", "disabled"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"skipped", "time", "timestamp", "hostname", "id", "package", "file"},
        {"properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": (
        {"name", "classname"},
        {"time", "assertions", "status", "file", "line"},
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    "failure": ({"type", "message"}, set(), set()),
    "skipped": ({"message"}, set(), set()),
    "system-out": (set(), set(), set()),
}


def sarif(*arguments: str) -> dict[str, Any]:
    """The only run, after the whole log was found valid."""
    log = json.loads(run("check", *arguments, "--format=sarif", DAY)[1])
    valid_sarif(log)
    (found,) = log["runs"]
    assert isinstance(found, dict)
    return found


def valid_sarif(log: object) -> None:
    validator = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)
    assert [f"{one.json_path}: {one.message}" for one in validator.iter_errors(log)] == []


def junit(*arguments: str) -> ET.Element:
    """The root, after every element was found to be of the common shape."""
    root = ET.fromstring(run("check", *arguments, "--format=junit", DAY)[1])
    assert root.tag == "testsuites"
    for element in root.iter():
        needed, allowed, inside = JUNIT[element.tag]
        assert needed <= set(element.attrib) <= needed | allowed
        assert {one.tag for one in element} <= inside
    return root


def test_junit_counts_what_it_lists() -> None:
    root = junit(str(WEBSHOP))
    (suite,) = root
    found = checked(str(WEBSHOP))
    cases = len(found["findings"]) + len(found["passed_rules"])
    assert int(root.attrib["tests"]) == int(suite.attrib["tests"]) == len(suite.findall("testcase")) == cases
    assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure")) == found["counts"]["high"]
    assert int(suite.attrib["skipped"]) == len(suite.findall("testcase/skipped")) == found["counts"]["waived"] == 1
    first = suite.find("testcase/failure")
    assert first is not None
    assert first.text is not None
    assert first.text.startswith(f"{WEBSHOP}:")


def test_sarif_names_rules_places_and_suppressions() -> None:
    found = sarif(str(WEBSHOP))
    rules = found["tool"]["driver"]["rules"]
    assert [one["id"] for one in rules] == [rule.id for rule in RULES]
    for one, rule in zip(rules, RULES, strict=True):
        for text in (one["help"]["text"], one["help"]["markdown"]):
            assert all(part in text for part in (rule.why, rule.decided, rule.fix, rule.source))
    told = checked(str(WEBSHOP))["findings"]
    assert [one["ruleId"] for one in found["results"]] == [one["rule"] for one in told]
    levels = {"high": "error", "medium": "warning", "low": "note"}
    for result, one in zip(found["results"], told, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] == levels[one["severity"]]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert (region["startLine"], region["startColumn"]) == (one["line"], one["column"])
    (waived,) = (one for one in found["results"] if "suppressions" in one)
    (waiver,) = waived["suppressions"]
    lines = WEBSHOP.read_text().splitlines()
    assert "A cache of product data" in waiver["justification"]
    assert "recovery.no-backup" in lines[waiver["location"]["physicalLocation"]["region"]["startLine"] - 1]


def test_sarif_names_a_page_for_every_rule_where_the_site_is_known() -> None:
    pages = [
        one["helpUri"] for one in sarif(str(WEBSHOP), "--site=https://polystore.example/")["tool"]["driver"]["rules"]
    ]
    assert pages == [f"https://polystore.example{reverse('planner:rule', args=[rule.id])}" for rule in RULES]
    without = sarif(str(WEBSHOP))["tool"]["driver"]["rules"]
    assert any("helpUri" in one for one in without)
    assert all(one.get("helpUri", "") in rule.source for one, rule in zip(without, RULES, strict=True))
    for bad in ("polystore.example", "ftp://a", "https://", "https://[", "https://a?b", "https://a\n"):
        assert process("check", str(WEBSHOP), f"--site={bad}").returncode == 2


def prints(found: dict[str, Any]) -> list[str]:
    return [one["partialFingerprints"]["primaryLocationLineHash"] for one in found["results"]]


def test_fingerprints_stay_when_lines_move_and_are_all_different(tmp_path: Path) -> None:
    moved = tmp_path / "moved.yaml"
    moved.write_text("# one line\n# and one more\n" + WEBSHOP.read_text())
    before, after = sarif(str(WEBSHOP)), sarif(str(moved))
    assert prints(before) == prints(after)
    assert len(set(prints(before))) == len(before["results"])
    lines = [
        [one["locations"][0]["physicalLocation"]["region"]["startLine"] for one in found["results"]]
        for found in (before, after)
    ]
    assert [one + 2 for one in lines[0]] == lines[1]


def test_sarif_places_are_relative_to_the_repository_or_whole_addresses(tmp_path: Path) -> None:
    def location(file: str) -> dict[str, Any]:
        check = Check((FileCheck(file, (Place(finding(), Spot(3, 5)),), ()),), "high")
        log = json.loads(as_sarif(check))
        valid_sarif(log)
        found = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
        assert isinstance(found, dict)
        return found

    assert location("./plans/new shop.yaml") == {
        "uri": "plans/new%20shop.yaml",
        "uriBaseId": "%SRCROOT%",
        "index": 0,
    }
    assert location("/srv/ä.yaml") == {"uri": "file:///srv/%C3%A4.yaml", "index": 0}


def finding(title: str = "Title") -> Finding:
    return Finding("consistency.dual-write", "high", "stores/main", title, "Message.", "Fix it.", "Source")


def test_markup_in_names_stays_text_in_every_format(tmp_path: Path) -> None:
    name = '<script>alert("1")</script> & ]]> [here](https://example.org)'
    path = written(tmp_path, {"stores.main.name": name})
    assert name in run("check", path, DAY)[1]
    assert name in json.dumps(checked(path), ensure_ascii=False).replace('\\"', '"')
    assert any(name in (one.text or "") for one in junit(path, "--fail-on=low").iter("failure"))
    told = [one["message"]["text"] for one in sarif(path)["results"]]
    assert any("[here] (https://example.org)" in one for one in told)
    assert not any("](" in one for one in told)


def test_text_is_aligned_and_wrapped() -> None:
    lines = run("check", str(WEBSHOP), DAY)[1].splitlines()
    heads = [one for one in lines if one.startswith(str(WEBSHOP))]
    found = checked(str(WEBSHOP))["findings"]
    assert len(heads) == len(found)
    places = {one.index(told["rule"]) for one, told in zip(heads, found, strict=True)}
    assert len(places) == 1
    assert len({one.index(told["title"]) for one, told in zip(heads, found, strict=True)}) == 1
    assert all(len(one) <= 100 or " " not in one.strip() for one in lines if one.startswith("    "))
    assert any(one.startswith("    Waived until 2027-03-31: A cache") for one in lines)
    passed = len(checked(str(WEBSHOP))["passed_rules"])
    assert lines[-1].endswith(f"; 1 waived; {passed} rules found nothing")


class Window(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_colours_are_for_windows_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def shown(out: io.StringIO, **options: bool) -> str:
        with pytest.raises(SystemExit):
            call_command("plan", "check", str(WEBSHOP), DAY, stdout=out, **options)
        return out.getvalue()

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[31;1mhigh" in shown(Window())
    assert "\x1b" not in shown(Window(), no_color=True)
    assert "\x1b" not in shown(io.StringIO())
    assert "\x1b" in shown(io.StringIO(), force_color=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in shown(Window())


def test_colours_change_no_letter() -> None:
    check = Check((FileCheck("a.yaml", (Place(finding(), Spot(3, 5)),), ("caching.ttl",)),), "high")
    plain, coloured = as_text(check), as_text(check, painted)
    for code in ("\x1b[31;1m", "\x1b[1m", "\x1b[0m"):
        coloured = coloured.replace(code, "")
    assert coloured == plain


def test_several_files_are_told_apart_and_fail_together(tmp_path: Path) -> None:
    clean = written(tmp_path, {"services": {}, "stores": {}}, "clean.json")
    assert run("check", clean, DAY)[0] == 0
    code, out, _ = run("check", clean, str(WEBSHOP), clean, "--format=json", DAY)
    found = json.loads(out)
    assert (code, found["failed"], found["file"]) == (1, True, None)
    assert found["files"] == [clean, str(WEBSHOP)]
    assert {one["file"] for one in found["findings"] if one["fails"]} == {str(WEBSHOP)}
    assert set(found["passed_rules"]) <= set(checked(clean)["passed_rules"])
    log = sarif(clean, str(WEBSHOP))
    assert len(log["artifacts"]) == 2
    assert log["invocations"][0]["exitCode"] == 1
    assert len(list(junit(clean, str(WEBSHOP)))) == 2
    assert run("check", clean, str(WEBSHOP), "--fail-on=never", DAY)[0] == 0


def test_the_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text("polystore: 1\nname: x\ncolour: red\n")
    second.write_text("polystore: 2\n")
    code, out, err = run("check", str(first), str(WEBSHOP), str(second))
    assert (code, out) == (2, "")
    assert f"{first}:3:1: colour" in err
    assert f"{second}:1:1: polystore" in err


def test_a_clean_plan_has_a_valid_empty_result(tmp_path: Path) -> None:
    clean = written(tmp_path, {"services": {}, "stores": {}})
    found = checked(clean)
    assert found["findings"] == []
    assert sarif(clean)["results"] == []
    assert junit(clean).attrib["failures"] == "0"
    assert run("check", clean, DAY)[1].startswith("0 high, 0 medium, 0 low; 0 waived; ")


def test_standard_input_is_called_stdin_in_every_format() -> None:
    found = process("check", "-", DAY, "--format=sarif", text=WEBSHOP.read_bytes())
    log = json.loads(found.stdout)
    valid_sarif(log)
    assert log["runs"][0]["artifacts"][0]["location"]["uri"] == "stdin"


def test_a_file_name_that_cannot_be_printed_breaks_no_format(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31m\x01.json"
    path.write_text(Path(written(tmp_path)).read_text())
    assert "\x1b" not in run("check", str(path), DAY)[1]
    assert junit(str(path)).attrib["errors"] == "0"
