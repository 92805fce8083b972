"""Runs of the impact: exactly the plans that change, each once, whoever works and whoever is killed."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from catalog import exports, services, team_prices
from catalog.files import packaged_prices, packaged_snapshot
from planner import impact, tasks
from planner.engine.document import Plan as Document
from planner.engine.document import load_json
from planner.engine.impact import World
from planner.engine.impact import impact as compared
from planner.models import ImpactChunk, ImpactResult, ImpactRun, Plan
from planner.proposal import Proposal, of_prices, read
from tests.factories import make_people
from tests.planner.plans import example, make_plan

pytestmark = pytest.mark.django_db
NOW = World(packaged_snapshot(), packaged_prices())
EMPTY = Document.model_validate({"polystore": 1, "name": "Empty"})


def without_transactions(slug: str = "postgresql") -> Proposal:
    """The published system, but said to have no transactions, and that seen in a source."""
    return with_fact(slug, "transaction_scope", "none")


def with_fact(slug: str, field: str, value: object, group: str = "consistency") -> Proposal:
    tree: dict[str, Any] = json.loads(json.dumps(exports.tree(services.current_snapshot().databases[slug])))
    tree[group][field] = value
    provenance = tree[group].setdefault("provenance", {})
    provenance["unverified_fields"] = [one for one in provenance.get("unverified_fields") or () if one != field]
    return Proposal({slug: tree})


def on_one_store(database: str, name: str) -> Document:
    """One data set in a store of its own."""
    needs: dict[str, Any] = {"size_gib": 10, "reads_per_second": 10, "writes_per_second": 5, "item_bytes": 1000}
    needs |= {"transactions": "multi-record"}
    return Document.model_validate(
        {
            "polystore": 1,
            "name": name,
            "provider": "aws",
            "region": "us-east-1",
            "services": {"a": {"name": "A", "tier": "low", "data": {"b": {"name": "B", "store": "s", "needs": needs}}}},
            "stores": {"s": {"name": "S", "database": database, "offering": "self-hosted"}},
        }
    )


def run(wanted: Proposal, key: str = "revision:1") -> ImpactRun:
    """A run worked through to its end in this process."""
    made = impact.create_run(key, wanted, None)
    while impact.work(made.pk):
        pass
    made.refresh_from_db()
    return made


def changed(made: ImpactRun) -> dict[str, tuple[str, ...]]:
    rows = made.results.select_related("plan")
    return {row.plan.name: impact.change_of(row).kinds for row in rows}


def test_one_changed_fact_lists_exactly_the_plans_whose_result_changes() -> None:
    make_plan(example().model_copy(update={"name": "Shop"}), visitor="a")
    make_plan(EMPTY, visitor="b")
    make_plan(on_one_store("postgresql", "Small"), visitor="c")
    gone = make_plan(visitor="d")
    Plan.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())
    made = run(without_transactions())
    assert (made.state, made.plans, made.error) == ("done", 3, "")
    found = changed(made)
    assert "leader" in found["Shop"]
    assert "Small" in found
    assert "Empty" not in found
    assert impact.progress(made) == impact.Progress(3, 3, 0)


def test_the_kept_result_is_the_engines_own() -> None:
    plan = make_plan(visitor="a")
    wanted = without_transactions()
    made = run(wanted)
    row = made.results.get()
    assert row.revision == plan.head
    own = compared(example(), NOW, wanted.applied(NOW), timezone.localdate())
    assert impact.change_of(row) == own
    assert row.worst == 0


def test_a_proposal_that_says_what_is_published_changes_nothing() -> None:
    make_plan(visitor="a")
    tree = exports.tree(services.current_snapshot().databases["postgresql"])
    made = run(Proposal({"postgresql": json.loads(json.dumps(tree))}))
    assert (made.state, made.results.count()) == ("done", 0)


def test_several_systems_at_once_and_one_that_goes() -> None:
    make_plan(visitor="a")
    systems = {**without_transactions().systems, "aurora": None}
    assert "leader" in changed(run(Proposal(systems), "revisions:1,2"))[example().name]


def test_new_prices_change_costs() -> None:
    make_plan(visitor="a")
    make_plan(EMPTY, visitor="b")
    rows = [one for one in packaged_prices().prices if one.provider == "aws"]
    wanted = of_prices((one, one.__class__(**{**asdict(one), "usd": one.usd * 2})) for one in rows)
    assert changed(run(wanted, "prices:1")) == {example().name: ("order", "score", "cost")}


def asdict(price: object) -> dict[str, Any]:
    return {name: getattr(price, name) for name in price.__slots__}  # type: ignore[attr-defined]


def test_prices_keep_their_place_and_may_come_and_go() -> None:
    first, second, *_ = packaged_prices().prices
    dearer = type(first)(**{**asdict(first), "usd": Decimal("99.5")})
    wanted = read(json.loads(json.dumps(of_prices([(first, dearer), (second, None), (None, second)]).tree)))
    book = wanted.applied(NOW).prices
    assert book.prices[0] == dearer
    assert book.prices[-1] == second
    assert len(book.prices) == len(packaged_prices().prices)
    assert Proposal().applied(NOW) == NOW


def many(count: int) -> None:
    for number in range(count):
        make_plan(on_one_store("postgresql", f"Plan {number}"), visitor=f"v{number}")


def two_chunks(monkeypatch: pytest.MonkeyPatch) -> ImpactRun:
    monkeypatch.setattr(impact, "PLANS_PER_CHUNK", 2)
    many(4)
    return impact.create_run("revision:1", without_transactions(), None)


def test_a_chunk_of_a_silent_worker_is_done_again_without_double_results(monkeypatch: pytest.MonkeyPatch) -> None:
    made = two_chunks(monkeypatch)
    lost = impact._claimed(made)
    assert lost is not None
    while impact.work(made.pk):
        pass
    assert ImpactRun.objects.get(pk=made.pk).state == "running"
    assert impact.sweep() == []  # its worker may still be at it
    long_ago = timezone.now() - dt.timedelta(minutes=5)
    ImpactChunk.objects.filter(run=made).update(heartbeat_at=long_ago)
    ImpactRun.objects.filter(pk=made.pk).update(created_at=long_ago)
    assert impact.sweep() == [made.pk]
    while impact.work(made.pk):
        pass
    made.refresh_from_db()
    assert (made.state, made.results.count(), made.results.values("plan").distinct().count()) == ("done", 4, 4)
    with pytest.raises(impact.Abandoned):  # the worker wakes up and finds the work done by another
        impact._compare(made, lost)
    assert made.results.count() == 4


def test_what_is_started_three_times_and_never_ends_fails_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    made = two_chunks(monkeypatch)
    ImpactChunk.objects.filter(run=made).update(attempts=3)
    assert not impact.work(made.pk)
    made.refresh_from_db()
    assert made.state == "failed"
    assert "3 times" in made.error


def test_a_cancelled_run_ends_and_keeps_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    made = two_chunks(monkeypatch)
    chunk = impact._claimed(made)
    assert chunk is not None
    impact.cancel(made)
    with pytest.raises(impact.Abandoned):
        impact._compare(made, chunk)
    assert not impact.work(made.pk)
    assert ImpactResult.objects.count() == 0
    assert ImpactRun.objects.get(pk=made.pk).state == "cancelled"


def test_a_new_run_takes_the_place_of_the_old(monkeypatch: pytest.MonkeyPatch) -> None:
    first = two_chunks(monkeypatch)
    second = run(without_transactions())
    assert ImpactRun.objects.get(pk=first.pk).state == "cancelled"
    ImpactRun.objects.update(finished_at=timezone.now() - dt.timedelta(minutes=5))
    third = run(without_transactions())
    assert list(ImpactRun.objects.all()) == [third] != [second]


def test_a_plan_that_cannot_be_read_does_not_hide_the_others() -> None:
    broken = make_plan(visitor="a")
    make_plan(visitor="b")
    assert broken.head
    type(broken.head).objects.filter(pk=broken.head.pk).update(document="{}", document_sha256="x")
    made = run(without_transactions())
    assert (made.state, made.results.count(), impact.progress(made).failed) == ("done", 1, 1)


def test_copies_of_one_plan_are_compared_once_and_listed_each(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(text: str) -> Document:
        read.append(text)
        return load_json(text)

    monkeypatch.setattr(impact, "load_json", counted)
    for visitor in "abc":
        make_plan(visitor=visitor)
    many(2)
    made = run(without_transactions())
    assert (made.results.count(), made.results.values("plan").distinct().count(), len(read)) == (5, 5, 3)


def test_a_team_that_pays_by_contract_is_judged_by_its_own_prices() -> None:
    people = make_people()
    make_plan(team=people.team)
    make_plan(owner=people.owner)
    since = dt.date(2026, 1, 1)
    team_prices.add_discount(people.team, people.owner, Decimal(50), (since, None), provider="aws")
    rows = [one for one in packaged_prices().prices if one.provider == "aws"]
    made = run(of_prices((one, one.__class__(**{**asdict(one), "usd": one.usd * 2})) for one in rows), "prices:1")
    costs = {row.plan.team_id: impact.change_of(row).cost for row in made.results.select_related("plan")}
    team, alone = costs[people.team.pk], costs[None]
    assert team and alone and team.before and team.after and alone.before
    assert team.before < alone.before
    assert team.after == pytest.approx(alone.before, rel=0.05)


def test_another_published_catalog_ends_the_run_and_says_so() -> None:
    make_plan(visitor="a")
    made = impact.create_run("revision:1", without_transactions(), None)
    ImpactRun.objects.filter(pk=made.pk).update(catalog_snapshot="another")
    assert not impact.work(made.pk)
    made.refresh_from_db()
    assert made.state == "failed"
    assert "changed meanwhile" in made.error
    assert impact.is_out_of_date(made, without_transactions())


def test_a_changed_proposal_is_out_of_date() -> None:
    made = run(without_transactions())
    assert not impact.is_out_of_date(made, without_transactions())
    assert impact.is_out_of_date(made, without_transactions("mongodb"))


def test_no_plans_end_at_once_and_a_run_that_is_gone_ends_quietly() -> None:
    assert run(without_transactions()).state == "done"
    tasks.compare(str(uuid.uuid4()))
