"""The public history and the curators' page of one revision: what is shown, who may open and decide."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from catalog import curation, services
from catalog.curation import FactChange
from catalog.models import Revision
from catalog.trees import Entry
from tests.catalog.conftest import changed
from tests.factories import make_user

pytestmark = pytest.mark.django_db
SOURCE = "https://example.org/joins"


def browser(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def author(folder: Path) -> User:
    services.load(folder)
    return make_user("a@example.com", is_staff=True, first_name="Ada", last_name="Ruiz")


@pytest.fixture
def reviewer(author: User) -> User:
    return make_user("b@example.com", is_staff=True)


@pytest.fixture
def waiting(author: User) -> Revision:
    change = FactChange("features.joins", Entry("limited", (SOURCE,), True, "2026-11-20"))
    return curation.submit(curation.change(curation.start("redis", author, "Joins through search"), [change]))


def page_of(revision: Revision) -> str:
    return f"/curation/revisions/{revision.pk}/"


def decide(person: User | None, revision: Revision, do: str, note: str = "") -> int:
    return browser(person).post(f"{page_of(revision)}decide/", {"do": do, "note": note}).status_code


def test_both_values_stand_side_by_side_with_their_sources(waiting: Revision, reviewer: User) -> None:
    text = browser(reviewer).get(page_of(waiting)).content.decode()
    assert "Joins through search" in text
    assert "Ada Ruiz" in text
    assert f'<a href="{SOURCE}"' in text
    assert "Every changed fact names a source" in text
    assert f'hx-get="{page_of(waiting)}impact/"' in text


@pytest.mark.parametrize("do", ["publish", "reject", "back", "submit"])
def test_only_curators_open_and_decide(waiting: Revision, do: str) -> None:
    for person in (None, make_user()):
        assert browser(person).get(page_of(waiting)).status_code == 404
        assert decide(person, waiting, do) == 404
    waiting.refresh_from_db()
    assert waiting.state == Revision.State.REVIEW


def test_another_curator_publishes_and_everybody_sees_it(waiting: Revision, reviewer: User, author: User) -> None:
    assert decide(author, waiting, "publish") == 422
    assert decide(reviewer, waiting, "publish", "read the page") == 302
    text = Client().get("/catalog/redis/history/").content.decode()
    assert "1 change from revision 1 to 2" in text
    assert "Ada Ruiz" in text
    assert "a@example.com" not in text
    assert "read the page" in text
    assert SOURCE in Client().get("/catalog/redis/").content.decode()


def test_sending_back_and_rejecting_keep_the_words(waiting: Revision, reviewer: User, author: User) -> None:
    assert decide(reviewer, waiting, "back", "Which page?") == 302
    waiting.refresh_from_db()
    assert (waiting.state, waiting.comment) == ("draft", "Joins through search\nWhich page?")
    assert decide(author, waiting, "submit") == 302
    assert decide(reviewer, waiting, "reject", "not so") == 302
    waiting.refresh_from_db()
    assert waiting.state == "rejected"
    assert "History of" in Client().get("/catalog/redis/history/").content.decode()
    assert decide(reviewer, waiting, "publish") == 422


def test_a_stale_revision_shows_what_was_published_meanwhile(waiting: Revision, reviewer: User, folder: Path) -> None:
    changed(folder, "redis", lambda tree: tree.update(vendor="Somebody else"))
    services.load(folder)
    answer = browser(reviewer).post(f"{page_of(waiting)}decide/", {"do": "publish", "note": "kept words"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody else" in text
    assert 'value="kept words"' in text


def test_any_two_revisions_are_compared(waiting: Revision, reviewer: User, author: User) -> None:
    decide(reviewer, waiting, "publish")
    curation.publish(curation.undo("redis", 1, author), reviewer)
    client = Client()
    assert "1 change from revision 2 to 3" in client.get("/catalog/redis/history/").content.decode()
    assert "Both say the same" in client.get("/catalog/redis/history/?from=1&to=3").content.decode()
    assert "The first revision" in client.get("/catalog/redis/history/?to=1").content.decode()
    assert client.get("/catalog/redis/history/?to=1&utm_source=mail").status_code == 200
    assert client.get("/catalog/nope/history/").status_code == 404


@pytest.mark.parametrize(
    ("query", "said", "known"),
    [
        ("from=9", "<code>from=9</code>", "Known are: 2, 1."),
        ("to=x", "<code>to=x</code>", "Known are: 2, 1."),
        ("to=1&from=-1", "<code>from=-1</code>", "Known are: 2, 1."),
        (f"to=1{'0' * 5000}", "<code>to=1000", "Known are: 2, 1."),
        ("old=1&new=77", "parameter <code>new</code>", "Known are: from, to."),
    ],
)
def test_a_revision_that_does_not_exist_is_named(
    waiting: Revision, reviewer: User, query: str, said: str, known: str
) -> None:
    decide(reviewer, waiting, "publish")
    answer = Client().get(f"/catalog/redis/history/?{query}")
    text = answer.content.decode()
    assert answer.status_code == 404
    assert said in text
    assert known in text
    assert "nothing is compared" in text
    assert "from revision" not in text  # no other two instead
    assert '<a href="?to=2">2</a>' in text


def test_a_dropped_system_keeps_its_history(waiting: Revision, reviewer: User, author: User, folder: Path) -> None:
    decide(reviewer, waiting, "publish")
    curation.publish(curation.undo("redis", 1, author), reviewer)  # what curators changed would keep it
    (folder / "redis.yaml").unlink()
    services.load(folder)
    assert Client().get("/catalog/redis/").status_code == 404
    answer = Client().get("/catalog/redis/history/")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Redis is no longer in the catalog" in text
    assert 'href="/catalog/redis/"' not in text
    assert "1 change from revision 2 to 3" in text
    Revision.objects.filter(database_slug="redis").update(state=Revision.State.REJECTED)
    assert Client().get("/catalog/redis/history/").status_code == 404  # nothing of it was ever published


def test_the_history_leads_curators_and_nobody_else_to_going_back(waiting: Revision, reviewer: User) -> None:
    decide(reviewer, waiting, "publish")
    address = "/catalog/redis/history/"
    anonymous = Client()
    anonymous.get(address)  # sets the cookie that the page's ETag depends on
    tag = anonymous.get(address)["ETag"]
    first = Revision.objects.get(database_slug="redis", number=1)
    for person in (None, make_user()):
        assert "/curation/revisions/" not in browser(person).get(address).content.decode()
    curators_page = browser(reviewer).get(address, headers={"If-None-Match": tag})
    assert curators_page.status_code == 200
    assert "ETag" not in curators_page
    assert "Cookie" in curators_page["Vary"]
    for one in (first, waiting):
        assert f'href="{page_of(one)}"' in curators_page.content.decode()
    assert "Go back to this revision" in browser(reviewer).get(page_of(first)).content.decode()


def test_going_back_makes_a_revision_in_review(waiting: Revision, reviewer: User, author: User) -> None:
    decide(reviewer, waiting, "publish")
    first = Revision.objects.get(database_slug="redis", number=1)
    assert "Go back to this revision" in browser(author).get(page_of(first)).content.decode()
    for person in (None, make_user()):
        assert browser(person).post("/catalog/redis/history/1/undo/").status_code == 404
    answer = browser(author).post("/catalog/redis/history/1/undo/")
    made = Revision.objects.get(database_slug="redis", number=3)
    assert answer["Location"] == page_of(made)
    assert made.state == Revision.State.REVIEW
    again = browser(reviewer).post("/catalog/redis/history/1/undo/")
    assert again["Location"] == page_of(made)  # somebody's is pending already


def test_an_unchanged_history_is_answered_with_304(waiting: Revision, reviewer: User, author: User) -> None:
    client = Client()
    client.get("/catalog/redis/history/")
    tag = client.get("/catalog/redis/history/")["ETag"]
    assert client.get("/catalog/redis/history/", headers={"If-None-Match": tag}).status_code == 304
    before = services.current_snapshot().id
    decide(reviewer, waiting, "publish")
    curation.publish(curation.undo("redis", 1, author), reviewer)
    assert services.current_snapshot().id == before  # the same content again, but two revisions more
    assert client.get("/catalog/redis/history/", headers={"If-None-Match": tag}).status_code == 200
