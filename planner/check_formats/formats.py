"""The formats that `plan check` can write for programs; text for people is apart, because it knows colours."""

from __future__ import annotations

from collections.abc import Callable

from planner.check_formats.junit import as_junit
from planner.check_formats.machine import as_json
from planner.check_formats.result import Check
from planner.check_formats.sarif import as_sarif

TEXT = "text"
FORMATS: dict[str, Callable[[Check], str]] = {"json": as_json, "junit": as_junit, "sarif": as_sarif}
