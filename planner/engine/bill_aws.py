"""How Amazon Web Services bills what was bought. One function per kind of service; quantities are arrays over draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.engine.bill import Bill, Machines, find
from planner.engine.quantity import Floats

NONE = np.zeros(1)
# First GiB of a month for which a price holds: 50 TB and 500 TB of 2^30 bytes.
S3_BOUNDS = (("storage-first-50tb", 51_200.0), ("storage-next-450tb", 512_000.0), ("storage-over-500tb", np.inf))
RDS_STORAGE = (
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html"  # from 400 GiB on volumes are striped
)
RDS_STRIPED_GIB = 400.0
RDS_GP3_IOPS = (3_000.0, 12_000.0)
RDS_GP3_MIBPS = (125.0, 500.0)
EBS_GP3_IOPS = 3_000.0
EBS_GP3_MIBPS = 125.0
EBS_IO2_BOUNDS = (("iops-first-32000", 32_000.0), ("iops-32000-to-64000", 64_000.0), ("iops-64000-to-max", np.inf))


@dataclass(frozen=True, slots=True)
class Disk:
    """Block storage of one service or volume. `volumes` = how many baselines it has."""

    kind: str
    gib: Floats
    iops: Floats
    mibps: Floats
    volumes: Floats


def disk(kind: str, gib: Floats, iops: Floats = NONE, mibps: Floats = NONE, volumes: Floats | None = None) -> Disk:
    return Disk(kind, gib, iops, mibps, np.ones(1) if volumes is None else volumes)


def _machines(bill: Bill, label: str, machines: Machines | None) -> None:
    """None: the caller has said that they have no price."""
    if machines is not None:
        bill.machines(f"{label}, {machines.row.resource}", machines)


def rds(
    bill: Bill, engine: str, deployment: str, machines: Machines, store: Disk, extra_backup_gib: Floats = NONE
) -> None:
    """Relational Database Service: a Multi-AZ price holds both machines, both copies of the storage and its IOPS."""
    bill.machines(f"Database instance, {machines.row.resource} {deployment}", machines)
    rds_storage(bill, engine, deployment, store)
    rds_backup(bill, engine, extra_backup_gib)


def rds_gp3(bill: Bill, engine: str, deployment: str, gib: Floats, iops: Floats) -> Disk:
    """The gp3 disk that costs least: 400 GiB, which are striped and carry 12,000 IOPS, where fewer GiB and bought IOPS cost more."""
    rows = bill.rows("Amazon RDS")
    size = find(rows, "storage-gp3", deployment, engine)
    above = find(rows, "iops-gp3-above-baseline", deployment, engine)
    if size is None or above is None:
        return disk("gp3", gib, iops)
    bought, left = (np.maximum(iops - free, 0) * float(above.usd) for free in RDS_GP3_IOPS)
    striped = (gib < RDS_STRIPED_GIB) & ((RDS_STRIPED_GIB - gib) * float(size.usd) + left < bought)
    return disk("gp3", np.where(striped, RDS_STRIPED_GIB, gib), iops)


def rds_backup(bill: Bill, engine: str, extra_gib: Floats) -> None:
    price = find(bill.rows("Amazon RDS"), "backup-above-100pct-of-db-size", engine=engine)
    bill.priced("Backup storage above the free 100 %", "backups", extra_gib, price)


def rds_storage(bill: Bill, engine: str, deployment: str, store: Disk, label: str = "") -> None:
    rows = bill.rows("Amazon RDS")
    kind = store.kind
    bill.priced(f"Storage {kind}{label}", "size", store.gib, find(rows, f"storage-{kind}", deployment, engine))
    if kind == "gp3":
        striped = store.gib >= RDS_STRIPED_GIB
        iops = np.maximum(store.iops - np.where(striped, RDS_GP3_IOPS[1], RDS_GP3_IOPS[0]), 0)
        mibps = np.maximum(store.mibps - np.where(striped, RDS_GP3_MIBPS[1], RDS_GP3_MIBPS[0]), 0)
        price = find(rows, "iops-gp3-above-baseline", deployment, engine)
        bill.priced(f"IOPS above the baseline{label}", "writes", iops, price)
        price = find(rows, "throughput-gp3-above-baseline", deployment, engine)
        bill.priced(f"Throughput above the baseline{label}", "writes", mibps, price)
    elif kind in ("io1", "io2"):
        bill.priced(f"Provisioned IOPS{label}", "writes", store.iops, find(rows, f"iops-{kind}", deployment, engine))


def shared_volume(
    bill: Bill, service: str, deployment: str, machines: Machines | None, gib: Floats, io: Floats,
    extra_backup_gib: Floats = NONE,
) -> None:  # fmt: skip
    """Aurora, DocumentDB, Neptune: each machine is billed, the volume once with all its copies, I/O by the request."""
    _machines(bill, "Database instances", machines)
    rows = bill.rows(service)
    bill.priced("Storage, all copies", "size", gib, find(rows, "storage", deployment))
    if deployment == "standard":
        bill.priced("I/O requests", "writes", io, find(rows, "io", deployment))
    backup = find(rows, "backup-above-1-day") or find(rows, "backup")
    bill.priced("Backup storage", "backups", extra_backup_gib, backup)


def nodes(
    bill: Bill, service: str, machines: Machines | None, backup_gib: Floats = NONE, written_gib: Floats = NONE,
    engine: str = "",
) -> None:  # fmt: skip
    """ElastiCache, MemoryDB: each node alike, primary or replica; MemoryDB also bills what is written to its log."""
    _machines(bill, "Nodes", machines)
    rows = bill.rows(service)
    written = [row for row in rows if row.billed == "data-written"]
    engine = machines.row.engine if machines is not None else engine
    own = next((row for row in written if row.engine == engine), None)
    if own is not None:
        bill.priced("Data written to the log", "writes", written_gib, own)
    elif written and written_gib.any():  # the service bills it, but the price of another engine is not this one's
        bill.missing("Data written to the log", "writes", written_gib)
    elif written:
        bill.unknown.append(f"{service}: no price for data written with this engine")
    bill.priced("Backup storage", "backups", backup_gib, find(rows, "backup"))


def search(
    bill: Bill, machines: Machines | None, store: Disk, ultrawarm_nodes: float = 0, ultrawarm_gib: Floats = NONE
) -> None:
    """OpenSearch Service: data nodes and masters alike, and the disks of the nodes."""
    rows = bill.rows("Amazon OpenSearch Service")
    _machines(bill, "Nodes", machines)
    bill.priced(f"Storage {store.kind}", "size", store.gib, find(rows, f"storage-{store.kind}"))
    if store.kind == "io1":
        bill.priced("Provisioned IOPS", "writes", store.iops, find(rows, "iops-io1"))
    bill.priced("UltraWarm nodes", "fixed", ultrawarm_nodes, find(rows, "node", "ultrawarm"))
    bill.priced("UltraWarm storage", "size", ultrawarm_gib, find(rows, "storage-ultrawarm"))


def brokers(bill: Bill, machines: Machines | None, gib: Floats) -> None:
    """Managed Streaming for Kafka: brokers and their disks."""
    _machines(bill, "Brokers", machines)
    bill.priced("Storage of the brokers", "size", gib, find(bill.rows("Amazon MSK"), "storage"))


@dataclass(frozen=True, slots=True)
class Requests:
    """DynamoDB and Keyspaces: on demand counts units a month, provisioned counts units a second."""

    read_units: Floats | float = 0.0
    write_units: Floats | float = 0.0
    replicated_write_units: Floats | float = 0.0
    gib: Floats | float = 0.0
    backup_gib: Floats | float = 0.0
    continuous_backup_gib: Floats | float = 0.0
    restored_gib: Floats | float = 0.0
    stream_reads: Floats | float = 0.0
    infrequent_gib: Floats | float = 0.0


def request_units(bill: Bill, service: str, mode: str, asked: Requests) -> None:
    """`mode` is on-demand or provisioned, with "-ia" for the table class of infrequent access."""
    rows, infrequent = bill.rows(service), mode.endswith("-ia")
    kind = mode.removesuffix("-ia")
    words = {"on-demand": ("Write requests", "Read requests"), "provisioned": ("Write capacity", "Read capacity")}[kind]
    bill.priced(words[0], "writes", asked.write_units, find(rows, f"write-{mode}"))
    bill.priced(words[1], "reads", asked.read_units, find(rows, f"read-{mode}"))
    replicated = find(rows, f"replicated-write-{mode}")
    bill.priced(f"{words[0]} to further regions", "writes", asked.replicated_write_units, replicated)
    bill.priced("Storage", "size", asked.gib, find(rows, "storage-standard-ia" if infrequent else "storage"))
    bill.priced("Storage, infrequent access", "size", asked.infrequent_gib, find(rows, "storage-standard-ia"))
    bill.priced("Backup storage, on demand", "backups", asked.backup_gib, find(rows, "backup-on-demand"))
    bill.priced("Point-in-time recovery", "backups", asked.continuous_backup_gib, find(rows, "backup-pitr"))
    bill.priced("Restore", "backups", asked.restored_gib, find(rows, "restore"))
    bill.priced("Stream reads", "reads", asked.stream_reads, find(rows, "streams-read"))


def objects(
    bill: Bill, storage_class: str, gib: Floats, puts: Floats, gets: Floats, retrieved_gib: Floats = NONE,
    region: str = "", label: str = "", basis: str = "size",
) -> None:  # fmt: skip
    """S3: marginal tiers of storage, requests by the thousand, retrieval of the colder classes."""
    rows = tuple(row for row in bill.rows("Amazon S3", region) if row.deployment == storage_class)
    name = f"{label or 'Storage'}, S3 {storage_class}"
    if find(rows, S3_BOUNDS[0][0]):
        bill.tiered(name, basis, gib, tuple((find(rows, billed), bound) for billed, bound in S3_BOUNDS))
    else:
        bill.priced(name, basis, gib, find(rows, "storage"))
    put = find(rows, "put-list-requests") or find(rows, "put-requests")
    bill.priced("Write requests", "writes", puts, put)
    bill.priced("Read requests", "reads", gets, find(rows, "get-requests"))
    retrieval = find(rows, "retrieval") or find(rows, "retrieval-standard")
    if retrieval is not None or storage_class != "standard":
        bill.priced("Retrieval", "reads", retrieved_gib, retrieval)


def block(bill: Bill, store: Disk, label: str = "Disks") -> None:
    """Elastic Block Store: gp3 has a free baseline per volume, io1 and io2 bill each IOPS, io2 in marginal tiers."""
    rows = tuple(row for row in bill.rows("Amazon EBS") if row.deployment == store.kind)
    bill.priced(f"{label} {store.kind}", "size", store.gib, find(rows, "storage"))
    if store.kind == "gp3":
        iops = np.maximum(store.iops - EBS_GP3_IOPS * store.volumes, 0)
        mibps = np.maximum(store.mibps - EBS_GP3_MIBPS * store.volumes, 0)
        bill.priced(f"{label}: IOPS above the baseline", "writes", iops, find(rows, "iops-above-3000"))
        bill.priced(f"{label}: throughput above the baseline", "writes", mibps, find(rows, "throughput-above-125"))
    elif store.kind == "io1":
        bill.priced(f"{label}: provisioned IOPS", "writes", store.iops, find(rows, "iops"))
    elif store.kind == "io2":
        tiers = tuple((find(rows, billed), bound) for billed, bound in EBS_IO2_BOUNDS)
        bill.tiered(f"{label}: provisioned IOPS", "writes", store.iops, tiers)


def warehouse(bill: Bill, machines: Machines, gib: Floats) -> None:
    """Redshift: nodes, and managed storage of the RA3 kind."""
    bill.machines(f"Nodes, {machines.row.resource}", machines)
    bill.priced("Managed storage", "size", gib, find(bill.rows("Amazon Redshift"), "managed-storage"))
