"""A curator finds out what a change would do to saved plans; an owner sees where a database is used."""

from __future__ import annotations

import secrets

from playwright.sync_api import Browser, Page, expect

from tests.site import Site

PASSWORD = "correct horse battery"
SETUP = """
from accounts.models import User
from benchmarks.impact import without_transactions
from catalog import curation
from catalog.models import Revision
from planner.services import create_plan
from tests.planner.plans import example
user = User.objects.create_user("{name}", "{name}@example.com", "{password}", is_staff=True)
create_plan(example().model_copy(update={{"name": "Shop {name}"}}), owner=user)
pending = Revision.objects.filter(database_slug="postgresql", state__in=Revision.PENDING).first()
pending = pending or curation.start("postgresql", user)
Revision.objects.filter(pk=pending.pk).update(tree=without_transactions().systems["postgresql"])
print("revision", pending.pk)
"""


def curator(site: Site, page: Page) -> tuple[str, str]:
    """A curator with one plan who has signed in; their name, and the address of the impact of a pending revision."""
    name = secrets.token_hex(4)
    told = site.manage("shell", "-c", SETUP.format(name=name, password=PASSWORD))
    page.goto("/account/login/")
    page.locator("[name=login]").fill(f"{name}@example.com")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/plans/")
    return name, f"/curation/revisions/{told.split('revision ')[-1].strip()}/impact/"


def test_the_list_of_affected_plans_by_keyboard(site: Site, page: Page) -> None:
    name, address = curator(site, page)
    page.goto(address)
    page.get_by_role("button", name="Find affected plans").or_(page.get_by_role("button", name="Compare again")).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#impact")).to_contain_text("another first place", timeout=30_000)
    expect(page.locator("#impact")).not_to_have_attribute("hx-trigger", "every 800ms")
    row = page.get_by_role("row").filter(has_text=f"Shop {name}")
    expect(row).to_contain_text("PostgreSQL")
    row.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Shop {name}")
    page.goto("/catalog/postgresql/")
    expect(page.locator("#used-in-plans")).to_contain_text(f"Shop {name}")


def test_it_works_without_scripts(site: Site, browser: Browser, base_url: str) -> None:
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    name, address = curator(site, page)
    page.goto(address)
    page.get_by_role("button", name="Find affected plans").or_(page.get_by_role("button", name="Compare again")).click()
    impact = page.locator("#impact")
    while "Look again" in impact.inner_text():  # as a person would; the worker has other work too
        page.get_by_role("link", name="Look again").click()
        expect(impact).to_be_visible()
    expect(impact).to_contain_text(f"Shop {name}")
    page.goto("/catalog/postgresql/")
    page.get_by_role("link", name="Plans that use PostgreSQL").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("PostgreSQL, used in plans")
    expect(page.get_by_role("main")).to_contain_text(f"Shop {name}")
    context.close()
