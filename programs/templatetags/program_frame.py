"""The frame that all pages of a program share, those of rooms above included."""

from dataclasses import dataclass

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from partners.vocabulary import Region
from programs.models import Program

register = template.Library()


@dataclass(frozen=True, slots=True)
class Tab:
    label: str | Promise
    url: str
    active: bool
    count: int | None = None


TABS = (
    ("candidates", _("Candidates"), "programs:program"),
    ("scorecard", _("Scorecard"), "scorecards:scorecard"),
    ("members", _("Members"), "programs:program-members"),
)


@register.inclusion_tag("common/_tabs.html")
def program_tabs(program: Program, active: str) -> dict[str, object]:
    """The tabs of a program: {% program_tabs program "scorecard" %}."""
    tabs = [Tab(label, reverse(name, args=[program.code]), key == active) for key, label, name in TABS]
    # Reports are a library of their own: the tab opens it with this program chosen.
    library = f"{reverse('reports:report-list')}?{urlencode({'program': program.pk})}"
    tabs.insert(2, Tab(_("Reports"), library, active == "reports"))
    return {"tabs": tabs, "label": _("Program")}


@register.filter
def region_words(program: Program) -> str:
    """The regions of supply in words."""
    return ", ".join(str(Region(region).label) for region in program.regions)
