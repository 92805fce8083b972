"""The calculators of replication and availability: their numbers are those of the models, wrong input stands at its field."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from planner import services
from planner.models import Plan
from tests.api.test_plans import assert_error

pytestmark = pytest.mark.django_db
API = "/api/v1/calculators"


def figures(slug: str, **inputs: str) -> dict[str, dict[str, Any]]:
    answer = Client().get(f"{API}/{slug}", inputs)
    assert answer.status_code == 200, answer.content
    return {one["key"]: one for one in answer.json()["figures"]}


def test_availability_is_that_of_the_known_answers() -> None:
    inputs = {"nodes": "2", "needed": "1", "repair_hours": "8", "failover_seconds": "90", "common_cause_likely": "0.05"}
    found = figures("availability", **inputs, parts="")
    assert found["group"]["likely"] == pytest.approx(0.9999507348, abs=1e-9)
    assert found["all"]["likely"] == found["group"]["likely"]
    with_part = figures("availability", **inputs, parts="0.999, 0.9995")
    assert with_part["all"]["likely"] == pytest.approx(0.9999507348 * 0.999 * 0.9995, abs=1e-9)


def test_measured_round_trips_replace_the_table() -> None:
    inputs = {"mode": "quorum", "replicas": "3", "regions": "", "write_quorum": "3", "round_trips_ms": "0.5, 62, 75"}
    found = figures("replication", **inputs)
    assert found["commit_p95_ms"]["likely"] == pytest.approx(76.8, rel=0.01)
    assert found["commit_p95_ms"]["low"] == found["commit_p95_ms"]["high"]


def test_an_unknown_region_is_asked_for_not_guessed() -> None:
    inputs = {"database": "cockroachdb", "mode": "consensus", "replicas": "0", "regions": "moon-1, mars-1"}
    found = figures("replication", **inputs)
    assert found["commit_p99_ms"]["likely"] is None
    assert "measured round trips" in found["commit_p99_ms"]["note"]
    assert figures("replication", **inputs, round_trips_ms="80, 90")["commit_p99_ms"]["likely"] > 80


def test_what_the_system_cannot_do_is_refused_with_the_fact() -> None:
    page = Client().get("/calculators/replication/", {"database": "redis", "mode": "consensus"}).content.decode()
    assert "Refused: Redis has no consensus replication" in page
    assert "redis:replication.modes" in page
    body = Client().get(f"{API}/replication", {"database": "redis", "mode": "consensus"}).json()
    assert any("Redis" in one["text"] or "redis" in one["text"] for one in body["because"] if one["kind"] == "fact")


def test_a_loss_is_never_a_bare_zero() -> None:
    found = figures("replication")
    assert found["lost_node_seconds"]["likely"] == 0
    assert "at once" in found["lost_node_seconds"]["note"]
    page = Client().get("/calculators/replication/").content.decode()
    assert "none committed" in page
    assert "RPO 0" not in page


def test_a_replica_that_never_catches_up_says_so() -> None:
    found = figures("replication", write_mb_s="20", burst_mb_s="40", apply_mb_s="15")
    assert found["peak_lag_seconds"]["likely"] is None
    assert "without bound" in found["peak_lag_seconds"]["note"]
    assert figures("replication", write_mb_s="10", burst_seconds="300")["drain_seconds"]["likely"] == 1500


@pytest.mark.parametrize(
    ("slug", "field", "typed", "said"),
    [
        ("availability", "needed", "4", "4 of 3 nodes: at most all 3 can be needed."),
        ("availability", "mtbf_hours", "0", "Enter the time between failures of a node as more than 0."),
        ("availability", "parts", "0.9, 1.5", "1.5 is no availability: enter each part as 0 to 1."),
        ("availability", "common_cause_high", "2", "Enter the failures that take all nodes at once as at most 1."),
        ("availability", "failover_seconds", "99999999", "Enter the failover as at most 10,000,000."),
        ("replication", "write_quorum", "4", "4 cannot be met: there are 3 copies in the region."),
        ("replication", "read_quorum", "9", "9 cannot be met: there are 3 copies in the region."),
        ("replication", "replicas", "100", "Enter the copies in the region as at most 14."),
        ("replication", "regions", "x'; DROP", '"x\'; DROP" is no region: enter a name such as eu-west-1.'),
        (
            "replication",
            "round_trips_ms",
            "5",
            "Enter 3 round trips, one for each copy: 2 in the region, then 1 in others.",
        ),
        ("replication", "round_trips_ms", "1, 2, -3", "-3 is no round trip: enter ms above 0."),
        ("replication", "burst_mb_s", "1", "Enter a burst that writes at least as much as a usual second."),
        ("replication", "apply_mb_s", "0", "Enter the rate that a replica applies as more than 0."),
    ],
)
def test_wrong_input_is_named_at_its_field_and_kept(slug: str, field: str, typed: str, said: str) -> None:
    inputs = {"common_cause_likely": "0.05"} if field.startswith("common") else {}
    inputs[field] = typed
    answer = Client().get(f"/calculators/{slug}/", inputs)
    assert answer.status_code == 422
    page = answer.content.decode().replace("&#x27;", "'").replace("&quot;", '"')
    assert f'href="#{field}"' in page
    assert f'name="{field}" value="{typed}"' in page
    error = assert_error(Client().get(f"{API}/{slug}", inputs), 422)
    assert [(one["path"], one["message"]) for one in error["details"]] == [(f"query.{field}", said)]
    assert said in page


@pytest.mark.parametrize("slug", ["replication", "availability"])
def test_the_inputs_become_a_store_of_a_new_plan(slug: str) -> None:
    client = Client()
    answer = client.post(f"/calculators/{slug}/use/", {"name": "Orders"})
    assert answer.status_code == 302
    plan = Plan.objects.get()
    assert plan.head is not None
    document = services.document_of(plan.head)
    (store,) = document.stores.values()
    assert store.replication is not None
    assert (store.replication.replicas, store.replication.zones) == (2, 3)
    assert client.get(f"/plans/{plan.pk}/replication/").status_code == 200


@pytest.mark.parametrize("mode", ["asynchronous", "synchronous", "quorum", "consensus"])
@pytest.mark.parametrize(
    ("replicas", "regions"), [("0", ""), ("0", "eu-west-1"), ("14", "eu-west-1, us-west-2, sa-east-1")]
)
def test_extremes_are_answered(mode: str, replicas: str, regions: str) -> None:
    for database in ("postgresql", "cassandra", "cockroachdb"):
        found = figures(
            "replication", database=database, mode=mode, replicas=replicas, regions=regions, read_quorum="1"
        )
        assert 0 <= found["availability"]["low"] <= found["availability"]["high"] <= 1
