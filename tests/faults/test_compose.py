"""The container files: valid by the official schema, careful, and every command starts by hand."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.faults.conftest import Breakable
from tests.servers import free_port
from tests.site import ROOT, fetch_json

VARIABLE = re.compile(r"\$\{(?P<name>[A-Z_]+)(?::(?P<kind>[?-])(?P<text>[^}]*))?\}")
GIVEN = {
    "SECRET_KEY": "k" * 50,
    "ALLOWED_HOSTS": "polystore.example.com",
    "POSTGRES_PASSWORD": "given",
    "HTTPS": "false",
}
OURS = ("prepare", "web", "worker", "beat")
STARTS_WITHIN_SECONDS = 60


def composed() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def filled(text: str) -> str:
    """Compose's own substitution of ${NAME:-default} and ${NAME:?message}, and $$ for $."""

    def value(match: re.Match[str]) -> str:
        default = match["text"] if match["kind"] == "-" else ""
        return GIVEN.get(match["name"], default or "")

    return VARIABLE.sub(value, text).replace("$$", "$")


def test_file_is_valid_by_the_official_compose_schema() -> None:
    schema = json.loads((files("check_jsonschema") / "builtin_schemas/vendor/compose-spec.json").read_text())
    checker = jsonschema.validators.validator_for(schema)(schema)
    assert [error.message for error in checker.iter_errors(composed())] == []
    broken = composed()
    broken["services"]["web"]["restrat"] = "always"
    assert list(checker.iter_errors(broken)) != []


def test_there_is_no_secret_in_the_file() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    secrets = re.findall(r"\$\{(\w*(?:PASSWORD|SECRET)\w*)([^}]*)\}", text)
    assert {name for name, _ in secrets} == {"POSTGRES_PASSWORD", "SECRET_KEY"}
    assert [name for name, rest in secrets if not rest.startswith(":?")] == []


def test_every_service_restarts_and_is_watched_and_pinned() -> None:
    services = composed()["services"]
    assert set(services) == {*OURS, "database", "queue"}
    for name, service in services.items():
        assert re.search(r":\d+\.\d+(\.\d+)?(-|$)", service["image"]), name
        if name != "prepare":  # runs once before the others and ends
            assert service["restart"] == "unless-stopped", name
            assert service["healthcheck"]["test"], name
    mounted = {volume.split(":")[0] for service in services.values() for volume in service.get("volumes", [])}
    assert mounted == set(composed()["volumes"]) == {"database", "queue"}


def test_image_is_built_in_stages_and_does_not_run_as_root() -> None:
    stages = re.split(r"^FROM ", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)[1:]
    assert len(stages) == 2
    assert all(re.match(r"python:3\.\d+\.\d+-slim-\w+", stage) for stage in stages)
    last = stages[-1]
    assert "pip install" not in last
    assert "apt-get" not in last
    assert re.search(r"^USER 10001$", last, re.MULTILINE)
    copied = set(re.findall(r"^COPY (\w+) \w+$", stages[0], re.MULTILINE))
    assert {"config", "accounts", "catalog", "planner", "backups", "templates", "static"} <= copied


def test_default_command_of_the_image_is_the_web_command() -> None:
    found = re.search(r"^CMD (\[.*\])", (ROOT / "Dockerfile").read_text().replace("\\\n", ""), re.MULTILINE)
    assert found is not None
    assert json.loads(found.group(1)) == composed()["services"]["web"]["command"]


@pytest.fixture
def environment(breakable: Breakable, tmp_path: Path) -> dict[str, str]:
    """The environment of the compose file, with this machine's servers instead of its containers."""
    site = breakable.site.environment
    listed = composed()["services"]["web"]["environment"]
    own = {name: filled(str(value)) for name, value in listed.items()}
    servers = {"DATABASE_URL": site["DATABASE_URL"], "REDIS_URL": breakable.redis.url.replace("/0", "/5")}
    path = f"{Path(sys.executable).parent}:{site['PATH']}"
    return {"PATH": path, "PYTHONUNBUFFERED": "1", "DATA_DIR": str(tmp_path), "HOSTNAME": "here"} | own | servers


def command_of(service: str, port: int, folder: Path) -> list[str]:
    words = [filled(str(word)) for word in composed()["services"][service]["command"]]
    if service == "worker":
        words.append("--hostname=celery@here")  # in a container, the name is the container's
    return [word.replace("0.0.0.0:8000", f"127.0.0.1:{port}").replace("/tmp/", f"{folder}/") for word in words]


@pytest.fixture
def started(request: pytest.FixtureRequest, environment: dict[str, str], tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """The command of one service, running; its port and its log."""
    port, log = free_port(), tmp_path / "log"
    with log.open("wb") as output:
        command = command_of(request.param, port, tmp_path)
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
    yield port, log
    process.terminate()
    assert process.wait(30) in {0, -15}


def health_check(service: str, environment: dict[str, str], port: int, folder: Path) -> int:
    kind, *words = (filled(word) for word in composed()["services"][service]["healthcheck"]["test"])
    command = (
        words if kind == "CMD" else ["sh", "-c", words[0].replace("find /tmp", f"find {shlex.quote(str(folder))}")]
    )
    command = [word.replace("127.0.0.1:8000", f"127.0.0.1:{port}") for word in command]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False).returncode


def becomes_healthy(service: str, environment: dict[str, str], port: int, folder: Path) -> bool:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while health_check(service, environment, port, folder) != 0:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


@pytest.mark.faults
def test_prepare_ends_well(environment: dict[str, str], tmp_path: Path) -> None:
    command = command_of("prepare", 0, tmp_path)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.faults
@pytest.mark.parametrize("started", ["web"], indirect=True)
def test_web_starts_and_its_health_check_passes(
    started: tuple[int, Path], environment: dict[str, str], tmp_path: Path
) -> None:
    port, log = started
    assert becomes_healthy("web", environment, port, tmp_path), log.read_text()
    assert fetch_json(f"http://127.0.0.1:{port}/healthz")["database"] == "ok"


@pytest.mark.faults
@pytest.mark.parametrize("started", ["worker"], indirect=True)
def test_worker_starts_and_its_health_check_passes(
    started: tuple[int, Path], environment: dict[str, str], tmp_path: Path
) -> None:
    port, log = started
    assert becomes_healthy("worker", environment, port, tmp_path), log.read_text()


@pytest.mark.faults
@pytest.mark.parametrize("started", ["beat"], indirect=True)
def test_beat_starts_and_its_health_check_passes(
    started: tuple[int, Path], environment: dict[str, str], tmp_path: Path
) -> None:
    port, log = started
    assert becomes_healthy("beat", environment, port, tmp_path), log.read_text()
