"""The page that signs, and the signatures on a record's page."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from partners.models import Organization, Site, StandingDecision
from records.models import Signature
from records.signing.panel import signature_panel
from records.signing.state import signatures_of
from tests import makers
from tests.accounts.signing_in import code_of, enroll
from tests.records.declared import APPROVED, PASSWORD, person, sign

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def quick_and_forgetful(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def decision(db: None) -> StandingDecision:
    organization = Organization.objects.create(legal_name="Aster Biologics", kind="cdmo")
    site = Site.objects.create(organization=organization, name="Aster Visp")
    makers.agreement(site)
    return StandingDecision.objects.create(
        site=site, standing="qualified", occasion="initial", rationale="Audited.", decided_on="2026-11-01"
    )


@pytest.fixture
def author(db: None) -> User:
    return person(Role.QA, "Ada Winter")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def address_of(decision: StandingDecision, meaning: str = "authored") -> str:
    return reverse("records:sign", args=["partners", "standingdecision", decision.pk, "record", meaning])


def ticket_of(body: str) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', body)
    assert found
    return found.group(1)


def shown(client: Client, address: str) -> tuple[str, str]:
    body = client.get(address).content.decode()
    return body, ticket_of(body)


def test_people_read_what_they_sign_and_what_it_means(decision: StandingDecision, author: User) -> None:
    body, _ = shown(signed_in(author), address_of(decision))
    for text in (
        "You sign as Ada Winter, meaning: authored",
        "initial qualification",
        "Audited.",
        "Aster Visp",
    ):
        assert text in body
    assert 'name="email"' in body


def test_the_second_signature_of_a_series_asks_for_the_password_only(
    decision: StandingDecision, author: User
) -> None:
    client = signed_in(author)
    _, ticket = shown(client, address_of(decision))
    told = {"ticket": ticket, "email": author.email, "password": PASSWORD}
    response = client.post(address_of(decision), told)
    assert response["Location"] == reverse("workspace:decision", args=[decision.pk])
    other = StandingDecision.objects.create(
        site=decision.site,
        standing="qualified",
        occasion="periodic",
        rationale="Again.",
        decided_on="2026-11-02",
    )
    body, ticket = shown(client, address_of(other))
    assert 'name="email"' not in body
    assert client.post(address_of(other), {"ticket": ticket, "password": PASSWORD}).status_code == 302
    assert Signature.objects.count() == 2
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        third = StandingDecision.objects.create(
            site=decision.site,
            standing="qualified",
            occasion="periodic",
            rationale="3",
            decided_on="2026-11-03",
        )
        assert 'name="email"' in shown(client, address_of(third))[0]


def test_a_wrong_password_is_said_beside_the_field_and_a_new_ticket_is_given(
    decision: StandingDecision, author: User
) -> None:
    client = signed_in(author)
    _, ticket = shown(client, address_of(decision))
    told = {"ticket": ticket, "email": author.email, "password": "wrong"}
    response = client.post(address_of(decision), told)
    body = response.content.decode()
    assert response.status_code == 422
    assert "The password is not correct." in body
    assert author.email in body
    assert "wrong" not in body
    assert not Signature.objects.exists()
    told = {"ticket": ticket_of(body), "email": author.email, "password": PASSWORD}
    assert client.post(address_of(decision), told).status_code == 302


def test_sending_the_same_request_again_signs_nothing(decision: StandingDecision, author: User) -> None:
    client = signed_in(author)
    _, ticket = shown(client, address_of(decision))
    told = {"ticket": ticket, "email": author.email, "password": PASSWORD}
    client.post(address_of(decision), told)
    response = client.post(address_of(decision), told)
    assert response.status_code == 409
    assert "This has been signed as authored." in response.content.decode()
    assert Signature.objects.count() == 1


def test_a_ticket_of_another_session_does_not_sign(decision: StandingDecision, author: User) -> None:
    _, ticket = shown(signed_in(author), address_of(decision))
    told = {"ticket": ticket, "email": author.email, "password": PASSWORD}
    response = signed_in(author).post(address_of(decision), told)
    assert response.status_code == 422
    assert "not valid" in response.content.decode()


def test_who_may_not_sign_in_a_meaning_is_refused(decision: StandingDecision) -> None:
    administrator = signed_in(person(Role.ADMINISTRATOR, "Ari Admin"))
    assert administrator.get(address_of(decision)).status_code == 200
    assert administrator.get(address_of(decision, "approved")).status_code == 403
    assert administrator.get(address_of(decision, "reviewed")).status_code == 404
    assert signed_in(person(Role.SOURCING, "Sol Sourcing")).get(address_of(decision)).status_code == 403
    assert signed_in(person(Role.PARTNER, "Pat Partner")).get(address_of(decision)).status_code == 404


def test_the_author_is_told_that_another_person_approves(decision: StandingDecision, author: User) -> None:
    sign(decision, author)
    body = signed_in(author).get(address_of(decision, "approved")).content.decode()
    assert "another person has to sign" in body
    assert "<button" not in body.split("<main")[1].split("</main")[0]


def test_screen_and_paper_say_the_same_of_a_signature(decision: StandingDecision, author: User) -> None:
    sign(decision, author)
    sign(decision, person(Role.QA, "Bea Summer"), APPROVED)
    panel = signature_panel(decision, author)
    screen = render_to_string("records/_signatures.html", {"signatures": panel})
    paper = render_to_string("records/_signatures_paper.html", {"signatures": signatures_of(decision)})
    assert panel.open == ()
    assert not panel.withdrawable
    for signature in panel.signatures:
        for text in (signature.printed_name, signature.signed_at_text, signature.content_sha256):
            assert text in screen
            assert text in paper
    assert "UTC" in paper


def test_a_signature_is_withdrawn_from_the_page_with_a_reason(
    decision: StandingDecision, author: User
) -> None:
    made = sign(decision, author)
    client = signed_in(author)
    address = reverse("records:signature-withdraw", args=[made.pk])
    client.post(address, {"reason": ""})
    made.refresh_from_db()
    assert made.withdrawn_at is None
    client.post(address, {"reason": "a date is wrong"})
    made.refresh_from_db()
    assert (made.withdrawn_by, made.withdrawn_at is not None) == (author, True)
    assert [each.meaning for each in signature_panel(decision, author).open if not each.refusal] == [
        "authored"
    ]


def test_whoever_has_a_second_factor_gives_it_at_the_first_signature(
    decision: StandingDecision, author: User
) -> None:
    client = signed_in(author)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    secret, codes = enroll(client)
    body, ticket = shown(client, address_of(decision))
    assert 'name="code"' in body
    assert "Use a security key" not in body
    given = {"email": author.email, "password": PASSWORD, "ticket": ticket}
    missing = client.post(address_of(decision), given)
    assert missing.status_code == 422
    assert "Enter the code of your second factor" in missing.text
    wrong = client.post(address_of(decision), given | {"code": "000000"})
    assert "This code is not correct" in wrong.text
    assert not Signature.objects.exists()
    done = client.post(
        address_of(decision), given | {"code": code_of(secret), "ticket": ticket_of(wrong.text)}
    )
    assert done.status_code == 302
    # The next one of the series asks for the password alone.
    assert 'name="code"' not in client.get(address_of(other_decision(decision.site))).text
    assert len(codes) == 10


def other_decision(site: Site) -> StandingDecision:
    return StandingDecision.objects.create(
        site=site, standing="qualified", occasion="periodic", rationale="Again.", decided_on="2026-11-02"
    )
