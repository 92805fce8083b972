"""A case of a kind that nobody checks must not pass in silence."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.known_answers import test_backup, test_cache, test_capacity, test_recovery, test_replication
from tests.known_answers.cases import OWN

SUITES = (test_backup, test_cache, test_capacity, test_recovery, test_replication)
KNOWN = {"monthly_cost"}.union(*(suite.CHECKS for suite in SUITES))


def kinds(folder: Path) -> set[str]:
    """Kinds of all cases in the JSON files of a folder."""
    found: set[str] = set()
    for path in folder.rglob("*.json"):
        try:
            tree = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:  # samples of other formats lie beside the cases
            continue
        cases = tree.get("cases", []) if isinstance(tree, dict) else []
        found |= {case["kind"] for case in cases if isinstance(case, dict) and "kind" in case}
    return found


def test_no_kind_is_unknown() -> None:
    given = os.environ.get("KNOWN_ANSWERS")
    assert kinds(OWN) | (kinds(Path(given)) if given else set()) <= KNOWN


def test_the_kind_of_a_new_case_is_seen(tmp_path: Path) -> None:
    (tmp_path / "new.json").write_text('{"cases": [{"id": "x", "kind": "phase_of_the_moon"}]}', encoding="utf-8")
    assert kinds(tmp_path) - KNOWN == {"phase_of_the_moon"}
