"""The gallery in a real browser: accessible in both themes and sizes, clean under the security policy."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import NARROW, WIDE, Watched, axe_violations
from tests.common.gallery_page import gallery_html, open_html

pytestmark = pytest.mark.browser


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
    assert axe_violations(watched.page, passes=16) == []
    assert watched.problems == []
    assert no_overflow(watched.page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_menus_dialogs_and_tables_of_charts_are_accessible_when_open(browser: Browser, theme: str) -> None:
    page = shown(browser, theme, WIDE).page
    page.get_by_role("button", name="Columns").click()
    page.locator("details summary").first.click()
    assert axe_violations(page, passes=16) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Remove candidate").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert axe_violations(page, passes=16) == []
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_the_page_works_at_200_percent_zoom(browser: Browser) -> None:
    html = gallery_html()
    watched = open_html(browser, html, width=640, height=400)
    assert no_overflow(watched.page)
    expect(watched.page.get_by_role("button", name="Account")).to_be_visible()


def test_the_theme_follows_the_system_until_one_is_chosen_and_the_choice_is_kept_in_a_cookie(
    browser: Browser,
) -> None:
    page = open_html(browser, gallery_html(theme="auto"), dark=True).page
    root = page.locator("html")
    expect(root).to_have_attribute("data-bs-theme", "dark")
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Light").click()
    expect(root).to_have_attribute("data-bs-theme", "light")
    expect(page.get_by_role("button", name="Light")).to_have_attribute("aria-pressed", "true")
    cookies = {c.get("name"): c.get("value") for c in page.context.cookies()}
    assert cookies["cmo_theme"] == "light"


def test_an_error_stays_until_it_is_dismissed(browser: Browser) -> None:
    page = shown(browser, "light", WIDE, messages=True).page
    error = page.get_by_role("alert").filter(has_text="another heading")
    expect(error).to_be_visible()
    error.get_by_role("button", name="Dismiss").click()
    expect(error).to_have_count(0)
    expect(page.get_by_role("button", name="Undo")).to_be_visible()


def test_the_summary_of_errors_has_the_focus_and_its_links_lead_to_the_fields(browser: Browser) -> None:
    page = shown(browser, "light", WIDE).page
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator(".error-summary a").first.click()
    expect(page.locator("#id_code")).to_be_focused()


def test_the_first_tab_stop_skips_to_the_content(browser: Browser) -> None:
    page = shown(browser, "light", WIDE).page
    page.evaluate("document.body.tabIndex = -1; document.body.focus()")
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()


def test_what_can_be_pressed_is_at_least_24_pixels_high_and_wide(browser: Browser) -> None:
    page = shown(browser, "light", NARROW, messages=True).page
    small = page.evaluate(
        """[...document.querySelectorAll('button, .rail a, .tabs a, .chip a, .pages a, .sort-link, summary')]
        .map(e => [e, e.getBoundingClientRect()]).filter(([e, r]) => r.width)
        .filter(([e, r]) => r.width < 24 || r.height < 24)
        .map(([e, r]) => `${e.className} ${e.textContent.trim()} ${r.width}x${r.height}`)"""
    )
    assert small == []
