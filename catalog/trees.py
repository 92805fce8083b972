"""A system's tree (the structure of its data file) as single entries: to change one, to compare two, to merge three.

Keys: a plain field (`best_for`), a fact (`features.joins`), a limit (`limits.max_item_bytes`), `lifecycle.cycles`,
`jepsen`, the note of a group (`licence.note`). Standard library and the other pure modules only.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog import presentation
from catalog.exports import PLAIN
from catalog.files import OWN_LISTS, frozen

Tree = dict[str, Any]
NOTE = "note"  # stands in the provenance of its group
CYCLES = "lifecycle.cycles"  # `supported_cycles` of the group in the file


@dataclass(frozen=True, slots=True)
class Entry:
    """What one key holds. Plain fields and lists of their own have no sources. A limit's value is a mapping."""

    value: Any
    sources: tuple[str, ...] = ()
    verified: bool = False
    checked_on: str = ""  # ISO date


@dataclass(frozen=True, slots=True)
class Change:
    """One key in two trees; None = not there."""

    key: str
    label: str
    old: Entry | None
    new: Entry | None

    @property
    def old_text(self) -> str:
        return in_words(self.key, self.old)

    @property
    def new_text(self) -> str:
        return in_words(self.key, self.new)


def entries(tree: Mapping[str, Any]) -> dict[str, Entry]:
    """Every key of a tree that may be changed, in the order of the tree."""
    found = {name: Entry(tree[name]) for name in PLAIN if name in tree and name != "slug"}
    found["jepsen"] = Entry(tree.get("jepsen") or [])
    for group, fields in tree.items():
        if isinstance(fields, Mapping) and group != "limits":
            found.update(_facts(group, fields))
    found.update(_limits(tree.get("limits") or {}))
    return found


def _facts(group: str, fields: Mapping[str, Any]) -> dict[str, Entry]:
    provenance = fields.get("provenance") or {}
    found = {}
    for name, value in fields.items():
        if name == "provenance":
            continue
        if (group, name) in OWN_LISTS:
            found[CYCLES] = Entry(value)
        else:
            found[f"{group}.{name}"] = _entry(name, value, provenance)
    return found | _note(group, provenance)


def _note(group: str, provenance: Mapping[str, Any]) -> dict[str, Entry]:
    return {f"{group}.{NOTE}": Entry(provenance[NOTE])} if provenance.get(NOTE) else {}


def is_fact(key: str) -> bool:
    """Whether a key has sources of its own: a fact or a limit."""
    return "." in key and key != CYCLES and not key.endswith(f".{NOTE}")


def _entry(name: str, value: Any, provenance: Mapping[str, Any], seen: bool = True) -> Entry:
    sources = (provenance.get("field_sources") or {}).get(name, provenance.get("sources") or ())
    checked = (provenance.get("field_checked") or {}).get(name) or provenance.get("checked_on") or ""
    unseen = name in (provenance.get("unverified_fields") or ()) or value == "not_classified"
    return Entry(value, tuple(sources), bool(sources) and seen and not unseen, str(checked))


def _limits(group: Mapping[str, Any]) -> dict[str, Entry]:
    found = {}
    for item in group.get("items") or ():
        value = {key: item.get(key) for key in ("value", "unit", "configurable", "text")}
        found[f"limits.{item['name']}"] = _entry(
            item["name"], value, group.get("provenance") or {}, bool(item.get("verified"))
        )
    return found | _note("limits", group.get("provenance") or {})


def with_entries(tree: Mapping[str, Any], changes: Mapping[str, Entry | None]) -> Tree:
    """A copy of the tree with some keys set; None takes a fact or a limit away."""
    changed = copy.deepcopy(dict(tree))
    for key, entry in changes.items():
        group, _, name = key.partition(".")
        if key == CYCLES:
            changed.setdefault("lifecycle", _new_group())["supported_cycles"] = entry.value if entry else []
        elif not name:
            _set_plain(changed, key, entry)
        elif name == NOTE:
            _set_note(changed, group, entry)
        elif group == "limits":
            _set_limit(changed, name, entry)
        else:
            _set_fact(changed, group, name, entry)
    return changed


def _set_plain(tree: Tree, name: str, entry: Entry | None) -> None:
    if entry is None:
        tree.pop(name, None)
    else:
        tree[name] = entry.value


def _set_note(tree: Tree, group: str, entry: Entry | None) -> None:
    fields = tree.setdefault(group, {"items": [], **_new_group()} if group == "limits" else _new_group())
    provenance = fields.setdefault("provenance", _new_group()["provenance"])
    provenance.pop(NOTE, None)
    if entry is not None and entry.value:
        provenance[NOTE] = entry.value


def _new_group() -> Tree:
    return {"provenance": {"sources": [], "checked_on": None, "verified": False, "unverified_fields": []}}


def _set_fact(tree: Tree, group: str, name: str, entry: Entry | None) -> None:
    fields = tree.setdefault(group, _new_group())
    provenance = fields.pop("provenance")  # stays the last key of its group
    if entry is None:
        fields.pop(name, None)
    else:
        fields[name] = entry.value
    fields["provenance"] = _provenance(provenance, name, entry)


def _set_limit(tree: Tree, name: str, entry: Entry | None) -> None:
    group = tree.setdefault("limits", {"items": [], **_new_group()})
    items = [item for item in group.get("items") or () if item["name"] != name]
    if entry is not None:
        place = next((n for n, item in enumerate(group["items"]) if item["name"] == name), len(items))
        items.insert(place, {"name": name, **entry.value, "verified": entry.verified})
    group["items"] = items
    group["provenance"] = _provenance(group.get("provenance") or _new_group()["provenance"], name, entry)


def _provenance(old: Mapping[str, Any], name: str, entry: Entry | None) -> Tree:
    """The group's provenance with this field's own sources, day and mark."""
    found: Tree = copy.deepcopy(dict(old))
    unverified = [one for one in found.get("unverified_fields") or () if one != name]
    for part in ("field_sources", "field_checked"):
        if name in (found.get(part) or {}):
            del found[part][name]
    if entry is not None:
        if not entry.verified:
            unverified.append(name)
        if list(entry.sources) != list(found.get("sources") or ()):  # none at all counts too
            found.setdefault("field_sources", {})[name] = list(entry.sources)
        if entry.checked_on and entry.checked_on != str(found.get("checked_on") or ""):
            found.setdefault("field_checked", {})[name] = entry.checked_on
    found["unverified_fields"] = unverified
    found["verified"] = bool(found.get("sources")) and not unverified
    return {key: value for key, value in found.items() if value != {}}


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """What differs between two trees, in the order of the new one, what is gone at the end."""
    before, after = entries(old), entries(new)
    keys = [*after, *(key for key in before if key not in after)]
    return [
        Change(key, label(key), before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)
    ]


def merged(base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Tree:
    """`theirs` with every key that `ours` changed since `base`."""
    return with_entries(theirs, {one.key: one.new for one in differences(base, ours)})


def label(key: str) -> str:
    """What a key is called on pages."""
    group, _, name = key.partition(".")
    if key == CYCLES:
        return "Release lines"
    if name == NOTE:
        return f"{presentation.GROUPS.get(group, group.capitalize())}: note"
    if group == "limits" and name:
        return presentation.limit_name(name)
    return presentation.label(key) if name else group.replace("_", " ").capitalize()


def in_words(key: str, entry: Entry | None) -> str:
    """The value of an entry as pages show it."""
    if entry is None:
        return "not there"
    if key.endswith(f".{NOTE}"):
        return str(entry.value)
    if key.startswith("limits."):
        amount = presentation.amount_text(entry.value["value"], entry.value["unit"])
        return f"{amount}, {entry.value['text']}" if entry.value.get("text") else amount
    if key == CYCLES:
        return "; ".join(f"{one.get('cycle')} to {one.get('eol') or 'no date'}" for one in entry.value) or "none"
    if key == "jepsen":
        return "; ".join(str(one.get("subject")) for one in entry.value) or "none"
    return presentation.in_words(key, frozen(entry.value)) if "." in key else _plain_words(entry.value)


def _plain_words(value: Any) -> str:
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
