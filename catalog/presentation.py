"""Facts as people read them: groups, labels, words for values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.facts import Database, Fact, FactValue, Limit

GROUPS = {
    "consistency": "Consistency and transactions",
    "query": "Queries",
    "features": "Query abilities",
    "scaling": "Scaling",
    "replication": "Replication",
    "durability": "Durability",
    "backup": "Backup and restore",
    "licence": "Licence",
    "managed_offerings": "Managed services",
    "docker": "Images and ports",
    "terraform": "Terraform resources",
    "lifecycle": "Versions",
}
LABELS = {
    "isolation_default": "Isolation by default", "isolation_strongest": "Strongest isolation",
    "read_default": "Freshness of reads by default", "read_strongest": "Freshest reads",
    "transaction_scope": "Transactions span", "cap": "CAP", "pacelc": "PACELC", "cdc": "Change stream", "ttl": "Expiry (TTL)",
    "multi_region_writes": "Writes in several regions", "point_in_time_recovery": "Point-in-time recovery",
    "wire_compatible_with": "Speaks the protocol of", "native": "Own tools", "items": "Services", "images": "Images",
    "default_ports": "Ports", "default": "Default", "worst_case_loss": "Worst case", "as_of": "Releases as of",
    "latest_stable": "Newest release", "default_mode": "Mode by default",
}  # fmt: skip
NAMES = {"aws": "AWS", "google": "Google Cloud", "azure": "Azure", "azurerm": "Azure", "sql": "SQL", "cap": "CAP"}


@dataclass(frozen=True, slots=True)
class Row:
    """One fact for a page."""

    fact: Fact
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    slug: str
    label: str
    rows: tuple[Row, ...]


def words(value: FactValue) -> str:
    """A value in words; lists with commas, mappings as "a: b"."""
    if value is None or value == "":
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return (
            "; ".join(words(one) for one in value)
            if value and isinstance(value[0], Mapping)
            else (", ".join(words(one) for one in value) or "none")
        )
    if isinstance(value, Mapping):
        return _mapping(value)
    text = str(value)
    return NAMES.get(text, text.replace("_", " ") if " " not in text else text)


def _mapping(value: Mapping[str, FactValue]) -> str:
    if "provider" in value:
        return f"{words(value['provider'])}: {value.get('service')}"
    if "tool" in value:
        return f"{value['tool']} ({words(value.get('kind'))})"
    if "port" in value:
        return f"{value['port']} ({words(value.get('use'))})"
    if "image" in value:
        return f"{value['image']}{' (official image)' if value.get('docker_official_image') else ''}"
    if "licence" in value:
        return f"{value['licence']} from {value.get('from')}"
    return ", ".join(f"{key}: {words(one)}" for key, one in value.items())


def label(key: str) -> str:
    name = key.split(".", 1)[1]
    return LABELS.get(name) or NAMES.get(name) or name.replace("_", " ").capitalize()


def groups(database: Database) -> tuple[Group, ...]:
    """All facts of a system in the order of GROUPS."""
    found = []
    for slug, title in GROUPS.items():
        rows = tuple(
            Row(fact, label(fact.key), words(fact.value))
            for fact in database.facts.values()
            if fact.key.startswith(f"{slug}.")
        )
        if rows:
            found.append(Group(slug, title, rows))
    return tuple(found)


def limit_text(limit: Limit) -> str:
    """A limit with its unit: bytes in powers of two."""
    if limit.unit != "bytes":
        return f"{limit.value:,} {limit.unit.replace('per_second', 'per second')}"
    value, units = float(limit.value), ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"]
    while value >= 1024 and len(units) > 1:
        value /= 1024
        units.pop(0)
    return f"{value:,.4g} {units[0]}"
