"""The path of a fact: one curator edits it, another publishes it by keyboard, readers see it, and it is undone."""

from __future__ import annotations

import re
import secrets

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.site import Site

PASSWORD = "correct horse battery"
SOURCE = "https://example.org/full-text"
MAKE = 'from accounts.models import User; User.objects.create_user("{0}", "{0}@example.com", "{1}", is_staff=True)'


def signed_in(site: Site, page: Page) -> Page:
    """A page of a new curator."""
    name = secrets.token_hex(4)
    site.manage("shell", "-c", MAKE.format(name, PASSWORD))
    page.goto("/account/login/")
    page.locator("[name=login]").fill(f"{name}@example.com")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/plans/")
    return page


def serious(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [f"{page.url} {one['id']}" for one in violations if one["impact"] in {"serious", "critical"}]


def test_from_an_edit_to_every_reader_and_back(site: Site, page: Page, second_context: BrowserContext) -> None:
    author, reviewer = signed_in(site, page), signed_in(site, second_context.new_page())
    author.goto("/curation/solr/edit/")
    author.get_by_role("link", name="Edit Geographic queries").click()
    author.get_by_label("Value").select_option("limited")
    author.get_by_label("Sources").fill("example.org")
    author.get_by_label("Seen in the source").check()
    author.get_by_role("button", name="Save in the draft").click()
    expect(author.get_by_role("main")).to_contain_text("is not a web address")
    expect(author.get_by_label("Value")).to_have_value("limited")
    author.get_by_label("Sources").fill(SOURCE)
    author.get_by_role("button", name="Save in the draft").click()
    author.get_by_role("link", name="See the changes").click()
    author.get_by_role("button", name="Hand to review").click()
    expect(author.get_by_role("main")).to_contain_text("In review")
    address = author.url

    reviewer.goto(address)
    expect(reviewer.locator("#impact")).to_contain_text("Find affected plans")
    assert serious(reviewer) == []
    reviewer.set_viewport_size({"width": 390, "height": 844})
    assert reviewer.evaluate("document.documentElement.scrollWidth") <= 390
    reviewer.get_by_role("heading", level=1).click()
    reviewer.keyboard.press("p")
    expect(reviewer.get_by_role("main")).to_contain_text("Published")
    reviewer.goto("/catalog/solr/")
    expect(reviewer.locator("tr", has_text="Geographic queries")).to_contain_text("Limited", timeout=10_000)
    expect(reviewer.locator(f'a[href="{SOURCE}"]').first).to_be_visible()

    author.goto("/catalog/solr/history/")
    expect(author.get_by_role("main")).to_contain_text(re.compile("1 change from revision 1 to 2"))
    assert serious(author) == []

    author.get_by_role("link", name="Look at revision 1 or go back to it").click()
    author.get_by_role("button", name="Go back to this revision").click()
    expect(author.get_by_role("main")).to_contain_text("Back to revision 1")
    expect(author.get_by_role("main")).to_contain_text("In review")
    reviewer.goto(author.url)
    reviewer.get_by_role("button", name="Publish").click()
    expect(reviewer.get_by_role("main")).to_contain_text("Published")
    reviewer.goto("/catalog/solr/")
    expect(reviewer.locator("tr", has_text="Geographic queries")).not_to_contain_text("Limited", timeout=10_000)
    expect(reviewer.locator(f'a[href="{SOURCE}"]')).to_have_count(0)


def test_the_desk_reads_well_on_a_phone_in_the_dark(site: Site, page: Page) -> None:
    signed_in(site, page)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("/curation/", "/curation/redis/edit/", "/curation/redis/edit/backup.native/", "/curation/import/",
                 "/curation/new/", "/catalog/redis/history/"):  # fmt: skip
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
        assert serious(page) == [], path


def test_a_word_without_end_never_widens_a_page(site: Site, page: Page, second_context: BrowserContext) -> None:
    page.goto("/catalog/solr/suggest/?fact=best_for")
    page.get_by_label("Value").fill("a" * 1900)
    page.get_by_label("Source").fill(SOURCE)
    page.get_by_label("Comment").fill("b" * 1900)
    page.get_by_role("button", name="Send suggestion").click()
    page.wait_for_url("**/suggestions/**")
    desk = signed_in(site, second_context.new_page())
    desk.goto("/curation/?kind=suggestions")
    desk.locator(".queue__list").get_by_role("link", name="Apache Solr").last.click()  # others may wait before it
    expect(desk.get_by_role("main")).to_contain_text("b" * 1900)
    for shown, width in ((page, 1440), (desk, 1440), (desk, 390)):
        shown.set_viewport_size({"width": width, "height": 900})
        assert shown.evaluate("document.documentElement.scrollWidth") <= width, shown.url
