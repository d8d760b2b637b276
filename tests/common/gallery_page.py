"""Puts pages of templates before a real Chromium without a server: routes answer from templates and files."""

import mimetypes
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation
from django.utils.csp import build_policy
from playwright.sync_api import Browser, Route

from common.gallery import gallery_context
from tests.chromium import Watched, watch
from tests.common.tokens import ROOT

ORIGIN = "http://gallery.test"
RAIL = ("home", "directory", "programs", "scorecards", "imports", "reports", "admin")


@dataclass
class Person:
    """Enough of a user for the frame of a page."""

    is_authenticated: bool = True

    def __str__(self) -> str:
        return "Dana Reyes"


def gallery_html(*, language: str = "en", theme: str = "light", messages: bool = False) -> str:
    """The gallery as a signed-in person sees it."""
    request = RequestFactory().get("/gallery/")
    request.COOKIES["cmo_theme"] = theme
    notes = [
        Message(constants.SUCCESS, "Alder Biologics was removed.", extra_tags="undo=/undo/"),
        Message(constants.ERROR, "The file has another heading than expected."),
    ]
    with translation.override(language):
        context: dict[str, Any] = {
            **gallery_context(request),
            "request": request,
            "csrf_token": "token",
            "user": Person(),
            "role_label": "Sourcing lead",
            "app_version": "0.1.0",
            "messages": notes if messages else [],
            "navigation": [
                {
                    "label": name.title(),
                    "url": f"#{name}",
                    "icon": name,
                    "active": i == 1,
                    "badge": 3 * (i == 2),
                }
                for i, name in enumerate(RAIL)
            ],
        }
        return get_template("common/gallery.html").render(context)


def open_html(
    browser: Browser, html: str, *, width: int = 1280, height: int = 800, dark: bool = False
) -> Watched:
    """Show `html` under the product's content security policy, with our own static files."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    watched = watch(context)
    page = watched.page
    headers = {"Content-Security-Policy": build_policy(cast(dict[str, list[str]], settings.SECURE_CSP))}

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        file = ROOT / path.lstrip("/")
        if path == "/":
            route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers)
        elif path.startswith("/static/") and file.is_file():
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            route.fulfill(body=file.read_bytes(), content_type=kind)
        else:
            watched.problems.append(f"asked for {route.request.url}")
            route.fulfill(status=404, body="")

    page.route("**/*", answer)
    page.goto(f"{ORIGIN}/")
    return watched
