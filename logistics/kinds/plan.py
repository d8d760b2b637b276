"""The fields of the plan itself, as its form groups them."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from logistics.kinds.kind import DAYS, HOURS
from partners.profile.section import FieldGroup, Text

PLAN_GROUPS = (
    FieldGroup(
        _("Product on its way"),
        (
            ("band", "therapeutic_area"),
            ("shelf_life_hours", "release_hours"),
            ("turnaround_days", "go_live_on"),
        ),
    ),
    FieldGroup(_("Packing"), (("packed_at", "zone"), ("packs_on",), ("packing_rests_in",))),
    FieldGroup(
        _("Dosing and ordering"),
        (("dosing", "doses_a_year"), ("ordering_model",), ("ordering_consequences",)),
    ),
    FieldGroup(_("Chain of identity"), (("identity_at",), ("identity_rule",))),
    FieldGroup(pgettext_lazy("ownership", "Title"), (("title_model", "title_transfer"), ("title_parties",))),
    FieldGroup(_("Channel"), (("channel", "channel_decided_on"), ("channel_reasons",), ("channel_owner",))),
    FieldGroup(_("Leadership"), (("lead", "review_every_days"),)),
)
PLAN_UNITS: Mapping[str, Text] = {
    "shelf_life_hours": HOURS,
    "release_hours": HOURS,
    "turnaround_days": DAYS,
}
PLAN_HELPS: Mapping[str, Text] = {
    "therapeutic_area": _("Readiness of care sites counts for this area only."),
    "shelf_life_hours": _("From packing to administration."),
    "packed_at": _("The usual hour, on the clock of the place of packing. Departures are counted from it."),
    "packs_on": _("Every day when none is chosen."),
    "packing_rests_in": _("Holidays of the whole country; those of a region are not known."),
    "zone": _("Left empty, all hours are taken as those of one clock without summer time."),
    "release_hours": _("From packing until quality releases the dose for shipment."),
    "turnaround_days": _("From the collection of cells, or the order, to the day of the dose."),
    "go_live_on": _("Approval of the product or start of the trial, whichever lets patients be treated."),
    "ordering_consequences": _(
        "A dose given once and a product given twice a week differ in ordering, money and work for a site."
    ),
    "identity_at": _("It must exist at or before the first collection: a bag is never filled without it."),
    "title_parties": _("Everyone who is part of the change of ownership, and what each has to do."),
    "lead": _("Who brings the functions together. Gaps of the whole plan are theirs."),
}
