"""What every answer tells the browser to refuse."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/account/login/", "/admin/login/", "/api/v1/openapi.json", "/nothing-here/"])
def test_strict_content_security_policy_everywhere(client: Client, path: str) -> None:
    policy = client.get(path).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.django_db
def test_other_headers(client: Client) -> None:
    headers = client.get("/").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"


def test_a_document_of_one_mebibyte_fits_into_a_form() -> None:
    """URL encoding makes a byte into at most three, and a line end into six."""
    assert 3 * 1024 * 1024 < settings.DATA_UPLOAD_MAX_MEMORY_SIZE < 4 * 1024 * 1024
