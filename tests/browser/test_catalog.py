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


def test_the_wizard_by_keyboard_ends_in_a_placed_data_set(page: Page) -> None:
    page.goto("/wizard/")
    page.locator("input[name=acid][value=yes]").focus()
    page.keyboard.press("Space")
    expect(page).to_have_url("/wizard/1/?acid=yes")
    expect(page.locator("#wizard-ranking")).to_contain_text("PostgreSQL")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Does the structure differ from record to record?")
    page.get_by_role("link", name="Skip the rest, show the result").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The decision tree says PostgreSQL or MySQL")
    page.get_by_label("Name of the data set").fill("Orders")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Where it could live")).to_be_visible()
    expect(page.locator("#ranking tr[aria-selected=true]")).to_have_count(1)


def test_the_wizard_works_without_scripts(browser: Browser, base_url: str) -> None:
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/wizard/4/")
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Skip the rest, show the result").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The decision tree says Elasticsearch")
    context.close()
