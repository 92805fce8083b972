"""Templates in a browser: found on the start page, looked into, used without JavaScript and without an account."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_pages import serious
from tests.site import Site

PAGES = ["/start/", "/start/marketplace/", "/start/ledger/"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_templates_are_for_everybody(page: Page, path: str, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert serious(page) == []


def test_a_template_becomes_a_plan_without_javascript(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto("/start/")
    page.get_by_role("link", name="Look inside Payments ledger").click()
    expect(page.get_by_role("heading", name="Assumptions")).to_be_visible()
    page.get_by_role("button", name="Use this template").click()
    expect(page).to_have_url(re.compile(r"/plans/[0-9a-f-]{36}/$"))
    expect(page.get_by_role("heading", name="Payments ledger", level=1)).to_be_visible()
    context.close()
