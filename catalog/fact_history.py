"""When single keys of a system were changed before, from its published revisions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

from catalog import curation, trees
from catalog.models import Revision

REVISIONS_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier published change of a key."""

    revision: Revision
    change: trees.Change


def earlier_changes(slug: str, keys: Collection[str], without: int | None = None) -> list[Earlier]:
    """Of the newest revisions, the newest first; `without` one of them."""
    found = curation.history(slug)
    if without is not None:
        found = found.exclude(pk=without)
    rows = list(found[:REVISIONS_LOOKED_AT])
    return [
        Earlier(newer, change)
        for newer, older in pairwise(rows)
        for change in trees.differences(older.tree, newer.tree)
        if change.key in keys
    ]
