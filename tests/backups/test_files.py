"""Pages and downloads of backup files: who may read them, and that an archive holds what the page shows."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from planner.models import Plan
from tests.backups.kits import plan_with, policy
from tests.factories import People
from tests.planner.plans import browser, make_plan

pytestmark = pytest.mark.django_db
ADDRESSES = {
    "files": {},
    "files_archive": {},
    "store_files": {"slug": "pg-main"},
    "store_archive": {"slug": "pg-main"},
    "file": {"slug": "pg-main", "path": "pgbackrest/policy.conf"},
}


@pytest.fixture
def shop(people: People) -> Plan:
    backups = [policy("full", "7d", "5w", "physical"), policy("full", "1d", {"daily": 7}, "logical")]
    return make_plan(plan_with("postgresql", backups, "pg-main"), team=people.team)


def address(name: str, plan: Plan, **more: str) -> str:
    return reverse(f"backups:{name}", kwargs={"pk": plan.pk, **ADDRESSES[name], **more})


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_who_may_read(name: str, shop: Plan, people: People) -> None:
    url = address(name, shop)
    for outsider in (browser(), browser(people.stranger), browser(visitor="someone")):
        assert outsider.get(url).status_code == 404
    for member in (people.viewer, people.editor):
        assert browser(member).get(url).status_code == 200
        assert browser(member).post(url).status_code == 405


def test_an_archive_holds_each_file_with_its_mode(shop: Plan, people: People) -> None:
    client: Client = browser(people.viewer)
    first = client.get(address("files_archive", shop))
    assert first.content == client.get(address("files_archive", shop)).content
    with zipfile.ZipFile(io.BytesIO(first.content)) as packed:
        assert packed.testzip() is None
        names = packed.namelist()
        assert "polystore-backup/RUNBOOK.md" in names
        for entry in packed.infolist():
            runs = packed.read(entry).startswith(b"#!")
            assert (entry.external_attr >> 16) & 0o111 == (0o111 if runs else 0), entry.filename


@pytest.mark.parametrize("path", ["nothing", "../../etc/passwd", "pgbackrest/../policy.conf"])
def test_files_that_are_not_there(shop: Plan, people: People, path: str) -> None:
    client = browser(people.viewer)
    assert client.get(address("file", shop, path=path)).status_code == 404
    assert client.get(address("store_files", shop, slug="nowhere")).status_code == 404
