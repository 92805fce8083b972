"""Backups as arithmetic, against hand-worked numbers."""

from __future__ import annotations

import datetime as dt

import pytest

from planner.engine.backups import drill_speed, periodic_loss_seconds, restore_seconds, three_two_one, way_back
from planner.engine.document import Store, parse

PLAN = """
polystore: 1
name: One store
services: {}
stores:
  pg:
    name: Main
    database: postgresql
    version: "17"
    offering: aws-rds-postgresql
    provider: aws
    region: us-east-1
    backups:
      - {kind: full, every: 7d, keep: 5w, method: physical,
         copies: [{medium: object-storage, region: us-west-2, offsite: true, immutable: true, encrypted: true}]}
      - {kind: log, every: 5m, keep: 5w, method: continuous-archive,
         copies: [{medium: object-storage, region: us-west-2, offsite: true, immutable: true, encrypted: true}]}
    drills:
      - {on: 2026-07-02, restored_gib: 100, minutes: 10, verified: true, method: physical}
      - {on: 2026-10-02, restored_gib: 190, minutes: 41, verified: true, method: physical}
      - {on: 2026-11-02, restored_gib: 190, minutes: 5, verified: false, method: physical}
"""


@pytest.fixture
def store() -> Store:
    return parse(PLAN).stores["pg"]


def test_a_periodic_backup_loses_interval_duration_and_copy() -> None:
    # Known case: every 1 h, 0.1 h to take, 0.2 h to copy: worst 1.3 h.
    assert periodic_loss_seconds(3600, 360, 720) == pytest.approx(1.3 * 3600)


def test_restore_time_of_a_chain() -> None:
    # 500 GiB full + 6 x 50 GiB at 200 MiB/s, 30 s a set: 4,096 s + 210 s.
    assert restore_seconds(800, 7, 200, 30) == pytest.approx(800 * 1024 / 200 + 210)


def test_the_log_shortens_the_loss_but_must_be_replayed(store: Store) -> None:
    back = way_back(store, 210, 0.1, store.backups, None)
    assert back is not None
    assert back.loss_seconds == 300 + 30
    steps = dict(back.steps)
    assert steps["Restore 210 GiB"] == pytest.approx(210 * 1024 / 300)
    # 0.1 MiB/s x factor 2 x half of seven days / 50 MiB/s
    assert steps["Replay the log"] == pytest.approx(0.1 * 2 * 3.5 * 86400 / 50)


def test_without_its_log_a_weekly_backup_loses_more_than_a_week(store: Store) -> None:
    back = way_back(store, 210, 0.1, store.backups[:1], None)
    assert back is not None
    taking, copying = 210 * 1024 / 300, 210 * 1024 / 100
    assert back.loss_seconds == pytest.approx(7 * 86400 + taking + copying)


def test_a_log_without_a_base_backup_restores_nothing(store: Store) -> None:
    assert way_back(store, 210, 0.1, store.backups[1:], None) is None


def test_the_newest_verified_drill_replaces_the_modelled_speed(store: Store) -> None:
    speed = drill_speed(store)
    assert speed is not None
    assert speed.likely == pytest.approx(190 * 1024 / (41 * 60))
    assert str(dt.date(2026, 10, 2)) in speed.text


def test_three_two_one_needs_three_copies(store: Store) -> None:
    rule = three_two_one(store)
    assert (rule.copies, rule.media, rule.offsite, rule.immutable) == (False, True, True, True)
    assert not rule.verified  # the newest drill was not verified
