"""People who sign in with a password and a second factor, by the pages themselves."""

import base64
import hashlib
import hmac
import re
import struct
import time
from typing import Any

from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from tests import makers

PASSWORD = "walk-larch-fjord-77"


def person(role: Role = Role.QA, **fields: Any) -> User:
    user = makers.person(role, **fields)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def code_of(secret: str, later: int = 0) -> str:
    """RFC 6238, written out beside the product's own."""
    key = base64.b32decode(secret.replace(" ", ""))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + later), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def sign_in(client: Client, user: User) -> Any:
    return client.post("/account/sign-in/", {"login": user.email, "password": PASSWORD})


def confirmed(user: User) -> Client:
    """A browser in which the person signed in and gave the password once more."""
    client = Client()
    sign_in(client, user)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


def enroll(client: Client) -> tuple[str, list[str]]:
    """Add an authenticator app; gives its secret and the recovery codes that were shown."""
    page = client.get("/account/factor/app/")
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
    assert found, page.text
    shown = client.post("/account/factor/app/", {"code": code_of(found[1])}, follow=True)
    codes = re.findall(r"<li><code>(\d{8})</code></li>", shown.text)
    cache.clear()
    return found[1], codes
