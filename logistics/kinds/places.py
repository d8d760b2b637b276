"""Care sites, what they need, how they take the product up, how it is paid for."""

from django.utils.translation import gettext_lazy as _

from logistics.kinds.kind import DAYS, Kind
from logistics.models import CareSite, Reimbursement, SiteCheck, SiteOnboarding
from partners.profile.section import FieldGroup

CARE_SITES = Kind(
    key="care-sites",
    chapter="sites",
    model=CareSite,
    title=_("Care sites"),
    add=_("Add a care site"),
    groups=(
        FieldGroup(_("Care site"), (("name",), ("city", "country"), ("region",), ("certified_for",))),
        FieldGroup(_("Storage of this product"), (("bands",), ("capacity_doses",))),
        FieldGroup(_("Where storage is missing"), (("remedy", "remedy_done_on"),)),
        FieldGroup(
            _("When it receives"),
            (("receives_from", "receives_until"), ("receives_on",), ("rests",), ("zone",)),
        ),
        FieldGroup(_("Who sees to it"), (("member", "owner"), ("due_on",))),
    ),
    shown=("name", "city", "country", "bands", "remedy", "owner", "due_on"),
    nothing=_("No care site yet"),
    why=_("Add the places where patients are to be treated, first those of your key opinion leaders."),
    helps={
        "region": _("Whose labels and reimbursement apply."),
        "certified_for": _("For information: being ready for another product or area does not count here."),
        "bands": _("What the site can store this product at today, equipment and people included."),
        "receives_on": _("Every day when none is chosen."),
        "rests": _("Holidays of the whole country; those of a region are not known."),
        "zone": _("Left empty it is the clock of the place of packing."),
        "remedy": _("How the site gets by without its own storage. It counts from the day it is in place."),
        "due_on": _("When open points of the site itself, such as the remedy, are to be settled."),
    },
    page="logistics:care-site",
)

SITE_CHECKS = Kind(
    key="site-checks",
    chapter="sites",
    model=SiteCheck,
    title=_("Readiness checks"),
    add=_("Add a readiness check"),
    groups=(
        FieldGroup(_("What is asked"), (("care_site",), ("kind", "therapeutic_area"))),
        FieldGroup(_("What was seen"), (("done_on",), ("note",))),
        FieldGroup(_("Who sees to it"), (("member", "owner"), ("due_on",))),
    ),
    shown=("care_site", "kind", "therapeutic_area", "done_on", "owner", "due_on"),
    nothing=_("No readiness check yet"),
    why=_("Ask each care site for what this product needs. Nothing is inherited from another product."),
    helps={
        "therapeutic_area": _("A check counts for the area of the plan only: other areas have other teams."),
        "done_on": _("The day from which it holds; leave it empty as long as it does not."),
    },
    within="care_site",
)

ONBOARDING = Kind(
    key="onboarding",
    chapter="sites",
    model=SiteOnboarding,
    title=_("Onboarding and terms"),
    add=_("Add an onboarding"),
    groups=(
        FieldGroup(_("Care site"), (("care_site",),)),
        FieldGroup(
            _("Committee"),
            (
                ("committee", "frequency"),
                ("meeting_on", "lead_days"),
                ("decision_days", "ready_on"),
                ("submitted_on", "approved_on"),
            ),
        ),
        FieldGroup(
            _("Contract and training"), (("contract_days", "signed_on"), ("training_days", "trained_on"))
        ),
        FieldGroup(_("Commercial terms"), (("delivery_place",), ("payment_days", "returns"), ("credit",))),
        FieldGroup(_("Who sees to it"), (("member", "owner"), ("due_on",))),
    ),
    shown=("care_site", "committee", "frequency", "meeting_on", "submitted_on", "approved_on", "owner"),
    nothing=_("No onboarding yet"),
    why=_("Committees meet every quarter or less. Enter when, and the earliest first dose is computed."),
    helps={
        "meeting_on": _("Any one of them; the others follow from how often it meets."),
        "lead_days": _("How long before a meeting the dossier must be there to be on its agenda."),
        "contract_days": _("Begins with the approval."),
        "training_days": _("Begins with the contract."),
        "returns": _("Strict terms push care sites to order just in time, and the work to you."),
    },
    units={
        "lead_days": DAYS,
        "decision_days": DAYS,
        "contract_days": DAYS,
        "training_days": DAYS,
        "payment_days": DAYS,
    },
    within="care_site",
)

ACCESS = Kind(
    key="access",
    chapter="sites",
    model=Reimbursement,
    title=_("Reimbursement"),
    add=_("Add a reimbursement pathway"),
    groups=(
        FieldGroup(_("Code"), (("region", "code"), ("applied_on", "expected_on"), ("effective_on",))),
        FieldGroup(_("Until the code is there"), (("interim_access",),)),
        FieldGroup(_("Who sees to it"), (("member", "owner"), ("due_on",))),
    ),
    shown=("region", "code", "applied_on", "expected_on", "effective_on", "owner"),
    nothing=_("No reimbursement pathway yet"),
    why=_("A J-code takes months. Say how each region pays, and how patients are treated until then."),
    helps={
        "code": _("Such as a J-code, a national list, a supplement to a DRG."),
        "interim_access": _("Such as a miscellaneous code, early access, doses free of charge."),
    },
)

KINDS = (CARE_SITES, SITE_CHECKS, ONBOARDING, ACCESS)
