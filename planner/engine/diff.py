"""What changed between two plans, as a list that a person can review."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from planner.engine.document import Plan
from planner.engine.fields import Flat, flat, is_part, label

Kind = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `path` is dotted; `old` and `new` are plain values, None where there was or is nothing."""

    path: str
    label: str
    kind: Kind
    old: Any
    new: Any


def diff(old: Plan, new: Plan) -> tuple[Change, ...]:
    """In the order of the new plan: a part that came or went stands there once, other changes field by field."""
    before, after = flat(old), flat(new)
    changes: list[Change] = []
    whole: list[str] = []
    for path in dict.fromkeys((*after, *before)):
        if any(path.startswith(prefix) for prefix in whole) or before.get(path) == after.get(path):
            continue
        if is_part(path):
            whole.append(path)
            changes.append(_whole(old, new, path, added=path in after))
        elif not path.endswith("."):
            changes.append(_field(old, new, path, before, after))
    return tuple(changes)


def _whole(old: Plan, new: Plan, path: str, added: bool) -> Change:
    name = label(new if added else old, path)
    key = path.rstrip(".")
    return Change(key, name, "added", None, name) if added else Change(key, name, "removed", name, None)


def _field(old: Plan, new: Plan, path: str, before: Flat, after: Flat) -> Change:
    was, now = before.get(path), after.get(path)
    if path.endswith(".store") and path.startswith("services.") and ".cache." not in path:
        kind: Kind = "moved"
    else:
        kind = "added" if was is None else "removed" if now is None else "changed"
    return Change(path, label(new if now is not None else old, path), kind, was, now)
