"""How Google Cloud, Azure and the database vendors bill what was bought. Quantities are arrays over draws."""

from __future__ import annotations

import numpy as np

from catalog.facts import Price
from planner.engine.bill import Bill, Machines, find
from planner.engine.quantity import Floats

NONE = np.zeros(1)
# A whole instance is priced by the tier that its capacity falls into (not marginal).
MEMORYSTORE_TIERS = ((4.0, "M1"), (10.0, "M2"), (35.0, "M3"), (100.0, "M4"), (np.inf, "M5"))
BLOB_BOUNDS = (("storage-first-50tb", 51_200.0), ("storage-next-450tb", 512_000.0), ("storage-over-500tb", np.inf))
GIB_PER_TB = 1e12 / 2**30
AZURE_PAIR = ("Standard", "Premium")
UPSTASH_FREE_GB = 1.0
COSMOS_RU_STEP = 100.0
COSMOS_ZONE_FACTOR = 1.25  # zone-redundant throughput; Azure's price page


def cloud_sql(
    bill: Bill, engine: str, deployment: str, vcpu: Floats, memory_gib: Floats, gib: Floats, backup_gib: Floats = NONE
) -> None:
    """Cloud SQL, dedicated cores: vCPU and memory apart; `regional` prices hold the standby and its storage."""
    rows = bill.rows("Cloud SQL")
    bill.priced(f"vCPU, {deployment}", "fixed", vcpu, find(rows, "vcpu", deployment, engine))
    bill.priced(f"Memory, {deployment}", "fixed", memory_gib, find(rows, "memory", deployment, engine))
    bill.priced(f"Storage SSD, {deployment}", "size", gib, find(rows, "storage-ssd", deployment, engine))
    bill.priced("Backup storage", "backups", backup_gib, find(rows, "backup"))


def memorystore(bill: Bill, tier: str, gib: Floats) -> None:
    """Memorystore for Redis: the tier of the capacity prices the whole instance; `standard` holds the replica."""
    rows = {row.resource.split(" (")[0]: row for row in bill.rows("Memorystore for Redis")}
    below = 0.0
    for upper, size in MEMORYSTORE_TIERS:
        inside = np.where((gib > below) & (gib <= upper), gib, 0.0)
        bill.priced(f"Redis instance, {tier} {size}", "size", inside, rows.get(f"{tier}, {size}"))
        below = upper


def azure_flexible(
    bill: Bill, service: str, machines: Machines, gib: Floats, extra_iops: Floats = NONE, backup_gib: Floats = NONE
) -> None:
    """Flexible servers of PostgreSQL and MySQL. High availability bills a standby: twice the hours and the storage."""
    bill.machines(f"Server, {machines.row.resource}", machines)
    azure_flexible_storage(bill, service, gib, extra_iops, backup_gib)


def azure_flexible_storage(
    bill: Bill, service: str, gib: Floats, extra_iops: Floats = NONE, backup_gib: Floats = NONE
) -> None:
    rows = bill.rows(service)
    bill.priced("Storage", "size", gib, find(rows, "storage"))
    bill.priced("IOPS above the free ones", "writes", extra_iops, find(rows, "iops-above-free"))
    bill.priced("Backup storage above the free 100 %", "backups", backup_gib, find(rows, "backup-above-100pct"))


def azure_cache(bill: Bill, service: str, machines: Machines) -> None:
    bill.machines(f"Nodes, {machines.row.resource}", machines)


def azure_cache_nodes(sku: str) -> int:
    """Standard and Premium are sold as a pair of nodes."""
    return 2 if sku.startswith(AZURE_PAIR) else 1


def azure_sql(
    bill: Bill, row: Price | None, vcores: float, gib: Floats, *, licence: bool = True, pitr_gib: Floats = NONE,
    long_term_gib: Floats = NONE, hours: float = 1.0,
) -> None:  # fmt: skip
    """Azure SQL by the vCore: compute without the licence, the licence by the vCore, storage, two kinds of backup."""
    rows = bill.rows("Azure SQL Database")
    tier = row.resource.split("_")[0] if row else ""
    bill.priced(f"Compute, {row.resource if row else 'no size'}", "fixed", hours, row)
    if licence and tier != "HS":
        bill.priced("SQL Server licence", "fixed", vcores * hours, find(rows, "licence", resource=tier))
    bill.priced("Storage", "size", gib, find(rows, "storage", resource=tier))
    bill.priced("Backup storage, point in time", "backups", pitr_gib, find(rows, "backup-pitr"))
    bill.priced("Backup storage, long term", "backups", long_term_gib, find(rows, "backup-long-term"))


def cosmos(
    bill: Bill, mode: str, request_units: Floats, gib: Floats, *, regions: float = 1.0, zone_redundant: bool = False,
    continuous_gib: Floats = NONE, copies_gib: Floats = NONE, restored_gib: Floats = NONE,
) -> None:  # fmt: skip
    """Cosmos DB: RU a second in steps of 100 for each region (provisioned), or RU a month (serverless)."""
    rows = bill.rows("Azure Cosmos DB")
    if mode == "serverless":
        bill.priced("Request units", "reads", request_units, find(rows, "request-units"))
    else:
        steps = np.ceil(request_units / COSMOS_RU_STEP) * COSMOS_RU_STEP
        times = regions * (COSMOS_ZONE_FACTOR if zone_redundant else 1.0)
        bill.priced("Provisioned throughput", "reads", steps * times, find(rows, "provisioned-throughput"))
    bill.priced("Storage", "size", gib * regions, find(rows, "storage"))
    bill.priced("Continuous backup", "backups", continuous_gib * regions, find(rows, "backup-continuous"))
    bill.priced("Further copies of periodic backups", "backups", copies_gib, find(rows, "backup-periodic-extra-copy"))
    bill.priced("Restore", "backups", restored_gib, find(rows, "restore"))


def blobs(
    bill: Bill, service: str, tier: str, gib: Floats, writes: Floats, reads: Floats, *, region: str = "",
    retrieved_gib: Floats = NONE, lists: Floats = NONE, other: Floats = NONE, label: str = "Storage",
    basis: str = "size",
) -> None:  # fmt: skip
    """Azure Blob Storage and Google Cloud Storage: storage (marginal tiers where listed), operations, retrieval."""
    rows = tuple(row for row in bill.rows(service, region) if row.deployment == tier)
    if find(rows, BLOB_BOUNDS[0][0]):
        bill.tiered(f"{label}, {tier}", basis, gib, tuple((find(rows, billed), bound) for billed, bound in BLOB_BOUNDS))
    else:
        bill.priced(f"{label}, {tier}", basis, gib, find(rows, "storage"))
    write = find(rows, "write-operations") or find(rows, "class-a-operations")
    bill.priced("Write operations", "writes", writes, write)
    bill.priced("List operations", "reads", lists, find(rows, "list-operations") or write)
    bill.priced("Read operations", "reads", reads, find(rows, "read-operations") or find(rows, "class-b-operations"))
    bill.priced("Other operations", "reads", other, find(rows, "other-operations"))
    retrieval = find(rows, "retrieval")
    if retrieval is not None:
        bill.priced("Retrieval", "reads", retrieved_gib, retrieval)


def clickhouse_cloud(bill: Bill, machines: Machines, compressed_gib: Floats, backup_gib: Floats = NONE) -> None:
    """Compute units of 2 vCPU and 8 GiB for each replica; storage and backups by the decimal TB of compressed data."""
    rows = bill.rows("ClickHouse Cloud")
    bill.machines("Compute units", machines)
    storage = find(rows, "storage")
    bill.priced("Storage, compressed", "size", compressed_gib / GIB_PER_TB, storage)
    bill.priced("Backups, compressed", "backups", backup_gib / GIB_PER_TB, storage)


def upstash(bill: Bill, commands: Floats, gib: Floats) -> None:
    """Upstash pay as you go: commands by 100,000, storage by the decimal GB with the first one free."""
    rows = bill.rows("Upstash Redis")
    bill.priced("Commands", "reads", commands, find(rows, "commands"))
    gb = np.maximum(gib * 2**30 / 1e9 - UPSTASH_FREE_GB, 0)
    bill.priced("Storage above 1 GB", "size", gb, find(rows, "storage"))


def bigquery(bill: Bill, active_gib: Floats, long_term_gib: Floats, scanned_tib: Floats) -> None:
    rows = bill.rows("BigQuery")
    bill.priced("Active storage", "size", active_gib, find(rows, "storage-active-logical"))
    bill.priced("Long-term storage", "size", long_term_gib, find(rows, "storage-long-term-logical"))
    bill.priced("Bytes scanned", "reads", scanned_tib, find(rows, "query-bytes-scanned"))
