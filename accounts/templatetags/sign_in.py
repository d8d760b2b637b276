"""Words about sessions: which device, and how the person proved who they are."""

import re
from collections.abc import Iterable

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import AccessToken
from common.punctuation import joined

register = template.Library()

# The first that stands in the browser's own name wins: most claim to be several.
BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
MEANS = {
    "password": gettext_lazy("password"),
    "totp": gettext_lazy("authenticator app"),
    "webauthn": gettext_lazy("security key"),
    "recovery_codes": gettext_lazy("recovery code"),
    "socialaccount": gettext_lazy("identity provider"),
}


@register.filter
def device(browser: str) -> str:
    """A browser's own name in words: "Firefox on Windows"."""
    program = next((name for mark, name in BROWSERS if mark in browser), "")
    system = next((name for mark, name in SYSTEMS if mark in browser), "")
    if program and system:
        return _("%(browser)s on %(system)s") % {"browser": program, "system": system}
    return program or system or re.split(r"[/ (]", browser, maxsplit=1)[0] or _("unknown device")


@register.filter
def means_words(means: Iterable[str]) -> str:
    """How somebody signed in, in words."""
    return ", ".join(str(MEANS.get(each, each)) for each in means)


@register.filter
def scope_words(token: AccessToken) -> str:
    """What an access token may do."""
    return joined(str(AccessToken.Scope(scope).label) for scope in token.scopes)
