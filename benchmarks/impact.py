"""Speed of the impact: 1,000 saved plans against one changed fact, with one and with two workers on a core each."""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from typing import Any

from django.db import connections

from benchmarks.engine import example
from benchmarks.measure import Measured
from benchmarks.site import site
from catalog import exports
from catalog.services import current_snapshot
from planner import impact
from planner.engine.document import Plan
from planner.engine.quantity import Quantity
from planner.models import ImpactRun
from planner.proposal import Proposal
from planner.services import create_plan

PLANS = 1_000
FIELDS = ("size_gib", "reads_per_second", "writes_per_second")
PROCESSES = multiprocessing.get_context("fork")


def measure() -> list[Measured]:
    with site():
        for number in range(PLANS):
            create_plan(variant(example(), number), visitor=f"{number:064}")
        wanted = without_transactions()
        one, two = _seconds(wanted, 1), _seconds(wanted, 2)
    return [
        Measured("Impact over 1,000 plans, two workers", two, 60, "s"),
        Measured("Impact over 1,000 plans, one worker", one, 120, "s"),
        Measured("Time of two workers, of the time of one", 100 * two / one, 65, "%"),
    ]


def variant(plan: Plan, number: int) -> Plan:
    """The same plan with other sizes and rates everywhere, so that nothing is answered from memory."""
    services = {}
    for slug, service in plan.services.items():
        data = {}
        for key, one in service.data.items():
            changed = {name: _scaled(getattr(one.needs, name), 1 + number / PLANS) for name in FIELDS}
            data[key] = one.model_copy(update={"needs": one.needs.model_copy(update=changed)})
        services[slug] = service.model_copy(update={"data": data})
    return plan.model_copy(update={"name": f"Variant {number}", "services": services})


def _scaled(value: Quantity | None, factor: float) -> Quantity | None:
    return Quantity(value.low * factor, value.mid * factor, value.high * factor) if value else None


def without_transactions() -> Proposal:
    """PostgreSQL without transactions: it leaves the first place in every variant, and stores of it are priced again."""
    tree: dict[str, Any] = json.loads(json.dumps(exports.tree(current_snapshot().databases["postgresql"])))
    tree["consistency"]["transaction_scope"] = "none"
    return Proposal({"postgresql": tree})


def _seconds(wanted: Proposal, workers: int) -> float:
    """From the start of new processes to the end of the run."""
    run = impact.create_run("benchmark", wanted, None)
    connections.close_all()
    began = time.perf_counter()
    processes = [PROCESSES.Process(target=_work, args=(run, core)) for core in range(workers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    taken = time.perf_counter() - began
    run.refresh_from_db()
    assert run.state == "done", (run.state, run.error)
    assert impact.progress(run) == impact.Progress(PLANS, PLANS, 0)
    assert run.results.count() == PLANS
    return taken


def _work(run: ImpactRun, core: int) -> None:
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if core < len(cores):
        os.sched_setaffinity(0, {cores[core]})
    while impact.work(run.pk):
        pass
    connections.close_all()
