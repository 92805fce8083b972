"""The shapes of the catalog's API. Field names are those of the data files; values are explained in the vocabulary."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Schema


class Provenance(Schema):
    """Where a group of facts comes from. A field in `unverified_fields` was seen in none of the sources."""

    sources: list[str]
    checked_on: dt.date | None = None
    verified: bool
    unverified_fields: list[str]
    field_sources: dict[str, list[str]] = {}  # fields that name their own sources instead of the group's
    field_checked: dict[str, dt.date] = {}  # fields that were checked on a day of their own
    note: str = ""


class Consistency(Schema):
    isolation_default: str
    isolation_strongest: str
    read_default: str
    read_strongest: str
    transaction_scope: str
    cap: str
    pacelc: str
    summary: str = ""
    provenance: Provenance


class Replication(Schema):
    topologies: list[str]
    modes: list[str]
    default_mode: str
    automatic_failover: str
    multi_region_writes: str
    provenance: Provenance


class Scaling(Schema):
    sharding: str
    write_scaling: str
    summary: str = ""
    provenance: Provenance


class QueryFacts(Schema):
    languages: list[str]
    wire_compatible_with: list[str]
    provenance: Provenance


class Features(Schema):
    secondary_indexes: str
    full_text: str
    geo: str
    vector: str
    time_series: str
    joins: str
    ttl: str
    cdc: str
    aggregation: str
    graph_traversal: str
    nested_documents: str
    counters: str
    sorted_sets: str
    append_log: str
    pub_sub: str
    blobs: str
    range_scan: str
    batch_get: str
    provenance: Provenance


class Durability(Schema):
    default: str
    worst_case_loss: str
    provenance: Provenance


class BackupTool(Schema):
    kind: str
    tool: str


class Backup(Schema):
    native: list[BackupTool]
    point_in_time_recovery: str
    provenance: Provenance


class LimitItem(Schema):
    """`value` counts `unit`s: bytes, count, seconds or per_second."""

    name: str
    value: int
    unit: str
    configurable: bool
    text: str
    verified: bool


class Limits(Schema):
    items: list[LimitItem]
    provenance: Provenance | None = None


class Licence(Schema):
    current: list[str]
    model: str
    history: list[dict[str, str]]  # {"from": "8.0 (May 2025)", "licence": "AGPL-3.0"}, oldest first
    provenance: Provenance


class ManagedService(Schema):
    provider: str
    service: str


class ManagedServices(Schema):
    items: list[ManagedService]
    provenance: Provenance


class Image(Schema):
    image: str
    docker_official_image: bool


class Port(Schema):
    port: int
    use: str


class Docker(Schema):
    images: list[Image]
    default_ports: list[Port]
    provenance: Provenance


class Terraform(Schema):
    aws: list[str]
    google: list[str]
    azurerm: list[str]
    provenance: Provenance


class ReleaseLine(Schema):
    """`eol` null = the source gives no date."""

    cycle: str
    released: dt.date | None
    eol: dt.date | None
    latest: str | None
    lts: bool


class Lifecycle(Schema):
    as_of: dt.date | None = None
    latest_stable: str | None = None
    supported_cycles: list[ReleaseLine]
    provenance: Provenance | None = None


class Finding(Schema):
    subject: str
    finding: str
    url: str


class DatabaseDetail(Schema):
    """One system as its data file spells it. `best_for` and `avoid_when` are judgement, without a source."""

    slug: str
    name: str
    vendor: str
    status: str
    category: str
    types: list[str]
    workloads: list[str]
    deployment_models: list[str]
    best_for: str
    avoid_when: str
    docs_url: str
    notes: str = ""
    consistency: Consistency | None = None
    replication: Replication | None = None
    scaling: Scaling | None = None
    query: QueryFacts | None = None
    features: Features | None = None
    durability: Durability | None = None
    backup: Backup | None = None
    limits: Limits
    licence: Licence | None = None
    managed_offerings: ManagedServices | None = None
    docker: Docker | None = None
    terraform: Terraform | None = None
    lifecycle: Lifecycle
    jepsen: list[Finding]


class DatabaseRow(Schema):
    """One system in a list. `facts_verified` of `facts_total` were seen in a source; `checked_on` = oldest check."""

    slug: str
    name: str
    vendor: str
    status: str
    category: str
    types: list[str]
    workloads: list[str]
    deployment_models: list[str]
    best_for: str
    docs_url: str
    checked_on: dt.date | None
    facts_total: int
    facts_verified: int


class DatabasePage(Schema):
    """A page of systems; `next_offset` is null on the last one."""

    databases: list[DatabaseRow]
    total: int
    next_offset: int | None


class OfferingRow(Schema):
    """A way to buy a system. `billing` names how it is priced; none = no formula yet."""

    slug: str
    name: str
    database: str
    provider: str
    billing: str
    price_service: str
    price_engine: str
    price_deployment: str
    source: str
    notes: str


class OfferingPage(Schema):
    offerings: list[OfferingRow]
    total: int
    next_offset: int | None


class PriceRow(Schema):
    """A list price in USD before tax and discount. Decimals are texts; `as_of` null = the source gives no date."""

    kind: str
    provider: str
    service: str
    engine: str
    region: str
    deployment: str
    resource: str
    vcpu: str | None
    memory_gib: str | None
    local_nvme_gib: str | None
    billed: str
    unit: str
    usd: str
    source: str
    as_of: dt.date | None
    category: str
    cpu_arch: str
    notes: str


class PricePage(Schema):
    prices: list[PriceRow]
    total: int
    next_offset: int | None


class FactRow(Schema):
    """One fact. `value` is a word of the vocabulary, text, a number or a list; `sources` are those of this field."""

    database: str
    fact: str
    value: Any
    verified: bool
    checked_on: dt.date | None
    sources: list[str]
    note: str


class FactPage(Schema):
    facts: list[FactRow]
    total: int
    next_offset: int | None


class ComparedValue(Schema):
    """`sources` = keys of the answer's `sources`; none = not confirmed by a source."""

    text: str
    sources: list[int]


class ComparedLine(Schema):
    group: str
    fact: str
    same: bool
    values: list[ComparedValue]  # in the order of `databases`


class ComparisonAnswer(Schema):
    databases: list[str]
    lines: list[ComparedLine]
    sources: dict[str, str]


class WholeCatalog(Schema):
    databases: list[DatabaseDetail]


class Seen(Schema):
    """`seen` of `total` were seen in a source."""

    seen: int
    total: int


class CoverageAnswer(Schema):
    facts: Seen
    facts_the_engine_reads: Seen  # of the most used systems
    limits: Seen
    groups: dict[str, Seen]
    systems: dict[str, Seen]
    waiting: dict[str, list[str]]
    priced_offerings: list[str]
    unpriced_offerings: list[str]
    systems_without_offering: list[str]
    systems_without_end_of_life: list[str]
    oldest_price: dt.date | None
