"""The pages of the catalog: search, facets, one database, comparison; what is unknown; markup in names; queries."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog import files, search, services
from catalog.corrections import TOPICS, all_corrections
from catalog.facts import Snapshot
from tests.catalog.conftest import changed

pytestmark = pytest.mark.django_db
HOSTILE = '<script>alert("x")</script>'


def found(**parameters: str | list[str]) -> search.Found:
    query = {name: [value] if isinstance(value, str) else value for name, value in parameters.items()}
    return search.search(files.packaged_snapshot(), search.query_of(query))


def slugs(result: search.Found) -> list[str]:
    return [one.slug for one in result.databases]


def names(client: Client, address: str) -> list[str]:
    return re.findall(r'id="pick-([a-z0-9-]+)"', client.get(address).content.decode())


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("postgresql", "postgresql"), ("postgrse", "postgresql"), ("Postgres", "postgresql"), ("psql", "postgresql"),
        ("reids", "redis"), ("cassandar", "cassandra"), ("mongo", "mongodb"), ("elatsicsearch", "elasticsearch"),
        ("clickhose", "clickhouse"), ("mssql", "sql-server"), ("REDIS", "redis"), ("  redis  ", "redis"),
    ],
)  # fmt: skip
def test_typing_errors_and_other_names_find_the_system(typed: str, first: str) -> None:
    assert slugs(found(q=typed))[0] == first


def test_words_of_purpose_and_kind_find_systems() -> None:
    assert {"postgresql", "mysql", "cockroachdb"} <= set(slugs(found(q="transactions")))
    assert {"neo4j", "memgraph"} <= set(slugs(found(q="graph")))


def test_nonsense_finds_nothing() -> None:
    assert slugs(found(q="zzzqqqzzz")) == []
    assert slugs(found(q="redis zzzqqqzzz")) == []  # every word counts


def test_one_facet_widens_and_several_narrow() -> None:
    relational, graph = set(slugs(found(model="relational"))), set(slugs(found(model="graph")))
    assert set(slugs(found(model=["relational", "graph"]))) == relational | graph
    joins, vector = set(slugs(found(must="joins"))), set(slugs(found(must="vector")))
    assert set(slugs(found(must=["joins", "vector"]))) == joins & vector
    assert set(slugs(found(model="relational", must="joins"))) == relational & joins


def test_the_count_of_an_option_is_what_choosing_it_gives() -> None:
    start = {"licence": ["open_source"], "must": ["joins"]}
    for facet in found(**start).facets:
        for option in facet.options:
            if facet.name in ("must", "on", "model", "writes") and not option.on:
                chosen = start | {facet.name: [*start.get(facet.name, []), option.value]}
                assert len(found(**chosen).databases) == option.count, (facet.name, option.value)


def test_why_something_is_hidden_names_what_only_that_option_hides() -> None:
    result = found(must="joins", licence="open_source")
    hidden = {one.label: set(one.names) for one in result.hidden_by}
    more = {one.name for one in found(must="joins").databases} - {one.name for one in result.databases}
    assert hidden["Open source"] == more


def test_the_list_shows_every_system_with_its_day(client: Client) -> None:
    page = client.get("/catalog/").content.decode()
    assert "64 of 64 databases match" in page
    assert len(re.findall(r'id="pick-', page)) == 64
    assert "22 Nov 2026" in page


def test_the_url_holds_search_facets_and_sorting(client: Client) -> None:
    page = client.get("/catalog/?q=cache&must=ttl&licence=open_source&sort=name").content.decode()
    assert 'value="cache"' in page
    assert '<input type="checkbox" id="must-ttl" name="must" value="ttl" checked>' in page
    assert '<option value="name" selected>' in page
    assert "q=cache&amp;licence=open_source&amp;sort=name" in page  # the chip that takes the ability away
    shown = names(client, "/catalog/?q=cache&must=ttl&licence=open_source&sort=name")
    assert shown
    assert shown == sorted(shown)


def test_htmx_gets_results_and_facets_and_a_clean_address(client: Client) -> None:
    answer = client.get("/catalog/?q=redis&sort=match&model=", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    body = answer.content.decode()
    assert answer["HX-Replace-Url"] == "/catalog/?q=redis"
    assert "<html" not in body
    assert 'id="results"' in body
    assert 'id="filters"' in body
    assert 'hx-swap-oob="true"' in body
    assert "HX-Request" in answer["Vary"]


def test_more_than_a_hundred_systems_come_in_pages(client: Client) -> None:
    own = files.packaged_snapshot()
    found = {
        f"{one.slug}-{turn}": replace(one, slug=f"{one.slug}-{turn}")
        for turn in (1, 2)
        for one in own.databases.values()
    }
    with patch("catalog.services.current_snapshot", return_value=files.snapshot_of(found, {})):
        first, last = (client.get(f"/catalog/?sort=name&page={page}").content.decode() for page in (1, 2))
        everything = json.loads(client.get("/catalog/?format=json").content)
    rows = [text.count('id="pick-') for text in (first, last)]
    assert rows == [100, len(found) - 100]
    assert '<a class="filter-chip" href="?sort=name&amp;page=2"' in first
    assert len(everything["databases"]) == len(found)


def test_cards_show_the_same_systems_as_the_table(client: Client) -> None:
    cards = client.get("/catalog/?q=postgrse&look=cards").content.decode()
    table = client.get("/catalog/?q=postgrse").content.decode()
    slugs = [re.findall(r'id="pick-([a-z0-9-]+)"', text) for text in (cards, table)]
    assert slugs[0] == slugs[1] != []
    assert "seen in a source" in cards


def test_every_facet_of_the_catalog_counts_what_choosing_gives() -> None:
    snapshot = files.packaged_snapshot()
    for facet in search.search(snapshot, search.query_of({})).facets:
        for option in facet.options:
            chosen = search.search(snapshot, search.query_of({facet.name: [option.value]}))
            assert len(chosen.databases) == option.count, (facet.name, option.value)


@pytest.mark.parametrize(
    ("query", "said", "known"),
    [
        ("model=blockchain", "<code>model=blockchain</code>", "relational"),
        ("type=document", "parameter <code>type</code>", "model, must, on"),
        ("nope", "parameter <code>nope</code>", "model, must, on"),
        ("sort=nope", "<code>sort=nope</code>", "match, name, checked"),
        ("look=nope", "<code>look=nope</code>", "table, cards"),
        ("page=-1", "<code>page=-1</code>", "Known are: 1."),
        ("page=2", "<code>page=2</code>", "Known are: 1."),
        (f"page={'9' * 5000}", "<code>page=999", "Known are: 1."),
        ("pick=nope", "<code>pick=nope</code>", "and 44 more"),
        ("format=xml", "<code>format=xml</code>", "csv, json"),
        ("model=blockchain&format=csv", "<code>model=blockchain</code>", "relational"),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_what_does_not_exist_is_named_and_left_out(
    client: Client, query: str, said: str, known: str, headers: dict[str, str]
) -> None:
    """422 is a status that htmx swaps: see responseHandling in base.html."""
    answer = client.get(f"/catalog/?must=joins&{query}", headers=headers)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    assert known in text
    joins = len(found(must="joins").databases)
    assert f"{joins} of 64 databases match" in text
    assert text.count('id="pick-') == joins
    unknown = query.split("&")[0]
    assert not re.search(rf'(?:href|hx-get)="[^"]*{re.escape(unknown)}', text)  # its links lead to the list without it
    assert answer.headers.get("HX-Replace-Url", "/catalog/?must=joins") == "/catalog/?must=joins"


def test_a_program_is_told_in_json_what_does_not_exist(client: Client) -> None:
    answer = client.get("/catalog/?type=document&format=json")
    assert answer.status_code == 422
    assert answer.json()["error"]["message"].startswith("There is no parameter type. Known are: q, model")


def test_marks_of_campaigns_are_ignored_and_dropped_from_links(client: Client) -> None:
    answer = client.get("/catalog/?utm_source=mail&utm_x=1&fbclid=abc&must=joins")
    assert answer.status_code == 200
    assert not re.search('href="[^"]*(?:utm_|fbclid)', answer.content.decode())


def test_a_name_that_does_not_exist_is_text_in_the_page(client: Client) -> None:
    answer = client.get("/catalog/", {HOSTILE: HOSTILE, "model": HOSTILE, "a" * 5000: "1"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "<script>alert" not in text
    assert "<code>" + "a" * 60 + "</code>" in text  # cut: a page is never wider than its screen


def test_the_list_leads_to_the_whole_catalog(client: Client) -> None:
    text = client.get("/catalog/?q=redis").content.decode()
    for address in ("/api/v1/catalog", "/api/v1/catalog?format=csv", "/api/v1/catalog?format=yaml"):
        assert f'href="{address}"' in text
        assert client.get(address).status_code == 200


def test_csv_and_json_hold_what_is_shown(client: Client) -> None:
    address = "/catalog/?model=graph"
    shown = names(client, address)
    rows = list(csv.DictReader(io.StringIO(client.get(f"{address}&format=csv").content.decode())))
    assert [row["slug"] for row in rows] == shown
    assert [one["slug"] for one in client.get(f"{address}&format=json").json()["databases"]] == shown


def test_picked_systems_stay_when_the_filter_hides_them(client: Client) -> None:
    page = client.get("/catalog/?q=redis&pick=redis&pick=neo4j").content.decode()
    assert 'href="/compare/?db=redis,neo4j"' in page
    assert '<input type="hidden" name="pick" value="neo4j">' in page


def test_an_old_check_is_marked(client: Client, folder: Path) -> None:
    def old(tree: dict[str, Any]) -> None:
        tree["query"]["provenance"]["checked_on"] = "2025-10-02"

    changed(folder, "redis", old)
    services.load(folder)
    page = client.get("/catalog/").content.decode()
    assert page.count("Older than 12 months") == 1
    assert "2 Oct 2025" in page


@pytest.mark.parametrize("tab", ["facts", "limits", "offers", "backup"])
def test_every_database_has_every_part(client: Client, tab: str) -> None:
    for slug in files.packaged_snapshot().databases:
        answer = client.get(f"/catalog/{slug}/?tab={tab}")
        assert answer.status_code == 200, slug


def test_a_page_shows_facts_with_source_day_and_what_is_not_confirmed(client: Client, folder: Path) -> None:
    def change(tree: dict[str, Any]) -> None:
        tree["consistency"]["provenance"] = {
            "sources": ["https://jepsen.io/analyses/amazon-rds-for-postgresql-17.4"], "checked_on": "2026-11-22",
            "verified": False, "unverified_fields": ["isolation_default"],
        }  # fmt: skip

    changed(folder, "postgresql", change)
    services.load(folder)
    page = client.get("/catalog/postgresql/").content.decode()
    assert "Version 18, supported to Nov 2030" in page
    isolation = page[page.index('id="consistency.isolation_strongest"') :][:900]
    assert "Serializable" in isolation
    assert 'href="https://jepsen.io/analyses/amazon-rds-for-postgresql-17.4"' in isolation
    assert "22 Nov 2026" in isolation
    default = page[page.index('id="consistency.isolation_default"') :][:900].split("</tr>")[0]
    assert "Not confirmed" in default
    assert "jepsen" not in default
    assert 'rel="noopener' not in default
    assert "PostgreSQL has a query cache" in page  # commonly believed, corrected
    assert "long fork" in page  # Jepsen


def test_licence_history_limits_backup_and_prices(client: Client) -> None:
    assert "7.4 (2024): RSALv2 or SSPL-1.0" in client.get("/catalog/redis/").content.decode()
    limits = client.get("/catalog/postgresql/?tab=limits").content.decode()
    assert "32 TiB" in limits
    assert "1,600" in limits
    assert "pg_basebackup" in client.get("/catalog/postgresql/?tab=backup").content.decode()
    offers = client.get("/catalog/postgresql/?tab=offers&region=eu-west-1").content.decode()
    assert "Amazon RDS for PostgreSQL" in offers
    assert "18 Jun 2025" in offers


def test_a_region_without_prices_says_so(client: Client) -> None:
    page = client.get("/catalog/postgresql/?tab=offers&region=moon-1").content.decode()
    assert "No price of PostgreSQL is known in moon-1" in page


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/catalog/nope/", 404),
        ("/catalog/postgresql/?tab=nope", 404),
        ("/compare/?db=redis", 400),
        ("/compare/?db=redis,nope", 404),
        ("/compare/?db=redis,mysql,s3,neo4j,kafka,etcd,duckdb,mongodb,solr", 400),
        ("/compare/", 200),
        ("/compare/?db=redis,mysql", 200),
        ("/compare/?pick=redis&pick=mysql", 200),
    ],
)
def test_what_does_not_exist_is_answered_in_words(client: Client, address: str, status: int) -> None:
    assert client.get(address).status_code == status


def test_a_comparison_can_show_only_differences_and_numbers_its_sources(client: Client) -> None:
    everything = client.get("/compare/?db=mysql,mariadb").content.decode()
    different = client.get("/compare/?db=mysql,mariadb&only=differences").content.decode()
    rows = re.compile(r'<tr><th scope="row">')
    same = int(re.search(r"(\d+) rows? (?:is|are) the same", everything)[1])  # type: ignore[index]
    assert len(rows.findall(everything)) - len(rows.findall(different)) == same > 0
    numbers = set(re.findall(r'href="#source-(\d+)"', different))
    assert numbers <= set(re.findall(r'id="source-(\d+)"', different))
    assert numbers
    table = list(csv.reader(io.StringIO(client.get("/compare/?db=mysql,mariadb&format=csv").content.decode())))
    assert table[0] == ["group", "fact", "mysql", "mariadb"]


def test_markup_in_facts_is_shown_as_text(client: Client, folder: Path) -> None:
    def hostile(tree: dict[str, Any]) -> None:
        tree["name"] = tree["best_for"] = tree["consistency"]["summary"] = HOSTILE
        tree["backup"]["native"][0]["tool"] = tree["limits"]["items"][0]["text"] = HOSTILE

    changed(folder, "redis", hostile)
    services.load(folder)
    for address in ("/catalog/", "/catalog/?q=script", "/catalog/redis/", "/catalog/redis/?tab=limits",
                    "/catalog/redis/?tab=backup", "/compare/?db=redis,s3", f"/catalog/?q={HOSTILE}"):  # fmt: skip
        page = client.get(address).content.decode()
        assert "<script>alert" not in page, address
        assert "alert(" in page, address


def many(count: int) -> Snapshot:
    one = files.packaged_snapshot().databases["redis"]
    copies = {f"copy-{number}": replace(one, slug=f"copy-{number}", name=f"Copy {number}") for number in range(count)}
    return files.snapshot_of(copies, {})


@pytest.mark.parametrize("address", ["/catalog/", "/catalog/copy-1/", "/compare/?db=copy-1,copy-2", "/catalog/?q=copi"])
def test_the_number_of_queries_does_not_grow_with_systems(
    client: Client, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    def queries(count: int) -> int:
        snapshot = many(count)
        monkeypatch.setattr(services, "current_snapshot", lambda: snapshot)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    queries(3)
    assert queries(3) == queries(90) <= 2


@pytest.mark.parametrize("address", ["/catalog/", "/catalog/redis/", "/compare/?db=redis,s3"])
def test_an_unchanged_page_is_answered_with_304_until_the_catalog_changes(
    client: Client, folder: Path, address: str
) -> None:
    services.load(folder)
    client.get(address)  # sets the CSRF cookie, which the forms of the page depend on
    etag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    changed(folder, "redis", lambda tree: tree.update(best_for="Caches."))
    services.load(folder)
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


def test_a_signed_in_reader_gets_no_shared_etag(signed_in: Client) -> None:
    assert "ETag" not in signed_in.get("/catalog/")


def test_the_admin_shows_and_changes_nothing(client: Client, user: Any) -> None:
    user.is_staff = user.is_superuser = True
    user.save()
    client.force_login(user)
    services.load()
    for model in ("database", "fact", "cycle", "offering", "price", "published"):
        assert client.get(f"/admin/catalog/{model}/").status_code == 200
        assert client.get(f"/admin/catalog/{model}/add/").status_code == 403
    first = client.get("/admin/catalog/database/?q=postgres").content.decode()
    facts = files.packaged_snapshot().databases["postgresql"].facts.values()
    assert f"{sum(one.verified for one in facts)} of {len(facts)}" in first


def test_every_correction_is_on_the_page_of_all_and_where_it_matters(client: Client) -> None:
    page = html.unescape(client.get("/catalog/believed/").content.decode())
    known = files.packaged_snapshot().databases
    for one in all_corrections():
        assert one.believed in page
        assert one.fact in page
        assert one.databases or one.topics
        assert set(one.databases) <= set(known)
        assert set(one.topics) <= set(TOPICS)
        assert one.source in ("reasoning", "general knowledge") or one.source.startswith("https://")
        for slug in one.databases:
            assert one.believed in html.unescape(client.get(f"/catalog/{slug}/").content.decode())
