"""Only the vendors' own hosts are asked, and never without a bound."""

from __future__ import annotations

import email.message
import io
import json
import urllib.error
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from catalog.refresh import fetch
from catalog.refresh.rows import PriceFileError

AZURE = "https://prices.azure.com/api/retail/prices?$filter=armRegionName%20eq%20'eastus'"
GOOGLE = "https://cloudbilling.googleapis.com/v1/services/6F81/skus?key=secret"


@pytest.mark.parametrize(
    ("vendor", "url"),
    [
        ("aws", "http://pricing.us-east-1.amazonaws.com/x"),
        ("aws", "https://pricing.us-east-1.amazonaws.com.evil.example/x"),
        ("aws", "https://user@pricing.us-east-1.amazonaws.com/x"),
        ("aws", "https://pricing.us-east-1.amazonaws.com:8443/x"),
        ("aws", "https://169.254.169.254/latest/meta-data"),
        ("aws", "file:///etc/passwd"),
        ("azure", "https://pricing.us-east-1.amazonaws.com/x"),
        ("azure", "https://prices.azure.com/api/retail/prices"),
        ("gcp", "https://localhost/v1"),
    ],
)
def test_other_addresses_are_refused(vendor: str, url: str, tmp_path: Path) -> None:
    def never(_: str) -> BinaryIO:
        raise AssertionError("was asked")

    with pytest.raises(PriceFileError):
        fetch.fetch(vendor, url, tmp_path / "file", never)


def _serving(pages: dict[str, Any], asked: list[str]) -> fetch.Opener:
    def open_url(url: str) -> BinaryIO:
        asked.append(url)
        found = pages[url]
        if isinstance(found, int):
            raise urllib.error.HTTPError(url, found, "no", email.message.Message(), None)
        return io.BytesIO(json.dumps(found).encode())

    return open_url


def test_pages_of_azure_are_followed_to_the_end(tmp_path: Path) -> None:
    following = f"{AZURE}&$skip=100"
    last = f"{AZURE}&$skip=200"
    asked: list[str] = []
    pages = {
        AZURE: {"Items": [1], "NextPageLink": following},
        following: {"Items": [2], "NextPageLink": last},
        last: 400,
    }
    fetch.fetch("azure", AZURE, tmp_path / "file", _serving(pages, asked))
    assert [page["Items"] for page in json.loads((tmp_path / "file").read_text())] == [[1], [2]]
    assert asked == [AZURE, following, last]


def test_a_next_page_on_another_host_is_not_asked(tmp_path: Path) -> None:
    asked: list[str] = []
    pages = {AZURE: {"Items": [], "NextPageLink": "https://evil.example/?$filter=x"}}
    with pytest.raises(PriceFileError, match=r"evil\.example"):
        fetch.fetch("azure", AZURE, tmp_path / "file", _serving(pages, asked))
    assert asked == [AZURE]


def test_an_answer_without_an_end_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "MOST_PAGES", 3)
    asked: list[str] = []
    with pytest.raises(PriceFileError, match="More than 3 pages"):
        fetch.fetch("azure", AZURE, tmp_path / "file", _serving({AZURE: {"Items": [], "NextPageLink": AZURE}}, asked))
    assert len(asked) == 3


def test_a_file_that_is_too_large_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "MOST_BYTES", 5)
    url = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonRDS/current/us-east-1/index.json"
    with pytest.raises(PriceFileError, match="larger than"):
        fetch.fetch("aws", url, tmp_path / "file", _serving({url: {"products": {}}}, []))


def test_tokens_of_google_are_followed_and_a_key_never_becomes_a_source(tmp_path: Path) -> None:
    asked: list[str] = []
    pages: dict[str, Any] = {GOOGLE: {"skus": [], "nextPageToken": "two"}, f"{GOOGLE}&pageToken=two": {"skus": [1]}}
    fetch.fetch("gcp", GOOGLE, tmp_path / "file", _serving(pages, asked))
    assert len(asked) == 2
    assert "secret" not in fetch.named(GOOGLE)


def test_an_error_of_the_network_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(PriceFileError, match="HTTP Error 503") as raised:
        fetch.fetch("gcp", GOOGLE, tmp_path / "file", _serving({GOOGLE: 503}, []))
    assert "secret" not in str(raised.value)
