"""Who changes how they sign in is told by e-mail, in their language."""

import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tests.accounts.signing_in import PASSWORD, code_of, confirmed, enroll, person, sign_in

NEW = "quiet-ember-delta-19"
NO_SERVER = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {"host": "127.0.0.1", "port": 1},
    }
}


@pytest.fixture(autouse=True)
def quick_and_forgetful(committed_db: str, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


def test_people_are_told_of_changes_in_their_language() -> None:
    user = person(language="fr")
    client = confirmed(user)
    enroll(client)
    client.post("/account/factor/app/remove/")
    assert [each.to for each in mail.outbox] == [[user.email]] * 2
    assert "application d’authentification" in mail.outbox[0].body
    assert "127.0.0.1" in mail.outbox[0].body


def test_a_new_password_ends_the_other_sessions_and_is_told() -> None:
    user = person()
    client, elsewhere = Client(), Client()
    for each in (client, elsewhere):
        sign_in(each, user)
    sent = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    client.post("/account/password/change/", sent)
    assert client.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert mail.outbox[0].subject.endswith("Your password was changed")
    assert len(client.get("/account/sessions/").context["sessions"]) == 1


def test_a_mail_server_that_does_not_answer_does_not_undo_the_change(settings: Any) -> None:
    user = person()
    client = confirmed(user)
    settings.MAILERS = NO_SERVER
    enroll(client)
    assert "in use" in client.get("/account/security/").text


def reset_link() -> str:
    found = re.search(r"/account/password/reset/key/\S+", str(mail.outbox[-1].body))
    assert found
    return found.group()


def test_a_forgotten_password_is_replaced_by_the_link_and_the_factor_stays() -> None:
    user = person()
    elsewhere = confirmed(user)
    secret, _ = enroll(elsewhere)
    mail.outbox.clear()
    visitor = Client()
    visitor.post("/account/password/reset/", {"email": user.email.upper()})
    form = visitor.get(reset_link(), follow=True)
    visitor.post(form.redirect_chain[-1][0], {"password1": NEW, "password2": NEW})
    assert mail.outbox[-1].subject.endswith("Your password was reset")
    assert elsewhere.get("/").status_code == 302
    assert visitor.get("/").status_code == 302, "the link alone lets nobody in"
    visitor.post("/account/sign-in/", {"login": user.email, "password": NEW})
    assert visitor.get("/").status_code == 302
    visitor.post("/account/factor/", {"code": code_of(secret)})
    assert visitor.get("/").status_code == 200


def test_an_address_without_an_account_gets_the_same_page_and_no_link() -> None:
    user = person()
    pages = []
    for email in (user.email, "nobody@tests.example"):
        visitor = Client()
        answer = visitor.post("/account/password/reset/", {"email": email}, follow=True)
        pages.append(re.sub(r'value="[^"]{32,}"|X-CSRFToken[^}]*', "", answer.text))
    assert pages[0] == pages[1]
    assert mail.outbox[-1].to == ["nobody@tests.example"]
    assert "No account has this address." in mail.outbox[-1].body


def test_a_mail_that_was_not_taken_is_said(settings: Any) -> None:
    settings.MAILERS = NO_SERVER
    answer = Client().post("/account/password/reset/", {"email": person().email}, follow=True)
    assert answer.status_code == 200
    assert "The mail server did not take the message" in answer.text
