"""The whole catalog as one file, in the structure of the data files, provenance included."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

import yaml

from catalog.facts import Cycle, Database, Fact, Limit, Snapshot

PLAIN = (
    "slug", "name", "vendor", "status", "category", "types", "workloads", "deployment_models", "best_for", "avoid_when",
    "docs_url", "notes",
)  # fmt: skip


def tree(database: Database) -> dict[str, Any]:
    """One system as its data file spells it."""
    found: dict[str, Any] = {}
    for name in PLAIN:
        value = getattr(database, name)
        if value or name != "notes":
            found[name] = list(value) if isinstance(value, tuple) else value
    for fact in database.facts.values():
        group, field = fact.key.split(".", 1)
        found.setdefault(group, {})[field] = thawed(fact.value)
    found["limits"] = {"items": [_limit(one) for one in database.limits]}
    found.setdefault("lifecycle", {})["supported_cycles"] = [_cycle(one) for one in database.cycles]
    for group, provenance in database.provenance.items():
        found.setdefault(group, {})["provenance"] = thawed(provenance)
    found["jepsen"] = [{"subject": one.subject, "finding": one.finding, "url": one.url} for one in database.jepsen]
    return found


def _limit(one: Limit) -> dict[str, Any]:
    return {
        "name": one.name, "value": one.value, "unit": one.unit, "configurable": one.configurable, "text": one.text,
        "verified": one.verified,
    }  # fmt: skip


def _cycle(one: Cycle) -> dict[str, Any]:
    return {
        "cycle": one.cycle, "released": _day(one.released_on), "eol": _day(one.eol_on), "latest": one.latest or None,
        "lts": one.lts,
    }  # fmt: skip


def thawed(value: Any) -> Any:
    if isinstance(value, tuple):
        return [thawed(one) for one in value]
    if isinstance(value, Mapping):
        return {key: thawed(one) for key, one in value.items()}
    return value


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None


def dump(snapshot: Snapshot, fmt: str) -> str:
    """JSON and YAML: {"databases": [...]}; CSV: one fact a line."""
    if fmt == "csv":
        return facts_csv(snapshot)
    content = {"databases": [tree(one) for one in snapshot.databases.values()]}
    if fmt == "yaml":
        return yaml.dump(
            content, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), sort_keys=False, allow_unicode=True
        )
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def facts_csv(snapshot: Snapshot) -> str:
    """One fact or limit a line. Lists and numbers are JSON; a limit has its unit."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["database", "fact", "value", "unit", "verified", "checked_on", "sources"])
    for database in snapshot.databases.values():
        for fact in database.facts.values():
            writer.writerow(_line(database, fact.key, fact_text(fact), "", fact))
        for limit in database.limits:
            writer.writerow(_line(database, f"limits.{limit.name}", str(limit.value), limit.unit, limit))
    return out.getvalue()


def fact_text(fact: Fact) -> str:
    """The value of a fact in a cell."""
    return fact.value if isinstance(fact.value, str) else json.dumps(thawed(fact.value), ensure_ascii=False)


def _line(database: Database, key: str, value: str, unit: str, seen: Fact | Limit) -> list[str]:
    marks = [str(seen.verified).lower(), _day(seen.checked_on) or "", " ".join(seen.sources)]
    return [safe_cell(cell) for cell in (database.slug, key, value, unit, *marks)]


def safe_cell(text: str) -> str:
    """A cell that begins like a formula is quoted, so that a spreadsheet shows it as text."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
