"""The check as JUnit XML, as build servers read it: one suite a file, one case a finding or a rule that found nothing."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from planner.check_formats.result import UNCHANGED, Check, FileCheck, Place

WHOLE = "whole plan"


def as_junit(check: Check) -> str:
    """Findings that fail are failures, waived ones and those of the baseline are skipped, the others pass with output."""
    suites = ET.Element("testsuites", {"name": "plan check"} | _sums(check, check.files))
    for one in check.files:
        suite = ET.SubElement(suites, "testsuite", {"name": f"plan check {one.file}"} | _sums(check, (one,)))
        suite.set("skipped", str(sum(_skipped(place) for place in one.places)))
        for place in one.places:
            _case(suite, check, one, place)
        for rule in one.passed_rules:
            ET.SubElement(suite, "testcase", {"classname": rule, "name": WHOLE, "file": one.file})
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


def _sums(check: Check, files: tuple[FileCheck, ...]) -> dict[str, str]:
    return {
        "tests": str(sum(len(one.places) + len(one.passed_rules) for one in files)),
        "failures": str(sum(check.fails(place) for one in files for place in one.places)),
        "errors": "0",
    }


def _skipped(place: Place) -> bool:
    return place.waived or place.state == UNCHANGED


def _case(suite: ET.Element, check: Check, one: FileCheck, place: Place) -> None:
    found, line = place.finding, str(place.spot.line)
    names = {"classname": found.rule, "name": found.at or WHOLE, "file": one.file, "line": line}
    case = ET.SubElement(suite, "testcase", names)
    where = f"{one.file}:{line}:{place.spot.column}"
    text = "\n".join((where, found.title, found.message, f"Fix: {found.fix}", f"Source: {found.source}"))
    if place.waived:
        ET.SubElement(case, "skipped", {"message": f"waived until {found.waived_until}: {found.waiver_reason}"})
    elif place.state == UNCHANGED:
        ET.SubElement(case, "skipped", {"message": f"known from the baseline: {found.title}"})
    elif check.fails(place):
        ET.SubElement(case, "failure", {"type": found.severity, "message": found.title}).text = text
    else:
        ET.SubElement(case, "system-out").text = f"{found.severity}: {text}"
