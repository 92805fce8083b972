"""Many changes at once from a file (YAML, JSON or CSV, as `manage.py catalog export` writes them): read, checked, compared.

Nothing is written here. Every problem is listed with the line or the system, the field, what was found and what is allowed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from catalog import checks, shapes, trees, written
from catalog.exports import tree
from catalog.facts import Snapshot
from catalog.trees import Change, Entry, Tree
from catalog.vocabulary import FEATURES, LIMIT_NAME, UNIT

MOST_BYTES = 5 * 2**20
NEEDED = ("database", "fact", "value")
WHOLE = re.compile(r"[0-9]{1,19}")
COLUMNS = (*NEEDED, "unit", "verified", "checked_on", "sources")


class BulkError(ValueError):
    """A file that cannot be used; `problems` = all that is wrong with it."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Proposal:
    """What the file says of one system, against what is published."""

    slug: str
    name: str
    tree: Tree
    changes: tuple[Change, ...]
    is_new: bool


def proposals_of(content: bytes, filename: str, snapshot: Snapshot) -> tuple[Proposal, ...]:
    """Systems of the file that differ from the published ones. BulkError with every problem."""
    if len(content) > MOST_BYTES:
        raise BulkError(f"The file has {len(content):,} bytes; at most {MOST_BYTES:,} are read at once")
    text = _decoded(content)
    found = _from_csv(text, snapshot) if filename.lower().endswith(".csv") else _from_tree(text, filename)
    today = timezone.localdate()
    problems = [f"{slug}: {text}" for slug, one in found.items() for text in checks.problems(one, today)]
    if problems:
        raise BulkError(*problems)
    return tuple(one for slug, value in found.items() if (one := _proposal(slug, value, snapshot)).changes)


def _proposal(slug: str, value: Tree, snapshot: Snapshot) -> Proposal:
    known = snapshot.databases.get(slug)
    before = tree(known) if known else {}
    changes = tuple(trees.differences(before, value))
    wanted = trees.with_entries(before, {one.key: one.new for one in changes}) if known else value
    return Proposal(slug, str(value.get("name", slug)), wanted, changes, known is None)


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BulkError(f"The file is not UTF-8: byte {error.start + 1} cannot be read") from None


def _from_tree(text: str, filename: str) -> dict[str, Tree]:
    try:
        content = written.from_json(text) if filename.lower().endswith(".json") else written.from_yaml(text)
    except written.WrittenError as error:
        raise BulkError(str(error)) from None
    rows = content.get("databases", [content]) if isinstance(content, Mapping) else content
    if not isinstance(rows, list) or not rows:
        raise BulkError('The file has no systems: {"databases": [...]}, a list, or one system is expected')
    found: dict[str, Tree] = {}
    problems = []
    for number, row in enumerate(rows, 1):
        slug = row.get("slug") if isinstance(row, Mapping) else None
        if not isinstance(slug, str) or not checks.SLUG.fullmatch(slug):
            problems.append(
                f"System {number}: a system is a mapping with slug (small letters, digits, hyphens), name and the groups of facts"
            )
        elif slug in found:
            problems.append(f"{slug}: is there twice")
        else:
            found[slug] = row
    if problems:
        raise BulkError(*problems)
    return found


def _from_csv(text: str, snapshot: Snapshot) -> dict[str, Tree]:
    """One fact a line. Only the facts that are named change; a system has to be in the catalog."""
    try:
        return _facts_of(csv.DictReader(io.StringIO(text, newline="")), snapshot)
    except csv.Error as error:
        raise BulkError(f"This is not CSV: {error}") from None


def _facts_of(rows: csv.DictReader[str], snapshot: Snapshot) -> dict[str, Tree]:
    missing = [name for name in NEEDED if name not in (rows.fieldnames or ())]
    if missing:
        raise BulkError(f"The columns {', '.join(missing)} are missing; expected: {', '.join(COLUMNS)}")
    entries: dict[str, dict[str, Entry]] = {}
    problems: list[str] = []
    before: dict[str, Tree] = {}
    for number, row in enumerate(rows, 2):
        slug, key = (row["database"] or "").strip(), (row["fact"] or "").strip()
        if slug not in snapshot.databases:
            problems.append(f"Line {number}: the catalog has no database {slug[:80]!r}")
            continue
        now = before.setdefault(slug, tree(snapshot.databases[slug]))
        wrong = list(_wrong(row, key, now))
        if key in entries.get(slug, {}):
            wrong.append(f"{slug} {key} is there twice")
        problems += [f"Line {number}: {text}" for text in wrong]
        if not wrong:
            entries.setdefault(slug, {})[key] = _entry(row, key, trees.entries(now).get(key))
    if problems:
        raise BulkError(*problems)
    return {slug: trees.with_entries(before[slug], dict(found)) for slug, found in entries.items()}


def _wrong(row: Mapping[str, str | None], key: str, now: Tree) -> Iterator[str]:
    group, _, name = key.partition(".")
    known = (
        key in trees.entries(now)
        or (group == "features" and name in FEATURES)
        or (group == "limits" and name in LIMIT_NAME)
    )
    if not known:
        yield f"{key[:80]!r} is not a fact of the catalog"
    unit = (row.get("unit") or "").strip()
    if group == "limits" and unit not in UNIT:
        yield f"{key}: the unit {unit!r} is not one of {', '.join(UNIT)}"
    elif group != "limits" and unit:
        yield f"{key}: has no unit, {unit!r} was given"
    if group == "limits" and not WHOLE.fullmatch((row["value"] or "").strip()):
        yield f"{key}: {shapes.shown(row['value'])} is not a whole number above 0 and at most {checks.LARGEST:,}"
    if (row.get("verified") or "false").strip().lower() not in ("true", "false"):
        yield f"{key}: verified is {row['verified']!r}, true or false is needed"
    for source in (row.get("sources") or "").split():
        if not checks.is_link(source):
            yield f"{key}: the source {source!r} is not a web address beginning with https:// or http://"
    if (row.get("verified") or "").strip().lower() == "true" and not (row.get("sources") or "").strip():
        yield f"{key}: a fact that was seen in a source needs the source"


def _entry(row: Mapping[str, str | None], key: str, now: Entry | None) -> Entry:
    text = _unquoted((row["value"] or "").strip())
    value: Any = _value(text, now)
    if key.startswith("limits."):
        base = now.value if now else {"configurable": False, "text": ""}
        value = {**base, "value": int(text), "unit": (row.get("unit") or "").strip()}
    sources = tuple((row.get("sources") or "").split())
    verified = (row.get("verified") or "").strip().lower() == "true"
    return Entry(value, sources, verified, (row.get("checked_on") or "").strip())


def _value(text: str, now: Entry | None) -> Any:
    """Lists, numbers and marks are JSON, as the export writes them; a text stays a text."""
    if now is not None and isinstance(now.value, str):
        return text
    try:
        return written.from_json(text)
    except written.WrittenError:
        return text


def _unquoted(text: str) -> str:
    """The export puts a quote before what a spreadsheet would run."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text
