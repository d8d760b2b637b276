"""Packaging, labels, mock reviews and dry runs."""

from django.utils.translation import gettext_lazy as _

from logistics.kinds.kind import HOURS, Kind
from logistics.models import (
    DryRun,
    DryRunStep,
    LabelRequirement,
    MockReview,
    PackagingQualification,
    ReviewGap,
)
from partners.profile.section import FieldGroup

PACKAGING = Kind(
    key="packaging",
    chapter="proof",
    model=PackagingQualification,
    title=_("Packaging"),
    add=_("Add a packaging qualification"),
    groups=(
        FieldGroup(_("Packaging"), (("name",), ("band",), ("protocol",))),
        FieldGroup(_("What was shown"), (("result", "tested_on"), ("hold_hours",))),
        FieldGroup(_("Who sees to it"), (("member", "owner"), ("due_on",))),
    ),
    shown=("name", "band", "result", "hold_hours", "tested_on", "owner", "due_on"),
    nothing=_("No packaging qualification yet"),
    why=_("Authorities ask whether packaging withstands the cold. Enter each layer with what was shown."),
    units={"hold_hours": HOURS},
)

LABELS = Kind(
    key="labels",
    chapter="proof",
    model=LabelRequirement,
    title=_("Labels"),
    add=_("Add a label requirement"),
    groups=(
        FieldGroup(_("Requirement"), (("region", "level"), ("requirement",), ("reference",))),
        FieldGroup(_("Where it stands"), (("met_on",),)),
        FieldGroup(_("Who sees to it"), (("member", "owner"), ("due_on",))),
    ),
    shown=("region", "level", "requirement", "met_on", "owner", "due_on"),
    nothing=_("No label requirement yet"),
    why=_("List what each region wants on each layer, the inner pack above all: it is asked for late."),
)

MOCK_REVIEWS = Kind(
    key="mock-reviews",
    chapter="proof",
    model=MockReview,
    title=_("Mock reviews"),
    add=_("Add a mock review"),
    groups=(
        FieldGroup(_("Review"), (("region",), ("planned_on", "held_on"), ("reviewers",), ("scope",))),
        FieldGroup(_("Who sees to it"), (("member", "owner"), ("due_on",))),
    ),
    shown=("region", "planned_on", "held_on", "reviewers", "owner"),
    nothing=_("No mock review yet"),
    why=_("Look at labels and packaging as the authority will, before you file."),
)

REVIEW_GAPS = Kind(
    key="review-gaps",
    chapter="proof",
    model=ReviewGap,
    title=_("Gaps of mock reviews"),
    add=_("Add a gap"),
    groups=(
        FieldGroup(_("Gap"), (("review",), ("description",), ("closed_on",))),
        FieldGroup(_("Who sees to it"), (("member", "owner"), ("due_on",))),
    ),
    shown=("review", "description", "owner", "due_on", "closed_on"),
    nothing=_("No gap found"),
    why=_("What a mock review found missing, with who closes it and when."),
    within="review",
)

DRY_RUNS = Kind(
    key="dry-runs",
    chapter="proof",
    model=DryRun,
    title=_("Dry runs"),
    add=_("Add a dry run"),
    groups=(
        FieldGroup(_("Dry run"), (("name",), ("lane",), ("planned_on", "held_on"))),
        FieldGroup(_("What was tried"), (("material",), ("observers",), ("outcome",))),
        FieldGroup(_("Who sees to it"), (("member", "owner"), ("due_on",))),
    ),
    shown=("name", "lane", "planned_on", "held_on", "outcome", "signed_off_on", "owner"),
    nothing=_("No dry run yet"),
    why=_("Send material, vials and shipper through every pair of hands before a patient waits at the end."),
    helps={"lane": _("Leave it empty for a run of the whole chain that stands for all lanes.")},
    page="logistics:dry-run",
)

DRY_RUN_STEPS = Kind(
    key="dry-run-steps",
    chapter="proof",
    model=DryRunStep,
    title=_("Steps of dry runs"),
    add=_("Add a step"),
    groups=(
        FieldGroup(
            _("Step"), (("dry_run",), ("position", "step"), ("party",), ("planned_hours", "taken_hours"))
        ),
        FieldGroup(_("What deviated"), (("deviation",), ("closed_on",))),
        FieldGroup(_("Who sees to it"), (("member", "owner"), ("due_on",))),
    ),
    shown=("dry_run", "position", "step", "party", "planned_hours", "taken_hours", "deviation", "closed_on"),
    nothing=_("No step yet"),
    why=_("Write down each step with whose it was. A party without a step did not take part."),
    units={"planned_hours": HOURS, "taken_hours": HOURS},
    within="dry_run",
)

KINDS = (PACKAGING, LABELS, MOCK_REVIEWS, REVIEW_GAPS, DRY_RUNS, DRY_RUN_STEPS)
