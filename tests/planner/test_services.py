"""Saving, merging, undo and redo of plans."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from planner import services
from planner.engine import edits
from planner.engine.document import Plan as Document
from planner.engine.document import dump_json
from planner.models import Plan, Revision
from tests.planner.plans import example, make_plan

pytestmark = pytest.mark.django_db


def renamed(document: Document, path: str, name: str) -> Document:
    data_set = document.data_set(path).model_copy(update={"name": name})
    return edits.with_data_set(document, path, data_set)


def head(plan: Plan) -> Revision:
    plan.refresh_from_db()
    assert plan.head is not None
    return plan.head


def save(plan: Plan, document: Document, base: Revision, summary: str = "Edit") -> Revision:
    return services.save_revision(plan, document, base=base, author=None, summary=summary)


def test_a_new_plan_has_version_one_with_the_canonical_document() -> None:
    plan = make_plan(visitor="a")
    first = head(plan)
    assert (first.number, plan.name, first.parent) == (1, "Webshop reference", None)
    assert first.document == dump_json(example())


def test_a_plan_belongs_to_exactly_one() -> None:
    with pytest.raises(ValueError, match="one person"):
        services.create_plan(example())


def test_saving_adds_a_version_and_leaves_the_old_one_as_it_was() -> None:
    plan = make_plan(visitor="a")
    first = head(plan)
    second = save(plan, renamed(services.document_of(first), "order-service/carts", "Baskets"), first)
    assert second.number == 2
    assert second.parent == first
    assert head(plan) == second
    assert Revision.objects.get(pk=first.pk).document == first.document


def test_an_edit_that_changes_nothing_adds_no_version() -> None:
    plan = make_plan(visitor="a")
    first = head(plan)
    assert save(plan, services.document_of(first), first) == first
    assert plan.revisions.count() == 1


def test_two_people_who_edit_different_parts_are_merged() -> None:
    plan = make_plan(visitor="a")
    base = head(plan)
    document = services.document_of(base)
    save(plan, renamed(document, "order-service/carts", "Baskets"), base)
    merged = save(plan, renamed(document, "user-service/accounts", "People"), base)
    found = services.document_of(merged)
    assert found.data_set("order-service/carts").name == "Baskets"
    assert found.data_set("user-service/accounts").name == "People"


def test_the_same_field_twice_is_a_conflict_and_saves_nothing() -> None:
    plan = make_plan(visitor="a")
    base = head(plan)
    document = services.document_of(base)
    theirs = save(plan, renamed(document, "order-service/carts", "Baskets"), base)
    with pytest.raises(services.Conflict) as caught:
        save(plan, renamed(document, "order-service/carts", "Trolleys"), base)
    assert head(plan) == theirs
    assert caught.value.theirs_revision == theirs
    assert caught.value.ours.data_set("order-service/carts").name == "Trolleys"
    (conflict,) = caught.value.merge.conflicts
    assert (conflict.ours, conflict.theirs) == ("Trolleys", "Baskets")


@pytest.mark.parametrize(("side", "expected"), [("ours", "Trolleys"), ("theirs", "Baskets")])
def test_a_conflict_is_resolved_field_by_field_and_keeps_what_only_one_changed(
    side: services.Side, expected: str
) -> None:
    plan = make_plan(visitor="a")
    base = head(plan)
    document = services.document_of(base)
    theirs = save(plan, renamed(document, "order-service/carts", "Baskets"), base)
    ours = renamed(renamed(document, "order-service/carts", "Trolleys"), "user-service/accounts", "People")
    with pytest.raises(services.Conflict) as caught:
        save(plan, ours, base)
    choices = {one.path: side for one in caught.value.merge.conflicts}
    saved = services.resolve_conflict(plan, ours, choices, base=base, theirs=theirs, summary="Mix", author=None)
    found = services.document_of(saved)
    assert found.data_set("order-service/carts").name == expected
    assert found.data_set("user-service/accounts").name == "People"


def test_undo_and_redo_move_the_head_and_keep_the_history() -> None:
    plan = make_plan(visitor="a")
    first = head(plan)
    second = save(plan, renamed(services.document_of(first), "order-service/carts", "Baskets"), first)
    assert services.undo(plan, None) == first
    assert head(plan) == first
    assert services.undo(plan, None) is None
    assert services.redo(plan, None) == second
    assert services.redo(plan, None) is None
    assert plan.revisions.count() == 2


def test_after_undo_a_new_edit_starts_its_own_line_and_the_undone_version_stays_readable() -> None:
    plan = make_plan(visitor="a")
    first = head(plan)
    second = save(plan, renamed(services.document_of(first), "order-service/carts", "Baskets"), first)
    services.undo(plan, None)
    third = save(plan, renamed(services.document_of(first), "order-service/carts", "Trolleys"), first)
    assert services.redo(plan, None) is None
    assert services.undo(plan, None) == first
    assert services.redo(plan, None) == third
    assert plan.revisions.filter(pk=second.pk).exists()


def test_undo_of_an_older_step_keeps_what_others_saved_since() -> None:
    plan = make_plan(visitor="a")
    first = head(plan)
    mine = save(plan, renamed(services.document_of(first), "order-service/carts", "Baskets"), first)
    save(plan, renamed(services.document_of(mine), "user-service/accounts", "People"), mine)
    undone = services.undo(plan, None, base=mine)
    assert undone is not None
    found = services.document_of(undone)
    assert found.data_set("order-service/carts").name == example().data_set("order-service/carts").name
    assert found.data_set("user-service/accounts").name == "People"


def test_pressing_undo_twice_at_once_undoes_once() -> None:
    plan = make_plan(visitor="a")
    first = head(plan)
    second = save(plan, renamed(services.document_of(first), "order-service/carts", "Baskets"), first)
    third = save(plan, renamed(services.document_of(second), "user-service/accounts", "People"), second)
    services.undo(plan, None, base=third)
    services.undo(plan, None, base=third)
    assert head(plan) == second


def test_restoring_an_old_version_keeps_the_versions_between() -> None:
    plan = make_plan(visitor="a")
    first = head(plan)
    second = save(plan, renamed(services.document_of(first), "order-service/carts", "Baskets"), first)
    third = services.restore_revision(plan, first, base=second, author=None)
    assert (third.number, third.document) == (3, first.document)
    assert plan.revisions.count() == 3


def test_replacing_a_document_refuses_a_stale_base() -> None:
    plan = make_plan(visitor="a")
    first = head(plan)
    document = renamed(services.document_of(first), "order-service/carts", "Baskets")
    save(plan, document, first)
    with pytest.raises(services.Stale):
        services.replace_document(plan, document, base=first, author=None, summary="Late")


def test_a_copy_is_a_plan_of_its_own() -> None:
    source = make_plan(is_example=True)
    made = services.copy_plan(head(source), visitor="f" * 64)
    save(made, renamed(example(), "order-service/carts", "Baskets"), head(made))
    assert services.document_of(head(source)) == example()
    assert made.head is not None
    assert made.revisions.count() == 2


def test_the_name_in_lists_follows_the_document() -> None:
    plan = make_plan(visitor="a")
    services.rename_plan(plan, "Shop 2", base=head(plan), author=None)
    assert Plan.objects.get(pk=plan.pk).name == "Shop 2"
    services.undo(plan, None)
    assert Plan.objects.get(pk=plan.pk).name == "Webshop reference"


def test_publishing_the_example_twice_gives_one_plan_and_one_version() -> None:
    first = services.publish_example(example())
    assert services.publish_example(example()) == first
    assert Plan.objects.filter(is_example=True).count() == 1
    assert first.revisions.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_the_same_moment_are_both_kept() -> None:
    plan = make_plan(visitor="a")
    base = head(plan)
    document = services.document_of(base)
    edits_at_once = [("order-service/carts", "Baskets"), ("user-service/accounts", "People")]
    start = threading.Barrier(2)

    def write(path: str, name: str) -> None:
        start.wait()
        save(Plan.objects.get(pk=plan.pk), renamed(document, path, name), base)
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(write, *one) for one in edits_at_once]:
            done.result()
    found = services.document_of(head(plan))
    assert [found.data_set(path).name for path, _ in edits_at_once] == ["Baskets", "People"]
    assert plan.revisions.count() == 3
