"""Suggesting an edit without an account: the form, what is refused, the limits, and the link to follow it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from unittest.mock import patch

import pytest
from django.test import Client

from catalog import files, rate_limit, services, suggestions
from catalog.models import Suggestion
from catalog.subjects import subject_of
from catalog.vocabulary import ALLOWED
from config.redaction import redacted
from tests.factories import make_user

pytestmark = pytest.mark.django_db
JOINS = "/catalog/redis/suggest/?fact=features.joins"
SOURCE = "https://redis.io/docs/latest/joins/"
GOOD = {"value": "limited", "source": SOURCE, "comment": "Since version 8"}


@pytest.fixture(autouse=True)
def loaded(folder: Path) -> None:
    services.load(folder)


def send(client: Client, **fields: str) -> str:
    """The address of the page to follow it."""
    answer = client.post(JOINS, GOOD | fields)
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def test_every_fact_limit_text_and_offer_of_the_packaged_catalog_has_a_form(client: Client) -> None:
    snapshot = files.packaged_snapshot()
    kinds = set()
    for one in snapshot.databases.values():
        keys = [*one.facts, *(f"limits.{limit.name}" for limit in one.limits), "best_for", "lifecycle.cycles"]
        found = [subject_of(snapshot, one.slug, key) for key in keys]
        assert None not in found
        kinds |= {subject.kind for subject in found if subject}
    assert kinds == {"one", "many", "number", "text", "lines", "words"}
    assert all(subject_of(snapshot, one.database, f"offers.{slug}") for slug, one in snapshot.offerings.items())
    assert subject_of(snapshot, "redis", "offers.aws-rds-postgresql") is None


def test_the_page_of_a_system_links_to_the_form_of_each_fact_and_limit(client: Client) -> None:
    text = client.get("/catalog/redis/").content.decode()
    facts = services.current_snapshot().databases["redis"].facts
    shown = [key for key in facts if not key.startswith(("backup.", "managed_offerings."))]
    assert [key for key in shown if f"/catalog/redis/suggest/?fact={key}" not in text] == []
    assert "?fact=best_for" in text
    assert "?fact=lifecycle.cycles" in text
    assert "?fact=limits." in client.get("/catalog/redis/?tab=limits").content.decode()


def test_the_form_shows_the_published_value_and_offers_the_vocabulary(client: Client) -> None:
    answer = client.get(JOINS)
    text = answer.content.decode()
    assert answer["X-Robots-Tag"] == "noindex"
    assert "Published now" in text
    assert re.findall(r'<option value="(\w+)"', text) == list(ALLOWED["features.joins"])
    assert 'value="none" selected' in text


@pytest.mark.parametrize(
    "path",
    [
        "/catalog/nosuch/suggest/?fact=features.joins",
        "/catalog/redis/suggest/",
        "/catalog/redis/suggest/?fact=features.nosuch",
        "/catalog/redis/suggest/?fact=limits.nosuch",
    ],
)
def test_what_the_catalog_does_not_have_cannot_be_suggested(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path, GOOD).status_code == 404


def test_a_suggestion_is_stored_with_the_hash_of_its_token_only(client: Client) -> None:
    path = send(client)
    token = path.split("/")[2]
    row = Suggestion.objects.get()
    assert (row.database_slug, row.key, row.value, row.published) == ("redis", "features.joins", "limited", "none")
    assert (row.source, row.comment, row.state) == (SOURCE, "Since version 8", "open")
    assert row.token_sha256 == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(list(Suggestion.objects.values()))
    assert len(token) >= 43
    assert redacted(f"GET {path} 500") == "GET /suggestions/[hidden]/ 500"


@pytest.mark.parametrize(
    ("slug", "fact", "typed", "stored"),
    [
        ("postgresql", "query.languages", ["sql", "graphql"], ["sql", "graphql"]),
        ("postgresql", "terraform.aws", "aws_db_instance\n\n aws_rds_cluster ", ["aws_db_instance", "aws_rds_cluster"]),
        ("postgresql", "consistency.summary", " One writer. ", "One writer."),
        ("postgresql", "docker.images", "The image is postgres:18", "The image is postgres:18"),
        ("postgresql", "best_for", "Orders", "Orders"),
        ("postgresql", "category", "relational", "relational"),
        ("postgresql", "lifecycle.cycles", "19, ends 2031", "19, ends 2031"),
    ],
)
def test_values_are_stored_as_the_catalog_writes_them(
    client: Client, slug: str, fact: str, typed: object, stored: object
) -> None:
    answer = client.post(f"/catalog/{slug}/suggest/?fact={fact}", {"value": typed, "source": SOURCE})
    assert answer.status_code == 302
    assert Suggestion.objects.get().value == stored
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"source": ""}, "This field is required"),
        ({"source": "the manual"}, "Give the address of the page that says so"),
        ({"source": "javascript:alert(1)"}, "Give the address of the page that says so"),
        ({"source": "https://user:pw@redis.io/"}, "Give the address of the page that says so"),
        ({"source": "https://localhost/"}, "Give the address of the page that says so"),
        ({"source": f"https://redis.io/{'x' * 500}"}, "at most 500 characters"),
        ({"comment": "x" * 2001}, "at most 2000 characters"),
        ({"value": "perhaps"}, "Select a valid choice"),
        ({"website": "https://spam.example"}, "Leave the last box empty"),
    ],
)
def test_bad_input_is_named_at_its_field_and_nothing_is_lost(
    client: Client, fields: dict[str, str], words: str
) -> None:
    answer = client.post(JOINS, GOOD | {"comment": "Kept <b>words</b>"} | fields)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert words in text
    assert "Error:" in text
    assert "comment" in fields or "Kept &lt;b&gt;words&lt;/b&gt;" in text
    assert "source" in fields or SOURCE in text
    assert not Suggestion.objects.exists()


@pytest.mark.parametrize("typed", ["", "0", "-1", "many", "1.5", str(2**70)])
def test_a_limit_is_a_whole_number(client: Client, typed: str) -> None:
    limit = services.current_snapshot().databases["redis"].limits[0]
    answer = client.post(f"/catalog/redis/suggest/?fact=limits.{limit.name}", {"value": typed, "source": SOURCE})
    assert answer.status_code == 422
    assert not Suggestion.objects.exists()


def test_hostile_text_stays_text(client: Client) -> None:
    path = send(client, comment='<script>alert("x")</script>')
    assert "<script>alert" not in client.get(path).content.decode()


def test_ten_an_hour_of_one_address_then_429_with_the_typed_form(client: Client) -> None:
    for _ in range(rate_limit.MOST_OF_ADDRESS):
        send(client)
    answer = client.post(JOINS, GOOD | {"comment": "The eleventh"})
    assert answer.status_code == 429
    assert answer["Retry-After"] == "3600"
    assert "The eleventh" in answer.content.decode()
    assert SOURCE in answer.content.decode()
    assert Suggestion.objects.count() == rate_limit.MOST_OF_ADDRESS
    assert Client(REMOTE_ADDR="198.51.100.7").post(JOINS, GOOD).status_code == 302


def test_one_household_of_ipv6_counts_as_one_and_a_forwarded_address_is_not_believed() -> None:
    for number in range(rate_limit.MOST_OF_ADDRESS):
        one = Client(REMOTE_ADDR=f"2001:db8:1:2::{number + 1}", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
        assert one.post(JOINS, GOOD).status_code == 302
    assert Client(REMOTE_ADDR="2001:db8:1:2::ffff").post(JOINS, GOOD).status_code == 429
    assert Client(REMOTE_ADDR="2001:db8:1:3::1").post(JOINS, GOOD).status_code == 302


def test_a_system_and_everybody_together_are_limited() -> None:
    with patch.object(rate_limit, "MOST_OF_SYSTEM", 2), patch.object(rate_limit, "MOST_IN_ALL", 2):
        codes = [Client(REMOTE_ADDR=f"198.51.100.{one}").post(JOINS, GOOD).status_code for one in range(3)]
        assert codes == [302, 302, 429]  # a refused one does not count for the others
        other = "/catalog/postgresql/suggest/?fact=best_for"
        answer = Client(REMOTE_ADDR="198.51.100.9").post(other, {"value": "Orders", "source": SOURCE})
        assert answer.status_code == 429


def test_forms_need_their_csrf_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(JOINS, GOOD).status_code == 403
    path = send(Client())
    assert strict.post(path, {"comment": "x"}).status_code == 403


def test_whoever_has_the_link_follows_it_and_nobody_else(client: Client) -> None:
    path = send(client)
    answer = Client().get(path)  # another browser of the same person
    assert "Waiting for a curator" in answer.content.decode()
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    wrong = client.get("/suggestions/nosuchtoken/")
    assert wrong.status_code == 404
    assert wrong["X-Robots-Tag"] == "noindex, nofollow"
    assert client.get("/suggestions/1/").status_code == 404


def test_a_sender_answers_when_asked_and_only_then(client: Client) -> None:
    path = send(client)
    row = Suggestion.objects.get()
    early = client.post(path, {"comment": "And another thing"})
    assert early.status_code == 409
    suggestions.ask(row, make_user(is_staff=True), "Which version?")
    assert "Which version?" in client.get(path).content.decode()
    empty = client.post(path, {"source": "", "comment": ""})
    assert empty.status_code == 422
    assert client.post(path, {"source": "nonsense", "comment": "8.2"}).status_code == 422
    assert client.post(path, {"source": "https://redis.io/v8/", "comment": "8.2"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.answer, row.source) == ("open", "8.2", "https://redis.io/v8/")


def test_answers_count_against_the_limit(client: Client) -> None:
    path = send(client)
    suggestions.ask(Suggestion.objects.get(), make_user(is_staff=True), "Which version?")
    with patch.object(rate_limit, "MOST_OF_ADDRESS", 1):
        answer = client.post(path, {"comment": "Typed with care"})
    assert answer.status_code == 429
    assert "Typed with care" in answer.content.decode()


def test_the_end_is_told_with_the_answer_of_the_curator(client: Client) -> None:
    path = send(client)
    suggestions.reject(Suggestion.objects.get(), make_user(is_staff=True), "The page speaks of another product")
    text = client.get(path).content.decode()
    assert "Not taken over" in text
    assert "The page speaks of another product" in text
    assert "<textarea" not in text
