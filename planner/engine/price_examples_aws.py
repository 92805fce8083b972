"""Amazon Web Services: from the inputs of a worked example to the bills that price a plan."""

from __future__ import annotations

import numpy as np

from planner.engine import bill_aws as aws
from planner.engine.assumptions import HOURS_PER_MONTH
from planner.engine.bill import find
from planner.engine.price_inputs import Example, UnknownDimension

BACKUP = (
    "extra_backup_gib",
    "additional_backup_gib",
    "backup_gib",
    "backup_storage_gib",
    "snapshot_gib",
    "snapshot_storage_gib",
)
DEPLOYMENTS = {"multi-az": "Multi-AZ", "single-az": "Single-AZ", "multi-az-cluster": "Multi-AZ-2-readable-standbys",
               "multi-az-2-readable-standbys": "Multi-AZ-2-readable-standbys"}  # fmt: skip
ENGINES = {"postgres": "postgresql", "aurora-postgres": "aurora-postgresql"}
IO_OPTIMIZED = ("io-optimized", "io-optimised", "aurora-iopt1", "iopt1")
S3_CLASSES = {
    "ia": "infrequent-access", "standard-ia": "infrequent-access", "standard-infrequent-access": "infrequent-access",
    "onezone-ia": "one-zone-infrequent-access", "one-zone-ia": "one-zone-infrequent-access",
    "glacier-ir": "glacier-instant-retrieval", "glacier-instant": "glacier-instant-retrieval",
    "glacier": "glacier-flexible-retrieval", "glacier-flexible": "glacier-flexible-retrieval",
    "deep-archive": "glacier-deep-archive", "express": "express-one-zone",
}  # fmt: skip
PUTS = ("put_requests", "puts", "put_list_requests", "put_copy_post_list_requests", "write_requests", "tier_1_requests")
GETS = ("get_requests", "gets", "get_select_requests", "read_requests", "tier_2_requests")
RETRIEVED = ("retrieval_gib", "retrieved_gib", "data_retrieval_gib", "retrievals_gib")


def _engine(example: Example, default: str = "") -> str:
    name = example.word("engine", default=default)
    return ENGINES.get(name, name)


def rds(example: Example) -> None:
    said = example.word("deployment", "deployment_option", "availability")
    deployment = DEPLOYMENTS.get(said, said) or ("Multi-AZ" if example.yes("multi_az") else "Single-AZ")
    engine = _engine(example, "postgresql")
    disk = aws.disk(
        example.word("storage_type", "volume_type", default="gp3"),
        example.many("storage_gib", "allocated_storage_gib"),
        example.many("iops", "provisioned_iops"),
        example.many("throughput_mibps", "throughput_mbps"),
    )
    example.bill_machines(example.machines(deployment=deployment, engine=engine), "Database instance")
    aws.rds_storage(example.bill, engine, deployment, disk)
    aws.rds_backup(example.bill, engine, example.many(*BACKUP))


def shared_volume(example: Example) -> None:
    said = example.word("deployment", "storage_mode", "storage_type", "configuration", default="standard")
    fast = said in IO_OPTIMIZED or example.yes("io_optimized", "io_optimised")
    deployment = "io-optimized" if fast else "standard" if said == "aurora" else said
    engine = _engine(example)
    machines = example.machines(deployment=deployment, engine=engine if "-" in engine else "")
    io = example.many_counted("io", "io_requests", "ios", "io_operations")
    gib, backup = example.many("storage_gib"), example.many(*BACKUP)
    units = example.number("acu_hours") or example.number("acu", "acus", "average_acu") * example.hours
    if units:
        resource = {"aurora-mysql": "MySQL", "aurora-postgresql": "PostgreSQL"}.get(engine, "")
        old = example.word("mode", "engine_mode").endswith("v1")  # another price, which the book does not have
        row = None if old else find(example.bill.rows(example.service), "serverless-v2", deployment, resource=resource)
        example.bill.priced("Serverless capacity", "fixed", units / HOURS_PER_MONTH, row)
    mode = example.word("mode", "engine_mode", default="provisioned")
    if mode not in ("provisioned", "serverless", "serverless-v1", "serverless-v2"):
        raise UnknownDimension(f"mode: {mode!r} is neither provisioned nor serverless")
    aws.shared_volume(example.bill, example.service, deployment, machines, gib, io, backup)


def cache_nodes(example: Example) -> None:
    machines = example.machines(engine=_engine(example))
    backup, written = example.many(*BACKUP), example.many("data_written_gib", "written_gib")
    aws.nodes(example.bill, example.service, machines, backup, written, _engine(example))


def search(example: Example) -> None:
    kind = example.word("storage_type", "volume_type", default="gp2")
    disk = aws.disk(kind, example.many("storage_gib"), example.many("iops"))
    warm = example.number("ultrawarm_nodes", "ultrawarm_instances", "ultrawarm_count", "warm_count")
    warm_name = example.text("ultrawarm_instance", "ultrawarm_type", "warm_type", default="ultrawarm1.medium.search")
    aws.search(example.bill, example.machines(deployment="node"), disk, 0, example.many("ultrawarm_gib"))
    rows = example.bill.rows(example.service)
    example.bill.priced("UltraWarm nodes", "fixed", warm, find(rows, "node", "ultrawarm", resource=warm_name))
    masters = example.number("master_nodes", "masters", "master_instances", "dedicated_masters", "master_count",
                             "dedicated_master_count", "dedicated_master_nodes")  # fmt: skip
    name = example.text("master_instance", "dedicated_master_instance", "master_type", "dedicated_master_type")
    if masters or name:
        name = name or example.text("instance")
        row = find(rows, "node", "node", resource=name)
        example.bill.priced(f"Dedicated masters, {name}", "fixed", masters or 1.0, row)


def brokers(example: Example) -> None:
    count = example.nodes
    each = example.number("storage_gib_per_broker", "storage_per_broker_gib", "ebs_gib_per_broker", "volume_gib")
    gib = example.number("storage_gib", "total_storage_gib") or each * count
    aws.brokers(example.bill, example.machines(nodes=count), np.array([gib]))


def request_units(example: Example) -> None:
    """Capacity units a second, request units a month (or millions of them)."""
    mode = example.word("mode", "billing_mode", "capacity_mode", default="on-demand")
    provisioned = "provisioned" in mode
    reads = example.number("rcu", "read_capacity_units", "read_capacity") if provisioned else example.counted(
        "read_units", "rru", "read_request_units", "read_requests", "reads")  # fmt: skip
    writes = example.number("wcu", "write_capacity_units", "write_capacity") if provisioned else example.counted(
        "write_units", "wru", "write_request_units", "write_requests", "writes")  # fmt: skip
    replicated = example.number("rwcu", "replicated_write_capacity_units") if provisioned else example.counted(
        "replicated_write_units", "rwru", "replicated_write_request_units")  # fmt: skip
    asked = aws.Requests(
        read_units=reads,
        write_units=writes,
        replicated_write_units=replicated,
        gib=example.number("storage_gib", "data_storage_gib"),
        backup_gib=example.number("on_demand_backup_gib", "on_demand_backup_storage_gib", *BACKUP),
        continuous_backup_gib=example.number("pitr_gib", "pitr_backup_gib", "pitr_backup_storage_gib"),
        restored_gib=example.number("restore_gib", "restored_gib", "data_restored_gib", "table_data_restored_gib"),
        stream_reads=example.counted("stream_read_units", "stream_reads", "stream_read_request_units",
                                     "streams_read_request_units", "streams_reads"),
    )  # fmt: skip
    rare = mode.endswith("-ia") or example.word("table_class") in ("standard-ia", "standard-infrequent-access")
    kind = "provisioned" if provisioned else "on-demand"
    aws.request_units(example.bill, example.service, kind + ("-ia" if rare else ""), asked)


def objects(example: Example) -> None:
    said = example.word("storage_class", "class", "tier", default="standard")
    if said == "intelligent-tiering":
        return _tiering(example)
    puts, gets, retrieved = example.many_counted(*PUTS), example.many_counted(*GETS), example.many(*RETRIEVED)
    aws.objects(example.bill, S3_CLASSES.get(said, said), example.many("storage_gib"), puts, gets, retrieved)
    return None


def _tiering(example: Example) -> None:
    """Intelligent-Tiering: what is often read at the price of Standard, the rest cheaper, a fee for each watched object."""
    often = example.many("frequent_access_gib", "frequent_gib", "storage_gib")
    aws.objects(example.bill, "standard", often, example.many_counted(*PUTS), example.many_counted(*GETS))
    rows = example.bill.rows(example.service)
    rare, watch = (tuple(row for row in rows if row.deployment == name)
                   for name in ("intelligent-tiering-infrequent", "intelligent-tiering"))  # fmt: skip
    gib = example.many("infrequent_access_gib", "infrequent_gib")
    example.bill.priced("Storage, infrequent access tier", "size", gib, find(rare, "storage"))
    count = example.many_counted("monitored_objects", "objects")
    example.bill.priced("Objects watched", "fixed", count, find(watch, "monitoring"))


def block(example: Example) -> None:
    volumes = example.many("volumes", "volume_count") if example.number("volumes", "volume_count") else np.ones(1)
    kind = example.word("type", "volume_type", "storage_type", default="gp3")
    gib, iops = example.many("storage_gib", "size_gib"), example.many("iops", "provisioned_iops")
    if gib.any() or iops.any():
        mibps = example.many("throughput_mibps", "throughput_mbps")
        aws.block(example.bill, aws.disk(kind, gib, iops, mibps, volumes))
    snapshot = next((row for row in example.bill.rows(example.service) if row.resource == "snapshot"), None)
    example.bill.priced("Snapshots", "backups", example.many("snapshot_gib", "snapshot_storage_gib"), snapshot)


def files(example: Example) -> None:
    """EFS by its storage class; AWS Backup by what is backed up and how warm."""
    names = ("storage_class", "tier", "class", "type", "resource", "resource_type", "availability", "deployment")
    default = "standard" if example.service == "Amazon EFS" else "efs-warm"
    said = example.word(*names, default=default)
    row = next((one for one in example.bill.rows(example.service) if one.deployment == said), None)
    example.bill.priced(f"Storage, {said}", "size", example.many("storage_gib", *BACKUP), row)


def warehouse(example: Example) -> None:
    example.bill_machines(example.machines(deployment="provisioned"), "Nodes")
    price = find(example.bill.rows(example.service), "managed-storage")
    example.bill.priced("Managed storage", "size", example.many("managed_storage_gib", "storage_gib"), price)
