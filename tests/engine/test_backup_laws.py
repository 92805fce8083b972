"""Laws of backups and recovery: more never loses more, retention keeps what others need, schedules stay within bounds."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.engine.backup import jobs, keep, loss, targets
from planner.engine.backup.chains import Source, chain_storage
from planner.engine.backup.schedule import Task, schedule

START = dt.datetime(2026, 1, 1, 3, tzinfo=dt.UTC)
times = st.lists(st.integers(0, 20_000), min_size=1, max_size=60).map(
    lambda hours: [START + dt.timedelta(hours=one) for one in hours]
)
counts = st.integers(0, 8)
positive = st.floats(0.01, 1e4)


@settings(max_examples=80, deadline=None)
@given(
    times,
    st.dictionaries(st.sampled_from(["last", "hourly", "daily", "weekly", "monthly", "yearly"]), counts, min_size=1),
)
def test_retention_keeps_the_newest_and_more_keeps_no_less(at: list[dt.datetime], policy: dict[str, int]) -> None:
    for tool in (keep.kept_by_restic, keep.kept_by_borg):
        kept = tool(at, policy)
        assert kept == sorted(kept, reverse=True)
        assert len(kept) <= len(at)
        assert not any(policy.values()) or kept[0] == max(at)
    more = {name: count + 3 for name, count in policy.items()}
    assert set(keep.kept_by_restic(at, policy)) <= set(keep.kept_by_restic(at, more)) | {min(at)}


@settings(max_examples=60, deadline=None)
@given(positive, positive, positive, positive)
def test_a_shorter_interval_never_loses_more(interval: float, less: float, duration: float, copy: float) -> None:
    short, long = (loss.periodic_loss(one, duration, copy) for one in sorted((interval, less)))
    assert short.worst <= long.worst
    assert short.mean <= short.p95 <= short.worst


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 10), st.floats(0, 0.5), st.integers(1, 40), st.integers(1, 200))
def test_no_chain_is_deleted_that_kept_points_need(cycle: int, change: float, points: int, days: int) -> None:
    source = Source(1000, change, 0.5)
    found = chain_storage(source, full_every_days=cycle, mode="inc", days=days, keep_points=points)
    assert found.final_points >= min(points, days)
    assert found.peak_points <= points + cycle - 1
    assert found.peak_gb >= found.final_gb


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 30), st.sets(st.integers(0, 6), max_size=3), st.integers(1, 120))
def test_jobs_keep_their_points(points: int, weekdays: set[int], days: int) -> None:
    full_on = jobs.weekly(sorted(weekdays)) if weekdays else None
    for job in (jobs.forward_job, jobs.reverse_job):
        for day, files in enumerate(job(points, full_on, dt.date(2026, 1, 5), days)):
            assert files.points >= min(points, day + 1)
            assert files.fulls >= 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from("abc")), min_size=1, max_size=6), st.floats(0, 0.5))
def test_a_further_copy_is_never_lost_sooner(copies: list[tuple[float, str]], site: float) -> None:
    placed = [loss.PlacedCopy(*one) for one in copies]
    assert loss.all_lost([*placed, loss.PlacedCopy(0.3, "d")], site) <= loss.all_lost(placed, site) + 1e-12


graphs = st.integers(1, 14).flatmap(
    lambda count: st.lists(
        st.tuples(st.integers(1, 90), st.integers(1, 2), st.sets(st.integers(0, count - 1), max_size=3)),
        min_size=count,
        max_size=count,
    )
)


@settings(max_examples=20, deadline=None)
@given(graphs, st.integers(2, 5))
def test_schedules_hold_their_bounds_and_more_people_are_never_bound_to_take_longer(
    rows: list[tuple[int, int, set[int]]], staff: int
) -> None:
    tasks = {
        str(at): Task(minutes, people, tuple(str(one) for one in sorted(after) if one < at))
        for at, (minutes, people, after) in enumerate(rows)
    }
    found, more = schedule(tasks, staff), schedule(tasks, staff + 3)
    assert found.bound_minutes - 1e-9 <= found.minutes <= sum(one.minutes for one in tasks.values()) + 1e-9
    assert more.bound_minutes <= found.bound_minutes + 1e-9
    assert more.minutes <= found.minutes + 1e-9 or more.minutes <= more.bound_minutes * 1.15
    assert schedule(tasks, staff) == found


@pytest.mark.parametrize(
    ("tasks", "staff", "said"),
    [
        ({"a": Task(1, 3)}, 2, "needs 3 people"),
        ({"a": Task(1, 1, ("b",))}, 2, "no task"),
        ({"a": Task(1, 1, ("b",)), "b": Task(1, 1, ("a",))}, 2, "needs itself"),
        ({"a": Task(-1)}, 2, "-1 minutes"),
    ],
)
def test_what_cannot_be_scheduled_says_why(tasks: dict[str, Task], staff: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        schedule(tasks, staff)


def test_limits() -> None:
    assert schedule({}, 1).minutes == 0
    assert loss.log_loss_seconds(16, 0, None) is None
    assert loss.log_loss_seconds(16, 0, 60, 5) == 65
    assert targets.restore_points({}, {}).system_minutes is None
    with pytest.raises(ValueError, match="derived from itself"):
        targets.restore_points({"a": 1, "b": 2}, {"a": ["b"], "b": ["a"]})
    assert targets.Spread(10, 10).chance_within(10) == 1
    assert keep.kept_by_restic([], {"last": 3}) == keep.kept_by_borg([], {"daily": 3}) == []
    with pytest.raises(ValueError, match="no span"):
        keep.span("1w")
