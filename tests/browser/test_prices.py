"""A curator reads a vendor's file and decides on a jump; a team keeps its own prices. By keyboard, without scripts, on a phone."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.test_pages import serious
from tests.site import Site

PASSWORD = "correct horse battery"
SETUP = """
from accounts.models import Membership, Team, User
from planner.services import create_plan
from tests.planner.plans import example
user = User.objects.create_user("{name}", "{name}@example.com", "{password}", is_staff=True)
team = Team.objects.create(name="Team {name}")
Membership.objects.create(team=team, user=user, role="owner")
plan = create_plan(example(), team=team)
print("made", team.pk, plan.pk)
"""


def signed_in(site: Site, page: Page) -> tuple[str, str]:
    """A curator who owns a team with one plan; the team's number and the plan's."""
    name = secrets.token_hex(4)
    told = site.manage("shell", "-c", SETUP.format(name=name, password=PASSWORD))
    page.goto("/account/login/")
    page.locator("[name=login]").fill(f"{name}@example.com")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/plans/")
    team, plan = told.split("made ")[-1].split()
    return team, plan


def retail_file(folder: Path) -> Path:
    """An answer of Azure in which one price jumped and one is of a machine that nobody has seen."""

    def item(machine: str, usd: float) -> dict[str, object]:
        return {
            "currencyCode": "USD", "tierMinimumUnits": 0.0, "retailPrice": usd, "armRegionName": "eastus",
            "effectiveStartDate": "2026-11-20T00:00:00Z", "meterId": secrets.token_hex(4), "meterName": machine,
            "productName": "Virtual Machines Dsv5 Series", "skuName": machine, "serviceName": "Virtual Machines",
            "unitOfMeasure": "1 Hour", "type": "Consumption", "armSkuName": machine,
        }  # fmt: skip

    jumped = 0.3 + int.from_bytes(secrets.token_bytes(2)) / 1e6
    path = folder / "retail.json"
    items = [item("Standard_D4s_v5", round(jumped, 6)), item(f"Standard_{secrets.token_hex(3)}", 0.1)]
    path.write_text(json.dumps({"Items": items, "NextPageLink": None}))
    return path


def test_a_file_is_looked_at_published_and_its_jump_released(site: Site, page: Page, tmp_path: Path) -> None:
    signed_in(site, page)
    page.goto("/curation/prices/")
    page.get_by_label("Vendor").select_option("azure")
    page.get_by_label("Price file").set_input_files(retail_file(tmp_path))
    page.get_by_role("button", name="Show what it changes").press("Enter")
    expect(page.get_by_role("heading", name="Would be held")).to_be_visible()
    assert serious(page) == []
    page.get_by_role("button", name="Publish 1 price, hold 1").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Published as book")
    page.goto("/curation/prices/?q=Standard_D4s_v5 eastus")
    assert serious(page) == []
    row = page.get_by_role("row").filter(has_text="Standard_D4s_v5").filter(has=page.get_by_role("button"))
    row.last.get_by_role("button", name="Release").press("Enter")
    page.goto("/curation/prices/?q=Standard_D4s_v5 eastus")
    page.get_by_role("link", name="Compute, Standard_D4s_v5").press("Enter")
    expect(page.get_by_role("row")).to_have_count(3)
    assert serious(page) == []


def test_a_team_keeps_its_own_prices_without_scripts_on_a_phone(site: Site, browser: Browser, base_url: str) -> None:
    context = browser.new_context(
        base_url=base_url, java_script_enabled=False, viewport={"width": 390, "height": 844}, color_scheme="dark"
    )
    page = context.new_page()
    team, plan = signed_in(site, page)
    page.goto(f"/account/teams/{team}/")
    page.get_by_role("link", name="Own prices").click()
    page.get_by_label("Percent off the list price").fill("100")
    page.get_by_role("button", name="Add discount").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    page.get_by_label("Percent off the list price").fill("15")
    page.get_by_role("button", name="Add discount").click()
    expect(page.get_by_role("row").filter(has_text="Everything")).to_contain_text("15 %")
    page.get_by_label("Search prices").fill("RDS db.r6g.xlarge us-east-1 postgresql Multi")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("link", name="Amazon RDS, db.r6g.xlarge").click()
    page.get_by_label("Your price, USD").fill("0.5")
    page.get_by_role("button", name="Save contract price").click()
    expect(page.get_by_role("row").filter(has_text="db.r6g.xlarge")).to_contain_text("$0.5000")
    page.goto(f"/plans/{plan}/costs/")
    expect(page.get_by_role("main")).to_contain_text("With your team's price book")


def test_the_pages_of_own_prices_have_nothing_serious_for_axe(site: Site, page: Page) -> None:
    team, plan = signed_in(site, page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    for address in (f"/teams/{team}/prices/?q=db.r6g.xlarge", f"/plans/{plan}/costs/", "/curation/prices/?q=m6g"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
        assert serious(page) == []
