"""Access tokens: made after the password was asked again, shown once, kept as a hash, revoked, ended."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import AccessToken, User
from accounts.roles import Role
from accounts.services import user_update
from accounts.tokens import token_create, token_of_secret
from tests import makers
from tests.accounts.signing_in import confirmed, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgetful() -> None:
    cache.clear()


def entered(**changes: Any) -> dict[str, Any]:
    """What a person types into the form."""
    day = timezone.localdate() + timedelta(days=30)
    return {"entry_key": uuid.uuid4(), "name": "QMS", "scopes": ["read"], "expires_on": day} | changes


def made_by(user: User, **changes: Any) -> tuple[AccessToken, str]:
    made = token_create(actor=user, **entered(**changes))
    assert made.secret is not None
    return made.token, made.secret


def history_text() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT string_agg(coalesce(new::text, ''), ' ') FROM history.entry")
        return str(cursor.fetchone())


def test_a_token_is_made_after_the_password_and_its_secret_is_shown_once_and_kept_nowhere() -> None:
    user = person()
    assert "reauthenticate" in makers.signed_in(user).get("/account/tokens/new/")["Location"]
    browser, form = confirmed(user), entered()
    shown = browser.post("/account/tokens/new/", form)
    secret = re.findall(r">(cmoeval_[\w-]{43})<", shown.text)[0]
    assert shown["Cache-Control"] == "no-store"
    found = token_of_secret(secret)
    assert found is not None
    assert found.user == user
    assert found.expires_on == form["expires_on"]
    # A double click, or the page asked for again: no second token, and no second look at the secret.
    again = browser.post("/account/tokens/new/", form, follow=True)
    assert AccessToken.objects.count() == 1
    assert secret not in again.text
    assert found.ending in again.text
    kept = str(list(AccessToken.objects.values())) + history_text()
    assert secret not in kept
    assert found.token_sha256 not in history_text()
    assert "QMS" in history_text()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"expires_on": timezone.localdate() + timedelta(days=366)}, "a year at most"),
        ({"expires_on": timezone.localdate() - timedelta(days=1)}, "This day is past"),
        ({"scopes": []}, "Choose at least one"),
        ({"scopes": ["write"]}, "write is not one of the available choices"),
        ({"name": " "}, "This field is required"),
    ],
)
def test_a_form_that_asks_for_too_much_is_told_so_and_keeps_what_was_typed(
    changes: dict[str, Any], said: str
) -> None:
    answer = confirmed(person()).post("/account/tokens/new/", entered(**({"name": "My QMS"} | changes)))
    assert answer.status_code == 422
    assert said in answer.text
    assert "name" in changes or "My QMS" in answer.text
    assert not AccessToken.objects.exists()


def test_the_database_keeps_no_token_for_longer_than_a_year_or_without_a_scope() -> None:
    token, _ = made_by(person())
    later = timezone.now() + timedelta(days=400)
    changes: list[dict[str, Any]] = [{"expires_at": later}, {"scopes": []}, {"scopes": ["all"]}]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            AccessToken.objects.filter(pk=token.pk).update(**change)


def test_owner_and_administrator_revoke_a_token_and_nobody_else_knows_of_it() -> None:
    owner, admin, other = person(), person(Role.ADMINISTRATOR), person()
    (mine, my_secret), (second, second_secret) = made_by(owner), made_by(owner, name="Notebook")
    assert makers.signed_in(other).post(f"/account/tokens/{mine.pk}/revoke/").status_code == 404
    assert "QMS<br>" not in makers.signed_in(other).get("/account/tokens/").text
    assert token_of_secret(my_secret) is not None
    makers.signed_in(owner).post(f"/account/tokens/{mine.pk}/revoke/")
    assert token_of_secret(my_secret) is None
    everybodys = makers.signed_in(admin).get("/people/tokens/").text
    assert "Notebook" in everybodys
    assert "QMS<br>" not in everybodys, "those in force, unless asked otherwise"
    assert "QMS<br>" in makers.signed_in(admin).get("/people/tokens/?state=ended").text
    makers.signed_in(admin).post(f"/account/tokens/{second.pk}/revoke/")
    assert token_of_secret(second_secret) is None
    assert f"by {admin.full_name}" in makers.signed_in(owner).get("/account/tokens/").text


def test_disabling_a_person_ends_their_tokens_for_good() -> None:
    user, admin = person(), person(Role.ADMINISTRATOR)
    _, secret = made_by(user)
    for is_active in (False, True):
        user_update(
            user=user,
            full_name=user.full_name,
            role=user.role,
            language="en",
            is_active=is_active,
            actor=admin,
        )
        assert token_of_secret(secret) is None
    partner = person(Role.PARTNER)
    assert confirmed(partner).post("/account/tokens/new/", entered()).status_code == 403
