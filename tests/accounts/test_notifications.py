"""Who changes how they sign in is told by e-mail, in their language."""

from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tests.accounts.signing_in import PASSWORD, confirmed, enroll, person, sign_in

NEW = "quiet-ember-delta-19"


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
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 1},
        }
    }
    enroll(client)
    assert "in use" in client.get("/account/security/").text
