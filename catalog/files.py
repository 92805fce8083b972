"""Reads the packaged catalog and prices from `catalog/data` into frozen values. No database, no Django."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from catalog import checks
from catalog.facts import (
    Cycle,
    Database,
    Fact,
    FactValue,
    JepsenFinding,
    Limit,
    Offering,
    Price,
    PriceBook,
    Snapshot,
    index_prices,
)

DATA = Path(__file__).parent / "data"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
GROUPS = (
    "consistency", "replication", "scaling", "query", "features", "durability", "backup", "licence",
    "managed_offerings", "docker", "terraform", "lifecycle",
)  # fmt: skip
OWN_LISTS = {("lifecycle", "supported_cycles"), ("limits", "items")}
NEEDED_COLUMNS = {
    "compute": {"provider", "region", "instance_type", "usd_per_hour", "source", "as_of"},
    "storage": {"provider", "region", "service", "billed", "unit", "usd", "source", "as_of"},
    "managed": {"provider", "region", "service", "billed", "unit", "usd", "source", "as_of"},
    "transfer": {"provider", "from_region", "to", "kind", "unit", "usd", "source", "as_of"},
}
NOT_SYSTEMS = {"offerings.yaml", "corrections.yaml", "price_examples.yaml"}


class CatalogError(ValueError):
    """A data file that cannot be used: says which file and what is wrong in it."""


def read_yaml(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), LOADER)  # noqa: S506 -- a safe loader
    except yaml.YAMLError as error:
        raise CatalogError(f"{path.name}: {error}") from error


def frozen(value: Any) -> FactValue:
    """Lists become tuples, dates ISO text; mappings stay (they are never changed)."""
    if isinstance(value, list):
        return tuple(frozen(one) for one in value)
    if isinstance(value, dict):
        return {str(key): frozen(one) for key, one in value.items()}
    if isinstance(value, dt.date):
        return value.isoformat()
    if value is None or isinstance(value, (str, int, bool)):
        return value
    raise CatalogError(f"{value!r} is not a fact value")


def day(value: Any) -> dt.date | None:
    if value is None or isinstance(value, dt.date):
        return value
    return dt.date.fromisoformat(str(value))


def database_from(tree: Mapping[str, Any]) -> Database:
    """One system from the structure of its file."""
    return Database(
        slug=tree["slug"],
        name=tree["name"],
        vendor=tree["vendor"],
        status=tree["status"],
        category=tree["category"],
        types=tuple(tree["types"]),
        workloads=tuple(tree["workloads"]),
        deployment_models=tuple(tree["deployment_models"]),
        best_for=tree["best_for"],
        avoid_when=tree["avoid_when"],
        docs_url=tree["docs_url"],
        notes=str(tree.get("notes") or ""),
        facts={fact.key: fact for group in GROUPS if group in tree for fact in _facts(group, tree[group])},
        limits=tuple(_limits(tree.get("limits") or {})),
        cycles=tuple(_cycles(tree.get("lifecycle") or {})),
        jepsen=tuple(JepsenFinding(one["subject"], one["finding"], one["url"]) for one in tree.get("jepsen") or ()),
        provenance={
            name: frozen(group["provenance"])
            for name, group in tree.items()
            if isinstance(group, Mapping) and "provenance" in group
        },
    )


def _facts(group: str, fields: Mapping[str, Any]) -> list[Fact]:
    provenance = fields.get("provenance") or {}
    sources = tuple(provenance.get("sources") or ())
    own_sources = provenance.get("field_sources") or {}  # where a field names its own, the group's do not count
    own_days = provenance.get("field_checked") or {}
    unverified = set(provenance.get("unverified_fields") or ())
    return [
        Fact(
            key=f"{group}.{name}",
            value=frozen(value),
            sources=tuple(own_sources.get(name, sources)),
            checked_on=day(own_days.get(name) or provenance.get("checked_on")),
            verified=bool(own_sources.get(name, sources)) and name not in unverified and value != "not_classified",
            note=str(provenance.get("note") or ""),
        )
        for name, value in fields.items()
        if name != "provenance" and (group, name) not in OWN_LISTS
    ]


def _limits(fields: Mapping[str, Any]) -> list[Limit]:
    provenance = fields.get("provenance") or {}
    sources = tuple(provenance.get("sources") or ())
    own_sources, own_days = provenance.get("field_sources") or {}, provenance.get("field_checked") or {}
    return [
        Limit(
            name=item["name"],
            value=int(item["value"]),
            unit=item["unit"],
            configurable=bool(item["configurable"]),
            text=str(item.get("text") or ""),
            sources=tuple(own_sources.get(item["name"], sources)),
            checked_on=day(own_days.get(item["name"]) or provenance.get("checked_on")),
            verified=bool(own_sources.get(item["name"], sources)) and bool(item.get("verified")),
        )
        for item in fields.get("items") or ()
    ]


def _cycles(fields: Mapping[str, Any]) -> list[Cycle]:
    return [
        Cycle(
            str(one["cycle"]), day(one.get("released")), day(one.get("eol")), str(one.get("latest") or ""),
            bool(one.get("lts")),
        )
        for one in fields.get("supported_cycles") or ()
    ]  # fmt: skip


def price_day(text: str, where: str) -> dt.date | None:
    """The day of a price; a month counts as its first day; "undated (...)" is None."""
    if text.startswith("undated"):
        return None
    try:
        return dt.date.fromisoformat(text if len(text) == 10 else f"{text}-01")
    except ValueError as error:
        raise CatalogError(f"{where}: as_of is {text!r}, not a date like 2026-07-20") from error


def content_id(parts: object) -> str:
    """SHA-256 over the content in canonical JSON: equal content, equal id."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=_as_json).encode()).hexdigest()


def _as_json(value: object) -> object:
    """Records one level at a time: `asdict` would copy the whole catalog first, a tenth of the time of reading it."""
    if dataclasses.is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    return str(value)


def load_databases(folder: Path) -> Snapshot:
    """All systems and offerings of a folder; every problem of every file at once."""
    found: dict[str, Database] = {}
    wrong: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        if path.name in NOT_SYSTEMS:
            continue
        tree = read_yaml(path)
        problems = checks.problems(tree)
        wrong += [f"{path.name}: {problem}" for problem in problems]
        if not problems and path.stem != tree["slug"]:
            wrong.append(f"{path.name}: slug: {tree['slug']!r} must be the name of the file, {path.stem!r}")
        if not problems:
            found[tree["slug"]] = database_from(tree)
    path = folder / "offerings.yaml"
    rows = read_yaml(path) if path.exists() else []
    offerings = {} if wrong else _offerings(rows or [], found, wrong)
    if wrong:
        raise CatalogError("\n".join(wrong))
    return snapshot_of(found, offerings)


def _offerings(rows: object, databases: Mapping[str, Database], wrong: list[str]) -> dict[str, Offering]:
    found: dict[str, Offering] = {}
    if not isinstance(rows, list):
        wrong.append("offerings.yaml: a list of offerings is needed")
        return found
    for place, row in enumerate(rows, 1):
        name = row.get("slug") if isinstance(row, dict) else row
        where = f"offerings.yaml: entry {place} ({name})"
        try:
            one = Offering(**row)
        except TypeError as error:
            wrong.append(f"{where}: {str(error).removeprefix('Offering.__init__() ')}")
            continue
        if one.database not in databases:
            wrong.append(f"{where}: database: the catalog has no {one.database!r}")
        if one.slug in found:
            wrong.append(f"{where}: slug: {one.slug!r} is used twice")
        found[one.slug] = one
    return found


def snapshot_of(databases: Mapping[str, Database], offerings: Mapping[str, Offering]) -> Snapshot:
    """A snapshot in the order of the slugs. Its id comes from the values, so files and rows of equal content agree."""
    databases, offerings = dict(sorted(databases.items())), dict(sorted(offerings.items()))
    return Snapshot(content_id([list(databases.values()), list(offerings.values())]), databases, offerings)


def book_of(prices: tuple[Price, ...]) -> PriceBook:
    """A price book; its id comes from the values in their order."""
    return index_prices(content_id([repr(price) for price in prices]), prices)


def _number(row: Mapping[str, str], name: str, where: str) -> Decimal | None:
    text = (row.get(name) or "").strip()
    if not text:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation as error:
        raise CatalogError(f"{where}: {name} is {text!r}, not a number") from error
    if not found.is_finite() or found < 0:
        raise CatalogError(f"{where}: {name} is {text!r}, not a number of 0 or more")
    return plain_decimal(found)


def plain_decimal(value: Decimal) -> Decimal:
    """Without zeros at the end: 4.0 and 4.0000 are the same number, and both databases give it back alike."""
    return Decimal(format(value.normalize(), "f"))


def price_from(kind: str, row: Mapping[str, str], where: str) -> Price:
    """One price from a row of `<kind>.csv`."""
    usd = _number(row, "usd_per_hour" if kind == "compute" else "usd", where)
    if usd is None:
        raise CatalogError(f"{where}: a price needs an amount in USD")
    names = {
        "compute": ("", "", "region", "", "instance_type", "", ""),
        "storage": ("service", "", "region", "tier", "kind", "billed", "unit"),
        "managed": ("service", "engine", "region", "deployment", "resource", "billed", "unit"),
        "transfer": ("", "", "from_region", "tier", "to", "kind", "unit"),
    }[kind]
    service, engine, region, deployment, resource, billed, unit = (row.get(name, "") if name else "" for name in names)
    return Price(
        kind=kind,
        provider=row["provider"],
        service=service or {"compute": "Compute", "transfer": "Data transfer"}.get(kind, ""),
        engine=engine,
        region=region,
        deployment=deployment,
        resource=resource,
        vcpu=_number(row, "vcpu", where),
        memory_gib=_number(row, "memory_gib", where),
        local_nvme_gib=_number(row, "local_nvme_gib", where),
        billed=billed or "instance",
        unit=unit or "hour",
        usd=usd,
        source=row["source"],
        as_of=price_day(row["as_of"], where),
        category=row.get("category", ""),
        cpu_arch=row.get("cpu_arch", ""),
        notes=row.get("notes", ""),
    )


def load_prices(folder: Path) -> PriceBook:
    """All price tables of a folder."""
    prices: list[Price] = []
    for kind in ("compute", "managed", "storage", "transfer"):
        path = folder / f"{kind}.csv"
        with path.open(newline="", encoding="utf-8") as file:
            rows = csv.DictReader(file)
            missing = NEEDED_COLUMNS[kind] - set(rows.fieldnames or ())
            if missing:
                raise CatalogError(f"{path.name}: the column {', '.join(sorted(missing))} is missing")
            prices += [price_from(kind, row, f"{path.name} line {number}") for number, row in enumerate(rows, 2)]
    if len(set(prices)) < len(prices):
        twice = next(one for one, count in Counter(prices).items() if count > 1)
        raise CatalogError(f"{twice.kind}.csv: the same row twice: {twice.service} {twice.resource} {twice.region}")
    return book_of(tuple(prices))


@lru_cache(maxsize=1)
def packaged_snapshot() -> Snapshot:
    """The catalog that ships with the project."""
    return load_databases(DATA)


@lru_cache(maxsize=1)
def packaged_prices() -> PriceBook:
    """The prices that ship with the project."""
    return load_prices(DATA / "prices")
