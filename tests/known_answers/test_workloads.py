"""Workloads with the stores that experts accept: our own, and those of the folder in KNOWN_ANSWERS.

A case passes when the first place is acceptable and no unacceptable system stands above an acceptable one.
The same weights answer every case; a case that does not pass is named here with the reason, never tuned away.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from catalog.files import packaged_snapshot
from planner.engine.context import RankContext
from planner.engine.document import Needs
from planner.engine.ranking import rank

HERE = Path(__file__).parent
# Cases that are known not to pass, each with its reason.
MISSED: dict[str, str] = {}


def folders() -> list[Path]:
    """Ours first; then the given folder, or the design material beside a checkout where it exists."""
    given = os.environ.get("KNOWN_ANSWERS")
    other = Path(given) if given else HERE.parents[2] / "shared" / "data"
    return [HERE] + ([other] if other.is_dir() and other != HERE else [])


def cases() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for folder in folders():
        for file in sorted(folder.glob("*.yaml")):
            content = yaml.safe_load(file.read_text())
            rows = content.get("workloads", []) if isinstance(content, dict) else []
            found += [row | {"from": f"{folder.name}/{file.name}"} for row in rows]
    return found


CASES = cases()


def by_file() -> dict[str, list[dict[str, Any]]]:
    """The cases of each folder, so that published ones are counted apart from ours."""
    found: dict[str, list[dict[str, Any]]] = {}
    for case in CASES:
        found.setdefault(case["from"], []).append(case)
    return found


def problem(case: dict[str, Any]) -> str:
    """What speaks against our answer; empty = the case passes."""
    snapshot = packaged_snapshot()
    ranking = rank(Needs.model_validate(case["needs"]), RankContext(), snapshot)
    places = {one.database: one.rank for one in ranking.ranked}
    acceptable = [slug for slug in case["acceptable"] if slug in snapshot.databases]
    first = ranking.ranked[0].database if ranking.ranked else "nothing"
    if first not in acceptable:
        return f"{first} is first"
    last_accepted = max(places[slug] for slug in acceptable if slug in places)
    above = [slug for slug in case["unacceptable"] if places.get(slug, last_accepted) < last_accepted]
    return f"{', '.join(above)} above an acceptable one" if above else ""


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_workload(case: dict[str, Any]) -> None:
    found = problem(case)
    if case["id"] in MISSED:
        assert found, f"{case['id']} passes now: take it out of MISSED"
        pytest.xfail(found)
    assert found == "", f"{case['id']}: {found}"


def test_a_folder_that_was_named_has_cases() -> None:
    """A folder that holds nothing to check must not pass in silence."""
    given = os.environ.get("KNOWN_ANSWERS")
    if given:
        assert any(Path(given).rglob("*.yaml")) or any(Path(given).rglob("*.json")), f"{given} holds no cases"


def test_nearly_all_pass() -> None:
    """Also over cases that nobody here has seen: at most one in twelve may miss."""
    missed = {case["id"]: found for case in CASES if (found := problem(case))}
    assert len(missed) <= max(2, len(CASES) // 12), missed


def decision_tree(needs: dict[str, Any]) -> set[str]:
    """The guide's tree, the baseline: the first question that is answered with yes decides."""
    words = set(needs["queries"])
    if needs["transactions"] in ("multi-record", "distributed") and words & {"join", "aggregation", "secondary-index"}:
        return {"postgresql", "mysql"}
    if "nested-document" in words:
        return {"mongodb"}
    if words <= {"point-lookup", "batch-get", "ttl-expiry", "counter", "sorted-set"}:
        return {"redis", "dynamodb"}
    if "full-text" in words:
        return {"elasticsearch"}
    if words & {"aggregation", "time-range", "bulk-scan"}:
        return {"clickhouse", "postgresql"}
    return {"cassandra", "dynamodb"}


def test_better_than_the_guides_tree(capsys: pytest.CaptureFixture[str]) -> None:
    """The tree is given every doubt: one acceptable system among those it names is enough. The score is printed."""
    for name, rows in by_file().items():
        tree = sum(bool(decision_tree(case["needs"]) & set(case["acceptable"])) for case in rows)
        ours = sum(not problem(case) for case in rows)
        with capsys.disabled():
            print(f"\n{name}: ours {ours} of {len(rows)}, the guide's decision tree {tree} of {len(rows)}")
        assert ours > tree
