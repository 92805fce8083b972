"""Errors of the API have one shape whatever made them; pages stay plain."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import Http404
from django.test import Client, RequestFactory
from kombu.exceptions import OperationalError as BrokerError
from ninja.errors import HttpError
from redis.exceptions import ConnectionError as RedisDown

from accounts.models import User
from accounts.services import create_token, revoke_token
from config.api import api

ABSENT = "00000000-0000-4000-8000-000000000000"


def assert_error(response: Any, status: int, code: str) -> None:
    assert response.status_code == status
    assert response.headers["Content-Type"].startswith("application/json")
    error = response.json()["error"]
    assert set(error) == {"code", "message", "details"}
    assert error["code"] == code
    assert error["message"]


def test_address_that_does_not_exist(client: Client) -> None:
    assert_error(client.get("/api/v1/nothing/here"), 404, "not-found")
    assert_error(client.get("/api/v2/"), 404, "not-found")


@pytest.mark.django_db
def test_method_that_is_not_allowed_names_the_allowed_ones(client: Client) -> None:
    response = client.delete("/api/v1/databases")
    assert_error(response, 405, "method-not-allowed")
    assert "GET" in response.headers["Allow"]


@pytest.mark.django_db
def test_body_that_is_no_json(client: Client) -> None:
    response = client.post("/api/v1/evaluations", data="{", content_type="application/json")
    assert response.status_code in {400, 422}
    assert set(response.json()["error"]) == {"code", "message", "details"}


@pytest.mark.django_db
def test_unknown_and_revoked_tokens_are_refused_alike(client: Client, user: User) -> None:
    token, secret = create_token(user, "ci")
    assert client.get("/api/v1/plans", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    revoke_token(token)
    for raw in (secret, "pst_unknown", ""):
        response = client.get("/api/v1/plans", headers={"Authorization": f"Bearer {raw}"})
        assert_error(response, 401, "not-signed-in")


@pytest.mark.django_db
def test_browser_session_needs_the_csrf_token(user: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert_error(client.post("/api/v1/plans", data={}, content_type="application/json"), 403, "forbidden")


@pytest.mark.django_db
def test_token_needs_no_csrf_token(user: User) -> None:
    client = Client(enforce_csrf_checks=True)
    headers = {"Authorization": f"Bearer {create_token(user, 'ci')[1]}"}
    response = client.post("/api/v1/plans", data={}, content_type="application/json", headers=headers)
    assert response.status_code == 422


@pytest.mark.parametrize(
    ("exception", "status", "code"),
    [
        (OperationalError("no database"), 503, "unavailable"),
        (BrokerError("no broker"), 503, "unavailable"),
        (RedisDown("no redis"), 503, "unavailable"),
        (RuntimeError("a bug"), 500, "internal-error"),
        (RequestDataTooBig(), 413, "too-large"),
        (Http404(), 404, "not-found"),
        (HttpError(412, "The plan has changed."), 412, "changed"),
    ],
)
def test_exception_becomes_the_one_shape(exception: Exception, status: int, code: str) -> None:
    response = api.on_exception(RequestFactory().get("/api/v1/plans"), exception)
    assert response.status_code == status
    assert f'"code": "{code}"' in response.content.decode()
    assert "a bug" not in response.content.decode()


@pytest.mark.django_db
def test_no_operation_crashes_on_absent_things(client: Client) -> None:
    schema = client.get("/api/v1/openapi.json").json()
    assert len(schema["paths"]) > 5
    for path, methods in schema["paths"].items():
        address = path
        for parameter in {part.strip("{}") for part in path.split("/") if part.startswith("{")}:
            address = address.replace(f"{{{parameter}}}", ABSENT)
        for method in methods:
            response = client.generic(method.upper(), address, data="{}", content_type="application/json")
            assert response.status_code < 500, (method, path)
            if response.status_code >= 400:
                assert set(response.json()["error"]) == {"code", "message", "details"}, (method, path)


@pytest.mark.django_db
def test_documentation_page_lists_every_operation_and_loads_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/api/v1/docs").content.decode()
    for path, methods in client.get("/api/v1/openapi.json").json()["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in page
    assert "https://" not in page.replace("https://www.w3.org", "")


@pytest.mark.django_db
def test_database_that_is_down_gives_a_plain_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OperationalError("connection refused on 10.0.0.1")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", fail)
    client.raise_request_exception = False
    response = client.get(f"/plans/{uuid.uuid4()}/")
    assert response.status_code == 503
    assert "Not available for the moment" in response.content.decode()
    assert "10.0.0.1" not in response.content.decode()
