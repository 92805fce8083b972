"""How each way of buying a system is billed: instances, own machines, request units, objects; then backups and transfer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from catalog.facts import Price
from planner.engine import assumptions as a
from planner.engine.backups import BASE_KINDS
from planner.engine.bill import HOURS, Job, Line, find, tiered
from planner.engine.document import BackupPolicy, KeepCounts, duration_seconds
from planner.engine.quantity import Floats
from planner.engine.shapes import Choice, Shapes, choose, machine_shapes, managed_shapes

INFINITE = float("inf")
S3_TIERS = (("storage-first-50tb", 51_200.0), ("storage-next-450tb", 512_000.0), ("storage-over-500tb", INFINITE))
GP3_BASELINE_IOPS = 3000.0


def bill(job: Job) -> None:
    """All lines of one store."""
    if job.store.offering in (None, "self-hosted"):
        _own_machines(job)
    elif job.offering is None:
        job.unknown.append(f"The catalog has no offering {job.store.offering!r}")
    elif job.offering.billing == "instances":
        _instances(job)
    elif job.offering.billing == "request-units":
        _request_units(job)
    elif job.offering.billing == "object-storage":
        _objects(job)
    else:
        job.unknown.append(f"{job.offering.name}: no formula turns needs into a size of this service yet")
    _backups(job)
    _further_regions(job)


def _write_instances(job: Job, choice: Choice, copies: int, label: str) -> bool:
    """One line for all nodes. False if no shape is large enough."""
    if choice.index[0] < 0:
        job.unknown.append(
            f"No shape of {label} has {job.load.cores[0]:,.1f} cores and {job.load.memory_gib[0]:,.1f} GiB for one writer"
        )
        return False
    row = choice.shapes.rows[choice.index[0]]
    nodes = choice.nodes * copies
    hours = nodes * HOURS
    usd = np.where(choice.index >= 0, choice.shapes.usd_hour[choice.index], np.nan)
    # A draw that no shape carries is priced as the largest one: at least that much.
    monthly = np.where(np.isnan(usd), choice.shapes.usd_hour.max() * HOURS * copies, hours * usd)
    hours = np.where(np.isnan(hours), HOURS * copies, hours)
    job.shape, job.nodes = row.resource, int(nodes[0])
    text = f"{nodes[0]:g} x {HOURS:g} h x ${row.usd}, the cheapest with {job.load.cores[0]:,.1f} cores and {job.load.memory_gib[0]:,.1f} GiB a copy"
    job.lines.append(Line(f"{label}, {row.resource}", "size and rate", hours, "h", row, monthly, text))
    return True


def _instances(job: Job) -> None:
    offering = job.offering
    assert offering is not None  # noqa: S101 -- bill() looked
    if offering.price_deployment == "pair":
        _pair(job)
        return
    shapes = _managed(job, offering.price_deployment)
    if shapes is None:
        job.missing(f"{offering.name} nodes", "size and rate", np.full_like(job.load.cores, np.nan), "h")
        return
    shared = offering.price_service in ("Amazon Aurora", "Amazon DocumentDB")
    least = 3 if offering.price_service == "Amazon MSK" else 1
    load = replace(job.load, spreads=False) if shared else job.load
    if _write_instances(job, choose(load, shapes, least), job.copies, offering.name):
        _node_storage(job, shared)


def _managed(job: Job, deployment: str) -> Shapes | None:
    offering = job.offering
    assert offering is not None  # noqa: S101
    return managed_shapes(
        job.prices, offering.provider, offering.price_service, job.region, offering.price_engine, deployment
    )


def _pair(job: Job) -> None:
    """RDS: a standby in a second zone is one Multi-AZ price; further replicas are single instances."""
    offering = job.offering
    assert offering is not None  # noqa: S101
    replication = job.store.replication
    standby = job.copies >= 2 and replication is not None and replication.zones >= 2
    name = "Multi-AZ" if standby else "Single-AZ"
    shapes = _managed(job, name)
    if shapes is None:
        job.missing(f"{offering.name} instance", "size and rate", np.full_like(job.load.cores, np.nan), "h")
        return
    single = job.copies - (2 if standby else 1)
    if not _write_instances(job, choose(job.load, shapes), 1, f"{offering.name}, {name}"):
        return
    disk = job.load.disk_gib
    job.priced(f"Storage gp3, {name}", "size", disk, find(job.rows(), "storage-gp3", name, offering.price_engine))
    baseline = np.where(disk >= 400, 12_000.0, GP3_BASELINE_IOPS)
    above = np.maximum(job.load.iops - baseline, 0)
    if above[0] > 0:
        job.priced("IOPS above the baseline", "rate", above, find(job.rows(), "iops-gp3-above-baseline", name))
    if single > 0:
        row = next((one for one in job.rows() if one.resource == job.shape and one.deployment == "Single-AZ"
                    and offering.price_engine in one.engine.split("|")), None)  # fmt: skip
        job.priced("Further replicas", "size and rate", np.full_like(disk, single * HOURS), row)
        job.priced("Storage of further replicas", "size", disk * single, find(job.rows(), "storage-gp3", "Single-AZ"))


def _node_storage(job: Job, shared: bool) -> None:
    """Disk of node services. Aurora and DocumentDB bill one volume that holds all copies; caches have none."""
    offering = job.offering
    assert offering is not None  # noqa: S101
    disk = job.load.disk_gib
    if not disk.any():
        return
    if shared:
        deployment = offering.price_deployment
        job.priced("Storage", "size", job.demand.size_gib, find(job.rows(), "storage", deployment))
        io = find(job.rows(), "io", deployment)
        if io is not None and deployment == "standard":
            job.priced("I/O requests", "rate", job.load.iops * a.SECONDS_PER_MONTH / 1e6, io)
        return
    billed = {"Amazon OpenSearch Service": "storage-gp2"}.get(offering.price_service, "storage")
    job.priced("Storage of the nodes", "size", disk * job.copies, find(job.rows(), billed))


def _own_machines(job: Job) -> None:
    """Self-hosted: virtual machines and network disks of the provider."""
    shapes = machine_shapes(job.prices, job.provider, job.region) if job.provider else None
    quantity = np.full_like(job.load.cores, np.nan)
    if shapes is None:
        job.missing("Virtual machines", "size and rate", quantity, "h")
        return
    if not _write_instances(job, choose(job.load, shapes), job.copies, "Virtual machines"):
        return
    disk = job.load.disk_gib * job.copies
    if disk.any():
        rows = job.prices.rows(job.provider, "Amazon EBS", job.region) if job.provider == "aws" else ()
        gp3 = tuple(row for row in rows if row.deployment == "gp3")
        job.priced("Disks gp3", "size", disk, find(gp3, "storage"))
        above = np.maximum(job.load.iops - GP3_BASELINE_IOPS, 0) * job.copies
        if above[0] > 0:
            job.priced("IOPS above the baseline of gp3", "rate", above, find(gp3, "iops-above-3000"))
    _between_zones(job)


def _between_zones(job: Job) -> None:
    """Replication to other zones is billed on both sides; managed services include it."""
    replication = job.store.replication
    if replication is None or job.copies < 2 or replication.zones < 2:
        return
    gib = job.demand.written_mib_s / 1024 * a.SECONDS_PER_MONTH * (job.copies - 1) * 2
    rows = job.prices.rows(job.provider, "Data transfer", job.region)
    job.priced("Replication between zones, both sides", "writes", gib, find(rows, "inter-az"))


def _request_units(job: Job) -> None:
    """DynamoDB and its kin: reads in 4 KiB units (half when eventual), writes in 1 KiB units."""
    offering = job.offering
    assert offering is not None  # noqa: S101
    demand, rows = job.demand, job.rows()
    with np.errstate(divide="ignore", invalid="ignore"):
        item = np.where(demand.writes > 0, demand.written_mib_s * 2**20 / demand.writes, 1024.0)
    strong = 1.0 if job.store.replication and job.store.replication.mode == "synchronous" else 0.5
    reads = demand.reads * np.ceil(item / 4096) * strong
    writes = demand.writes * np.ceil(item / 1024)
    if offering.price_deployment == "on-demand":
        month = a.SECONDS_PER_MONTH / 1e6
        job.priced("Write requests", "writes", writes * month, find(rows, "write-on-demand"))
        job.priced("Read requests", "reads", reads * month, find(rows, "read-on-demand"))
    else:
        job.priced("Write capacity", "writes", np.ceil(writes) * HOURS, find(rows, "write-provisioned"))
        job.priced("Read capacity", "reads", np.ceil(reads) * HOURS, find(rows, "read-provisioned"))
    job.priced("Storage", "size", demand.size_gib, find(rows, "storage"))


def _objects(job: Job) -> None:
    offering = job.offering
    assert offering is not None  # noqa: S101
    rows = tuple(row for row in job.rows() if row.deployment == offering.price_deployment)
    size = job.demand.size_gib
    if find(rows, "storage-first-50tb"):
        tiered(job, "Storage", "size", size, rows, S3_TIERS)
    else:
        job.priced("Storage", "size", size, find(rows, "storage"))
    thousands = a.SECONDS_PER_MONTH / 1000
    job.priced("Write requests", "writes", job.demand.writes * thousands, find(rows, "put-list-requests"))
    job.priced("Read requests", "reads", job.demand.reads * thousands, find(rows, "get-requests"))
    retrieval = find(rows, "retrieval")
    if retrieval is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            item = np.where(job.demand.items > 0, size / job.demand.items, 0.0)
        job.priced("Retrieval", "reads", job.demand.reads * item * a.SECONDS_PER_MONTH, retrieval)


def kept(policy: BackupPolicy) -> float:
    """How many backups of this policy exist at once: a count, a duration over the interval, or a sum of counts."""
    if isinstance(policy.keep, KeepCounts):
        counts = (policy.keep.hourly, policy.keep.daily, policy.keep.weekly, policy.keep.monthly, policy.keep.yearly)
        return float(sum(count or 0 for count in counts))
    if policy.keep.endswith("copies") or policy.keep.endswith("copy"):
        return float(policy.keep.split()[0])
    return max(1.0, duration_seconds(policy.keep) / duration_seconds(policy.every))


def _stored_gib(job: Job, policy: BackupPolicy) -> Floats:
    """Bytes that one copy of a policy's backups takes: fulls are whole, all others what was written in between."""
    size, written_gib_s = job.demand.size_gib, job.demand.written_mib_s / 1024
    interval = duration_seconds(policy.every)
    changed = np.minimum(size, written_gib_s * interval)
    if policy.kind == "full":
        one = size
    elif policy.kind == "snapshot":
        # Blocks are shared between snapshots: the first holds all, each further one what changed.
        return (size + changed * (kept(policy) - 1)) * a.BACKUP_COMPRESSION.likely
    else:
        one = changed
    return one * kept(policy) * a.BACKUP_COMPRESSION.likely


def _backups(job: Job) -> None:
    for policy in job.store.backups:
        stored = _stored_gib(job, policy)
        for copy in policy.copies:
            where = copy.region or job.region
            away = f" in {where}" if where != job.region else ""
            item = f"Backup storage, {policy.kind} every {policy.every}{away}"
            _backup_copy(job, item, stored, where, copy.medium)
            if where != job.region:
                _copied_away(job, policy, stored, where)


def _backup_copy(job: Job, item: str, stored: Floats, where: str, medium: str) -> None:
    rows = job.prices.rows(job.provider, "Amazon S3", where) if job.provider == "aws" else ()
    standard = tuple(row for row in rows if row.deployment == "standard")
    price = find(standard, "storage-first-50tb") if medium == "object-storage" else None
    job.priced(item, "backups", stored, price)


def _copied_away(job: Job, policy: BackupPolicy, stored: Floats, where: str) -> None:
    """Transfer of a month's new backups to another region."""
    each = stored / kept(policy) if policy.kind in BASE_KINDS else stored / max(kept(policy), 1.0)
    month = each * (a.SECONDS_PER_MONTH / duration_seconds(policy.every))
    rows = job.prices.rows(job.provider, "Data transfer", job.region)
    price: Price | None = next((row for row in rows if row.billed == "inter-region" and row.resource == where), None)
    if policy.kind == "snapshot":
        changed = job.demand.written_mib_s / 1024 * a.SECONDS_PER_MONTH * a.BACKUP_COMPRESSION.likely
        month = np.minimum(month, changed)
    job.priced(f"Transfer of {policy.kind} backups to {where}", "backups", month, price)


def _further_regions(job: Job) -> None:
    replication = job.store.replication
    for region in replication.regions if replication else ():
        item = f"Replica in {region}"
        job.lines.append(
            Line(item, "replication", np.full_like(job.load.cores, np.nan), "", None, None, "Not priced yet")
        )
        job.unknown.append(f"{item} is not priced")
