"""The plan document, version 1: one frozen value. Field names are the contract of docs/plan-format.md.

`parse` reads YAML or JSON and finds all problems at once; `dump_json` and `dump_yaml` write it so that reading and
writing again gives the same bytes. Values that are equal to their default are left out.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import to_json

from planner.engine.checks import check
from planner.engine.duration import duration_seconds
from planner.engine.problems import DocumentError, Position, Problem, nowhere, problems_of, readable
from planner.engine.reading import RESOLVERS, read
from planner.engine.sections import (
    DEFAULT_TARGETS,
    BackupCopy,
    BackupPolicy,
    Cache,
    Costs,
    DataSet,
    DataSetRef,
    Drill,
    KeepCounts,
    Needs,
    Plan,
    Provider,
    Replication,
    Service,
    Store,
    Target,
    Team,
    Tier,
    Waiver,
)
from planner.engine.source import MAX_BYTES, Source

__all__ = [
    "DEFAULT_TARGETS",
    "MAX_BYTES",
    "BackupCopy",
    "BackupPolicy",
    "Cache",
    "Costs",
    "DataSet",
    "DataSetRef",
    "DocumentError",
    "Drill",
    "KeepCounts",
    "Needs",
    "Plan",
    "Problem",
    "Provider",
    "Replication",
    "Service",
    "Store",
    "Target",
    "Team",
    "Tier",
    "Waiver",
    "checked",
    "dump_json",
    "dump_yaml",
    "duration_seconds",
    "json_schema",
    "load_json",
    "parse",
    "parse_needs",
    "parse_with_places",
    "plan_of",
    "sha256",
    "tree_of",
]  # fmt: skip


def parse(text: str | bytes, fmt: str | None = None) -> Plan:
    """Read a document. `fmt` is "yaml", "json" or None (JSON if it begins with a brace).

    Raises DocumentError, never anything else, with every problem: path, line, column, what was found, what is allowed.
    """
    return parse_with_places(text, fmt)[0]


def parse_with_places(text: str | bytes, fmt: str | None = None) -> tuple[Plan, Source]:
    """The plan and where each of its parts stands in the text."""
    source = read(text, fmt)
    return _validated(source), source


def parse_needs(text: str | bytes, fmt: str | None = None) -> Needs:
    """The `needs` of one data set that stand alone, with the errors of a plan document."""
    source = read(text, fmt)
    try:
        needs = Needs.model_validate(source.tree)
    except ValidationError as error:
        raise DocumentError(readable((*source.problems, *problems_of(error, source.position)))) from error
    if source.problems:
        raise DocumentError(readable(source.problems))
    return needs


def _validated(source: Source) -> Plan:
    version = source.tree.get("polystore")
    if version != 1 or isinstance(version, bool):
        if "polystore" not in source.tree:
            message = "is missing: a plan begins with `polystore: 1`, the format version"
        else:
            message = f"format version {version!r} is unknown; this program reads version 1"
        raise DocumentError((*source.problems, Problem("polystore", *source.position(("polystore",)), message)))
    try:
        plan = Plan.model_validate(source.tree)
    except ValidationError as error:
        # References are looked up in the raw tree, so that all problems are told at once.
        found = (*problems_of(error, source.position), *check(source.tree, source.position))
        raise DocumentError(readable((*source.problems, *found))) from error
    problems = (*source.problems, *check(plan, source.position))
    if problems:
        raise DocumentError(readable(problems))
    return plan


def checked(plan: Plan, position: Position = nowhere) -> Plan:
    """The plan, if its references, limits and orders hold; else DocumentError with all problems."""
    found = check(plan, position)
    if found:
        raise DocumentError(found)
    return plan


def plan_of(tree: dict[str, Any]) -> Plan:
    """The plan of a tree that was put together from valid plans; DocumentError where it does not hold together."""
    try:
        return checked(Plan.model_validate(tree))
    except ValidationError as error:
        raise DocumentError(problems_of(error, nowhere)) from error


def load_json(text: str) -> Plan:
    """A stored canonical document, which was checked before it was stored."""
    return Plan.model_validate_json(text)


def tree_of(plan: Plan) -> dict[str, Any]:
    """The plan as plain values, without what is equal to its default."""
    tree: dict[str, Any] = plan.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {"polystore": 1} | tree


class _Same:
    """A key for one plan object. Plans never change, so the same object has the same text."""

    __slots__ = ("plan",)

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def __hash__(self) -> int:
        return id(self.plan)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.plan is self.plan


def dump_json(plan: Plan) -> str:
    """Canonical JSON: keys in the order of the format, two spaces, one line break at the end."""
    return _dumped(_Same(plan))


@lru_cache(maxsize=8)
def _dumped(same: _Same) -> str:
    # The standard library indents in Python, which took most of an edit's time on a plan of 1,000 data sets.
    return to_json(tree_of(same.plan), indent=2).decode() + "\n"


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Quotes every text that a reader of YAML 1.2 or 1.1 would take for something else."""


_Dumper.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith((":timestamp", ":bool"))]
    for first, pairs in yaml.SafeDumper.yaml_implicit_resolvers.items()
}
for _tag, _pattern, _first in RESOLVERS:
    _Dumper.add_implicit_resolver(_tag, _pattern, list(_first))
# The key `on` of a drill stays bare, as the format writes it; values like these are quoted for readers of YAML 1.1.
YAML_11_WORDS = frozenset(
    word for low in ("y", "n", "yes", "no", "on", "off") for word in (low, low.title(), low.upper())
)


class _Quoted(str):
    """A text that is written in quotes."""

    __slots__ = ()


def _quoted(dumper: Any, text: str) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="'")


def _for_old_readers(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _for_old_readers(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_for_old_readers(one) for one in value]
    return _Quoted(value) if isinstance(value, str) and value in YAML_11_WORDS else value


_Dumper.add_representer(_Quoted, _quoted)


def _flow_if_short(dumper: Any, values: list[Any]) -> Any:
    """Lists of plain values stand on one line, as people write them."""
    plain = all(not isinstance(one, (list, dict)) for one in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=plain)


_Dumper.add_representer(list, _flow_if_short)


def dump_yaml(plan: Plan) -> str:
    """The same value as YAML."""
    text: str = yaml.dump(
        _for_old_readers(tree_of(plan)), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110
    )
    return text


def sha256(plan: Plan) -> str:
    """Of the canonical JSON: equal plans, equal hash."""
    return hashlib.sha256(dump_json(plan).encode()).hexdigest()


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the document, generated from the sections."""
    schema = Plan.model_json_schema(by_alias=True)
    schema["required"] = ["polystore", *schema.get("required", [])]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Polystore plan, version 1"} | schema
