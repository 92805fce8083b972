"""Fetches a price file from one of the vendors' own hosts, with bounds on size, pages and time. No other host is asked."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from catalog.refresh.rows import PriceFileError

HOSTS = {
    "aws": ("pricing.us-east-1.amazonaws.com", "calculator.aws"),
    "azure": ("prices.azure.com",),
    "gcp": ("cloudbilling.googleapis.com",),
}
MOST_BYTES = 4 * 2**30
MOST_PAGE_BYTES = 64 * 2**20
MOST_PAGES = 400
MOST_SECONDS = 900.0
WAIT_SECONDS = 30.0
CHUNK = 2**20
SECRETS = {"key", "access_token"}
Opener = Callable[[str], BinaryIO]


def is_address(text: str) -> bool:
    return "://" in text


def named(url: str) -> str:
    """The address without a key in it: this is what a price names as its source."""
    parts = urllib.parse.urlsplit(url)
    kept = [pair for pair in urllib.parse.parse_qsl(parts.query) if pair[0].lower() not in SECRETS]
    return urllib.parse.urlunsplit(parts._replace(query=urllib.parse.urlencode(kept), fragment=""))


def check(vendor: str, url: str) -> None:
    """https, a host of this vendor, its usual port, no user in the address."""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme != "https" or parts.username or parts.port not in (None, 443):
        raise PriceFileError(f"{named(url)}: only https addresses without user and port are fetched")
    if (parts.hostname or "") not in HOSTS.get(vendor, ()):
        raise PriceFileError(
            f"{parts.hostname or 'no host'} is not a host of {vendor}: {', '.join(HOSTS.get(vendor, ()))}"
        )
    if vendor == "azure" and "$filter" not in dict(urllib.parse.parse_qsl(parts.query)):
        raise PriceFileError("Without $filter the answer is the whole world, about a million rows: give one")


class _SameHosts(urllib.request.HTTPRedirectHandler):
    """A redirect must lead to a host of the same vendor as well."""

    def __init__(self, vendor: str) -> None:
        self.vendor = vendor

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        check(self.vendor, newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener(vendor: str) -> Opener:
    opener = urllib.request.build_opener(_SameHosts(vendor))

    def open_url(url: str) -> BinaryIO:
        found: BinaryIO = opener.open(url, timeout=WAIT_SECONDS)
        return found

    return open_url


def fetch(vendor: str, url: str, target: Path, open_url: Opener | None = None) -> None:
    """Writes the file, or all pages of an answer as one JSON list, to `target`."""
    check(vendor, url)
    open_url = open_url or _opener(vendor)
    until = time.monotonic() + MOST_SECONDS
    try:
        if vendor == "aws":
            with open_url(url) as answer, target.open("wb") as file:
                _copy(answer, file, MOST_BYTES, until)
        else:
            target.write_text(json.dumps(_pages(vendor, url, open_url, until)), encoding="utf-8")
    except (urllib.error.URLError, TimeoutError, ConnectionError, ValueError) as error:
        if isinstance(error, PriceFileError):
            raise
        raise PriceFileError(f"{named(url)}: {error}") from error


def _copy(answer: BinaryIO, file: BinaryIO, most: int, until: float) -> None:
    size = 0
    while chunk := answer.read(CHUNK):
        size += len(chunk)
        if size > most:
            raise PriceFileError(f"The file is larger than {most // 2**20} MiB; ask for one region")
        if time.monotonic() > until:
            raise PriceFileError(f"The file took longer than {MOST_SECONDS:g} seconds")
        file.write(chunk)


def _pages(vendor: str, url: str, open_url: Opener, until: float) -> list[Any]:
    """Azure names the next page; an error 400 after the first page is the end as well. Google gives a token."""
    pages: list[Any] = []
    following = url
    while following:
        if len(pages) >= MOST_PAGES:
            raise PriceFileError(f"More than {MOST_PAGES} pages: ask for one service and region")
        check(vendor, following)
        try:
            page = _page(open_url, following, until)
        except urllib.error.HTTPError as error:
            if error.code == 400 and pages and vendor == "azure":
                break
            raise
        pages.append(page)
        following = _next(vendor, url, page)
    return pages


def _page(open_url: Opener, url: str, until: float) -> Any:
    if time.monotonic() > until:
        raise PriceFileError(f"The pages took longer than {MOST_SECONDS:g} seconds")
    with open_url(url) as answer:
        raw = answer.read(MOST_PAGE_BYTES + 1)
    if len(raw) > MOST_PAGE_BYTES:
        raise PriceFileError(f"One page is larger than {MOST_PAGE_BYTES // 2**20} MiB")
    return json.loads(raw, parse_float=str)  # amounts stay the text that the vendor wrote


def _next(vendor: str, url: str, page: Any) -> str:
    if not isinstance(page, dict):
        raise PriceFileError("The answer is no object")
    if vendor == "azure":
        return str(page.get("NextPageLink") or "")
    token = str(page.get("nextPageToken") or "")
    if not token:
        return ""
    parts = urllib.parse.urlsplit(url)
    query = {**dict(urllib.parse.parse_qsl(parts.query)), "pageToken": token}
    return urllib.parse.urlunsplit(parts._replace(query=urllib.parse.urlencode(query)))
