"""Checks the tree of one system against the closed vocabulary: every problem at once, each with field and value."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

from catalog import shapes
from catalog.vocabulary import ALLOWED, TEXTS

LARGEST = 2**63 - 1  # what a column of whole numbers holds
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def problems(tree: object, today: dt.date | None = None) -> list[str]:
    """What is wrong with one system, in plain sentences; [] if nothing is. With `today`, days after it are wrong too."""
    if not isinstance(tree, Mapping):
        return ["a system is a mapping with slug, name and the groups of facts"]
    if wrong := list(shapes.problems(dict(tree))):
        return wrong  # the checks below count on the shape
    if no_text := [f"{path}: holds a character that is no text (NUL)" for path in _nul(tree, "")]:
        return no_text
    ahead = _days_ahead(tree, today) if today else ()
    return [*_plain(tree), *_vocabulary(tree), *_groups(tree), *_limits(tree), *_links(tree), *_cycles(tree), *ahead]


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
        if not tree[name].strip():
            yield f"{name}: is empty; a text is needed"
    if not SLUG.fullmatch(tree["slug"]):
        yield f"slug: {tree['slug']!r} must be small letters, digits and hyphens, at most 63"


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
        provenance = group.get("provenance") if isinstance(group, Mapping) else None
        if provenance is None:
            continue
        path = f"{name}.provenance"
        for place, source in _sources(provenance, path):
            if not is_link(source):
                yield f"{place}: {source!r} is not a URL beginning with https:// or http://"
        yield from _dates(provenance, path, ("checked_on",))
        days = provenance.get("field_checked", {})
        yield from _dates(days, f"{path}.field_checked", tuple(days))
        known = {value for _, value in found_at(group, "items[].name")} if name == "limits" else set(group)
        for part in ("unverified_fields", "field_sources", "field_checked"):
            for field in provenance.get(part, ()):
                if field not in known:
                    yield f"{path}.{part}: {field!r} is not a field of {name}"


def _sources(provenance: Mapping[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    """The sources of a group, and those that single fields name for themselves."""
    for source in provenance["sources"]:
        yield f"{path}.sources", source
    for field, sources in provenance.get("field_sources", {}).items():
        for source in sources:
            yield f"{path}.field_sources.{field}", source


def _limits(tree: Mapping[str, Any]) -> Iterator[str]:
    for path, value in found_at(tree, "limits.items[].value"):
        if not 0 < value <= LARGEST:
            yield f"{path}: {shapes.shown(value)} is not a whole number above 0 and at most {LARGEST:,}"
    names = [value for _, value in found_at(tree, "limits.items[].name")]
    for name in sorted({one for one in names if names.count(one) > 1}):
        yield f"limits.items: {name!r} is there twice"


def _links(tree: Mapping[str, Any]) -> Iterator[str]:
    for path, link in [("docs_url", tree["docs_url"]), *found_at(tree, "jepsen[].url")]:
        if not is_link(link):
            yield f"{path}: {link!r} is not a URL beginning with https:// or http://"


def _cycles(tree: Mapping[str, Any]) -> Iterator[str]:
    yield from _dates(tree.get("lifecycle", {}), "lifecycle", ("as_of",))
    for path, cycle in found_at(tree, "lifecycle.supported_cycles[]"):
        yield from _dates(cycle, path, ("released", "eol"))


def _days_ahead(tree: Mapping[str, Any], today: dt.date) -> Iterator[str]:
    """Nobody has seen a source tomorrow; such a fact would never become old."""
    for name, group in tree.items():
        provenance = group.get("provenance") if isinstance(group, Mapping) else None
        for path, value in found_at(provenance, "checked_on", f"{name}.provenance"):
            yield from _ahead(path, value, today)
        for field, value in (provenance or {}).get("field_checked", {}).items():
            yield from _ahead(f"{name}.provenance.field_checked.{field}", value, today)


def _ahead(path: str, value: object, today: dt.date) -> Iterator[str]:
    if value and str(value)[:10] > (today + dt.timedelta(days=1)).isoformat():  # somewhere it is tomorrow already
        yield f"{path}: {str(value)[:10]} is in the future"


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
