"""The curator's queue: what is in it, who sees it, and what the three decisions on a suggestion do."""

from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from catalog import acceptance, curation, files, price_book, review_queue, services, suggestions
from catalog.curation import CurationError, FactChange
from catalog.facts import Snapshot
from catalog.models import PriceHold, PriceRefresh, Revision, SourceCheck, Suggestion
from catalog.review_count import waiting_count
from catalog.subjects import subject_of
from catalog.suggestion_checks import checks_of
from catalog.trees import Entry
from tests.factories import make_user

pytestmark = pytest.mark.django_db
SOURCE = "https://redis.io/docs/latest/joins/"
JOINS = "features.joins"


@pytest.fixture(autouse=True)
def loaded(folder: Path) -> None:
    services.load(folder)


@pytest.fixture
def curator() -> User:
    return make_user("c@example.com", is_staff=True)


@pytest.fixture
def desk(curator: User) -> Client:
    client = Client()
    client.force_login(curator)
    return client


def suggest(value: object = "limited", key: str = JOINS, slug: str = "redis") -> Suggestion:
    subject = subject_of(services.current_snapshot(), slug, key)
    assert subject is not None
    return suggestions.create(subject, value, SOURCE, "Since version 8")[0]


def decide(client: Client, row: Suggestion, action: str, note: str = "") -> int:
    return client.post(f"/curation/suggestions/{row.pk}/", {"do": action, "note": note, "next": ""}).status_code


def state(row: Suggestion) -> str:
    row.refresh_from_db()
    return str(row.state)


def value_now(key: str = JOINS) -> object:
    subject = subject_of(services.current_snapshot(), "redis", key)
    return subject.value if subject else None


def test_only_curators_find_the_queue(desk: Client) -> None:
    row = suggest()
    signed_in = Client()
    signed_in.force_login(make_user())
    retired = Client()
    retired.force_login(make_user(is_staff=True, is_active=False))
    for client in (Client(), signed_in, retired):
        assert client.get("/curation/").status_code == 404
        assert decide(client, row, "publish") == 404
        assert "/curation/" not in client.get("/catalog/").content.decode()
    assert state(row) == "open"
    text = desk.get("/curation/").content.decode()
    assert "Joins" in text
    assert 'Curation <span class="count">1</span>' in text


def test_forms_need_their_csrf_token(curator: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(curator)
    row = suggest()
    assert decide(strict, row, "publish") == 403
    assert state(row) == "open"


def test_publish_makes_a_revision_that_readers_see(desk: Client, curator: User) -> None:
    row = suggest()
    assert decide(desk, row, "publish", "Read on page 3") == 302
    assert state(row) == "accepted"
    fact = services.current_snapshot().databases["redis"].facts[JOINS]
    assert (fact.value, fact.sources, fact.verified, fact.checked_on) == (
        "limited", (SOURCE,), True, timezone.localdate(),
    )  # fmt: skip
    newest = curation.history("redis")[0]
    assert (newest.author, newest.reviewer, row.revision) == (curator, curator, newest)
    assert row.note == "Read on page 3"


def test_earlier_changes_of_the_fact_stand_beside_the_suggestion(desk: Client) -> None:
    assert "History of this fact" not in desk.get(f"/curation/?item=suggestions:{suggest().pk}").content.decode()
    decide(desk, Suggestion.objects.get(), "publish")
    suggest("native")
    page = desk.get("/curation/").content.decode()
    assert "History of this fact" in page
    assert "Joins: No to Limited" in page


def test_where_two_curators_exist_the_other_one_publishes(desk: Client) -> None:
    other = make_user(is_staff=True)
    row = suggest()
    assert decide(desk, row, "publish") == 302
    assert (state(row), value_now()) == ("open", "none")
    revision = curation.pending().get()
    assert revision.state == Revision.State.REVIEW
    assert [one.kind for one in review_queue.items(timezone.localdate()) if one.decide] == ["revisions"]
    page = desk.get("/curation/").content.decode()
    assert f"/curation/revisions/{revision.pk}/impact/" in page
    curation.publish(revision, other)
    assert (state(row), value_now()) == ("accepted", "limited")


def test_a_rejected_revision_gives_its_suggestion_back(desk: Client) -> None:
    other = make_user(is_staff=True)
    row = suggest()
    decide(desk, row, "publish")
    curation.reject(curation.pending().get(), other)
    assert state(row) == "open"
    assert row.revision is None


def test_a_draft_with_other_changes_is_extended_and_not_published(desk: Client, curator: User) -> None:
    draft = curation.start("redis", curator)
    curation.change(draft, [FactChange("best_for", Entry("Unfinished words"))])
    row = suggest()
    decide(desk, row, "publish")
    draft.refresh_from_db()
    assert draft.state == Revision.State.DRAFT
    assert {one.key for one in curation.changes_of(draft)} == {"best_for", JOINS}
    assert value_now() == "none"


def test_the_pending_revision_of_somebody_else_is_named_and_the_note_kept(desk: Client) -> None:
    curation.start("redis", make_user("other@example.com", is_staff=True))
    row = suggest()
    answer = desk.post(f"/curation/suggestions/{row.pk}/", {"do": "publish", "note": "Kept"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "other@example.com" in text
    assert 'value="Kept"' in text
    assert state(row) == "open"


def test_a_limit_keeps_its_unit_and_text(desk: Client) -> None:
    before = services.current_snapshot().databases["redis"].limits[0]
    row = suggest(before.value + 1, f"limits.{before.name}")
    decide(desk, row, "publish")
    after = services.current_snapshot().databases["redis"].limit(before.name)
    assert after == replace(
        before, value=before.value + 1, sources=(SOURCE,), checked_on=timezone.localdate(), verified=True
    )


def test_what_came_in_words_is_entered_by_hand(desk: Client, curator: User) -> None:
    row = suggest("The image is redis:8", "docker.images")
    page = desk.get("/curation/").content.decode()
    assert 'value="by-hand"' in page
    assert 'value="publish"' not in page
    with pytest.raises(CurationError, match="by hand"):
        acceptance.accept(row, curator, "")
    assert decide(desk, row, "by-hand") == 302
    assert state(row) == "accepted"


def test_asking_and_rejecting_tell_the_sender_and_leave_the_catalog_alone(desk: Client) -> None:
    asked, rejected = suggest(), suggest("native")
    assert decide(desk, asked, "ask") == 302
    assert decide(desk, rejected, "reject", "No such feature") == 302
    assert (state(asked), state(rejected), value_now()) == ("asked", "rejected", "none")
    assert asked.note.startswith("Which page says so?")
    assert rejected.note == "No such feature"
    assert not Revision.objects.filter(state__in=Revision.PENDING).exists()


def test_a_second_decision_is_refused(desk: Client) -> None:
    row = suggest()
    decide(desk, row, "reject")
    answer = desk.post(f"/curation/suggestions/{row.pk}/", {"do": "publish"})
    assert answer.status_code == 409
    assert "Somebody has decided this already" in answer.content.decode()
    assert value_now() == "none"


def test_an_unknown_decision_kind_or_item_is_answered_in_words(desk: Client) -> None:
    row = suggest()
    assert decide(desk, row, "burn") == 422
    assert decide(desk, Suggestion(pk=row.pk + 99), "reject") == 404
    assert desk.get("/curation/?kind=nosuch").status_code == 404
    assert desk.get("/curation/?item=suggestions:999").status_code == 200
    assert desk.post("/curation/").status_code == 405
    assert desk.get(f"/curation/suggestions/{row.pk}/").status_code == 405


def test_a_suggestion_for_a_fact_that_is_gone_can_only_be_rejected(desk: Client) -> None:
    row = suggest()
    Suggestion.objects.update(key="features.gone")
    page = desk.get("/curation/").content.decode()
    assert "nothing of this name any more" in page
    assert decide(desk, row, "publish") == 409
    assert decide(desk, row, "reject") == 302


def test_the_admin_finds_suggestions_and_may_delete_them(desk: Client) -> None:
    root = Client()
    root.force_login(make_user(is_staff=True, is_superuser=True))
    row = suggest()
    for path in ("suggestion/", "sourcecheck/", f"suggestion/{row.pk}/change/"):
        answer = root.get(f"/admin/catalog/{path}")
        assert answer.status_code == 200
        assert row.token_sha256 not in answer.content.decode()
    assert root.get("/admin/catalog/suggestion/add/").status_code == 403
    assert desk.post(f"/admin/catalog/suggestion/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert root.post(f"/admin/catalog/suggestion/{row.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Suggestion.objects.exists()


def test_checks_say_what_a_curator_would_look_up() -> None:
    snapshot = services.current_snapshot()
    row = suggest()
    subject = subject_of(snapshot, "redis", JOINS)
    assert subject is not None

    def marks() -> list[str]:
        return [f"{one.mark}: {one.text}" for one in checks_of(row, subject, snapshot)]

    assert "ok: Type and unit are valid" in marks()
    assert any(one.startswith("warn: The source was not asked yet") for one in marks())
    assert "ok: No other change of this fact is open" in marks()
    SourceCheck.objects.create(url=SOURCE, status=404, words="404 Not Found", checked_at=timezone.now(),
                               failing_since=timezone.now())  # fmt: skip
    suggest("native")
    assert any(one.startswith("bad: The source did not answer") for one in marks())
    assert "warn: 1 other suggestion for this fact" in marks()
    row.value = "nonsense"
    assert any(one.startswith("bad: features.joins: 'nonsense' is not in the vocabulary") for one in marks())


def test_checks_name_systems_of_the_same_kind_with_the_same_value() -> None:
    snapshot = files.packaged_snapshot()
    subject = subject_of(snapshot, "postgresql", "scaling.sharding")
    assert subject is not None
    row = Suggestion(database_slug="postgresql", key=subject.key, value="none", published="none", source=SOURCE)
    texts = [one.text for one in checks_of(row, subject, snapshot)]
    assert any("other systems of this kind have this value" in text for text in texts)


def shifted(**changes: object) -> Snapshot:
    """The published catalog with another Redis."""
    snapshot = services.current_snapshot()
    redis = replace(snapshot.databases["redis"], **changes)  # type: ignore[arg-type]
    return files.snapshot_of({**snapshot.databases, "redis": redis}, snapshot.offerings)


def test_what_should_be_checked_again_is_grouped_by_system() -> None:
    today = dt.date(2026, 11, 23)
    redis = services.current_snapshot().databases["redis"]
    fresh = {key: replace(one, verified=True, checked_on=today) for key, one in redis.facts.items()}
    clean = shifted(facts=fresh, limits=(), cycles=())
    assert [one for one in review_queue.of_catalog(clean, today) if one.id == "redis"] == []
    old = {**fresh, JOINS: replace(fresh[JOINS], verified=False, checked_on=dt.date(2025, 11, 22))}
    ends = (replace(redis.cycles[0], eol_on=today + dt.timedelta(days=90)),
            replace(redis.cycles[0], cycle="next", eol_on=today + dt.timedelta(days=91)),
            replace(redis.cycles[0], cycle="gone", eol_on=today - dt.timedelta(days=400)))  # fmt: skip
    found = {
        one.kind: one
        for one in review_queue.of_catalog(shifted(facts=old, limits=(), cycles=ends), today)
        if one.id == "redis"
    }
    assert [fact.key for fact in found["unconfirmed"].found] == [JOINS]
    assert [fact.key for fact in found["stale"].found] == [JOINS]
    assert [cycle.cycle for cycle in found["versions"].found] == [redis.cycles[0].cycle, "gone"]


def test_old_prices_are_grouped_by_service_and_source() -> None:
    book = files.packaged_prices()
    day = max(one.as_of for one in book.prices if one.as_of)
    assert review_queue.old_prices(book, day - dt.timedelta(days=4000)) == ()
    found = review_queue.old_prices(book, day + dt.timedelta(days=366))
    keys = {(one.provider, one.service, one.source) for one in book.prices if one.as_of}
    assert len(found) == len(keys)
    assert sum(len(one.found) for one in found) == sum(one.as_of is not None for one in book.prices)


def test_each_kind_of_the_queue_has_a_page(desk: Client) -> None:
    url = services.current_snapshot().databases["redis"].docs_url
    now = timezone.now()
    SourceCheck.objects.create(url=url, status=404, words="404 Not Found", checked_at=now,
                               failing_since=now - dt.timedelta(days=3))  # fmt: skip
    kinds = {one.kind: one.key for one in review_queue.items(timezone.localdate())}
    assert {"unconfirmed", "links"} <= set(kinds)
    for kind, key in kinds.items():
        answer = desk.get("/curation/", {"kind": kind, "item": key})
        assert answer.status_code == 200
        assert 'aria-current="true"' in answer.content.decode()
    dead = desk.get("/curation/?kind=links").content.decode()
    assert "404 Not Found" in dead
    assert "Redis: Documentation" in dead


def test_price_files_and_held_prices_are_decided_in_the_queue(desk: Client) -> None:
    old = next(one for one in services.current_prices().prices if one.kind == "managed")
    file = PriceRefresh.objects.create(vendor="gcp", form="Billing catalog", origin="skus.json", counts={"seen": 3})
    row = price_book.as_json(replace(old, usd=old.usd * 2, as_of=timezone.localdate()))
    hold = PriceHold.objects.create(refresh=file, row_sha256="x", row=row, old_usd=old.usd, new_usd=old.usd * 2)
    assert waiting_count() == 2
    assert [one.kind for one in review_queue.items(timezone.localdate()) if one.decide] == ["files", "holds"]
    assert "skus.json" in desk.get(f"/curation/?item=files:{file.pk}").content.decode()
    page = desk.get(f"/curation/?item=holds:{hold.pk}").content.decode()
    assert "+100%" in page
    going_on = {"kind": "decide", "next": "files:1"}
    answer = desk.post(f"/curation/prices/holds/{hold.pk}/", {"do": "reject", **going_on})
    assert answer["Location"] == "/curation/?kind=decide&item=files%3A1"
    answer = desk.post(f"/curation/prices/files/{file.pk}/decide/", {"do": "drop", **going_on})
    assert answer["Location"].startswith("/curation/?kind=decide")
    assert [one for one in review_queue.items(timezone.localdate()) if one.decide] == []


def test_a_revision_is_decided_in_the_queue_and_leads_to_the_next_item(desk: Client) -> None:
    other = make_user(is_staff=True)
    acceptance.accept(suggest(), other, "")
    page = desk.get("/curation/").content.decode()
    revision = curation.pending().get()
    assert f'action="/curation/revisions/{revision.pk}/decide/"' in page
    fields = {"do": "publish", "kind": "decide", "next": "suggestions:9"}
    answer = desk.post(f"/curation/revisions/{revision.pk}/decide/", fields)
    assert answer["Location"] == "/curation/?kind=decide&item=suggestions%3A9"
    assert value_now() == "limited"


def test_next_and_previous_lead_through_the_whole_list_over_its_pages(desk: Client) -> None:
    for _ in range(60):
        suggest()
    answer = desk.get("/curation/")
    seen = [answer.context["picked"].key]
    while address := answer.context["next"]:
        answer = desk.get(address)
        seen.append(answer.context["picked"].key)
    assert len(set(seen)) == 60
    assert len(answer.context["rows"]) == 10
    assert answer.context["previous"]
    assert answer.context["earlier_page"]


def test_the_number_of_queries_does_not_grow_with_the_queue(desk: Client) -> None:
    def queries() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as caught:
            desk.get("/curation/?kind=all")
        return len(caught)

    suggest()
    few = queries()
    for _ in range(20):
        suggest()
    assert queries() == few


def test_the_count_in_the_navigation_asks_once_and_follows_changes(
    desk: Client, django_capture_on_commit_callbacks: object
) -> None:
    assert waiting_count() == 0
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        row = suggest()
    assert waiting_count() == 1
    with CaptureQueriesContext(connection) as caught:
        assert waiting_count() == 1
    assert len(caught) == 0
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        decide(desk, row, "reject")
    assert waiting_count() == 0


def test_every_link_of_the_queue_leads_somewhere(desk: Client) -> None:
    """Each kind once: edit pages, pages of systems, revisions, price files, sources."""
    url = services.current_snapshot().databases["redis"].docs_url
    now = timezone.now()
    SourceCheck.objects.create(url=url, status=0, words="the host has no address", checked_at=now,
                               failing_since=now - dt.timedelta(days=3))  # fmt: skip
    suggest("The image is redis:8", "docker.images")
    first = {one.kind: one.key for one in review_queue.items(timezone.localdate())}
    for kind, key in first.items():
        text = desk.get("/curation/", {"kind": kind, "item": key}).content.decode()
        inside = text.split('class="split queue"')[1].split("</main>")[0]
        for path in set(re.findall(r'href="(/[^"]+)"', inside)):
            assert desk.get(html.unescape(path)).status_code == 200, (kind, path)
