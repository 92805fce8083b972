"""Pages of results, progress that moves, and whose plan it is."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.test_designer import own_copy
from tests.browser.test_pages import serious
from tests.site import Site

WORK_MS = 90_000
TABS = ("costs", "replication", "recovery", "review", "report", "share", "backups", "backups/files",
        "backups/redis-session/proposals")  # fmt: skip


LOOKS: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1440), ("dark", 390))
MANY_DRAWS = 50_000  # the page asks for 10,000, which are often done before the second poll


def start_large_estimate(site: Site, plan: str) -> None:
    code = (
        "import config.celery; from planner.models import Plan; from planner.tasks import start_estimate; "
        f"start_estimate(Plan.objects.get(pk='{plan}').head, None, draws={MANY_DRAWS})"
    )
    site.manage("shell", "-v", "0", "-c", code)


def test_progress_of_an_estimate_moves_and_polling_ends(page: Page, site: Site) -> None:
    url = own_copy(page)
    polls: list[tuple[int, float]] = []

    def listen(route: Route) -> None:
        answer = route.fetch()
        polls.append((answer.status, progress_in(answer.text())))
        route.fulfill(response=answer)

    page.route("**/jobs/**", listen)
    start_large_estimate(site, url.rstrip("/").rsplit("/", 1)[1])
    page.goto(f"{url}costs/")
    expect(page.get_by_role("button", name="Estimate again")).to_be_visible(timeout=WORK_MS)
    expect(page.locator("main svg[role=img]").first).to_be_visible()
    page.unroute_all(behavior="ignoreErrors")
    statuses, progress = [status for status, _ in polls], [value for _, value in polls]
    assert statuses[-1] == 286
    assert statuses.count(286) == 1
    assert len(set(progress)) >= 2
    assert progress == sorted(progress)


def progress_in(text: str) -> float:
    found = re.search(r'<progress[^>]*value="([^"]+)"', text)
    return float(found.group(1)) if found else 1.0


@pytest.mark.parametrize("tab", TABS)
def test_each_result_page_has_nothing_serious_and_fits_a_phone(page: Page, tab: str) -> None:
    url = own_copy(page)
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        answer = page.goto(f"{url}{tab}/")
        assert answer is not None
        assert answer.status == 200
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert serious(page) == []


def test_another_place_is_chosen_and_lines_are_filtered_without_leaving_the_page(page: Page) -> None:
    url = own_copy(page)
    page.goto(f"{url}costs/")
    page.get_by_label("Where", exact=True).select_option("gcp-managed")
    expect(page.get_by_text("Tried, not saved.")).to_be_visible()
    page.get_by_label("Filter lines").fill("storage")
    expect(page.locator("#lines-count")).to_contain_text(" of ")
    expect(page.get_by_text("Tried, not saved.")).to_be_visible()
    assert "place=gcp-managed" in page.url
    page.goto(f"{url}costs/stores/pg-main/")
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
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
