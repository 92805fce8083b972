"""The path that everything hangs on, as a person walks it: example, copy, edit by keyboard, estimate, PDF, link, revoked."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader

from tests.browser.test_pages import serious
from tests.site import Site

pytestmark = pytest.mark.browser


def copy_example(page: Page) -> str:
    """A copy of the example in this browser; returns its address."""
    page.goto("/plans/")
    page.get_by_role("link", name="Webshop reference").first.click()
    page.get_by_role("button", name="Make a copy").click()
    page.wait_for_url(re.compile(r"/plans/[0-9a-f-]{36}/$"))
    return page.url


@pytest.mark.smoke
def test_example_to_revoked_link(page: Page, second_context: BrowserContext, site: Site, tmp_path: Path) -> None:
    address = copy_example(page)
    before = page.locator("#strip").inner_text()
    move_with_the_form(page, address)
    expect(page.locator("#strip")).not_to_have_text(before)
    estimate_with_moving_progress(page, address)
    download_pdf(page, address, tmp_path)
    share_and_revoke(page, address, second_context)


def move_with_the_form(page: Page, address: str) -> None:
    """Keyboard only: focus the data set, open its panel, M, choose a store, Enter."""
    page.locator("a[href*='select=order-service/carts']").locator("visible=true").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".panel__title")).to_have_text("Carts, temporary state")
    page.keyboard.press("m")
    heading = page.get_by_role("heading", name="Move Carts, temporary state")
    expect(heading).to_be_visible()
    page.keyboard.type("pg-main")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name=re.compile(r"^Move"))
    expect(button.first).to_be_visible()
    button.first.focus()
    page.keyboard.press("Enter")
    expect(heading).to_have_count(0)


def estimate_with_moving_progress(page: Page, address: str) -> None:
    page.goto(f"{address}costs/")
    page.get_by_role("button", name="Estimate").click()
    # The fragment polls by itself and the page then shows the result: no click in between.
    expect(page.get_by_text("10,000 runs, seed 42")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("img", name=re.compile("simulations|runs", re.IGNORECASE)).first).to_be_visible()
    assert serious(page) == []


def download_pdf(page: Page, address: str, folder: Path) -> None:
    page.goto(f"{address}report/")
    page.locator("#make-pdf").click()
    link = page.locator("#download-pdf")
    expect(link).to_be_visible(timeout=30_000)
    with page.expect_download() as waiting:
        link.click()
    file = folder / "report.pdf"
    waiting.value.save_as(file)
    reader = PdfReader(io.BytesIO(file.read_bytes()))
    text = "\n".join(sheet.extract_text() for sheet in reader.pages)
    assert len(reader.pages) >= 5
    for words in ("Webshop reference", "Orders, transactions", "Carts, temporary state", "Assumptions and sources"):
        assert words in text


def share_and_revoke(page: Page, address: str, other: BrowserContext) -> None:
    page.goto(f"{address}share/")
    page.locator("#create-link").click()
    link = page.locator("#new-link").input_value()
    viewer = other.new_page()
    answer = viewer.goto(link)
    assert answer is not None
    assert answer.status == 200
    assert answer.headers["x-robots-tag"].startswith("noindex")
    assert answer.headers["referrer-policy"] == "no-referrer"
    expect(viewer.get_by_role("heading", level=1)).to_have_text("Webshop reference")
    assert "$" not in viewer.locator("main").inner_text()
    assert serious(viewer) == []
    page.get_by_role("button", name=re.compile("^Revoke Link|^Revoke this|Revoke$")).last.click()
    expect(page.get_by_text("0 active links")).to_be_visible()
    answer = viewer.reload()
    assert answer is not None
    assert answer.status == 404
    expect(viewer.get_by_role("heading", level=1)).to_have_text("This link does not open a plan")
