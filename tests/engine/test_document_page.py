"""docs/plan-format.md names every key, every word and every limit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest

from planner.engine import checks, sections, source
from planner.engine.problems import KEYS

PAGE = (Path(__file__).parents[2] / "docs" / "plan-format.md").read_text()
CODE = set(re.findall(r"`([^`\n]+)`", PAGE)) | set(re.findall(r"\w[\w-]*", " ".join(re.findall(r"`([^`\n]+)`", PAGE))))


def words(annotation: Any) -> set[str]:
    """The texts of every Literal inside an annotation."""
    inner = (
        {one for one in get_args(annotation) if isinstance(one, str)} if "Literal" in str(annotation)[:20] else set()
    )
    return inner.union(*(words(one) for one in get_args(annotation)))


@pytest.mark.parametrize("model", [name for name in KEYS if name != "Section"])
def test_every_key_and_word_is_on_the_page(model: str) -> None:
    assert not set(KEYS[model]) - CODE
    for field in getattr(sections, model).model_fields.values():
        assert not words(field.annotation) - CODE


def test_words_are_found_in_the_models() -> None:
    assert {"point-lookup", "bulk-scan"} <= words(sections.Needs.model_fields["queries"].annotation)
    assert words(sections.Service.model_fields["tier"].annotation) == {"critical", "high", "medium", "low"}


@pytest.mark.parametrize(
    "limit",
    [
        checks.MAX_SERVICES,
        checks.MAX_DATA_SETS,
        checks.MAX_STORES,
        source.MAX_BYTES,
        source.MAX_DEPTH,
        source.MAX_NODES,
    ],
)
def test_every_limit_is_on_the_page(limit: int) -> None:
    assert f"{limit:,}" in PAGE


def test_every_default_target_is_on_the_page() -> None:
    for tier, target in sections.DEFAULT_TARGETS.items():
        assert f"| `{tier}` | {target.rpo_minutes:g} | {target.rto_minutes:g} |" in PAGE
