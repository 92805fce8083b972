"""The catalog with the keyboard: search as one types, facets, ticking systems, comparing them; without scripts too."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect


def test_typing_filters_ticks_and_compares_by_keyboard(page: Page) -> None:
    page.goto("/catalog/")
    page.locator("#q").focus()
    page.keyboard.type("postgrse")
    expect(page).to_have_url("/catalog/?q=postgrse")
    expect(page.locator("#results")).to_contain_text("PostgreSQL")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#live-polite")).to_contain_text("databases match")
    page.locator("#model-relational").focus()
    page.keyboard.press("Space")
    expect(page.locator("#model-relational")).to_be_checked()
    expect(page).to_have_url("/catalog/?model=relational&q=postgrse")
    expect(page.locator("#model-relational")).to_be_focused()
    for slug in ("postgresql", "neon"):
        page.locator(f"#pick-{slug}").focus()
        page.keyboard.press("Space")
        expect(page.locator(".tray")).to_contain_text("Neon" if slug == "neon" else "PostgreSQL")
    page.locator(".tray").get_by_role("link", name="Compare").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare databases")
    expect(page.locator(".matrix thead")).to_contain_text("Neon")
    page.go_back()
    expect(page.locator("#pick-neon")).to_be_checked()


def test_the_list_works_without_scripts(browser: Browser, base_url: str) -> None:
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/catalog/")
    page.fill("#q", "reids")
    page.locator("#must-ttl").check()
    page.get_by_role("button", name="Apply filters").click()
    expect(page.locator("#results")).to_contain_text("Redis")
    expect(page.locator("#must-ttl")).to_be_checked()
    page.locator("#pick-redis").check()
    page.locator("#pick-valkey").check()
    page.get_by_role("button", name="Compare the ticked ones").click()
    expect(page.locator(".matrix thead")).to_contain_text("Valkey")
    context.close()
