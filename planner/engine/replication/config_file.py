"""A file, a command or a statement that sets replication up, with what each of its settings does."""

from __future__ import annotations

from dataclasses import dataclass

PASSWORD = "PASSWORD-FROM-YOUR-SECRET-STORE"  # noqa: S105 -- a place holder, never a secret


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """`where` = on which node; `settings` = name and what it does, in the order of the text; `source` = the manual."""

    name: str
    where: str
    text: str
    settings: tuple[tuple[str, str], ...]
    source: str


@dataclass(frozen=True, slots=True)
class Group:
    """What the writers need to know of a store: its slug, the mode it gives, and its copies. Hosts are made from the slug."""

    slug: str
    mode: str
    home: str
    zones: int
    at_home: int  # copies besides the primary
    regions: tuple[str, ...]  # with one more copy each
    acks_needed: int
    read_quorum: int | None
    voters: tuple[int, ...] = ()  # numbers of the hosts that a commit may wait for, from 1

    @property
    def identifier(self) -> str:
        """A name without hyphens, which SQL and slots would have to quote."""
        return self.slug.replace("-", "_")

    @property
    def primary(self) -> str:
        return f"{self.slug}-0.internal"

    @property
    def home_hosts(self) -> tuple[str, ...]:
        return tuple(f"{self.slug}-{number}.internal" for number in range(1, self.at_home + 1))

    @property
    def far_hosts(self) -> tuple[str, ...]:
        return tuple(f"{self.slug}-{region}.internal".replace(" ", "-") for region in self.regions)

    @property
    def hosts(self) -> tuple[str, ...]:
        return (*self.home_hosts, *self.far_hosts)


def lines(*parts: str) -> str:
    """A text file of these lines; empty parts are left out, so that a writer can add a line on a condition."""
    return "\n".join(part for part in parts if part) + "\n"
