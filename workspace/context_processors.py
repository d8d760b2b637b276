"""What the frame of every page needs. Nothing is asked of the database until the frame is drawn."""

import functools
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from partners.policies import SitePolicy
from workspace.navigation import account_links, navigation_for


def frame(request: HttpRequest) -> dict[str, Any]:
    """The rail, the version and who is signed in. Fragments, which have no frame, pay nothing."""

    def role_label() -> str:
        return request.user.get_role_display() if isinstance(request.user, User) else ""

    def search_url() -> str:
        may_search = isinstance(request.user, User) and SitePolicy.view.allows(request.user)
        return reverse("workspace:search") if may_search else ""

    return {
        "app_version": settings.VERSION,
        "home_url": reverse("workspace:home"),
        "account_links": functools.cache(lambda: account_links(request)),
        "navigation": functools.cache(lambda: navigation_for(request)),
        "role_label": role_label,
        "search_url": search_url,
    }
