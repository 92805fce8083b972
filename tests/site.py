"""A whole Polystore for browser and fault tests: the same process tree as `make run`, on a database of its own."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg

from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent
STARTS_WITHIN_SECONDS = 90


@dataclass(frozen=True)
class Site:
    """A running site. `manage` runs a management command on its data."""

    url: str
    environment: dict[str, str]
    process: subprocess.Popen[bytes]
    log: Path

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True)
        return done.stdout

    def worker_pid(self) -> int:
        """The main process of the worker: the child of the launcher that runs Celery."""
        listing = subprocess.run(
            ["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
        ).stdout
        rows = [line.split(None, 2) for line in listing.splitlines()]
        found = [int(pid) for pid, parent, args in rows if int(parent) == self.process.pid and " celery " in args]
        return found[0]

    def kill_worker(self) -> None:
        """As `kill -9` on the worker and its pool; the launcher starts a new one."""
        os.killpg(self.worker_pid(), signal.SIGKILL)

    def health(self) -> dict[str, str]:
        return fetch_json(f"{self.url}/healthz")


def fetch_json(url: str) -> dict[str, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            found = answer.read()
    except urllib.error.HTTPError as error:
        found = error.read()
    except OSError:
        return {}
    try:
        return dict(json.loads(found))
    except ValueError:
        return {}


def wait_until_healthy(site: Site) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while (health := site.health()).get("status") != "ok" or health.get("worker") != "ok":
        if site.process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"The site did not start; {health}\n{site.log.read_text()[-4000:]}")
        time.sleep(0.1)


@contextlib.contextmanager
def running_site(folder: Path, database_url: str = "", redis_url: str = "", **settings: str) -> Iterator[Site]:
    """Start a site with its data below `folder`; on PostgreSQL in a new database of the given server."""
    port = free_port()
    with new_database(database_url) as url:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "PYTEST_"))}
        environment |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATA_DIR": str(folder / "data"),
            "DATABASE_URL": url,
            "REDIS_URL": redis_url,
            "PORT": str(port),
            "HOST": "127.0.0.1",
            "PYTHONUNBUFFERED": "1",
            **settings,
        }
        log = folder / "site.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "config.run"], cwd=ROOT, env=environment, stdout=output, stderr=output
            )
        site = Site(f"http://127.0.0.1:{port}", environment, process, log)
        try:
            wait_until_healthy(site)
            yield site
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


@contextlib.contextmanager
def new_database(url: str) -> Iterator[str]:
    """A fresh database on the server of `url`, dropped afterwards; SQLite needs none."""
    if not url:
        yield ""
        return
    name = f"polystore_site_{secrets.token_hex(4)}"
    parts = urlsplit(url)
    with administrator(url) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield f"postgresql://{parts.netloc}/{name}?{parts.query}"
    finally:
        with contextlib.suppress(psycopg.OperationalError), administrator(url) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def administrator(url: str) -> psycopg.Connection:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return psycopg.connect(
        host=parts.hostname or query.get("host"),
        port=parts.port,
        user=unquote(parts.username or query.get("user", "")) or None,
        password=unquote(parts.password or "") or None,
        dbname="postgres",
        autocommit=True,
    )
