"""From the directory to a judged candidate in a real browser: search, compare, need, offer, override."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import User
from accounts.roles import Role
from partners.models import Capability, SavedView, Site
from programs.models import Candidate, Demand, Program, Proposal, Requirement
from scorecards.models import Override
from tests import makers
from tests.chromium import NARROW, WIDE, axe_violations, overflow, sign_in, watch
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.slow]

PASSWORD = "walk-larch-fjord-77"
NORTH, SOUTH, EAST = "Northgate Biologics", "Southgate Biologics", "Eastmoor Tablets"
PROGRAM = "/programs/AUR-101"


def test_from_a_slip_of_the_pen_to_an_overridden_criterion(product: Product, browser: Browser) -> None:
    lead = makers.person(Role.SOURCING)
    makers.program("AUR-101", lead)
    north = companies()
    watched = watch(browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}, base_url=product.url))
    page = watched.page

    give_password(lead)
    sign_in(page, lead.email, PASSWORD)
    search_and_sort(page)
    compare(page)
    save_view(page)
    state_needs(page)
    state_demand(page)
    add_requirement(page)
    take_from_longlist(page)
    shortlist(page)
    record_proposal(page)
    see_matrix(page)
    see_cost_on_scorecard(page, north)
    override_cost(page, north)

    # The refused form is answered with 422, which a browser tells as an error; nothing else is one.
    assert len(watched.problems) == 1, watched.problems
    assert "status of 422" in watched.problems[0]
    assert_kept(lead, north)


def companies() -> Site:
    """Two sites in France, of which the first makes what the program needs, and one in Germany."""
    north = makers.site(NORTH, country="FR")
    south = makers.site(SOUTH, country="FR")
    makers.site(EAST, country="DE")
    common = {"operation": "drug_product", "stages": ["phase_3"], "batches_made": 50, "years_experience": 9}
    need = {name: makers.NEED[name] for name in ("modality", "dosage_form", "route")}
    Capability.objects.create(site=north, **need, **common)
    Capability.objects.create(site=south, modality="vaccine", dosage_form="tablet", **common)
    return north


def give_password(user: User) -> None:
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])


def search_and_sort(page: Page) -> None:
    page.goto("/directory/")
    search = page.get_by_role("search", name="Search the directory")
    search.get_by_role("searchbox").fill("nortgate bio")
    search.get_by_role("button", name="Search").click()
    expect(rows(page).first).to_contain_text(NORTH)
    expect(page.locator("tbody", has_text=EAST)).to_have_count(0)

    page.goto("/directory/")
    facets = page.get_by_role("navigation", name="Filters")
    facets.locator("summary", has_text="Country").click()
    facets.get_by_role("link", name=re.compile("^France 2$")).click()
    expect(page.get_by_role("link", name="Remove filter Country: France")).to_be_visible()
    expect(rows(page)).to_have_count(2)
    page.get_by_label("Fit to program").select_option("AUR-101")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("link", name="Fit", exact=True)).to_be_visible()
    expect(rows(page).first).to_contain_text(NORTH)
    expect(rows(page)).to_have_count(2)
    look(page, "directory")


def compare(page: Page) -> None:
    page.get_by_role("checkbox", name=f"Select {NORTH}").check()
    page.get_by_role("checkbox", name=f"Select {SOUTH}").check()
    expect(page.locator("[data-picked]")).to_have_text("2")
    directory = page.url
    page.locator("#selection").get_by_role("button", name="Compare").click()
    expect(page.get_by_role("columnheader", name=NORTH)).to_be_visible()
    same = page.get_by_role("row", name=re.compile("^Country"))
    expect(same).to_have_count(1)
    page.get_by_role("link", name="Show only what differs").click()
    expect(page.get_by_role("row", name=re.compile("^Modalities"))).to_contain_text("vaccine")
    expect(same).to_have_count(0)
    look(page, "compare")
    page.goto(directory)


def save_view(page: Page) -> None:
    page.locator("summary", has_text="Save this view").click()
    page.get_by_label("Name of the view").fill("French by fit")
    page.get_by_role("button", name="Save view").click()
    expect(page.get_by_text("The view French by fit was saved.")).to_be_visible()
    page.goto("/directory/")
    view = page.get_by_role("link", name="French by fit")
    view.click()
    expect(view).to_have_attribute("aria-current", "true")
    expect(rows(page)).to_have_count(2)
    expect(rows(page).first).to_contain_text(NORTH)


def state_needs(page: Page) -> None:
    page.goto(f"{PROGRAM}/needs/")
    page.get_by_role("link", name="Edit program").click()
    page.locator("[name=budget_target]").fill("100")
    page.locator("[name=budget_limit]").fill("200")
    page.locator("[name=currency]").fill("eur")
    look(page, "program form")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("at most 200 EUR").first).to_be_visible()


def state_demand(page: Page) -> None:
    page.goto(f"{PROGRAM}/demand/")
    page.get_by_label("Unit").select_option("L")
    for name, value in (("year", "2028"), ("low", "1,000"), ("base", "2,500"), ("high", "4,000")):
        page.get_by_label(f"Row 1, {name}").fill(value)
    expect(page.locator("[data-doubled]").first).to_have_text("5,000")
    page.get_by_role("button", name="Save demand").click()
    expect(page.get_by_role("heading", name="Chart")).to_be_visible()
    look(page, "demand")


def add_requirement(page: Page) -> None:
    page.goto(f"{PROGRAM}/requirements/")
    page.get_by_label("Fact").select_option("site.country")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Condition").select_option("in")
    countries = page.get_by_role("group", name="Value").get_by_role("checkbox")
    page.get_by_label("Find in the list").fill("fran")
    expect(countries.filter(visible=True)).to_have_count(1)
    countries.filter(visible=True).check()
    page.get_by_label("Find in the list").fill("côte")
    expect(page.get_by_role("checkbox", name="France")).to_be_checked()
    page.get_by_label("Sentence shown when it fails").fill("The site is not in France.")
    look(page, "requirement form")
    page.get_by_role("button", name="Add requirement").click()
    expect(page.get_by_role("rowheader", name="Country: one of France")).to_be_visible()
    look(page, "requirements")


def take_from_longlist(page: Page) -> None:
    page.goto(f"{PROGRAM}/")
    page.get_by_role("link", name="Propose a longlist").first.click()
    parts = page.get_by_role("navigation", name="Longlist")
    parts.get_by_role("link", name=re.compile("^Excluded")).click()
    expect(rows(page).filter(has_text=EAST)).to_contain_text("Country: one of France")
    parts.get_by_role("link", name=re.compile("^Conditional")).click()
    row = rows(page).filter(has_text=NORTH)
    page.get_by_role("checkbox", name=f"Pick {NORTH}").check()
    expect(row).not_to_contain_text("candidate")
    look(page, "longlist")
    page.get_by_role("button", name="Add to candidates").click()
    expect(row).to_contain_text("candidate")


def shortlist(page: Page) -> None:
    page.goto(f"{PROGRAM}/")
    row = page.locator("#candidates tbody tr", has_text=NORTH)
    row.hover()
    row.locator(".row-actions a").click()
    panel = page.locator("#panel")
    panel.get_by_label("shortlist").check()
    panel.get_by_label("Reason").fill("Makes antibodies at this stage")
    look(page, "stage panel")
    panel.get_by_role("button", name="Save stage").click()
    expect(page.get_by_text(f"{NORTH}: shortlist.")).to_be_visible()
    expect(row).to_contain_text("shortlist")


def record_proposal(page: Page) -> None:
    page.goto(f"{PROGRAM}/proposals/")
    page.get_by_role("link", name="Add proposal").first.click()
    page.get_by_label("Candidate").select_option(label=NORTH)
    page.locator("[name=received_on]").fill("2026-01-15")
    page.locator("[name=cost]").fill("125")
    page.locator("[name=currency]").fill("EUR")
    look(page, "proposal form")
    page.get_by_role("button", name="Add proposal").click()
    expect(page.get_by_text(f"The proposal of {NORTH} was added.")).to_be_visible()
    expect(rows(page)).to_contain_text("125")
    look(page, "proposals")


def see_matrix(page: Page) -> None:
    page.goto(f"{PROGRAM}/must-haves/")
    country = page.get_by_role("columnheader", name="Country: one of France")
    expect(country).to_be_visible()
    row = rows(page).filter(has_text=NORTH)
    # The reason of the cell whose head is the requirement.
    row.get_by_role("button", name="Pass").last.click()
    why = page.locator(".gate-why:popover-open")
    expect(why).to_contain_text("Country: one of France")
    look(page, "must-haves")
    page.keyboard.press("ArrowLeft")
    expect(why).not_to_contain_text("Country: one of France")
    expect(row.locator(".gate-cell[tabindex='0']")).to_have_count(1)


def see_cost_on_scorecard(page: Page, site: Site) -> None:
    page.goto(f"{PROGRAM}/scorecard/")
    expect(page.get_by_role("link", name=NORTH, exact=True).first).to_be_visible()
    look(page, "scorecard")
    for view in ("Side by side", "Robustness", "Evidence gaps"):
        link = page.get_by_role("navigation", name="Views of the scorecard").get_by_role("link", name=view)
        link.click()
        # Every view names the candidates: only the mark of the open one says which of them is here.
        expect(link).to_have_attribute("aria-current", "page")
        expect(page.locator("main").get_by_text(NORTH).locator("visible=true").first).to_be_visible()
        look(page, view)
    page.goto(f"{PROGRAM}/scorecard/candidates/{site.pk}/")
    page.get_by_role("link", name="Cost", exact=True).click()
    evidence = page.get_by_role("group", name="Evidence").get_by_role("row")
    expect(evidence).to_have_count(2)
    expect(evidence.last).to_contain_text("Proposals")
    expect(evidence.last.get_by_role("link")).to_have_attribute("href", f"{PROGRAM}/proposals/")
    look(page, "criterion")


def override_cost(page: Page, site: Site) -> None:
    page.get_by_role("link", name="Override this value").click()
    page.get_by_label("Value, or its lower end").fill("60")
    page.get_by_role("button", name="Override this value").click()
    expect(page.get_by_label("Why")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Value, or its lower end")).to_have_value("60")
    page.get_by_label("Why").fill("The offer leaves out release testing")
    look(page, "override form")
    page.get_by_role("button", name="Override this value").click()
    expect(page.get_by_text(f"Your value on Cost counts for {NORTH}.")).to_be_visible()
    both = page.locator(".note", has_text="Overridden")
    expect(both).to_contain_text("derived 75")
    expect(both).to_contain_text("The offer leaves out release testing")
    expect(page.locator("main")).to_contain_text("60")
    look(page, "overridden criterion")


def assert_kept(lead: User, site: Site) -> None:
    """What the walk left in the database, and who is told to have done it."""
    view = SavedView.objects.get()
    assert (view.name, view.owner) == ("French by fit", lead)
    assert set(view.query.split("&")) == {"country=FR", "fit=AUR-101"}
    program = Program.objects.get()
    assert (program.budget_target, program.budget_limit, program.currency) == (
        Decimal(100),
        Decimal(200),
        "EUR",
    )
    demand = Demand.objects.get()
    assert (demand.year, demand.unit) == (2028, "L")
    assert [demand.low, demand.base, demand.high] == [Decimal(1000), Decimal(2500), Decimal(4000)]
    asked = Requirement.objects.get()
    assert (asked.fact, asked.operator, asked.value, asked.kind) == ("site.country", "in", ["FR"], "must")
    candidate = Candidate.objects.get()
    assert (candidate.site, candidate.stage) == (site, Candidate.Stage.SHORTLIST)
    proposal = Proposal.objects.get()
    assert (proposal.candidate, proposal.cost, proposal.currency) == (candidate, Decimal(125), "EUR")
    override = Override.objects.get()
    assert (override.site, override.made_by, override.low, override.high) == (
        site,
        lead,
        Decimal(60),
        Decimal(60),
    )


def rows(page: Page) -> Locator:
    return page.locator("main .data-table tbody tr")


def look(page: Page, name: str) -> None:
    """Hold the page, as it stands, to axe and to its width."""
    assert axe_violations(page) == [], name
    wider = overflow(page, NARROW)
    assert wider <= 0, f"{name} is {wider} px too wide"
    assert overflow(page, WIDE) <= 0, name
