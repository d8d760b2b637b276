"""What a site makes, on which lines, and what it offers beside it."""

from django.utils.translation import gettext_lazy as _

from partners.models import Capability, Capacity, Service
from partners.profile.section import FieldGroup, Section

CAPABILITIES = Section(
    key="capabilities",
    tab="capabilities",
    model=Capability,
    title=_("Capabilities"),
    add=_("Add a capability"),
    identity=("modality", "dosage_form", "route", "operation"),
    groups=(
        FieldGroup(
            _("What it makes"),
            (("modality", "dosage_form"), ("operation", "route"), ("stages",)),
        ),
        FieldGroup(
            _("Proven scale"),
            (("batch_min", "batch_max", "batch_unit"), ("batches_made", "years_experience")),
        ),
        FieldGroup(
            _("Conditions and limits"), (("containment_oeb",), ("temperature_bands",), ("stated_limits",))
        ),
    ),
    shown=(
        "modality",
        "dosage_form",
        "operation",
        "batch_max",
        "batch_unit",
        "batches_made",
        "stages",
        "stated_limits",
    ),
    happened=_("Stated or seen on"),
    nothing=_("No capability recorded"),
    why=_(
        "Until something is recorded, the fit of this site to a program stays open. Add what the site says "
        "it makes, then attach what shows it; or import a file for several sites."
    ),
    helps={
        "batch_min": _("The smallest batch that was made here, not the smallest that is offered."),
        "batch_max": _("The largest batch that was made here, not the largest that is offered."),
        "stated_limits": _("What the site says it cannot do. Candor here counts for it."),
        "containment_oeb": _("Occupational exposure band, 1 to 6."),
    },
    example={
        "modality": "monoclonal_antibody",
        "dosage_form": "solution_for_injection",
        "operation": "fill_finish",
        "route": "subcutaneous",
        "stages": "phase_3; commercial",
        "batch_min": "2000",
        "batch_max": "40000",
        "batch_unit": "vials",
        "batches_made": "120",
        "stated_limits": "No highly potent substances",
        "strength": "documented",
        "document": "Site master file 2026, page 14",
    },
)

CAPACITY = Section(
    key="capacity",
    tab="capabilities",
    model=Capacity,
    title=_("Capacity"),
    add=_("Add capacity"),
    identity=("line", "operation", "year"),
    groups=(
        FieldGroup(_("Line and period"), (("line", "year"), ("operation", "modality"))),
        FieldGroup(
            _("How much"),
            (("unit",), ("total", "committed"), ("reservable", "expandable_to")),
        ),
        FieldGroup(
            _("How to get it"),
            (
                ("next_slot_on", "added_capacity_lead_months"),
                ("shift_model", "confirmed_by_role"),
                ("reservation_terms",),
                ("scale_up_path",),
            ),
        ),
    ),
    shown=("line", "year", "operation", "total", "committed", "reservable", "unit", "next_slot_on"),
    happened=_("Stated on"),
    nothing=_("No capacity recorded"),
    why=_("Ask the site for each line and year: total, committed, and what can be reserved on which terms."),
    helps={
        "total": _("Of the whole line in the year, in the unit above."),
        "committed": _("Promised to others."),
        "reservable": _("What we could reserve. Empty: total less committed is not assumed."),
        "expandable_to": _("The total after an expansion that is planned or agreed."),
        "reservation_terms": _("Fee, notice, what happens to an unused slot."),
        "scale_up_path": _("Which line a product moves to when it grows, and how."),
    },
    units={"added_capacity_lead_months": _("months")},
    example={
        "line": "Filling line 2",
        "year": "2027",
        "operation": "fill_finish",
        "unit": "vials",
        "total": "4000000",
        "committed": "2600000",
        "reservable": "900000",
        "next_slot_on": "2027-04-01",
        "shift_model": "two",
        "reservation_terms": "20 % fee, six months of notice",
        "strength": "claimed",
    },
)

SERVICES = Section(
    key="services",
    tab="capabilities",
    model=Service,
    title=_("Services"),
    add=_("Add a service"),
    identity=("kind",),
    groups=(FieldGroup(_("Service"), (("kind", "staff_count"), ("in_house",), ("note",))),),
    shown=("kind", "in_house", "staff_count", "note"),
    happened=_("Stated on"),
    nothing=_("No service recorded"),
    why=_(
        "Development, testing and writing that the site does itself or through others. Add what a program "
        "needs."
    ),
    helps={"staff_count": _("How many do this work.")},
    example={
        "kind": "method_validation",
        "in_house": "yes",
        "staff_count": "12",
        "strength": "claimed",
        "document": "Answer to the questionnaire, 3.2",
    },
)

SECTIONS = (CAPABILITIES, CAPACITY, SERVICES)
