"""Backups that could not do their work are named, with the policy and the field to change."""

from __future__ import annotations

import pytest

from planner.engine.backup.policy_faults import PolicyFault, policy_faults
from planner.engine.document import BackupPolicy, parse
from tests.engine.documents import EXAMPLES, WEBSHOP

STORE = "pg-main"


def faults(*wanted: tuple[str, str, object]) -> tuple[PolicyFault, ...]:
    plan = parse(WEBSHOP.read_bytes())
    backups = tuple(
        BackupPolicy.model_validate({"kind": kind, "every": every, "keep": keep, "method": "physical"})
        for kind, every, keep in wanted
    )
    return policy_faults(plan, STORE, plan.stores[STORE].model_copy(update={"backups": backups}))


FULL, LOG = ("full", "7d", "5w"), ("log", "5m", "14d")


@pytest.mark.parametrize(
    ("wanted", "at", "field", "words"),
    [
        ([("log", "5m", "7d")], 0, "kind", "without a base backup"),
        ([("incremental", "1d", "7d")], 0, "kind", "without a full backup or snapshot"),
        ([LOG, ("differential", "1d", "7d")], 1, "kind", "Differential backups restore nothing"),
        ([("full", "7d", "1d")], 0, "keep", "Kept 24 h, but the next is made only after 7 days"),
        ([("full", "7d", "7d"), ("incremental", "1d", "5w")], 0, "keep", "keep it at least 28 days"),
        ([("full", "7d", "1 copy"), ("log", "5m", "30d")], 0, "keep", "need this full backup"),
        ([("full", "7d", {"weekly": 2}), ("log", "5m", "30d")], 0, "keep", "need this full backup"),
        ([("full", "7d", "5w"), ("log", "5m", "3d")], 1, "keep", "no way back"),
        ([FULL, LOG, ("full", "7d", "3w")], 2, "every", "Backup 1 is the same"),
        ([("full", "10m", "7d")], 0, "every", "make it less often, or incremental"),
    ],
)
def test_a_fault_stands_at_the_field_to_change(
    wanted: list[tuple[str, str, object]], at: int, field: str, words: str
) -> None:
    found = faults(*wanted)
    assert [(one.at, one.field) for one in found] == [(at, field)]
    assert words in found[0].text


@pytest.mark.parametrize(
    "wanted",
    [
        [],
        [FULL],
        [FULL, LOG],
        [FULL, ("incremental", "1d", "14d"), LOG],
        [("full", "7d", "4w"), ("incremental", "1d", "5w")],  # the oldest full and the week after it
        [("snapshot", "6h", "3d"), ("log", "5m", "3d")],
        [("full", "1d", {"daily": 7, "weekly": 4, "monthly": 12}), ("log", "1m", "30d")],
        [FULL, ("full", "30d", "7y")],
    ],
    ids=lambda wanted: "+".join(one[0] for one in wanted) or "none",
)
def test_backups_that_fit_have_no_fault(wanted: list[tuple[str, str, object]]) -> None:
    assert faults(*wanted) == ()


def test_a_lock_longer_than_the_keeping_is_a_fault_of_the_keeping() -> None:
    plan = parse(WEBSHOP.read_bytes())

    def locked(days: int) -> list[str]:
        copy = {"medium": "object-storage", "immutable": True, "locked": f"{days}d"}
        one = {"kind": "full", "every": "7d", "keep": "5w", "method": "physical", "copies": [copy]}
        store = plan.stores[STORE].model_copy(update={"backups": (BackupPolicy.model_validate(one),)})
        return [fault.field for fault in policy_faults(plan, STORE, store)]

    assert (locked(35), locked(36)) == ([], ["keep"])


def test_runs_of_unknown_size_do_not_overlap() -> None:
    plan = parse(WEBSHOP.read_bytes())
    store = plan.stores[STORE].model_copy(
        update={"backups": (BackupPolicy(kind="full", every="1m", keep="7d", method="physical"),)}
    )
    assert [one.field for one in policy_faults(plan, STORE, store)] == ["every"]
    assert policy_faults(plan, "a-new-store", store) == ()


def test_the_starting_plans_have_none() -> None:
    for path in sorted(EXAMPLES.glob("*.yaml")):
        plan = parse(path.read_bytes())
        for slug, store in plan.stores.items():
            assert policy_faults(plan, slug, store) == (), f"{path.name} {slug}"
