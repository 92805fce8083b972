"""/healthz says which part is down, for any host name, and says it soon."""

from __future__ import annotations

import time

import pytest
from django.db import OperationalError
from django.test import Client

from config import health


@pytest.mark.django_db
def test_everything_answers_but_no_worker_runs(client: Client) -> None:
    started = time.monotonic()
    response = client.get("/healthz")
    assert response.status_code == 200
    answer = response.json()
    assert (answer["status"], answer["database"], answer["broker"]) == ("ok", "ok", "ok")
    assert answer["worker"].startswith("no worker answers")
    assert time.monotonic() - started < 5


@pytest.mark.django_db
def test_host_name_of_a_load_balancer_does_not_matter(client: Client) -> None:
    assert client.get("/healthz", headers={"Host": "10.1.2.3:9999"}).status_code == 200
    assert client.get("/", headers={"Host": "10.1.2.3:9999"}).status_code == 400


def test_database_that_is_down_is_503_in_words(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> bool:
        raise OperationalError("refused")

    monkeypatch.setattr(health, "postgresql_too_old", fail)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json()["status"] == "down"
    assert response.json()["database"] == "the database does not answer"


def test_old_postgresql_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "postgresql_too_old", lambda: True)
    assert client.get("/healthz").json()["database"] == "PostgreSQL is older than 15"


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
