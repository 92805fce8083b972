"""Between a form and the document: values as the document spells them, and lists that keep their order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from planner.engine.sections import Section


def as_written(section: Section) -> dict[str, Any]:
    """A section with the keys and values that the document spells."""
    values: dict[str, Any] = section.model_dump(mode="json", by_alias=True)
    return values


def kept_order(before: Iterable[str], chosen: Iterable[str]) -> list[str]:
    """The chosen words in the order that the document had; new ones follow. Checkboxes know no order of their own."""
    old, new = list(before), list(chosen)
    return [one for one in old if one in new] + [one for one in new if one not in old]
