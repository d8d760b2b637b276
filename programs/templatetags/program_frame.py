"""The frame that all pages of a program share, those of rooms above included."""

from dataclasses import dataclass
from decimal import Decimal

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.vocabulary import Modality, Operation, Region
from programs.models import Program
from programs.models.program import address_of

register = template.Library()


@dataclass(frozen=True, slots=True)
class Tab:
    label: str | Promise
    url: str
    active: bool
    count: int | None = None


# Therapies of which each dose finds its own way to the patient.
DISTRIBUTED = frozenset(
    {
        Modality.AUTOLOGOUS_CELL,
        Modality.ALLOGENEIC_CELL,
        Modality.GENE_EDITED_CELL,
        Modality.AAV,
        Modality.LENTIVIRAL,
    }
)
TABS = (
    ("needs", _("Needs"), "programs:needs"),
    ("candidates", _("Candidates"), "programs:program"),
    ("must-haves", _("Must-haves"), "scorecards:must-haves"),
    ("scorecard", _("Scorecard"), "scorecards:scorecard"),
    ("decision", _("Decision"), "scorecards:decisions"),
    ("proposals", _("Proposals"), "programs:proposals"),
    ("members", _("Members"), "programs:program-members"),
)


@register.inclusion_tag("common/_tabs.html")
def program_tabs(program: Program, active: str) -> dict[str, object]:
    """The tabs of a program: {% program_tabs program "scorecard" %}."""
    tabs = [Tab(label, reverse(name, args=[program.address]), key == active) for key, label, name in TABS]
    if program.modality in DISTRIBUTED or active == "distribution":
        address = reverse("logistics:plan", args=[program.address])
        tabs.insert(len(tabs) - 1, Tab(_("Distribution"), address, active == "distribution"))
    # Reports are a library of their own: the tab opens it with this program chosen.
    library = f"{reverse('reports:report-list')}?{urlencode({'program': program.pk})}"
    tabs.insert(len(tabs) - 1, Tab(_("Reports"), library, active == "reports"))
    return {"tabs": tabs, "label": _("Program")}


@dataclass(frozen=True, slots=True)
class PackageLink:
    """A work package in the switcher above the tabs."""

    name: str
    url: str
    active: bool


@register.simple_tag
def package_links(program: Program) -> list[PackageLink]:
    """The work packages of a program with several; none for a program with a single one."""
    if not program.has_parts:
        return []
    first = program.parts[0]
    return [
        PackageLink(
            part.name or gettext("First work package"),
            reverse("programs:program", args=[address_of(program.code, part, first)]),
            part.pk == program.package.pk,
        )
        for part in program.parts
    ]


@register.filter
def operation_words(operations: list[str]) -> str:
    """Operations in words."""
    return ", ".join(str(Operation(operation).label) for operation in operations)


@register.filter
def times_two(value: Decimal) -> Decimal:
    """What must still be possible if demand doubles."""
    return value * 2


@register.filter
def region_words(program: Program) -> str:
    """The regions of supply in words."""
    return ", ".join(str(Region(region).label) for region in program.regions)
