"""What a store's backups cost: storage at the vendor's rate or in a bucket, and the way to other regions."""

from __future__ import annotations

import numpy as np

from catalog.facts import Price
from planner.engine import assumptions as a
from planner.engine import bill_aws as aws
from planner.engine import transfer
from planner.engine.bill import Bill, find
from planner.engine.bill_other import GIB_PER_TB, blobs
from planner.engine.document import BackupCopy
from planner.engine.purchase import Job
from planner.engine.quantity import Floats
from planner.engine.results import Because
from planner.engine.retention import Kept, kept_backups

# service: (row that bills its own backups, whether a part as large as the store is free)
OWN_BACKUPS = {
    "Amazon RDS": ("backup-above-100pct-of-db-size", True),
    "Amazon Aurora": ("backup-above-1-day", True),
    "Amazon DocumentDB": ("backup", True),
    "Amazon ElastiCache": ("backup", False),
    "Amazon DynamoDB": ("backup-on-demand", False),
    "Amazon Keyspaces": ("backup-pitr", False),
    "Cloud SQL": ("backup", False),
    "Azure Database for PostgreSQL Flexible Server": ("backup-above-100pct", True),
    "Azure Database for MySQL Flexible Server": ("backup-above-100pct", True),
    "ClickHouse Cloud": ("storage", False),
}
COPIED_TO_REGIONS = ("Amazon RDS", "Amazon Aurora", "Amazon DocumentDB")
MEDIA = {
    "aws": ("Amazon S3", "standard"),
    "gcp": ("Cloud Storage", "standard"),
    "azure": ("Azure Blob Storage", "hot-lrs"),
}
SNAPSHOTS = {"aws": "Amazon EBS", "gcp": "Disk snapshot", "azure": "Azure Managed Disks"}


def backups(job: Job) -> None:
    """Every copy of every policy. The service's own backups of one region share its free part."""
    own: dict[str, list[tuple[Kept, Floats]]] = {}
    if not job.store.backups:
        return
    columns = job.database.category == "olap"  # stored compressed already, and not compressed once more
    packed = 1 / job.given(a.COMPRESSION) if columns else job.given(a.BACKUP_COMPRESSION)
    for kept in kept_backups(job.store.backups, job.demand, job.draws, packed):
        copies = kept.policy.copies or (BackupCopy(medium="disk"),)
        for copy in copies:
            region = copy.region or job.bill.region
            if _by_service(job, kept, region):
                own.setdefault(region, []).append((kept, kept.held_gib))
            else:
                _in_bucket(job, kept, copy, region)
            if region != job.bill.region:
                item = f"Transfer of {kept.policy.kind} backups to {region}"
                transfer.to_region(job.bill, item, kept.made_gib, region, "backups")
    for region, held in own.items():
        _own(job, region, held)
    shrinks = a.COMPRESSION if columns else a.BACKUP_COMPRESSION
    job.reasons += [shrinks.because(), a.CHANGE_REWRITES.because()]


def _by_service(job: Job, kept: Kept, region: str) -> bool:
    """Does the managed service keep this backup itself? Dumps, and most copies elsewhere, go to a bucket."""
    service = job.offering.price_service if job.offering else ""
    reaches = region == job.bill.region or service in COPIED_TO_REGIONS
    return service in OWN_BACKUPS and kept.policy.method != "logical" and reaches


def _own(job: Job, region: str, held: list[tuple[Kept, Floats]]) -> None:
    """The service's own backups in one region, above what is free there (only where the store itself is)."""
    service = job.offering.price_service if job.offering else ""
    billed, has_free = OWN_BACKUPS[service]
    total = np.zeros(1)
    for _, gib in held:
        total = total + gib
    here = region == job.bill.region
    free = job.free_backup_gib if has_free and here else np.zeros(1)
    text = " + ".join(kept.text for kept, _ in held)
    text += f" = {total[0]:,.0f} GiB" + (f", {free[0]:,.0f} GiB of it free" if free.any() else "")
    place = Bill(job.bill.prices, job.bill.provider, region, job.bill.lines, job.bill.unknown)
    engine = job.offering.price_engine if job.offering else ""
    price = find(place.rows(service), billed, engine=engine) or find(place.rows(service), billed)
    above = np.maximum(total - free, 0)
    above = above / GIB_PER_TB if service == "ClickHouse Cloud" else above
    place.priced(f"Backup storage{'' if here else f' in {region}'}", "backups", above, price, text)
    job.reasons.append(Because("formula", f"Backups in {region}: {text}", "retention"))


def _in_bucket(job: Job, kept: Kept, copy: BackupCopy, region: str) -> None:
    place = Bill(job.bill.prices, job.bill.provider, region, job.bill.lines, job.bill.unknown)
    away = "" if region == job.bill.region else f" in {region}"
    item = f"Backups, {kept.policy.kind} every {kept.policy.every}{away}"
    before = len(place.lines)
    if copy.medium == "object-storage" and place.provider in MEDIA:
        service, tier = MEDIA[place.provider]
        none = np.zeros(1)
        if place.provider == "aws":
            aws.objects(place, tier, kept.held_gib, none, none, label=item, basis="backups")
        else:
            blobs(place, service, tier, kept.held_gib, none, none, label=item, basis="backups")
    else:
        place.priced(item, "backups", kept.held_gib, _snapshot(place, kept), kept.text)
    if len(place.lines) > before:
        job.reasons.append(Because("formula", f"{item}: {kept.text}", "retention"))


def _snapshot(place: Bill, kept: Kept) -> Price | None:
    if kept.policy.method != "storage-snapshot":
        return None
    rows = place.rows(SNAPSHOTS.get(place.provider, ""))
    return next((row for row in rows if row.resource == "snapshot"), None)
