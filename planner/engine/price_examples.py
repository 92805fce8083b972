"""The price of things that are named outright ("1,200 IOPS of io1"), through the same bills that price a plan.

For worked examples of vendors and for calculators. Every number that is not given is 0; an unknown service is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from catalog.facts import Price, PriceBook
from planner.engine import bill_aws as aws
from planner.engine import bill_other as other
from planner.engine import transfer
from planner.engine.assumptions import HOURS_PER_MONTH
from planner.engine.bill import Bill, Line, Machines, find, given_machines
from planner.engine.quantity import Floats

Given = str | float | bool
MACHINE_KINDS = ("instance", "node", "broker", "compute", "cluster")


class UnknownService(ValueError):
    """An example names a service that no bill is written for."""


@dataclass(frozen=True)
class _Example:
    """The inputs of one example, read by any of the names that they go by."""

    bill: Bill
    inputs: Mapping[str, Given]

    def number(self, *names: str, default: float = 0.0) -> float:
        found = next((self.inputs[name] for name in names if name in self.inputs), None)
        return default if found is None or isinstance(found, str) else float(found)

    def many(self, *names: str) -> Floats:
        return np.array([self.number(*names)])

    def text(self, *names: str, default: str = "") -> str:
        return next((str(self.inputs[name]) for name in names if name in self.inputs), default)

    def yes(self, *names: str) -> bool:
        return any(self.inputs.get(name) in (True, 1, "true", "yes", "Multi-AZ", "regional") for name in names)

    @property
    def service(self) -> str:
        return self.text("service")

    @property
    def hours(self) -> float:
        return self.number("hours_per_month", "hours", default=HOURS_PER_MONTH)

    def machines(self, *, deployment: str = "", engine: str = "", nodes: float | None = None) -> Machines | None:
        """The machine that the example names; None after noting that it has no price."""
        name = self.text("instance", "instance_type", "node_type", "node", "sku", "broker", "size")
        if not name:
            return None
        count = nodes or self.number("instances", "nodes", "node_count", "brokers", "count", default=1.0)
        for kind in MACHINE_KINDS:
            row = find(self.bill.rows(self.service), kind, deployment, engine, name)
            if row is not None:
                return given_machines(row, count, self.hours)
        self.bill.missing(f"Machines, {name}", "fixed", np.array([count * self.hours]), "h")
        return None


def price_example(provider: str, region: str, inputs: Mapping[str, Given], prices: PriceBook) -> tuple[Line, ...]:
    """The lines of an example. A line without a price has `monthly` None."""
    bill = Bill(prices, provider, region)
    example = _Example(bill, inputs)
    pricer = PRICERS.get(example.service)
    if pricer is None:
        raise UnknownService(f"No bill is written for {example.service!r}; known are {', '.join(sorted(PRICERS))}")
    pricer(example)
    return tuple(bill.lines)


def _bill_machines(example: _Example, machines: Machines | None, label: str) -> None:
    if machines is not None:
        example.bill.machines(f"{label}, {machines.row.resource}", machines)


def _rds(example: _Example) -> None:
    deployment = example.text("deployment") or ("Multi-AZ" if example.yes("multi_az") else "Single-AZ")
    engine = example.text("engine", default="postgresql")
    engine = "postgresql" if engine == "postgres" else engine
    disk = aws.disk(
        example.text("storage_type", default="gp3"),
        example.many("storage_gib"),
        example.many("iops"),
        example.many("throughput_mibps"),
    )
    _bill_machines(example, example.machines(deployment=deployment, engine=engine), "Database instance")
    aws.rds_storage(example.bill, engine, deployment, disk)
    aws.rds_backup(example.bill, engine, example.many("extra_backup_gib", "backup_gib"))


def _shared_volume(example: _Example) -> None:
    deployment = example.text("deployment", "storage_mode", default="standard")
    engine = example.text("engine")
    machines = example.machines(deployment=deployment, engine=engine if "-" in engine else "")
    io = example.many("io_million", "million_io") * 1e6
    gib, backup = example.many("storage_gib"), example.many("extra_backup_gib", "backup_gib")
    units = example.number("acu_hours") or example.number("acu") * example.hours
    if units:
        resource = {"aurora-mysql": "MySQL", "aurora-postgresql": "PostgreSQL"}.get(engine, "")
        row = find(example.bill.rows(example.service), "serverless-v2", deployment, resource=resource)
        example.bill.priced("Serverless capacity", "fixed", units / HOURS_PER_MONTH, row)
    aws.shared_volume(example.bill, example.service, deployment, machines, gib, io, backup)


def _cache_nodes(example: _Example) -> None:
    machines = example.machines(engine=example.text("engine"))
    backup, written = example.many("backup_gib", "snapshot_gib"), example.many("data_written_gib", "written_gib")
    aws.nodes(example.bill, example.service, machines, backup, written)


def _search(example: _Example) -> None:
    disk = aws.disk(example.text("storage_type", default="gp2"), example.many("storage_gib"), example.many("iops"))
    warm = example.number("ultrawarm_nodes", "ultrawarm_instances", "ultrawarm_count")
    aws.search(example.bill, example.machines(deployment="node"), disk, warm, example.many("ultrawarm_gib"))
    masters = example.number("master_nodes", "dedicated_masters", "master_count")
    if masters:
        name = example.text("master_instance", "dedicated_master_instance", "instance")
        row = find(example.bill.rows(example.service), "node", "node", resource=name)
        example.bill.priced(f"Dedicated masters, {name}", "fixed", masters, row)


def _brokers(example: _Example) -> None:
    count = example.number("brokers", "instances", "nodes", default=1.0)
    gib = example.number("storage_gib") or example.number("storage_gib_per_broker") * count
    aws.brokers(example.bill, example.machines(nodes=count), np.array([gib]))


def _request_units(example: _Example) -> None:
    """Capacity units a second, request units a month (or millions of them)."""
    mode = example.text("mode", "billing_mode", default="on-demand")
    provisioned = "provisioned" in mode
    reads = example.number("rcu") if provisioned else _millions(example, "read_units", "rru", "reads")
    writes = example.number("wcu") if provisioned else _millions(example, "write_units", "wru", "writes")
    replicated = example.number("rwcu") if provisioned else _millions(example, "replicated_write_units", "rwru")
    asked = aws.Requests(
        read_units=reads,
        write_units=writes,
        replicated_write_units=replicated,
        gib=example.number("storage_gib"),
        backup_gib=example.number("on_demand_backup_gib", "backup_gib"),
        continuous_backup_gib=example.number("pitr_gib", "pitr_backup_gib"),
        restored_gib=example.number("restore_gib", "restored_gib"),
        stream_reads=_millions(example, "stream_read_units", "stream_reads"),
    )
    table_class = "-ia" if mode.endswith("-ia") else ""
    aws.request_units(
        example.bill, example.service, ("provisioned" if provisioned else "on-demand") + table_class, asked
    )


def _millions(example: _Example, *names: str) -> float:
    """A number that may be given outright or in millions ("reads" or "reads_million", "million_reads")."""
    for name in names:
        for spelled in (f"{name}_million", f"million_{name}", f"{name}_millions"):
            if spelled in example.inputs:
                return example.number(spelled) * 1e6
    return example.number(*names, *(f"{name}_per_month" for name in names))


def _objects(example: _Example) -> None:
    tier = example.text("storage_class", "class", "tier", default="standard")
    puts = example.many("put_requests", "puts", "write_requests")
    gets = example.many("get_requests", "gets", "read_requests")
    retrieved = example.many("retrieval_gib", "retrieved_gib")
    aws.objects(example.bill, tier, example.many("storage_gib"), puts, gets, retrieved)


def _blobs(example: _Example) -> None:
    tier = example.text("tier", "storage_class", "class", default="standard")
    other.blobs(
        example.bill,
        example.service,
        tier,
        example.many("storage_gib"),
        example.many("write_operations", "class_a_operations"),
        example.many("read_operations", "class_b_operations"),
        retrieved_gib=example.many("retrieval_gib", "retrieved_gib"),
        lists=example.many("list_operations"),
        other=example.many("other_operations"),
    )


def _block(example: _Example) -> None:
    volumes = example.many("volumes") if "volumes" in example.inputs else np.ones(1)
    kind = example.text("type", "volume_type", "storage_type", default="gp3")
    gib, iops = example.many("storage_gib", "size_gib"), example.many("iops")
    aws.block(example.bill, aws.disk(kind, gib, iops, example.many("throughput_mibps"), volumes))
    snapshot = next((row for row in example.bill.rows("Amazon EBS") if row.resource == "snapshot"), None)
    example.bill.priced("Snapshots", "backups", example.many("snapshot_gib"), snapshot)


def _warehouse(example: _Example) -> None:
    _bill_machines(example, example.machines(deployment="provisioned"), "Nodes")
    price = find(example.bill.rows(example.service), "managed-storage")
    example.bill.priced("Managed storage", "size", example.many("managed_storage_gib", "storage_gib"), price)


def _cloud_sql(example: _Example) -> None:
    regional = example.yes("high_availability", "ha", "regional") or example.text("availability").lower() == "regional"
    deployment, engine = "regional" if regional else "zonal", example.text("engine", default="postgresql")
    name = example.text("instance", "tier")
    row = find(example.bill.rows(example.service), "instance", deployment, resource=name) if name else None
    if row is not None:
        _bill_machines(example, given_machines(row, 1.0, example.hours), "Instance")
    vcpu = example.many("vcpu", "vcpus") if row is None else np.zeros(1)
    memory = example.many("memory_gib") if row is None else np.zeros(1)
    backup = example.many("backup_gib")
    other.cloud_sql(example.bill, engine, deployment, vcpu, memory, example.many("storage_gib"), backup)


def _memorystore(example: _Example) -> None:
    other.memorystore(example.bill, example.text("tier", default="basic").lower(), example.many("capacity_gib"))


def _azure_flexible(example: _Example) -> None:
    copies = 2.0 if example.yes("high_availability", "ha", "zone_redundant") else 1.0
    _bill_machines(example, example.machines(nodes=copies), "Server")
    extra, backup = example.many("extra_iops"), example.many("extra_backup_gib", "backup_gib")
    gib = example.many("storage_gib") * copies
    other.azure_flexible_storage(example.bill, example.service, gib, extra, backup)


def _azure_cache(example: _Example) -> None:
    sku = example.text("sku", "instance", "size")
    nodes = example.number("nodes", "instances") or other.azure_cache_nodes(sku) * max(1.0, example.number("shards"))
    if example.service == "Azure Managed Redis" and example.yes("high_availability", "ha"):
        nodes *= 2
    _bill_machines(example, example.machines(nodes=nodes), "Nodes")


def _azure_sql(example: _Example) -> None:
    sku = example.text("sku", "instance", "size")
    row = find(example.bill.rows(example.service), "compute", resource=sku)
    vcores = float(row.vcpu or 0) if row else 0.0
    licence = not example.yes("azure_hybrid_benefit", "license_included_elsewhere")
    pitr, long_term = example.many("pitr_gib", "backup_gib"), example.many("long_term_backup_gib")
    gib = example.many("storage_gib")
    other.azure_sql(example.bill, row, vcores, gib, licence=licence, pitr_gib=pitr, long_term_gib=long_term)


def _cosmos(example: _Example) -> None:
    serverless = "serverless" in example.text("mode", "capacity_mode")
    units = (
        _millions(example, "request_units", "ru") if serverless else example.number("ru_per_second", "throughput_rus")
    )
    other.cosmos(
        example.bill,
        "serverless" if serverless else "provisioned",
        np.array([units]),
        example.many("storage_gib"),
        regions=example.number("regions", default=1.0),
        zone_redundant=example.yes("zone_redundant"),
        continuous_gib=example.many("continuous_backup_gib"),
        copies_gib=example.many("extra_copy_gib", "periodic_backup_gib"),
        restored_gib=example.many("restore_gib", "restored_gib"),
    )


def _clickhouse(example: _Example) -> None:
    units = example.number("compute_units", default=1.0) * example.number("replicas", default=1.0)
    row = find(example.bill.rows(example.service), "compute")
    hours = example.number("hours_active", "active_hours", default=example.hours)
    if row is not None:
        _bill_machines(example, given_machines(row, units, hours), "Compute units")
    storage = find(example.bill.rows(example.service), "storage")
    terabytes = example.number("storage_tb") or example.number("storage_gib") / other.GIB_PER_TB
    example.bill.priced("Storage, compressed", "size", terabytes, storage)
    example.bill.priced("Backups, compressed", "backups", example.number("backup_tb"), storage)


def _atlas(example: _Example) -> None:
    bill, name = example.bill, example.text("instance", "tier", "cluster")
    here = bill.rows(example.service)
    row: Price | None = next((one for one in here if one.resource.split(" ")[0] == name or one.resource == name), None)
    bill.priced(f"Cluster, {name}", "fixed", example.hours / HOURS_PER_MONTH, row)


def _upstash(example: _Example) -> None:
    commands = np.array([_millions(example, "commands", "requests")])
    other.upstash(example.bill, commands, example.many("storage_gb", "storage_gib") * 1e9 / 2**30)


def _bigquery(example: _Example) -> None:
    active, old = example.many("active_storage_gib", "storage_gib"), example.many("long_term_storage_gib")
    other.bigquery(example.bill, active, old, example.many("queries_tib", "scanned_tib"))


LISTED = {
    # what is billed: the names that an example may give its amount under
    "compute": ("rpu_hours", "compute_units"),
    "ecpu": ("ecpus",),
    "storage": ("storage_gib", "storage_gb"),
    "backup": ("backup_gb",),
    "backup-history": ("history_gb",),
}


def _listed(example: _Example) -> None:
    """A plan or a node by its name, times how many, and what the service bills beside it."""
    rows, name = example.bill.rows(example.service), example.text("plan", "instance", "node_type")
    deployment, engine = example.text("deployment"), example.text("engine")
    if name:
        named = tuple(row for row in rows if row.resource == name and deployment in ("", row.deployment))
        share = example.number("nodes", "instances", default=1.0)
        row = next(iter(named), None)
        example.bill.priced(name, "fixed", share, row)
    for billed, names in LISTED.items():
        amount = example.many(*names)
        if amount.any():
            example.bill.priced(billed.capitalize(), "size", amount, find(rows, billed, deployment, engine))


def _upstash_any(example: _Example) -> None:
    (_listed if example.text("plan") else _upstash)(example)


def _transfer(example: _Example) -> None:
    kind = example.text("kind", "type", default="egress")
    gib = example.many("gib", "egress_gib", "internet_gib", "transfer_gib")
    if kind == "inter-region" or "to_region" in example.inputs:
        transfer.to_region(example.bill, "Transfer to another region", gib, example.text("to_region", "to"))
    elif kind in ("inter-az", "inter-zone"):
        transfer.inside_region(example.bill, "Transfer between zones, both sides", gib * 2)
    else:
        transfer.to_internet(example.bill, "Transfer to the internet", gib)


def _compute(example: _Example) -> None:
    count = example.number("instances", "count", default=1.0)
    _bill_machines(example, example.machines(nodes=count), "Virtual machines")


PRICERS: dict[str, Callable[[_Example], None]] = {
    "Amazon RDS": _rds,
    "Amazon Aurora": _shared_volume,
    "Amazon DocumentDB": _shared_volume,
    "Amazon Neptune": _shared_volume,
    "Amazon ElastiCache": _cache_nodes,
    "Amazon MemoryDB": _cache_nodes,
    "Amazon OpenSearch Service": _search,
    "Amazon MSK": _brokers,
    "Amazon DynamoDB": _request_units,
    "Amazon Keyspaces": _request_units,
    "Amazon S3": _objects,
    "Amazon EBS": _block,
    "Amazon Redshift": _warehouse,
    "Cloud SQL": _cloud_sql,
    "Cloud Storage": _blobs,
    "Memorystore for Redis": _memorystore,
    "Memorystore for Redis Cluster": _cache_nodes,
    "BigQuery": _bigquery,
    "Azure Blob Storage": _blobs,
    "Azure Database for PostgreSQL Flexible Server": _azure_flexible,
    "Azure Database for MySQL Flexible Server": _azure_flexible,
    "Azure Cache for Redis": _azure_cache,
    "Azure Managed Redis": _azure_cache,
    "Azure SQL Database": _azure_sql,
    "Azure Cosmos DB": _cosmos,
    "ClickHouse Cloud": _clickhouse,
    "MongoDB Atlas": _atlas,
    "Upstash Redis": _upstash_any,
    "Amazon ElastiCache Serverless": _listed,
    "Amazon Redshift Serverless": _listed,
    "Amazon Timestream for InfluxDB": _listed,
    "Aiven for PostgreSQL": _listed,
    "Couchbase Capella": _listed,
    "Neon": _listed,
    "Data transfer": _transfer,
    "Compute": _compute,
}
