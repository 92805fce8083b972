"""What no single field can tell: references, cycles, limits of size, quorums. All problems at once.

Works on a plan and, so that a document with other mistakes gets its whole list, on a raw tree too: parts of the wrong
type are skipped here, they have their own problem already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.engine.problems import Path, Position, Problem, dotted, in_order
from planner.engine.sections import Plan

MAX_SERVICES = 500
MAX_DATA_SETS = 2_000
MAX_STORES = 500


@dataclass(frozen=True, slots=True)
class Broken:
    """A part that does not hold. `involved` are the parts that would have to differ, for merges."""

    path: Path
    message: str
    involved: tuple[Path, ...]


def check(plan: Plan | Mapping[str, object], position: Position) -> tuple[Problem, ...]:
    """Problems with their places, in the order of the document."""
    return in_order(Problem(dotted(one.path), *position(one.path), one.message) for one in broken(plan))


def broken(plan: Plan | Mapping[str, object]) -> tuple[Broken, ...]:
    """Everything that does not hold together in the plan."""
    services, stores = _sections(plan, "services"), _sections(plan, "stores")
    data_sets = {
        (slug, name): one for slug, service in services.items() for name, one in _sections(service, "data").items()
    }
    return (
        *_limits(len(services), len(data_sets), len(stores)),
        *_services(services),
        *_data_sets(data_sets, stores),
        *_stores(stores),
        *_waivers(plan, services, data_sets, stores),
    )


Sections = Mapping[str, object]
DataSets = Mapping[tuple[str, str], object]


def _part(section: object, key: str) -> object:
    return section.get(key) if isinstance(section, Mapping) else getattr(section, key, None)


def _sections(section: object, key: str) -> Sections:
    found = _part(section, key)
    return found if isinstance(found, Mapping) else {}


def _text(section: object, key: str) -> str | None:
    found = _part(section, key)
    return found if isinstance(found, str) else None


def _texts(section: object, key: str) -> Iterator[tuple[int, str]]:
    found = _part(section, key)
    if isinstance(found, (list, tuple)):
        yield from ((place, one) for place, one in enumerate(found) if isinstance(one, str))


def _count(section: object, key: str) -> int | None:
    found = _part(section, key)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def _limits(services: int, data_sets: int, stores: int) -> Iterator[Broken]:
    for key, name, count, limit in (
        ("services", "services", services, MAX_SERVICES),
        ("services", "data sets", data_sets, MAX_DATA_SETS),
        ("stores", "stores", stores, MAX_STORES),
    ):
        if count > limit:
            yield Broken((key,), f"has {count:,} {name}; the limit is {limit:,}", ((key,),))


def _services(services: Sections) -> Iterator[Broken]:
    edges: dict[str, tuple[str, ...]] = {}
    for slug, service in services.items():
        edges[slug] = tuple(other for _, other in _texts(service, "depends_on"))
        for place, other in _texts(service, "depends_on"):
            if other not in services:
                path = ("services", slug, "depends_on", place)
                yield Broken(path, f"no service {other!r} in this plan", (("services", other),))
    loop = _loop(edges)
    if loop:
        paths = tuple(("services", slug, "depends_on") for slug in loop[:-1])
        yield Broken(paths[0], f"services depend on each other in a circle: {' -> '.join(loop)}", paths)


def _data_sets(data_sets: DataSets, stores: Sections) -> Iterator[Broken]:
    edges: dict[str, tuple[str, ...]] = {}
    for (service, slug), data_set in data_sets.items():
        path = ("services", service, "data", slug)
        edges[f"{service}/{slug}"] = tuple(source for _, source in _texts(data_set, "derived_from"))
        store = _text(data_set, "store")
        if store is not None and store not in stores:
            yield Broken((*path, "store"), f"no store {store!r} in this plan", (("stores", store),))
        for place, source in _texts(data_set, "derived_from"):
            other, _, name = source.partition("/")
            if (other, name) not in data_sets:
                target = ("services", other, "data", name)
                yield Broken((*path, "derived_from", place), f"no data set {source!r} in this plan", (target,))
        yield from _cache((*path, "cache"), _part(data_set, "cache"), stores)
    loop = _loop(edges)
    if loop:
        paths = tuple(("services", *_split(one), "derived_from") for one in loop[:-1])
        yield Broken(paths[0], f"data sets derive from each other in a circle: {' -> '.join(loop)}", paths)


def _split(path: str) -> tuple[str, str, str]:
    service, _, slug = path.partition("/")
    return service, "data", slug


def _cache(path: Path, cache: object, stores: Sections) -> Iterator[Broken]:
    layer, store = _text(cache, "layer"), _text(cache, "store")
    if store is not None and store not in stores:
        yield Broken((*path, "store"), f"no store {store!r} in this plan", (("stores", store),))
    if layer == "distributed" and _part(cache, "store") is None:
        yield Broken((*path, "store"), "a distributed cache needs a store", (path,))
    if layer not in (None, "distributed") and store is not None:
        yield Broken((*path, "store"), f"a cache of layer {layer} has no store", (path,))


def _loop(edges: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The first circle, closed (a, b, a), or []. Without recursion: a chain may be 2,000 long."""
    done: set[str] = set()
    for start in edges:
        trail: list[str] = []
        on_trail: set[str] = set()
        stack: list[tuple[str, int]] = [(start, 0)]
        while stack:
            node, place = stack.pop()
            if place == 0:
                if node in done:
                    continue
                trail.append(node)
                on_trail.add(node)
            following = edges.get(node, ())
            if place == len(following):
                done.add(node)
                on_trail.discard(trail.pop())
                continue
            stack.append((node, place + 1))
            after = following[place]
            if after in on_trail:
                return [*trail[trail.index(after) :], after]
            stack.append((after, 0))
    return []


def _stores(stores: Sections) -> Iterator[Broken]:
    for slug, store in stores.items():
        replication = _part(store, "replication")
        replicas = _count(replication, "replicas") or 0
        path: Path = ("stores", slug, "replication")
        for name in ("write_quorum", "read_quorum"):
            quorum = _count(replication, name)
            if quorum is not None and not 1 <= quorum <= 1 + replicas:
                copies = "1 copy" if replicas == 0 else f"{1 + replicas} copies"
                message = (
                    f"is {quorum}, but there is {copies}" if replicas == 0 else f"is {quorum}, but there are {copies}"
                )
                yield Broken((*path, name), f"{message} (the primary and its replicas)", (path,))
        machines = _count(store, "machines")
        if machines is not None and _text(store, "machine") is None:
            where = ("stores", slug, "machine")
            yield Broken(
                where, f"is missing: {machines} machines of which kind?", (where, ("stores", slug, "machines"))
            )
        elif machines is not None and 1 <= machines <= replicas:
            where = ("stores", slug, "machines")
            yield Broken(where, f"is {machines}, but there are {1 + replicas} copies, each on a machine", (where, path))
        if _text(replication, "mode") == "none" and replicas:
            message = f"is none, but there {'is 1 replica' if replicas == 1 else f'are {replicas} replicas'}"
            yield Broken((*path, "mode"), message, (path,))


def _waivers(plan: object, services: Sections, data_sets: DataSets, stores: Sections) -> Iterator[Broken]:
    waivers = _part(plan, "waivers")
    for place, waiver in enumerate(waivers if isinstance(waivers, (list, tuple)) else ()):
        at = _text(waiver, "at") or ""
        kind, _, rest = at.partition("/")
        names = rest.split("/")
        missing: Path | None = None
        if kind == "stores" and rest and names[0] not in stores:
            missing = ("stores", names[0])
        elif kind == "services" and rest and names[0] not in services:
            missing = ("services", names[0])
        elif kind == "services" and len(names) > 2 and names[1] == "data" and (names[0], names[2]) not in data_sets:
            missing = ("services", names[0], "data", names[2])
        if missing:
            yield Broken(("waivers", place, "at"), f"no {'/'.join(map(str, missing))} in this plan", (missing,))
