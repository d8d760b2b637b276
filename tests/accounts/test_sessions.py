"""Sessions: listed, ended, limited; sign-in is throttled by account and by address."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import SignedIn
from accounts.roles import Role
from accounts.sign_in_policy import policy_save
from tests import makers
from tests.accounts.signing_in import PASSWORD, code_of, confirmed, enroll, person, sign_in

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def quick_and_forgetful(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


def test_people_see_where_they_are_signed_in_and_end_it() -> None:
    user = person()
    here, there = Client(), Client(headers={"user-agent": FIREFOX})
    for each in (here, there):
        sign_in(each, user)
    page = here.get("/account/sessions/")
    assert "Firefox on Windows" in page.text
    assert "this one" in page.text
    other = SignedIn.objects.get(browser=FIREFOX)
    assert here.post(f"/account/sessions/{other.pk}/end/").status_code == 302
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == 200
    assert "Firefox" not in here.get("/account/sessions/").text


def test_people_are_greeted_in_their_language_unless_they_chose_another_before() -> None:
    user = person(language="fr")
    fresh, chosen, shared = Client(), Client(), Client()
    chosen.post(reverse("set_language"), {"language": "en"})
    shared.cookies["django_language"] = "en"
    for each in (fresh, chosen, shared):
        sign_in(each, user)
    assert '<html lang="en"' in chosen.get("/").text
    for each in (fresh, shared):
        assert '<html lang="fr"' in each.get("/").text, "what another person left here does not count"


def test_the_language_of_a_person_does_not_outlive_their_signing_out() -> None:
    client = Client()
    sign_in(client, person(language="fr"))
    assert client.cookies["django_language"].value == "fr"
    client.post("/account/sign-out/")
    assert client.cookies["django_language"].value == ""
    assert '<html lang="en"' in client.get("/account/sign-in/").text


def test_nobody_ends_the_session_of_another() -> None:
    theirs, other = person(), person()
    client, stranger = Client(), Client()
    sign_in(client, theirs)
    sign_in(stranger, other)
    row = SignedIn.objects.get(user=theirs)
    assert stranger.post(f"/account/sessions/{row.pk}/end/").status_code == 404
    assert client.get("/").status_code == 200


def test_all_other_sessions_end_at_once() -> None:
    user = person()
    clients = [Client() for _ in range(3)]
    for each in clients:
        sign_in(each, user)
    told = clients[0].post("/account/sessions/end/", follow=True)
    assert "2 other sessions were ended." in told.text
    assert [each.get("/").status_code for each in clients] == [200, 302, 302]


def test_an_idle_session_ends_and_an_active_one_goes_on() -> None:
    policy_save(
        factor_roles=[], idle_minutes=30, session_hours=2, version=1, actor=person(Role.ADMINISTRATOR)
    )
    user, start = person(), timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        client = Client()
        sign_in(client, user)
        for _ in range(3):
            clock.shift(timedelta(minutes=25))
            assert client.get("/").status_code == 200
        assert SignedIn.objects.get(user=user).seen_at == start + timedelta(minutes=75)
        clock.shift(timedelta(minutes=31))
        ended = client.get("/", follow=True)
        assert ended.redirect_chain[0][0] == "/account/sign-in/?next=/"
        assert "nothing was done for a while" in ended.text
        assert not SignedIn.objects.filter(user=user).exists()


def test_no_session_outlives_the_longest_whatever_is_done() -> None:
    policy_save(
        factor_roles=[], idle_minutes=30, session_hours=2, version=1, actor=person(Role.ADMINISTRATOR)
    )
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = Client()
        sign_in(client, person())
        for _ in range(5):
            clock.shift(timedelta(minutes=24))
            assert client.get("/").status_code == 200
        clock.shift(timedelta(minutes=1))
        assert "end of the longest session" in client.get("/", follow=True).text


def test_an_account_is_throttled_from_whichever_address() -> None:
    user = person()
    for number in range(5):
        Client(REMOTE_ADDR=f"10.0.0.{number}").post(
            "/account/sign-in/", {"login": user.email, "password": "wrong"}
        )
    visitor = Client(REMOTE_ADDR="10.0.0.99")
    sign_in(visitor, user)
    assert visitor.get("/").status_code == 302, "even with the right password"
    other = Client(REMOTE_ADDR="10.0.0.99")
    sign_in(other, person())
    assert other.get("/").status_code == 200


@pytest.mark.parametrize(("proxies", "client_address"), [(0, "10.0.0.7"), (1, "10.9.9.9")])
def test_an_address_is_throttled_whatever_it_writes_as_its_own(
    settings: Any, proxies: int, client_address: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    tail = "" if proxies == 0 else f", {client_address}"
    for number in range(10):
        forged = {"X-Forwarded-For": f"192.0.2.{number}{tail}"}
        Client(REMOTE_ADDR="10.0.0.7", headers=forged).post(
            "/account/sign-in/", {"login": f"nobody{number}@tests.example", "password": "wrong"}
        )
    user = person()
    forged = {"X-Forwarded-For": f"192.0.2.200{tail}"}
    visitor = Client(REMOTE_ADDR="10.0.0.7", headers=forged)
    sign_in(visitor, user)
    assert visitor.get("/").status_code == 302
    if proxies:
        neighbour = Client(REMOTE_ADDR="10.0.0.7", headers={"X-Forwarded-For": "10.8.8.8"})
        sign_in(neighbour, user)
        assert neighbour.get("/").status_code == 200, "another visitor behind the same proxy"


def test_guessing_codes_is_throttled_by_account() -> None:
    user = person()
    secret, _ = enroll(confirmed(user))
    visitor = Client()
    sign_in(visitor, user)
    for number in range(6):
        visitor.post("/account/factor/", {"code": f"{number:06}"})
    visitor.post("/account/factor/", {"code": code_of(secret)})
    assert visitor.get("/").status_code == 302


def test_a_page_that_was_opened_again_soon_costs_no_write() -> None:
    client = makers.signed_in(person())
    assert makers.queries_of(client, "/account/sessions/") <= 12


def test_the_password_is_never_in_a_session_row() -> None:
    client = Client()
    sign_in(client, person())
    assert PASSWORD not in str(list(SignedIn.objects.values()))


def test_whoever_is_throttled_reads_why_in_their_language() -> None:
    visitor = Client()
    visitor.cookies["django_language"] = "fr"
    for _ in range(20):
        visitor.post("/account/password/reset/", {"email": "nobody@tests.example"})
    answer = visitor.post("/account/password/reset/", {"email": "nobody@tests.example"})
    assert answer.status_code == 429
    assert "Trop de tentatives" in answer.text


@pytest.mark.parametrize(
    ("sender", "back"),
    [
        ("http://testserver/organizations/new/?from=list", "/organizations/new/%3Ffrom%3Dlist"),
        ("http://evil.example/organizations/new/", "/directory/views/"),
        ("http://testserver//evil.example/", "/directory/views/"),
        ("", "/directory/views/"),
        ("http://[testserver/", "/directory/views/"),
    ],
)
def test_whoever_was_signed_out_while_filling_in_a_form_comes_back_to_it(sender: str, back: str) -> None:
    # An address that only takes what is sent leads nowhere after the sign-in.
    answer = Client().post("/directory/views/", {"name": "Mine"}, headers={"referer": sender})
    assert answer["Location"] == f"/account/sign-in/?next={back}"


def test_a_part_of_a_page_with_a_false_address_still_leads_to_the_sign_in() -> None:
    answer = Client().get(
        "/directory/", headers={"hx-request": "true", "hx-current-url": "http://[testserver/"}
    )
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/account/sign-in/?next=/")
