"""A cache's choices are tried as one types, by keyboard, and saved; for everybody."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.test_main_path import copy_example
from tests.browser.test_pages import serious


def test_choices_are_tried_as_one_types_and_saved(page: Page) -> None:
    address = copy_example(page)
    page.goto(f"{address}caching/")
    hits = page.locator("#caching-effect .metrics__value").first
    before = hits.inner_text()
    page.get_by_label(re.compile("Expiry")).fill("86400")
    expect(hits).not_to_have_text(before)
    expect(page.get_by_text("Tried, not saved")).to_be_visible()
    tried = hits.inner_text()
    assert serious(page) == []
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("is saved").first).to_be_visible()
    expect(hits).to_have_text(tried)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert serious(page) == []
