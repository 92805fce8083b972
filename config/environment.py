"""Reads settings from environment variables. A bad value stops the start with one plain sentence."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


class BadSetting(SystemExit):
    """Ends the process with the message and exit code 1, without a traceback."""


def refuse(name: str, sentence: str) -> NoReturn:
    raise BadSetting(f"Polystore cannot start: {name} {sentence}")


@dataclass(frozen=True)
class Environment:
    """Environment variables as typed values. An empty variable counts as not set."""

    variables: Mapping[str, str]

    def text(self, name: str, default: str = "") -> str:
        return self.variables.get(name, "").strip() or default

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.text(name, default)
        if value not in allowed:
            refuse(name, f"must be one of {', '.join(allowed)}, not {value!r}.")
        return value

    def flag(self, name: str, default: bool) -> bool:
        value = self.text(name, "true" if default else "false").lower()
        if value not in TRUE | FALSE:
            refuse(name, f"must be true or false, not {value!r}.")
        return value in TRUE

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        value = self.text(name, str(default))
        if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
            refuse(name, f"must be a whole number from {low} to {high}, not {value!r}.")
        return int(value)

    def words(self, name: str, default: str = "") -> list[str]:
        return [word for word in self.text(name, default).replace(",", " ").split() if word]

    def origins(self, name: str) -> list[str]:
        for origin in (found := self.words(name)):
            parts = split_url(name, origin)
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
                refuse(name, f"must list origins such as https://polystore.example.com, not {origin!r}.")
        return [origin.rstrip("/") for origin in found]

    def database(self, name: str, data_dir: Path) -> dict[str, Any]:
        """Django's DATABASES entry: PostgreSQL when the URL is given, else SQLite in the data folder."""
        url = self.text(name)
        if not url:
            return sqlite(data_dir / "polystore.sqlite3")
        parts = split_url(name, url)
        if parts.scheme == "sqlite" and parts.path.strip("/"):
            return sqlite(Path(unquote(parts.path)))
        if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
            refuse(name, "must look like postgresql://user:password@host:5432/name (or be empty for SQLite).")
        return postgresql(name, parts)

    def redis(self, name: str) -> str:
        url = self.text(name)
        parts = split_url(name, url)
        if url and (parts.scheme not in {"redis", "rediss"} or not parts.hostname):
            refuse(name, "must look like redis://host:6379/0 (or be empty for the built-in queue).")
        return url

    def mail(self, name: str) -> dict[str, Any]:
        """Django's EMAIL_* settings: SMTP when the URL is given, else mail is written to the console."""
        url = self.text(name)
        if not url:
            return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
        parts = split_url(name, url)
        if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
            refuse(name, "must look like smtp+starttls://user:password@host:587 (or smtp://, smtps://).")
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": parts.port or {"smtp": 25, "smtps": 465, "smtp+starttls": 587}[parts.scheme],
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": parts.scheme == "smtps",
            "EMAIL_USE_TLS": parts.scheme == "smtp+starttls",
            "EMAIL_TIMEOUT": 10,
        }


def from_process() -> Environment:
    return Environment(os.environ)


def split_url(name: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises when the port is not a number
    except ValueError:
        refuse(name, "is not a URL that can be read.")
    return parts


def sqlite(path: Path) -> dict[str, Any]:
    """WAL lets readers read while one writes; IMMEDIATE makes writers wait instead of failing half-way."""
    pragmas = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-20000", "mmap_size=134217728",
               "journal_size_limit=67108864")  # fmt: skip
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "".join(f"PRAGMA {pragma};" for pragma in pragmas),
        },
    }


def postgresql(name: str, parts: SplitResult) -> dict[str, Any]:
    options: dict[str, str | int] = {"connect_timeout": 3}
    query = dict(parse_qsl(parts.query))
    # A socket has no host in the URL: postgresql:///name?host=/run/postgresql&user=ann
    host, user = query.pop("host", ""), query.pop("user", "")
    known = {"sslmode", "sslrootcert", "sslcert", "sslkey", "connect_timeout", "application_name", "options"}
    if unknown := set(query) - known:
        refuse(name, f"has unknown parameters: {', '.join(sorted(unknown))}.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or user),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options | query,
    }


def data_folder(name: str, path: Path) -> Path:
    """Create the data folder, readable by its owner only, and return its absolute path."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        refuse(name, f"names a folder that cannot be made: {path} ({error.strerror}).")
    return path.resolve()


def kept_secret(path: Path) -> str:
    """The secret in this file. Made once, atomically and for the owner only, so two processes agree on one secret."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    if not path.exists():
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(fresh, path)  # fails if another process was first; then its secret counts
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()
