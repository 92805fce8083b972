"""Bringing everything back with few people: in which order, and how long it takes at least and at best.

Each task takes minutes and people, begins when all that it needs is done and enough people are free, and is not interrupted:
resource-constrained project scheduling. Serial schedule generation from many priority orders; small plans exactly.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

EXACT_TASKS = 9
RESTARTS = 200


@dataclass(frozen=True, slots=True)
class Task:
    minutes: float
    people: int = 1
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """`start_minutes` of each task; `bound_minutes`: no schedule is shorter; `critical`: the longest chain."""

    start_minutes: Mapping[str, float]
    minutes: float
    critical_path_minutes: float
    work_minutes: float | None  # all work divided among the people; None without a limit that could matter
    critical: tuple[str, ...]

    @property
    def bound_minutes(self) -> float:
        return max(self.critical_path_minutes, self.work_minutes or 0.0)


def schedule(tasks: Mapping[str, Task], staff: int, seed: int = 0) -> Schedule:
    """The shortest schedule found for so many people: exact up to nine tasks, else the best of many orders.

    Raises ValueError where a task needs more people than there are, is unknown, or needs itself.
    """
    _check(tasks, staff)
    tails = _tails(tasks)
    best = _serial(tasks, sorted(tasks, key=lambda name: -tails[name]), staff)
    bound = max(_work(tasks, staff), max(tails.values(), default=0.0))
    if best[1] > bound:
        orders = _all_orders(tasks, tails, staff, best, bound) if len(tasks) <= EXACT_TASKS else None
        best = orders or _restarts(tasks, tails, staff, best, bound, seed)
    return Schedule(
        start_minutes=best[0],
        minutes=best[1],
        critical_path_minutes=max(tails.values(), default=0.0),
        work_minutes=_work(tasks, staff) if staff < sum(task.people for task in tasks.values()) else None,
        critical=_critical(tasks, tails),
    )


def _check(tasks: Mapping[str, Task], staff: int) -> None:
    for name, task in tasks.items():
        if task.people > staff:
            raise ValueError(f"{name} needs {task.people} people, and there are {staff}")
        if task.minutes < 0:
            raise ValueError(f"{name} takes {task.minutes:g} minutes")
        for other in task.after:
            if other not in tasks:
                raise ValueError(f"{name} needs {other}, which is no task")


def _tails(tasks: Mapping[str, Task]) -> dict[str, float]:
    """Minutes from the start of each task to the end of the longest chain that begins with it."""
    needed_by: dict[str, list[str]] = {name: [] for name in tasks}
    for name, task in tasks.items():
        for other in task.after:
            needed_by[other].append(name)
    tails: dict[str, float] = {}
    open_: dict[str, bool] = {}

    def tail(name: str) -> float:
        if name in tails:
            return tails[name]
        if open_.get(name):
            raise ValueError(f"{name} needs itself")
        open_[name] = True
        tails[name] = tasks[name].minutes + max((tail(one) for one in needed_by[name]), default=0.0)
        return tails[name]

    for name in tasks:
        tail(name)
    return tails


def _work(tasks: Mapping[str, Task], staff: int) -> float:
    return sum(task.minutes * task.people for task in tasks.values()) / staff


def _critical(tasks: Mapping[str, Task], tails: Mapping[str, float]) -> tuple[str, ...]:
    """The longest chain, from its first task to its last."""
    chain: list[str] = []
    candidates = [name for name, task in tasks.items() if not task.after]
    while candidates:
        name = max(candidates, key=lambda one: tails[one])
        chain.append(name)
        candidates = [one for one, task in tasks.items() if name in task.after]
    return tuple(chain)


Found = tuple[dict[str, float], float]


def _serial(tasks: Mapping[str, Task], order: Sequence[str], staff: int) -> Found:
    """Each task of the order as early as what it needs and the free people allow; an order may name tasks too early."""
    starts: dict[str, float] = {}
    left = list(order)
    while left:
        name = next(one for one in left if all(other in starts for other in tasks[one].after))
        left.remove(name)
        starts[name] = _earliest(tasks, name, starts, staff)
    return starts, max((starts[name] + tasks[name].minutes for name in starts), default=0.0)


def _earliest(tasks: Mapping[str, Task], name: str, starts: Mapping[str, float], staff: int) -> float:
    task = tasks[name]
    ready = max((starts[other] + tasks[other].minutes for other in task.after), default=0.0)
    ends = sorted({ready, *(starts[one] + tasks[one].minutes for one in starts)})
    return next(at for at in ends if at >= ready and _fits(tasks, task, at, starts, staff))


def _fits(tasks: Mapping[str, Task], task: Task, at: float, starts: Mapping[str, float], staff: int) -> bool:
    """Whether enough people are free from `at` until the task is done."""
    busy = [(start, start + tasks[one].minutes, tasks[one].people) for one, start in starts.items()]
    moments = [at, *(start for start, _, _ in busy if at < start < at + task.minutes)]
    return all(
        sum(people for start, end, people in busy if start <= one < end) + task.people <= staff for one in moments
    )


def _all_orders(tasks: Mapping[str, Task], tails: Mapping[str, float], staff: int, best: Found, bound: float) -> Found:
    """Every order in which each task comes after what it needs; branches that cannot be shorter are left."""
    found = best

    def extend(starts: dict[str, float]) -> None:
        nonlocal found
        if found[1] <= bound:
            return
        if len(starts) == len(tasks):
            end = max(starts[name] + tasks[name].minutes for name in starts)
            found = (dict(starts), end) if end < found[1] else found
            return
        for name, task in tasks.items():
            if name in starts or not all(other in starts for other in task.after):
                continue
            at = _earliest(tasks, name, starts, staff)
            if at + tails[name] < found[1]:
                extend({**starts, name: at})

    extend({})
    return found


def _restarts(
    tasks: Mapping[str, Task], tails: Mapping[str, float], staff: int, best: Found, bound: float, seed: int
) -> Found:
    """Longest tail first, disturbed a little more each time; reproducible for a seed."""
    chance = random.Random(seed)  # noqa: S311 -- an order of tasks, not a secret
    longest = max(tails.values())
    for number in range(RESTARTS):
        wide = longest * (number + 1) / RESTARTS
        keys = {name: tails[name] + chance.uniform(-wide, wide) for name in tasks}
        found = _serial(tasks, sorted(tasks, key=lambda name: -keys[name]), staff)
        best = min(best, found, key=lambda one: one[1])
        if best[1] <= bound:
            break
    return best
