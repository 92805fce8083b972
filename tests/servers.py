"""PostgreSQL and Redis for tests: the given URL, else one in a temporary folder, installed if need be.

`python -m tests.servers COMMAND...` starts both, sets DATABASE_URL and REDIS_URL, runs the command, and stops them.
Nothing outside the temporary folders changes, save for packages that root lets the system's package manager install.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

POSTGRESQL_FLOOR = 15
STARTS_WITHIN_SECONDS = 30
# A commit that was answered must outlive `kill -9` of the server, so synchronous_commit stays on.
SPEED = ("fsync=off", "full_page_writes=off", "jit=off", "shared_buffers=64MB")


class NoServer(SystemExit):
    """A server that the tests need is missing and cannot be installed here; the message says what to do."""


@dataclass
class Server:
    """A server process of ours. `kill` is for fault tests: no goodbye, as when the machine loses power."""

    url: str
    command: list[str]
    folder: Path
    answers: Callable[[], bool]
    user: str | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                self.command, stdout=log, stderr=log, user=self.user, start_new_session=True, cwd=self.folder
            )
        deadline = time.monotonic() + STARTS_WITHIN_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise NoServer(f"{self.command[0]} did not start:\n{(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.02)

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()


def is_root() -> bool:
    return os.geteuid() == 0


def install(package: str, purpose: str) -> None:
    """Install a Debian package as root; TEST_INSTALL=no forbids it. Test processes that run side by side take turns."""
    allowed = is_root() and shutil.which("apt-get") and os.environ.get("TEST_INSTALL", "yes") != "no"
    if not allowed:
        raise NoServer(f"The tests need {purpose}. Install it (Debian: apt-get install {package}) or give its URL.")
    print(f"Installing {package}: the tests need {purpose}.", file=sys.stderr, flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    with (Path(tempfile.gettempdir()) / "polystore-tests-install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for arguments in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", package]):
            subprocess.run(["apt-get", *arguments], check=True, env=environment, stdout=sys.stderr)


def postgresql_programs() -> Path | None:
    """The folder with initdb and postgres of the newest installed PostgreSQL that is new enough."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr/local/opt").glob("postgresql@*/bin")]
    versions = {int("".join(filter(str.isdigit, folder.parent.name)) or 0): folder for folder in folders}
    usable = {version: folder for version, folder in versions.items() if (folder / "initdb").exists()}
    return usable[max(usable)] if usable and max(usable) >= POSTGRESQL_FLOOR else None


def socket_answers(address: str | tuple[str, int]) -> bool:
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with contextlib.closing(socket.socket(family)) as probe:
        return probe.connect_ex(address) == 0


def new_postgresql(folder: Path) -> Server:
    """A fresh PostgreSQL in this folder, listening on a socket only. Root runs it as the user postgres."""
    programs = postgresql_programs()
    if programs is None:
        install("postgresql", f"PostgreSQL {POSTGRESQL_FLOOR} or newer (or DATABASE_URL)")
        programs = postgresql_programs()
    if programs is None:
        raise NoServer(f"No PostgreSQL {POSTGRESQL_FLOOR} or newer was found after installing it.")
    user = "postgres" if is_root() else None
    if user is not None:
        os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    data = folder / "data"
    initdb = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run([*initdb, "--locale=C.UTF-8"], check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)
    settings = [part for setting in SPEED for part in ("-c", setting)]
    command = [str(programs / "postgres"), "-D", str(data), "-k", str(folder), "-c", "listen_addresses=", *settings]
    probe = [str(programs / "psql"), "-h", str(folder), "-U", "postgres", "-c", "SELECT 1"]
    url = f"postgresql:///postgres?host={folder}&user=postgres"
    return Server(url, command, folder, lambda: subprocess.run(probe, capture_output=True).returncode == 0, user)


def new_redis(folder: Path) -> Server:
    """A fresh Redis (or Valkey) on a free loopback port, without a file on disk."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        install("redis-server", "Redis or Valkey (or REDIS_URL)")
        program = shutil.which("redis-server")
    if program is None:
        raise NoServer("No redis-server was found after installing it.")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    return Server(f"redis://127.0.0.1:{port}/0", command, folder, lambda: socket_answers(("127.0.0.1", port)))


def new_memcached(folder: Path, flags: list[str]) -> Server:
    """Memcached with these flags on a free loopback port."""
    if shutil.which("memcached") is None:
        install("memcached", "Memcached")
    program = shutil.which("memcached")
    if program is None:
        raise NoServer("No memcached was found after installing it.")
    port = free_port()
    user = ["-u", "nobody"] if is_root() else []
    command = [program, *flags, "-l", "127.0.0.1", "-p", str(port), *user]
    return Server(f"memcached://127.0.0.1:{port}", command, folder, lambda: socket_answers(("127.0.0.1", port)))


def mariadb_programs() -> tuple[str, str]:
    """mariadb-install-db and mariadbd, installed if need be. Debian has no MySQL server of Oracle's."""
    if shutil.which("mariadbd") is None:
        install("mariadb-server", "MariaDB")
    found = shutil.which("mariadb-install-db"), shutil.which("mariadbd")
    if found[0] is None or found[1] is None:
        raise NoServer("No mariadbd was found after installing it.")
    return found[0], found[1]


def new_mariadb(folder: Path) -> Server:
    """A fresh MariaDB in this folder, set up by `my.cnf` in it if there is one, on a socket and a free loopback port."""
    make, program = mariadb_programs()
    user = "mysql" if is_root() else None
    if user is not None:
        os.chown(folder, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    own = folder / "my.cnf"
    defaults = f"--defaults-file={own}" if own.exists() else "--no-defaults"
    data, socket_file, port = folder / "data", folder / "socket", free_port()
    options = ["--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(
        [make, "--no-defaults", f"--datadir={data}", *options],
        check=True,
        user=user,
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )
    command = [
        program, defaults, f"--datadir={data}", f"--socket={socket_file}", f"--port={port}", "--bind-address=127.0.0.1",
        f"--pid-file={folder / 'pid'}", "--innodb-buffer-pool-size=32M", "--innodb-log-file-size=8M",
    ]  # fmt: skip
    return Server(f"mysql://root@127.0.0.1:{port}", command, folder, lambda: socket_answers(str(socket_file)), user)


def age_key(folder: Path) -> tuple[Path, Path]:
    """A key pair of age in this folder: the file of public keys, and the file of the private one."""
    if shutil.which("age-keygen") is None:
        install("age", "age, which encrypts the generated backups")
    public, private = folder / "recipients.txt", folder / "identity.txt"
    if not private.exists():
        subprocess.run(["age-keygen", "-o", str(private)], check=True, capture_output=True)
        got = subprocess.run(["age-keygen", "-y", str(private)], check=True, capture_output=True, text=True)
        public.write_text(got.stdout)
    return public, private


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(make: Callable[[Path], Server]) -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="pst-", dir="/tmp"))  # short: a socket's path has at most 107 bytes
    server = make(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def both() -> Iterator[dict[str, str]]:
    """DATABASE_URL and REDIS_URL of servers that run until the end of the block."""
    with contextlib.ExitStack() as stack:
        yield {
            "DATABASE_URL": os.environ.get("DATABASE_URL") or stack.enter_context(running(new_postgresql)).url,
            "REDIS_URL": os.environ.get("REDIS_URL") or stack.enter_context(running(new_redis)).url,
        }


def main(command: list[str]) -> int:
    with both() as urls:
        return subprocess.call(command, env=os.environ | urls)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
