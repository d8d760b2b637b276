"""Second factors: enrolled, asked for, encrypted, taken away; and in the history without their secret."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.factor_keys import FactorUnreadable, secret_decrypt, secret_encrypt
from accounts.factors import factor_confirm, factors_remove
from accounts.models import SignInPolicy, User
from accounts.roles import Role
from accounts.services import user_create, user_update
from accounts.sign_in_policy import policy_save
from records.models import Entry
from records.refusals import Refused
from records.signing.credentials import Credentials, SigningSession, identity_confirm
from tests import makers
from tests.accounts.signing_in import PASSWORD, code_of, confirmed, enroll, person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_and_forgetful(settings: Any) -> Iterator[None]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    yield
    cache.clear()


def test_a_second_factor_is_asked_for_after_the_password() -> None:
    user = person()
    secret, codes = enroll(confirmed(user))
    assert len(codes) == 10
    visitor = Client()
    assert sign_in(visitor, user).url == "/account/factor/"
    assert visitor.get("/").status_code == 302, "the password alone lets nobody in"
    wrong = visitor.post("/account/factor/", {"code": "000000"})
    assert wrong.status_code == 200
    assert visitor.get("/").status_code == 302
    assert visitor.post("/account/factor/", {"code": code_of(secret)}).status_code == 302
    assert visitor.get("/").status_code == 200


def test_a_code_and_a_recovery_code_are_good_for_once() -> None:
    user = person()
    secret, codes = enroll(confirmed(user))
    for given in (code_of(secret), codes[3]):
        first, second = Client(), Client()
        sign_in(first, user)
        first.post("/account/factor/", {"code": given})
        assert first.get("/").status_code == 200
        sign_in(second, user)
        second.post("/account/factor/", {"code": given})
        assert second.get("/").status_code == 302


def test_a_code_stays_used_for_as_long_as_it_is_good() -> None:
    """The library forgets it after 30 seconds, while a clock that is off makes it good for up to 90."""
    user = person()
    secret, _codes = enroll(confirmed(user))
    code = code_of(secret)
    first, second = Client(), Client()
    sign_in(first, user)
    first.post("/account/factor/", {"code": code})
    assert first.get("/").status_code == 200
    assert cache.delete(f"allauth.mfa.totp.used?user={user.pk}&code={code}")
    sign_in(second, user)
    second.post("/account/factor/", {"code": code})
    assert second.get("/").status_code == 302
    cache.delete(f"allauth.mfa.totp.used?user={user.pk}&code={code}")
    with pytest.raises(ValidationError):
        factor_confirm(user=user, code=code, credential="")
    factor_confirm(user=user, code=code_of(secret, later=1), credential="")


def test_the_code_of_the_enrollment_opens_nothing_afterwards() -> None:
    user = person()
    client = confirmed(user)
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", client.get("/account/factor/app/").text)
    assert found
    code = code_of(found[1])
    client.post("/account/factor/app/", {"code": code})
    assert Authenticator.objects.filter(user=user, type="totp").exists()
    visitor = Client()
    sign_in(visitor, user)
    visitor.post("/account/factor/", {"code": code})
    assert visitor.get("/").status_code == 302
    with pytest.raises(ValidationError):
        factor_confirm(user=user, code=code, credential="")


def test_recovery_codes_are_shown_once_and_replaced_by_new_ones() -> None:
    user = person()
    client = confirmed(user)
    _, codes = enroll(client)
    again = client.get("/account/factor/codes/")
    assert codes[0] not in again.text
    assert again.headers["Cache-Control"] == "no-store"
    made = client.post("/account/factor/codes/renew/", follow=True)
    assert codes[0] not in made.text
    assert len(re.findall(r"<li><code>\d{8}</code></li>", made.text)) == 10


def test_a_change_of_factors_asks_for_the_password_again() -> None:
    user = person()
    client = Client()
    sign_in(client, user)
    for address in ("/account/factor/app/", "/account/factor/keys/add/"):
        assert client.get(address).headers["Location"].startswith("/account/reauthenticate/")
    enroll(confirmed(user))
    assert (
        client.get("/account/factor/app/remove/").headers["Location"].startswith("/account/reauthenticate/")
    )


def test_secrets_are_encrypted_at_rest_and_no_part_of_the_history() -> None:
    user = person()
    secret, codes = enroll(confirmed(user))
    with connection.cursor() as cursor:
        cursor.execute("select string_agg(data::text, ' ') from mfa_authenticator")
        stored = cursor.fetchone()[0]
    plain = secret.replace(" ", "")
    assert plain not in stored
    assert codes[0] not in stored
    row = Authenticator.objects.get(type="totp")
    assert secret_decrypt(row.data["secret"]) == plain
    with connection.cursor() as cursor:
        cursor.execute("select new::text from history.entry where model = 'mfa.Authenticator' order by id")
        entered = [each[0] for each in cursor.fetchall()]
    assert sorted(json.loads(each)["type"] for each in entered) == ["recovery_codes", "totp"]
    assert all("data" not in json.loads(each) for each in entered)


def test_using_a_factor_leaves_no_entry_and_removing_it_does() -> None:
    user = person()
    client = confirmed(user)
    secret, _ = enroll(client)
    before = Entry.objects.filter(model="mfa.Authenticator").count()
    visitor = Client()
    sign_in(visitor, user)
    visitor.post("/account/factor/", {"code": code_of(secret)})
    assert Entry.objects.filter(model="mfa.Authenticator").count() == before
    client.post("/account/factor/app/remove/")
    removed = Entry.objects.filter(model="mfa.Authenticator", op="D")
    assert removed.count() == 2, "the app, and the codes that stood in for it"
    assert set(removed.values_list("actor", flat=True)) == {user.full_name}


def test_another_first_key_reads_what_the_former_one_wrote(settings: Any) -> None:
    settings.FACTOR_KEYS = ["a" * 40]
    token = secret_encrypt("JBSWY3DP")
    settings.FACTOR_KEYS = ["b" * 40, "a" * 40]
    assert secret_decrypt(token) == "JBSWY3DP"
    settings.FACTOR_KEYS = ["b" * 40]
    with pytest.raises(FactorUnreadable):
        secret_decrypt(token)


def test_keys_are_rotated_by_one_command(settings: Any, capsys: Any) -> None:
    settings.FACTOR_KEYS = ["a" * 40]
    user = person()
    secret, codes = enroll(confirmed(user))
    settings.FACTOR_KEYS = ["b" * 40, "a" * 40]
    call_command("factors_renew", json=True)
    assert json.loads(capsys.readouterr().out) == {"renewed": 2}
    settings.FACTOR_KEYS = ["b" * 40]
    for given in (code_of(secret), codes[0]):
        visitor = Client()
        sign_in(visitor, user)
        visitor.post("/account/factor/", {"code": given})
        assert visitor.get("/").status_code == 200
    settings.FACTOR_KEYS = ["c" * 40]
    with pytest.raises(CommandError, match="2 second factors"):
        call_command("factors_renew")
    visitor = Client()
    sign_in(visitor, user)
    told = visitor.post("/account/factor/", {"code": code_of(secret)})
    assert "the key of the server was changed" in told.text


def test_a_role_that_needs_a_factor_is_led_to_it_before_anything_else() -> None:
    administrator, user = person(Role.ADMINISTRATOR), person(Role.QA)
    client = confirmed(user)
    other = makers.signed_in(makers.person(Role.SOURCING))
    assert client.get("/").status_code == 200
    policy_save(factor_roles=["qa"], idle_minutes=60, session_hours=12, version=1, actor=administrator)
    assert client.get("/").headers["Location"] == "/account/security/"
    assert (
        client.get("/programs/", headers={"HX-Request": "true"}).headers["HX-Redirect"]
        == "/account/security/"
    )
    assert client.post("/people/add/").headers["Location"] == "/account/security/"
    assert "Your role needs a second factor" in client.get("/account/security/").text
    assert client.post("/account/language/", {"language": "en"}).status_code == 302
    assert other.get("/").status_code == 200
    enroll(client)
    assert client.get("/").status_code == 200
    client.post("/account/factor/app/remove/")
    assert client.get("/").headers["Location"] == "/account/security/"


def test_a_person_who_gets_such_a_role_is_led_to_it_too() -> None:
    administrator = person(Role.ADMINISTRATOR)
    policy_save(factor_roles=["qa"], idle_minutes=60, session_hours=12, version=1, actor=administrator)
    fields: dict[str, Any] = {"full_name": "Ada", "language": "en", "actor": administrator}
    made = user_create(email="ada@tests.example", role="assessor", **fields)
    assert not made.must_enroll
    user_update(user=made, role="qa", is_active=True, **fields)
    assert User.objects.get(pk=made.pk).must_enroll
    user_update(user=made, role="assessor", is_active=True, **fields)
    assert not User.objects.get(pk=made.pk).must_enroll


def test_an_administrator_takes_the_factors_of_a_lost_phone_away(
    django_capture_on_commit_callbacks: Any,
) -> None:
    user, administrator = person(), person(Role.ADMINISTRATOR, full_name="Tobias Renfield")
    theirs = confirmed(user)
    enroll(theirs)
    browser = makers.signed_in(administrator)
    assert "Remove the second factors" in browser.get(f"/people/{user.pk}/").text
    refused = browser.post(f"/people/{user.pk}/factors/remove/", {"reason": " "}, follow=True)
    assert "Say why" in refused.text
    assert theirs.get("/").status_code == 200
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(f"/people/{user.pk}/factors/remove/", {"reason": "Phone lost, called back"})
    assert not Authenticator.objects.filter(user=user).exists()
    assert theirs.get("/").status_code == 302
    assert "Tobias Renfield" in mail.outbox[0].body
    entries = Entry.objects.filter(model="mfa.Authenticator", op="D")
    assert set(entries.values_list("reason", flat=True)) == {"Phone lost, called back"}
    with pytest.raises(PermissionDenied):
        factors_remove(user=administrator, reason="x", actor=user)
    with pytest.raises(ValidationError):
        factors_remove(user=administrator, reason="x", actor=administrator)


def test_two_administrators_do_not_overwrite_each_others_policy() -> None:
    browser = makers.signed_in(makers.person(Role.ADMINISTRATOR))
    sent = {"factor_roles": ["qa"], "idle_minutes": "30", "session_hours": "8", "version": "1"}
    assert browser.post("/people/sign-in/", sent).status_code == 302
    clash = browser.post("/people/sign-in/", sent | {"idle_minutes": "90"})
    assert clash.status_code == 409
    assert 'value="90"' in clash.text
    assert SignInPolicy.objects.get().idle_minutes == 30
    wrong = browser.post("/people/sign-in/", sent | {"idle_minutes": "4"})
    assert wrong.status_code == 422
    assert "from 5 to 720" in wrong.text


def test_the_first_signature_of_a_series_asks_for_all_components() -> None:
    user = person()
    secret, codes = enroll(confirmed(user))
    first = SigningSession("k", signed_in_at=timezone.now())
    with pytest.raises(Refused) as refused:
        identity_confirm(user=user, session=first, given=Credentials(PASSWORD, user.email))
    assert refused.value.field == "code"
    with pytest.raises(Refused):
        identity_confirm(user=user, session=first, given=Credentials("wrong", user.email, codes[0]))
    identity_confirm(user=user, session=first, given=Credentials(PASSWORD, user.email, code_of(secret)))
    later = SigningSession("k", signed_in_at=timezone.now(), confirmed_at=timezone.now())
    identity_confirm(user=user, session=later, given=Credentials(PASSWORD))


def test_the_audit_trail_names_a_factor_in_the_readers_language() -> None:
    enroll(confirmed(person()))
    browser = makers.signed_in(makers.person(Role.ADMINISTRATOR), "fr")
    page = browser.get("/records/?model=mfa.Authenticator").text
    assert "second facteur" in page.lower()
    assert "gAAAA" not in page, "what Fernet writes begins like this"
