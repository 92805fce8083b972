"""What is commonly believed of a system and is not, or no longer, true; with the source of the correction."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from catalog.files import DATA, CatalogError, read_yaml
from catalog.presentation import source_name

TOPICS = {
    "choosing": "Choosing a store",
    "caching": "Caching",
    "replication": "Replication",
    "backup": "Backup and restore",
}


@dataclass(frozen=True, slots=True)
class Correction:
    databases: tuple[str, ...]  # () = not about one system
    topics: tuple[str, ...]  # of TOPICS
    believed: str
    fact: str
    source: str

    @property
    def confirmed(self) -> bool:
        """Whether a source was read, and not only general knowledge."""
        return self.source.startswith("https://")


@lru_cache(maxsize=1)
def _all() -> tuple[Correction, ...]:
    rows = read_yaml(DATA / "corrections.yaml")
    try:
        return tuple(
            Correction(
                tuple(row["databases"]), tuple(row.get("topics", ())), row["believed"], row["fact"], row["source"]
            )
            for row in rows
        )
    except (KeyError, TypeError) as error:
        raise CatalogError(f"corrections.yaml: {error}") from error


def all_corrections() -> tuple[Correction, ...]:
    """In the order of the file."""
    return _all()


def with_names(found: tuple[Correction, ...]) -> tuple[tuple[Correction, str], ...]:
    """Each with the short name of its source, as pages show it."""
    return tuple((one, source_name(one.source)) for one in found)


def corrections_on(topic: str) -> tuple[Correction, ...]:
    """What matters on the pages of a topic, whatever the system."""
    return tuple(one for one in _all() if topic in one.topics)


def corrections_of(slug: str) -> tuple[Correction, ...]:
    return tuple(one for one in _all() if slug in one.databases)
