"""Parties, shippers, lanes with their handoffs, and the playbook for disruptions."""

from django.utils.translation import gettext_lazy as _

from logistics.kinds.kind import HOURS, Kind
from logistics.models import Handoff, Lane, Party, Playbook, Shipper
from partners.profile.section import FieldGroup

LANES = Kind(
    key="lanes",
    chapter="transport",
    model=Lane,
    title=_("Lanes"),
    add=_("Add a lane"),
    groups=(
        FieldGroup(_("Lane"), (("name",), ("care_site",), ("shipper",), ("notes",))),
        FieldGroup(_("Who sees to it"), (("member", "owner"), ("due_on",))),
    ),
    shown=("name", "care_site", "shipper", "owner", "due_on"),
    nothing=_("No lane yet"),
    why=_("A lane is the way from the maker to one care site, leg by leg and hand to hand."),
    page="logistics:lane",
)

HANDOFFS = Kind(
    key="handoffs",
    chapter="transport",
    model=Handoff,
    title=_("Handoffs"),
    add=_("Add a leg"),
    groups=(
        FieldGroup(
            _("Leg"),
            (("lane",), ("position", "name"), ("giver", "taker"), ("told",)),
        ),
        FieldGroup(_("Duration"), (("hours", "buffer_hours"),)),
        FieldGroup(_("Departure"), (("cut_off", "departs"), ("weekdays",), ("rests_in", "zone"))),
    ),
    shown=("lane", "position", "name", "giver", "taker", "hours", "buffer_hours", "cut_off"),
    nothing=_("No handoff yet"),
    why=_("Map every pair of hands, with the time it takes and the buffer you plan for delays."),
    helps={
        "cut_off": _(
            "On the clock of the place it leaves from. What comes later waits for the next departure."
        ),
        "departs": _("When it then leaves; the time taken until when left empty."),
        "weekdays": _("Days on which a shipment is taken; every day when none is chosen."),
        "rests_in": _("Holidays of the whole country; those of a region are not known."),
        "zone": _("Left empty it is the clock of the place of packing."),
        "told": _("Who learns that it was handed over, and by which way."),
    },
    units={"hours": HOURS, "buffer_hours": HOURS},
    within="lane",
)

SHIPPERS = Kind(
    key="shippers",
    chapter="transport",
    model=Shipper,
    title=_("Shippers"),
    add=_("Add a shipper"),
    groups=(
        FieldGroup(_("Shipper"), (("name",), ("provider", "band"))),
        FieldGroup(
            _("Qualification as it is now"), (("hold_hours",), ("requalified_on", "requalify_months"))
        ),
        FieldGroup(_("Who sees to it"), (("member", "owner"), ("due_on",))),
    ),
    shown=("name", "band", "hold_hours", "requalified_on", "owner"),
    nothing=_("No shipper yet"),
    why=_("A lane needs a shipper that, by its last qualification, holds longer than the way takes."),
    helps={
        "hold_hours": _("As found at the last requalification, not as it was when the shipper was new."),
    },
    units={"hold_hours": HOURS},
    computed={"valid_until": _("Counts until")},
)

PARTIES = Kind(
    key="parties",
    chapter="people",
    model=Party,
    title=_("Parties"),
    add=_("Add a party"),
    groups=(
        FieldGroup(_("Party"), (("name", "role"), ("site",), ("contact",), ("bands",))),
        FieldGroup(_("Glossary of the plan"), (("acknowledged_on", "acknowledged_by"),)),
    ),
    shown=("name", "role", "contact", "bands", "acknowledged_on", "acknowledged_by"),
    nothing=_("No party yet"),
    why=_("Everyone who touches the product or whose words must mean the same as ours."),
    helps={
        "site": _("Where the party is a candidate of this program, in any of its work packages."),
        "bands": _("Left empty for a candidate: what the directory knows of its site counts."),
        "acknowledged_on": _("When it agreed to the glossary. A word that changes later asks for it anew."),
    },
)

PLAYBOOK = Kind(
    key="playbook",
    chapter="transport",
    model=Playbook,
    title=_("Disruptions"),
    add=_("Add a disruption"),
    groups=(
        FieldGroup(_("What happens"), (("scenario",), ("trigger",))),
        FieldGroup(_("What is done"), (("actions",), ("communication",), ("buffer_hours",), ("rebooking",))),
        FieldGroup(_("Who leads it"), (("member", "owner"), ("due_on",))),
    ),
    shown=("scenario", "trigger", "communication", "buffer_hours", "owner"),
    nothing=_("No disruption thought through yet"),
    why=_("Flights are cancelled, patients fall ill. Say who leads, who is told, what is rebooked."),
    helps={
        "rebooking": _("Needed for a patient who falls ill: the slot, the shipment and the care site."),
        "due_on": _("When this page of the playbook is to be complete."),
    },
    units={"buffer_hours": HOURS},
)

KINDS = (LANES, HANDOFFS, SHIPPERS, PLAYBOOK)
