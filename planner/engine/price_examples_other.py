"""Google Cloud, Azure, vendors and the network: from the inputs of a worked example to the bills that price a plan."""

from __future__ import annotations

import re

import numpy as np

from catalog.facts import Price
from planner.engine import bill_other as other
from planner.engine import transfer
from planner.engine.assumptions import HOURS_PER_MONTH
from planner.engine.bill import Bill, find, given_machines
from planner.engine.price_examples_aws import BACKUP, RETRIEVED
from planner.engine.price_inputs import Example, UnknownDimension

CUSTOM = re.compile(r"^db-(?:custom|n1-standard|perf-optimized-n)-(\d+)-(\d+)$")
SQL_ENGINES = {"postgres": "postgresql", "postgresql": "postgresql", "mysql": "mysql", "sqlserver": "sqlserver"}
STANDBY = ("high_availability", "ha", "regional", "zone_redundant")
REDUNDANCY = re.compile(r"-(ra-?)?(lrs|zrs|grs|gzrs)$")


def cloud_sql(example: Example) -> None:
    said = example.word("availability", "availability_type", "deployment")
    deployment = "regional" if example.yes(*STANDBY) or said in ("regional", "ha") else "zonal"
    word = example.word("engine", "database_version", default="postgresql").split("-")[0]
    engine = SQL_ENGINES.get(word, word)
    name = example.text("instance", "tier", "machine_type")
    custom = CUSTOM.match(name)
    row = find(example.bill.rows(example.service), "instance", deployment, resource=name) if name else None
    if row is not None:
        example.bill_machines(given_machines(row, 1.0, example.hours), "Instance")
    elif name and not custom:
        example.bill.missing(f"Instance, {name}", "fixed", np.array([example.hours]), "h")
    vcpu, memory = example.many("vcpu", "vcpus"), example.many("memory_gib", "ram_gib")
    if custom:
        vcpu, memory = np.array([float(custom[1])]), np.array([float(custom[2]) / 1024])
    if row is not None:
        vcpu, memory = np.zeros(1), np.zeros(1)
    gib = example.many("storage_gib", "disk_gib")
    disk = example.word("storage_type", "disk_type", default="ssd").removeprefix("pd-")
    if disk != "ssd":
        example.bill.missing(f"Storage {disk}, {deployment}", "size", gib)
        gib = np.zeros(1)
    other.cloud_sql(example.bill, engine, deployment, vcpu, memory, gib, example.many(*BACKUP))


def memorystore(example: Example) -> None:
    tier = example.word("tier", default="basic").removesuffix("-ha")
    gib = example.many("capacity_gib", "memory_gib", "memory_size_gib", "size_gib")
    other.memorystore(example.bill, tier, gib)


def disks(example: Example) -> None:
    """Google's Persistent Disk and its snapshots: by the GiB, extreme ones also by provisioned IOPS."""
    said = example.word("type", "disk_type", "storage_type", default="pd-standard")
    kind = said + ("-regional" if example.yes("regional") and not said.endswith("-regional") else "")
    rows = tuple(row for row in example.bill.rows("Persistent Disk") if row.deployment == kind)
    count = example.number("volumes", "disks", default=1.0)
    if example.service == "Persistent Disk":
        gib = example.many("storage_gib", "size_gib", "disk_gib") * count
        example.bill.priced(f"Disk {kind}", "size", gib, find(rows, "storage"))
        example.bill.priced("Provisioned IOPS", "writes", example.many("iops", "provisioned_iops"), find(rows, "iops"))
    names = BACKUP if example.service == "Persistent Disk" else (*BACKUP, "storage_gib", "size_gib")
    example.bill.priced(
        "Snapshots", "backups", example.many(*names), find(example.bill.rows("Disk snapshot"), "storage")
    )


def azure_disks(example: Example) -> None:
    """Managed disks are sold whole, by size; ultra disks by the GiB, IOPS and MB/s."""
    rows, kind = example.bill.rows(example.service), example.word("type", "disk_type", "storage_type")
    name, count = example.text("size", "disk", "tier", "sku"), example.number("disks", "count", default=1.0)
    if "ultra" in f"{kind} {name}".lower():
        own = tuple(row for row in rows if row.deployment == "ultra")
        example.bill.priced("Disk ultra", "size", example.many("storage_gib", "size_gib") * count, find(own, "storage"))
        example.bill.priced("Provisioned IOPS", "writes", example.many("iops") * count, find(own, "iops"))
        speed = example.many("throughput_mbps", "throughput_mibps") * count
        example.bill.priced("Provisioned throughput", "writes", speed, find(own, "throughput"))
    elif name:
        whole = next((row for row in rows if name.upper() in row.deployment.split()), None)
        example.bill.priced(f"Disk {name}", "size", count, whole)
        example.number("size_gib", "storage_gib")  # what the size's name says
    operations = find(tuple(row for row in rows if row.deployment == kind), "operations")
    example.bill.priced("Disk operations", "writes", example.many_counted("operations", "disk_operations"), operations)
    snapshot = next((row for row in rows if row.resource == "snapshot"), None)
    example.bill.priced("Snapshots", "backups", example.many("snapshot_gib"), snapshot)


def blobs(example: Example) -> None:
    tier = example.word("tier", "storage_class", "class", "access_tier", default="standard")
    copies = example.word("replication", "redundancy", "account_replication_type")
    if copies and not REDUNDANCY.search(tier):
        tier = f"{tier}-{copies.removeprefix('ra-').replace('ragrs', 'grs')}"
    other.blobs(
        example.bill,
        example.service,
        tier,
        example.many("storage_gib"),
        example.many_counted("write_operations", "class_a_operations"),
        example.many_counted("read_operations", "class_b_operations"),
        retrieved_gib=example.many(*RETRIEVED),
        lists=example.many_counted("list_operations", "list_and_create_container_operations"),
        other=example.many_counted("other_operations"),
    )
    if example.number("egress_gib", "internet_gib"):
        transfer.to_internet(example.bill, "Transfer to the internet", example.many("egress_gib", "internet_gib"))


def azure_flexible(example: Example) -> None:
    copies = 2.0 if example.yes(*STANDBY) else 1.0
    example.bill_machines(example.machines(nodes=copies), "Server")
    extra = example.many("extra_iops", "additional_iops")
    gib = example.many("storage_gib") * copies
    other.azure_flexible_storage(example.bill, example.service, gib, extra, example.many(*BACKUP))


def azure_cache(example: Example) -> None:
    sku, size = example.text("sku", "instance", "node_type", "size", "tier"), example.text("capacity")
    if size and "_" not in sku:
        family = example.text("family", default="P" if sku.lower() == "premium" else "C")
        sku = f"{sku.title()}_{family.upper()}{size.upper().lstrip('CP')}"
    given = example.number("nodes", "instances", "node_count")
    replicas = example.number("replicas", "replicas_per_primary", "replicas_per_master")
    each = 1 + replicas if replicas else other.azure_cache_nodes(sku)
    nodes = given or each * max(1.0, example.number("shards", "shard_count"))
    if example.service == "Azure Managed Redis" and example.yes("high_availability", "ha"):
        nodes *= 2
    row = find(example.bill.rows(example.service), "node", resource=sku)
    if row is None:
        example.bill.missing(f"Nodes, {sku}", "fixed", np.array([nodes * example.hours]), "h")
    else:
        example.bill_machines(given_machines(row, nodes, example.hours), "Nodes")


def azure_sql(example: Example) -> None:
    bill, sku = example.bill, example.text("sku", "instance", "size", "sku_name")
    row = find(bill.rows(example.service), "compute", resource=sku)
    vcores = float(row.vcpu or 0) if row else example.number("vcores", "vcore", "vcpu")
    pitr = example.many("pitr_gib", "pitr_backup_gib", "pitr_backup_storage_gib", *BACKUP)
    long_term = example.many(
        "long_term_backup_gib", "long_term_retention_gib", "ltr_gib", "long_term_retention_storage_gib"
    )
    gib, licence = example.many("storage_gib"), _licence(example)
    serverless = example.many("vcore_hours", "serverless_vcore_hours")
    if serverless.any():  # holds the licence, and the price book has no price
        bill.missing(f"Compute, serverless {sku}", "fixed", serverless)
        row, vcores = None, 0.0
    hours = 0.0 if serverless.any() else 1.0
    other.azure_sql(
        bill, row, vcores, gib, licence=licence is not False, pitr_gib=pitr, long_term_gib=long_term, hours=hours
    )
    if licence and sku.startswith("HS"):  # newer servers of this tier have none, so only where the example says so
        bill.priced("SQL Server licence", "fixed", vcores, find(bill.rows(example.service), "licence", resource="GP"))


def _licence(example: Example) -> bool | None:
    """Whether the example says that it pays the licence; None where it says nothing."""
    said = example.word("license", "license_type", "licence").replace("-", "")
    if said not in ("", "licenseincluded", "included", "baseprice"):
        raise UnknownDimension(f"license: {said!r} is neither included nor base price")
    if said or "license_included" in example.inputs:
        return said in ("licenseincluded", "included") or example.yes("license_included")
    return False if example.yes("azure_hybrid_benefit", "license_included_elsewhere") else None


def cosmos(example: Example) -> None:
    """Every region bills its own throughput, storage and continuous backup, at its own prices where the regions are named."""
    named = example.listed("regions", "locations") or (example.bill.region,)
    for place, region in enumerate(named):
        bill = (
            example.bill if region == example.bill.region else Bill(example.bill.prices, example.bill.provider, region)
        )
        _cosmos_region(
            example, bill, first=place == 0, regions=1.0 if len(named) > 1 else example.number("regions", default=1.0)
        )
        if bill is not example.bill:
            example.bill.lines.extend(bill.lines)
            example.bill.unknown.extend(bill.unknown)


def _cosmos_region(example: Example, bill: Bill, *, first: bool, regions: float) -> None:
    mode = example.word("mode", "capacity_mode", "throughput_mode", default="provisioned")
    serverless, autoscale = "serverless" in mode, "autoscale" in mode
    rate = ("ru_per_second", "ru_per_s", "rus_per_second", "throughput_rus", "rus", "throughput", "max_throughput",
            "provisioned_ru_per_second", "request_units_per_second")  # fmt: skip
    units = example.counted("request_units", "ru", "serverless_request_units") if serverless else example.number(*rate)
    if autoscale:
        bill.missing("Throughput, autoscale", "reads", np.array([units]))
    other.cosmos(
        bill,
        "serverless" if serverless else "provisioned",
        np.array([0.0 if autoscale or (serverless and not first) else units]),
        example.many("storage_gib", "transactional_storage_gib"),
        regions=regions,
        zone_redundant=example.yes("zone_redundant", "availability_zones"),
        continuous_gib=example.many("continuous_backup_gib"),
        copies_gib=example.many("extra_copy_gib", "periodic_backup_gib", "backup_copy_gib") * first,
        restored_gib=example.many("restore_gib", "restored_gib", "restored_data_gib") * first,
    )


def clickhouse(example: Example) -> None:
    units = example.number("compute_units", default=1.0) * example.number("replicas", default=1.0)
    row = find(example.bill.rows(example.service), "compute")
    hours = example.number("hours_active", "active_hours", default=example.hours)
    if row is not None:
        example.bill_machines(given_machines(row, units, hours), "Compute units")
    storage = find(example.bill.rows(example.service), "storage")
    terabytes = example.number("storage_tb") or example.number("storage_gib") / other.GIB_PER_TB
    example.bill.priced("Storage, compressed", "size", terabytes, storage)
    example.bill.priced("Backups, compressed", "backups", example.number("backup_tb"), storage)


def atlas(example: Example) -> None:
    bill, name = example.bill, example.text("instance", "tier", "cluster")
    here = bill.rows(example.service)
    row: Price | None = next((one for one in here if one.resource.split(" ")[0] == name or one.resource == name), None)
    bill.priced(f"Cluster, {name}", "fixed", example.nodes * example.hours / HOURS_PER_MONTH, row)


def upstash(example: Example) -> None:
    if example.text("plan"):
        return listed(example)
    commands = example.many_counted("commands", "requests")
    other.upstash(example.bill, commands, example.many("storage_gb", "storage_gib") * 1e9 / 2**30)
    return None


def bigquery(example: Example) -> None:
    active = example.many("active_storage_gib", "storage_gib")
    old = example.many("long_term_storage_gib", "long_term_gib")
    queries = ("queries_tib", "scanned_tib", "query_tib", "queries_tb", "query_tb", "scanned_tb")
    other.bigquery(example.bill, active, old, example.many(*queries))


LISTED = {
    # what is billed: the names that an example may give its amount under
    "compute": ("rpu_hours", "compute_units"),
    "ecpu": ("ecpus",),
    "storage": ("storage_gb", "storage_gib"),
    "backup": ("backup_gb",),
    "backup-history": ("history_gb",),
}


def listed(example: Example) -> None:
    """A plan or a node by its name, times how many, and what the service bills beside it."""
    rows, name = example.bill.rows(example.service), example.text("plan", "instance", "node_type")
    deployment, engine = example.text("deployment"), example.word("engine")
    if name:
        named = tuple(row for row in rows if row.resource == name and deployment in ("", row.deployment))
        row = next(iter(named), None)
        example.bill.priced(name, "fixed", example.number("nodes", "instances", default=1.0), row)
    for billed, names in LISTED.items():
        counted = billed == "ecpu"
        amount = example.many_counted(*names) if counted else example.many(*names)
        if amount.any():
            example.bill.priced(billed.capitalize(), "size", amount, find(rows, billed, deployment, engine))


def network(example: Example) -> None:
    """Traffic of one kind (`kind`, `gib`), or of several, each under its own name."""
    bill, kind = example.bill, example.word("kind", "type", default="egress")
    target = example.text("to_region", "to")
    plain = example.many("gib", "transfer_gib")
    far = example.many("inter_region_gib", "outbound_other_regions_gib")
    near = example.many("inter_az_gib", "intra_region_gib")
    out = example.many("egress_gib", "internet_gib", "internet_egress_gib", "outbound_internet_gib")
    if kind == "inter-region" or (target and not far.any() and not out.any()):
        far = far + plain
    elif kind in ("inter-az", "inter-zone", "intra-region"):
        near = near + plain
    else:
        out = out + plain
    prices = {row.usd for row in bill.rows(transfer.SERVICE) if row.billed == "inter-region"}
    if target or len(prices) == 1:
        transfer.to_region(bill, "Transfer to another region", far, target)
    else:  # which region it is decides the price
        bill.missing("Transfer to another region", "transfer", far)
    transfer.inside_region(bill, "Transfer between zones, both sides", near * 2)
    transfer.to_internet(bill, "Transfer to the internet", out)


def gateway(example: Example) -> None:
    rows = example.bill.rows(transfer.SERVICE)
    hours = find(rows, "gateway")
    example.bill.priced("Gateways", "fixed", example.number("gateways", "count", "instances", default=1.0), hours)
    gib = example.many("processed_gib", "data_processed_gib", "gib")
    example.bill.priced("Data processed", "transfer", gib, find(rows, "processing"))


def compute(example: Example) -> None:
    example.bill_machines(example.machines(), "Virtual machines")
