"""The tabs of a site's profile."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import Site


@dataclass(frozen=True, slots=True)
class Tab:
    label: str | Promise
    url: str
    active: bool
    count: int | None = None


TABS = (
    ("overview", _("Overview"), "workspace:site"),
    ("regulatory", _("Regulatory life"), "workspace:site-regulatory"),
    ("capabilities", _("Capabilities"), "workspace:site-capabilities"),
    ("history", _("History"), "workspace:site-history"),
)


def site_tabs(site: Site, active: str) -> list[Tab]:
    """The tabs, with the one that is open marked; none on the forms."""
    return [Tab(label, reverse(name, args=[site.pk]), key == active) for key, label, name in TABS]
