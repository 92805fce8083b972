"""Amazon's managed databases besides RDS: DynamoDB, DocumentDB, OpenSearch, Kafka, Redshift."""

from __future__ import annotations

import re
from collections.abc import Callable

from catalog.refresh.aws_thing import NOT_READ, Attributes, Thing

BROKER = re.compile(r"(?:^|-)Kafka\.((?:m|t)\d+[a-z]*\.\w+)$")
DOCUMENTS = {"StorageUsage": ("standard", "storage", "gib-month"), "StorageIOUsage": ("standard", "io", "million-io"),
             "IO-OptimizedStorageUsage": ("io-optimized", "storage", "gib-month")}  # fmt: skip
SEARCH_DISKS = {"GP2": "storage-gp2", "GP3": "storage-gp3", "PIOPS-Storage": "storage-io1"}
# group: what is billed, units of capacity and of requests
THROUGHPUT = {"DDB-ReadUnits": ("read", "rcu-hour", "million-rru"), "DDB-WriteUnits": ("write", "wcu-hour", "million-wru"),
              "DDB-ReplicatedWriteUnits": ("replicated-write", "rwcu-hour", "million-rwru")}  # fmt: skip
TABLE_STORAGE = {"TimedStorage-ByteHrs": "storage", "IA-TimedStorage-ByteHrs": "storage-standard-ia",
                 "TimedPITRStorage-ByteHrs": "backup-pitr"}  # fmt: skip


def _without_region(usage: str) -> str:
    """ "EU-TimedStorage-ByteHrs" and "TimedStorage-ByteHrs" are the same thing in two regions."""
    return re.sub(r"^[A-Z]{2,4}\d?-", "", usage) if not usage.startswith("IA-") else usage


def _table(region: str, billed: str, unit: str) -> Thing:
    return Thing("managed", "Amazon DynamoDB", region, billed, unit, "dynamodb", "regional")


def _capacity(a: Attributes, region: str) -> Thing | str:
    return _throughput(a, region, "provisioned", 1)


def _requests(a: Attributes, region: str) -> Thing | str:
    return _throughput(a, region, "on-demand", 2)


def _throughput(a: Attributes, region: str, mode: str, unit: int) -> Thing | str:
    group = a.get("group", "")
    found = THROUGHPUT.get(group.removesuffix("IA"))
    if found is None:
        return NOT_READ
    infrequent = group.endswith("IA") or _without_region(a.get("usagetype", "")).startswith("IA-")
    return _table(region, f"{found[0]}-{mode}{'-ia' if infrequent else ''}", found[unit])


def _table_storage(a: Attributes, region: str) -> Thing | str:
    billed = TABLE_STORAGE.get(_without_region(a.get("usagetype", "")))
    return _table(region, billed, "gib-month") if billed else NOT_READ


def _table_backup(a: Attributes, region: str) -> Thing | str:
    return _table(region, "backup-on-demand", "gib-month")


def _table_restore(a: Attributes, region: str) -> Thing | str:
    return _table(region, "restore", "gib")


def _streams(a: Attributes, region: str) -> Thing | str:
    if "DDB-StreamsReadRequests" not in a.get("group", ""):
        return NOT_READ
    return _table(region, "streams-read", "million-requests")


def _document_machine(a: Attributes, region: str) -> Thing | str:
    deployment = "io-optimized" if "IOOptimized" in a.get("usagetype", "") else "standard"
    kind = a.get("instancetype", "")
    return Thing("managed", "Amazon DocumentDB", region, "instance", "hour", "documentdb", deployment, kind)


def _document_storage(a: Attributes, region: str) -> Thing | str:
    found = DOCUMENTS.get(_without_region(a.get("usagetype", "")))
    if found is None:
        return NOT_READ
    return Thing("managed", "Amazon DocumentDB", region, found[1], found[2], "documentdb", found[0])


def _search_machine(a: Attributes, region: str) -> Thing | str:
    kind = a.get("instancetype", "")
    if "ESInstance" not in a.get("usagetype", "") or not kind.endswith(".search"):
        return NOT_READ
    deployment = "ultrawarm" if kind.startswith("ultrawarm") else "node"
    return Thing("managed", "Amazon OpenSearch Service", region, "node", "hour", "opensearch", deployment, kind)


def _search_disk(a: Attributes, region: str) -> Thing | str:
    billed = SEARCH_DISKS.get(a.get("storagemedia", ""))
    if billed is None:
        return NOT_READ
    return Thing("managed", "Amazon OpenSearch Service", region, billed, "gib-month", "opensearch", "node")


def _kafka(a: Attributes, region: str) -> Thing | str:
    found = BROKER.search(a.get("usagetype", ""))
    if found:
        kind = f"kafka.{found.group(1)}"
        return Thing("managed", "Amazon MSK", region, "broker", "hour", "kafka", "broker", kind)
    if a.get("storagefamily") == "GP2":
        return Thing("managed", "Amazon MSK", region, "storage", "gib-month", "kafka", "broker")
    return NOT_READ


def _warehouse(a: Attributes, region: str) -> Thing | str:
    kind = a.get("instancetype", "")
    return Thing("managed", "Amazon Redshift", region, "node", "hour", "redshift", "provisioned", kind)


def _warehouse_storage(a: Attributes, region: str) -> Thing | str:
    return Thing("managed", "Amazon Redshift", region, "managed-storage", "gib-month", "redshift", "provisioned")


MANAGED: dict[tuple[str, str], Callable[[Attributes, str], Thing | str]] = {
    ("AmazonDynamoDB", "Provisioned IOPS"): _capacity,
    ("AmazonDynamoDB", "DDB-Operation-ReplicatedWrite"): _capacity,
    ("AmazonDynamoDB", "Amazon DynamoDB PayPerRequest Throughput"): _requests,
    ("AmazonDynamoDB", "Database Storage"): _table_storage,
    ("AmazonDynamoDB", "Amazon DynamoDB On-Demand Backup Storage"): _table_backup,
    ("AmazonDynamoDB", "Amazon DynamoDB Restore Data Size"): _table_restore,
    ("AmazonDynamoDB", "API Request"): _streams,
    ("AmazonDocDB", "Database Instance"): _document_machine,
    ("AmazonDocDB", "Database Storage"): _document_storage,
    ("AmazonDocDB", "System Operation"): _document_storage,
    ("AmazonES", "Amazon OpenSearch Service Instance"): _search_machine,
    ("AmazonES", "Amazon OpenSearch Service Volume"): _search_disk,
    ("AmazonMSK", "Managed Streaming for Apache Kafka (MSK)"): _kafka,
    ("AmazonRedshift", "Compute Instance"): _warehouse,
    ("AmazonRedshift", "Redshift Managed Storage"): _warehouse_storage,
}
