"""Restore drills as a person makes them: by keyboard, for everybody, and the result in the plan."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.test_main_path import copy_example
from tests.browser.test_pages import serious


def test_a_drill_is_planned_made_and_counts(page: Page) -> None:
    address = copy_example(page)
    page.goto(f"{address}backups/")
    page.get_by_role("link", name="Restore drills").click()
    page.get_by_role("button", name="Plan a drill for each store without one").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("5 drills planned").first).to_be_visible()
    assert serious(page) == []
    page.get_by_role("link", name="Record the drill of pg-main").click()
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("link", name="Enter how many GiB were read back")).to_be_visible()
    page.get_by_label("Restored, GiB").fill("206")
    page.get_by_label("Time, minutes").fill("52")
    page.get_by_label(re.compile("compared with the source")).check()
    page.get_by_label("What was compared").fill("row counts")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="All drills of this store")).to_be_visible()
    assert serious(page) == []
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{address}drills/")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert serious(page) == []
    page.goto(f"{address}recovery/?set=order-service/orders&failure=operator")
    expect(page.get_by_text(re.compile("206 GiB in 52 min")).first).to_be_attached()
