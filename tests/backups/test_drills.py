"""Restore drills: planned, recorded, withdrawn; what they change in the plan; who may."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import uuid
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar
from pypdf import PdfReader

from accounts.services import create_token
from backups import services, tasks
from backups.models import CalendarLink, Drill, Reminder
from backups.urls import urlpatterns
from planner import services as plans
from planner.engine.drills import practices
from planner.models import Plan
from tests.factories import People, make_user
from tests.planner.plans import browser, make_plan

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def result(**more: Any) -> services.Result:
    values: dict[str, Any] = {"store": "pg-main", "on": TODAY, "restored_gib": 206.0, "minutes": 52.0, "verified": True,
                              "checks": "row counts"}  # fmt: skip
    return services.Result(**(values | more))


def form(**more: str) -> dict[str, str]:
    return {"store": "pg-main", "on": TODAY.isoformat(), "restored_gib": "206", "minutes": "52", "verified": "on",
            "checks": "row counts, checksums", "log": "line\n<b>two</b>"} | more  # fmt: skip


def head(plan: Plan) -> Any:
    plan.refresh_from_db()
    assert plan.head is not None
    return plans.document_of(plan.head)


def address(name: str, plan: Plan, **more: object) -> str:
    return reverse(f"backups:{name}", kwargs={"pk": plan.pk, **more})


@pytest.fixture
def plan() -> Plan:
    return make_plan(visitor="v")


@pytest.fixture
def client() -> Client:
    return browser(visitor="v")


def test_a_recorded_drill_becomes_part_of_the_plan_and_its_speed_counts(plan: Plan, client: Client) -> None:
    before = len(head(plan).stores["pg-main"].drills)
    answer = client.post(address("record", plan), form(), follow=True)
    assert answer.status_code == 200
    document = head(plan)
    assert len(document.stores["pg-main"].drills) == before + 1
    evaluation = plans.evaluation_of(plan.head, plan)  # type: ignore[arg-type]
    one = next(one for one in practices(document, evaluation) if one.store == "pg-main")
    assert one.newest is not None
    assert one.newest.on == TODAY
    assert one.size_gib is not None
    assert one.whole_minutes == pytest.approx(52 * one.size_gib / 206)
    said = [because.text for row in evaluation.recovery["order-service/orders"].failures for because in row.reasons]
    assert any("Measured in the drill of" in text and "206 GiB in 52 min" in text for text in said)
    assert "&lt;b&gt;two" in answer.content.decode()


def test_undo_takes_the_measurement_out_and_the_record_says_so(plan: Plan, client: Client) -> None:
    services.record(plan, result(), None)
    plan.refresh_from_db()
    plans.undo(plan, None)
    assert "not in this version of the plan" in client.get(address("drills", plan)).content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"minutes": "0"}, "Enter more than 0"),
        ({"minutes": "nan"}, "Enter a number"),
        ({"restored_gib": "-3"}, "Enter more than 0"),
        ({"restored_gib": "1e300"}, "At most"),
        ({"on": (TODAY + dt.timedelta(days=2)).isoformat()}, "cannot lie in the future"),
        ({"store": "nowhere"}, "Select a valid choice"),
        ({"checks": ""}, "Say what was compared"),
        ({"log": "x" * (services.MOST_LOG_CHARS + 1)}, "at most"),
    ],
)
def test_a_bad_result_is_refused_at_its_field_and_nothing_typed_is_lost(
    plan: Plan, client: Client, change: dict[str, str], said: str
) -> None:
    answer = client.post(address("record", plan), form(note="Keep this note") | change)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "Keep this note" in page
    assert plan.revisions.count() == 1
    assert not Drill.objects.exists()


def test_a_planned_drill_is_ticked_recorded_and_closed(plan: Plan, client: Client) -> None:
    due = TODAY + dt.timedelta(days=10)
    client.post(address("schedule", plan), {"store": "pg-main", "due_on": due.isoformat(), "owner": "Mara"})
    drill = Drill.objects.get()
    client.post(address("tick", plan, number=drill.pk), {"done": ["0", "2", "99", "x"]})
    drill.refresh_from_db()
    assert [at for at, step in enumerate(drill.checklist) if step["done"]] == [0, 2]
    client.post(address("finish", plan, number=drill.pk), form())
    drill.refresh_from_db()
    assert (drill.state, drill.minutes, drill.owner) == (Drill.State.DONE, 52.0, "Mara")
    again = client.post(address("finish", plan, number=drill.pk), form())
    assert again.status_code == 422
    assert "done already" in again.content.decode()
    assert sum(one.on == TODAY for one in head(plan).stores["pg-main"].drills) == 1


def test_a_day_that_has_passed_cannot_be_planned(plan: Plan, client: Client) -> None:
    yesterday = (TODAY - dt.timedelta(days=1)).isoformat()
    answer = client.post(address("schedule", plan), {"store": "pg-main", "due_on": yesterday, "owner": "Mara"})
    assert answer.status_code == 422
    assert 'value="Mara"' in answer.content.decode()


def test_every_store_gets_one_planned_drill(plan: Plan, client: Client) -> None:
    services.schedule(plan, "pg-main", TODAY, "", None)
    client.post(address("schedule_all", plan))
    client.post(address("schedule_all", plan))
    stores = list(Drill.objects.values_list("store", flat=True))
    assert len(stores) == len(set(stores)) > 2


def test_a_withdrawn_drill_leaves_the_plan_and_stays_as_evidence(plan: Plan, client: Client) -> None:
    drill, _ = services.record(plan, result(minutes=1.0), None)
    no_reason = client.post(address("withdraw", plan, number=drill.pk), {"because": ""})
    assert no_reason.status_code == 422
    client.post(address("withdraw", plan, number=drill.pk), {"because": "Wrong store"})
    assert result(minutes=1.0).measured not in head(plan).stores["pg-main"].drills
    rows = list(csv.DictReader(io.StringIO(client.get(address("evidence", plan, fmt="csv")).content.decode())))
    mine = [row for row in rows if row["minutes"] == "1"]
    assert [(row["state"], row["withdrawn_because"]) for row in mine] == [("withdrawn", "Wrong store")]
    client.post(address("withdraw", plan, number=drill.pk), {"because": "Again"})
    drill.refresh_from_db()
    assert drill.withdrawn_because == "Wrong store"


def test_evidence_as_csv_is_no_formula_and_as_pdf_names_the_drills(plan: Plan, client: Client) -> None:
    services.record(plan, result(checks="=1+1", note="@now"), None)
    rows = list(csv.DictReader(io.StringIO(client.get(address("evidence", plan, fmt="csv")).content.decode())))
    assert {row["compared"] for row in rows if row["made_on"] == str(TODAY)} == {"'=1+1"}
    answer = client.get(address("evidence", plan, fmt="pdf"))
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert "Restore drills of Webshop reference" in text
    assert "52 min" in text
    assert client.get(address("evidence", plan, fmt="xls")).status_code == 404


def test_a_calendar_reads_the_planned_drills_under_a_secret_address(plan: Plan, client: Client) -> None:
    services.schedule(plan, "pg-main", dt.date(2030, 5, 1), "Ann, Ben; on call", None)
    page = client.post(address("new_calendar", plan)).content.decode()
    token = page.split("/calendars/")[1].split(".ics")[0]
    assert not CalendarLink.objects.filter(token_sha256=token).exists()
    answer = Client().get(f"/calendars/{token}.ics")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert answer["Content-Type"].startswith("text/calendar")
    assert event.decoded("dtstart") == dt.date(2030, 5, 1)
    assert "Ann, Ben; on call" in str(event["description"])
    client.post(address("revoke_calendar", plan))
    assert Client().get(f"/calendars/{token}.ics").status_code == 404
    assert token not in client.get(address("drills", plan)).content.decode()


def test_reminders_are_said_once_mailed_to_writers_and_shown_until_the_drill_is_made(people: People) -> None:
    plan = make_plan(team=people.team)
    late = services.schedule(plan, "pg-main", TODAY - dt.timedelta(days=1), "Mara", None)
    services.schedule(plan, "mongo-catalog", TODAY + dt.timedelta(days=3), "", None)
    services.schedule(plan, "ch-events", TODAY + dt.timedelta(days=30), "", None)
    for _ in range(2):
        for number in services.remind(TODAY):
            tasks.send_reminder(number)
    assert sorted(Reminder.objects.values_list("drill__store", "kind")) == [
        ("mongo-catalog", "soon"),
        ("pg-main", "overdue"),
    ]
    assert len(mail.outbox) == 2
    assert {one for letter in mail.outbox for one in letter.to} == {people.owner.email, people.editor.email}
    assert "overdue" in browser(people.owner).get("/plans/").content.decode()
    assert "Restore drills to make" not in browser(people.stranger).get("/plans/").content.decode()
    services.record(plan, result(), None, planned=late)
    assert "overdue since" not in browser(people.owner).get("/plans/").content.decode()


def test_a_drill_that_was_due_soon_is_reminded_of_again_when_it_is_overdue(plan: Plan) -> None:
    services.schedule(plan, "pg-main", TODAY + dt.timedelta(days=2), "", None)
    services.remind(TODAY)
    services.remind(TODAY + dt.timedelta(days=3))
    services.remind(TODAY + dt.timedelta(days=4))
    assert list(Reminder.objects.order_by("pk").values_list("kind", flat=True)) == ["soon", "overdue"]


def api(user: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {create_token(user, 'drills')[1]}"}


def body(**more: object) -> str:
    return json.dumps({"store": "pg-main", "on": TODAY.isoformat(), "restored_gib": 206, "minutes": 52, "verified": True,
                       "checks": "sha256 of 12 tables", "log": "ok"} | more)  # fmt: skip


def test_a_program_records_a_drill_once_however_often_it_sends_it() -> None:
    owner = make_user()
    plan, headers = make_plan(owner=owner), api(owner)
    url = f"/api/v1/plans/{plan.pk}/drills"
    first = Client().post(url, body(key="run-1"), content_type="application/json", headers=headers)
    second = Client().post(url, body(key="run-1"), content_type="application/json", headers=headers)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert Client().get(first["Location"], headers=headers).json()["log"] == "ok"
    assert sum(one.on == TODAY for one in head(plan).stores["pg-main"].drills) == 1
    listed = Client().get(url, headers=headers).json()
    assert next(one for one in listed["stores"] if one["store"] == "pg-main")["last_on"] == TODAY.isoformat()


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"store": "nope"}, 422, "no store 'nope'"),
        ({"minutes": 0}, 422, "greater than 0"),
        ({"checks": ""}, 422, "what was compared"),
        ({"on": "2999-01-01"}, 422, "future"),
        ({"surprise": 1}, 422, "surprise"),
        ({"drill": str(uuid.UUID(int=1))}, 404, ""),
    ],
)
def test_a_bad_body_is_refused_by_the_api(change: dict[str, object], status: int, said: str) -> None:
    owner = make_user()
    plan = make_plan(owner=owner)
    answer = Client().post(
        f"/api/v1/plans/{plan.pk}/drills", body(**change), content_type="application/json", headers=api(owner)
    )
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert plan.revisions.count() == 1


def test_the_api_plans_a_drill_and_takes_its_result() -> None:
    owner = make_user()
    plan, headers = make_plan(owner=owner), api(owner)
    url = f"/api/v1/plans/{plan.pk}/drills"
    wanted = json.dumps({"store": "pg-main", "due_on": TODAY.isoformat(), "owner": "Mara"})
    made = Client().post(f"{url}/planned", wanted, content_type="application/json", headers=headers)
    assert made.status_code == 201
    done = Client().post(url, body(drill=made.json()["id"]), content_type="application/json", headers=headers)
    again = Client().post(url, body(drill=made.json()["id"]), content_type="application/json", headers=headers)
    assert (done.json()["state"], again.status_code) == ("done", 409)


FILES = {"files", "files_archive", "store_files", "store_archive", "file"}  # tests/backups/test_files.py
READS = {"drills", "drill", "evidence"}
WRITES = {
    "schedule",
    "schedule_all",
    "record",
    "finish",
    "tick",
    "call_off",
    "withdraw",
    "new_calendar",
    "revoke_calendar",
}


def test_the_lists_of_this_test_name_every_address() -> None:
    assert {one.name for one in urlpatterns} == READS | WRITES | FILES | {"feed"}


@pytest.mark.parametrize("name", sorted(READS | WRITES))
def test_who_may_read_and_who_may_write(name: str, people: People) -> None:
    plan = make_plan(team=people.team)
    drill = services.schedule(plan, "pg-main", TODAY, "", None)
    more: dict[str, object] = {"fmt": "csv"} if name == "evidence" else {}
    if name in {"drill", "finish", "tick", "call_off", "withdraw"}:
        more["number"] = drill.pk
    url = address(name, plan, **more)
    for outsider in (browser(), browser(people.stranger), browser(visitor="someone")):
        assert outsider.get(url).status_code in (404, 405)
        assert outsider.post(url, {"store": "pg-main"}).status_code in (404, 405)
    viewer = browser(people.viewer)
    if name in READS:
        assert viewer.get(url).status_code == 200
    else:
        assert viewer.get(url).status_code in (404, 405)
        assert viewer.post(url, {"store": "pg-main"}).status_code == 404
    assert plan.revisions.count() == 1
    assert Drill.objects.get().state == Drill.State.PLANNED
    editor = browser(people.editor).post(url, {"store": "pg-main"})
    assert editor.status_code == (405 if name in READS else editor.status_code)
    assert editor.status_code != 404


@pytest.mark.parametrize("path", ["drills", "drills/planned"])
def test_who_may_use_the_api(path: str, people: People) -> None:
    plan = make_plan(team=people.team)
    url = f"/api/v1/plans/{plan.pk}/{path}"
    for headers in ({}, api(people.stranger), api(people.viewer)):
        sent = body() if path == "drills" else json.dumps({"store": "pg-main", "due_on": TODAY.isoformat()})
        assert Client().post(url, sent, content_type="application/json", headers=headers).status_code == 404
    assert not Drill.objects.exists()
    if path == "drills":
        assert Client().get(url, headers=api(people.viewer)).status_code == 200
        assert Client().get(url, headers=api(people.stranger)).status_code == 404


@pytest.mark.parametrize("name", ["drills", "evidence"])
def test_the_number_of_queries_does_not_grow_with_drills(plan: Plan, client: Client, name: str) -> None:
    url = address(name, plan, **({"fmt": "csv"} if name == "evidence" else {}))

    def asked() -> int:
        client.get(url)  # the new version is evaluated once
        with CaptureQueriesContext(connection) as seen:
            client.get(url)
        return len(seen)

    services.record(plan, result(), None)
    few = asked()
    for number in range(6):
        services.record(plan, result(minutes=60.0 + number), None)
        services.schedule(plan, "pg-main", TODAY + dt.timedelta(days=number), "", None)
    assert asked() <= few + 1  # not one a drill; what is published is looked up again every two seconds
