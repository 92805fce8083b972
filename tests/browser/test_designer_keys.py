"""The designer by keyboard alone, its filter and its size."""

from __future__ import annotations

import time

from playwright.sync_api import Page, expect

from tests.browser.test_designer import own_copy, row, version


def tab_to(page: Page, selector: str, most: int = 100) -> None:
    """Press Tab until this has focus, as somebody without a mouse would."""
    for _ in range(most):
        if page.evaluate("one => document.activeElement.matches(one)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached with {most} times Tab from {page.url}")


def test_from_an_empty_plan_to_three_placed_data_sets_by_keyboard_in_under_two_minutes(page: Page) -> None:
    page.goto("/start/")
    started = time.monotonic()
    keys = page.keyboard
    tab_to(page, "form[action='/start/'] [name=name]")
    keys.type("My shop")
    keys.press("Enter")
    expect(page.locator("#first-name")).to_be_focused()
    keys.type("Orders")
    keys.press("Enter")
    expect(page.locator("#map [aria-current]")).to_be_focused()
    for name in ("Sessions", "Product texts"):
        keys.press("n")
        expect(page.locator("#name")).to_be_focused()
        keys.type(name)
        keys.press("Enter")
        expect(page.locator("#map [aria-current]")).to_contain_text(name)
        expect(page.locator("#map [aria-current]")).to_be_focused()
    took = time.monotonic() - started
    assert page.locator("#map .map-row--source").count() == 3
    assert page.locator("#map .edge--source").count() == 3
    assert page.locator("#map .service").count() == 1
    print(f"three placed data sets after {took:.1f} s")
    assert took < 120


def test_home_end_and_the_search_key(page: Page) -> None:
    own_copy(page)
    row(page, "order-service/carts").focus()
    page.keyboard.press("Home")
    expect(page.locator("#service-user-service")).to_be_focused()
    page.keyboard.press("End")
    expect(row(page, "logging/log-archive")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#only-words")).to_be_focused()
    page.keyboard.type("cart")
    expect(page.locator("#map .map-row__link")).to_have_count(1)
    expect(page.locator("#shown-count")).to_contain_text("1 of 10 data sets")
    assert page.url.endswith("?q=cart")
    expect(page.locator("#only-words")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(row(page, "order-service/carts")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_have_text("Carts, temporary state")
    page.keyboard.press("Delete")
    version(page, 2)
    expect(page.locator("#view")).to_contain_text("No data set matches")
    page.keyboard.press("Control+z")
    version(page, 1)
    expect(page.locator("#map .map-row__link")).to_have_count(1)


def test_the_map_fits_the_window_and_grows_by_steps(page: Page) -> None:
    own_copy(page)
    row(page, "order-service/carts").focus()
    the_map = page.locator("#map")
    full = page.evaluate("document.querySelector('#map').offsetHeight")
    page.set_viewport_size({"width": 1440, "height": 600})
    page.keyboard.press("0")
    expect(the_map).not_to_have_css("zoom", "1")
    top, factor = page.evaluate(
        "(one => [one.offsetTop, Number(getComputedStyle(one).zoom)])(document.querySelector('#map'))"
    )
    assert top + factor * full <= 600
    page.keyboard.press("1")
    expect(the_map).to_have_css("zoom", "1")
    page.keyboard.press("-")
    expect(the_map).to_have_css("zoom", "0.75")
    page.reload()
    expect(the_map).to_have_css("zoom", "0.75")
    page.keyboard.press("+")
    page.keyboard.press("+")
    expect(the_map).to_have_css("zoom", "1.25")


def test_needs_are_changed_in_the_panel_while_the_ranking_follows(page: Page) -> None:
    url = own_copy(page)
    page.goto(f"{url}?select=order-service/orders")
    page.locator(".panel__needs summary").focus()
    page.keyboard.press("Enter")
    size = page.locator("#need_order-service_orders_size_gib_box")
    tab_to(page, "#need_order-service_orders_size_gib_box")
    page.keyboard.press("Control+a")
    page.keyboard.type("900")
    expect(page.locator("#panel-ranks")).to_contain_text("Monthly cost")
    version(page, 1)
    page.keyboard.press("Tab")
    version(page, 2)
    expect(row(page, "order-service/orders")).to_be_visible()
    expect(page.locator("#map .map-row.is-selected")).to_contain_text("900 GiB")
    expect(page.locator("#need_order-service_orders_reads_per_second_box")).to_be_focused()
    size.fill("lots")
    expect(page.locator("#need_order-service_orders_size_gib")).to_contain_text("must be a number")
    expect(page.locator("#panel-ranks")).to_contain_text("last valid values")
    expect(size).to_have_value("lots")
    size.fill("800")
    size.press("Tab")
    version(page, 3)
    page.locator("#need_order-service_orders_transactions_box").select_option("none")
    version(page, 4)
    row(page, "order-service/orders").focus()
    page.keyboard.press("Delete")
    expect(page.locator(".toast").last).to_contain_text("removed from the plan")
    version(page, 5)
