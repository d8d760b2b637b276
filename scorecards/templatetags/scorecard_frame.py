"""What the pages of a scorecard share: the row of views below the tabs of the program."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from common.charts.marks import meter
from common.numbers import percent_text
from programs.models import Program
from scorecards.forms import day_of
from scorecards.ranking import GateResult
from scorecards.wording import criterion_title

register = template.Library()

# Key, label, address, and whether the view looks back to the day of the page.
VIEWS = (
    ("ranking", _("Ranking"), "scorecards:scorecard", True),
    ("side-by-side", _("Side by side"), "scorecards:side-by-side", True),
    ("head-to-head", _("Head to head"), "scorecards:head-to-head", True),
    ("robustness", _("Robustness"), "scorecards:robustness", True),
    ("opinions", _("Second opinions"), "scorecards:opinions", True),
    ("changes", _("What changed"), "scorecards:changes", False),
    ("gaps", _("Evidence gaps"), "scorecards:gaps", True),
    ("weights", _("Weights"), "scorecards:weights", False),
    ("panels", _("Panels"), "scorecards:panels", False),
    ("overrides", _("Overrides"), "scorecards:overrides", False),
    ("exceptions", _("Exceptions"), "scorecards:exceptions", False),
    ("frozen", _("Frozen evaluations"), "scorecards:frozen-list", False),
)


@register.simple_tag
def share_meter(share: float) -> SafeString:
    """A share of weightings as meter and percent with one decimal, so that rare is told from never."""
    return format_html('<span class="meter">{}{}</span>', meter(share), percent_text(share, 1))


@register.filter
def gate_words(gate: GateResult) -> str:
    """What a must-have is called."""
    return criterion_title(gate.criterion.key, gate.criterion.title)


@dataclass(frozen=True, slots=True)
class ViewLink:
    label: str | Promise
    url: str
    active: bool
    count: int | None


@register.inclusion_tag("scorecards/_views.html", takes_context=True)
def scorecard_views(context: dict[str, Any], program: Program, active: str) -> dict[str, object]:
    """The views of a scorecard: {% scorecard_views program "robustness" %}."""
    request = context.get("request")
    day = day_of(request.GET) if request is not None else None
    query = f"?as_of={day.isoformat()}" if day else ""
    ranking = context.get("ranking")
    counts: dict[str, int | None] = {}
    if ranking is not None:
        counts = {
            "overrides": len(ranking.overrides) or None,
            "exceptions": len(ranking.exceptions) or None,
        }
    return {
        "links": [
            ViewLink(
                label,
                reverse(name, args=[program.address]) + (query if looks_back else ""),
                key == active,
                counts.get(key),
            )
            for key, label, name, looks_back in VIEWS
        ],
        "day": day if any(key == active and back for key, _label, _name, back in VIEWS) else None,
        "today_url": request.path if request is not None else "",
    }
