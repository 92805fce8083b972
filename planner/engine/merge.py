"""Three-way merge of plans, field by field. What only one side changed is taken; what both changed differently conflicts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from planner.engine.document import DocumentError, Plan, parse
from planner.engine.fields import ABSENT, Flat, flat, label, unflat

Choice = Literal["ours", "theirs"]
ORDERED = ("services.", "stores.")


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field that both sides changed. None = not there on that side."""

    path: str
    label: str
    base: Any
    ours: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merge:
    """`plan` is None when there are conflicts, or when the parts do not fit together (`problem` says why)."""

    plan: Plan | None
    conflicts: tuple[Conflict, ...]
    problem: str = ""


def merge(base: Plan, ours: Plan, theirs: Plan) -> Merge:
    """Both edits of `base` in one plan, or the fields in which they contradict each other."""
    if ours == theirs or theirs == base:
        return Merge(ours, ())
    if ours == base:
        return Merge(theirs, ())
    merged, conflicts = _merged(flat(base), flat(ours), flat(theirs))
    if conflicts:
        return Merge(None, tuple(_named(conflict, ours, theirs) for conflict in conflicts))
    try:
        return Merge(_plan(merged), ())
    except DocumentError as error:
        conflicts = [_broken(flat(base), flat(ours), flat(theirs), problem.path) for problem in error.problems]
        return Merge(None, tuple(_named(one, ours, theirs) for one in conflicts), str(error))


def resolve(base: Plan, ours: Plan, theirs: Plan, choices: Mapping[str, Choice]) -> Plan:
    """The merged plan with each conflict decided. A path without a choice keeps theirs. DocumentError if it cannot stand."""
    values = (flat(base), flat(ours), flat(theirs))
    merged, conflicts = _merged(*values)
    for conflict in conflicts:
        side = choices.get(conflict.path, "theirs")
        _take(merged, conflict.path, values[1] if side == "ours" else values[2])
    for path, side in choices.items():
        if path not in {conflict.path for conflict in conflicts}:
            _take(merged, path, values[1] if side == "ours" else values[2])
    return _plan(merged)


def _plan(values: Flat) -> Plan:
    return parse(json.dumps(unflat(values), ensure_ascii=False), "json")


def _merged(base: Flat, ours: Flat, theirs: Flat) -> tuple[Flat, list[Conflict]]:
    """Keys in the order of theirs, then what ours added."""
    merged: Flat = {}
    conflicts: list[Conflict] = []
    removed = _removals(base, ours, theirs, conflicts)
    for path in dict.fromkeys((*theirs, *ours, *base)):
        if any(path.startswith(prefix) for prefix in removed):
            continue
        before, mine, yours = base.get(path, ABSENT), ours.get(path, ABSENT), theirs.get(path, ABSENT)
        if mine in (yours, before):
            taken = yours
        elif yours == before:
            taken = mine
        else:
            conflicts.append(Conflict(path, "", before, mine, yours))
            taken = yours
        if taken is not ABSENT:
            merged[path] = taken
    return merged, conflicts


def _removals(base: Flat, ours: Flat, theirs: Flat, conflicts: list[Conflict]) -> list[str]:
    """Sections that one side removed: gone if the other left them alone, a conflict if the other changed something in them."""
    gone: list[str] = []
    for path in base:
        if not path.endswith(".") or (path in ours and path in theirs) or any(path.startswith(one) for one in gone):
            continue
        other = theirs if path not in ours else ours
        if path not in ours and path not in theirs:
            gone.append(path)
        elif _section(other, path) == _section(base, path):
            gone.append(path)
        else:
            mine, yours = (None, "changed") if path not in ours else ("changed", None)
            conflicts.append(Conflict(path, "", "there", mine, yours))
            gone.append(path)
    return gone


def _section(values: Flat, prefix: str) -> Flat:
    return {path: value for path, value in values.items() if path.startswith(prefix)}


def _take(merged: Flat, path: str, side: Flat) -> None:
    """Replace a field, or a whole section, by one side's."""
    if path.endswith("."):
        for old in [one for one in merged if one.startswith(path)]:
            del merged[old]
        merged.update(_section(side, path))
    elif path in side:
        merged[path] = side[path]
    else:
        merged.pop(path, None)


def _broken(base: Flat, ours: Flat, theirs: Flat, path: str) -> Conflict:
    return Conflict(path, "", base.get(path, ABSENT), ours.get(path, ABSENT), theirs.get(path, ABSENT))


def _named(conflict: Conflict, ours: Plan, theirs: Plan) -> Conflict:
    plan = ours if conflict.ours is not None else theirs
    return Conflict(conflict.path, label(plan, conflict.path), conflict.base, conflict.ours, conflict.theirs)
