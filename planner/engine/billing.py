"""From a store of the plan to what is bought: its load, the machines chosen for it, and the vendor's bill for them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from catalog.facts import Offering
from planner.engine import assumptions as a
from planner.engine import bill_aws as aws
from planner.engine import bill_other as other
from planner.engine import transfer
from planner.engine.bill import Bill
from planner.engine.purchase import Job, machines_for, note_small
from planner.engine.quantity import Floats
from planner.engine.results import Because
from planner.engine.shapes import Shapes, machine_shapes, managed_shapes
from planner.engine.sizing import ONE_NODE, load_for, zones_of

# 2 to 8 GiB for a vCPU in steps of 2 vCPU (1 is allowed): the custom machine types of Cloud SQL Enterprise
CLOUD_SQL_LEAST_GIB, CLOUD_SQL_MOST_GIB = 0.9, 6.5
CLOUD_SQL_MOST_VCPU = 96.0


def buy(job: Job) -> None:
    """All lines of one store in its own region, without backups."""
    if job.store.offering in (None, "self-hosted"):
        _own_machines(job)
        return
    if job.offering is None:
        job.bill.unknown.append(f"The catalog has no offering {job.store.offering!r}")
        return
    buyer = BUYERS.get(job.offering.price_service)
    if job.offering.billing == "none" or buyer is None:
        job.bill.unknown.append(
            f"{job.offering.name}: {job.offering.notes or 'no formula turns needs into its size yet'}"
        )
        return
    buyer(job, job.offering)
    if job.store.machine and not job.shape and not job.bill.unknown:
        name = job.offering.name
        job.bill.unknown.append(f"{name} is not sold by the machine: {job.store.machine} of the plan is not counted")


def _managed(job: Job, offering: Offering, deployment: str) -> Shapes | None:
    bill = job.bill
    return managed_shapes(
        bill.prices, bill.provider, offering.price_service, bill.region, offering.price_engine, deployment
    )


def _own_machines(job: Job) -> None:
    """Self-hosted: virtual machines and network disks of the provider."""
    bill = job.bill
    if bill.provider in ("", "self-hosted"):
        bill.unknown.append("Self-hosted outside a cloud: machines of your own have no list price")
        return
    machines = machines_for(job, machine_shapes(bill.prices, bill.provider, bill.region), "Virtual machines")
    if machines is None or isinstance(job.load, str):
        return
    bill.machines(f"Virtual machines, {machines.row.resource}", machines)
    volumes = machines.hours / a.HOURS_PER_MONTH
    gib, iops = job.load.disk_gib * job.copies, job.load.iops * (job.copies if job.load.layout == ONE_NODE else 1)
    if gib.any():
        _block_storage(job, gib, iops, volumes)
    transfer.between_zones(bill, job.store, job.written_gib_month)


def _block_storage(job: Job, gib: Floats, iops: Floats, volumes: Floats) -> None:
    bill = job.bill
    job.free_backup_gib = np.zeros(1)
    if bill.provider == "aws":
        aws.block(bill, aws.disk("gp3", gib, iops, volumes=volumes))
        return
    if bill.provider == "gcp":
        rows = [
            row for row in bill.rows("Persistent Disk") if row.deployment == "pd-balanced" and row.billed == "storage"
        ]
        bill.priced("Disks pd-balanced", "size", gib, rows[0] if rows else None)
        return
    bill.missing("Disks premium SSD", "size", gib, "GiB-month")


def _rds(job: Job, offering: Offering) -> None:
    """A standby in a second zone is one Multi-AZ price; further copies are read replicas of their own."""
    standby = job.copies >= 2 and zones_of(job.store) >= 2
    deployment = "Multi-AZ" if standby else "Single-AZ"
    machines = machines_for(job, _managed(job, offering, deployment), f"{offering.name}, {deployment}", 1)
    if machines is None or isinstance(job.load, str):
        return
    disk = aws.rds_gp3(job.bill, offering.price_engine, deployment, job.load.disk_gib, job.load.iops)
    aws.rds(job.bill, offering.price_engine, deployment, machines, disk)
    job.free_backup_gib = disk.gib
    if disk.gib[0] > job.load.disk_gib[0]:
        text = f"{disk.gib[0]:,.0f} GiB are bought for {job.load.disk_gib[0]:,.0f}: their 12,000 IOPS cost less than bought IOPS"
        job.reasons.append(Because("formula", text, "rds-gp3", aws.RDS_STORAGE))
    further = job.copies - (2 if standby else 1)
    if further > 0:
        single = machines_for(job, _managed(job, offering, "Single-AZ"), f"{offering.name}, read replicas", further)
        if single is not None:
            job.bill.machines(f"Read replicas, {single.row.resource}", single)
            each = aws.rds_gp3(job.bill, offering.price_engine, "Single-AZ", job.load.disk_gib, job.load.iops)
            for _ in range(further):
                aws.rds_storage(job.bill, offering.price_engine, "Single-AZ", each, " of a read replica")
    job.nodes = job.store.machines or job.copies


def _shared_volume(job: Job, offering: Offering) -> None:
    load = job.sized()
    if load is None:
        return
    shapes = _managed(job, offering, offering.price_deployment)
    # Data, reads and writes go to the volume, which grows by itself: no limit of one machine's disk
    machines = machines_for(job, shapes, offering.name, load=replace(load, iops=np.zeros(1), disk_gib=np.zeros(1)))
    size = job.demand.size_gib
    if size[0] > a.SHARED_VOLUME_GIB:
        text = f"its volume holds at most {a.SHARED_VOLUME_GIB:,.0f} GiB, and there are {size[0]:,.0f}"
        job.bill.unknown.append(f"{offering.name}: {text}")
        job.too_small = size > a.SHARED_VOLUME_GIB
        return
    if machines is None:
        return
    io = load.iops / job.given(a.PEAK) * job.month
    service = offering.price_service
    aws.shared_volume(job.bill, service, offering.price_deployment, machines, job.demand.size_gib, io)
    job.free_backup_gib = job.demand.size_gib


def _nodes(job: Job, offering: Offering) -> None:
    machines = machines_for(job, _managed(job, offering, offering.price_deployment), offering.name)
    if machines is not None:
        aws.nodes(job.bill, offering.price_service, machines, written_gib=job.written_gib_month)


def _search(job: Job, offering: Offering) -> None:
    machines = machines_for(job, _managed(job, offering, offering.price_deployment), offering.name)
    if machines is not None and not isinstance(job.load, str):
        gib = job.load.disk_gib * job.copies
        kind = "gp3" if any(row.billed == "storage-gp3" for row in job.bill.rows(offering.price_service)) else "gp2"
        aws.search(job.bill, machines, aws.disk(kind, gib))


def _brokers(job: Job, offering: Offering) -> None:
    machines = machines_for(job, _managed(job, offering, offering.price_deployment), offering.name)
    if machines is not None and not isinstance(job.load, str):
        aws.brokers(job.bill, machines, job.load.disk_gib * job.copies)


def _request_units(job: Job, offering: Offering) -> None:
    """On demand bills each unit of the month; provisioned holds the busiest hour's units all the time."""
    demand, mode = job.demand, offering.price_deployment
    text = (
        "read units = reads x ceil(item / 4 KiB) x (eventual 1/2, strong 1, transaction 2); "
        "write units = writes x ceil(item / 1 KiB)"
    )
    job.reasons.append(Because("formula", text, "request-units", READ_WRITE_UNITS))
    if mode.startswith("provisioned"):
        peak = job.given(a.PEAK)
        job.reasons.append(a.PEAK.because())
        reads, writes = np.ceil(demand.read_units * peak), np.ceil(demand.write_units * peak)
    else:
        reads, writes = demand.read_units * job.month, demand.write_units * job.month
    asked = aws.Requests(read_units=reads, write_units=writes, gib=demand.size_gib)
    aws.request_units(job.bill, offering.price_service, mode, asked)


READ_WRITE_UNITS = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html"


def _objects(job: Job, offering: Offering) -> None:
    demand = job.demand
    writes, reads = demand.writes * job.month, demand.reads * job.month
    read_gib = demand.read_mib_s / 1024 * job.month
    if offering.provider == "aws":
        aws.objects(job.bill, offering.price_deployment, demand.size_gib, writes, reads, read_gib)
    else:
        service, tier = offering.price_service, offering.price_deployment
        other.blobs(job.bill, service, tier, demand.size_gib, writes, reads, retrieved_gib=read_gib)


def _cloud_sql(job: Job, offering: Offering) -> None:
    """Custom machines: whole pairs of vCPU (or one), 0.9 to 6.5 GiB for each."""
    load = job.sized()
    if load is None:
        return
    needed = np.maximum(load.cores, load.memory_gib / CLOUD_SQL_MOST_GIB)
    vcpu = np.where(needed <= 1, 1.0, np.ceil(needed / 2) * 2)
    too_small = vcpu > CLOUD_SQL_MOST_VCPU
    if too_small.all():
        job.too_small = too_small
        job.bill.unknown.append(f"{offering.name}: one machine has at most 96 vCPU, {vcpu[0]:g} are needed")
        return
    note_small(job, too_small, offering.name)
    vcpu = np.minimum(vcpu, CLOUD_SQL_MOST_VCPU)
    memory = np.maximum(np.ceil(load.memory_gib), np.ceil(vcpu * CLOUD_SQL_LEAST_GIB))
    deployment = "regional" if job.copies >= 2 and zones_of(job.store) >= 2 else "zonal"
    other.cloud_sql(job.bill, offering.price_engine, deployment, vcpu, memory, load.disk_gib)
    further = job.copies - (2 if deployment == "regional" else 1)
    for _ in range(max(further, 0)):
        other.cloud_sql(job.bill, offering.price_engine, "zonal", vcpu, memory, load.disk_gib)
    job.shape, job.nodes = f"custom {vcpu[0]:g} vCPU, {memory[0]:g} GiB", job.copies


def _memorystore(job: Job, offering: Offering) -> None:
    load = job.sized()
    if load is None:
        return
    capacity = np.maximum(np.ceil(load.memory_gib), 1.0)
    tier = "standard" if job.copies >= 2 else "basic"
    other.memorystore(job.bill, tier, capacity)
    job.shape, job.nodes = f"{tier}, {capacity[0]:g} GiB", min(job.copies, 2)
    if job.copies > 2:
        job.bill.unknown.append("Memorystore: the standard tier has one replica; further ones are not priced")


def _azure_flexible(job: Job, offering: Offering) -> None:
    machines = machines_for(job, _managed(job, offering, "single"), offering.name)
    if machines is None or isinstance(job.load, str):
        return
    gib = job.load.disk_gib * job.copies
    other.azure_flexible(job.bill, offering.price_service, machines, gib)
    job.free_backup_gib = job.load.disk_gib


def _azure_cache(job: Job, offering: Offering) -> None:
    """Nodes of known memory; Standard and Premium come as a pair that holds the replica, and one pair is one shard."""
    load = job.sized()
    if load is None:
        return
    pairs = job.copies > 1
    rows = [row for row in job.bill.rows(offering.price_service) if row.memory_gib]
    rows = [row for row in rows if other.azure_cache_nodes(row.resource) == 2 or not pairs]
    rows.sort(key=lambda row: row.usd * other.azure_cache_nodes(row.resource))
    if not rows:
        job.bill.missing(offering.name, "fixed", np.ones(1), "h")
        return
    counts = np.array([float(other.azure_cache_nodes(row.resource)) for row in rows])
    memory, usd = (np.array([float(getattr(row, name)) for row in rows]) for name in ("memory_gib", "usd"))
    shapes = Shapes(tuple(rows), np.ones(len(rows)), memory, usd * counts)
    shards = np.where(load.pieces > 1, 2.0, 1.0)  # no size has two shards: then none is large enough
    machines = machines_for(
        job, shapes, offering.name, 1, replace(load, cores=shards, wire_cores=None, layout=ONE_NODE)
    )
    if machines is not None:
        count = other.azure_cache_nodes(machines.row.resource)
        other.azure_cache(
            job.bill,
            offering.price_service,
            replace(machines, hours=machines.hours * count, nodes=count, usd_hour=machines.usd_hour / count),
        )
        job.nodes = count


def _cosmos(job: Job, offering: Offering) -> None:
    demand = job.demand
    units = demand.read_kib_items + demand.write_kib_items * job.given(a.COSMOS_WRITE_UNITS)
    job.reasons.append(Because("formula", "request units = KiB read + KiB written x factor", "cosmos-units"))
    job.reasons.append(a.COSMOS_WRITE_UNITS.because())
    if offering.price_deployment == "serverless":
        other.cosmos(job.bill, "serverless", units * job.month, demand.size_gib)
        return
    job.reasons.append(a.PEAK.because())
    redundant = zones_of(job.store) >= 2
    other.cosmos(job.bill, "provisioned", units * job.given(a.PEAK), demand.size_gib, zone_redundant=redundant)


def _clickhouse_cloud(job: Job, offering: Offering) -> None:
    machines = machines_for(job, _managed(job, offering, offering.price_deployment), offering.name)
    if machines is not None:
        other.clickhouse_cloud(job.bill, machines, job.demand.size_gib / job.given(a.COMPRESSION))


def _upstash(job: Job, offering: Offering) -> None:
    commands = (job.demand.reads + job.demand.writes) * job.month
    other.upstash(job.bill, commands, job.demand.resident_gib)


def _bigquery(job: Job, offering: Offering) -> None:
    none = np.zeros(1)
    other.bigquery(job.bill, job.demand.size_gib, none, none)
    job.bill.unknown.append("Bytes scanned by queries: the plan does not say how much a query reads")


BUYERS: dict[str, Callable[[Job, Offering], None]] = {
    "Amazon RDS": _rds,
    "Amazon Aurora": _shared_volume,
    "Amazon DocumentDB": _shared_volume,
    "Amazon ElastiCache": _nodes,
    "Amazon MemoryDB": _nodes,
    "Amazon OpenSearch Service": _search,
    "Amazon MSK": _brokers,
    "Amazon DynamoDB": _request_units,
    "Amazon Keyspaces": _request_units,
    "Amazon S3": _objects,
    "Cloud Storage": _objects,
    "Azure Blob Storage": _objects,
    "Cloud SQL": _cloud_sql,
    "Memorystore for Redis": _memorystore,
    "Azure Database for PostgreSQL Flexible Server": _azure_flexible,
    "Azure Database for MySQL Flexible Server": _azure_flexible,
    "Azure Cache for Redis": _azure_cache,
    "Azure Cosmos DB": _cosmos,
    "ClickHouse Cloud": _clickhouse_cloud,
    "Upstash Redis": _upstash,
    "BigQuery": _bigquery,
}


def in_further_region(job: Job, region: str) -> Job:
    """The same store with one copy in another region, at that region's prices. Nothing is taken from this region's."""
    load = load_for(job.store, job.database, job.demand, job.draws, job.parts, 1)
    alone = job.store.model_copy(update={"region": region, "replication": None, "backups": ()})
    if job.store.machines:
        alone = alone.model_copy(update={"machines": math.ceil(job.store.machines / job.copies)})
    bill = Bill(job.bill.prices, job.bill.provider, region)
    return replace(job, store=alone, bill=bill, copies=1, load=load, reasons=[])


def further_regions(job: Job) -> None:
    """One copy in each further region, and the writes that go there."""
    replication = job.store.replication
    for region in replication.regions if replication and replication.mode != "none" else ():
        there = in_further_region(job, region)
        buy(there)
        job.bill.lines += [replace(line, item=f"{region}: {line.item}") for line in there.bill.lines]
        job.bill.unknown += [f"{region}: {text}" for text in there.bill.unknown]
        transfer.to_region(job.bill, f"Replication to {region}", job.written_gib_month, region)
