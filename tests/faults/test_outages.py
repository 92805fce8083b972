"""A killed database, queue or worker: plain words, and everything works again when it is back."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.faults.conftest import Breakable
from tests.servers import free_port
from tests.site import ROOT, Site, running_site

pytestmark = pytest.mark.faults
RECOVERS_WITHIN_SECONDS = 30


def browser() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))


def ask(opener: urllib.request.OpenerDirector, url: str, form: dict[str, str] | None = None) -> tuple[int, str]:
    """Status and text of a page; a form makes it a POST."""
    data = urllib.parse.urlencode(form).encode() if form is not None else None
    try:
        with opener.open(urllib.request.Request(url, data=data, headers={"Referer": url}), timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def token_holder() -> urllib.request.OpenerDirector:
    """A program that sends a token, which the site has to look up."""
    opener = urllib.request.build_opener()
    opener.addheaders = [("Authorization", "Bearer pst_unknown")]
    return opener


def csrf(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def eventually(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + RECOVERS_WITHIN_SECONDS
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def test_killed_database_gives_a_plain_page_and_comes_back(breakable: Breakable) -> None:
    site, opener = breakable.site, browser()
    assert ask(opener, f"{site.url}/plans/")[0] == 200
    breakable.postgresql.kill()
    try:
        status, page = ask(opener, f"{site.url}/plans/")
        assert status == 503
        assert "Not available for the moment" in page
        assert "Traceback" not in page
        health = site.health()
        assert (health["status"], health["database"]) == ("down", "the database does not answer")
        status, answer = ask(token_holder(), f"{site.url}/api/v1/plans")
        assert status == 503
        assert set(json.loads(answer)["error"]) == {"code", "message", "details"}
    finally:
        breakable.postgresql.start()
    assert eventually(lambda: site.health().get("status") == "ok")
    assert ask(opener, f"{site.url}/plans/")[0] == 200


def test_killed_redis_gives_a_plain_page_and_comes_back(breakable: Breakable) -> None:
    site, opener = breakable.site, browser()
    _, page = ask(opener, f"{site.url}/account/login/")
    form = {"csrfmiddlewaretoken": csrf(page), "login": "nobody@example.com", "password": "no such password"}
    breakable.redis.kill()
    try:
        status, answer = ask(opener, f"{site.url}/account/login/", form)
        assert status == 503
        assert "Not available for the moment" in answer
        assert site.health()["broker"] == "the queue (Redis) does not answer"
    finally:
        breakable.redis.start()
    assert ask(opener, f"{site.url}/account/login/", form)[0] == 200
    assert eventually(lambda: site.health().get("worker") == "ok")


def test_killed_worker_is_replaced(breakable: Breakable) -> None:
    before = breakable.site.worker_pid()
    breakable.site.kill_worker()
    assert eventually(lambda: breakable.site.health().get("worker") == "ok")
    assert breakable.site.worker_pid() != before


def processes_of(site: Site) -> set[int]:
    """Every process that has this site's data folder in its environment."""
    marker = f"DATA_DIR={site.environment['DATA_DIR']}".encode()
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if marker in (folder / "environ").read_bytes().split(b"\0"):
                found.add(int(folder.name))
        except OSError:
            continue
    return found


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc, which is Linux's")
def test_stop_leaves_no_process_behind(tmp_path: Path) -> None:
    with running_site(tmp_path) as site:
        assert len(processes_of(site)) >= 4
    assert processes_of(site) == set()


def test_second_start_on_a_used_port_is_refused_in_words(breakable: Breakable, tmp_path: Path) -> None:
    environment = breakable.site.environment | {"DATA_DIR": str(tmp_path)}
    port = environment["PORT"]
    done = subprocess.run(["make", "run"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert f"port {port} of 127.0.0.1 cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_start_without_an_answering_database_is_refused_in_words(tmp_path: Path) -> None:
    url = f"postgresql:///name?host={tmp_path}"
    environment = os.environ | {"DATA_DIR": str(tmp_path), "DATABASE_URL": url, "PORT": str(free_port())}
    command = [sys.executable, "-m", "config.run"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Polystore cannot start: the database does not answer" in done.stderr
    assert "Traceback" not in done.stderr
