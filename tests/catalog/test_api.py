"""The catalog's API: shapes, filters, paging, CSV, ETag, errors."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest
import yaml
from django.test import Client

from catalog import files

pytestmark = pytest.mark.django_db
API = "/api/v1"


def get(client: Client, path: str) -> Any:
    answer = client.get(f"{API}{path}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_list_has_rows_total_and_the_next_page(client: Client) -> None:
    first = get(client, "/databases?limit=40")
    assert (len(first["databases"]), first["total"], first["next_offset"]) == (40, 64, 40)
    rest = get(client, f"/databases?limit=40&offset={first['next_offset']}")
    assert (len(rest["databases"]), rest["next_offset"]) == (24, None)
    slugs = [one["slug"] for one in first["databases"] + rest["databases"]]
    assert sorted(slugs) == sorted(files.packaged_snapshot().databases)
    assert first["databases"][0]["checked_on"] == "2026-11-22"


def test_the_list_takes_words_and_facets(client: Client) -> None:
    assert get(client, "/databases?q=postgrse")["databases"][0]["slug"] == "postgresql"
    found = get(client, "/databases?model=graph&model=search&licence=open_source&must=vector")["databases"]
    assert found
    assert all(one["category"] in ("graph", "search", "vector") for one in found)


@pytest.mark.parametrize("slug", sorted(files.packaged_snapshot().databases))
def test_one_system_is_its_data_file(client: Client, slug: str) -> None:
    original = yaml.safe_load((files.DATA / f"{slug}.yaml").read_text(encoding="utf-8"))
    assert get(client, f"/databases/{slug}") == original


def test_offerings_of_a_system(client: Client) -> None:
    found = get(client, "/offerings?database=postgresql&provider=aws")["offerings"]
    assert "aws-rds-postgresql" in [one["slug"] for one in found]
    assert {(one["database"], one["provider"]) for one in found} == {("postgresql", "aws")}


def test_prices_are_decimals_with_unit_source_and_day(client: Client) -> None:
    found = get(client, "/prices?offering=aws-rds-postgresql&region=us-east-1&limit=500")
    assert found["total"] == len(found["prices"]) > 10
    for one in found["prices"]:
        assert Decimal(one["usd"]) >= 0
        assert one["unit"]
        assert one["source"]
        assert one["region"] == "us-east-1"
    assert any(one["as_of"] == "2025-06-18" for one in found["prices"])


def test_prices_of_a_system_are_those_of_all_its_offerings_once(client: Client) -> None:
    total = get(client, "/prices?database=redis&limit=1")["total"]
    book = files.packaged_prices().prices
    assert 0 < total < len(book)
    assert get(client, "/prices?limit=1")["total"] == len(book)


@pytest.mark.parametrize(
    ("path", "key"), [("/databases", "slug"), ("/offerings", "slug"), ("/prices", "usd"), ("/facts", "fact")]
)
def test_lists_come_as_csv_without_paging(client: Client, path: str, key: str) -> None:
    answer = client.get(f"{API}{path}?format=csv")
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert len(rows) == get(client, f"{path}?limit=1")["total"]
    assert all(row[key] for row in rows)


def test_an_empty_csv_still_names_its_columns(client: Client) -> None:
    text = client.get(f"{API}/offerings?format=csv&database=s3&provider=azure").content.decode()
    assert text.splitlines()[0].startswith("slug,name,database,provider")
    assert len(text.splitlines()) == 1


def test_every_fact_is_in_the_csv_as_in_the_file_of_the_whole_catalog(client: Client) -> None:
    def rows(path: str) -> dict[tuple[str, str], dict[str, str]]:
        text = client.get(f"{API}{path}").content.decode()
        return {(row["database"], row["fact"]): row for row in csv.DictReader(io.StringIO(text))}

    facts, whole = rows("/facts?format=csv"), rows("/catalog?format=csv")
    assert len(facts) == get(client, "/facts?limit=1")["total"]
    for key, row in facts.items():
        for column in ("value", "verified", "checked_on", "sources"):
            assert row[column] == whole[key][column], (key, column)
    tools = json.loads(facts["postgresql", "backup.native"]["value"])
    assert "pg_basebackup" in [one["tool"] for one in tools]


@pytest.mark.parametrize("path", ["/databases", "/databases/redis", "/offerings", "/prices?limit=3"])
def test_an_unchanged_answer_is_304(client: Client, path: str) -> None:
    etag = client.get(f"{API}{path}")["ETag"]
    assert client.get(f"{API}{path}", headers={"If-None-Match": etag}).status_code == 304
    assert client.get(f"{API}{path}", headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/databases/nope", 404),
        ("/databases?model=blockchain", 422),
        ("/databases?type=document", 422),
        ("/databases?limit=0", 422),
        ("/databases?limit=501", 422),
        ("/databases?offset=-1", 422),
        ("/prices?format=xml", 422),
        ("/prices?kind=gold", 422),
    ],
)
def test_errors_have_the_one_shape(client: Client, path: str, status: int) -> None:
    answer = client.get(f"{API}{path}")
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    assert set(answer.json()["error"]) == {"code", "message", "details"}


def test_every_field_is_described(client: Client) -> None:
    schemas = get(client, "/openapi.json")["components"]["schemas"]
    detail = schemas["DatabaseDetail"]["properties"]
    original = yaml.safe_load((files.DATA / "redis.yaml").read_text(encoding="utf-8"))
    assert set(original) <= set(detail)
    assert set(schemas["PriceRow"]["properties"]) >= {"usd", "unit", "as_of", "source", "vcpu"}


def test_facts_are_filtered_paged_and_sourced(client: Client) -> None:
    found = get(client, "/facts?key=features.joins&limit=500")
    assert found["total"] == len(found["facts"]) == len(files.packaged_snapshot().databases)
    group = get(client, "/facts?database=redis&key=features&limit=500")["facts"]
    assert {one["database"] for one in group} == {"redis"}
    assert all(one["fact"].startswith("features.") for one in group)
    seen = get(client, "/facts?verified=true&limit=1")["total"]
    unseen = get(client, "/facts?verified=false&limit=1")["total"]
    assert seen + unseen == get(client, "/facts?limit=1")["total"]
    assert all(one["sources"] for one in get(client, "/facts?verified=true&limit=50")["facts"])


def test_a_comparison_has_a_value_for_each_system_and_its_sources(client: Client) -> None:
    found = get(client, "/comparisons?db=postgresql,mysql,redis")
    assert found["databases"] == ["postgresql", "mysql", "redis"]
    assert all(len(line["values"]) == 3 for line in found["lines"])
    numbers = {str(number) for line in found["lines"] for value in line["values"] for number in value["sources"]}
    assert numbers == set(found["sources"])
    for same in ("db=postgresql&db=mysql&db=redis", "db=postgresql,mysql&db=redis&db=mysql"):
        assert get(client, f"/comparisons?{same}") == found
    different = get(client, "/comparisons?db=postgresql,mysql,redis&only=differences")["lines"]
    assert [line for line in found["lines"] if not line["same"]] == different
    table = client.get(f"{API}/comparisons?db=postgresql,mysql&format=csv").content.decode()
    assert table.splitlines()[0] == "group,fact,postgresql,mysql"


@pytest.mark.parametrize("fmt", ["json", "yaml"])
def test_the_whole_catalog_comes_as_one_file(client: Client, fmt: str) -> None:
    answer = client.get(f"{API}/catalog?format={fmt}")
    content = yaml.safe_load(answer.content)
    assert len(content["databases"]) == len(files.packaged_snapshot().databases)
    assert answer["ETag"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/facts?database=nope", 404),
        ("/comparisons?db=redis", 422),
        ("/comparisons?db=redis&db=redis", 422),
        ("/comparisons?db=redis&db=nope", 404),
        ("/comparisons", 422),
        ("/comparisons?db=a,b,c,d,e,f,g,h,i", 422),
        ("/comparisons?db=redis,nope", 404),
        ("/catalog?format=xml", 422),
    ],
)
def test_what_cannot_be_answered_is_said_in_the_one_shape(client: Client, path: str, status: int) -> None:
    answer = client.get(f"{API}{path}")
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("fmt", ["", "&format=csv"])
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/databases?must=nope", 422),
        ("/databases?nope=joins", 422),
        ("/offerings?database=nope", 404),
        ("/offerings?provider=nope", 422),
        ("/prices?database=nope", 404),
        ("/prices?offering=nope", 404),
        ("/prices?provider=nope", 422),
        ("/prices?region=nope", 422),
        ("/prices?service=nope", 422),
        ("/facts?database=nope", 404),
        ("/facts?key=nope", 422),
        ("/facts?key=features.nope", 422),
        ("/comparisons?db=nope,redis", 404),
    ],
)
def test_an_unknown_word_is_named_and_never_an_empty_list(client: Client, path: str, status: int, fmt: str) -> None:
    answer = client.get(f"{API}{path}{fmt}")
    assert answer.status_code == status
    message = answer.json()["error"]["message"]
    assert "nope" in message
    assert "Known are: " in message


def test_an_error_says_what_there_is(client: Client) -> None:
    assert "aws" in client.get(f"{API}/prices?provider=amazon").json()["error"]["message"]
    assert "backup, backup." in client.get(f"{API}/facts?key=backups").json()["error"]["message"]
    assert "relational" in client.get(f"{API}/databases?model=sql").json()["error"]["message"]


@pytest.mark.parametrize("provider", sorted({one.provider for one in files.packaged_prices().prices}))
def test_every_provider_with_a_price_is_known(client: Client, provider: str) -> None:
    assert get(client, f"/prices?provider={provider}&limit=1")["total"] > 0
    assert get(client, f"/offerings?provider={provider}&limit=1")["total"] >= 0


def test_marks_of_campaigns_are_no_filters(client: Client) -> None:
    assert get(client, "/databases?utm_source=mail&gclid=1&limit=1")["total"] == 64
