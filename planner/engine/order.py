"""In which order things come back: sources before their copies, services after those that they need."""

from __future__ import annotations

from collections.abc import Callable

from planner.engine.document import Plan


def ordered(keys: list[str], before: Callable[[str], tuple[str, ...]]) -> list[str]:
    """Keys so that each comes after those it needs. The document refuses cycles, so this ends."""
    done: dict[str, None] = {}

    def visit(key: str) -> None:
        for other in before(key):
            if other not in done:
                visit(other)
        done[key] = None

    for key in keys:
        if key not in done:
            visit(key)
    return list(done)


def sources_first(plan: Plan) -> list[str]:
    return ordered([ref.path for ref in plan.data_sets()], lambda path: tuple(plan.data_set(path).derived_from))


def needed_first(plan: Plan) -> list[str]:
    return ordered(list(plan.services), lambda slug: tuple(plan.services[slug].depends_on))
