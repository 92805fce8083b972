"""A comparison of many plans ends whole, each plan once, when workers share it and when they are killed in the middle."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from planner.starting_points import EXAMPLES
from tests.faults.conftest import Breakable
from tests.site import Site, running_site

pytestmark = pytest.mark.faults
FINISHES_WITHIN_SECONDS = 180
PLANS = 160
TEMPLATES = len(list(EXAMPLES.glob("*.yaml")))
START = f"""
from benchmarks.engine import example
from benchmarks.impact import variant, without_transactions
from config import celery
from planner.services import create_plan
from planner.tasks import start_impact
celery.app.set_default()
for number in range({PLANS}):
    create_plan(variant(example(), number), visitor=f"{{number:064}}")
print("run", start_impact("test", without_transactions(), None).pk)
"""
STATE = """
import json
from planner import impact
from planner.models import ImpactRun
run = ImpactRun.objects.get(pk="{run}")
plans = list(run.results.values_list("plan_id", flat=True))
claims = list(run.chunks.values_list("attempts", flat=True))
found = impact.progress(run)
print("state", json.dumps([run.state, run.error, run.plans, found.compared, found.failed, len(plans), len(set(plans)), claims]))
"""


def state(site: Site, run: str) -> dict[str, Any]:
    names = ("state", "error", "plans", "compared", "failed", "results", "different", "claims")
    told = site.manage("shell", "-c", STATE.replace("{run}", run)).split("state ")[-1]
    return dict(zip(names, json.loads(told), strict=True))


def wait(site: Site, run: str, wanted: str, least: int = 0) -> dict[str, Any]:
    deadline = time.monotonic() + FINISHES_WITHIN_SECONDS
    while (found := state(site, run))["state"] == wanted or found["compared"] < least:
        assert time.monotonic() < deadline, found
    return found


def compare_and_kill(site: Site) -> None:
    run = site.manage("shell", "-c", START).split("run ")[-1].strip()
    while state(site, run)["compared"] == 0:
        pass
    site.kill_worker()
    middle = state(site, run)
    assert middle["state"] == "running", middle
    done = wait(site, run, "running")
    assert (done["state"], done["error"], done["failed"]) == ("done", "", 0), done
    # Every plan changes, so every plan has one result; the plans behind the templates are among them.
    assert done["plans"] == done["compared"] == done["results"] == done["different"] == PLANS + TEMPLATES
    assert max(done["claims"]) <= 2, done


def test_a_killed_worker_loses_no_plan_and_doubles_none_on_redis(breakable: Breakable) -> None:
    compare_and_kill(breakable.site)


def test_a_killed_worker_loses_no_plan_and_doubles_none_on_the_embedded_default(tmp_path: Path) -> None:
    with running_site(tmp_path) as site:
        compare_and_kill(site)
