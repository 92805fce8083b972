"""The whole evaluation of the example plan, as the API gives it, beside what it was before.

A changed number changes webshop.json in the same commit. Write it again with: python -m tests.golden.test_webshop
"""

from __future__ import annotations

import datetime as dt
import difflib
import json
import math
from pathlib import Path
from typing import Any

from catalog.files import packaged_prices, packaged_snapshot
from planner.engine.document import parse
from planner.engine.evaluate import evaluate, to_dict

HERE = Path(__file__).parent
GOLDEN = HERE / "webshop.json"
EXAMPLE = HERE.parents[1] / "planner/examples/webshop.yaml"
TODAY = dt.date(2026, 11, 23)
DIFFERENCES_SHOWN = 40


def answer() -> dict[str, Any]:
    plan = parse(EXAMPLE.read_text())
    tree = to_dict(evaluate(plan, packaged_snapshot(), packaged_prices(), TODAY), plan)
    # Every fact that is added changes these two; what it changes for this plan shows in the rest.
    return tree | {"catalog_snapshot": "today's", "price_snapshot": "today's"}


def rounded(value: Any) -> Any:
    """Nine digits: more differ between processors."""
    if isinstance(value, float) and math.isfinite(value):
        return float(f"{value:.9g}")
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [rounded(one) for one in value]
    return value


def written(tree: dict[str, Any]) -> str:
    return json.dumps(rounded(tree), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def test_webshop() -> None:
    before, now = GOLDEN.read_text().splitlines(), written(answer()).splitlines()
    found = list(difflib.unified_diff(before, now, "webshop.json", "now", lineterm="", n=2))
    shown = "\n".join(found[:DIFFERENCES_SHOWN])
    assert not found, f"{len(found)} lines differ; python -m tests.golden.test_webshop writes them:\n{shown}"


def test_its_outline() -> None:
    """What people see first, told apart from the many numbers."""
    tree = answer()
    assert set(tree) >= {"document_sha256", "catalog_snapshot", "price_snapshot", "findings", "recovery", "backups",
                         "replication", "caches", "costs"}  # fmt: skip
    assert set(tree["costs"]) >= {"lines", "monthly_usd", "unknown"}
    first = {path: one["ranking"][0]["database"] for path, one in tree["rankings"].items()}
    assert first["order-service/orders"] == "postgresql"
    assert first["user-service/sessions"] == "redis"
    assert first["analytics/events"] == "clickhouse"
    assert first["logging/log-archive"] == "s3"
    assert {one["rule"] for one in tree["findings"] if one["severity"] == "high"} >= {
        "consistency.dual-write", "recovery.target-missed",
    }  # fmt: skip


if __name__ == "__main__":
    GOLDEN.write_text(written(answer()))
