"""Tokens never reach the log."""

from __future__ import annotations

import logging
from typing import Any, cast

import pytest
from django.conf import settings

from config.redaction import HideSecrets


@pytest.mark.parametrize(
    "message",
    [
        "Forbidden (Origin checking failed): /s/Em9UaisR87c18RymLjPZ/copy/",
        "Not Found: /s/Em9UaisR87c18RymLjPZ/",
        "Not Found: /suggestions/Em9UaisR87c18RymLjPZ/",
        "Not Found: /account/join/Em9UaisR87c18RymLjPZ/",
        "GET /account/password/reset/key/Em9UaisR87c18RymLjPZ/ HTTP/1.1",
        "Authorization: Bearer pst_Em9UaisR87c18RymLjPZ",
    ],
)
def test_secrets_in_addresses_are_hidden(message: str) -> None:
    record = logging.LogRecord("django", logging.WARNING, "", 0, "%s", (message,), None)
    assert HideSecrets().filter(record)
    assert "Em9UaisR87c18RymLjPZ" not in record.getMessage()
    assert "[hidden]" in record.getMessage()


def test_every_handler_hides_them() -> None:
    handlers = cast("dict[str, dict[str, Any]]", settings.LOGGING["handlers"])
    assert all("secrets" in handler["filters"] for handler in handlers.values())
