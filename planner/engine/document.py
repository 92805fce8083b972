"""The plan document, version 1: one frozen value. Field names are the contract of docs/plan-format.md.

Fields of a section mean what the plan format says; every number's unit stands in its name.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationError

from planner.engine.quantity import Quantity

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
Tier = Literal["critical", "high", "medium", "low"]
Provider = Literal["aws", "gcp", "azure", "self-hosted"]
Query = Literal[
    "point-lookup", "batch-get", "range-scan", "time-range", "secondary-index", "join", "aggregation", "full-text",
    "geo", "graph-traversal", "vector-search", "nested-document", "counter", "sorted-set", "ttl-expiry", "append-log",
    "change-stream", "pub-sub", "blob", "bulk-scan",
]  # fmt: skip
Name = Annotated[str, Field(min_length=1, max_length=200)]
Number = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True, ge=0)]
DURATION = re.compile(r"^(\d+)(s|m|h|d|w|M|y)$")
UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "M": 2629800, "y": 31557600}
Duration = Annotated[str, Field(pattern=DURATION.pattern)]


def duration_seconds(text: str) -> float:
    """`30s 5m 6h 7d 4w 12M 7y` in seconds; a month is 1/12 of a year of 365.25 days."""
    found = DURATION.match(text)
    if not found:
        raise ValueError(f"{text!r} is no duration")
    return int(found[1]) * UNIT_SECONDS[found[2]]


def _quantity(value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Quantity(float(value), float(value), float(value))
    if isinstance(value, (list, tuple)) and len(value) == 3:
        return Quantity(*(float(one) for one in value))
    return value


def _plain(value: float) -> int | float:
    return int(value) if value.is_integer() else value


def _spelled(value: Quantity) -> Any:
    return _plain(value.mid) if value.certain else [_plain(value.low), _plain(value.mid), _plain(value.high)]


Q = Annotated[Quantity, BeforeValidator(_quantity), PlainSerializer(_spelled)]


class Section(BaseModel):
    """A part of the document: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Team(Section):
    people_on_call: Count | None = None
    hourly_cost_usd: Number | None = None
    knows: tuple[Slug, ...] = ()


class Target(Section):
    rpo_minutes: Number
    rto_minutes: Number


class Needs(Section):
    consistency: Literal["strong", "read-your-writes", "eventual"] | None = None
    transactions: Literal["none", "single-record", "single-partition", "multi-record", "distributed"] | None = None
    queries: tuple[Query, ...] = ()
    schema_: Annotated[Literal["fixed", "flexible"] | None, Field(alias="schema")] = None
    reads_per_second: Q | None = None
    writes_per_second: Q | None = None
    item_bytes: Q | None = None
    size_gib: Q | None = None
    growth_per_year: Q | None = None
    latency_p99_ms: Q | None = None
    retention_days: Q | None = None
    regions: Count | None = None
    hosting: Literal["managed", "self-hosted", "either"] | None = None


class Cache(Section):
    layer: Literal["cdn", "in-process", "distributed", "materialized-view"]
    store: Slug | None = None
    strategy: Literal["cache-aside", "read-through", "write-through", "write-behind", "refresh-ahead"] | None = None
    invalidation: Literal["ttl", "on-write", "event"] | None = None
    ttl_seconds: Number | None = None
    memory_gib: Q | None = None
    zipf_alpha: Q | None = None
    hot_fraction: Q | None = None


class DataSet(Section):
    name: Name
    derived_from: tuple[str, ...] = ()
    personal_data: bool = False
    tier: Tier | None = None
    needs: Needs = Needs()
    store: Slug | None = None
    cache: Cache | None = None
    sync: Literal["cdc", "outbox", "dual-write", "batch", "none"] | None = None


class Service(Section):
    name: Name
    tier: Tier
    depends_on: tuple[Slug, ...] = ()
    startup_minutes: Number | None = None
    data: dict[Slug, DataSet] = {}


class Replication(Section):
    mode: Literal["none", "synchronous", "asynchronous", "quorum", "consensus"] = "none"
    pattern: Literal["single-region", "active-passive", "active-active", "read-replicas"] = "single-region"
    replicas: Count = 0
    zones: Count = 1
    regions: tuple[str, ...] = ()
    conflict_resolution: Literal["last-write-wins", "vector-clock", "crdt", "application"] | None = None
    write_quorum: Count | None = None
    read_quorum: Count | None = None


class BackupCopy(Section):
    medium: str
    region: str | None = None
    offsite: bool = False
    immutable: bool = False
    encrypted: bool = False


class KeepCounts(Section):
    hourly: Count | None = None
    daily: Count | None = None
    weekly: Count | None = None
    monthly: Count | None = None
    yearly: Count | None = None


class BackupPolicy(Section):
    kind: Literal["full", "incremental", "differential", "snapshot", "log"]
    every: Duration
    keep: str | KeepCounts
    method: Literal["physical", "logical", "storage-snapshot", "continuous-archive"]
    copies: tuple[BackupCopy, ...] = ()


class Drill(Section):
    on: dt.date
    restored_gib: Number
    minutes: Number
    verified: bool = False
    method: Literal["physical", "logical", "storage-snapshot", "continuous-archive"] | None = None


class Store(Section):
    name: Name
    database: Slug
    version: str | None = None
    offering: Slug | None = None
    provider: Provider | None = None
    region: str | None = None
    replication: Replication | None = None
    eviction: str | None = None
    backups: tuple[BackupPolicy, ...] = ()
    drills: tuple[Drill, ...] = ()


class Waiver(Section):
    rule: str
    at: str
    until: dt.date
    reason: str


DEFAULT_TARGETS: dict[Tier, Target] = {
    "critical": Target(rpo_minutes=1, rto_minutes=5),
    "high": Target(rpo_minutes=15, rto_minutes=60),
    "medium": Target(rpo_minutes=240, rto_minutes=240),
    "low": Target(rpo_minutes=1440, rto_minutes=1440),
}


@dataclass(frozen=True, slots=True)
class DataSetRef:
    """Where a data set stands: `path` is "service/data"."""

    path: str
    service_slug: str
    service: Service
    slug: str
    data_set: DataSet


class Plan(Section):
    polystore: Literal[1] = 1
    name: Name
    summary: str = ""
    provider: Provider | None = None
    region: str | None = None
    currency: Literal["USD"] = "USD"
    team: Team = Team()
    targets: dict[Tier, Target] = {}
    services: dict[Slug, Service] = {}
    stores: dict[Slug, Store] = {}
    waivers: tuple[Waiver, ...] = ()

    def data_sets(self) -> Iterator[DataSetRef]:
        for service_slug, service in self.services.items():
            for slug, data_set in service.data.items():
                yield DataSetRef(f"{service_slug}/{slug}", service_slug, service, slug, data_set)

    def data_set(self, path: str) -> DataSet:
        service, slug = path.split("/", 1)
        return self.services[service].data[slug]

    def tier_of(self, path: str) -> Tier:
        service, slug = path.split("/", 1)
        return self.services[service].data[slug].tier or self.services[service].tier

    def target(self, tier: Tier) -> Target:
        return self.targets.get(tier) or DEFAULT_TARGETS[tier]


@dataclass(frozen=True, slots=True)
class Problem:
    path: str
    line: int | None
    column: int | None
    message: str


class DocumentError(ValueError):
    """A document that cannot be used, with all its problems."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{one.path}: {one.message}" for one in problems))
        self.problems = problems


class Yaml12Loader(yaml.SafeLoader):
    """YAML 1.2 scalars: `on` and `no` are words, dates are text."""


Yaml12Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if not tag.endswith((":bool", ":timestamp"))]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Yaml12Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


def parse(text: str | bytes, fmt: str | None = None) -> Plan:
    try:
        return Plan.model_validate(yaml.load(text, Yaml12Loader))  # noqa: S506
    except ValidationError as error:
        problems = (Problem(".".join(map(str, one["loc"])), None, None, one["msg"]) for one in error.errors())
        raise DocumentError(tuple(problems)) from error


def load_json(text: str) -> Plan:
    return Plan.model_validate_json(text)


def _tree(plan: Plan) -> Any:
    return plan.model_dump(mode="json", by_alias=True, exclude_defaults=True) | {"polystore": 1}


def dump_json(plan: Plan) -> str:
    return json.dumps(_tree(plan), ensure_ascii=False, indent=2) + "\n"


def dump_yaml(plan: Plan) -> str:
    return yaml.safe_dump(_tree(plan), sort_keys=False, allow_unicode=True)


def sha256(plan: Plan) -> str:
    return hashlib.sha256(dump_json(plan).encode()).hexdigest()


def json_schema() -> dict[str, Any]:
    return Plan.model_json_schema()
