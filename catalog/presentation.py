"""Facts as people read them: groups, labels, words for values, names of sources."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from catalog import words
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
TABS = {
    "facts": ("consistency", "query", "features", "scaling", "replication", "durability", "licence", "docker",
              "terraform", "lifecycle"),
    "backup": ("backup", "durability", "replication"),
}  # fmt: skip
STALE_DAYS = 365
CODE = ("docker.images", "docker.default_ports", "terraform.")


@dataclass(frozen=True, slots=True)
class Source:
    """A link with a short name: the site, and on GitHub the repository."""

    url: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """One fact for a page: its value as parts in words, and `prose` where it is a sentence."""

    fact: Fact
    label: str
    parts: tuple[str, ...]
    prose: bool
    code: bool
    sources: tuple[Source, ...]

    @property
    def text(self) -> str:
        items = isinstance(self.fact.value, tuple) and any(isinstance(one, Mapping) for one in self.fact.value)
        return ("; " if items else ", ").join(self.parts) or "None"


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that share their sources; `note` says what holds for all of them."""

    slug: str
    label: str
    rows: tuple[Row, ...]
    note: str


def parts_of(key: str, value: FactValue) -> tuple[str, ...]:
    """A value in words, one part for each item of a list."""
    if isinstance(value, tuple):
        return tuple(text for one in value for text in parts_of(key, one))
    if isinstance(value, Mapping):
        return (_mapping(value),)
    if value is None or value == "":
        return ("Unknown",)
    if isinstance(value, bool):
        return ("Yes" if value else "No",)
    if key == "lifecycle.as_of":
        return (_day(str(value)),)
    text = str(value)
    return (words.OF_FIELD.get(key, {}).get(text, text),)


def _day(iso: str) -> str:
    day = dt.date.fromisoformat(iso)
    return f"{day.day} {day:%b %Y}"


def in_words(key: str, value: FactValue) -> str:
    return ", ".join(parts_of(key, value)) or "None"


def _mapping(value: Mapping[str, FactValue]) -> str:
    if "provider" in value:
        return f"{words.PROVIDERS.get(str(value['provider']), value['provider'])}: {value.get('service')}"
    if "tool" in value:
        kind = str(value.get("kind"))
        return f"{value['tool']} ({words.BACKUP_KINDS.get(kind, kind)})"
    if "port" in value:
        return f"{value['port']} ({value.get('use')})"
    if "image" in value:
        return f"{value['image']}{' (official image)' if value.get('docker_official_image') else ''}"
    if "licence" in value:
        return f"{value.get('from')}: {value['licence']}"
    return ", ".join(f"{key}: {one}" for key, one in value.items())


def label(key: str) -> str:
    name = key.split(".", 1)[1]
    return words.LABELS.get(name) or name.replace("_", " ").capitalize()


def sources_of(urls: tuple[str, ...]) -> tuple[Source, ...]:
    return tuple(Source(url, source_name(url)) for url in urls)


def source_name(url: str) -> str:
    """`postgresql.org`, or `redis/docs` for a file on GitHub."""
    address = urlsplit(url)
    if address.netloc == "github.com":
        return "/".join(address.path.strip("/").split("/")[:2])
    return address.netloc.removeprefix("www.") or url


def row_of(fact: Fact) -> Row:
    prose = isinstance(fact.value, str) and " " in fact.value
    code = fact.key.startswith(CODE)
    return Row(fact, label(fact.key), parts_of(fact.key, fact.value), prose, code, sources_of(fact.sources))


def groups(database: Database, only: tuple[str, ...] = ()) -> tuple[Group, ...]:
    """The facts of a system in the order of GROUPS, or of the groups named in `only`."""
    found = []
    for slug in only or tuple(GROUPS):
        rows = tuple(row_of(fact) for fact in database.facts.values() if fact.key.startswith(f"{slug}."))
        if rows:
            found.append(Group(slug, GROUPS[slug], rows, rows[0].fact.note))
    return tuple(found)


def limit_label(limit: Limit) -> str:
    return limit_name(limit.name)


def limit_name(name: str) -> str:
    return words.LIMITS.get(name, name.replace("_", " "))


def limit_text(limit: Limit) -> str:
    """A limit with its unit: bytes in powers of two."""
    return amount_text(limit.value, limit.unit)


def amount_text(amount: int, unit: str) -> str:
    if unit == "seconds":
        return f"{amount:,} s"
    if unit == "per_second":
        return f"{amount:,} per second"
    if unit != "bytes":
        return f"{amount:,}"
    value, units = float(amount), ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"]
    while value >= 1024 and len(units) > 1:
        value /= 1024
        units.pop(0)
    return f"{value:,.4g} {units[0]}"


def kind(database: Database) -> str:
    return words.CATEGORIES.get(database.category, database.category)


def is_stale(day: dt.date | None, today: dt.date) -> bool:
    """Checked more than twelve months ago, or never."""
    return day is None or (today - day).days > STALE_DAYS
