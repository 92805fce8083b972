"""Stores: add, edit with replication and backups, remove."""

from __future__ import annotations

import pytest
from django.urls import reverse

from planner import services
from planner.engine.document import BackupPolicy, Replication
from planner.engine.document import Plan as Document
from planner.models import Plan
from tests.planner.plans import HTMX, browser, example, form_of, make_plan

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])


def address(plan: Plan, slug: str = "pg-main", name: str = "store") -> str:
    return reverse(f"planner:{name}", args=[plan.pk, slug])


def document(plan: Plan) -> Document:
    plan.refresh_from_db()
    assert plan.head is not None
    return services.document_of(plan.head)


def test_every_store_of_the_example_sent_back_as_it_came_changes_nothing() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    for slug in document(plan).stores:
        response = client.post(address(plan, slug), form_of(client, address(plan, slug)))
        assert response.status_code == 302, slug
    assert plan.revisions.count() == 1


def test_a_changed_store_is_saved() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    form = form_of(client, address(plan)) | {"replicas": "3", "regions": "us-west-2, eu-west-1", "backup-0-every": "2d"}
    assert client.post(address(plan), form).status_code == 302
    store = document(plan).stores["pg-main"]
    assert store.replication is not None
    assert (store.replication.replicas, store.replication.regions) == (3, ("us-west-2", "eu-west-1"))
    assert store.backups[0].every == "2d"


def test_an_own_size_is_saved_priced_and_marked_on_its_page() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    form = form_of(client, address(plan)) | {"machine": "db.r6g.4xlarge", "machines": "2"}
    assert client.post(address(plan), form).status_code == 302
    assert (document(plan).stores["pg-main"].machine, document(plan).stores["pg-main"].machines) == (
        "db.r6g.4xlarge",
        2,
    )
    page = client.get(address(plan, name="size")).content.decode()
    assert "the plan says 2 × db.r6g.4xlarge" in page
    assert "the formula’s choice" in page
    assert client.post(address(plan), form_of(client, address(plan))).status_code == 302
    assert plan.revisions.count() == 2  # sent back as it came


@BOTH
@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("replicas", "many", "as a number"),
        ("replicas", "1.5", "whole number"),
        ("zones", "0", "at least 1"),
        ("backup-0-every", "weekly", ""),
        ("backup-0-keep", "a while", ""),
        ("machines", "0", "at least 1"),
        ("machines", "some", "as a number"),
        ("machines", "2", "of which kind?"),
        ("database", "nosuch", "Select a valid choice"),
        ("offering", "gcp-cloud-sql-mysql", "Select a valid choice"),
    ],
)
def test_bad_input_is_kept_and_not_saved(headers: dict[str, str], field: str, value: str, message: str) -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    response = client.post(address(plan), form_of(client, address(plan)) | {field: value}, headers=headers)
    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert "error-summary" in page
    if field not in ("database", "offering"):
        assert f'value="{value}"' in page
    assert plan.revisions.count() == 1


def test_copies_that_the_system_cannot_keep_are_refused_with_the_fact_and_nothing_typed_is_lost() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    form = form_of(client, address(plan, "redis-session")) | {"mode": "synchronous", "name": "Typed name"}
    response = client.post(address(plan, "redis-session"), form)
    text = response.content.decode()
    assert response.status_code == 422
    assert "Redis has no synchronous replication; it has async" in text
    assert "redis:replication.modes" in text and "https://" in text
    assert "Typed name" in text
    assert plan.revisions.count() == 1


def test_impossible_copies_of_an_imported_plan_do_not_block_other_changes() -> None:
    before = example()
    store = before.stores["redis-session"]
    impossible = store.model_copy(update={"replication": Replication(mode="synchronous", replicas=1)})
    plan = make_plan(before.model_copy(update={"stores": {**before.stores, "redis-session": impossible}}), visitor="me")
    client = browser(visitor="me")
    form = form_of(client, address(plan, "redis-session")) | {"name": "Other name"}
    assert client.post(address(plan, "redis-session"), form).status_code == 302
    assert document(plan).stores["redis-session"].name == "Other name"


@BOTH
@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"backup-0-kind": "log", "backup-0-keep": "9d"}, "backup-0-kind", "without a base backup"),
        ({"backup-0-every": "6d", "backup-0-keep": "1d"}, "backup-0-keep", "between them there would be none"),
        ({"backup-0-every": "2m"}, "backup-0-every", "make it less often, or incremental"),
    ],
    ids=["log alone", "kept too short", "overlaps itself"],
)
def test_backups_that_cannot_work_are_refused_at_their_field(
    headers: dict[str, str], typed: dict[str, str], field: str, message: str
) -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    form = form_of(client, address(plan))
    others = [key for key in form if key.startswith("backup-") and not key.startswith("backup-0-")]
    form = {key: value for key, value in form.items() if key not in others} | typed
    response = client.post(address(plan), form, headers=headers)
    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert f'href="#{field}"' in page
    assert all(f'value="{value}"' in page for value in typed.values())
    assert plan.revisions.count() == 1


def test_lock_and_key_of_a_copy_are_saved_shown_and_refused_where_there_is_nothing_to_lock() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    form = form_of(client, address(plan)) | {"backup-0-copy-0-immutable": "on", "backup-0-copy-0-encrypted": "on"}
    typed = {"backup-0-copy-0-locked": "30d", "backup-0-copy-0-key": "other-account"}
    assert client.post(address(plan), form | typed).status_code == 302
    copy = document(plan).stores["pg-main"].backups[0].copies[0]
    assert (copy.locked, copy.key) == ("30d", "other-account")
    page = client.get(reverse("planner:backups", args=[plan.pk])).content.decode()
    assert "cannot be changed for 30d, encrypted, key in another account" in page
    assert client.post(address(plan), form_of(client, address(plan))).status_code == 302
    assert plan.revisions.count() == 2  # sent back as it came
    for wrong, message in (
        ({"backup-0-copy-0-locked": "soon"}, "is no duration such as 30d"),
        ({"backup-0-copy-0-locked": "9y"}, "longer than it is kept"),
    ):
        response = client.post(address(plan), form | wrong)
        assert response.status_code == 422
        assert message in response.content.decode()
    loose = {key: value for key, value in form.items() if not key.endswith(("copy-0-immutable", "copy-0-encrypted"))}
    page = client.post(address(plan), loose | typed).content.decode()
    assert "Only a copy that cannot be changed is locked" in page
    assert "Only an encrypted copy has a key" in page
    assert 'href="#backup-0-copy-0-locked"' in page and 'value="30d"' in page
    assert plan.revisions.count() == 2


def test_backups_of_an_imported_plan_that_cannot_work_do_not_block_other_changes() -> None:
    before = example()
    store = before.stores["pg-main"]
    alone = store.model_copy(
        update={"backups": (BackupPolicy(kind="log", every="5m", keep="7d", method="continuous-archive"),)}
    )
    plan = make_plan(before.model_copy(update={"stores": {**before.stores, "pg-main": alone}}), visitor="me")
    client = browser(visitor="me")
    form = form_of(client, address(plan)) | {"name": "Other name"}
    assert client.post(address(plan), form).status_code == 302
    assert document(plan).stores["pg-main"].name == "Other name"


def test_add_and_drop_change_the_rows_and_save_nothing() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    form = form_of(client, address(plan)) | {"name": "Half typed"}
    page = client.post(address(plan), form | {"add": "backup"}).content.decode()
    count = len(document(plan).stores["pg-main"].backups)
    assert f"Backup {count + 1}" in page
    assert 'value="Half typed"' in page
    page = client.post(address(plan), form | {"drop": "backup-0"}).content.decode()
    assert f"Backup {count}<" not in page
    assert plan.revisions.count() == 1


def test_a_new_store_offers_only_what_the_provider_has_for_the_database() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    url = reverse("planner:new_store", args=[plan.pk])
    form = form_of(client, url) | {"database": "mysql", "provider": "aws", "again": "yes"}
    page = client.post(url, form, headers=HTMX).content.decode()
    offering = page.split('name="offering"')[1].split("</select>")[0]
    assert "self-hosted" in offering
    assert "postgresql" not in offering
    assert "mysql" in offering


@BOTH
def test_a_new_store_is_saved_under_a_slug_of_its_name(headers: dict[str, str]) -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    url = reverse("planner:new_store", args=[plan.pk])
    form = form_of(client, url) | {"name": "Second shop DB", "database": "postgresql", "offering": "self-hosted"}
    response = client.post(url, form, headers=headers)
    assert response.status_code == (204 if headers else 302)
    assert document(plan).stores["second-shop-db"].database == "postgresql"


@BOTH
def test_removing_a_store_leaves_its_data_sets_without_a_place(headers: dict[str, str]) -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    client.post(address(plan, name="remove_store"), {"base": plan.head_id}, headers=headers)
    found = document(plan)
    assert "pg-main" not in found.stores
    assert found.data_set("order-service/orders").store is None
    page = client.get(reverse("planner:plan", args=[plan.pk]) + "?select=order-service/orders").content.decode()
    assert "Not placed yet" in page


def test_a_store_that_is_gone_is_404() -> None:
    plan = make_plan(visitor="me")
    client = browser(visitor="me")
    assert client.get(address(plan, "nothing")).status_code == 404
    assert client.post(address(plan, "nothing", "remove_store")).status_code == 404
