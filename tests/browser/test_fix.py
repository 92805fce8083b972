"""A finding is fixed in three clicks and taken back with one, also by keyboard alone and without scripts."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from tests.browser.test_designer import own_copy
from tests.browser.test_pages import serious
from tests.site import Site

FINDING = "review/?rule=consistency.dual-write&at=services/product-catalog/data/product-search"
WIDTH = 390


def test_preview_apply_and_undo_by_keyboard(page: Page) -> None:
    url = own_copy(page)
    page.goto(url + FINDING)
    page.get_by_role("link", name="Preview fix").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Preview of a fix")).to_be_visible()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.reload()  # colours fade when the scheme changes; a fresh page has them at once
        assert serious(page) == []
    page.get_by_role("button", name="Apply to plan").focus()
    page.keyboard.press("Enter")
    toast = page.locator(".toast")
    expect(toast).to_contain_text("Fixed: Write once")
    expect(page.get_by_role("main")).not_to_contain_text("Product data is written to two stores in one step")
    toast.get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/review/$"))
    expect(page.get_by_role("main")).to_contain_text("Product data is written to two stores in one step")


def test_the_preview_fits_a_phone(page: Page) -> None:
    url = own_copy(page)
    page.set_viewport_size({"width": WIDTH, "height": 844})
    page.goto(f"{url}review/fix/?rule=recovery.no-backup&at=stores/s3-archive")
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
    page.goto(f"{url}review/#balance")
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH


def test_a_fix_works_without_scripts(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=site.url)
    page = context.new_page()
    page.goto(own_copy(page) + FINDING)
    page.get_by_role("link", name="Preview fix").click()
    page.get_by_role("button", name="Apply to plan").click()
    expect(page.locator(".toast")).to_contain_text("Fixed: Write once")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text("Undone")
    context.close()


def test_findings_are_filtered_as_one_types_and_stepped_through(page: Page) -> None:
    url = own_copy(page)
    page.goto(f"{url}review/")
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile("rule="))
    expect(page.get_by_text(re.compile(r"^2 of \d+$"))).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("owner")
    expect(page).to_have_url(re.compile("q=owner"))
    expect(page.locator("#review-list")).not_to_contain_text("Product data is written")
    expect(page.locator("#finding-words")).to_be_focused()
    page.get_by_text(re.compile("^Medium")).first.click()
    expect(page).to_have_url(re.compile("severity=medium"))
    assert serious(page) == []
