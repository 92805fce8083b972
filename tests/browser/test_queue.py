"""A reader's suggestion and the curators' queue in a browser: with the keyboard, without scripts, on a phone, for axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.test_pages import serious
from tests.factories import PASSWORD
from tests.site import Site

ADD = """
from accounts.models import User
for name in {names}:
    User.objects.filter(email=name).exists() or User.objects.create_user(
        username=name, email=name, password={password!r}, is_staff=True)
"""
FIRST, SECOND = "queue-first@example.com", "queue-second@example.com"
SOURCE = "https://typesense.org/docs/guide/"


@pytest.fixture(scope="module")
def curators(site: Site) -> None:
    site.manage("shell", "-c", ADD.format(names=[FIRST, SECOND], password=PASSWORD))


def sign_in(page: Page, email: str) -> Page:
    page.goto("/account/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/plans/")
    return page


def suggest(page: Page, fact: str, value: str, comment: str) -> str:
    page.goto(f"/catalog/typesense/suggest/?fact={fact}")
    page.locator("#id_value").select_option(value)
    page.locator("#id_source").fill(SOURCE)
    page.locator("#id_comment").fill(comment)
    page.get_by_role("button", name="Send suggestion").click()
    page.wait_for_url("**/suggestions/**")
    return page.url


def go_to(page: Page, words: str) -> None:
    """Presses J until the selected item holds these words."""
    while words not in page.locator(".split__result").inner_text():
        before = page.url
        page.keyboard.press("j")
        expect(page).not_to_have_url(before)


def test_from_the_pencil_to_the_published_fact_by_keyboard(
    page: Page, second_context: BrowserContext, browser: Browser, base_url: str, curators: None
) -> None:
    page.goto("/catalog/typesense/")
    page.locator('[id="features.pub_sub"]').get_by_role("link", name="Suggest an edit").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Suggest an edit")
    page.locator("#id_source").fill("nonsense")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator("#id_source")).to_have_value("nonsense")
    page.locator("#id_value").select_option("extension")
    page.locator("#id_source").fill(SOURCE)
    page.locator("#id_comment").fill("Typed by a reader")
    page.locator("#id_source").press("Enter")
    expect(page.get_by_text("Waiting for a curator")).to_be_visible()
    followed = page.url

    first = sign_in(second_context.new_page(), FIRST)
    first.goto("/curation/?kind=suggestions")
    go_to(first, "Typed by a reader")
    first.locator("#note").press_sequentially("psx are letters here")
    expect(first.locator("#note")).to_have_value("psx are letters here")
    first.locator("#note").press("Tab")
    first.keyboard.press("p")
    expect(first.locator("#toasts")).to_contain_text("waits for another curator")
    page.goto(followed)
    expect(page.get_by_text("In review")).to_be_visible()

    third = browser.new_context(base_url=base_url)
    second = sign_in(third.new_page(), SECOND)
    second.goto("/curation/?kind=revisions")
    go_to(second, "Publish and subscribe")
    expect(second.locator("#impact")).to_be_visible()
    second.keyboard.press("p")
    expect(second.locator("#toasts")).to_contain_text("is published")
    third.close()
    page.goto(followed)
    expect(page.get_by_text("Published", exact=True)).to_be_visible()
    page.goto("/catalog/typesense/")
    expect(page.locator('[id="features.pub_sub"]')).to_contain_text("With an extension")


def test_j_and_k_move_and_single_keys_can_be_off(page: Page, curators: None) -> None:
    sign_in(page, FIRST)
    page.goto("/curation/?kind=unconfirmed")
    first = page.locator(".split__result h2").first.inner_text()
    page.keyboard.press("j")
    expect(page.get_by_text("2 of")).to_be_visible()
    page.keyboard.press("k")
    expect(page.locator(".split__result h2").first).to_have_text(first)
    page.keyboard.press("?")
    page.get_by_label("Single keys are on").uncheck(force=True)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.get_by_text("1 of")).to_be_visible()


def test_without_scripts_a_reader_suggests_and_a_curator_rejects(
    browser: Browser, base_url: str, curators: None
) -> None:
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    followed = suggest(page, "features.geo", "none", "Sent without scripts")
    sign_in(page, SECOND)
    page.goto("/curation/?kind=suggestions")
    page.locator(".queue__list a").last.click()
    expect(page.get_by_text("Sent without scripts")).to_be_visible()
    page.get_by_label("Note to the sender").fill("The page says otherwise")
    page.get_by_role("button", name="Reject").click()
    page.goto(followed)
    expect(page.get_by_text("Not taken over")).to_be_visible()
    expect(page.get_by_text("The page says otherwise")).to_be_visible()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_serious_and_a_phone_never_scrolls_sideways(
    page: Page, curators: None, scheme: str, width: int
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 844})
    follow = suggest(page, "features.vector", "limited", "For axe")
    sign_in(page, FIRST)
    pages = ["/catalog/typesense/suggest/?fact=query.languages", follow, "/curation/?kind=suggestions",
             "/curation/?kind=unconfirmed", "/curation/?kind=prices", "/curation/?kind=versions", "/curation/?kind=links"]  # fmt: skip
    for path in pages:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert serious(page) == []
