"""A week of backups: what begins when, how long it takes, and where runs get in each other's way.

A plan says how often, not when: times of day come from `start_times`. Durations are those of the recovery model: what is read,
at the assumed speed of its method (or the newest drill's).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.engine.backup.start_times import DAY, HOUR, WEEK, slot
from planner.engine.backups import taking_seconds
from planner.engine.document import BackupPolicy, Plan, Store, duration_seconds
from planner.engine.recovery import written_mib_s_by_store
from planner.engine.results import StoreResult
from planner.engine.words import duration_words

CHAINED = ("incremental", "differential")


@dataclass(frozen=True, slots=True)
class Run:
    """One backup of the week. `start` in seconds after Sunday 00:00 UTC; `seconds` None: the size is unknown."""

    kind: str
    every: str
    start: float
    seconds: float | None

    @property
    def end(self) -> float:
        return self.start + (self.seconds or 0.0)


@dataclass(frozen=True, slots=True)
class StoreWeek:
    """`continuous`: a log is archived all the time. `rarer`: kinds that do not fall into every week."""

    slug: str
    name: str
    runs: tuple[Run, ...]
    continuous: bool
    rarer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Collision:
    """`kind`: itself (a run is not done when its next begins), store (two kinds at once), place (many to one place)."""

    kind: str
    where: str
    text: str


@dataclass(frozen=True)
class Week:
    stores: tuple[StoreWeek, ...]
    collisions: tuple[Collision, ...]
    longest: tuple[str, Run] | None


def week_of(plan: Plan, results: Mapping[str, StoreResult]) -> Week:
    written = written_mib_s_by_store(plan)
    stores = []
    collisions: list[Collision] = []
    for position, (slug, store) in enumerate(plan.stores.items()):
        size = results[slug].size_gib if slug in results else None
        one = _store_week(slug, store, position, size, written.get(slug, 0.0))
        stores.append(one)
        collisions += _itself(slug, store, one) + _two_kinds(slug, one)
    runs = [(one.name, run) for one in stores for run in one.runs if run.seconds]
    longest = max(runs, key=lambda pair: pair[1].seconds or 0.0, default=None)
    return Week(tuple(stores), (*collisions, *_places(plan, stores)), longest)


def _store_week(slug: str, store: Store, position: int, size_gib: float | None, written: float) -> StoreWeek:
    runs: list[Run] = []
    rarer = []
    for policy in store.backups:
        if policy.kind == "log":
            continue
        every = slot(duration_seconds(policy.every), position)
        if every.every_seconds > WEEK:
            rarer.append(f"{policy.kind}, {every.words}")
            continue
        seconds = None if size_gib is None else taking_seconds(store, policy, size_gib, written)
        first = every.hour * HOUR + every.minute * 60
        step = every.every_seconds
        runs += [Run(policy.kind, policy.every, float(at), seconds) for at in range(first % min(step, DAY), WEEK, step)]
    fulls = {run.start for run in runs if run.kind == "full"}
    kept = [run for run in runs if run.kind not in CHAINED or run.start not in fulls]  # the full takes its place
    log = any(policy.kind == "log" for policy in store.backups)
    return StoreWeek(slug, store.name, tuple(sorted(kept, key=lambda run: run.start)), log, tuple(rarer))


def _itself(slug: str, store: Store, one: StoreWeek) -> list[Collision]:
    found = []
    for policy in store.backups:
        run = next((run for run in one.runs if (run.kind, run.every) == (policy.kind, policy.every)), None)
        every = duration_seconds(policy.every)
        if run is not None and run.seconds is not None and run.seconds > every:
            text = (
                f"{store.name}: a {policy.kind} backup takes about {duration_words(run.seconds)}, but the next begins "
                f"after {duration_words(every)}. Runs pile up: make it less often, or incremental."
            )
            found.append(Collision("itself", slug, text))
    return found


def _two_kinds(slug: str, one: StoreWeek) -> list[Collision]:
    """The first overlap of each pair of kinds."""
    found: dict[tuple[str, str], Collision] = {}
    for place, run in enumerate(one.runs):
        for other in one.runs[place + 1 :]:
            if other.start >= run.end:
                break
            pair = (run.kind, other.kind)
            if run.kind != other.kind and pair not in found:
                text = (
                    f"{one.name}: the {run.kind} backup of {moment(run.start)} runs until about {moment(run.end)}, and the "
                    f"{other.kind} one begins at {moment(other.start)}."
                )
                found[pair] = Collision("store", slug, text)
    return list(found.values())


def _places(plan: Plan, stores: list[StoreWeek]) -> tuple[Collision, ...]:
    """Where the most stores write to one place at the same time: told, not forbidden."""
    by_place: dict[str, list[tuple[Run, str]]] = {}
    for one in stores:
        for policy in plan.stores[one.slug].backups:
            for place in _places_of(policy):
                by_place.setdefault(place, []).extend(
                    (run, one.name) for run in one.runs if (run.kind, run.every) == (policy.kind, policy.every)
                )
    found = []
    for place, runs in by_place.items():
        at, names = max(
            ((run.start, {name for other, name in runs if other.start <= run.start < other.end}) for run, _ in runs),
            key=lambda pair: len(pair[1]), default=(0.0, set()),
        )  # fmt: skip
        if len(names) > 2:
            text = f"{len(names)} stores write to {place} at {moment(at)}: {', '.join(sorted(names))}."
            found.append(Collision("place", place, text))
    return tuple(found)


def _places_of(policy: BackupPolicy) -> tuple[str, ...]:
    return tuple(f"{copy.medium} in {copy.region}" if copy.region else copy.medium for copy in policy.copies)


DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")


def moment(seconds: float) -> str:
    """`Sun 02:00`; after the week's end the days begin anew."""
    minutes = int(seconds // 60)
    day = DAYS[minutes // (24 * 60) % 7]
    return f"{day} {minutes // 60 % 24:02}:{minutes % 60:02}"
