"""The shape of a system's tree: which groups and fields exist, and what kind of value each holds. Words are checked apart.

A tree comes from people (forms, files): whatever its shape, it is read to an end and every problem named.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from catalog.vocabulary import FEATURES

Word = Annotated[str, Field(min_length=1, max_length=120)]
Line = Annotated[str, Field(min_length=1, max_length=300)]
Text = Annotated[str, Field(max_length=20_000)]
Day = dt.date | Annotated[str, Field(max_length=40)]
Words = Annotated[list[Word], Field(max_length=100)]
Links = Annotated[list[Annotated[str, Field(max_length=2_000)]], Field(max_length=200)]
MISSING: Any = Field(default=None)  # a field that may be left out; where it is there, it may not be empty
SHOWN = 40  # characters of a wrong value that a message repeats


class Shape(BaseModel):
    """Nothing is converted: "5" is no number and 1 is no mark."""

    model_config = ConfigDict(strict=True, extra="forbid", populate_by_name=False)


class Provenance(Shape):
    sources: Links
    checked_on: Day | None = None
    verified: bool = False
    unverified_fields: Words = []
    field_sources: dict[Word, Links] = {}
    field_checked: dict[Word, Day] = {}
    note: Text = ""


class Group(Shape):
    provenance: Provenance


class Consistency(Group):
    isolation_default: Word = MISSING
    isolation_strongest: Word = MISSING
    read_default: Word = MISSING
    read_strongest: Word = MISSING
    transaction_scope: Word = MISSING
    cap: Word = MISSING
    pacelc: Word = MISSING
    summary: Text = MISSING


class Replication(Group):
    topologies: Words = MISSING
    modes: Words = MISSING
    default_mode: Word = MISSING
    automatic_failover: Word = MISSING
    multi_region_writes: Word = MISSING


class Scaling(Group):
    sharding: Word = MISSING
    write_scaling: Word = MISSING
    summary: Text = MISSING


class Query(Group):
    languages: Words = MISSING
    wire_compatible_with: Words = MISSING


class Durability(Group):
    default: Word = MISSING
    worst_case_loss: Text = MISSING


class BackupWay(Shape):
    tool: Line
    kind: Word


class Backup(Group):
    native: list[BackupWay] = MISSING
    point_in_time_recovery: Word = MISSING


class LimitItem(Shape):
    name: Word
    value: int  # within bounds that the checks name
    unit: Word
    configurable: bool
    text: Text | None = ""
    verified: bool = False


class Limits(Shape):
    items: list[LimitItem]
    provenance: Provenance = MISSING


class LicenceChange(Shape):
    licence: Line
    since: Line = Field(alias="from")


class Licence(Group):
    current: Words = MISSING
    model: Word = MISSING
    history: list[LicenceChange] = MISSING


class Service(Shape):
    provider: Word
    service: Line


class ManagedOfferings(Group):
    items: list[Service] = MISSING


class Image(Shape):
    image: Line
    docker_official_image: bool


class Port(Shape):
    port: Annotated[int, Field(ge=1, le=65535)]
    use: Line


class Docker(Group):
    images: list[Image] = MISSING
    default_ports: list[Port] = MISSING


class Terraform(Group):
    aws: Words = MISSING
    google: Words = MISSING
    azurerm: Words = MISSING


class ReleaseLine(Shape):
    cycle: Annotated[str, Field(min_length=1, max_length=60)]
    released: Day | None = None
    eol: Day | None = None
    latest: Annotated[str, Field(max_length=60)] | None = None
    lts: bool = False


class Lifecycle(Group):
    as_of: Day | None = None
    latest_stable: Word | None = None
    supported_cycles: list[ReleaseLine] = MISSING
    provenance: Provenance = MISSING


class Finding(Shape):
    subject: Line
    finding: Text
    url: Annotated[str, Field(max_length=500)]


ABILITIES: dict[str, Any] = dict.fromkeys(FEATURES, (Word, MISSING))
Features: Any = create_model("Features", __base__=Group, **ABILITIES)


class System(Shape):
    slug: Word
    name: Word
    vendor: Annotated[str, Field(max_length=200)]
    status: Word
    category: Word
    types: Annotated[Words, Field(min_length=1)]
    workloads: Annotated[Words, Field(min_length=1)]
    deployment_models: Annotated[Words, Field(min_length=1)]
    best_for: Text
    avoid_when: Text
    docs_url: Annotated[str, Field(max_length=500)]
    notes: Text = ""
    consistency: Consistency = MISSING
    replication: Replication = MISSING
    scaling: Scaling = MISSING
    query: Query = MISSING
    features: Features = MISSING
    durability: Durability = MISSING
    backup: Backup = MISSING
    limits: Limits = MISSING
    licence: Licence = MISSING
    managed_offerings: ManagedOfferings = MISSING
    docker: Docker = MISSING
    terraform: Terraform = MISSING
    lifecycle: Lifecycle = MISSING
    jepsen: list[Finding] = []


# What pydantic calls a problem, in words that follow the field and what was found there.
WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not a field of the catalog",
    "string_type": "is not a text",
    "string_unicode": "holds a character that is no text",
    "bool_type": "is not true or false",
    "list_type": "is not a list",
    "dict_type": "is not a mapping",
    "model_type": "is not a mapping",
    "model_attributes_type": "is not a mapping",
    "int_type": "is not a whole number",
    "int_parsing_size": "is not a whole number of this size",
    "date_type": "is not a date like 2026-11-22",
}


def problems(tree: object) -> Iterator[str]:
    """Every place where the tree has another shape, as `path: what is there, and what is wrong`."""
    try:
        System.model_validate(tree)
    except ValidationError as error:
        seen = set()
        for one in error.errors(include_url=False, include_context=True):
            text = _in_words(one)
            if text not in seen:  # a day that is neither text nor date is told twice
                seen.add(text)
                yield text


def _in_words(error: Any) -> str:
    path = _path(error["loc"])
    kind, context = error["type"], error.get("ctx") or {}
    if kind in ("missing", "extra_forbidden"):
        return f"{path}: {WORDS[kind]}"
    if kind == "too_short":
        return f"{path}: is empty; at least one is needed"
    if kind == "string_too_short":
        return f"{path}: is empty; a text is needed"
    if error["input"] is None:
        return f"{path}: is missing"
    if kind == "string_too_long":
        return f"{path}: has more than {context['max_length']:,} characters"
    if kind == "too_long":
        return f"{path}: has more than {context['max_length']:,} entries"
    words = WORDS.get(kind) or f"is wrong: {error['msg']}"
    return f"{path}: {shown(error['input'])} {words}"


def _path(parts: tuple[int | str, ...]) -> str:
    """`backup.native[2].kind`; what pydantic adds for a choice of types is left out."""
    found = ""
    for part in parts:
        if isinstance(part, int):
            found += f"[{part}]"
        elif part not in ("date", "str", "constrained-str", "[key]"):
            found += f".{safe(part)}" if found else safe(part)
    return found or "the system"


def shown(value: object) -> str:
    """A wrong value in a few characters; never deep, never long."""
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a mapping"
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return repr(value[:SHOWN])
    if isinstance(value, int) and value.bit_length() > 200:  # Python writes no endless numbers
        return "a number of many digits"
    return str(value)[:SHOWN]


def safe(text: str) -> str:
    """A key that can be written on a page, whatever it holds."""
    return text[:SHOWN].encode("utf-8", "backslashreplace").decode("utf-8")
