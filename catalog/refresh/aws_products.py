"""Which products of Amazon's price list the planner bills, and under which key of the price book.

Every product is asked for its attributes; what does not match exactly is left out with the reason. Attribute names are
compared in lower case without signs, so the JSON and the CSV form read alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from catalog.refresh.aws_managed import MANAGED
from catalog.refresh.aws_regions import region_of
from catalog.refresh.aws_thing import NOT_READ, Attributes, Thing

OPEN_ENGINES = {"MySQL": "mysql", "PostgreSQL": "postgresql", "MariaDB": "mariadb"}
AURORA_ENGINES = {"Aurora MySQL": "aurora-mysql", "Aurora PostgreSQL": "aurora-postgresql"}
ALL_ENGINES = "postgresql|mysql|mariadb"
S3_TIERS = {"0": "storage-first-50tb", "51200": "storage-next-450tb", "512000": "storage-over-500tb"}
EGRESS_TIERS = {"0": "0-10TB", "1": "0-10TB", "10240": "10-50TB", "51200": "50-150TB", "153600": ">150TB"}
IO2_TIERS = {"EBS:VolumeP-IOPS.io2": "iops-first-32000", "EBS:VolumeP-IOPS.io2.tier2": "iops-32000-to-64000",
             "EBS:VolumeP-IOPS.io2.tier3": "iops-64000-to-max"}  # fmt: skip
FAMILIES = {"General purpose": "general", "Compute optimized": "compute", "Memory optimized": "memory",
            "Storage optimized": "storage"}  # fmt: skip
BURSTABLE = ("t2.", "t3.", "t3a.", "t4g.")
# attribute, the value that is ours, whether a file may lack it (older ones do), the reason for leaving others out
MACHINE_IS = (
    ("operatingsystem", "Linux", False, "the operating system is not Linux"),
    ("tenancy", "Shared", False, "the tenancy is not shared"),
    ("preinstalledsw", "NA", False, "software is preinstalled"),
    ("capacitystatus", "Used", True, "the capacity is not in use: a reservation's row"),
    ("licensemodel", "No License required", True, "a licence is included or brought along"),
    ("marketoption", "OnDemand", True, "not bought on demand"),
    ("currentgeneration", "Yes", True, "an earlier generation"),
)


def _number(text: str) -> Decimal | None:
    found = re.match(r"[\d,]+(\.\d+)?", text or "")
    return Decimal(found.group().replace(",", "")) if found else None


def _nvme_gib(text: str) -> Decimal | None:
    """ "2 x 75 NVMe SSD" in decimal GB; 0 for "EBS only"."""
    found = re.match(r"(\d+) x ([\d,]+)", text or "")
    if not found:
        return Decimal(0) if "ebs" in (text or "").lower() else None
    gib = int(found.group(1)) * int(found.group(2).replace(",", "")) * 10**9 / 2**30
    return Decimal(round(gib))


def _machine(a: Attributes, region: str) -> Thing | str:
    for name, wanted, may_lack, reason in MACHINE_IS:
        if a.get(name) != wanted and not (may_lack and not a.get(name)):
            return reason
    kind = a.get("instancetype", "")
    nvme = _nvme_gib(a.get("storage", ""))
    category = FAMILIES.get(a.get("instancefamily", ""), a.get("instancefamily", "").lower())
    if kind.startswith(BURSTABLE):
        category += "-burstable"
    elif nvme and category in ("general", "memory"):
        category += "-localssd"
    arch = "arm64" if "graviton" in a.get("physicalprocessor", "").lower() else "x86_64"
    return Thing(
        "compute", "Compute", region, "instance", "hour", resource=kind, vcpu=_number(a.get("vcpu", "")),
        memory_gib=_number(a.get("memory", "")), local_nvme_gib=nvme, category=category, cpu_arch=arch,
    )  # fmt: skip


def _disk(a: Attributes, region: str) -> Thing | str:
    kind = a.get("volumeapiname", "")
    if kind not in ("gp2", "gp3", "io1", "io2", "st1", "sc1"):
        return NOT_READ
    return Thing("storage", "Amazon EBS", region, "storage", "gib-month", deployment=kind, resource="block")


def _disk_operation(a: Attributes, region: str) -> Thing | str:
    usage = a.get("usagetype", "")
    name = usage[usage.find("EBS:") :] if "EBS:" in usage else ""
    ending = {"EBS:VolumeP-IOPS.gp3": ("gp3", "iops-above-3000"), "EBS:VolumeP-IOPS.piops": ("io1", "iops"),
              **{key: ("io2", billed) for key, billed in IO2_TIERS.items()}}.get(name)  # fmt: skip
    if ending is None:
        return NOT_READ
    return Thing("storage", "Amazon EBS", region, ending[1], "iops-month", deployment=ending[0], resource="block")


def _disk_throughput(a: Attributes, region: str) -> Thing | str:
    if not a.get("usagetype", "").endswith("VolumeP-Throughput.gp3"):
        return NOT_READ
    return Thing(
        "storage", "Amazon EBS", region, "throughput-above-125", "mibps-month", deployment="gp3", resource="block"
    )


def _database(a: Attributes, region: str) -> Thing | str:
    engine, kind = a.get("databaseengine", ""), a.get("instancetype", "")
    vcpu, memory_gib = _number(a.get("vcpu", "")), _number(a.get("memory", ""))
    if engine in AURORA_ENGINES:
        optimized = "InstanceUsageIOOptimized:" in a.get("usagetype", "")
        service, name = "Amazon Aurora", AURORA_ENGINES[engine]
        deployment = "io-optimized" if optimized else "standard"
    elif engine in OPEN_ENGINES:
        service, name, deployment = "Amazon RDS", OPEN_ENGINES[engine], a.get("deploymentoption", "")
        if deployment not in ("Single-AZ", "Multi-AZ"):
            return f"no offering of the deployment {deployment or '(none)'}"
    else:
        return f"no offering of the engine {engine or '(none)'}"
    return Thing("managed", service, region, "instance", "hour", name, deployment, kind, vcpu, memory_gib)


def _rds_storage(a: Attributes, region: str) -> Thing | str:
    usage = a.get("usagetype", "")
    for ending, deployment in (
        ("Aurora:StorageUsage", "standard"),
        ("Aurora:IO-OptimizedStorageUsage", "io-optimized"),
    ):
        if usage.endswith(ending):
            return Thing("managed", "Amazon Aurora", region, "storage", "gib-month", "aurora", deployment)
    kind = {"General Purpose-GP3": "gp3", "General Purpose": "gp2", "Provisioned IOPS": "io1",
            "Provisioned IOPS-IO2": "io2"}.get(a.get("volumetype", ""))  # fmt: skip
    return _of_rds(a, region, f"storage-{kind}", "gib-month") if kind else NOT_READ


def _of_rds(a: Attributes, region: str, billed: str, unit: str) -> Thing | str:
    name = a.get("databaseengine", "")
    engine = ALL_ENGINES if name == "Any" else OPEN_ENGINES.get(name)
    deployment = a.get("deploymentoption", "")
    if engine is None or deployment not in ("Single-AZ", "Multi-AZ"):
        return f"no offering of {name or 'this engine'} {deployment}".strip()
    return Thing("managed", "Amazon RDS", region, billed, unit, engine, deployment)


def _rds_iops(a: Attributes, region: str) -> Thing | str:
    if a.get("usagetype", "").endswith("GP3-PIOPS"):
        return _of_rds(a, region, "iops-gp3-above-baseline", "iops-month")
    if a.get("groupdescription") == "RDS Provisioned IOPS":
        return _of_rds(a, region, "iops-io1", "iops-month")
    return NOT_READ


def _rds_throughput(a: Attributes, region: str) -> Thing | str:
    if not a.get("usagetype", "").endswith("GP3-Throughput"):
        return NOT_READ
    return _of_rds(a, region, "throughput-gp3-above-baseline", "mibps-month")


def _rds_backup(a: Attributes, region: str) -> Thing | str:
    usage = a.get("usagetype", "")
    if usage.endswith("Aurora:BackupUsage"):
        return Thing("managed", "Amazon Aurora", region, "backup-above-1-day", "gib-month", "aurora", "any")
    if usage.endswith("RDS:ChargedBackupUsage") and a.get("databaseengine") == "Any":
        return Thing("managed", "Amazon RDS", region, "backup-above-100pct-of-db-size", "gib-month", ALL_ENGINES, "any")
    return NOT_READ


def _aurora_io(a: Attributes, region: str) -> Thing | str:
    if not a.get("usagetype", "").endswith("Aurora:StorageIOUsage"):
        return NOT_READ
    return Thing("managed", "Amazon Aurora", region, "io", "million-io", "aurora", "standard")


def _aurora_serverless(a: Attributes, region: str) -> Thing | str:
    name = a.get("databaseengine", "")
    usage = a.get("usagetype", "")
    if name not in AURORA_ENGINES or "ServerlessV2" not in usage:
        return NOT_READ
    deployment = "io-optimized" if "IOOptimized" in usage else "standard"
    resource = name.removeprefix("Aurora ")
    return Thing("managed", "Amazon Aurora", region, "serverless-v2", "acu-hour", "aurora", deployment, resource)


def _cache(a: Attributes, region: str) -> Thing | str:
    engine = a.get("cacheengine", "").lower()
    if engine not in ("redis", "memcached", "valkey") or "NodeUsage:" not in a.get("usagetype", "NodeUsage:"):
        return NOT_READ
    return Thing("managed", "Amazon ElastiCache", region, "node", "hour", engine, "node", a.get("instancetype", ""),
                 _number(a.get("vcpu", "")), _number(a.get("memory", "")))  # fmt: skip


def _object_storage(a: Attributes, region: str) -> Thing | str:
    usage = a.get("usagetype", "")
    if usage.endswith("TimedStorage-ByteHrs") and a.get("volumetype") == "Standard":
        return Thing("storage", "Amazon S3", region, "storage", "gib-month", deployment="standard", resource="object",
                     tiers=S3_TIERS)  # fmt: skip
    if usage.endswith("TimedStorage-SIA-ByteHrs"):
        return Thing("storage", "Amazon S3", region, "storage", "gib-month", deployment="infrequent-access",
                     resource="object")  # fmt: skip
    return NOT_READ


def _object_requests(a: Attributes, region: str) -> Thing | str:
    billed = {"S3-API-Tier1": "put-list-requests", "S3-API-Tier2": "get-requests"}.get(a.get("group", ""))
    if billed is None:
        return NOT_READ
    return Thing("storage", "Amazon S3", region, billed, "1k-requests", deployment="standard", resource="object")


def _transfer(a: Attributes, region: str) -> Thing | str:
    if a.get("transfertype") != "AWS Outbound" or a.get("tolocation") != "External":
        return NOT_READ
    return Thing("transfer", "Data transfer", region, "egress", "gib", resource="internet", tiers=EGRESS_TIERS)


MAKERS: dict[tuple[str, str], Callable[[Attributes, str], Thing | str]] = {
    ("AmazonEC2", "Compute Instance"): _machine,
    ("AmazonEC2", "Compute Instance (bare metal)"): _machine,
    ("AmazonEC2", "Storage"): _disk,
    ("AmazonEC2", "System Operation"): _disk_operation,
    ("AmazonEC2", "Provisioned Throughput"): _disk_throughput,
    ("AmazonRDS", "Database Instance"): _database,
    ("AmazonRDS", "Database Storage"): _rds_storage,
    ("AmazonRDS", "Provisioned IOPS"): _rds_iops,
    ("AmazonRDS", "Provisioned Throughput"): _rds_throughput,
    ("AmazonRDS", "Storage Snapshot"): _rds_backup,
    ("AmazonRDS", "System Operation"): _aurora_io,
    ("AmazonRDS", "ServerlessV2"): _aurora_serverless,
    ("AmazonElastiCache", "Cache Instance"): _cache,
    ("AmazonS3", "Storage"): _object_storage,
    ("AmazonS3", "API Request"): _object_requests,
    ("AWSDataTransfer", "Data Transfer"): _transfer,
    **MANAGED,
}


def thing_of(service: str, attributes: Attributes) -> Thing | str:
    """What a product is in the price book, or why it is left out."""
    maker = MAKERS.get((attributes.get("servicecode") or service, attributes.get("productfamily", "")))
    if maker is None:
        return NOT_READ
    if attributes.get("locationtype", "AWS Region") != "AWS Region":
        return "not a region: a local zone or an outpost"
    place = attributes.get("location") or attributes.get("fromlocation", "")
    region = attributes.get("regioncode") or attributes.get("fromregioncode") or region_of(place)
    if not region:
        return f"the place {place or '(none)'} is no known region"
    return maker(attributes, region)
