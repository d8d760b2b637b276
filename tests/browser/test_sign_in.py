"""Second factors in a real browser: an app, a security key and a passkey, under the strict policy."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from accounts.roles import Role
from accounts.tokens import PREFIX
from partners.models import Organization, StandingDecision
from records.models import Signature
from tests import makers
from tests.accounts.signing_in import PASSWORD, code_of
from tests.chromium import NARROW, WIDE, axe_violations, overflow, watch
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.slow]


def give_password(page: Page, user: User) -> None:
    page.goto("/account/sign-in/")
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")


def sign_out(page: Page) -> None:
    page.goto("/account/sign-out/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def looked_at(page: Page) -> None:
    for size in (NARROW, WIDE):
        assert overflow(page, size) <= 0, (page.url, size)
        assert axe_violations(page) == [], (page.url, size)


def with_key(page: Page) -> None:
    """A security key in the browser that verifies its user, in place of a real one."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_people_sign_in_with_an_app_a_key_and_a_passkey(product: Product, browser: Browser) -> None:
    user = makers.person(Role.ADMINISTRATOR)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    # Keys belong to a name, never to a bare address.
    home = product.url.replace("127.0.0.1", "localhost")
    watched = watch(browser.new_context(base_url=home))
    page = watched.page
    with_key(page)

    page.goto("/account/sign-in/")
    looked_at(page)
    give_password(page, user)
    expect(page.get_by_role("heading", name="My work")).to_be_visible()
    page.goto("/account/security/")
    looked_at(page)
    page.get_by_role("link", name="Add an authenticator app").click()
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("main li code")).to_be_visible()
    looked_at(page)
    secret = page.locator("main li code").inner_text()
    page.locator("input[name=code]").fill(code_of(secret))
    page.keyboard.press("Enter")
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    looked_at(page)
    page.get_by_role("link", name="I have kept them").click()

    page.get_by_role("link", name="Add a key").click()
    expect(page.get_by_label("Name of the key")).to_be_visible()
    looked_at(page)
    page.get_by_label("Name of the key").fill("Drawer")
    page.get_by_label("Use it as a passkey").check()
    page.get_by_role("button", name="Add the key").click()
    expect(page.get_by_role("rowheader", name="Drawer")).to_be_visible()
    looked_at(page)
    for address in ("/account/sessions/", "/people/sign-in/", f"/people/{user.pk}/", "/account/tokens/new/"):
        page.goto(address)
        looked_at(page)
    page.get_by_label("Name").fill("QMS")
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_label("Secret")).to_have_value(re.compile(f"^{PREFIX}"))
    looked_at(page)
    for address in ("/account/tokens/", "/people/tokens/"):
        page.goto(address)
        expect(page.get_by_role("button", name="Revoke QMS")).to_be_attached()
        looked_at(page)

    sign_out(page)
    give_password(page, user)
    expect(page).to_have_url(re.compile("/account/factor/$"))
    looked_at(page)
    # The next one: good already, and still good if the half minute ends on the way.
    page.locator("input[name=code]").fill(code_of(secret, later=1))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="My work")).to_be_visible()

    sign_out(page)
    give_password(page, user)
    page.get_by_role("button", name="Use a security key").click()
    expect(page.get_by_role("heading", name="My work")).to_be_visible()

    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="My work")).to_be_visible()
    page.goto("/account/sessions/")
    expect(page.get_by_role("main").get_by_text("security key")).to_be_visible()

    # The first signature of a series asks for all components; the key stands for the code.
    User.objects.filter(pk=user.pk).update(role=Role.QA)
    site = makers.site()
    makers.agreement(site)
    decision = StandingDecision.objects.create(
        site=site, standing="qualified", occasion="initial", rationale="Audited.", decided_on="2026-11-01"
    )
    page.goto(f"/records/partners/standingdecision/{decision.pk}/sign/record/authored/")
    looked_at(page)
    page.get_by_role("button", name="Use a security key instead of a code").click()
    expect(page.get_by_text("The key has answered.")).to_be_visible()
    looked_at(page)
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("Signed as authored.")).to_be_visible()
    assert Signature.objects.get().user == user
    assert watched.problems == []


def test_a_form_outlives_a_session_that_ended(product: Product, browser: Browser) -> None:
    lead, other = makers.person(Role.SOURCING), makers.person(Role.SOURCING)
    for user in (lead, other):
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    watched = watch(browser.new_context(base_url=product.url))
    page = watched.page

    def fill_in_and_be_signed_out() -> None:
        page.goto("/organizations/new/?kind=cdmo")
        page.locator("input[name=legal_name]").fill("Ombrelune 💊")
        page.locator("select[name=country]").select_option("FR")
        page.context.clear_cookies(name="sessionid")
        page.get_by_role("main").get_by_role("button").last.click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    def sign_in_again(user: User) -> None:
        page.locator("input[name=login]").fill(user.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Add an organization")).to_be_visible()

    give_password(page, lead)
    expect(page.get_by_role("heading", name="My work")).to_be_visible()
    fill_in_and_be_signed_out()
    sign_in_again(lead)
    expect(page.get_by_role("status").filter(has_text="is not saved yet")).to_be_visible()
    expect(page.locator("input[name=legal_name]")).to_have_value("Ombrelune 💊")
    expect(page.locator("select[name=country]")).to_have_value("FR")
    assert not Organization.objects.filter(legal_name__startswith="Ombrelune").exists()
    page.get_by_role("main").get_by_role("button").last.click()
    expect(page.get_by_role("heading", name="Add a site")).to_be_visible()
    assert Organization.objects.filter(legal_name="Ombrelune 💊", country="FR").exists()
    # A form that asks for a preview while it is filled in is led to the sign-in before it is sent.
    makers.program("AUR-101", lead)
    page.goto("/programs/AUR-101/scorecard/weights/")
    page.context.clear_cookies(name="sessionid")
    page.locator("input[name=w-regulatory]").fill("31")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.locator("input[name=login]").fill(lead.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="is not saved yet")).to_be_visible()
    expect(page.locator("input[name=w-regulatory]")).to_have_value("31")
    # The company's own sign-in leads back from a page of another origin.
    session = next(each for each in page.context.cookies() if each.get("name") == "sessionid")
    fill_in_and_be_signed_out()
    page.context.add_cookies([{"name": "sessionid", "value": session.get("value", ""), "url": product.url}])
    page.goto("/organizations/new/?kind=cdmo", referer="https://sign-in.example/")
    expect(page.locator("input[name=legal_name]")).to_have_value("Ombrelune 💊")
    # What was sent is forgotten, and nobody else reads what another person typed.
    page.goto("/organizations/new/?kind=cdmo")
    expect(page.locator("input[name=legal_name]")).to_have_value("")
    fill_in_and_be_signed_out()
    sign_in_again(other)
    expect(page.locator("input[name=legal_name]")).to_have_value("")
    # The one refusal is that of the preview.
    assert len(watched.problems) == 1, watched.problems
    assert "status of 401" in watched.problems[0]
