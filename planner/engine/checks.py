"""What no single field can tell: references, cycles, limits of size, quorums. All problems at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from planner.engine.problems import Position, Problem, dotted
from planner.engine.sections import Plan

MAX_SERVICES = 500
MAX_DATA_SETS = 2_000
MAX_STORES = 500
Found = tuple[tuple[str | int, ...], str]


def check(plan: Plan, position: Position) -> tuple[Problem, ...]:
    """Problems with their places, in the order of the document."""
    found = [*_limits(plan), *_references(plan), *_cycles(plan), *_stores(plan)]
    problems = [Problem(dotted(path), *position(path), message) for path, message in found]
    return tuple(sorted(problems, key=lambda one: (one.line or 0, one.column or 0)))


def _limits(plan: Plan) -> Iterator[Found]:
    data_sets = sum(len(service.data) for service in plan.services.values())
    for name, count, limit in (
        ("services", len(plan.services), MAX_SERVICES),
        ("data sets", data_sets, MAX_DATA_SETS),
        ("stores", len(plan.stores), MAX_STORES),
    ):
        if count > limit:
            yield ("stores" if name == "stores" else "services",), f"has {count:,} {name}; the limit is {limit:,}"


def _references(plan: Plan) -> Iterator[Found]:
    known = {ref.path for ref in plan.data_sets()}
    for slug, service in plan.services.items():
        for index, other in enumerate(service.depends_on):
            if other not in plan.services:
                yield ("services", slug, "depends_on", index), f"no service {other!r} in this plan"
    for ref in plan.data_sets():
        path = ("services", ref.service_slug, "data", ref.slug)
        data_set = ref.data_set
        if data_set.store is not None and data_set.store not in plan.stores:
            yield (*path, "store"), f"no store {data_set.store!r} in this plan"
        for index, source in enumerate(data_set.derived_from):
            if source not in known:
                yield (*path, "derived_from", index), f"no data set {source!r} in this plan"
        cache = data_set.cache
        if cache and cache.store is not None and cache.store not in plan.stores:
            yield (*path, "cache", "store"), f"no store {cache.store!r} in this plan"
        if cache and cache.layer == "distributed" and cache.store is None:
            yield (*path, "cache", "store"), "a distributed cache needs a store"
        if cache and cache.layer != "distributed" and cache.store is not None:
            yield (*path, "cache", "store"), f"a cache of layer {cache.layer} has no store"


def _cycles(plan: Plan) -> Iterator[Found]:
    services = {slug: service.depends_on for slug, service in plan.services.items()}
    loop = _loop(services)
    if loop:
        yield ("services", loop[0], "depends_on"), f"services depend on each other in a circle: {' -> '.join(loop)}"
    sources = {ref.path: ref.data_set.derived_from for ref in plan.data_sets()}
    loop = _loop(sources)
    if loop:
        service, data = loop[0].split("/")
        yield ("services", service, "data", data, "derived_from"), f"data sets derive from each other: {' -> '.join(loop)}"


def _loop(edges: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The first circle, closed (a, b, a), or []. Without recursion: a chain may be 2,000 long."""
    done: set[str] = set()
    for start in edges:
        trail: list[str] = []
        stack: list[tuple[str, int]] = [(start, 0)]
        while stack:
            node, place = stack.pop()
            if place == 0:
                if node in done:
                    continue
                trail.append(node)
            following = edges.get(node, ())
            if place < len(following):
                stack.append((node, place + 1))
                after = following[place]
                if after in trail:
                    return [*trail[trail.index(after) :], after]
                if after not in done:
                    stack.append((after, 0))
            else:
                done.add(node)
                trail.pop()
    return []


def _stores(plan: Plan) -> Iterator[Found]:
    for slug, store in plan.stores.items():
        replication = store.replication
        if replication is None:
            continue
        copies = 1 + replication.replicas
        for name in ("write_quorum", "read_quorum"):
            quorum = getattr(replication, name)
            if quorum is not None and not 1 <= quorum <= copies:
                yield ("stores", slug, "replication", name), f"is {quorum}, but there are {copies} copies"
        if replication.mode == "none" and replication.replicas:
            yield ("stores", slug, "replication", "mode"), f"is none, but there are {replication.replicas} replicas"
