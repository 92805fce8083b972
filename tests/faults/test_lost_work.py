"""Nothing is lost or half saved when a worker or a server is killed in the middle of something."""

from __future__ import annotations

import json
import secrets
import signal
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import Breakable
from tests.site import Site, running_site

pytestmark = pytest.mark.faults
FINISHES_WITHIN_SECONDS = 120
DRAWS = 40_000  # long enough to be killed in the middle


@dataclass
class Program:
    """A program that uses the API with a personal token."""

    site: Site
    token: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, dict[str, str]]:
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"} | headers
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.site.url}/api/v1{path}", data=data, headers=sent, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read()), dict(answer.headers)
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read()), dict(error.headers)

    def copy_of_example(self) -> str:
        _, listed, _ = self.ask("GET", "/plans")
        example = next(plan["id"] for plan in listed["plans"] if plan["example"])
        document = self.ask("GET", f"/plans/{example}")[1]["document"]
        status, made, _ = self.ask("POST", "/plans", document)
        assert status == 201
        return str(made["id"])

    def job(self, number: str) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", f"/jobs/{number}")[1]
        return found


def program(site: Site) -> Program:
    code = (
        "from accounts.models import User; from accounts.services import create_token;"
        f"u = User.objects.create_user('{secrets.token_hex(4)}', '{secrets.token_hex(4)}@example.com');"
        "print('token', create_token(u, 'tests')[1])"
    )
    return Program(site, site.manage("shell", "-c", code).split("token ")[-1].strip())


def wait_for(caller: Program, number: str, *states: str) -> dict[str, Any]:
    deadline = time.monotonic() + FINISHES_WITHIN_SECONDS
    while (job := caller.job(number))["state"] not in states:
        assert time.monotonic() < deadline, job
        time.sleep(0.05)
    return job


def kill_worker_in_the_middle(site: Site) -> None:
    caller = program(site)
    plan = caller.copy_of_example()
    status, job, _ = caller.ask("POST", f"/plans/{plan}/estimates", {"draws": DRAWS})
    assert status == 202
    wait_for(caller, job["id"], "running")
    site.kill_worker()
    assert caller.job(job["id"])["state"] in {"running", "queued"}
    done = wait_for(caller, job["id"], "done", "failed", "cancelled")
    assert done["state"] == "done", done
    assert done["result"] is not None


def test_killed_worker_loses_no_estimate_on_redis(breakable: Breakable) -> None:
    kill_worker_in_the_middle(breakable.site)


def test_killed_worker_loses_no_estimate_on_the_embedded_default(tmp_path: Path) -> None:
    with running_site(tmp_path) as site:
        kill_worker_in_the_middle(site)


def test_queued_estimate_survives_a_redis_that_forgets_everything(breakable: Breakable) -> None:
    caller = program(breakable.site)
    plan = caller.copy_of_example()
    breakable.redis.kill()
    status, error, _ = caller.ask("POST", f"/plans/{plan}/estimates", {})
    breakable.redis.start()
    assert status in {202, 503}
    assert set(error["error"] if status == 503 else {"code", "message", "details"}) == {"code", "message", "details"}
    listed = caller.ask("POST", f"/plans/{plan}/estimates", {})[1]
    assert wait_for(caller, listed["id"], "done", "failed")["state"] == "done"


@pytest.mark.parametrize("server", ["postgresql", "redis"])
def test_edit_during_an_outage_is_saved_wholly_or_not_at_all(breakable: Breakable, server: str) -> None:
    caller = program(breakable.site)
    path = f"/plans/{caller.copy_of_example()}"
    _, before, headers = caller.ask("GET", path)
    wanted = before["document"] | {"name": "Renamed during the outage"}
    broken = getattr(breakable, server)
    broken.kill()
    try:
        status, answer, _ = caller.ask("PUT", path, wanted, **{"If-Match": headers["ETag"]})
    finally:
        broken.start()
    assert status in {200, 503}
    if status == 503:
        assert answer["error"]["code"] == "unavailable"
    deadline = time.monotonic() + FINISHES_WITHIN_SECONDS
    while caller.ask("GET", path)[0] != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    _, after, headers = caller.ask("GET", path)
    revisions = caller.ask("GET", f"{path}/revisions")[1]["revisions"]
    if status == 200:
        assert (after["document"]["name"], len(revisions)) == (wanted["name"], 2)
    else:
        assert (after["document"], len(revisions)) == (before["document"], 1)
        assert caller.ask("PUT", path, wanted, **{"If-Match": headers["ETag"]})[0] == 200


def test_warm_stop_finishes_what_is_running(tmp_path: Path) -> None:
    """Ctrl-C in the middle of an estimate: after the next start it is done, without a second start of the work."""
    with running_site(tmp_path) as site:
        caller = program(site)
        plan = caller.copy_of_example()
        job = caller.ask("POST", f"/plans/{plan}/estimates", {"draws": 20_000})[1]
        wait_for(caller, job["id"], "running", "done")
        site.process.send_signal(signal.SIGINT)
        site.process.wait(30)
    with running_site(tmp_path) as site:
        assert wait_for(Program(site, caller.token), job["id"], "done", "failed")["state"] == "done"
