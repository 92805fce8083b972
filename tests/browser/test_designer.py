"""The designer in a browser: keyboard, mouse, no JavaScript; two editors at once; nothing serious for axe."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.test_pages import serious


def own_copy(page: Page) -> str:
    """Copy the example as a person would; the address of the copy."""
    page.goto("/plans/")
    page.get_by_role("button", name="Make a copy of Webshop").first.click()
    expect(page.locator("#designer")).to_be_visible()
    found = re.search(r"/plans/[0-9a-f-]{36}/", page.url)
    assert found
    return found[0]


def row(page: Page, path: str) -> Locator:
    return page.locator(f'#map .map-row [data-select="{path}"]').first


def version(page: Page, number: int) -> None:
    expect(page.locator(".plan-header .chip")).to_contain_text(f"Version {number}")


def test_a_data_set_is_moved_and_the_move_undone_by_keyboard_alone(page: Page) -> None:
    own_copy(page)
    row(page, "order-service/carts").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-title")).to_have_text("Carts, temporary state")
    page.keyboard.press("m")
    expect(page.locator("#move-filter")).to_be_focused()
    page.keyboard.type("mongo-catalog")
    page.keyboard.press("Enter")
    expect(page.locator("#consequences")).to_contain_text("If you move it to mongo-catalog")
    version(page, 1)
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("now in mongo-catalog")
    version(page, 2)
    page.keyboard.press("Control+z")
    version(page, 1)
    page.keyboard.press("Control+Shift+z")
    version(page, 2)


def test_arrows_walk_the_map_and_escape_leaves_the_move_list(page: Page) -> None:
    own_copy(page)
    row(page, "user-service/accounts").focus()
    page.keyboard.press("ArrowDown")
    expect(row(page, "user-service/sessions")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#store-redis-session")).to_be_focused()
    page.goto(page.url + "datasets/order-service/carts/move/")
    page.keyboard.press("Escape")
    expect(page.locator("#move-list")).to_have_count(0)


def test_a_data_set_is_dragged_to_a_store_and_a_ruled_out_store_asks_first(page: Page) -> None:
    own_copy(page)
    drag(page, "order-service/carts", "mongo-catalog")
    expect(page.locator(".toast")).to_contain_text("now in mongo-catalog")
    version(page, 2)
    drag(page, "order-service/orders", "redis-cache")
    expect(page.get_by_role("button", name="Move anyway")).to_be_visible()
    version(page, 2)


def drag(page: Page, path: str, store: str) -> None:
    grip = page.locator(f'#map [data-row="{path}"] [data-drag]').first
    target = page.locator(f'#map [data-store="{store}"]').first
    start, end = grip.bounding_box(), target.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 6, start["y"] + 6)
    page.mouse.down()
    page.mouse.move(start["x"] + 30, start["y"] + 20, steps=4)
    expect(page.locator("#move-list")).to_be_visible()
    page.mouse.move(end["x"] + 40, end["y"] + 20, steps=6)
    page.mouse.up()


def test_typing_previews_and_leaving_the_field_saves(page: Page) -> None:
    url = own_copy(page)
    page.goto(f"{url}datasets/order-service/orders/")
    writes = page.locator("#writes_per_second_likely")
    writes.fill("95")
    expect(page.locator("#ranking-note")).to_contain_text("for what you typed")
    expect(page.locator("#data-set-state")).to_contain_text("Not saved yet")
    version(page, 1)
    writes.press("Tab")
    expect(page.locator("#data-set-state")).to_contain_text("Saved")
    version(page, 2)
    page.locator("#reads_per_second_likely").fill("430")
    page.locator("#reads_per_second_likely").press("Tab")
    version(page, 3)
    page.reload()
    expect(writes).to_have_value("95")
    expect(page.locator("#reads_per_second_likely")).to_have_value("430")


def test_bad_input_keeps_the_last_ranking_and_says_where(page: Page) -> None:
    url = own_copy(page)
    page.goto(f"{url}datasets/order-service/orders/")
    page.locator("#writes_per_second_high").fill("70")
    expect(page.locator("#writes_per_second-error")).to_contain_text("High must be at least the likely value, 85")
    expect(page.locator("#ranking-note")).to_contain_text("using the last valid values")
    page.locator("#writes_per_second_high").press("Tab")
    expect(page.locator("#data-set-state")).to_contain_text("1 problem, not saved")
    expect(page.locator("#writes_per_second_high")).to_have_value("70")
    version(page, 1)
    page.locator("#writes_per_second_high").fill("170")
    expect(page.locator("#writes_per_second-error")).to_be_empty()
    page.get_by_role("button", name="Save", exact=True).click()
    version(page, 2)


def test_two_people_who_change_one_field_choose_and_lose_nothing(page: Page) -> None:
    url = own_copy(page)
    page.goto(f"{url}datasets/order-service/orders/")
    other = page.context.new_page()
    other.goto(f"{url}datasets/order-service/orders/")
    page.locator("#name").fill("Baskets")
    page.locator("#name").press("Tab")
    expect(page.locator("#data-set-state")).to_contain_text("Saved")
    other.locator("#name").fill("Trolleys")
    other.locator("#name").press("Tab")
    expect(other.get_by_role("heading", name="changed this at")).to_be_visible()
    expect(other.locator("main")).to_contain_text("Baskets")
    assert serious(other) == []
    other.get_by_role("button", name="Save this mix").click()
    expect(row(other, "order-service/orders")).to_contain_text("Trolleys")


def test_the_main_path_works_without_javascript(new_context: object) -> None:
    context: BrowserContext = new_context(java_script_enabled=False)  # type: ignore[operator]
    page = context.new_page()
    url = own_copy(page)
    row(page, "order-service/carts").click()
    page.get_by_role("link", name="Move to").first.click()
    page.locator("#move-list").get_by_role("link", name="mongo-catalog").first.click()
    page.get_by_role("button", name="Move", exact=True).click()
    version(page, 2)
    page.get_by_role("button", name="Undo").last.click()
    version(page, 1)
    page.goto(f"{url}datasets/order-service/orders/")
    page.locator("#size_gib_likely").fill("lots")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".error-summary")).to_contain_text("as a number, such as 210")
    expect(page.locator("#size_gib_likely")).to_have_value("lots")
    page.locator("#size_gib_likely").fill("220")
    page.get_by_role("button", name="Save", exact=True).click()
    version(page, 3)


PAGES = ("", "?select=order-service/orders", "?select=store:pg-main", "?view=table", "?view=yaml",
         "datasets/order-service/orders/", "datasets/order-service/carts/move/?to=mongo-catalog", "datasets/new/",
         "services/order-service/", "stores/pg-main/", "settings/", "versions/", "versions/1/", "caching/",
         "backups/")  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_a_phone_never_scrolls_sideways(page: Page, scheme: str) -> None:
    url = own_copy(page)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for path in (*(url + one for one in PAGES), "/plans/", "/start/"):
            page.goto(path)
            # The panel slides in from the right: measure when it has arrived.
            page.evaluate("() => Promise.all(document.getAnimations().map((one) => one.finished)).then(() => 0)")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert serious(page) == [], path
