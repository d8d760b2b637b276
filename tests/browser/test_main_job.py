"""The main job in a real browser, on real web, worker, PostgreSQL and Valkey processes, in one walk."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pptx import Presentation
from pypdf import PdfReader

from partners.models import Site
from tests.browser.exports import Exports, exports
from tests.chromium import NARROW, WIDE, axe_violations, overflow, sign_in, watch
from tests.product import Product
from workspace.demo.people import DOMAIN, people_seed

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.slow]

PASSWORD = "walk-larch-fjord-77"
CODE = "WALK-1"
LEAD = f"sourcing@{DOMAIN}"
PICTURES = Path(__file__).parents[2] / "var" / "screenshots"


def test_from_files_to_a_ranked_list_and_a_pdf(product: Product, browser: Browser, tmp_path: Path) -> None:
    people_seed(password=PASSWORD)
    files = exports(tmp_path)
    context = browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}, base_url=product.url)
    watched = watch(context)
    page = watched.page

    sign_in(page, LEAD, PASSWORD)
    look(page, "home")
    import_file(page, files.actions)
    import_file(page, files.forms)
    describe_program(page)
    for fei in files.feis:
        add_candidate(page, fei)
    see_ranking(page, files)
    change_weights(page)
    freeze(page)
    slides = ask_for_comparison(page, tmp_path)
    pdf = ask_for_report(page, tmp_path)
    switch_to_french(page)

    text = "\n".join(sheet.extract_text() for sheet in PdfReader(pdf).pages)
    assert CODE in text
    assert any(fei in text for fei in files.feis)
    assert CODE in Presentation(str(slides)).core_properties.subject
    assert watched.problems == []


def test_a_fragment_after_the_session_ended_leads_to_the_sign_in_page(
    product: Product, browser: Browser
) -> None:
    people_seed(password=PASSWORD)
    context = browser.new_context(base_url=product.url)
    page = watch(context).page
    sign_in(page, LEAD, PASSWORD)
    context.clear_cookies()
    page.goto("/programs/")
    expect(page).to_have_url(re.compile("sign-in"))


def import_file(page: Page, path: Path) -> None:
    page.goto("/imports/new/")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="Check the file").click()
    save = page.get_by_role("button", name=re.compile("^Save"))
    expect(save).to_be_visible()
    look(page, f"dry-run-{path.stem}")
    save.click()
    # Whole: "checked, not saved" and "being saved" come before it.
    expect(page.locator("#page-status")).to_have_text("saved")


def describe_program(page: Page) -> None:
    page.goto("/programs/add/")
    page.get_by_label("Code").fill(CODE)
    page.get_by_label("Name", exact=False).first.fill("Walk through the main job")
    for name, value in (
        ("modality", "small_molecule"),
        ("dosage_form", "tablet"),
        ("route", "oral"),
        ("stage", "phase_3"),
    ):
        page.locator(f"select[name={name}]").select_option(value)
    page.locator("input[name=batch_size]").fill("250")
    page.locator("select[name=batch_unit]").select_option("kg")
    look(page, "program-form")
    page.get_by_role("button", name="Create program").click()
    expect(page).to_have_url(re.compile(f"/programs/{CODE}/"))


def add_candidate(page: Page, fei: str) -> None:
    page.goto(f"/programs/{CODE}/?find={fei}")
    page.get_by_role("button", name=re.compile("^Add ")).first.click()
    expect(page.locator("#candidates").get_by_text(fei)).to_be_visible()


def see_ranking(page: Page, files: Exports) -> None:
    page.goto(f"/programs/{CODE}/scorecard/")
    for name in Site.objects.filter(fei__in=files.feis).values_list("name", flat=True):
        expect(page.get_by_role("link", name=name, exact=True).first).to_be_visible()
    expect(page.get_by_text("conditional").first).to_be_visible()
    look(page, "scorecard")
    page.get_by_role("navigation", name="Views of the scorecard").get_by_role(
        "link", name="Head to head"
    ).click()
    expect(page.get_by_role("heading", name="Criterion by criterion")).to_be_visible()
    look(page, "head-to-head")


def change_weights(page: Page) -> None:
    page.goto(f"/programs/{CODE}/scorecard/weights/")
    weights, preview = page.locator("input.weight-input"), page.locator("#preview")
    for place, points in enumerate(("18", "28")):
        before = preview.text_content() or ""
        weights.nth(place).fill(points)
        expect(preview).not_to_have_text(before)
    look(page, "weights")
    page.locator("[name=reason]").fill("Fit matters more to this program")
    page.get_by_role("button", name="Save weights").click()
    expect(page.get_by_text("The weights were saved")).to_be_visible()
    page.goto(f"/programs/{CODE}/scorecard/weights/")
    expect(page.locator("input.weight-input").nth(0)).to_have_value(re.compile(r"^18"))


def freeze(page: Page) -> None:
    page.goto(f"/programs/{CODE}/scorecard/")
    page.get_by_role("button", name="Freeze evaluation").click()
    expect(page).to_have_url(re.compile(r"/frozen/[0-9a-f]{64}/"))
    page.get_by_role("button", name="Verify now").click()
    expect(page.get_by_text("give the same result again")).to_be_visible()
    look(page, "frozen")


def ask_for_comparison(page: Page, folder: Path) -> Path:
    """From the frozen evaluation, as slides and spreadsheet; no PDF, which the next report prints."""
    page.get_by_role("link", name="Comparison report").click()
    page.get_by_label("PDF").uncheck()
    page.get_by_label("Spreadsheet").check()
    page.get_by_label("Slides").check()
    look(page, "comparison-form")
    page.get_by_role("button", name="Make the report").click()
    download = page.get_by_role("link", name="Download slides")
    expect(download).to_be_visible()
    expect(page.get_by_role("link", name="Download spreadsheet")).to_be_visible()
    look(page, "comparison")
    with page.expect_download() as expected:
        download.click()
    path = folder / "comparison.pptx"
    expected.value.save_as(path)
    return path


def ask_for_report(page: Page, folder: Path) -> Path:
    page.goto(f"/reports/ask/?program={CODE}")
    page.locator("[name=site]").first.select_option(index=1)
    page.get_by_role("button", name="Make the report").click()
    expect(page).to_have_url(re.compile(r"/reports/\d+/$"))
    address = page.url
    page.goto("/directory/")
    page.goto(address)
    download = page.get_by_role("link", name="Download PDF")
    expect(download).to_be_visible()
    look(page, "report")
    with page.expect_download() as expected:
        download.click()
    path = folder / "report.pdf"
    expected.value.save_as(path)
    return path


def switch_to_french(page: Page) -> None:
    page.goto("/programs/")
    page.get_by_role("button", name="Français").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.goto(f"/programs/{CODE}/scorecard/")
    expect(page.get_by_role("heading", name="Classement").first).to_be_visible()
    look(page, "scorecard-fr")


def look(page: Page, name: str) -> None:
    """Keep a picture, wide and narrow, light and dark, and hold the page to axe and to its width."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        # The page hears of it a moment later.
        expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
        for label, size in (("narrow", NARROW), ("wide", WIDE)):
            wider = overflow(page, size)
            page.screenshot(path=PICTURES / f"{name}-{label}-{scheme}.png")
            assert wider <= 0, f"{name} is {wider} px wider than {size[0]} px"
        assert axe_violations(page) == [], f"{name}, {scheme}"
