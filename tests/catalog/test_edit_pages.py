"""Editing one entry, a new system, and importing many: what is kept, what is refused, who may."""

from __future__ import annotations

import csv
import html
import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from catalog import bulk, curation, exports, files, services, trees
from catalog.models import Revision
from tests.factories import make_user

pytestmark = pytest.mark.django_db
SOURCE = "https://example.org/joins"
JOINS = {"value": "limited", "sources": SOURCE, "checked_on": "2026-11-20", "verified": "on"}


@pytest.fixture
def person(folder: Path) -> User:
    services.load(folder)
    return make_user("a@example.com", is_staff=True)


@pytest.fixture
def desk(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def draft() -> Revision:
    return curation.pending().get()


def test_every_entry_of_a_system_has_a_form_that_keeps_it(desk: Client) -> None:
    """Saving the form as it comes changes nothing."""
    listing = desk.get("/curation/redis/edit/").content.decode()
    tree = curation.published_tree("redis")
    for key, entry in trees.entries(tree).items():
        assert f'href="/curation/redis/edit/{key}/"' in listing
        page = desk.get(f"/curation/redis/edit/{key}/")
        assert page.status_code == 200, key
        form = page.context["form"]
        data = {name: form[name].value() for name in form.fields}
        answer = desk.post(f"/curation/redis/edit/{key}/", {name: value for name, value in data.items() if value})
        if answer.status_code == 302:
            assert trees.entries(draft().tree)[key].value == entry.value, key
        else:
            assert key == "notes", (key, answer.content[:3000])  # empty today: the catalog asks for no notes
    assert curation.changes_of(draft()) == []


def test_a_saved_entry_is_in_the_draft_and_not_published(desk: Client) -> None:
    answer = desk.post("/curation/redis/edit/features.joins/", JOINS)
    assert answer["Location"] == "/curation/redis/edit/#features.joins"
    assert [one.key for one in curation.changes_of(draft())] == ["features.joins"]
    assert "changed" in desk.get("/curation/redis/edit/").content.decode()
    assert services.current_snapshot().databases["redis"].facts["features.joins"].value == "none"


@pytest.mark.parametrize(
    ("key", "data", "words"),
    [
        ("features.joins", JOINS | {"sources": "example.org"}, "is not a web address"),
        ("features.joins", JOINS | {"sources": ""}, "needs the source"),
        ("features.joins", JOINS | {"value": "perhaps"}, "perhaps is not one of the available choices"),
        ("features.joins", JOINS | {"checked_on": "yesterday"}, "Enter a valid date"),
        ("backup.native", {"value": "- kind: [", "sources": "", "checked_on": ""}, "This is not YAML (line"),
        ("backup.native", {"value": "- kind: magic\n  tool: x", "sources": ""}, "is not in the vocabulary"),
        ("lifecycle.cycles", {"value": "- cycle: '9'\n  eol: soon"}, "is not a date"),
        ("best_for", {"value": ""}, "a text is needed"),
        ("limits.max_nodes", {"value": "0", "unit": "count"}, "greater than or equal to 1"),
        ("features.joins", JOINS | {"checked_on": "2031-01-01"}, "2031-01-01 is in the future"),
        ("jepsen", {"value": "&a [*a]"}, "aliases (*a) are not read"),
        ("docker.images", {"value": "[" * 5000}, "nested more than 20 deep"),
        ("lifecycle.cycles", {"value": "- {cycle: 2020-99-99, released: 2020-13-01}"}, "'2020-13-01' is not a date"),
        ("docker.default_ports", {"value": '- {cycle: "\\0"}'}, "docker.default_ports[0].port: is missing"),
        ("managed_offerings.items", {"value": "- {subject: 1}"}, "items[0].provider: is missing"),
        ("licence.history", {"value": "9" * 5000}, "is not a list"),
    ],
)
def test_what_cannot_be_saved_is_named_and_the_form_kept(
    desk: Client, key: str, data: dict[str, str], words: str
) -> None:
    answer = desk.post(f"/curation/redis/edit/{key}/", data)
    text = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert words in text
    assert all(value in text for name, value in data.items() if name in ("sources", "value"))
    pending = curation.pending().first()
    assert pending is None or curation.changes_of(pending) == []


def test_a_limit_is_added_and_taken_away(desk: Client) -> None:
    url = "/curation/redis/edit/limits.max_columns/"
    data = {"value": "12", "unit": "count", "text": "per cluster", "sources": SOURCE, "verified": "on"}
    assert desk.post(url, data).status_code == 302
    assert trees.entries(draft().tree)["limits.max_columns"].value["value"] == 12
    assert desk.post(url, {"do": "remove"}).status_code == 302
    assert curation.changes_of(draft()) == []


def test_somebody_elses_draft_is_not_touched(desk: Client) -> None:
    other = make_user(is_staff=True)
    curation.start("redis", other)
    answer = desk.post("/curation/redis/edit/features.joins/", JOINS)
    assert answer.status_code == 422
    assert "has a pending revision of" in answer.content.decode()


def test_a_new_system_begins_like_another_with_nothing_confirmed(desk: Client) -> None:
    data = {"slug": "newdb", "name": "New DB", "vendor": "We", "docs_url": "https://example.org", "like": "redis"}
    assert desk.post("/curation/new/", data)["Location"] == "/curation/newdb/edit/"
    database = files.database_from(draft().tree)
    redis = services.current_snapshot().databases["redis"]
    assert {key: one.value for key, one in database.facts.items()} == {
        key: one.value for key, one in redis.facts.items()
    }
    assert not any(one.verified for one in database.facts.values())
    assert (database.limits, database.cycles, database.jepsen) == ((), (), ())
    assert desk.post("/curation/newdb/edit/features.joins/", JOINS).status_code == 302
    again = desk.post("/curation/new/", data | {"slug": "redis"})
    assert (again.status_code, "redis exists already" in again.content.decode()) == (422, True)
    other = make_user(is_staff=True)
    curation.publish(curation.submit(draft()), other)
    for url in ("/catalog/newdb/", "/catalog/newdb/history/", "/api/v1/databases/newdb", "/compare/?db=newdb,redis"):
        assert Client().get(url).status_code == 200, url


PAGES = ("/curation/redis/edit/", "/curation/redis/edit/features.joins/", "/curation/new/", "/curation/import/")


@pytest.mark.parametrize("url", PAGES)
def test_only_curators_edit(person: User, url: str) -> None:
    stranger = Client()
    stranger.force_login(make_user())
    for client in (Client(), stranger):
        assert client.get(url).status_code == 404
        assert client.post(url, JOINS).status_code in (404, 405)  # the list of entries takes no POST at all
    assert not curation.pending().exists()


@pytest.mark.parametrize(
    "url", ["/curation/nope/edit/", "/curation/redis/edit/features.nope/", "/curation/redis/edit/x/"]
)
def test_what_does_not_exist_is_not_found(desk: Client, url: str) -> None:
    assert desk.get(url).status_code == 404


# Import


def upload(desk: Client, name: str, content: str | bytes) -> HttpResponse:
    data = content.encode() if isinstance(content, str) else content
    answer = desk.post("/curation/import/", {"file": SimpleUploadedFile(name, data)})
    assert isinstance(answer, HttpResponse)
    return answer


def carried(answer: HttpResponse) -> str:
    text = answer.content.decode()
    return text.split('name="carried" value="')[1].split('"')[0]


def changed_export() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(exports.dump(services.current_snapshot(), "json"))
    for one in content["databases"]:
        if one["slug"] == "redis":
            one["features"]["joins"] = "limited"
        if one["slug"] == "s3":
            one["vendor"] = "Somebody else"
    return content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.yaml", "- 2020-99-99"),
        ("a.yaml", "9" * 5000),
        ("a.json", "9" * 6000),
        ("a.json", '{"slug": "\\ud800"}'),
        ("a.csv", f"database,fact,value,unit\nredis,limits.max_columns,{'9' * 6000},count"),
        ("a.csv", "database,fact,value,unit\nredis,limits.max_columns,٣,count"),
        ("a.csv", f'database,fact,value\nredis,backup.native,"{"[" * 50_000}"'),
        ("a.csv", "database,fact,value\nredis,backup.native,[1e999]"),
        ("a.csv", 'database,fact,value\nredis,backup.native,"[""\\ud800""]"'),
        ("a.csv", "database,fact,value\nredis,types,[]"),
    ],
)
def test_odd_values_in_a_file_are_answered_and_nothing_is_imported(desk: Client, name: str, content: str) -> None:
    answer = upload(desk, name, content)
    assert answer.status_code == 422
    assert "Nothing was imported" in answer.content.decode()
    assert not curation.pending().exists()


@pytest.mark.parametrize("name", ["all.json", "all.yaml"])
def test_a_file_is_compared_first_and_then_becomes_drafts(desk: Client, name: str) -> None:
    content = changed_export()
    text = json.dumps(content) if name.endswith("json") else yaml.safe_dump(content)
    preview = upload(desk, name, text)
    assert preview.status_code == 200
    assert "would change 2 facts of 2 systems" in preview.content.decode()
    assert not curation.pending().exists()
    assert desk.post("/curation/import/", {"carried": carried(preview)})["Location"] == "/curation/"
    made = {one.database_slug: one for one in curation.pending()}
    assert set(made) == {"redis", "s3"}
    assert all((one.state, one.origin) == ("review", "import") for one in made.values())
    assert [one.key for one in curation.changes_of(made["s3"])] == ["vendor"]


def test_what_is_exported_changes_nothing_when_it_comes_back(desk: Client) -> None:
    for fmt in ("json", "yaml", "csv"):
        answer = upload(desk, f"all.{fmt}", exports.dump(services.current_snapshot(), fmt))
        assert answer.status_code == 200, answer.content.decode()[:3000]
        assert "says what is published already" in answer.content.decode(), fmt


def rows(*lines: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, bulk.COLUMNS)
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


FACT = {"database": "redis", "fact": "features.joins", "value": "limited", "verified": "true", "sources": SOURCE}
LIMIT = {"database": "redis", "fact": "limits.max_nodes", "value": "12", "unit": "count"}


def test_a_csv_changes_only_what_it_names(desk: Client) -> None:
    preview = upload(desk, "some.csv", rows(FACT, LIMIT))
    desk.post("/curation/import/", {"carried": carried(preview)})
    found = {one.key: one.new for one in curation.changes_of(draft())}
    assert set(found) == {"features.joins", "limits.max_nodes"}
    joins = found["features.joins"]
    assert joins is not None
    assert (joins.value, joins.sources, joins.verified) == ("limited", (SOURCE,), True)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (
            "a.csv",
            rows(FACT, LIMIT | {"unit": "MB"}),
            "Line 3: limits.max_nodes: the unit 'MB' is not one of bytes, count",
        ),
        (
            "a.csv",
            rows(FACT | {"sources": "example.org"}),
            "Line 2: features.joins: the source 'example.org' is not a web",
        ),
        ("a.csv", rows(FACT | {"database": "nope"}), "Line 2: the catalog has no database 'nope'"),
        ("a.csv", rows(FACT | {"fact": "features.magic"}), "'features.magic' is not a fact of the catalog"),
        ("a.csv", rows(FACT | {"value": "perhaps"}), "'perhaps' is not in the vocabulary; allowed: native"),
        ("a.csv", rows(FACT, FACT), "Line 3: redis features.joins is there twice"),
        ("a.csv", rows(FACT | {"verified": "maybe"}), "verified is 'maybe', true or false is needed"),
        ("a.csv", rows(LIMIT | {"value": "many"}), "'many' is not a whole number"),
        ("a.csv", "name,value\nredis,x\n", "The columns database, fact are missing"),
        ("a.json", "{", "This is not JSON (line 1, column 2)"),
        ("a.json", "[]", "The file has no systems"),
        ("a.json", '[{"name": "x"}]', "System 1: a system is a mapping with slug"),
        ("a.yaml", "a: [1", "This is not YAML (line "),
        ("a.yaml", "a: &x [1]\nb: *x\n", "Line 2: aliases (*x) are not read"),
        ("a.yaml", "slug: newdb\n", "newdb: name: is missing"),
        ("a.yaml", b"\xff\xfe", "The file is not UTF-8: byte 1"),
        ("a.json", "[" * 100_000, "nested too deeply"),
        ("a.csv", "database," + "a" * 200_000, "This is not CSV: field larger than field limit"),
        (
            "a.csv",
            rows(LIMIT | {"value": "9" * 30}),
            "is not a whole number above 0 and at most 9,223,372,036,854,775,807",
        ),
        (
            "a.csv",
            rows(FACT | {"fact": "scaling.summary", "value": "a\0b"}),
            "scaling.summary: holds a character that is no text",
        ),
    ],
)
def test_a_bad_file_is_answered_with_every_problem_and_imports_nothing(
    desk: Client, name: str, content: str | bytes, words: str
) -> None:
    answer = upload(desk, name, content)
    assert answer.status_code == 422
    assert words in answer.content.decode().replace("&#x27;", "'")
    assert "carried" not in answer.content.decode()
    assert not Revision.objects.filter(origin="import").exists()


def test_ten_megabytes_are_refused_with_the_limit(desk: Client) -> None:
    answer = upload(desk, "big.yaml", b"a" * 10 * 2**20)
    assert answer.status_code == 413
    assert "big.yaml has 10,485,760 bytes; at most 5,242,880" in answer.content.decode()


def test_one_system_that_somebody_edits_stops_the_whole_import(desk: Client) -> None:
    preview = upload(desk, "all.json", json.dumps(changed_export()))
    curation.start("s3", make_user(is_staff=True))
    answer = desk.post("/curation/import/", {"carried": carried(preview)})
    assert answer.status_code == 409
    assert "s3 has a pending revision" in answer.content.decode()
    assert curation.pending().count() == 1


def test_an_old_or_forged_preview_makes_nothing(desk: Client, person: User) -> None:
    preview = upload(desk, "all.json", json.dumps(changed_export()))
    assert desk.post("/curation/import/", {"carried": carried(preview)[:-3] + "xyz"}).status_code == 422
    change = curation.FactChange("vendor", trees.Entry("Another"))
    revision = curation.submit(curation.change(curation.start("postgresql", person), [change]))
    curation.publish(revision, make_user(is_staff=True))
    answer = desk.post("/curation/import/", {"carried": carried(preview)})
    assert answer.status_code == 409
    assert "Something was published since the preview" in answer.content.decode()
    assert desk.post("/curation/import/", {}).status_code == 422
    assert not curation.pending().exists()
