"""Conducting an audit in a real browser while the network goes, comes back, and the session ends."""

import re
from datetime import date

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import User
from accounts.roles import Role
from audits.auditing.planning import audit_plan
from audits.models import Audit, ChecklistItem, Finding
from records.models import Attachment
from tests import makers
from tests.chromium import PATIENCE_MS, axe_violations, watch
from tests.product import Product

FULL = """
() => {
  window.realPut = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = () => { throw new DOMException("", "QuotaExceededError"); };
}
"""
pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.slow]

PASSWORD = "walk-larch-fjord-77"
TABLET = {"width": 820, "height": 1180}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000"
    "01f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
def qa(product: Product) -> User:
    user = makers.person(Role.QA)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


@pytest.fixture
def audit(qa: User) -> Audit:
    fields = {"lead_auditor": qa, "starts_on": date(2026, 11, 2), "systems": ["quality"]}
    audit = audit_plan(site=makers.site(), fields=fields, actor=None)
    Audit.objects.filter(pk=audit.pk).update(state=Audit.State.IN_PROGRESS)
    return audit


def sign_in(page: Page, user: User) -> None:
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")


def enter(context: BrowserContext, user: User, audit: Audit) -> Page:
    page = watch(context).page
    page.goto(f"/audits/{audit.pk}/conduct/")
    sign_in(page, user)
    expect(page.get_by_text("This page opens without a connection too.")).to_be_visible()
    return page


def type_finding(page: Page, text: str, severity: str = "other") -> None:
    page.locator(f"input[name=severity][value={severity}]").check()
    page.locator("#id_regulation").fill("21 CFR 211.192")
    page.locator("#id_description").fill(text)


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Account").click()
    page.get_by_role("button", name="Sign out", exact=True).click()


def saved(page: Page) -> None:
    expect(page.locator("#conduct-state")).to_have_attribute("data-state", "saved")


def test_what_is_typed_without_a_network_arrives_once(
    product: Product, browser: Browser, qa: User, audit: Audit
) -> None:
    context = browser.new_context(viewport=TABLET, base_url=product.url)  # type: ignore[arg-type]
    page = enter(context, qa, audit)
    assert axe_violations(page) == []
    check = page.locator(".check").first
    item = int(check.get_attribute("data-item") or 0)
    context.set_offline(True)
    type_finding(page, "Batch record without the second signature")
    page.locator("#id_photo").set_input_files({"name": "photo.png", "mimeType": "image/png", "buffer": PIXEL})
    page.get_by_role("button", name="Save finding").click()
    expect(page.locator("#waiting li")).to_have_count(1)
    check.get_by_label("conforms").check()
    check.locator("textarea").fill("Organization chart seen.")
    type_finding(page, "Half typed when the tab was closed", "major")
    # In the device's store, not on their way into it.
    expect(page.locator("#conduct-state")).not_to_have_attribute("aria-busy", "true")
    # A reload without the network brings back the page, what waits, and what was half typed.
    page.reload()
    expect(page.locator("#waiting li")).to_have_count(1)
    expect(page.locator("#id_description")).to_have_value("Half typed when the tab was closed")
    expect(check.locator("textarea")).to_have_value("Organization chart seen.")
    expect(page.locator("#conduct-state")).to_contain_text("2 kept on this device, waiting")
    assert not Finding.objects.exists()

    context.set_offline(False)
    saved(page)
    finding = Finding.objects.get()
    assert (finding.description, finding.regulation) == (
        "Batch record without the second signature",
        "21 CFR 211.192",
    )
    assert [file.file_name for file in Attachment.objects.of(finding)] == ["photo.png"]
    answered = ChecklistItem.objects.get(pk=item)
    assert (answered.result, answered.note) == ("conforms", "Organization chart seen.")
    expect(page.locator("#noted")).to_contain_text("Batch record without the second signature")
    expect(page.locator("#id_description")).to_have_value("Half typed when the tab was closed")

    # Signing out asks while something was not sent, and leaves nothing of the audit on the device afterwards.
    sign_out(page)
    expect(page.locator("#sign-out-unsent")).to_be_visible()
    page.get_by_role("button", name="Stay signed in").click()
    # A device that takes nothing more says so; what was typed stays, and is saved once there is room.
    page.evaluate(FULL)
    page.get_by_role("button", name="Save finding").click()
    expect(page.locator("#conduct-state")).to_contain_text("could not keep the entry")
    expect(page.locator("#id_description")).to_have_value("Half typed when the tab was closed")
    page.evaluate("() => { IDBObjectStore.prototype.put = window.realPut; }")
    page.get_by_role("button", name="Save finding").click()
    saved(page)
    assert page.evaluate("caches.keys()") != []
    sign_out(page)
    expect(page.locator("input[name=login]")).to_be_visible()
    page.wait_for_function("caches.keys().then((names) => names.length === 0)")
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('audit-'))") == []
    assert Finding.objects.count() == 2


def test_an_answer_that_is_lost_on_the_way_makes_no_second_finding(
    product: Product, browser: Browser, qa: User, audit: Audit
) -> None:
    context = browser.new_context(viewport=TABLET, base_url=product.url)  # type: ignore[arg-type]
    page = enter(context, qa, audit)
    lost = []

    def lose_the_answer(route: object) -> None:
        route.fetch(timeout=PATIENCE_MS)  # type: ignore[attr-defined]
        lost.append(route)
        route.abort()  # type: ignore[attr-defined]

    page.route(re.compile(r"/findings/add/$"), lose_the_answer, times=1)
    type_finding(page, "Sent, and the answer was lost")
    # By the keyboard alone.
    page.locator("#id_description").press("Control+Enter")
    expect(page.locator("#noted")).to_contain_text("Sent, and the answer was lost")
    saved(page)
    assert len(lost) == 1
    assert Finding.objects.get().description == "Sent, and the answer was lost"


def test_an_ended_session_and_a_refused_entry_lose_nothing(
    product: Product, browser: Browser, qa: User, audit: Audit
) -> None:
    context = browser.new_context(viewport=TABLET, base_url=product.url)  # type: ignore[arg-type]
    page = enter(context, qa, audit)
    Session.objects.all().delete()
    context.clear_cookies(name="sessionid")
    type_finding(page, "Typed after the session had ended")
    page.get_by_role("button", name="Save finding").click()
    page.locator("#conduct-sign-in").click()
    sign_in(page, qa)
    saved(page)
    assert Finding.objects.get().description == "Typed after the session had ended"

    Audit.objects.filter(pk=audit.pk).update(state=Audit.State.PLANNED)
    type_finding(page, "Too late")
    page.get_by_role("button", name="Save finding").click()
    expect(page.locator("#waiting li")).to_contain_text("only be noted while it is in progress")
    # It does not go by itself, so the bar on top does not call it waiting.
    expect(page.locator("#conduct-refused")).to_have_text("1 not accepted: change it")
    expect(page.locator("#conduct-state")).to_have_attribute("data-state", "refused")
    page.locator("#waiting").get_by_role("button", name="Change").click()
    expect(page.locator("#id_description")).to_have_value("Too late")
