"""Draft, review, published: what changes for readers, who may publish, what two curators at once see, undo, the loader."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from catalog import curation, exports, files, services, trees
from catalog.curation import Conflict, CurationError, FactChange, NeedsReview, Stale
from catalog.models import Revision
from catalog.trees import Entry
from tests.catalog.conftest import changed
from tests.factories import make_user

pytestmark = pytest.mark.django_db
JOINS = "features.joins"
SOURCE = "https://example.org/joins"


def curator(name: str) -> User:
    return make_user(f"{name}@example.com", is_staff=True)


def joins(value: str = "limited", **fields: Any) -> FactChange:
    known: dict[str, Any] = {"sources": (SOURCE,), "verified": True, "checked_on": "2026-11-20"} | fields
    return FactChange(JOINS, Entry(value, **known))


def value_now(slug: str = "redis", key: str = JOINS) -> object:
    fact = services.current_snapshot().databases[slug].fact(key)
    return fact.value if fact else None


@pytest.fixture
def loaded(folder: Path) -> Path:
    services.load(folder)
    return folder


@pytest.mark.parametrize("slug", sorted(files.packaged_snapshot().databases))
def test_entries_set_again_give_the_same_system(slug: str) -> None:
    """Taking every entry out and in changes nothing that a reader sees."""
    tree = exports.tree(files.packaged_snapshot().databases[slug])
    again = trees.with_entries(tree, trees.entries(tree))
    assert trees.differences(tree, again) == []
    assert files.database_from(again).facts == files.database_from(tree).facts
    assert files.database_from(again).limits == files.database_from(tree).limits


def test_a_change_is_seen_by_readers_only_when_published(loaded: Path) -> None:
    author, reviewer = curator("a"), curator("b")
    before = services.current_snapshot().id
    revision = curation.start("redis", author, "Joins through search")
    revision = curation.change(revision, [joins()])
    assert value_now() == "none"
    curation.submit(revision)
    assert services.current_snapshot().id == before
    done = curation.publish(revision, reviewer, "checked")
    fact = services.current_snapshot().databases["redis"].fact(JOINS)
    assert fact is not None
    assert (fact.value, fact.sources, fact.verified, str(fact.checked_on)) == ("limited", (SOURCE,), True, "2026-11-20")
    assert services.current_snapshot().id != before
    assert done.comment == "Joins through search\nchecked"
    assert [one.number for one in curation.history("redis")] == [2, 1]


def test_the_candidate_is_what_publishing_gives(loaded: Path) -> None:
    author, reviewer = curator("a"), curator("b")
    revision = curation.submit(curation.change(curation.start("redis", author), [joins()]))
    wanted = curation.candidate(revision)
    assert wanted.id != services.current_snapshot().id
    curation.publish(revision, reviewer)
    assert services.current_snapshot() == wanted


def test_one_system_has_one_pending_revision(loaded: Path) -> None:
    first, second = curator("a"), curator("b")
    revision = curation.start("redis", first)
    assert curation.start("redis", first) == revision
    with pytest.raises(Conflict, match=r"redis has a pending revision of a@example\.com"):
        curation.start("redis", second)
    curation.reject(revision, second, "no")
    assert curation.start("redis", second).number == 3


def test_who_wrote_it_publishes_it_only_where_nobody_else_can(loaded: Path) -> None:
    author = curator("a")
    revision = curation.submit(curation.change(curation.start("redis", author), [joins()]))
    other = curator("b")
    with pytest.raises(NeedsReview):
        curation.publish(revision, author)
    other.is_active = False
    other.save()
    assert curation.publish(revision, author).state == Revision.State.PUBLISHED


def test_a_draft_is_not_published(loaded: Path) -> None:
    author, reviewer = curator("a"), curator("b")
    revision = curation.start("redis", author)
    with pytest.raises(CurationError, match="is draft"):
        curation.publish(revision, reviewer)
    curation.submit(revision)
    changed_again = curation.change(revision, [joins()])
    assert changed_again.state == Revision.State.DRAFT  # what was reviewed is not what stands there now


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (joins("perhaps"), "'perhaps' is not in the vocabulary; allowed: native, limited"),
        (joins(sources=()), "a fact that was seen in a source needs the source"),
        (joins(sources=("example.org",)), "'example.org' is not a URL"),
        (joins(checked_on="yesterday"), "'yesterday' is not a date"),
        (FactChange("best_for", Entry("")), "best_for: is empty; a text is needed"),
        (
            FactChange("limits.max_nodes", Entry({"value": 0, "unit": "count", "configurable": False, "text": ""})),
            "0 is not a whole number above 0",
        ),
        (
            FactChange("limits.max_nodes", Entry({"value": 9, "unit": "MB", "configurable": False, "text": ""})),
            "'MB' is not in the vocabulary",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_field_and_value(loaded: Path, change: FactChange, words: str) -> None:
    revision = curation.start("redis", curator("a"))
    with pytest.raises(CurationError) as caught:
        curation.change(revision, [joins("native"), change])
    assert words in str(caught.value)
    revision.refresh_from_db()
    assert trees.differences(curation.published_tree("redis"), revision.tree) == []  # not even the good half


def test_a_revision_made_from_an_older_one_is_told_what_changed(loaded: Path) -> None:
    author, reviewer = curator("a"), curator("b")
    revision = curation.submit(curation.change(curation.start("redis", author), [joins()]))
    changed(loaded, "redis", lambda tree: tree.update(vendor="Somebody else"))
    services.load(loaded)
    with pytest.raises(Stale, match="Revision 3 was published in the meantime; it changed: Vendor") as caught:
        curation.publish(revision, reviewer)
    assert [one.key for one in caught.value.changes] == ["vendor"]
    assert value_now() == "none"


def at_once(revisions: list[Revision], reviewer: User) -> list[str]:
    """Publishes each in a thread of its own, all let go at the same moment; what came of it."""
    outcomes: list[str] = []
    gate = threading.Barrier(len(revisions))

    def publish(pk: int) -> None:
        try:
            gate.wait(timeout=20)
            curation.publish(Revision.objects.get(pk=pk), reviewer)
            outcomes.append("published")
        except CurationError as error:
            outcomes.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=(one.pk,)) for one in revisions]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_the_same_at_once_one_wins(folder: Path) -> None:
    services.load(folder)
    author, reviewer = curator("a"), curator("b")
    revision = curation.submit(curation.change(curation.start("redis", author), [joins()]))
    assert at_once([revision, revision], reviewer) == ["Revision 2 of redis is published", "published"]
    assert Revision.objects.filter(database_slug="redis", state=Revision.State.PUBLISHED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_systems_published_at_once_are_both_in_the_catalog(folder: Path) -> None:
    services.load(folder)
    author, reviewer = curator("a"), curator("b")
    revisions = [
        curation.submit(curation.change(curation.start(slug, author), [joins()])) for slug in ("redis", "postgresql")
    ]
    assert at_once(revisions, reviewer) == ["published", "published"]
    services.forget_published()
    assert value_now("redis") == value_now("postgresql") == "limited"
    assert services.current_snapshot().id == services.snapshot_of_rows().id


def test_undo_is_a_new_revision(loaded: Path) -> None:
    author, reviewer = curator("a"), curator("b")
    before = services.current_snapshot().id
    curation.publish(curation.submit(curation.change(curation.start("redis", author), [joins()])), reviewer)
    back = curation.undo("redis", 1, reviewer)
    assert (back.number, back.state, back.origin) == (3, "review", "undo")
    curation.publish(back, author)
    assert value_now() == "none"
    assert services.current_snapshot().id == before
    assert [one.number for one in curation.history("redis")] == [3, 2, 1]
    with pytest.raises(CurationError, match="no published revision 9"):
        curation.undo("redis", 9, author)


def test_a_new_system_is_published_like_a_change(loaded: Path) -> None:
    author, reviewer = curator("a"), curator("b")
    tree = curation.published_tree("redis") | {"slug": "newdb", "name": "New DB"}
    revision = curation.submit(curation.propose(tree, author, "a new one"))
    assert revision.base is None
    curation.publish(revision, reviewer)
    assert services.current_snapshot().databases["newdb"].name == "New DB"
    services.load(loaded)
    assert "newdb" in services.current_snapshot().databases  # the package does not know it, and it stays


def test_a_new_package_never_undoes_what_curators_changed(loaded: Path) -> None:
    author, reviewer = curator("a"), curator("b")
    curation.publish(curation.submit(curation.change(curation.start("redis", author), [joins()])), reviewer)

    def newer(tree: dict[str, Any]) -> None:
        tree["features"]["joins"] = "extension"
        tree["vendor"] = "Somebody else"

    changed(loaded, "redis", newer)
    report = services.load(loaded)
    assert report.databases_changed == 1
    assert value_now() == "limited"  # the curator's
    assert services.current_snapshot().databases["redis"].vendor == "Somebody else"  # the package's
    again = services.load(loaded)
    assert again.databases_changed == 0
    assert curation.history("redis")[0].number == 3


def test_a_catalog_loaded_before_revisions_were_kept_can_be_curated(loaded: Path) -> None:
    Revision.objects.all().delete()
    author, reviewer = curator("a"), curator("b")
    curation.publish(curation.submit(curation.change(curation.start("redis", author), [joins()])), reviewer)
    assert [one.origin for one in curation.history("redis")] == ["curation", "package"]


def test_a_limit_and_release_lines_are_changed_added_and_taken_away(loaded: Path) -> None:
    author, reviewer = curator("a"), curator("b")
    names = [one.name for one in services.current_snapshot().databases["redis"].limits]
    value = {"value": 12, "unit": "count", "configurable": True, "text": "per cluster"}
    cycles = [{"cycle": "9", "released": "2027-01-01", "eol": None, "latest": "9.0", "lts": False}]
    changes = [
        FactChange("limits.max_columns", Entry(value, (SOURCE,), True, "2026-11-20")),
        FactChange(f"limits.{names[0]}", None),
        FactChange("lifecycle.cycles", Entry(cycles)),
    ]
    revision = curation.submit(curation.change(curation.start("redis", author), changes))
    assert {one.key for one in curation.changes_of(revision)} == {one.key for one in changes}
    curation.publish(revision, reviewer)
    redis = services.current_snapshot().databases["redis"]
    limit = redis.limit("max_columns")
    assert limit is not None
    assert (limit.value, limit.sources, limit.verified) == (12, (SOURCE,), True)
    assert redis.limit(names[0]) is None
    assert [one.cycle for one in redis.cycles] == ["9"]


# A newer package beside curated work


def curate(slug: str = "redis") -> Revision:
    revision = curation.submit(curation.change(curation.start(slug, curator("writer")), [joins()]))
    return curation.publish(revision, curator("reviewer"))


def test_a_system_that_left_the_package_comes_back_with_it(loaded: Path) -> None:
    text = (loaded / "redis.yaml").read_text(encoding="utf-8")
    (loaded / "redis.yaml").unlink()
    services.load(loaded)
    assert "redis" not in services.current_snapshot().databases
    (loaded / "redis.yaml").write_text(text, encoding="utf-8")
    services.load(loaded)
    assert "redis" in services.current_snapshot().databases


def test_what_curators_changed_stays_when_the_package_drops_the_system(loaded: Path) -> None:
    curate()
    changed(loaded, "redis", lambda tree: tree.update(vendor="Somebody"))
    services.load(loaded)
    (loaded / "redis.yaml").unlink()
    services.load(loaded)
    assert value_now() == "limited"


def test_a_system_of_curators_is_not_overwritten_by_a_package_that_brings_it_later(loaded: Path) -> None:
    tree = curation.published_tree("redis") | {"slug": "newdb", "name": "As curated"}
    revision = curation.change(curation.propose(tree, curator("writer"), "new"), [joins()])
    curation.publish(curation.submit(revision), curator("reviewer"))
    text = (loaded / "redis.yaml").read_text(encoding="utf-8").replace("slug: redis", "slug: newdb", 1)
    (loaded / "newdb.yaml").write_text(text, encoding="utf-8")
    services.load(loaded)
    assert services.current_snapshot().databases["newdb"].name == "As curated"
    assert value_now("newdb") == "limited"
    changed(loaded, "newdb", lambda tree: tree.update(vendor="Somebody"))
    services.load(loaded)  # what the package changes from now on is taken
    assert services.current_snapshot().databases["newdb"].vendor == "Somebody"
    assert value_now("newdb") == "limited"


def test_a_package_is_taken_as_it_is_where_curated_work_fits_it_no_more(
    loaded: Path, caplog: pytest.LogCaptureFixture
) -> None:
    curate()
    old = curation.published_revision("redis")
    assert old is not None
    old.tree["features"]["joins"] = "magic"  # a word that a newer vocabulary does not have
    old.save()
    changed(loaded, "redis", lambda tree: tree.update(vendor="Somebody"))
    services.load(loaded)
    assert services.current_snapshot().databases["redis"].vendor == "Somebody"
    assert "what curators changed no longer fits" in caplog.text


def test_a_revision_that_was_overtaken_is_put_upon_what_is_published(loaded: Path) -> None:
    mine = curation.submit(curation.change(curation.start("redis", curator("a")), [joins()]))
    with pytest.raises(CurationError, match="nothing newer"):
        curation.rebase(mine)
    changed(loaded, "redis", lambda tree: tree.update(vendor="Somebody"))
    services.load(loaded)
    with pytest.raises(Stale):
        curation.publish(mine, curator("b"))
    again = curation.rebase(mine)
    assert [one.key for one in curation.changes_of(again)] == [JOINS]
    curation.publish(curation.submit(again), curator("c"))
    assert value_now() == "limited"
    assert services.current_snapshot().databases["redis"].vendor == "Somebody"


def test_sources_that_were_taken_away_are_away(loaded: Path) -> None:
    revision = curation.change(curation.start("redis", curator("a")), [joins(sources=(), verified=False)])
    assert trees.entries(revision.tree)[JOINS].sources == ()
    fact = files.database_from(revision.tree).fact(JOINS)
    assert fact is not None
    assert (fact.sources, fact.verified) == ((), False)


def test_the_note_of_a_group_is_an_entry(loaded: Path) -> None:
    author = curator("a")
    revision = curation.change(curation.start("redis", author), [FactChange("licence.note", Entry("Since 8.0"))])
    assert {one.label: one.new_text for one in curation.changes_of(revision)} == {"Licence: note": "Since 8.0"}
    fact = files.database_from(revision.tree).fact("licence.model")
    assert fact is not None
    assert fact.note == "Since 8.0"
    revision = curation.change(revision, [FactChange("licence.note", Entry(""))])
    assert [one.new for one in curation.changes_of(revision)] == [None]


def test_what_is_published_now_is_nothing_to_go_back_to(loaded: Path) -> None:
    number = curate().number
    with pytest.raises(CurationError, match="is what is published now"):
        curation.undo("redis", number, curator("a"))
