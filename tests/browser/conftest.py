"""Chromium, and a running site to look at. Browser tests touch the site only as a person would."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

from tests.servers import install
from tests.site import Site, running_site

# Without these, Chromium looks up its maker's hosts at every start.
QUIET = ("--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--disable-quic", "--disable-extensions")  # fmt: skip
EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of (404|409|422|410|403|503)")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The process tree of `make run`: on PostgreSQL, Redis and prefork when their URLs are given, else embedded."""
    folder = tmp_path_factory.mktemp("site")
    with running_site(folder, os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")) as running:
        yield running


@pytest.fixture(scope="session")
def base_url(site: Site) -> str:
    return site.url


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        install("chromium", "Chromium")
        path = shutil.which("chromium")
    sandbox = () if os.geteuid() else ("--no-sandbox",)  # Chromium refuses its sandbox to root
    return {"executable_path": path, "args": [*sandbox, *QUIET]}


@pytest.fixture(scope="session")
def browser_context_args(base_url: str) -> dict[str, object]:
    return {"base_url": base_url, "viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}


class Watcher:
    """Collects what must never happen on any page: console errors, CSP violations, crashes, requests to elsewhere."""

    def __init__(self, home: str) -> None:
        self.home = home
        self.found: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        context.on("page", self.watch_page)

    def watch_page(self, page: Page) -> None:
        page.on("console", self.on_console)
        page.on("pageerror", lambda error: self.found.append(f"script error: {error}"))
        page.on("request", self.on_request)
        page.on("response", self.on_response)

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not EXPECTED.match(message.text):
            self.found.append(f"console: {message.text}")

    def on_request(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:", "blob:", "about:")):
            self.found.append(f"request to elsewhere: {request.url}")

    def on_response(self, response: Response) -> None:
        if response.status == 500 or (response.status == 404 and "/static/" in response.url):
            self.found.append(f"status {response.status}: {response.url}")


@pytest.fixture
def watcher(base_url: str) -> Iterator[Watcher]:
    """Fails the test in the end if anything was found. A test that provokes an error empties `found` itself."""
    watcher = Watcher(base_url)
    yield watcher
    assert watcher.found == []


@pytest.fixture
def context(new_context: object, watcher: Watcher) -> BrowserContext:
    context: BrowserContext = new_context()  # type: ignore[operator]  # the plugin's type is private
    watcher.watch(context)
    return context


@pytest.fixture
def second_context(new_context: object, watcher: Watcher) -> BrowserContext:
    """Another person's browser: no cookie in common with `context`."""
    context: BrowserContext = new_context()  # type: ignore[operator]
    watcher.watch(context)
    return context
