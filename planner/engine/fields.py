"""A plan as a flat mapping of paths to values, for merge and diff: slugs are identity, lists are values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.engine.document import Plan, tree_of

Flat = dict[str, Any]
ABSENT: None = None
EMPTY = "{}"
LABELS = {
    "size_gib": "size", "reads_per_second": "reads per second", "writes_per_second": "writes per second",
    "item_bytes": "item size", "latency_p99_ms": "latency, p99", "retention_days": "retention",
    "growth_per_year": "growth per year", "store": "placed in", "depends_on": "depends on",
    "derived_from": "derived from",
}  # fmt: skip


def flat(plan: Plan) -> Flat:
    """Every leaf by its dotted path. A section that is there but holds only defaults is "{}" at its own path."""
    found: Flat = {}
    _flatten(tree_of(plan), "", found)
    return found


def _flatten(value: Any, path: str, found: Flat) -> None:
    if isinstance(value, Mapping):
        if path:
            found[f"{path}."] = EMPTY
        for key, one in value.items():
            _flatten(one, f"{path}.{key}" if path else str(key), found)
    else:
        found[path] = value


def is_part(path: str) -> bool:
    """Whether a path is a service, data set, store or target, or a section whose fields make sense together only."""
    if not path.endswith("."):
        return False
    parts = path.split(".")[:-1]
    keyed = len(parts) == 2 or (len(parts) == 4 and parts[2] == "data")
    return (keyed and parts[0] in ("services", "stores", "targets")) or parts[-1] in ("cache", "replication")


def unflat(values: Flat) -> dict[str, Any]:
    """The tree again."""
    tree: dict[str, Any] = {}
    for path, value in values.items():
        parts = path.rstrip(".").split(".")
        here = tree
        for part in parts[:-1]:
            here = here.setdefault(part, {})
        if path.endswith("."):
            here.setdefault(parts[-1], {})
        else:
            here[parts[-1]] = value
    return tree


def label(plan: Plan, path: str) -> str:
    """What a path is called: "Orders, transactions: writes per second"."""
    parts = path.rstrip(".").split(".")
    if parts[0] == "services" and len(parts) > 1:
        return _service_label(plan, parts)
    if parts[0] == "stores" and len(parts) > 1:
        store = plan.stores.get(parts[1])
        return _joined(store.name if store else parts[1], parts[2:])
    return _field(parts)


def _service_label(plan: Plan, parts: list[str]) -> str:
    service = plan.services.get(parts[1])
    if len(parts) > 3 and parts[2] == "data":
        data_set = service.data.get(parts[3]) if service else None
        rest = parts[5:] if len(parts) > 5 and parts[4] == "needs" else parts[4:]
        return _joined(data_set.name if data_set else parts[3], rest)
    return _joined(service.name if service else parts[1], parts[2:])


def _joined(name: str, rest: list[str]) -> str:
    return f"{name}: {_field(rest)}" if rest else name


def _field(parts: list[str]) -> str:
    return ", ".join(LABELS.get(part, part.replace("_", " ")) for part in parts)
