"""Sign-in through an OpenID Connect provider: existing, active people with a verified address only."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from records.models import Entry
from tests import makers

pytestmark = pytest.mark.django_db
CONFIGURATION = {
    "issuer": "https://login.example",
    "authorization_endpoint": "https://login.example/authorize",
    "token_endpoint": "https://login.example/token",
    "userinfo_endpoint": "https://login.example/userinfo",
    "jwks_uri": "https://login.example/keys",
    "token_endpoint_auth_methods_supported": ["client_secret_post"],
}


class Answer:
    """What the provider answers, as much of it as the client library reads."""

    status_code = 200
    headers = {"content-type": "application/json"}

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body

    def json(self) -> dict[str, Any]:
        return self.body

    def raise_for_status(self) -> None:
        pass


class Provider:
    """The organization's provider, in place of the network."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.asked: list[str] = []

    def request(self, method: str, url: str, **_kwargs: Any) -> Answer:
        self.asked.append(url)
        if url.endswith("openid-configuration"):
            return Answer(CONFIGURATION)
        if url.endswith("/token"):
            return Answer({"access_token": "a", "token_type": "Bearer"})
        return Answer(self.claims)


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Provider:
    cache.clear()
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": "Aurelia Identity",
                    "client_id": "cmo-eval",
                    "secret": "kept",
                    "settings": {"server_url": "https://login.example"},
                }
            ]
        }
    }
    made = Provider()
    monkeypatch.setattr(
        "requests.Session.request", lambda _self, method, url, **kwargs: made.request(method, url, **kwargs)
    )
    return made


def come_back(client: Client, provider: Provider, **claims: Any) -> Any:
    """Go to the provider and come back as the person it names."""
    provider.claims = {"sub": "42", "email_verified": True} | claims
    away = client.get("/account/oidc/oidc/")
    assert away.status_code == 302, away.text
    assert away.headers["Location"].startswith("https://login.example/authorize")
    state = parse_qs(urlsplit(away.headers["Location"]).query)["state"][0]
    return client.get(f"/account/oidc/oidc/back/?code=x&state={state}", follow=True)


def test_there_is_nothing_without_a_provider_in_the_environment() -> None:
    assert Client().get("/account/oidc/oidc/").status_code == 404
    assert "Sign in with Aurelia" not in Client().get("/account/sign-in/").text


def test_a_person_with_the_verified_address_is_let_in_and_linked(provider: Provider) -> None:
    user = makers.person(Role.QA)
    client = Client()
    assert "Sign in with Aurelia Identity" in client.get("/account/sign-in/").text
    come_back(client, provider, email=user.email.upper())
    assert client.get("/").status_code == 200
    assert SocialAccount.objects.get().user == user
    entry = Entry.objects.get(model="socialaccount.SocialAccount")
    assert entry.new is not None
    assert "extra_data" not in entry.new
    # Linked from then on, whatever address the provider names later.
    again = Client()
    come_back(again, provider, email="changed@tests.example")
    assert again.get("/").status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "stranger@tests.example"},
        {"email": "KNOWN", "email_verified": False},
        {"email": "KNOWN", "email_verified": "false"},
        {"email": "DISABLED"},
        {"email": "PARTNER"},
        {},
    ],
    ids=["stranger", "not verified", "verified in words", "disabled", "partner contact", "no address"],
)
def test_nobody_else_is_let_in_and_no_account_is_made(provider: Provider, claims: dict[str, Any]) -> None:
    people = {
        "KNOWN": makers.person(Role.QA),
        "DISABLED": makers.person(Role.QA, is_active=False),
        "PARTNER": makers.person(Role.PARTNER),
    }
    if claims.get("email") in people:
        claims = claims | {"email": people[claims["email"]].email}
    client = Client()
    answer = come_back(client, provider, **claims)
    assert answer.redirect_chain[-1][0].startswith("/account/sign-in/")
    assert client.get("/").status_code == 302
    assert User.objects.count() == 3
    assert not SocialAccount.objects.exists()


def test_a_linked_person_who_is_disabled_stays_out(provider: Provider) -> None:
    user = makers.person(Role.QA)
    come_back(Client(), provider, email=user.email)
    User.objects.filter(pk=user.pk).update(is_active=False)
    client = Client()
    come_back(client, provider, email=user.email)
    assert client.get("/").status_code == 302
