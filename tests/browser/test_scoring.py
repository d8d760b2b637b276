"""Scoring by keyboard alone in a real browser, and without scripts; width and accessibility of its pages."""

import re

import pytest
from playwright.sync_api import APIResponse, Browser, Page, Route, expect

from accounts.models import User
from scorecards.models import Panel, PanelScore
from scorecards.panels.scorable import field_of
from tests.chromium import NARROW, PATIENCE_MS, WIDE, axe_violations, overflow, sign_in, watch
from tests.product import Product
from tests.scorecards.panels import AUTHORITY, PROTOCOLS, PanelScene, panel_scene

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.slow]

PASSWORD = "walk-larch-fjord-77"


def enter(page: Page, user: User) -> None:
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    sign_in(page, user.email, PASSWORD)


def fits(page: Page, address: str) -> None:
    page.goto(address)
    for size in (NARROW, WIDE):
        assert overflow(page, size) <= 0, (address, size)
        assert axe_violations(page) == [], (address, size)


def scored(scene: PanelScene, place: int) -> PanelScore:
    return PanelScore.objects.get(site=scene.sites[place])


def ready(page: Page, name: str) -> None:
    """The page of a candidate is there, and so are its scripts, which the keys need."""
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    page.wait_for_load_state()


def test_a_panel_is_scored_without_a_mouse(product: Product, browser: Browser) -> None:
    scene = panel_scene()
    panel = scene.opened(assessors={AUTHORITY: [scene.assessors[0].pk]})
    watched = watch(browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}, base_url=product.url))
    page = watched.page
    held: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        held.append((route, route.fetch(timeout=PATIENCE_MS)))

    enter(page, scene.assessors[0])
    here = f"/programs/{scene.program.code}/panels/{panel.pk}"
    fits(page, f"{here}/score/")
    page.keyboard.press("4")
    expect(page.locator(".saved-word")).to_be_visible()
    expect(page.locator("#score-progress")).to_contain_text("1 of 3 scored")
    page.keyboard.press("c")
    # All at once: typed slowly it would be saved in parts.
    page.keyboard.insert_text("Seen in June.")
    expect(page.locator("#version")).to_have_value("2")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    ready(page, "Beta Works")
    page.keyboard.press("k")
    ready(page, "Alpha Works")
    expect(page.locator("#comment")).to_have_value("Seen in June.")
    page.keyboard.press("j")
    ready(page, "Beta Works")
    page.keyboard.press("x")
    expect(page.locator("#saved")).to_contain_text("why you cannot judge")
    # Half of it is saved, which the page does not know yet, when the rest is typed and sent.
    page.route(re.compile("/score/"), hold, times=1)
    page.keyboard.insert_text("Never been ")
    while not held:
        page.wait_for_timeout(50)
    page.keyboard.insert_text("there.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#saved")).to_have_text("Saving…")
    held[0][0].fulfill(response=held[0][1])
    ready(page, "Gamma Works")
    # Pressed while the level is on its way to the server.
    page.keyboard.press("0")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Everything is scored.")).to_be_visible()
    assert [scored(scene, place).level for place in range(3)] == [4, None, 0]
    assert [scored(scene, place).comment for place in range(3)] == ["Seen in June.", "Never been there.", ""]
    fits(page, f"{here}/mine/")
    page.get_by_role("button", name="Hand in the scores").press("Enter")
    expect(page.get_by_text("Your scores are handed in.")).to_be_visible()
    assert watched.problems == []


def test_its_pages_fit_and_a_score_is_saved_without_scripts(product: Product, browser: Browser) -> None:
    scene = panel_scene()
    scores: dict[str, list[list[int | None]]] = {
        AUTHORITY: [[4, 1, 3], [4, 5, None], [3, 2, 3]],
        PROTOCOLS: [[2, 2, 2], [3, 2, 2]],
    }
    closed = scene.closed(scores)
    opened = scene.opened()
    figures = field_of(scene.package).criteria
    general = next(each.key for each in figures if not each.is_rubric and not each.is_mixed)
    draft = scene.draft(assessors={general: [scene.lead.pk]})
    watched = watch(browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}, base_url=product.url))
    enter(watched.page, scene.lead)
    here = f"/programs/{scene.program.code}"
    cell = f"{here}/panels/{closed.pk}/consensus/{AUTHORITY}/{scene.sites[1].pk}/"
    for address in (
        "/scoring/",
        f"{here}/panels/",
        f"{here}/panels/add/",
        f"{here}/panels/{opened.pk}/",
        f"{here}/panels/{opened.pk}/assessors/",
        f"{here}/panels/{draft.pk}/",
        f"{here}/panels/{draft.pk}/anchors/{general}/",
        f"{here}/panels/{closed.pk}/consensus/",
        cell,
        f"{here}/decision/",
    ):
        fits(watched.page, address)
    watched.page.goto(f"{here}/scorecard/")
    watched.page.get_by_role("button", name="Freeze evaluation").first.click()
    expect(watched.page).to_have_url(re.compile("/frozen/"))
    fits(watched.page, f"{here}/decision/add/")
    assert watched.problems == []

    plain = browser.new_context(
        java_script_enabled=False, viewport={"width": NARROW[0], "height": NARROW[1]}, base_url=product.url
    )
    plain.set_default_timeout(PATIENCE_MS)
    page = plain.new_page()
    enter(page, scene.assessors[0])
    page.goto(f"{here}/panels/{opened.pk}/score/")
    page.get_by_label("Quality refuses and stops on its own word").check()
    page.get_by_role("button", name="Save and next").click()
    ready(page, "Beta Works")
    assert PanelScore.objects.get(panel=Panel.objects.get(pk=opened.pk)).level == 3
