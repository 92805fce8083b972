"""A document that was read but not yet understood: its tree, and the line and column of every node."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from planner.engine.problems import DocumentError, Path, Problem, dotted

MAX_BYTES = 1_048_576
MAX_DEPTH = 24
MAX_NODES = 300_000
MAX_ALIASED_NODES = 2_000
MAX_DIGITS = 40
Tree = dict[str, object]
Place = tuple[int, int]
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Source:
    """`places` holds 1-based lines and columns. `problems` are those that did not stop the reading."""

    tree: Tree
    places: dict[Path, Place] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def position(self, path: Path) -> tuple[int | None, int | None]:
        """Of the node, or of the nearest one around it."""
        while path:
            if path in self.places:
                return self.places[path]
            path = path[:-1]
        return (1, 1)


def refuse(path: Path, place: Place | None, message: str) -> DocumentError:
    """The error for a text that cannot be read any further."""
    line, column = place or (None, None)
    return DocumentError((Problem(dotted(path), line, column, message),))


def check_room(nodes: int, depth: int, path: Path, place: Place) -> None:
    """Stops documents that are small as text and huge or endless as values."""
    if nodes > MAX_NODES or depth > MAX_DEPTH:
        limit = f"{MAX_NODES:,} values" if nodes > MAX_NODES else f"{MAX_DEPTH} levels"
        raise refuse(path, place, f"has more than {limit}")
