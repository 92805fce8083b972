"""The sections of the plan document, version 1, as frozen values. Import them from planner.engine.document.

Fields of a section mean what the plan format says; every number's unit stands in its name.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PlainSerializer,
    Tag,
    WithJsonSchema,
    model_validator,
)

from planner.engine.duration import DURATION
from planner.engine.quantity import Quantity

Tier = Literal["critical", "high", "medium", "low"]
Provider = Literal["aws", "gcp", "azure", "self-hosted"]
Query = Literal[
    "point-lookup", "batch-get", "range-scan", "time-range", "secondary-index", "join", "aggregation", "full-text",
    "geo", "graph-traversal", "vector-search", "nested-document", "counter", "sorted-set", "ttl-expiry", "append-log",
    "change-stream", "pub-sub", "blob", "bulk-scan",
]  # fmt: skip

LicenceModel = Literal["open-source", "open-core", "source-available", "proprietary", "public-domain"]
Criterion = Literal[
    "requirements", "queries", "purpose", "headroom", "consistency", "operations", "team", "in-plan", "cost", "maturity",
]  # fmt: skip


def _printable(text: str) -> str:
    """Control characters break terminals, PDFs and spreadsheets, and marks of direction hide what a text says.

    Line breaks and tabs are allowed in long texts only; the line breaks of Windows become plain ones.
    """
    text = text.replace("\r\n", "\n")
    found = REFUSED_CHARACTERS.search(text)
    if found:
        raise ValueError(f"must not hold the control character U+{ord(found[0]):04X}")
    return text


def _one_line(text: str) -> str:
    if ONE_LINE.search(text):
        raise ValueError("must be one line")
    if not text.strip():
        raise ValueError("must not be blank")
    return text


def _plain(value: float) -> int | float:
    return int(value) if value.is_integer() else value


# C0 without tab and line feed, C1, surrogates, direction overrides and isolates, noncharacters.
REFUSED_CHARACTERS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff]"
    "|[" + "".join(chr(plane + end) for plane in range(0x10000, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF)) + "]"
)
ONE_LINE = re.compile("[\n\t\u2028\u2029]")
SLUG_PATTERN = r"^[a-z0-9][a-z0-9-]{0,62}$"
Slug = Annotated[str, Field(pattern=SLUG_PATTERN)]
Text = Annotated[str, Field(max_length=5000), AfterValidator(_printable)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable), AfterValidator(_one_line)]
Word = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_printable), AfterValidator(_one_line)]
PATH_PATTERN = r"^[a-z0-9][a-z0-9-]{0,62}/[a-z0-9][a-z0-9-]{0,62}$"
Path = Annotated[str, Field(pattern=PATH_PATTERN)]
# Where a finding stands: stores/pg-main, services/order-service/data/orders; empty = the whole plan.
At = Annotated[str, Field(max_length=200), AfterValidator(_printable)]
Number = Annotated[float, Field(strict=True, ge=0, le=1e18, allow_inf_nan=False), PlainSerializer(_plain)]
Percent = Annotated[float, Field(strict=True, ge=0, le=100, allow_inf_nan=False), PlainSerializer(_plain)]
Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
Flag = Annotated[bool, Field(strict=True)]
Duration = Annotated[str, Field(pattern=DURATION.pattern)]


def _day(value: Any) -> Any:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(value if ISO_DAY.fullmatch(value) else "")
    except (TypeError, ValueError) as error:
        raise ValueError("must be a day such as 2026-10-02") from error


ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Day = Annotated[dt.date, BeforeValidator(_day)]


def _quantity(value: Any) -> Any:
    """A number or three ascending numbers; the messages are shown to people."""
    if isinstance(value, Quantity):
        return value
    many = list(value) if isinstance(value, (list, tuple)) else [value]
    if len(many) not in (1, 3) or (len(many) == 1 and isinstance(value, (list, tuple))):
        raise ValueError(f"must be a number or three numbers [low, likely, high], not {len(many)}")
    if any(isinstance(one, bool) or not isinstance(one, (int, float)) for one in many):
        raise ValueError("must be a number or three numbers [low, likely, high]")
    if any(not math.isfinite(one) for one in many):
        raise ValueError("must be finite")
    if any(one < 0 for one in many):
        raise ValueError("must not be negative")
    if any(one > 1e18 for one in many):
        raise ValueError("must be at most 1e18")
    low, mid, high = (float(one) for one in (many * 3 if len(many) == 1 else many))
    if not low <= mid <= high:
        raise ValueError(f"must ascend: low {low:g}, likely {mid:g}, high {high:g}")
    return Quantity(low, mid, high)


def _spelled(value: Quantity) -> Any:
    return _plain(value.mid) if value.certain else [_plain(value.low), _plain(value.mid), _plain(value.high)]


_NUMBER = {"type": "number", "minimum": 0}
Q = Annotated[
    Quantity,
    BeforeValidator(_quantity),
    PlainSerializer(_spelled),
    WithJsonSchema({"anyOf": [_NUMBER, {"type": "array", "items": _NUMBER, "minItems": 3, "maxItems": 3}]}),
]


def _share(value: Quantity) -> Quantity:
    if value.high > 1:
        raise ValueError("must be at most 1, a share of the whole")
    return value


class Section(BaseModel):
    """A part of the document: frozen, and closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Team(Section):
    people_on_call: Count | None = None
    hourly_cost_usd: Number | None = None
    knows: tuple[Slug, ...] = ()
    licences: tuple[LicenceModel, ...] = ()  # what may be run; empty = no policy


class Preferences(Section):
    """How stores are weighed. Weights are relative: those that are left out keep their default, and all are scaled to 1."""

    weights: dict[Criterion, Number] = {}
    system_tax_points: Number | None = None  # what one more system costs when all data sets are placed together


class Costs(Section):
    """How what is bought is paid for, what may be spent, and people's work. Empty = not said."""

    commitment: Literal["none", "1-year", "3-years", "own"] = "none"
    discount_percent: Percent | None = None  # of `own`, off the hours of machines
    coverage_percent: Percent | None = None  # of the hours that the commitment covers; empty = all
    budget_usd_month: Number | None = None
    managed_hours_month: Number | None = None  # of people, for a store that a vendor runs
    own_hours_month: Number | None = None  # of people, for a store of one's own

    @model_validator(mode="after")
    def _own_says_how_much(self) -> Costs:
        if self.commitment == "own" and self.discount_percent is None:
            raise ValueError("a commitment of your own needs discount_percent")
        return self


class Assumption(Section):
    """Something that was assumed, where it stands, and where it was taken from."""

    at: At = ""
    text: Text
    source: Text = ""


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
    hot_fraction: Annotated[Q, AfterValidator(_share)] | None = None


class DataSet(Section):
    name: Name
    derived_from: tuple[Path, ...] = ()
    personal_data: Flag = False
    tier: Tier | None = None
    needs: Needs = Needs()
    store: Slug | None = None
    cache: Cache | None = None
    sync: Literal["cdc", "outbox", "dual-write", "batch", "none"] | None = None
    deletion: Literal["with-source", "retention", "by-request"] | None = None  # how one person's data leave it


class Service(Section):
    name: Name
    tier: Tier
    owner: Name | None = None
    depends_on: tuple[Slug, ...] = ()
    startup_minutes: Number | None = None
    data: dict[Slug, DataSet] = {}


class Replication(Section):
    mode: Literal["none", "synchronous", "asynchronous", "quorum", "consensus"] = "none"
    pattern: Literal["single-region", "active-passive", "active-active", "read-replicas"] = "single-region"
    replicas: Count = 0
    zones: Count = 1
    regions: tuple[Word, ...] = ()
    conflict_resolution: Literal["last-write-wins", "vector-clock", "crdt", "application"] | None = None
    write_quorum: Count | None = None
    read_quorum: Count | None = None


class BackupCopy(Section):
    medium: Word
    region: Word | None = None
    offsite: Flag = False
    immutable: Flag = False
    encrypted: Flag = False
    locked: Duration | None = None
    key: Literal["same-account", "other-account", "offline"] | None = None

    @model_validator(mode="after")
    def _says_no_more_than_it_has(self) -> BackupCopy:
        if self.locked and not self.immutable:
            raise ValueError("has `locked` and is not `immutable`: only what cannot be changed is locked for a time")
        if self.key and not self.encrypted:
            raise ValueError("has a `key` and is not `encrypted`")
        return self


class KeepCounts(Section):
    hourly: Count | None = None
    daily: Count | None = None
    weekly: Count | None = None
    monthly: Count | None = None
    yearly: Count | None = None

    @model_validator(mode="after")
    def _keeps_something(self) -> KeepCounts:
        if not any((self.hourly, self.daily, self.weekly, self.monthly, self.yearly)):
            raise ValueError("must keep at least one backup")
        return self


COPIES = re.compile(r"^([1-9][0-9]{0,4}) cop(?:y|ies)$")


KEEP_WORDS = 'must be a duration such as 5w, a count such as "14 copies", or {daily: 7, weekly: 4}'


def _keep(value: Any) -> Any:
    """A duration, a count of copies, or counts a period."""
    if isinstance(value, str) and (DURATION.fullmatch(value) or COPIES.fullmatch(value)):
        return value
    if isinstance(value, (dict, KeepCounts)):
        return value
    raise ValueError(KEEP_WORDS)


def _keep_kind(value: Any) -> str:
    return "text" if isinstance(value, str) else "counts"


UNION_TAGS = {"text", "counts"}
Keep = Annotated[
    Annotated[str, Tag("text")] | Annotated[KeepCounts, Tag("counts")],
    Discriminator(_keep_kind),
    BeforeValidator(_keep),
]


class BackupPolicy(Section):
    kind: Literal["full", "incremental", "differential", "snapshot", "log"]
    every: Duration
    keep: Keep
    method: Literal["physical", "logical", "storage-snapshot", "continuous-archive"]
    copies: tuple[BackupCopy, ...] = ()


class Drill(Section):
    on: Day
    restored_gib: Number
    minutes: Number
    verified: Flag = False
    method: Literal["physical", "logical", "storage-snapshot", "continuous-archive"] | None = None


class Store(Section):
    name: Name
    database: Slug
    version: Word | None = None
    offering: Slug | None = None
    provider: Provider | None = None
    region: Word | None = None
    machine: Word | None = None
    machines: Annotated[int, Field(strict=True, ge=1, le=10_000)] | None = None
    replication: Replication | None = None
    eviction: Word | None = None
    backups: tuple[BackupPolicy, ...] = ()
    drills: tuple[Drill, ...] = ()


class Waiver(Section):
    rule: Word
    at: At
    until: Day
    reason: Text


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
    summary: Text = ""
    provider: Provider | None = None
    region: Word | None = None
    currency: Literal["USD"] = "USD"
    team: Team = Team()
    ranking: Preferences = Preferences()
    costs: Costs = Costs()
    targets: dict[Tier, Target] = {}
    services: dict[Slug, Service] = {}
    stores: dict[Slug, Store] = {}
    waivers: tuple[Waiver, ...] = ()
    assumptions: tuple[Assumption, ...] = ()

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
