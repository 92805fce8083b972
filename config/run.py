"""`make run`: prepares the data folder, then runs the web server, a worker and the clock until Ctrl-C.

Web server and worker are child processes in sessions of their own, so that Ctrl-C reaches only this process, which then
stops them in order. Were the signal sent to a whole prefork worker at once, it could hang.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import django
from celery.beat import EmbeddedService
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError, connection

from config.celery import app
from config.environment import BadSetting, from_process
from config.health import postgresql_too_old

WEB_STARTS_WITHIN_SECONDS = 60
STOPS_WITHIN_SECONDS = 8
RESTARTS_AFTER_SECONDS = 1.0

env = from_process()
HOST = env.text("HOST", "127.0.0.1")
PORT = env.integer("PORT", 8000, 1, 65_535)
WEB_WORKERS = env.integer("WEB_WORKERS", 1, 1, 64)
WEB_THREADS = env.integer("WEB_THREADS", 8, 1, 64)
WORKER_CONCURRENCY = env.integer("WORKER_CONCURRENCY", 2, 1, 64)


@dataclass
class Child:
    """A program that runs in a session of its own."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> None:
        self.process = subprocess.Popen(self.command, cwd=settings.BASE_DIR, start_new_session=True)

    def ended(self) -> bool:
        return self.process.poll() is not None

    def ask_to_stop(self) -> None:
        if not self.ended():
            self.process.terminate()

    def stop(self) -> None:
        """Wait for the main process to finish; after the time limit, end its whole session."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOPS_WITHIN_SECONDS)
        self.end_session()

    def end_session(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def main() -> int:
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    refuse_used_port()
    django.setup()
    prepare()
    web, worker = Child("web server", web_command()), Child("worker", worker_command())
    clock = EmbeddedService(app, thread=True, scheduler_cls="celery.beat:Scheduler")
    for child in (web, worker):
        child.start()
    try:
        clock.start()
        if wait_for_web(web, stopping):
            announce()
        return supervise(web, worker, stopping)
    finally:
        for child in (web, worker):
            child.ask_to_stop()
        for child in (web, worker):
            child.stop()


def refuse_used_port() -> None:
    with contextlib.closing(socket.socket(socket.AF_INET6 if ":" in HOST else socket.AF_INET)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError as error:
            reason = error.strerror or "unknown reason"
            raise BadSetting(
                f"Polystore cannot start: port {PORT} of {HOST} cannot be used ({reason}).\n"
                f"Stop the program that uses it, or choose another port: PORT={PORT + 1} make run"
            ) from None


def prepare() -> None:
    """Bring database, catalog, example plan and static files up to date; each does nothing when it already is."""
    try:
        if postgresql_too_old():
            raise BadSetting("Polystore cannot start: DATABASE_URL leads to a PostgreSQL older than 15.")
        call_command("migrate", verbosity=0)
    except OperationalError as error:
        raise BadSetting(f"Polystore cannot start: the database does not answer. {error}") from None
    call_command("catalog", "load")
    call_command("example", "load")
    collect_static_files()
    connection.close()


def collect_static_files() -> None:
    """Sites that start together from one folder take turns: they share the folder of collected files."""
    lock = os.open(settings.BASE_DIR, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if static_files_changed():
            call_command("collectstatic", interactive=False, verbosity=0)
    finally:
        os.close(lock)


def static_files_changed() -> bool:
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if settings.DEBUG:
        return False
    if not manifest.exists():
        return True
    collected_at = manifest.stat().st_mtime
    sources = [settings.BASE_DIR / "requirements.lock", *(settings.BASE_DIR / "static").rglob("*")]
    return any(source.stat().st_mtime > collected_at for source in sources if source.exists())


def web_command() -> list[str]:
    address = f"[{HOST}]:{PORT}" if ":" in HOST else f"{HOST}:{PORT}"
    options = ["--worker-class=gthread", f"--workers={WEB_WORKERS}", f"--threads={WEB_THREADS}", f"--bind={address}"]
    quiet = ["--timeout=60", "--graceful-timeout=5", "--log-level=warning", "--no-control-socket"]
    return [sys.executable, "-m", "gunicorn", "config.wsgi", *options, *quiet]


def worker_command() -> list[str]:
    """Prefork uses every core on Redis; the filesystem transport does not survive a fork, so there it is threads."""
    pool = "prefork" if settings.REDIS_URL else "threads"
    options = [f"--pool={pool}", f"--concurrency={WORKER_CONCURRENCY}", "--loglevel=WARNING"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    # Told once a start on every machine where somebody runs as root, for instance in a container.
    no_advice = ["-W", "ignore:You're running the worker with superuser privileges"]
    return [sys.executable, *no_advice, "-m", "celery", "-A", "config.celery", "-q", "worker", *options, *quiet]


def wait_for_web(web: Child, stopping: threading.Event) -> bool:
    deadline = time.monotonic() + WEB_STARTS_WITHIN_SECONDS
    while not stopping.wait(0.05) and not web.ended() and time.monotonic() < deadline:
        with contextlib.closing(socket.socket(socket.AF_INET6 if ":" in HOST else socket.AF_INET)) as probe:
            if probe.connect_ex((HOST, PORT)) == 0:
                return True
    return False


def announce() -> None:
    shown = "127.0.0.1" if HOST in {"0.0.0.0", "::"} else HOST  # noqa: S104 -- compared, not bound
    print(f"\n  Polystore runs at http://{shown}:{PORT}/\n", flush=True)
    print("  To get an administrator:  make admin   (then sign in at /admin/)", flush=True)
    print(f"  Data is kept in {settings.DATA_DIR}", flush=True)
    print("  Ctrl-C stops everything.\n", flush=True)


def supervise(web: Child, worker: Child, stopping: threading.Event) -> int:
    """Wait for the end. A worker that dies is started again: its jobs are rows, nothing is lost."""
    while not stopping.wait(0.2):
        if web.ended():
            print("The web server has ended; stopping.", file=sys.stderr)
            return 1
        if worker.ended():
            print("The worker has ended; starting a new one.", file=sys.stderr)
            worker.end_session()
            if stopping.wait(RESTARTS_AFTER_SECONDS):
                break
            worker.start()
    print("\nStopping.", flush=True)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main())
