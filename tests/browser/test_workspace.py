"""Directory, program, site and people pages in a real browser: keyboard, panels, undo, no broken policy."""

import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from accounts.models import User
from accounts.roles import Role
from jobs.models import Job
from partners.models import Contact
from programs.models import Candidate
from tests import makers
from tests.chromium import NARROW, WIDE, axe_violations, overflow, sign_in, watch
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.slow]

PASSWORD = "walk-larch-fjord-77"


def enter(page: Page, user: User) -> None:
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    sign_in(page, user.email, PASSWORD)


def test_candidates_are_found_added_removed_and_taken_back(product: Product, browser: Browser) -> None:
    lead = makers.person(Role.SOURCING)
    makers.program("AUR-101", lead, sites=(makers.site("Present already"),))
    # "gate" alone finds three: two are found only once all of the words have been looked for.
    for name in ("Northgate Biologics", "Southgate Biologics", "Gate Tablets"):
        makers.site(name, kind="unclassified")
    watched = watch(browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}, base_url=product.url))
    page = watched.page
    enter(page, lead)
    page.goto("/programs/AUR-101/")
    page.keyboard.press("/")
    page.keyboard.type("gate bio", delay=20)
    results = page.locator("#candidate-results li")
    expect(results).to_have_count(2)
    page.get_by_role("button", name="Add Northgate Biologics").click()
    # At once: a message of success leaves by itself.
    expect(page.get_by_text("Northgate Biologics was added to AUR-101.")).to_be_visible()
    expect(page.locator("#candidates tbody tr")).to_have_count(2)
    expect(page.locator("#find")).to_have_value("gate bio")

    # Two rows one after the other, of which the first is answered last: the panel is that of the second.
    other, north = (page.locator("#candidates tbody tr", has_text=name) for name in ("Present", "Northgate"))
    held: list[Route] = []
    page.route(re.compile("/stage/"), lambda route: held.append(route), times=1)
    for row in (other, north):
        row.hover()
        row.locator(".row-actions a").click()
    expect(page.locator("#panel-title")).to_have_text("Northgate Biologics")
    held[0].continue_()
    expect(other.locator(".row-actions a")).not_to_have_class(re.compile("htmx-request"))
    expect(page.locator("#panel-title")).to_have_text("Northgate Biologics")
    panel = page.locator("#panel")
    expect(panel.get_by_text("Remove from the program")).to_be_visible()
    panel.get_by_role("button", name="Remove candidate").first.click()
    page.locator("dialog[open]").get_by_role("button", name="Remove candidate").click()
    expect(page.get_by_text("Northgate Biologics is no longer a candidate.")).to_be_visible()
    assert Candidate.objects.count() == 1
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Northgate Biologics is a candidate again.")).to_be_visible()
    assert watched.problems == []


def test_rows_of_the_directory_are_picked_and_the_address_keeps_the_view(
    product: Product, browser: Browser
) -> None:
    lead = makers.person(Role.SOURCING)
    makers.program("AUR-101", lead)
    for number in range(3):
        makers.records(makers.site(f"French {number}", country="FR"), number)
    makers.site("German", country="DE")
    watched = watch(browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}, base_url=product.url))
    page = watched.page
    enter(page, lead)
    page.goto("/directory/")
    add = page.get_by_role("button", name="Add to program")
    expect(add).to_be_disabled()
    facets = page.get_by_role("navigation", name="Filters")
    facets.locator("summary", has_text="Country").click()
    facets.get_by_role("link", name=re.compile("^France")).click()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_role("button", name="Columns").click()
    page.get_by_role("checkbox", name="Actions", exact=True).check()
    page.get_by_role("button", name="Show these columns").click()
    page.get_by_role("link", name="Actions", exact=True).click()
    expect(page.locator("tbody tr").first).to_contain_text("French 2")
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator("tbody tr").first).to_contain_text("French 2")
    page.locator("#pick-all").check()
    expect(page.locator("[data-picked]")).to_have_text("3")
    add.click()
    expect(page).to_have_url(re.compile(r"/programs/AUR-101/$"))
    assert Candidate.objects.count() == 3
    assert watched.problems == []


def test_the_search_opens_over_a_page_and_is_used_by_keyboard(product: Product, browser: Browser) -> None:
    lead = makers.person(Role.SOURCING)
    site = makers.site("Northgate Biologics")
    makers.program("NOR-1", lead, name="North star")
    watched = watch(browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}, base_url=product.url))
    page = watched.page
    enter(page, lead)
    page.goto("/programs/")
    page.keyboard.press("Control+k")
    finder = page.get_by_role("dialog", name="Search")
    expect(finder.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("nort")
    expect(finder).to_have_attribute("data-answered", "nort")
    hits = finder.get_by_role("link")
    expect(hits).to_have_count(2)
    # The arrow keys are among the hits when the answer to the last letter comes.
    page.keyboard.type("h")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(finder).to_have_attribute("data-answered", "north")
    expect(hits).to_have_count(2)
    expect(hits.nth(1)).to_be_focused()
    assert axe_violations(page) == []
    page.keyboard.press("Escape")
    expect(finder).to_be_hidden()
    page.get_by_role("link", name="Search").click()
    expect(finder.get_by_role("searchbox")).to_have_value("north")
    page.keyboard.type("northgate")
    expect(finder).to_have_attribute("data-answered", "northgate")
    expect(hits).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/sites/{site.pk}/$"))
    assert watched.problems == []


def test_pages_fit_and_are_accessible(product: Product, browser: Browser) -> None:
    administrator = makers.person(Role.ADMINISTRATOR)
    site = makers.site("Northgate Biologics")
    makers.records(site, 3)
    lane = makers.distribution(makers.program("AUR-101", administrator, sites=(site,)))
    plan = "/programs/AUR-101/distribution/"
    contact = Contact.objects.create(site=site, name="Rosa Quent", function="quality")
    failure = {
        "attempt": 1,
        "at": "2026-01-05T08:00:00+00:00",
        "key": "No.",
        "params": {},
        "text": "ValueError: x",
    }
    Job.objects.create(kind="imports.commit", key="look", state="failed", attempt=1, failures=[failure])
    watched = watch(browser.new_context(base_url=product.url))
    page = watched.page
    enter(page, administrator)
    for address in (
        plan,
        f"{plan}edit/",
        f"{plan}handoffs/",
        f"{plan}handoffs/add/",
        f"{plan}lanes/{lane.pk}/",
        f"{plan}care-sites/{lane.care_site_id}/",
        "/reports/distribution/AUR-101/",
        "/distribution/mine/",
        "/programs/AUR-101/logistics-partner/",
        "/programs/AUR-101/scorecard/template/",
        "/programs/AUR-101/copy/",
        "/",
        "/directory/?show=map",
        "/search/?q=north",
        f"/sites/{site.pk}/",
        f"/sites/{site.pk}/regulatory/",
        f"/sites/{site.pk}/capabilities/",
        f"/sites/{site.pk}/edit/",
        f"/sites/{site.pk}/classify/",
        "/programs/",
        "/programs/add/",
        "/programs/AUR-101/?find=north",
        "/programs/AUR-101/members/",
        "/people/",
        "/people/add/",
        "/system/",
        "/jobs/",
        f"/sites/{site.pk}/profile/contacts/{contact.pk}/erase/",
        "/templates/",
        "/audits/",
        "/capas/",
        "/quality/",
        "/questionnaires/",
        f"/sites/{site.pk}/documents/",
        "/news/",
        "/news/sites/",
        "/account/news/",
    ):
        page.goto(address)
        for size in (WIDE, NARROW):
            assert overflow(page, size) <= 0, (address, size)
            assert axe_violations(page) == [], (address, size)
    # An administrator has the most rooms; whoever wants to sign out need not scroll past them.
    page.set_viewport_size({"width": WIDE[0], "height": 640})
    expect(page.locator(".rail-foot").get_by_text("Account", exact=True).first).to_be_in_viewport()
    assert watched.problems == []
