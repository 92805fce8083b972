"""A plan of 200 services and 1,000 data sets still works."""

from __future__ import annotations

import pytest
from django.urls import reverse

from planner import services
from planner.engine.document import Plan as Document
from planner.engine.document import parse
from tests.planner.plans import HTMX, browser, form_of, make_plan

pytestmark = pytest.mark.django_db


def large(services_count: int = 200, each: int = 5) -> Document:
    lines = ["polystore: 1", "name: Large", "provider: aws", "region: us-east-1", "stores:"]
    bought = "database: postgresql, offering: self-hosted, provider: aws, region: us-east-1"
    lines.extend(f"  store-{number}: {{name: Store {number}, {bought}}}" for number in range(40))
    lines.append("services:")
    for number in range(services_count):
        lines += [f"  service-{number}:", f"    name: Service {number}", "    tier: medium", "    data:"]
        for one in range(each):
            needs = f"reads_per_second: {number + one + 1}, size_gib: 3, transactions: multi-record, queries: [join]"
            store = f"store-{(number + one) % 40}"
            lines.append(f"      data-{one}: {{name: Data {number} {one}, needs: {{{needs}}}, store: {store}}}")
    return parse("\n".join(lines) + "\n", "yaml")


def test_every_view_and_an_edit_of_a_large_plan() -> None:
    plan = make_plan(large(), visitor="me")
    client, base = browser(visitor="me"), reverse("planner:plan", args=[plan.pk])
    for query in ("", "?view=table", "?view=yaml", "?select=service-7/data-3", "?select=store:store-3"):
        assert client.get(base + query).status_code == 200
    url = reverse("planner:data_set", args=[plan.pk, "service-7", "data-3"])
    form = form_of(client, url) | {"reads_per_second_likely": "77"}
    assert client.post(url, form, headers=HTMX).status_code == 200
    plan.refresh_from_db()
    assert plan.head is not None
    reads = services.document_of(plan.head).data_set("service-7/data-3").needs.reads_per_second
    assert reads is not None
    assert reads.mid == 77
