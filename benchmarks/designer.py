"""Speed of edits in the designer, server side: requests through the whole site on a database of its own."""

from __future__ import annotations

from itertools import count

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from benchmarks.engine import example, made_plan
from benchmarks.measure import Measured, p95, seconds
from benchmarks.site import site
from planner.models import Plan
from tests.factories import make_user
from tests.planner.plans import browser, form_of, make_plan

HTMX = {"HX-Request": "true"}
EDITS = 40


def measure() -> list[Measured]:
    with site():
        user = make_user()
        client = browser(user)
        small = make_plan(example(), owner=user)
        large = make_plan(made_plan(60, 1000, 200), owner=user)
        return [
            Measured("Edit in the designer, example, p95", _edits(client, small, "order-service", "carts"), 100, "ms"),
            Measured(
                "Edit in the designer, 200 services and 1,000 data sets, p95",
                _edits(client, large, "service-0", "data-0"),
                250,
                "ms",
            ),
            Measured("Queries of the list of plans, with 30 plans more", _more_queries(client, user), 0, ""),
        ]


def _edits(client: Client, plan: Plan, service: str, data_set: str) -> float:
    """Change one rate of one data set, a new value each time, as the editor's form does."""
    url = f"/plans/{plan.pk}/datasets/{service}/{data_set}/"
    fields = form_of(client, url)
    values = count(5000)

    def edit() -> None:
        head = Plan.objects.values_list("head_id", flat=True).get(pk=plan.pk)
        form = fields | {"base": str(head), "reads_per_second_high": str(next(values))}
        answer = client.post(url, form, headers=HTMX)
        assert answer.status_code == 200, (answer.status_code, answer.content[:2000])
        assert Plan.objects.values_list("head_id", flat=True).get(pk=plan.pk) != head

    seconds(edit, 2)
    return 1000 * p95(seconds(edit, EDITS))


def _more_queries(client: Client, user: User) -> float:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get("/plans/").status_code == 200
        return len(found)

    before = queries()
    for _ in range(30):
        make_plan(example(), owner=user)
    return float(queries() - before)
