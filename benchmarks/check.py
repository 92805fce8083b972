"""Speed of `plan check` as a build server meets it: a new process each time, with nothing kept from before."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Measured, seconds

ROOT = Path(__file__).parents[1]
EXAMPLE = "planner/examples/webshop.yaml"
TIMES = 7


def measure() -> Iterator[Measured]:
    with TemporaryDirectory() as folder:
        environment = os.environ | {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings"}
        command = [sys.executable, "manage.py", "plan", "check", EXAMPLE, "--fail-on=never", "--format=sarif"]

        def check() -> None:
            subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)

        check()  # Python compiles its modules once
        value = 1000 * statistics.median(seconds(check, TIMES))
        yield Measured(f"`plan check` of the example from the command line, median of {TIMES}", value, 1500, "ms")
