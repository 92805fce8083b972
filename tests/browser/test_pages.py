"""Every public page opens without an error and without anything serious for people who use assistive technology."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PAGES = ["/", "/plans/", "/portfolio/", "/catalog/", "/catalog/postgresql/", "/catalog/coverage/",
         "/catalog/believed/", "/rules/", "/rules/recovery.target-missed/", "/catalog/?look=cards", "/catalog/redis/history/",
         "/calculators/", "/calculators/cache/", "/calculators/replication/", "/calculators/availability/",
         "/calculators/request-units/", "/calculators/store/",
         "/account/login/", "/account/signup/",
         "/wizard/2/?acid=yes", "/wizard/7/", "/wizard/result/?acid=no&shape=yes&search=yes", "/compare/?db=redis,s3",
         "/account/password/reset/", "/api/v1/docs"]  # fmt: skip


def serious(page: Page) -> list[str]:
    """axe's findings of impact serious or critical, as short texts."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{page.url} {found['id']}: {found['nodes'][0]['html'][:200]}"
        for found in violations
        if found["impact"] in {"serious", "critical"}
    ]


@pytest.mark.smoke
@pytest.mark.parametrize("path", PAGES)
def test_page_opens_without_errors_and_axe_finds_nothing_serious(page: Page, path: str) -> None:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200
    assert page.title()
    assert serious(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_page_is_usable_in_the_dark_and_on_a_phone(page: Page, path: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert serious(page) == []
