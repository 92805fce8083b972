"""The price of things that are named outright ("1,200 IOPS of io1"), through the same bills that price a plan.

For worked examples of vendors and for calculators. A number that is not given is 0; an unknown service or word is an error, and
a number that no bill counts is a line without a price.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from catalog.facts import PriceBook
from planner.engine import price_examples_aws as aws
from planner.engine import price_examples_other as other
from planner.engine.bill import Bill, Line
from planner.engine.price_inputs import Example, Given, UnknownDimension

__all__ = ["Given", "UnknownDimension", "UnknownService", "price_example"]


class UnknownService(ValueError):
    """An example names a service that no bill is written for."""


def price_example(provider: str, region: str, inputs: Mapping[str, Given], prices: PriceBook) -> tuple[Line, ...]:
    """The lines of an example. A line without a price has `monthly` None."""
    said = str(inputs.get("service", ""))
    service = said if said in PRICERS else SERVICES.get(_short(said), "")
    if not service:
        raise UnknownService(f"No bill is written for {said!r}; known are {', '.join(sorted(PRICERS))}")
    bill = Bill(prices, provider, region)
    example = Example(bill, service, inputs)
    PRICERS[service](example)
    example.tell_the_rest()
    return tuple(bill.lines)


PRICERS: dict[str, Callable[[Example], None]] = {
    "Amazon RDS": aws.rds,
    "Amazon Aurora": aws.shared_volume,
    "Amazon DocumentDB": aws.shared_volume,
    "Amazon Neptune": aws.shared_volume,
    "Amazon ElastiCache": aws.cache_nodes,
    "Amazon MemoryDB": aws.cache_nodes,
    "Amazon OpenSearch Service": aws.search,
    "Amazon MSK": aws.brokers,
    "Amazon DynamoDB": aws.request_units,
    "Amazon Keyspaces": aws.request_units,
    "Amazon S3": aws.objects,
    "Amazon EBS": aws.block,
    "Amazon EFS": aws.files,
    "AWS Backup": aws.files,
    "Amazon Redshift": aws.warehouse,
    "Cloud SQL": other.cloud_sql,
    "Cloud Storage": other.blobs,
    "Persistent Disk": other.disks,
    "Disk snapshot": other.disks,
    "Memorystore for Redis": other.memorystore,
    "Memorystore for Redis Cluster": aws.cache_nodes,
    "BigQuery": other.bigquery,
    "Azure Blob Storage": other.blobs,
    "Azure Managed Disks": other.azure_disks,
    "Azure Database for PostgreSQL Flexible Server": other.azure_flexible,
    "Azure Database for MySQL Flexible Server": other.azure_flexible,
    "Azure Cache for Redis": other.azure_cache,
    "Azure Managed Redis": other.azure_cache,
    "Azure SQL Database": other.azure_sql,
    "Azure Cosmos DB": other.cosmos,
    "ClickHouse Cloud": other.clickhouse,
    "MongoDB Atlas": other.atlas,
    "Upstash Redis": other.upstash,
    "Amazon ElastiCache Serverless": other.listed,
    "Amazon Redshift Serverless": other.listed,
    "Amazon Timestream for InfluxDB": other.listed,
    "Aiven for PostgreSQL": other.listed,
    "Couchbase Capella": other.listed,
    "Neon": other.listed,
    "Data transfer": other.network,
    "NAT gateway": other.gateway,
    "Compute": other.compute,
}

VENDORS = re.compile(r"\b(amazon|aws|google|gcp|azure|microsoft|service|for)\b|[^a-z0-9]+")
OTHER_NAMES = {
    "EC2": "Compute", "Virtual Machines": "Compute", "Compute Engine": "Compute", "Elastic Block Store": "Amazon EBS",
    "Simple Storage": "Amazon S3", "Relational Database": "Amazon RDS", "Aurora Serverless": "Amazon Aurora",
    "Aurora Serverless v2": "Amazon Aurora", "Azure SQL": "Azure SQL Database",
    "Managed Streaming Apache Kafka": "Amazon MSK", "OpenSearch": "Amazon OpenSearch Service", "Blob": "Azure Blob Storage",
    "Aurora PostgreSQL": "Amazon Aurora", "Aurora MySQL": "Amazon Aurora", "Elastic File System": "Amazon EFS",
    "Managed Disk": "Azure Managed Disks", "Redis Cache": "Azure Cache for Redis", "Cosmos": "Azure Cosmos DB",
    "PostgreSQL Flexible Server": "Azure Database for PostgreSQL Flexible Server", "Atlas": "MongoDB Atlas",
    "MySQL Flexible Server": "Azure Database for MySQL Flexible Server", "SQL Server Database": "Azure SQL Database",
}  # fmt: skip


def _short(name: str) -> str:
    """`Google Cloud SQL`, `GCP Cloud SQL` and `Cloud SQL` are one service."""
    return VENDORS.sub("", name.lower())


SERVICES = {_short(name): service for name, service in (*OTHER_NAMES.items(), *((one, one) for one in PRICERS))}
