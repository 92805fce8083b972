"""Three-way merge of plans, field by field. What one side changed is taken; what both changed differently conflicts.

Lists without an order of their own (queries, dependencies, drills, waivers...) are merged as sets: what either side
added or removed. A mix that does not hold together, such as a data set that one side put into a store which the other
removed, is a conflict about the parts involved. So are two new parts under one slug: they are not mixed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from planner.engine.checks import Broken, broken
from planner.engine.document import Plan, plan_of
from planner.engine.fields import ABSENT, Flat, flat, is_part, label, unflat
from planner.engine.problems import Path, dotted

MAX_RESTORED = 10
Choice = Literal["ours", "theirs"]
Sides = tuple[Flat, Flat, Flat]  # base, ours, theirs
SETS = frozenset(
    ("queries", "knows", "licences", "depends_on", "derived_from", "regions", "drills", "waivers", "assumptions")
)


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field or, where the path ends with a dot, a whole part that both sides changed. None = not there."""

    path: str
    label: str
    base: Any
    ours: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merge:
    """`plan` is None when there are conflicts; `problem` says why the parts do not fit together, if they do not."""

    plan: Plan | None
    conflicts: tuple[Conflict, ...]
    problem: str = ""


def merge(base: Plan, ours: Plan, theirs: Plan) -> Merge:
    """Both edits of `base` in one plan, or the fields in which they contradict each other."""
    if ours == theirs or theirs == base:
        return Merge(ours, ())
    if ours == base:
        return Merge(theirs, ())
    sides = flat(base), flat(ours), flat(theirs)
    merged, conflicts = _merged(sides)
    problem = ""
    if not conflicts:
        tree = unflat(merged)
        found = broken(tree)
        if not found:
            return Merge(plan_of(tree), ())
        conflicts = _contradictions(found, sides)
        problem = "; ".join(f"{dotted(one.path)}: {one.message}" for one in found)
    return Merge(None, tuple(_named(one, ours, theirs) for one in conflicts), problem)


def resolve(base: Plan, ours: Plan, theirs: Plan, choices: Mapping[str, Choice]) -> Plan:
    """The merged plan with each conflict decided; a path without a choice keeps theirs.

    Raises DocumentError if the choices do not fit together.
    """
    sides = flat(base), flat(ours), flat(theirs)
    merged, conflicts = _merged(sides)
    if not conflicts:
        conflicts = _contradictions(broken(unflat(merged)), sides)
    chosen = {one.path: choices.get(one.path, "theirs") for one in conflicts} | dict(choices)
    for path, choice in chosen.items():
        _take(merged, path, sides[1] if choice == "ours" else sides[2])
    gone = [path for path in chosen if path.endswith(".") and path not in merged]
    _unhook(merged, gone, chosen, sides)
    _restore(merged, sides)
    return plan_of(unflat(merged))


def _merged(sides: Sides) -> tuple[Flat, list[Conflict]]:
    """Keys in the order of theirs, then what ours added."""
    base, ours, theirs = sides
    merged: Flat = {}
    conflicts: list[Conflict] = []
    removed = _removals(sides, conflicts) | _twice_new(sides, conflicts)
    for path in dict.fromkeys((*theirs, *ours, *base)):
        if removed and _under(path, removed):
            continue
        before, mine, yours = base.get(path, ABSENT), ours.get(path, ABSENT), theirs.get(path, ABSENT)
        taken = yours
        if yours == before:
            taken = mine
        elif mine not in (yours, before):
            both = _union(path, before, mine, yours)
            if both is None:
                conflicts.append(Conflict(path, "", before, mine, yours))
            else:
                taken = both or ABSENT
        if taken is not ABSENT:
            merged[path] = taken
    return merged, conflicts


def _under(path: str, prefixes: set[str]) -> bool:
    """Whether the path is one of these sections or inside of one."""
    place = path.find(".")
    while place >= 0:
        if path[: place + 1] in prefixes:
            return True
        place = path.find(".", place + 1)
    return False


def _union(path: str, before: Any, mine: Any, yours: Any) -> list[Any] | None:
    """Both lists with what either added and without what either removed; None where the parts contradict each other."""
    if path.rsplit(".", 1)[-1] not in SETS:
        return None
    lists = [[] if one is ABSENT else one for one in (before, mine, yours)]
    if not all(isinstance(one, list) for one in lists):
        return None
    old, ours, theirs = ({json.dumps(item, sort_keys=True): item for item in one} for one in lists)
    kept = {key: item for key, item in theirs.items() if key in ours or key not in old}
    added = {key: item for key, item in ours.items() if key not in old}
    found = list((kept | added).values())
    if path == "waivers" and len({(one["rule"], one["at"]) for one in found}) < len(found):
        return None
    return found


def _removals(sides: Sides, conflicts: list[Conflict]) -> set[str]:
    """Sections that one side removed: gone if the other left them alone, a conflict if the other changed something."""
    base, ours, theirs = sides
    gone: set[str] = set()
    for path in base:
        if not is_part(path) or (path in ours and path in theirs) or _under(path[:-1], gone):
            continue
        gone.add(path)
        if path not in ours and path not in theirs:
            continue
        other = theirs if path not in ours else ours
        if _section(other, path) != _section(base, path):
            conflicts.append(_about(path, sides))
    return gone


def _twice_new(sides: Sides, conflicts: list[Conflict]) -> set[str]:
    """Parts that both sides made under one slug, each its own way."""
    base, ours, theirs = sides
    found: set[str] = set()
    new = [path for path in ours if is_part(path) and path in theirs and path not in base]
    for path in new:
        if not _under(path[:-1], found) and _section(ours, path) != _section(theirs, path):
            found.add(path)
            conflicts.append(_about(path, sides))
    return found


def _about(path: str, sides: Sides) -> Conflict:
    """A conflict with the three values of a field, or for a whole section with what happened to it."""
    if not path.endswith("."):
        base, ours, theirs = (side.get(path, ABSENT) for side in sides)
        return Conflict(path, "", base, ours, theirs)
    old = _section(sides[0], path)
    told = [None if path not in side else "changed" if _section(side, path) != old else "kept" for side in sides]
    return Conflict(path, "", "there" if path in sides[0] else None, told[1], told[2])


def _contradictions(found: tuple[Broken, ...], sides: Sides) -> list[Conflict]:
    """The parts involved that differ between the two sides; choosing one side for all of them gives a whole plan."""
    paths: dict[str, None] = {}
    for one in found:
        for involved in one.involved:
            paths |= dict.fromkeys(_differing(involved, sides))
    return [_about(path, sides) for path in paths]


def _differing(part: Path, sides: Sides) -> list[str]:
    """A field that differs; of a section that both have the fields that differ, else the section itself."""
    _, ours, theirs = sides
    name = dotted(part)
    section = f"{name}."
    if (section in ours) != (section in theirs):
        return [section]
    places = [name, *(path for path in dict.fromkeys((*ours, *theirs)) if path.startswith(section))]
    found: list[str] = []
    for path in places:
        inside = any(path.startswith(one) for one in found if one.endswith("."))
        if not inside and ours.get(path, ABSENT) != theirs.get(path, ABSENT):
            found.append(path)
    return found


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


def _unhook(merged: Flat, gone: list[str], chosen: Mapping[str, Choice], sides: Sides) -> None:
    """Whoever removed a part had nothing that refers to it: what does now is taken from that side, or let go."""
    removed = {path: sides[1] if chosen[path] == "ours" else sides[2] for path in gone}
    for one in broken(unflat(merged)):
        for part in one.involved:
            side = removed.get(f"{dotted(part)}.")
            if side is not None:
                _let_go(merged, one.path, side)


def _let_go(merged: Flat, path: Path, side: Flat) -> None:
    """One reference: the field as that side has it. A data set that only the other side has is left without a store."""
    field = path[:-1] if isinstance(path[-1], int) else path
    if path[0] == "waivers":
        field = ("waivers",)
    elif field[-2:] == ("cache", "store"):
        field = field[:-1]
        _take(merged, f"{dotted(field)}.", side)
        return
    _take(merged, dotted(field), side)


def _restore(merged: Flat, sides: Sides) -> None:
    """What one side removed and the chosen mix still refers to stays: a merge loses nothing that is in use."""
    for _ in range(MAX_RESTORED):  # a restored part may itself refer to others
        parts = [f"{dotted(part)}." for one in broken(unflat(merged)) for part in one.involved]
        missing = [part for part in parts if part not in merged]
        if not missing:
            return
        for part in missing:
            whole = ".".join(part.split(".")[:2]) + "."
            part = part if whole in merged else whole
            merged.update(_section(sides[1], part) or _section(sides[2], part))


def _named(conflict: Conflict, ours: Plan, theirs: Plan) -> Conflict:
    plan = ours if conflict.ours is not None else theirs
    return Conflict(conflict.path, label(plan, conflict.path), conflict.base, conflict.ours, conflict.theirs)
