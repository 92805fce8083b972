"""Placing in a browser: all data sets at once and one split by purpose, for everybody, with and without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_pages import serious
from tests.site import Site


def own_copy(page: Page) -> str:
    """The address of a copy of the example."""
    page.goto("/start/webshop/")
    page.get_by_role("button", name="Use this template").click()
    page.wait_for_url(re.compile(r"/plans/[0-9a-f-]{36}/$"))
    return page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_for_everybody(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    plan = own_copy(page)
    for path in ("place/", "place/?tax=40&keep=on", "place/?tax=x", "datasets/order-service/orders/?split=analytics"):
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(plan + path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert serious(page) == []


def test_the_tax_changes_the_proposal_in_place_and_placing_is_undone(page: Page) -> None:
    plan = own_copy(page)
    page.goto(plan)
    page.get_by_role("link", name="Place all").click()
    expect(page.get_by_role("button", name="Place 1 data set")).to_be_visible()
    page.get_by_label("Tax of one more system").fill("40")
    page.get_by_label("Tax of one more system").press("Tab")
    button = page.get_by_role("button", name=re.compile(r"Place [2-9] data sets"))
    expect(button).to_be_visible()
    expect(page).to_have_url(re.compile("tax=40"))
    button.click()
    expect(page).to_have_url(plan)
    toast = page.locator("#toasts")
    expect(toast).to_contain_text("Placed")
    with page.expect_response(re.compile("/undo/")):
        toast.get_by_role("button", name="Undo").click()
    page.wait_for_load_state("networkidle")
    page.goto(plan + "place/")
    expect(page.get_by_role("button", name="Place 1 data set")).to_be_visible()


def test_everything_works_without_javascript(browser: Browser, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    plan = own_copy(page)
    page.goto(plan + "place/")
    page.get_by_label("Tax of one more system").fill("40")
    page.get_by_role("button", name="Propose again").click()
    page.get_by_role("button", name=re.compile(r"Place \d data sets")).click()
    expect(page.locator("#toasts")).to_contain_text("Placed")
    page.goto(plan + "datasets/order-service/orders/")
    page.get_by_role("link", name="Preview analytics copy").click()
    page.get_by_role("button", name="Add analytics copy").click()
    expect(page.locator("#toasts")).to_contain_text("Analytics copy of Orders, transactions added")
    context.close()
