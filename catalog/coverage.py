"""What the catalog knows and what it does not: facts seen in a source, services without a price, regions without prices.

Everything is counted from the published data; nothing here is written by hand except which systems are used most.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from catalog import offers
from catalog.facts import Database, Offering, PriceBook, Snapshot
from catalog.vocabulary import FEATURES

# By the count of systems in 88 public compose projects, the eight systems of the guide, and the managed services priced.
MOST_USED = (
    "postgresql", "redis", "mongodb", "mariadb", "valkey", "mysql", "elasticsearch", "clickhouse", "kafka", "rabbitmq",
    "minio", "memcached", "opensearch", "s3", "cassandra", "dynamodb", "aurora", "sqlite", "documentdb", "redshift",
    "bigquery", "cosmosdb", "sql-server", "timescaledb", "neo4j",
)  # fmt: skip
# What ranking, review and recovery read. A test compares this with the engine's own code.
USED_BY_ENGINE = (
    "consistency.read_default", "consistency.read_strongest", "consistency.transaction_scope",
    "consistency.isolation_default", "consistency.isolation_strongest",
    "replication.modes", "replication.topologies", "replication.default_mode", "replication.automatic_failover",
    "replication.multi_region_writes",
    "scaling.sharding", "scaling.write_scaling", "query.wire_compatible_with", "durability.default", "licence.model",
    "licence.current", "licence.history", "managed_offerings.items", *(f"features.{name}" for name in FEATURES),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """`seen` of `total` facts were seen in a source."""

    name: str
    seen: int
    total: int

    @property
    def share(self) -> float:
        return self.seen / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """A system among the most used, with facts that the engine reads and no source has confirmed."""

    database: Database
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    facts: Share
    used: Share  # those that the engine reads, of the most used systems
    limits: Share
    by_group: tuple[Share, ...]
    by_system: tuple[tuple[Database, Share], ...]  # the least seen first
    waiting: tuple[Waiting, ...]
    priced: tuple[Offering, ...]
    unpriced: tuple[Offering, ...]
    companies: tuple[tuple[str, int], ...]  # priced offerings of each company, most first
    without_offering: tuple[Database, ...]
    without_dates: tuple[Database, ...]  # no release line has a date of its end
    regions: tuple[tuple[str, str, int], ...]  # provider, region, prices; fewest first
    oldest_price: dt.date | None
    undated_prices: int


def coverage_of(snapshot: Snapshot, prices: PriceBook) -> Coverage:
    databases = tuple(snapshot.databases.values())
    offerings = tuple(snapshot.offerings.values())
    priced = tuple(one for one in offerings if offers.prices_of(one, prices))
    offered = {one.database for one in offerings}
    waiting = tuple(
        one for slug in MOST_USED if slug in snapshot.databases for one in _waiting(snapshot.databases[slug])
    )
    used = sum(_reads(snapshot.databases[slug]) for slug in MOST_USED if slug in snapshot.databases)
    open_ = sum(len(one.keys) for one in waiting)
    return Coverage(
        facts=_share("all", databases),
        used=Share("used", used - open_, used),
        limits=Share(
            "limits",
            sum(one.verified for db in databases for one in db.limits),
            sum(len(db.limits) for db in databases),
        ),
        by_group=_groups(databases),
        by_system=tuple(sorted(((one, _share(one.slug, (one,))) for one in databases), key=_least_seen)),
        waiting=waiting,
        priced=priced,
        unpriced=tuple(one for one in offerings if one not in priced),
        companies=offers.priced_by_company(snapshot, prices),
        without_offering=tuple(one for one in databases if one.slug not in offered),
        without_dates=tuple(one for one in databases if not any(cycle.eol_on for cycle in one.cycles)),
        regions=_regions(prices),
        oldest_price=min((one.as_of for one in prices.prices if one.as_of), default=None),
        undated_prices=sum(one.as_of is None for one in prices.prices),
    )


def _share(name: str, databases: tuple[Database, ...]) -> Share:
    facts = [fact for one in databases for fact in one.facts.values()]
    return Share(name, sum(fact.verified for fact in facts), len(facts))


def _least_seen(row: tuple[Database, Share]) -> tuple[float, str]:
    return row[1].share, row[0].slug


def _groups(databases: tuple[Database, ...]) -> tuple[Share, ...]:
    total: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for fact in (fact for one in databases for fact in one.facts.values()):
        group = fact.key.split(".", 1)[0]
        total[group] += 1
        seen[group] += fact.verified
    return tuple(Share(group, seen[group], total[group]) for group in total)


def _reads(database: Database) -> int:
    return sum(key in database.facts for key in USED_BY_ENGINE)


def _waiting(database: Database) -> list[Waiting]:
    keys = tuple(key for key in USED_BY_ENGINE if (fact := database.fact(key)) and not fact.verified)
    return [Waiting(database, keys)] if keys else []


def _regions(prices: PriceBook) -> tuple[tuple[str, str, int], ...]:
    count = Counter((one.provider, one.region) for one in prices.prices if one.region)
    return tuple(
        (provider, region, number) for (provider, region), number in sorted(count.items(), key=lambda row: row[1])
    )


def in_text(found: Coverage) -> str:
    """The figures for a terminal: one line each."""
    lines = [
        ("facts seen in a source", found.facts),
        (f"facts the engine reads, {len(MOST_USED)} most used systems", found.used),
        ("documented limits seen in a source", found.limits),
        *((f"  {share.name}", share) for share in found.by_group),
    ]
    text = [f"{name:<60} {one.seen:>6,} of {one.total:>6,}  {one.share:>6.1%}" for name, one in lines]
    text.append(
        f"{'managed offerings with prices':<60} {len(found.priced):>6,} of {len(found.priced) + len(found.unpriced):>6,}"
    )
    text += [f"  {company:<58} {number:>6,}" for company, number in found.companies]
    return "\n".join(text) + "\n"
