"""`make test`: every check, then the tests on both databases (what needs none: once), then the browser. `check` stops after the checks."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from tests.servers import both

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTEST = (sys.executable, "-m", "pytest", "-q", "--no-header", "--durations=5", "--durations-min=2")
# Two processes, each with a site of its own; a file's tests stay together.
SITES = ("-n", "2", "--dist", "loadfile")
NOT_BROWSER = ("-m", "not browser and not faults")
# Pure functions: they run once, as no database can change what they say.
WITHOUT_DATABASE = (
    *(f"--ignore=tests/{folder}" for folder in ("engine", "golden", "known_answers")),
    "--ignore-glob=tests/backups/test_scripts*",  # generated scripts on servers of their own
)


@dataclass(frozen=True)
class Stage:
    name: str
    command: tuple[str, ...]
    real_servers: bool = False

    @property
    def counts(self) -> bool:
        return "pytest" in self.command


@dataclass(frozen=True)
class Outcome:
    name: str
    exit_code: int
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0


CHECKS = (
    Stage("format", (str(BIN / "ruff"), "format", "--check", ".")),
    Stage("lint", (str(BIN / "ruff"), "check", ".")),
    Stage("templates", (str(BIN / "djhtml"), "--check", "--tabwidth", "2", "templates")),
    Stage("types", (str(BIN / "mypy"),)),
    Stage("import contracts", (str(BIN / "lint-imports"), "--no-cache")),
    Stage("migrations", (sys.executable, "manage.py", "makemigrations", "--check", "--dry-run")),
)
TESTS = (
    Stage("tests on PostgreSQL and Redis", (*PYTEST, "-n", "2", *NOT_BROWSER), real_servers=True),
    Stage("tests on SQLite", (*PYTEST, "-n", "2", *NOT_BROWSER, *WITHOUT_DATABASE)),
    Stage("faults on PostgreSQL and Redis", (*PYTEST, *SITES, "-m", "faults"), real_servers=True),
    Stage("browser on PostgreSQL and Redis", (*PYTEST, *SITES, "-m", "browser"), real_servers=True),
    Stage("browser on the embedded default", (*PYTEST, "-m", "browser and smoke")),
)


def run(stage: Stage, urls: dict[str, str]) -> Outcome:
    print(f"\n== {stage.name}", flush=True)
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.xml"
        extra = (f"--junit-xml={results}",) if stage.counts else ()
        environment |= {"DATA_DIR": folder} | (urls if stage.real_servers else {})
        code = subprocess.call((*stage.command, *extra), cwd=ROOT, env=environment)
        counts = count(results) if results.exists() else (0, 0, 0)
    return Outcome(stage.name, code, time.monotonic() - started, *counts)


def count(results: Path) -> tuple[int, int, int]:
    suites = list(ET.parse(results).getroot().iter("testsuite"))
    total, errors, failures, skipped = (
        sum(int(suite.get(name, "0")) for suite in suites) for name in ("tests", "errors", "failures", "skipped")
    )
    failed = min(total, errors + failures)
    return total - failed - skipped, failed, skipped


def main(words: list[str]) -> int:
    outcomes = [run(stage, {}) for stage in CHECKS]
    if words != ["check"]:
        with both() as urls:
            outcomes += [run(stage, urls) for stage in TESTS]
    print()
    for outcome in outcomes:
        word = "ok" if outcome.exit_code == 0 else "FAILED"
        print(f"{word:7} {outcome.name}: {outcome.seconds:.1f} s")
    if words != ["check"]:
        passed, failed, skipped = (sum(getattr(o, name) for o in outcomes) for name in ("passed", "failed", "skipped"))
        print(f"\n{passed} passed, {failed} failed, {skipped} skipped")
    return 0 if all(outcome.exit_code == 0 for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
