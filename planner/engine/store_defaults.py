"""What a new store looks like before anybody has said more: the choices are shown on its page and can be changed."""

from __future__ import annotations

import re

from catalog.facts import Database, Offering, Snapshot
from planner.engine.document import BackupCopy, BackupPolicy, Plan, Replication, Store, Tier
from planner.engine.edits import unique_slug

SELF_HOSTED = "self-hosted"
CAREFUL_TIERS: tuple[Tier, ...] = ("critical", "high")


def offerings_for(database: str, provider: str, snapshot: Snapshot) -> tuple[Offering, ...]:
    """The ways to buy this database from this provider: those that can be priced first, classes for rare use last, by name."""
    found = (one for one in snapshot.offerings.values() if (one.database, one.provider) == (database, provider))
    return tuple(sorted(found, key=lambda one: (one.billing == "none", bool(RARELY_READ & _words(one)), one.name)))


# Words in the names of storage classes that are cheap to keep and dear or slow to read.
RARELY_READ = frozenset(
    ("glacier", "archive", "deep", "infrequent", "ia", "cold", "coldline", "cool", "nearline", "zone")
)


def _words(offering: Offering) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", f"{offering.name} {offering.slug}".lower()))


def proposed_store(plan: Plan, database: Database, snapshot: Snapshot, *, tier: Tier) -> tuple[str, Store]:
    """A slug and a store for this database with the plan's provider and region.

    Critical and high tiers get a synchronous copy in a second zone, the others an asynchronous one. Every store starts
    with a daily full backup in its own region, kept for two weeks.
    """
    offers = offerings_for(database.slug, plan.provider or "", snapshot)
    careful = tier in CAREFUL_TIERS
    store = Store(
        name=database.name,
        database=database.slug,
        version=newest_version(database),
        offering=offers[0].slug if offers else SELF_HOSTED,
        provider=plan.provider,
        region=plan.region,
        replication=Replication(mode="synchronous" if careful else "asynchronous", replicas=1, zones=2),
        backups=(daily_backup(plan.region),),
    )
    return unique_slug(database.slug, set(plan.stores)), store


def newest_version(database: Database) -> str | None:
    """The release line that came out last; None where the catalog knows none."""
    dated = [cycle for cycle in database.cycles if cycle.released_on is not None]
    newest = max(dated, key=lambda cycle: (cycle.released_on, cycle.cycle), default=None)
    return newest.cycle if newest else None


def daily_backup(region: str | None) -> BackupPolicy:
    copy = BackupCopy(medium="object-storage", region=region, offsite=False, immutable=False, encrypted=True)
    return BackupPolicy(kind="full", every="1d", keep="2w", method="physical", copies=(copy,))
