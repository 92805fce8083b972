"""Plans priced together end with every plan in the sum, each once, when a worker is killed in the middle."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.faults.conftest import Breakable
from tests.site import Site

pytestmark = pytest.mark.faults
FINISHES_WITHIN_SECONDS = 120
PLANS = 24
START = f"""
from config import celery
from planner.engine.document import parse
from planner.models import Plan
from planner.services import create_plan
from planner.starting_points import EXAMPLES
from planner.tasks import start_portfolio
celery.app.set_default()
document = parse((EXAMPLES / "webshop.yaml").read_bytes())
for number in range({PLANS}):
    create_plan(document, visitor="f" * 64)
print("run", start_portfolio("visitor:fault", Plan.objects.filter(visitor="f" * 64), None).pk)
"""
STATE = """
import json
from planner import portfolio
from planner.models import PortfolioRun
run = PortfolioRun.objects.get(pk="{run}")
parts = list(run.parts.values_list("pk", "state", "attempts"))
total = portfolio.sum_of(run, portfolio.rows(run))
print("state", json.dumps([run.state, parts, total.plans, total.months[0].p50 if total.months else None]))
"""


def state(site: Site, run: str) -> dict[str, Any]:
    told = site.manage("shell", "-c", STATE.replace("{run}", run)).split("state ")[-1]
    return dict(zip(("state", "parts", "plans", "p50"), json.loads(told), strict=True))


def test_a_killed_worker_loses_no_plan_of_the_sum(breakable: Breakable) -> None:
    site = breakable.site
    run = site.manage("shell", "-c", START).split("run ")[-1].strip()
    site.kill_worker()
    middle = state(site, run)
    assert middle["state"] == "running", middle
    deadline = time.monotonic() + FINISHES_WITHIN_SECONDS
    while (done := state(site, run))["state"] == "running":
        assert time.monotonic() < deadline, done
    assert (done["state"], done["plans"]) == ("done", PLANS), done
    before = {pk for pk, one, _ in middle["parts"] if one == "done"}
    assert all(attempts == 1 for pk, _, attempts in done["parts"] if pk in before)  # kept, not done again
    assert all(one == "done" and attempts <= 2 for _, one, attempts in done["parts"])
    assert done["p50"] == pytest.approx(PLANS * 7_000, rel=0.15)
