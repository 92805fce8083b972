"""Several data sets at once, and the table's cells, in a browser: keyboard, mouse, no JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_designer import own_copy, row, version
from tests.browser.test_pages import serious

CARTS, SESSIONS = "order-service/carts", "user-service/sessions"


def ticked(page: Page) -> list[str]:
    found: list[str] = page.locator("#map [name=at]:checked").evaluate_all("all => all.map(one => one.value)")
    return found


def test_several_are_chosen_and_moved_by_keyboard_as_one_version(page: Page) -> None:
    own_copy(page)
    row(page, "user-service/accounts").focus()
    page.keyboard.press("Shift+ArrowDown")
    assert ticked(page) == ["user-service/accounts", SESSIONS]
    expect(page.locator("#bulk-count")).to_have_text("2 chosen")
    page.keyboard.press("Escape")
    expect(page.locator("#bulk")).to_be_hidden()
    page.keyboard.press(" ")
    assert ticked(page) == [SESSIONS]
    row(page, CARTS).focus()
    page.keyboard.press(" ")
    page.keyboard.press("Enter")  # looking at one keeps what is chosen
    expect(page.locator("#panel-title")).to_have_text("Carts, temporary state")
    expect(page.locator("#bulk-count")).to_have_text("2 chosen")
    page.keyboard.press("m")
    expect(page.locator("#bulk-to")).to_be_focused()
    page.keyboard.type("redis-cache")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".toast").last).to_contain_text("Moved 2 data sets to redis-cache")
    version(page, 2)
    expect(page.locator("#bulk")).to_be_hidden()
    page.keyboard.press("Control+z")
    version(page, 1)


def test_clicks_with_ctrl_and_shift_choose_and_a_misfit_asks_first(page: Page) -> None:
    own_copy(page)
    row(page, "user-service/accounts").click(modifiers=["Control"])
    row(page, CARTS).click(modifiers=["Shift"])
    assert len(ticked(page)) == 6
    row(page, SESSIONS).click(modifiers=["Control"])
    assert SESSIONS not in ticked(page)
    page.locator("#bulk-to").select_option("redis-cache")
    page.locator("#bulk").get_by_role("button", name="Move", exact=True).click()
    expect(page.locator("#panel-title")).to_contain_text("of 5 cannot live in redis-cache")
    expect(page.locator("#panel-title")).to_be_focused()
    version(page, 1)
    assert serious(page) == []
    page.get_by_role("button", name="that fit").click()
    version(page, 2)


def test_a_cell_is_saved_when_it_is_left_and_a_bad_one_says_why_and_keeps_its_text(page: Page) -> None:
    url = own_copy(page)
    page.goto(f"{url}?view=table")
    size = page.locator('[name="order-service/orders:size_gib"]')
    cost = page.locator("#cost_order-service_orders")
    before = cost.inner_text()
    size.fill("lots")
    size.press("Enter")
    expect(page.locator('[name="order-service/carts:size_gib"]')).to_be_focused()
    expect(page.locator("#cell_order-service_orders_size_gib")).to_contain_text("must be a number")
    expect(size).to_have_value("lots")
    expect(size).to_have_attribute("aria-invalid", "true")
    version(page, 1)
    assert serious(page) == []
    size.fill("2000")
    size.press("Tab")
    version(page, 2)
    expect(page.locator("#cell_order-service_orders_size_gib")).to_be_empty()
    expect(cost).not_to_have_text(before)
    page.locator('[name="order-service/orders:tier"]').select_option("low")
    page.locator('[name="order-service/orders:name"]').fill("Sales")
    page.locator('[name="order-service/orders:name"]').press("Tab")
    version(page, 4)
    page.reload()
    expect(page.locator('[name="order-service/orders:name"]')).to_have_value("Sales")
    expect(size).to_have_value("2000")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_while_several_are_chosen(page: Page, scheme: str) -> None:
    url = own_copy(page)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    row(page, CARTS).focus()
    page.keyboard.press("Shift+ArrowDown")
    assert serious(page) == []
    page.goto(f"{url}?view=table&q=cart")
    page.locator("[name=at]").check()
    assert serious(page) == []


def test_table_and_choice_work_without_javascript(new_context: object) -> None:
    context: BrowserContext = new_context(java_script_enabled=False)  # type: ignore[operator]
    page = context.new_page()
    url = own_copy(page)
    page.goto(f"{url}?view=table")
    page.locator('[name="order-service/orders:size_gib"]').fill("lots")
    page.locator('[name="order-service/carts:size_gib"]').fill("4")
    page.get_by_role("button", name="Save table").click()
    expect(page.locator("#cell_order-service_orders_size_gib")).to_contain_text("must be a number")
    page.locator('[name="order-service/orders:size_gib"]').fill("300")
    page.get_by_role("button", name="Save table").click()
    version(page, 2)
    for path in (CARTS, SESSIONS):
        page.locator(f'#table-view [name=at][value="{path}"]').check()
    page.locator("#bulk-tier").select_option("low")
    page.get_by_role("button", name="Set target").click()
    version(page, 3)
    expect(page.locator(f'[name="{CARTS}:tier"]')).to_have_value("low")


PASTE = """text => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def test_rows_pasted_into_the_table_are_shown_first_and_then_saved_together(page: Page) -> None:
    url = own_copy(page)
    page.goto(f"{url}?view=table")
    page.locator('[name="order-service/orders:size_gib"]').focus()
    page.evaluate(PASTE, "300\t500\nlots\t600\n")
    expect(page.locator(".error-summary")).to_contain_text("Row 2, Size, GiB")
    expect(page.locator("#text")).to_have_value("300\t500\nlots\t600")
    version(page, 1)
    assert serious(page) == []
    page.locator("#text").fill("300\t500\n40\t600")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".note--info")).to_contain_text("4 changed cells")
    page.get_by_role("button", name="Save 4 changed cells").click()
    version(page, 2)
    expect(page.locator('[name="order-service/carts:size_gib"]')).to_have_value("40")


def test_pasting_works_without_javascript(new_context: object) -> None:
    context: BrowserContext = new_context(java_script_enabled=False)  # type: ignore[operator]
    page = context.new_page()
    url = own_copy(page)
    page.goto(f"{url}?view=table")
    page.get_by_role("link", name="Paste from a spreadsheet").click()
    page.locator("#text").fill("Name\tSize\tService\nRefunds\t3\tBilling\nReturns\t4\tBilling")
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Save 2 new data sets").click()
    version(page, 2)
    expect(page.locator('[name="billing/returns:size_gib"]')).to_have_value("4")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_plan_file_with_errors_is_marked_at_its_lines_and_a_click_goes_there(page: Page, scheme: str) -> None:
    url = own_copy(page)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(f"{url}?view=yaml")
    text = page.locator("#text").input_value().replace("tier: high", "tier: top", 1)
    line = text[: text.index("tier: top")].count("\n") + 1
    page.locator("#text").fill(text)
    page.get_by_role("button", name="Save plan").click()
    mark = page.locator(".code-lines__mark a")
    expect(mark).to_have_count(1)
    expect(mark).to_have_attribute("data-line", str(line))
    expect(mark).to_have_attribute("aria-label", re.compile(f"Line {line}: .*found 'top'"))
    expect(page.locator("#text")).to_have_value(text)
    assert serious(page) == []
    mark.click()
    expect(page.locator("#text")).to_be_focused()
    at = page.evaluate("document.activeElement.selectionStart")
    assert text[:at].count("\n") + 1 == line
    beside, box = mark.bounding_box(), page.locator("#text").bounding_box()
    assert beside
    assert box
    assert abs(beside["y"] - box["y"] - 13 - 20 * (line - 1)) < 6  # the number stands at its line
    page.keyboard.press("Control+End")
    page.keyboard.type("\n\n# two more")
    expect(page.locator("#code-lines")).to_contain_text(str(text.count("\n") + 3))
    page.locator("#text").fill(text.replace("tier: top", "tier: low", 1))
    page.get_by_role("button", name="Save plan").click()
    version(page, 2)
