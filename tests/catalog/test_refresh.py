"""The three vendors' price formats: what becomes a price, what is left out and what is quarantined, each with its reason."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from catalog.facts import Price, PriceBook
from catalog.files import packaged_prices
from catalog.refresh import azure, gcp, vendors
from catalog.refresh.rows import Parsed, PriceFileError, key_of

FIXTURES = Path(__file__).parent / "price_fixtures"
TODAY = dt.date(2026, 11, 23)
SHARED = Path(os.environ.get("POLYSTORE_SHARED") or Path(__file__).parents[3] / "shared" / "data")
SAMPLES = SHARED / "prices" / "samples"


def parsed(vendor: str, name: str, folder: Path = FIXTURES, known: PriceBook | None = None) -> Parsed:
    if folder == SAMPLES and not (SAMPLES / name).exists():
        pytest.skip(f"The sample {name} is not here: {SAMPLES} is missing")
    return vendors.read(vendor, folder / name, name, known or packaged_prices(), TODAY)


def by_resource(found: Parsed) -> dict[str, Price]:
    return {price.resource or price.billed: price for price in found.prices}


def reasons(found: Parsed, *, quarantined: bool) -> dict[str, str]:
    return {one.place: one.reason for one in found.dropped if one.quarantined is quarantined}


def test_an_offer_file_gives_shared_linux_on_demand_machines_only() -> None:
    found = parsed("aws", "aws_offer_ec2.json")
    machines = {price.resource: price.usd for price in found.prices if price.kind == "compute"}
    assert machines == {"m6g.large": Decimal("0.077"), "m6gd.large": Decimal("0.0904")}
    left = reasons(found, quarantined=False)
    assert {place[-4:]: reason for place, reason in left.items()} == {
        "0002": "the operating system is not Linux",
        "0003": "the tenancy is not shared",
        "0004": "the capacity is not in use: a reservation's row",
        "0005": "software is preinstalled",
        "0010": "an earlier generation",
        "0011": "not a region: a local zone or an outpost",
        "0012": "not sold on demand",
    }


def test_what_should_be_a_price_and_cannot_be_trusted_is_quarantined() -> None:
    found = parsed("aws", "aws_offer_ec2.json")
    held = reasons(found, quarantined=True)
    assert held["SKU AAAAAAAAAAAA0006"] == "a zero is not a price"
    assert held["SKU AAAAAAAAAAAA0008"] == "the unit 'Fortnights' is not one for hour"
    assert held["SKU AAAAAAAAAAAA0009"] == "the currency is CNY, not USD"
    assert held["SKU BBBBBBBBBBBB0004"] == "the place Atlantis (Deep) is no known region"
    assert held["us-east-1 m6g.16xlarge"] == "several prices for one thing: 2.464, 2.999"
    assert sum(found.quarantined.values()) == 6


def test_rows_have_the_keys_of_the_price_book_its_hardware_and_the_day_of_the_file() -> None:
    found = parsed("aws", "aws_offer_ec2.json")
    machine = by_resource(found)["m6gd.large"]
    assert (machine.service, machine.billed, machine.unit, machine.region) == (
        "Compute",
        "instance",
        "hour",
        "us-east-1",
    )
    assert (machine.as_of, machine.source) == (dt.date(2026, 11, 1), "aws_offer_ec2.json SKU AAAAAAAAAAAA0007")
    assert (machine.category, machine.cpu_arch, machine.local_nvme_gib) == ("general-localssd", "arm64", Decimal(110))
    disks = {price.billed: (price.region, price.unit, price.usd) for price in found.prices if price.kind == "storage"}
    assert disks == {
        "storage": ("eu-west-1", "gib-month", Decimal("0.088")),
        "throughput-above-125": ("eu-west-1", "mibps-month", Decimal("0.044")),
        "iops-above-3000": ("eu-west-1", "iops-month", Decimal("0.0055")),
    }


def test_managed_services_of_one_region_have_the_keys_of_the_book() -> None:
    found = parsed("aws", "aws_offer_managed.json")
    rows = {(one.service, one.billed, one.resource): (one.unit, one.usd, one.deployment) for one in found.prices}
    table, documents, search = "Amazon DynamoDB", "Amazon DocumentDB", "Amazon OpenSearch Service"
    assert rows == {
        (table, "read-provisioned", ""): ("rcu-hour", Decimal("0.000147"), "regional"),
        (table, "write-on-demand", ""): ("million-wru", Decimal("0.705"), "regional"),
        (table, "write-on-demand-ia", ""): ("million-wru", Decimal("0.88"), "regional"),
        (table, "storage", ""): ("gib-month", Decimal("0.283"), "regional"),
        (documents, "io", ""): ("million-io", Decimal("0.22"), "standard"),
        (documents, "storage", ""): ("gib-month", Decimal("0.248"), "io-optimized"),
        (search, "node", "r7g.large.search"): ("hour", Decimal("0.198"), "node"),
        (search, "storage-gp3", ""): ("gib-month", Decimal("0.134"), "node"),
        ("Amazon MSK", "broker", "kafka.m7g.large"): ("hour", Decimal("0.2193"), "broker"),
        ("Amazon Redshift", "node", "ra3.xlplus"): ("hour", Decimal("1.202"), "provisioned"),
    }
    assert {one.region for one in found.prices} == {"eu-west-1"}
    assert found.left_out == {"a free allowance, not a price": 1, "not among the products that are read": 1}


def test_tiers_are_read_in_any_order_of_the_file() -> None:
    found = parsed("aws", "aws_offer_s3.json")
    storage = {price.billed: price.usd for price in found.prices if price.kind == "storage"}
    assert storage == {
        "storage-first-50tb": Decimal("0.023"),
        "storage-next-450tb": Decimal("0.022"),
        "storage-over-500tb": Decimal("0.021"),
        "put-list-requests": Decimal("0.005"),
    }
    egress = {price.deployment: price.usd for price in found.prices if price.kind == "transfer"}
    assert egress == {"0-10TB": Decimal("0.09"), "10-50TB": Decimal("0.085"), "50-150TB": Decimal("0.07"),
                      ">150TB": Decimal("0.05")}  # fmt: skip
    assert found.left_out["a free allowance, not a price"] == 1
    assert found.quarantined["tiers that no bill knows"] == 2
    assert {price.as_of for price in found.prices} == {dt.date(2026, 10, 15)}


def test_the_csv_form_says_the_same() -> None:
    found = parsed("aws", "aws_offer_ec2.csv")
    assert [(price.resource, price.usd, price.as_of) for price in found.prices] == [
        ("m6g.large", Decimal("0.077"), dt.date(2026, 11, 1))
    ]
    assert reasons(found, quarantined=False) == {
        "row 8": "a reservation, not on demand",
        "row 9": "the operating system is not Linux",
    }
    assert found.quarantined == {"the amount is not a number": 1}


def test_get_products_has_the_file_in_texts() -> None:
    found = parsed("aws", "aws_get_products.json")
    rows = {(price.service, price.engine, price.deployment): price.usd for price in found.prices}
    assert rows == {
        ("Amazon RDS", "postgresql", "Multi-AZ"): Decimal("0.45"),
        ("Amazon Aurora", "aurora-mysql", "io-optimized"): Decimal("0.338"),
    }
    assert found.left_out == {"no offering of the engine Oracle": 1}
    assert {price.as_of for price in found.prices} == {dt.date(2026, 10, 2)}


def test_the_calculator_has_units_in_its_names() -> None:
    found = parsed("aws", "aws_calculator.json")
    assert {(price.billed, price.unit, price.usd) for price in found.prices} == {
        ("read-on-demand", "million-rru", Decimal("0.141")),
        ("storage", "gib-month", Decimal("0.283")),
    }
    assert found.quarantined == {"a zero is not a price": 1, "the place Atlantis is no known region": 1}
    assert sum(found.left_out.values()) == 4


def test_azure_takes_the_one_linux_row_whatever_its_primary_flag_says() -> None:
    found = parsed("azure", "azure_retail.json")
    rows = by_resource(found)
    assert set(rows) == {"Standard_D2s_v5", "Standard_D32s_v5", "Premium_P1"}
    assert rows["Standard_D2s_v5"].usd == Decimal("0.096")
    assert rows["Standard_D32s_v5"].usd == Decimal("0.768")
    assert rows["Premium_P1"].service == "Azure Cache for Redis"
    assert rows["Standard_D2s_v5"].vcpu == 2  # from the book: the file says nothing of hardware
    assert set(found.left_out) == {
        "Windows", "Low Priority capacity", "Spot capacity", "sold as DevTestConsumption, not as consumption",
        "a reservation: its price is that of the whole term", "no longer in force", "not in force yet",
        "not among the products that are read",
    }  # fmt: skip
    assert found.quarantined == {
        "a zero is not a price": 1,
        "the currency is EUR, not USD": 1,
        "the unit '1 Moon' is not one for hour": 1,
        "a tier from 10.0 that no bill knows": 1,
    }
    assert found.notes == ["The answer names a next page; its rows are not in this file"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1 Hour", (1, "hour")), ("1/Hour", (1, "hour")), ("100 Hours", (100, "hour")), ("10K", (10_000, "count")),
        ("1 GB/Month", (1, "gib-month")), ("1 GB", (1, "gib")), ("1/Month", (1, "month")), ("10", (10, "count")),
        ("1 Moon", None), ("Hour", None), ("0 Hours", None), ("", None), ("1M", (1_000_000, "count")),
    ],
)  # fmt: skip
def test_units_of_azure_are_number_and_word(text: str, wanted: tuple[int, str] | None) -> None:
    found = azure.unit_of(text)
    assert found == (None if wanted is None else (Decimal(wanted[0]), wanted[1]))


def test_google_machines_are_the_sum_of_their_parts() -> None:
    found = parsed("gcp", "gcp_skus.json")
    rows = by_resource(found)
    assert rows["n2-standard-4"].usd == 4 * Decimal("0.031611") + 16 * Decimal("0.004237")
    assert rows["n2-standard-4"].vcpu == 4
    assert rows["db-custom (Enterprise edition)"].usd == Decimal("0.0413")
    assert {price.deployment for price in found.prices if price.service == "Persistent Disk"} == {"pd-balanced"}
    assert next(price.usd for price in found.prices if price.service == "BigQuery") == Decimal("6.25")
    assert "only one of vCPU and memory is in the file" in found.quarantined
    assert {"the unit 'GiBy.d' is not one for gib-month", "the currency is EUR, not USD", "tiers that no bill knows",
            "a zero is not a price"} < set(found.quarantined)  # fmt: skip
    assert found.left_out == {"sold as Preemptible, not on demand": 1, "not among the products that are read": 1}


def test_google_amounts_are_exact() -> None:
    assert gcp.rate_of({"unitPrice": {"units": "1", "nanos": 120_000_001}}) == Decimal("1.120000001")
    assert gcp.rate_of({"unitPrice": {"units": "[UNITS]", "nanos": 0}}) is None


BAD_FILES: dict[str, tuple[str, str, str]] = {
    "cut short": ("aws", '{"products": {"AAAAAAAAAAAA": {"attributes": {', "not strict JSON"),
    "no price file": ("aws", '{"hello": 1}', "no products"),
    "an index": ("aws", '{"formatVersion": "v1.0", "offers": {}}', "index of all services"),
    "empty": ("aws", "", "not strict JSON"),
    "wrong calculator": ("aws", '{"manifest": {"serviceId": "sqs"}, "regions": {}}', "'sqs'"),
    "csv without columns": ("aws", '"FormatVersion","v1.0"\n' * 5 + '"SKU"\n', "row 6"),
    "azure without items": ("azure", '{"value": []}', "page 1 has no list Items"),
    "azure with a comment": ("azure", '{"Items": [\n // one\n ]}', "line 2, column 2"),
    "infinity": ("azure", '{"Items": [{"retailPrice": Infinity}]}', "Infinity is not a JSON number"),
    "google placeholder": ("gcp", '{"skus": [{"skuId": "[SKU_ID]"}]}', "skus[0].skuId = [SKU_ID] is a placeholder"),
    "google trailing comma": ("gcp", '{"skus": [\n  {"skuId": "1",}\n]}', "line 2"),
    "google without skus": ("gcp", "[]", "holds no prices"),
    "azure with an empty list": ("azure", '{"Items": []}', "holds no prices"),
    "amazon without products": ("aws", '{"PriceList": 5}', "holds no prices"),
    "amazon, an endless number": ("aws", "9" * 6000, "holds a number of 400 digits or more"),
    "amazon, a long number later": (
        "aws",
        '{"x": "' + " " * 70_000 + '", "products": ' + "9" * 6000 + "}",
        "400 digits",
    ),
    "amazon, endless nesting": ("aws", '{"a":' + "[" * 100_000, "nested more than 200 deep"),
    "amazon, nesting behind closed brackets in a text": (
        "aws",
        '{"a": "' + "]" * 90_000 + '", "products": ' + "[" * 90_000,
        "nested more than 200 deep",
    ),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_none_is_refused_and_the_place_named(name: str, tmp_path: Path) -> None:
    vendor, text, words = BAD_FILES[name]
    path = tmp_path / "file.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PriceFileError) as raised:
        vendors.read(vendor, path, name, packaged_prices(), TODAY)
    assert words in str(raised.value)


SampleCheck = Callable[[Parsed], bool]
SAMPLE_CHECKS: list[tuple[str, str, SampleCheck]] = [
    ("aws", "aws_bulk_offer_ec2_2016.json", lambda found: by_resource(found)["c4.large"].usd == Decimal("0.1")),
    ("aws", "aws_query_getproducts_ec2_2019.json", lambda found: by_resource(found)["c4.large"].usd == Decimal("0.1")),
    ("aws", "aws_bulk_offer_rds_2017.json", lambda found: found.left_out["no offering of the engine Oracle"] == 1),
    ("aws", "aws_query_getproducts_rds_2019.json", lambda found: all(one.engine != "oracle" for one in found.prices)),
    (
        "azure",
        "azure_retail_d2s_v3_eastus_2026.json",
        lambda found: (
            {one.billed: one.usd for one in found.prices}
            == {
                "instance": Decimal("0.096"),
                "instance-1-year": Decimal("0.06624"),
                "instance-3-years": Decimal("0.04512"),
            }
        ),
    ),
    (
        "azure",
        "azure_retail_b1s_eastus_2025.json",
        lambda found: [one.usd for one in found.prices] == [Decimal("0.0104")],
    ),
]


@pytest.mark.parametrize(("vendor", "name", "check"), SAMPLE_CHECKS, ids=[name for _, name, _ in SAMPLE_CHECKS])
def test_real_samples(vendor: str, name: str, check: SampleCheck) -> None:
    assert check(parsed(vendor, name, SAMPLES))


def test_the_real_calculator_file_says_what_the_price_book_says() -> None:
    found = parsed("aws", "aws_calculator_metered_units_dynamodb.json", SAMPLES)
    book = {key_of(price): price.usd for price in packaged_prices().prices}
    assert len(found.prices) == 36
    assert all(book[key_of(price)] == price.usd for price in found.prices)


@pytest.mark.parametrize("name", ["gcp_billing_catalog_skus.json", "gcp_billing_catalog_services.json"])
def test_the_documentation_samples_of_google_are_refused(name: str) -> None:
    with pytest.raises(PriceFileError, match="not strict JSON at line"):
        parsed("gcp", name, SAMPLES)


def test_the_real_index_of_offers_is_refused() -> None:
    with pytest.raises(PriceFileError, match="index of all services"):
        parsed("aws", "aws_offer_index.json", SAMPLES)


@pytest.mark.parametrize(
    "text",
    [
        '{"offerCode": "AmazonRDS", "products": {"a": 5}, "terms": {"OnDemand": {"a": 5}}}',
        '{"offerCode": "AmazonRDS", "products": {"a": {"attributes": []}}}',
        '{"offerCode": "AmazonRDS", "products": {"a": {"attributes": [1]}}}',
        '{"PriceList": [{"serviceCode": "AmazonRDS", "product": {"sku": "A", "attributes": 5}, "terms": {"OnDemand": {"A": 5}}}]}',
    ],
)
def test_products_of_another_shape_are_set_aside(text: str, tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_text(text, encoding="utf-8")
    found = vendors.read("aws", path, "file", packaged_prices(), TODAY)
    assert found.prices == []
    assert sum(found.quarantined.values()) + sum(found.left_out.values()) == 1
