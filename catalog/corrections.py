"""What is commonly believed of a system and is not, or no longer, true; with the source of the correction."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from catalog.files import DATA, CatalogError, read_yaml


@dataclass(frozen=True, slots=True)
class Correction:
    databases: tuple[str, ...]
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
        return tuple(Correction(tuple(row["databases"]), row["believed"], row["fact"], row["source"]) for row in rows)
    except (KeyError, TypeError) as error:
        raise CatalogError(f"corrections.yaml: {error}") from error


def corrections_of(slug: str) -> tuple[Correction, ...]:
    return tuple(one for one in _all() if slug in one.databases)
