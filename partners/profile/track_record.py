"""What a site has done for its clients."""

from django.utils.translation import gettext_lazy as _

from partners.models import EarlyWarning, GovernanceMeeting, PostApprovalChange, PpqCampaign, TechTransfer
from partners.profile.section import FieldGroup, Section

TRANSFERS = Section(
    key="transfers",
    tab="track-record",
    model=TechTransfer,
    title=_("Technology transfers"),
    add=_("Add a transfer"),
    identity=("name",),
    groups=(
        FieldGroup(_("Transfer"), (("name",), ("direction", "outcome"), ("modality", "stage"))),
        FieldGroup(_("Plan"), (("started_on", "planned_end_on"),)),
        FieldGroup(_("Data gaps"), (("gaps_found", "gaps_late"), ("note",))),
    ),
    shown=("name", "direction", "stage", "planned_end_on", "happened_on", "outcome", "gaps_late"),
    happened=_("Ended on"),
    nothing=_("No transfer recorded"),
    why=_("Ask for the last five transfers with planned and actual end: delays repeat themselves."),
    helps={"gaps_late": _("Gaps in the data that showed only in validation, out of all gaps found.")},
    bulk=("outcome",),
    example={
        "name": "Antibody A, drug product",
        "direction": "in",
        "modality": "monoclonal_antibody",
        "stage": "phase_3",
        "started_on": "2024-01-15",
        "planned_end_on": "2024-10-31",
        "happened_on": "2024-11-20",
        "gaps_found": "14",
        "gaps_late": "2",
        "outcome": "successful",
        "strength": "documented",
    },
)

PPQ = Section(
    key="ppq",
    tab="track-record",
    model=PpqCampaign,
    title=_("PPQ campaigns"),
    add=_("Add a PPQ campaign"),
    identity=("name",),
    groups=(
        FieldGroup(_("Campaign"), (("name",), ("modality", "dosage_form"))),
        FieldGroup(_("Result"), (("batches_planned", "batches_passed"), ("outcome",), ("note",))),
    ),
    shown=("name", "dosage_form", "batches_planned", "batches_passed", "happened_on", "outcome"),
    happened=_("Reported on"),
    nothing=_("No PPQ campaign recorded"),
    why=_("Process performance qualification, with how many batches were planned and how many passed."),
    bulk=("outcome",),
    example={
        "name": "Antibody A, commercial",
        "modality": "monoclonal_antibody",
        "dosage_form": "solution_for_injection",
        "batches_planned": "3",
        "batches_passed": "3",
        "happened_on": "2025-06-30",
        "outcome": "passed",
        "strength": "verified",
    },
)

CHANGES = Section(
    key="changes",
    tab="track-record",
    model=PostApprovalChange,
    title=_("Post-approval changes"),
    add=_("Add a post-approval change"),
    identity=("name",),
    groups=(
        FieldGroup(_("Change"), (("name",), ("category", "outcome"))),
        FieldGroup(_("Plan"), (("planned_on",), ("note",))),
    ),
    shown=("name", "category", "planned_on", "happened_on", "outcome"),
    happened=_("Implemented on"),
    nothing=_("No post-approval change recorded"),
    why=_("Changes after approval, planned beside actual, show whether the site tells its clients in time."),
    bulk=("outcome",),
    example={
        "name": "New filter supplier",
        "category": "moderate",
        "planned_on": "2026-05-01",
        "happened_on": "2026-05-20",
        "outcome": "implemented",
        "strength": "documented",
    },
)

MEETINGS = Section(
    key="meetings",
    tab="track-record",
    model=GovernanceMeeting,
    title=_("Governance meetings"),
    add=_("Add a meeting"),
    identity=("kind", "planned_on"),
    groups=(FieldGroup(_("Meeting"), (("kind", "planned_on"), ("has_minutes",))),),
    shown=("kind", "planned_on", "happened_on", "has_minutes"),
    happened=_("Held on"),
    nothing=_("No meeting recorded"),
    why=_("Reviews that were planned, held or not. A missed steering committee is a signal."),
    bulk=("has_minutes",),
    example={
        "kind": "quality",
        "planned_on": "2026-03-10",
        "happened_on": "2026-03-12",
        "has_minutes": "yes",
        "strength": "verified",
    },
)

WARNINGS = Section(
    key="warnings",
    tab="track-record",
    model=EarlyWarning,
    title=_("Early warnings"),
    add=_("Add an early warning"),
    identity=("title",),
    groups=(
        FieldGroup(_("Issue"), (("title",),)),
        FieldGroup(_("When it was told and felt"), (("told_on", "impact_on"), ("note",))),
    ),
    shown=("title", "happened_on", "told_on", "impact_on"),
    happened=_("Known to the site on"),
    nothing=_("No early warning recorded"),
    why=_("For each issue: when the site knew, when it told us, when it hurt."),
    example={
        "title": "Shortage of filters",
        "happened_on": "2026-01-08",
        "told_on": "2026-01-09",
        "impact_on": "2026-02-20",
        "strength": "documented",
    },
)

SECTIONS = (TRANSFERS, PPQ, CHANGES, MEETINGS, WARNINGS)
