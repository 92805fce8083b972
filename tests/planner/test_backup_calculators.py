"""The calculators of backups by hand: storage and retention, RPO and RTO, 3-2-1."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from planner.calculated import written
from planner.calculators.all import calculator_of
from planner.calculators.backup_storage import chains_gib, deduplicated_gib, kept_ages
from planner.engine.backup.chains import Source


def figures(slug: str, **changed: str) -> dict[str, Any]:
    calculator = calculator_of(slug)
    assert calculator is not None
    form = calculator.form({**calculator.form.defaults(), **changed})
    assert form.is_valid(), form.errors
    return {one.key: one for one in calculator.compute(form.cleaned_data).figures}


def test_kept_ages_by_hand() -> None:
    """1 January 2026 is a Thursday: its week begins on Monday, 29 December 2025."""
    assert kept_ages(3, 0, 0, 0) == (0, 1, 2)
    assert kept_ages(0, 2, 0, 0) == (0, 4)  # the newest of this week, and Sunday of the one before
    assert kept_ages(0, 0, 3, 0) == (0, 1, 32)  # 1 January, 31 December, 30 November
    assert kept_ages(0, 0, 0, 2) == (0, 1)
    assert len(kept_ages(7, 4, 12, 3)) < 7 + 4 + 12 + 3


def test_storage_by_hand() -> None:
    source = Source(100.0, 0.1, 0.5)
    assert deduplicated_gib(source, (0, 1)) == pytest.approx(50 + 5)
    assert deduplicated_gib(source, (0, 2)) == pytest.approx(50 + 50 * 0.19)
    # 3,652 days end on day 5 of a week of fulls (3,651 = 521 x 7 + 4): a full and four increments, or a full and one.
    assert chains_gib(source, (0,), 7, "inc") == pytest.approx(50 + 4 * 5)
    assert chains_gib(source, (0,), 7, "diff") == pytest.approx(50 + 50 * (1 - 0.9**4))
    assert chains_gib(source, (0,), 1, "inc") == pytest.approx(50)


def test_more_kept_or_more_change_never_takes_less() -> None:
    base = figures("backup-storage")
    for changed in ({"monthly": "24"}, {"daily_change_likely": "0.05"}, {"copies": "3"}):
        more = figures("backup-storage", **changed)
        for key in ("deduplicated_gib", "chains_gib", "all_places_gib"):
            assert more[key].likely >= base[key].likely
            assert more[key].low <= more[key].likely <= more[key].high


def test_growth_counts() -> None:
    found = figures("backup-storage", growth="1")
    assert found["later_gib"].likely == pytest.approx(8 * found["all_places_gib"].likely)


def test_losses_by_hand() -> None:
    nightly = figures("recovery", log_minutes="")
    assert nightly["worst_loss"].likely == 86_400 + 45 * 60
    assert nightly["mean_loss"].likely == 43_200 + 45 * 60
    assert nightly["loss_within"].likely == 0  # never within 15 minutes
    assert figures("recovery", log_minutes="", rpo_minutes="765")["loss_within"].likely == pytest.approx(0.5)
    logged = figures("recovery")
    assert (logged["worst_loss"].likely, logged["mean_loss"].likely) == (330, 180)
    assert logged["loss_within"].likely == 1


def test_times_by_hand() -> None:
    """Everything certain: 3 + 2 + 10 + 2 min and 100 GiB at 100 MiB/s, 1,024 s."""
    sure = {
        f"{name}_{part}": value
        for name, value in (("size_gib", "100"), ("speed", "100"), ("detect", "3"), ("decide", "2"), ("provision", "10"), ("verify", "2"))
        for part in ("low", "likely", "high")
    }  # fmt: skip
    found = figures("recovery", **sure)
    assert found["back"].likely == pytest.approx(17 * 60 + 1024)
    assert found["reading"].likely == pytest.approx(1024)
    assert found["back_within"].likely == 1
    assert figures("recovery", **sure, rto_minutes="34")["back_within"].likely == 0


def test_the_rule_clause_by_clause() -> None:
    found = figures("copies")
    assert [found[key].note.startswith("met") for key in ("copies", "media", "sites", "immutable", "verified")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    safe = figures("copies", locked="1", verified="yes")
    assert all(safe[key].note.startswith("met") for key in ("copies", "media", "sites", "immutable", "verified"))
    alone = figures("copies", replicas="0", here="0", away="0", other_medium="no")
    assert alone["copies"].likely == 1
    assert written(1 / 47_300, "ratio") == "1 in 47,300"  # never 0.00 %
    assert alone["none_left"].likely == pytest.approx(0.001 + 0.999 * 0.02)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("backup-storage/?daily=0&weekly=0&monthly=0&yearly=0", "nothing would be left"),
        ("backup-storage/?full_every_days=0", "full_every_days"),
        ("recovery/?takes_minutes=2000", "runs pile up"),
        ("copies/?away=1&locked=2", "at most all of them can be locked"),
    ],
)
def test_bad_input_is_told_at_its_field(address: str, said: str) -> None:
    page = Client().get(f"/calculators/{address}")
    assert page.status_code == 422
    assert said in page.content.decode()
