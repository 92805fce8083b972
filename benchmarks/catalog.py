"""Speed of the catalog, server side: the list over all systems and over 2,000, the page of one, and a 304."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle
from unittest.mock import patch

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.measure import Measured, p95, seconds
from benchmarks.site import site
from catalog import files
from catalog.facts import Snapshot

TIMES = 40
SYSTEMS = 2_000
LISTS = (
    "/catalog/",
    "/catalog/?q=postgrse",
    "/catalog/?q=serch+engine&must=full-text",
    "/catalog/?model=relational&must=transactions&on=aws&sort=checked",
    "/catalog/?q=time+series&licence=open_source&reads=linearizable&look=cards",
)


def measure() -> list[Measured]:
    with site():
        client = Client()
        own = files.packaged_snapshot()
        rows = [
            Measured("Catalog list with search and facets, packaged systems, p95", _p95(client, LISTS), 50, "ms"),
            Measured(
                "Page of a database, p95", _p95(client, [f"/catalog/{slug}/" for slug in own.databases]), 40, "ms"
            ),
            Measured("Catalog list that has not changed (304), p95", _unchanged(client), 5, "ms"),
        ]
        with patch("catalog.services.current_snapshot", return_value=many(own)):
            rows.append(Measured("Catalog list, 2,000 systems, p95", _p95(client, LISTS), 100, "ms"))
            rows.append(Measured("Queries of the catalog list", float(_queries(client)), 5, ""))
        return rows


def many(own: Snapshot) -> Snapshot:
    """2,000 systems made from the real ones, each with a name of its own."""
    found = {}
    for number, database in zip(range(SYSTEMS), cycle(own.databases.values())):
        slug = f"{database.slug}-{number}"
        found[slug] = replace(database, slug=slug, name=f"{database.name} {number}", vendor=f"Vendor {number % 97}")
    return files.snapshot_of(found, {})


def _p95(client: Client, urls: list[str] | tuple[str, ...]) -> float:
    """Milliseconds; each address once before, so that what is made once per published catalog is there."""
    for url in urls:
        assert client.get(url).status_code == 200
    turns = cycle(urls)
    return 1000 * p95(seconds(lambda: client.get(next(turns)), TIMES))


def _unchanged(client: Client) -> float:
    tag = client.get("/catalog/")["ETag"]

    def ask() -> None:
        assert client.get("/catalog/", headers={"If-None-Match": tag}).status_code == 304

    return 1000 * p95(seconds(ask, TIMES))


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as found:
        client.get("/catalog/?q=graph")
    return len(found)
