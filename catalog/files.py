"""Reads the packaged catalog and prices from `catalog/data` into frozen values. No database, no Django."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

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
NOT_SYSTEMS = {"offerings.yaml", "corrections.yaml"}


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
    )


def _facts(group: str, fields: Mapping[str, Any]) -> list[Fact]:
    provenance = fields.get("provenance") or {}
    sources = tuple(provenance.get("sources") or ())
    unverified = set(provenance.get("unverified_fields") or ())
    return [
        Fact(
            key=f"{group}.{name}",
            value=frozen(value),
            sources=sources,
            checked_on=day(provenance.get("checked_on")),
            verified=bool(sources) and name not in unverified and value != "not_classified",
            note=str(provenance.get("note") or ""),
        )
        for name, value in fields.items()
        if name != "provenance" and (group, name) not in OWN_LISTS
    ]


def _limits(fields: Mapping[str, Any]) -> list[Limit]:
    provenance = fields.get("provenance") or {}
    sources = tuple(provenance.get("sources") or ())
    return [
        Limit(
            name=item["name"],
            value=int(item["value"]),
            unit=item["unit"],
            configurable=bool(item["configurable"]),
            text=str(item.get("text") or ""),
            sources=sources,
            checked_on=day(provenance.get("checked_on")),
            verified=bool(sources) and bool(item.get("verified")),
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


def price_day(text: str) -> dt.date | None:
    """The day of a price; a month counts as its first day; "undated (...)" is None."""
    if text.startswith("undated"):
        return None
    return dt.date.fromisoformat(text if len(text) == 10 else f"{text}-01")


def content_id(parts: object) -> str:
    """SHA-256 over the content in canonical JSON: equal content, equal id."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def load_databases(folder: Path) -> Snapshot:
    """All systems and offerings of a folder."""
    trees = [read_yaml(path) for path in sorted(folder.glob("*.yaml")) if path.name not in NOT_SYSTEMS]
    path = folder / "offerings.yaml"
    rows = read_yaml(path) if path.exists() else []
    return snapshot_from(trees, rows)


def snapshot_from(trees: list[dict[str, Any]], rows: list[dict[str, Any]]) -> Snapshot:
    trees = sorted(trees, key=lambda tree: str(tree["slug"]))
    rows = sorted(rows, key=lambda row: str(row["slug"]))
    databases = {tree["slug"]: database_from(tree) for tree in trees}
    offerings = {row["slug"]: Offering(**row) for row in rows}
    for offering in offerings.values():
        if offering.database not in databases:
            raise CatalogError(f"offerings.yaml: {offering.slug}: no system {offering.database!r}")
    return Snapshot(content_id([trees, rows]), databases, offerings)


def _number(row: Mapping[str, str], name: str, where: str) -> Decimal | None:
    text = (row.get(name) or "").strip()
    if not text:
        return None
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise CatalogError(f"{where}: {name} is {text!r}, not a number") from error


def price_from(kind: str, row: Mapping[str, str], where: str) -> Price:
    """One price from a row of `<kind>.csv`."""
    usd = _number(row, "usd_per_hour" if kind == "compute" else "usd", where)
    if usd is None or usd < 0:
        raise CatalogError(f"{where}: a price needs an amount in USD that is not negative")
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
        as_of=price_day(row["as_of"]),
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
            prices += [price_from(kind, row, f"{path.name} line {number}") for number, row in enumerate(rows, 2)]
    return index_prices(content_id([repr(price) for price in prices]), tuple(prices))


@lru_cache(maxsize=1)
def packaged_snapshot() -> Snapshot:
    """The catalog that ships with the project."""
    return load_databases(DATA)


@lru_cache(maxsize=1)
def packaged_prices() -> PriceBook:
    """The prices that ship with the project."""
    return load_prices(DATA / "prices")
