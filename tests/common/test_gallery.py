"""The gallery in a real browser: accessible in both themes and sizes, clean under the security policy."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.common.gallery_page import Watched, chromium, gallery_html, open_html
from tests.common.tokens import ROOT

pytestmark = pytest.mark.browser

AXE = ROOT / "tests" / "common" / "vendor" / "axe.min.js"
WIDE, NARROW = (1280, 800), (390, 844)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    result = page.evaluate("axe.run(document)")
    # An axe that looked at nothing would find nothing.
    assert len(result["passes"]) > 15
    return [
        f"{v['id']}: {json.dumps([[*n['target'], n.get('failureSummary')] for n in v['nodes'][:4]])}"
        for v in result["violations"]
    ]


def no_overflow(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def shown(browser: Browser, theme: str, size: tuple[int, int], *, messages: bool = False) -> Watched:
    html = gallery_html(theme=theme, messages=messages)
    return open_html(browser, html, width=size[0], height=size[1])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing_and_nothing_is_refused_by_the_policy(
    browser: Browser, theme: str, size: tuple[int, int]
) -> None:
    watched = shown(browser, theme, size, messages=True)
    assert violations(watched.page) == []
    assert watched.problems == []
    assert no_overflow(watched.page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_menus_dialogs_and_tables_of_charts_are_accessible_when_open(browser: Browser, theme: str) -> None:
    page = shown(browser, theme, WIDE).page
    page.get_by_role("button", name="Columns").click()
    page.locator("details summary").first.click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Remove candidate").first.click()
    assert page.get_by_role("dialog").is_visible()
    assert violations(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    assert not page.get_by_role("dialog").is_visible()


def test_the_page_works_at_200_percent_zoom(browser: Browser) -> None:
    html = gallery_html()
    watched = open_html(browser, html, width=640, height=400)
    assert no_overflow(watched.page)
    assert watched.page.get_by_role("button", name="Account").is_visible()


def test_the_theme_follows_the_system_until_one_is_chosen_and_the_choice_is_kept_in_a_cookie(
    browser: Browser,
) -> None:
    page = open_html(browser, gallery_html(theme="auto"), dark=True).page
    root = page.locator("html")
    assert root.get_attribute("data-bs-theme") == "dark"
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Light").click()
    assert root.get_attribute("data-bs-theme") == "light"
    assert page.get_by_role("button", name="Light").get_attribute("aria-pressed") == "true"
    cookies = {c.get("name"): c.get("value") for c in page.context.cookies()}
    assert cookies["cmo_theme"] == "light"


def test_an_error_stays_until_it_is_dismissed(browser: Browser) -> None:
    page = shown(browser, "light", WIDE, messages=True).page
    error = page.get_by_role("alert").filter(has_text="another heading")
    assert error.is_visible()
    error.get_by_role("button", name="Dismiss").click()
    assert error.count() == 0
    assert page.get_by_role("button", name="Undo").is_visible()


def test_the_summary_of_errors_has_the_focus_and_its_links_lead_to_the_fields(browser: Browser) -> None:
    page = shown(browser, "light", WIDE).page
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.id") == "id_code"


def test_the_first_tab_stop_skips_to_the_content(browser: Browser) -> None:
    page = shown(browser, "light", WIDE).page
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"


def test_what_can_be_pressed_is_at_least_24_pixels_high_and_wide(browser: Browser) -> None:
    page = shown(browser, "light", NARROW, messages=True).page
    small = page.evaluate(
        """[...document.querySelectorAll('button, .rail a, .tabs a, .chip a, .pages a, .sort-link, summary')]
        .map(e => [e, e.getBoundingClientRect()]).filter(([e, r]) => r.width)
        .filter(([e, r]) => r.width < 24 || r.height < 24)
        .map(([e, r]) => `${e.className} ${e.textContent.trim()} ${r.width}x${r.height}`)"""
    )
    assert small == []
