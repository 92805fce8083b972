"""The whole way once: example, copy, edit by keyboard, estimate, report as PDF, link for somebody else, revoked."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from playwright.sync_api import BrowserContext, Page, Response, expect
from pypdf import PdfReader

from tests.browser.conftest import Watcher
from tests.browser.test_designer import own_copy, row, version
from tests.browser.test_pages import serious

WORK_MS = 60_000
TABS = ("costs", "recovery", "review", "report", "share")


def move_by_keyboard(page: Page) -> None:
    row(page, "order-service/carts").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_have_text("Carts, temporary state")
    page.keyboard.press("m")
    expect(page.locator("#move-filter")).to_be_focused()
    page.keyboard.type("mongo-catalog")
    page.keyboard.press("Enter")
    expect(page.locator("#consequences")).to_contain_text("If you move it to mongo-catalog")
    page.keyboard.press("Enter")
    version(page, 2)


def estimate_with_moving_progress(page: Page, url: str) -> None:
    polls: list[Response] = []
    page.on("response", lambda answer: polls.append(answer) if "/jobs/" in answer.url else None)
    page.goto(f"{url}costs/")
    page.locator("#start-estimate").click()
    expect(page.get_by_role("button", name="Estimate again")).to_be_visible(timeout=WORK_MS)
    expect(page.locator("main svg[role=img]").first).to_be_visible()
    assert polls[-1].status == 286
    shown = [progress_in(poll.text()) for poll in polls]
    assert len(set(shown)) >= 2
    assert shown == sorted(shown)


def progress_in(text: str) -> float:
    found = re.search(r'<progress[^>]*value="([^"]+)"', text)
    return float(found.group(1)) if found else 1.0


def downloaded_report(page: Page, url: str) -> PdfReader:
    page.goto(f"{url}report/")
    page.locator("#make-pdf").click()
    link = page.locator('a[href$="report.pdf"]').first
    expect(link).to_be_visible(timeout=WORK_MS)
    with page.expect_download() as download:
        link.click()
    path = download.value.path()
    return PdfReader(BytesIO(path.read_bytes()))


@pytest.mark.smoke
def test_from_the_example_to_a_revoked_link(page: Page, second_context: BrowserContext, watcher: Watcher) -> None:
    url = own_copy(page)
    totals = page.locator("#strip").inner_text()
    move_by_keyboard(page)
    assert page.locator("#strip").inner_text() != totals
    estimate_with_moving_progress(page, url)
    report = downloaded_report(page, url)
    text = "".join(sheet.extract_text() for sheet in report.pages)
    assert len(report.pages) >= 3
    assert "mongo-catalog" in text
    page.goto(f"{url}share/")
    page.locator("#create-link").click()
    address = page.locator("#new-link").input_value()
    guest = second_context.new_page()
    guest.goto(address)
    expect(guest.locator("h1")).to_contain_text("shop")
    assert guest.get_by_role("button", name="Undo").count() == 0
    page.get_by_role("button", name=re.compile("^Revoke(?! all)")).first.click()
    gone = guest.goto(address)
    assert gone is not None
    assert gone.status == 404
    expect(guest.locator("main")).to_contain_text(re.compile("not available", re.IGNORECASE))


@pytest.mark.parametrize("tab", TABS)
def test_each_result_page_has_nothing_serious_and_fits_a_phone(page: Page, tab: str) -> None:
    url = own_copy(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            answer = page.goto(f"{url}{tab}/")
            assert answer is not None
            assert answer.status == 200
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert serious(page) == []


def test_a_plan_made_before_signing_up_is_kept(page: Page) -> None:
    url = own_copy(page)
    page.goto("/account/signup/")
    page.get_by_label(re.compile("e-?mail", re.IGNORECASE)).fill("newcomer@example.com")
    page.get_by_label(re.compile("^password", re.IGNORECASE)).first.fill("a quiet long phrase 17")
    page.locator("main form button[type=submit]").click()
    page.goto("/plans/")
    expect(page.locator(f'main a[href="{url}"]').first).to_be_visible()


def test_another_browser_cannot_see_an_unshared_plan(page: Page, second_context: BrowserContext) -> None:
    url = own_copy(page)
    answer = second_context.new_page().goto(url)
    assert answer is not None
    assert answer.status == 404
