"""In which order everything comes back when only backups are left, with the people who are there.

A store that holds data which nothing could rebuild is restored from its backups; a copy in a store without any is built
again once its sources are back. Each takes one person; who is done takes the next (`backup.schedule`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.engine.backup.schedule import Task, schedule
from planner.engine.backups import drill_speed, restore_seconds, way_back
from planner.engine.document import Plan
from planner.engine.order import needed_first
from planner.engine.recovery import source_holds, written_mib_s_by_store
from planner.engine.recovery_inputs import PROVISION, REBUILD, VERIFY
from planner.engine.results import Because, StoreResult
from planner.engine.words import size_words

ONE_PERSON = 1


@dataclass(frozen=True, slots=True)
class Step:
    """One restore or rebuild, in minutes after people begin."""

    name: str  # slug of the store, or path of the copy
    label: str
    kind: str  # restore | rebuild
    text: str
    start_minutes: float
    minutes: float
    critical: bool


@dataclass(frozen=True)
class RestoreOrder:
    """`service_minutes` None: something that it needs does not come back, or nobody knows when."""

    steps: tuple[Step, ...]
    people: int
    people_given: bool
    minutes: float
    bound_minutes: float  # no order is quicker with so many people
    alone_minutes: float  # of the longest chain: with people enough
    service_minutes: Mapping[str, float | None]
    missing: tuple[str, ...]  # what does not come back, or takes nobody knows how long
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class _Work:
    label: str
    kind: str
    text: str
    task: Task


def restore_order(plan: Plan, stores: Mapping[str, StoreResult]) -> RestoreOrder:
    work, missing = _work(plan, stores)
    given = plan.team.people_on_call
    people = given or ONE_PERSON
    found = schedule({name: one.task for name, one in work.items()}, people)
    steps = tuple(
        Step(name, one.label, one.kind, one.text, found.start_minutes[name], one.task.minutes, name in found.critical)
        for name, one in work.items()
    )
    ends = {one.name: one.start_minutes + one.minutes for one in steps}
    return RestoreOrder(
        steps=tuple(sorted(steps, key=lambda one: (one.start_minutes, one.name))),
        people=people,
        people_given=given is not None,
        minutes=found.minutes,
        bound_minutes=found.bound_minutes,
        alone_minutes=found.critical_path_minutes,
        service_minutes=_services(plan, ends),
        missing=missing,
        because=(PROVISION.because(), VERIFY.because(), REBUILD.because()),
    )


def _work(plan: Plan, stores: Mapping[str, StoreResult]) -> tuple[dict[str, _Work], tuple[str, ...]]:
    written = written_mib_s_by_store(plan)
    work: dict[str, _Work] = {}
    missing: list[str] = []
    for slug, store in plan.stores.items():
        if not _kept(plan, slug):
            continue
        size = stores[slug].size_gib if slug in stores else None
        back = (
            None if size is None else way_back(store, size, written.get(slug, 0.0), store.backups, drill_speed(store))
        )
        if size is None:
            missing.append(f"{store.name}: its size is unknown, so is the time")
        elif back is None:
            missing.append(f"{store.name}: it has no full backup, so it does not come back")
        else:
            seconds = PROVISION.likely + sum(seconds for _, seconds in back.steps) + VERIFY.likely
            work[slug] = _Work(store.name, "restore", f"Restore {size_words(size)}", Task(seconds / 60))
    _add_rebuilds(plan, work, missing)
    return work, tuple(missing)


def _kept(plan: Plan, slug: str) -> bool:
    """Whether a store holds something that its sources could not rebuild, or has backups of its own."""
    held = [ref for ref in plan.data_sets() if ref.data_set.store == slug]
    return any(not _rebuildable(plan, ref.path) for ref in held) or bool(held and plan.stores[slug].backups)


def _rebuildable(plan: Plan, path: str) -> bool:
    copy = plan.data_set(path)
    return bool(copy.derived_from) and all(source_holds(plan.data_set(one), copy) for one in copy.derived_from)


def _add_rebuilds(plan: Plan, work: dict[str, _Work], missing: list[str]) -> None:
    """Copies in stores without backups, sources before them."""
    waiting = [ref.path for ref in plan.data_sets() if ref.data_set.store and not _kept(plan, ref.data_set.store)]
    for path in _sources_first(plan, waiting):
        copy = plan.data_set(path)
        after = [task_of(plan, source, work) for source in copy.derived_from]
        size = copy.needs.size_gib
        if size is None:
            missing.append(f"{copy.name}: its size is unknown, so is the time")
        elif None in after:
            missing.append(f"{copy.name}: a source does not come back")
        else:
            seconds = PROVISION.likely + restore_seconds(size.mid, 1, REBUILD.likely)
            names = ", ".join(plan.data_set(one).name for one in copy.derived_from)
            needed = tuple(dict.fromkeys(one for one in after if one))
            text = f"Rebuild {size_words(size.mid)} from {names}"
            work[path] = _Work(copy.name, "rebuild", text, Task(seconds / 60, 1, needed))


def _sources_first(plan: Plan, paths: list[str]) -> list[str]:
    found: list[str] = []

    def visit(path: str) -> None:
        for source in plan.data_set(path).derived_from:
            if source in paths and source not in found:
                visit(source)
        if path not in found:
            found.append(path)

    for path in paths:
        visit(path)
    return found


def task_of(plan: Plan, path: str, work: Mapping[str, _Work] | Mapping[str, float]) -> str | None:
    """The restore or rebuild that brings a data set back; None where nothing does."""
    store = plan.data_set(path).store
    return store if store in work else path if path in work else None


def _services(plan: Plan, ends: Mapping[str, float]) -> dict[str, float | None]:
    """Each service after its slowest data set and the services that it needs, and its own start."""
    back: dict[str, float | None] = {}
    for slug in needed_first(plan):
        service = plan.services[slug]
        tasks = [task_of(plan, f"{slug}/{name}", ends) for name in service.data]
        times = [ends[one] if one else None for one in tasks] + [back[other] for other in service.depends_on]
        known = [one for one in times if one is not None]
        back[slug] = None if len(known) < len(times) else max(known, default=0.0) + (service.startup_minutes or 0)
    return back
