"""The people screens: administrators only, and nobody locks everyone out."""

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from accounts.services import user_create, user_update
from accounts.sessions import sessions_end
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator() -> User:
    return makers.person(Role.ADMINISTRATOR, full_name="Tobias Renfield")


@pytest.fixture
def browser(administrator: User) -> Client:
    return makers.signed_in(administrator)


def change(user: User, **changes: object) -> User:
    fields = {
        "full_name": user.full_name,
        "role": user.role,
        "language": user.language,
        "is_active": user.is_active,
        "actor": None,
    }
    return user_update(user=user, **(fields | changes))  # type: ignore[arg-type]


def test_an_added_person_chooses_a_password_and_signs_in(browser: Client) -> None:
    entered = {
        "full_name": "Ingrid Solheimer",
        "email": "Ingrid@Tests.Example",
        "role": "qa",
        "language": "fr",
    }
    page = browser.post("/people/add/", entered, follow=True)
    person = User.objects.get(email="ingrid@tests.example")
    assert (person.role, person.language, person.has_usable_password()) == ("qa", "fr", False)
    shown = re.search(r"/account/password/reset/key/[^<]+", page.text)
    assert shown is not None
    address = shown.group()
    visitor = Client()
    form = visitor.get(address, follow=True)
    sent = {"password1": "a long and winding road", "password2": "a long and winding road"}
    visitor.post(form.redirect_chain[-1][0], sent)
    assert visitor.login(email=person.email, password="a long and winding road")


def test_the_first_account_is_an_administrator_who_makes_the_others(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.SIGN_IN_FACTOR_ROLES = [Role.ADMINISTRATOR]
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a long and winding road")
    asked = {"email": "First@Tests.Example", "full_name": "First of All", "interactive": False}
    call_command("createsuperuser", **asked, verbosity=0)
    first = User.objects.get(email="first@tests.example")
    assert (first.role, first.is_active, first.must_enroll) == (Role.ADMINISTRATOR, True, True)
    assert Client().login(email=first.email, password="a long and winding road")
    user_create(email="qa@tests.example", full_name="Next", role="qa", language="fr", actor=first)
    with pytest.raises(CommandError, match="already"):
        call_command("createsuperuser", **asked, verbosity=0)


def test_an_address_that_is_taken_is_refused_in_any_case(browser: Client) -> None:
    User.objects.create_user("taken@tests.example", None, full_name="First", role=Role.QA)
    entered = {"full_name": "Other", "email": "TAKEN@tests.example", "role": "qa", "language": "en"}
    page = browser.post("/people/add/", entered)
    assert page.status_code == 422
    assert User.objects.filter(email__iexact="taken@tests.example").count() == 1


def test_disabling_a_person_ends_their_sessions_at_once_and_for_good() -> None:
    person, other = makers.person(Role.QA), makers.person(Role.QA)
    theirs, others = makers.signed_in(person), makers.signed_in(other)
    assert theirs.get("/").status_code == 200
    change(person, is_active=False)
    assert theirs.get("/").status_code == 302
    change(person, is_active=True)
    assert theirs.get("/").status_code == 302
    assert others.get("/").status_code == 200


def test_a_lost_computer_is_signed_out(browser: Client) -> None:
    person = makers.person(Role.QA)
    theirs = makers.signed_in(person)
    browser.post(f"/people/{person.pk}/sign-out/")
    assert theirs.get("/").status_code == 302
    assert sessions_end(user=person) == 0


def test_the_last_active_administrator_stays(administrator: User) -> None:
    makers.person(Role.ADMINISTRATOR, is_active=False)
    for changes in ({"role": Role.QA}, {"is_active": False}):
        with pytest.raises(ValidationError):
            change(administrator, **changes)
    makers.person(Role.ADMINISTRATOR)
    assert change(administrator, role=Role.QA).role == Role.QA


def test_nobody_disables_themselves(administrator: User, browser: Client) -> None:
    makers.person(Role.ADMINISTRATOR)
    entered = {"full_name": administrator.full_name, "role": "administrator", "language": "en"}
    page = browser.post(f"/people/{administrator.pk}/", entered)
    assert page.status_code == 422
    assert "You cannot disable your own account." in page.text
    assert User.objects.get(pk=administrator.pk).is_active


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_administrators_reach_the_people(role: Role) -> None:
    actor = makers.person(role)
    assert makers.signed_in(actor).get("/people/").status_code == 403
    with pytest.raises(PermissionDenied):
        user_create(email="new@tests.example", full_name="N", role="qa", language="en", actor=actor)


def test_the_list_is_searched_sorted_and_exported(browser: Client) -> None:
    makers.person(Role.QA, full_name="Ingrid Solheimer")
    assert "Ingrid" in browser.get("/people/?q=solheim").text
    assert "Ingrid" not in browser.get("/people/?role=executive").text
    lines = b"".join(browser.get("/people/?q=solheim&export=csv")).decode("utf-8-sig").splitlines()
    assert lines[1].startswith("Ingrid Solheimer,")


def test_the_list_takes_the_same_queries_for_10_and_60_people(browser: Client) -> None:
    for _ in range(10):
        makers.person()
    few = makers.queries_of(browser, "/people/")
    for _ in range(50):
        makers.person()
    assert makers.queries_of(browser, "/people/") == few <= 12
