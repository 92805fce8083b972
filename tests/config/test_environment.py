"""Settings from the environment: what good and bad values do."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config.environment import BadSetting, Environment, data_folder, kept_secret

ROOT = Path(__file__).resolve().parents[2]


def start(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Load the real settings in a process of their own."""
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "data")} | variables
    command = [sys.executable, "-c", "import config.settings as s; print(s.SECRET_KEY)"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"DEBUG": "maybe"}, "DEBUG must be true or false, not 'maybe'."),
        ({"DATABASE_URL": "mysql://host/name"}, "DATABASE_URL must look like postgresql://"),
        ({"DATABASE_URL": "postgresql://host:port/name"}, "DATABASE_URL is not a URL"),
        ({"DATABASE_URL": "postgresql://host/name?bogus=1"}, "DATABASE_URL has unknown parameters: bogus."),
        ({"REDIS_URL": "localhost:6379"}, "REDIS_URL must look like redis://"),
        ({"MAIL_URL": "mailto:me"}, "MAIL_URL must look like smtp+starttls://"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR"),
        ({"JOB_TIMEOUT_SECONDS": "-5"}, "JOB_TIMEOUT_SECONDS must be a whole number from 10 to 86400"),
        ({"CSRF_TRUSTED_ORIGINS": "example.com"}, "CSRF_TRUSTED_ORIGINS must list origins"),
        ({"PRODUCTION": "true"}, "SECRET_KEY must be given"),
        ({"PRODUCTION": "true", "SECRET_KEY": "short"}, "SECRET_KEY must be given"),
        ({"PRODUCTION": "true", "SECRET_KEY": "x" * 50}, "ALLOWED_HOSTS must list"),
        ({"PRODUCTION": "true", "DEBUG": "true"}, "DEBUG must be false"),
        ({"DATA_DIR": "/proc/nowhere"}, "DATA_DIR names a folder that cannot be made"),
    ],
)
def test_bad_value_stops_the_start_with_one_sentence(tmp_path: Path, variables: dict[str, str], words: str) -> None:
    done = start(tmp_path, **variables)
    assert done.returncode == 1
    assert done.stderr.startswith("Polystore cannot start: ")
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_secret_key_is_made_once_for_the_owner_only(tmp_path: Path) -> None:
    first, second = start(tmp_path), start(tmp_path)
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    assert len(first.stdout.strip()) > 60
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_secret_file_of_another_process_is_kept(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from the other process")
    assert kept_secret(tmp_path / "key") == "from the other process"
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_postgresql_url_becomes_django_settings(tmp_path: Path) -> None:
    url = "postgresql://ann:p%40ss@db.example.com:6543/shop?sslmode=require"
    found = Environment({"DATABASE_URL": url}).database("DATABASE_URL", tmp_path)
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example.com", "6543", "shop")
    assert (found["USER"], found["PASSWORD"], found["OPTIONS"]["sslmode"]) == ("ann", "p@ss", "require")


def test_postgresql_socket_url(tmp_path: Path) -> None:
    url = "postgresql:///shop?host=/run/postgresql&user=ann"
    found = Environment({"DATABASE_URL": url}).database("DATABASE_URL", tmp_path)
    assert (found["HOST"], found["NAME"], found["USER"]) == ("/run/postgresql", "shop", "ann")


def test_nothing_set_is_sqlite_with_write_ahead_log_and_early_locks(tmp_path: Path) -> None:
    found = Environment({}).database("DATABASE_URL", tmp_path)
    assert found["NAME"] == str(tmp_path / "polystore.sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in found["OPTIONS"]["init_command"]


def test_mail_url_becomes_smtp(tmp_path: Path) -> None:
    found = Environment({"MAIL_URL": "smtp+starttls://ann:secret@mail.example.com"}).mail("MAIL_URL")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_USE_TLS"]) == ("mail.example.com", 587, True)


def test_empty_variable_counts_as_not_set() -> None:
    assert Environment({"DEBUG": ""}).flag("DEBUG", default=True) is True


def test_data_folder_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadSetting, match="DATA_DIR names a folder that cannot be made"):
        data_folder("DATA_DIR", tmp_path / "file" / "data")
