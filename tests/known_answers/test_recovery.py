"""Recovery over dependencies against exhaustive enumeration and closed forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from planner.engine.backup import targets
from planner.engine.backup.schedule import Task, schedule
from tests.known_answers.cases import cases_of, rounding

Case = dict[str, Any]
MOST_ABOVE_OPTIMUM = 1.15


def recovery_schedule(case: Case) -> None:
    given, expected = case["inputs"], case["expected"]
    tasks = {
        name: Task(one["minutes"], one.get("people", 1), tuple(given.get("depends_on", {}).get(name, ())))
        for name, one in given["tasks"].items()
    }
    best = expected["makespan_optimal_min"]
    if best is None:  # a task needs more people than there are
        with pytest.raises(ValueError, match="people"):
            schedule(tasks, given["staff"])
        return
    found = schedule(tasks, given["staff"])
    assert best - 1e-6 <= found.minutes <= best * MOST_ABOVE_OPTIMUM + 1e-6
    assert found.critical_path_minutes == pytest.approx(expected["critical_path_min"])
    if expected["work_bound_min"] is not None:
        assert sum(one.minutes * one.people for one in tasks.values()) / given["staff"] == pytest.approx(
            expected["work_bound_min"]
        )
    for name, task in tasks.items():  # it is a schedule: in order, and never more people than there are
        assert all(
            found.start_minutes[name] >= found.start_minutes[one] + tasks[one].minutes - 1e-9 for one in task.after
        )
        at = found.start_minutes[name]
        busy = [
            tasks[one].people for one, start in found.start_minutes.items() if start <= at < start + tasks[one].minutes
        ]
        assert sum(busy) <= given["staff"]


def rpo_propagation(case: Case) -> None:
    found = targets.restore_points(case["inputs"]["rpo_min"], case["inputs"].get("rebuildable_from", {}))
    assert found.effective_minutes == case["expected"]["effective_rpo_min"]
    assert found.system_minutes == case["expected"]["system_rpo_min"]


def rto_sum(case: Case) -> None:
    given = dict(case["inputs"])
    work = given.pop("wrt")
    achieved = targets.achieved_minutes(**given)
    assert achieved == case["expected"]["rto_achieved_min"]
    assert targets.tolerable_minutes(achieved, work) == case["expected"]["mtd_needed_min"]


def failure_domain(case: Case) -> None:
    given = case["inputs"]
    found = targets.survivors(given["placement"], given["failed"], given.get("majority_stores", ()))
    assert {store: "up" if up else "down" for store, up in found.items()} == case["expected"]


def rto_probability(case: Case) -> None:
    given, near = case["inputs"], case["tolerance"]["relative"]
    spread = targets.Spread(given["median_min"], given["p95_min"])
    found = {"p_meet": spread.chance_within(given["rto_min"]), "p99_min": spread.p99_minutes}
    for name, wanted in case["expected"].items():
        assert found[name] == pytest.approx(wanted, rel=near, abs=rounding(wanted, case["expected"])), name


CHECKS: dict[str, Callable[[Case], None]] = {
    "recovery_schedule": recovery_schedule,
    "rpo_propagation": rpo_propagation,
    "rto_sum": rto_sum,
    "failure_domain": failure_domain,
    "rto_probability": rto_probability,
}
CASES = cases_of(set(CHECKS), "own_recovery.json")


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_known_answer(case: Case) -> None:
    CHECKS[case["kind"]](case)
