"""What a site depends on, and how it dealt with disruptions."""

from django.utils.translation import gettext_lazy as _

from partners.models import Disruption, Material, MaterialSupplier
from partners.profile.section import FieldGroup, Section

MATERIALS = Section(
    key="materials",
    tab="supply",
    model=Material,
    title=_("Materials"),
    add=_("Add a material"),
    identity=("name",),
    groups=(
        FieldGroup(_("Material"), (("name",), ("is_critical",))),
        FieldGroup(_("Stock beside lead time"), (("stock_days", "lead_time_days"),)),
    ),
    shown=("name", "is_critical", "stock_days", "lead_time_days"),
    happened=_("Stated on"),
    nothing=_("No material recorded"),
    why=_(
        "List what would stop production if it did not arrive, with its stock and how long it takes to get."
    ),
    helps={"is_critical": _("Production stops without it and nothing replaces it at once.")},
    units={"stock_days": _("days"), "lead_time_days": _("days")},
    bulk=("is_critical",),
    example={
        "name": "Sterile stoppers 20 mm",
        "is_critical": "yes",
        "stock_days": "120",
        "lead_time_days": "180",
        "strength": "claimed",
    },
)

SUPPLIERS = Section(
    key="suppliers",
    tab="supply",
    model=MaterialSupplier,
    title=_("Suppliers"),
    add=_("Add a supplier"),
    identity=("material", "name"),
    groups=(FieldGroup(_("Supplier"), (("material",), ("name",), ("country", "status"))),),
    shown=("material", "name", "country", "status"),
    happened=_("Stated on"),
    nothing=_("No supplier recorded"),
    why=_("Two qualified suppliers in different countries make a material safe. Add each with its status."),
    helps={"material": _("As it is called among the materials.")},
    bulk=("status", "country"),
    example={
        "material": "Sterile stoppers 20 mm",
        "name": "Elastomer Nord",
        "country": "DE",
        "status": "qualified",
        "strength": "documented",
        "document": "Approved supplier list 2026-03",
    },
)

DISRUPTIONS = Section(
    key="disruptions",
    tab="supply",
    model=Disruption,
    title=_("Disruptions"),
    add=_("Add a disruption"),
    identity=("happened_on", "cause"),
    groups=(
        FieldGroup(_("What happened"), (("cause",), ("description",))),
        FieldGroup(_("Who was told"), (("told_on", "told_how"),)),
        FieldGroup(_("How it ended"), (("impact_days", "recovery_days"), ("response",))),
    ),
    shown=("cause", "happened_on", "description", "told_on", "impact_days", "recovery_days"),
    happened=_("Began on"),
    nothing=_("No disruption recorded"),
    why=_("Ask what went wrong in the last three years. How it was handled says more than that it happened."),
    helps={"told_on": _("When clients first heard of it from the site.")},
    units={"impact_days": _("days"), "recovery_days": _("days")},
    example={
        "cause": "utility",
        "happened_on": "2025-02-11",
        "description": "Water system out of service",
        "told_on": "2025-02-12",
        "told_how": "call, then letter",
        "impact_days": "9",
        "recovery_days": "21",
        "response": "Second loop installed",
        "strength": "documented",
    },
)

SECTIONS = (MATERIALS, SUPPLIERS, DISRUPTIONS)
