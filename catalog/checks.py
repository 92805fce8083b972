"""Checks the tree of one system against the closed vocabulary: every problem at once, each with field and value."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.vocabulary import ALLOWED, LISTS, TEXTS

LARGEST = 2**63 - 1  # what a column of whole numbers holds
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def problems(tree: object) -> list[str]:
    """What is wrong with one system, in plain sentences; [] if nothing is."""
    if not isinstance(tree, Mapping):
        return ["a system is a mapping with slug, name and the groups of facts"]
    if no_text := [f"{path}: holds a character that is no text (NUL)" for path in _nul(tree, "")]:
        return no_text
    return [*_plain(tree), *_vocabulary(tree), *_groups(tree), *_limits(tree), *_links(tree), *_cycles(tree)]


def _nul(value: object, path: str) -> Iterator[str]:
    """Paths of texts with a NUL, which no database keeps."""
    if isinstance(value, str) and "\0" in value:
        yield path
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _nul(one, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _nul(one, f"{path}[{place}]")


def _plain(tree: Mapping[str, Any]) -> Iterator[str]:
    for name in TEXTS:
        if not isinstance(tree.get(name), str) or not tree[name].strip():
            yield f"{name}: is {tree.get(name)!r}; a text is needed"
    if isinstance(tree.get("slug"), str) and not SLUG.fullmatch(tree["slug"]):
        yield f"slug: {tree['slug']!r} must be small letters, digits and hyphens, at most 63"
    for name in LISTS:
        if not isinstance(tree.get(name), list):
            yield f"{name}: is {tree.get(name)!r}; a list is needed"
    for name in ("status", "category"):
        if name not in tree:
            yield f"{name}: is missing"


def _vocabulary(tree: Mapping[str, Any]) -> Iterator[str]:
    for field, allowed in ALLOWED.items():
        for path, value in found_at(tree, field):
            if value not in allowed:
                yield f"{path}: {value!r} is not in the vocabulary; allowed: {', '.join(allowed)}"


def found_at(tree: Any, field: str, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value at a field such as `backup.native[].kind`, with its own path `backup.native[2].kind`."""
    if not field:
        yield path, tree
        return
    part, _, rest = field.partition(".")
    name, many = part.removesuffix("[]"), part.endswith("[]")
    if not isinstance(tree, Mapping) or name not in tree:
        return
    here = f"{path}.{name}" if path else name
    if not many:
        yield from found_at(tree[name], rest, here)
    elif isinstance(tree[name], list):
        for place, one in enumerate(tree[name]):
            yield from found_at(one, rest, f"{here}[{place}]")
    else:
        yield here, tree[name]


def _groups(tree: Mapping[str, Any]) -> Iterator[str]:
    """Every group says where it comes from."""
    for name, group in tree.items():
        if not isinstance(group, Mapping):
            continue
        provenance = group.get("provenance")
        if not isinstance(provenance, Mapping):
            yield f"{name}.provenance: is missing; a group of facts needs sources and checked_on"
            continue
        for path, source in _sources(provenance, f"{name}.provenance"):
            if not is_link(source):
                yield f"{path}: {source!r} is not a URL beginning with https:// or http://"
        yield from _dates(provenance, f"{name}.provenance", ("checked_on",))
        days = provenance.get("field_checked") or {}
        yield from _dates(days, f"{name}.provenance.field_checked", tuple(days))
        known = {value for _, value in found_at(group, "items[].name")} if name == "limits" else set(group)
        for field in provenance.get("unverified_fields") or ():
            if field not in known:
                yield f"{name}.provenance.unverified_fields: {field!r} is not a field of {name}"
        for field in provenance.get("field_sources") or ():
            if field not in known:
                yield f"{name}.provenance.field_sources: {field!r} is not a field of {name}"


def _sources(provenance: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    """The sources of a group, and those that single fields name for themselves."""
    for source in provenance.get("sources") or ():
        yield f"{path}.sources", source
    for field, sources in (provenance.get("field_sources") or {}).items():
        for source in sources:
            yield f"{path}.field_sources.{field}", source


def _limits(tree: Mapping[str, Any]) -> Iterator[str]:
    for path, value in found_at(tree, "limits.items[].value"):
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= LARGEST:
            yield f"{path}: {str(value)[:40]!r} is not a whole number above 0 and at most {LARGEST:,}"
    for path, item in found_at(tree, "limits.items[]"):
        for name in ("name", "value", "unit", "configurable"):
            if not isinstance(item, Mapping) or name not in item:
                yield f"{path}.{name}: is missing"


def _links(tree: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(tree.get("docs_url"), str) and not is_link(tree["docs_url"]):
        yield f"docs_url: {tree['docs_url']!r} is not a URL beginning with https:// or http://"
    for path, finding in found_at(tree, "jepsen[]"):
        for name in ("subject", "finding", "url"):
            if not isinstance(finding, Mapping) or not isinstance(finding.get(name), str):
                yield f"{path}.{name}: a text is needed"
        if isinstance(finding, Mapping) and "url" in finding and not is_link(finding["url"]):
            yield f"{path}.url: {finding['url']!r} is not a URL beginning with https:// or http://"


def _cycles(tree: Mapping[str, Any]) -> Iterator[str]:
    for path, cycle in found_at(tree, "lifecycle.supported_cycles[]"):
        if not isinstance(cycle, Mapping) or "cycle" not in cycle:
            yield f"{path}.cycle: is missing"
        else:
            yield from _dates(cycle, path, ("released", "eol"))


def _dates(fields: Mapping[str, Any], path: str, names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        value = fields.get(name)
        if value is None or isinstance(value, dt.date):
            continue
        try:
            dt.date.fromisoformat(str(value))
        except ValueError:
            yield f"{path}.{name}: {value!r} is not a date like 2026-11-22"


def is_link(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"https?://[^\s<>\"]+", value) is not None
