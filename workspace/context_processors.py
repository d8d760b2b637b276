"""What the frame of every page needs: navigation by role and the version."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    return {"version": settings.VERSION, "navigation": []}
